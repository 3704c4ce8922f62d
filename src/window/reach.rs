//! Potential reach: the followers of all who have posted in a window, each author once.

use std::collections::VecDeque;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};
use crate::window::Window;
use crate::window::key::{KeyHash, in_order};

/// No account has more: more than there are people is an error of the feed.
pub const FOLLOWERS_MAX: u64 = 10_000_000_000;

/// Authors that have left the window are dropped as often as this, in event time.
const SWEEP: Span = Span::from_minutes(90);

/// The authors of one title on all platforms whose posts in the window say their followers. Of an
/// author's posts the latest counts, of two at one time the higher number; a post that does not
/// say changes nothing.
///
/// Memory: 29 to 58 bytes an author of the window, measured 33 at 400,000. Beyond the bound all
/// are dropped, and nothing is known until the window lies after that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Reach {
    window: Window,
    /// When each author last said, and how many.
    authors: HashMap<KeyHash, Said>,
    /// The number of the window's first slot.
    low: i64,
    swept: Timestamp,
    /// Nothing is known of before this.
    known_from: Timestamp,
    all: Followers,
    /// The authors who last said in each slot, from `low` on.
    slots: VecDeque<Followers>,
}

/// An event time and a number of followers.
type Said = (Timestamp, u64);

/// Authors and the sum of their followers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Followers {
    authors: u64,
    followers: u64,
}

/// What is written down; the rest follows from it.
#[derive(Serialize, Deserialize)]
struct Written {
    window: Window,
    #[serde(serialize_with = "in_order")]
    authors: HashMap<KeyHash, Said>,
    low: i64,
    swept: Timestamp,
    known_from: Timestamp,
}

impl From<Reach> for Written {
    fn from(reach: Reach) -> Self {
        let Reach { window, authors, low, swept, known_from, .. } = reach;
        Self { window, authors, low, swept, known_from }
    }
}

impl TryFrom<Written> for Reach {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { window, authors, low, swept, known_from } = written;
        if !window.is_sound() {
            return Err("a window without slots");
        }
        let mut reach = Self { low, swept, ..Self::new(window, known_from, swept) };
        authors.values().for_each(|said| reach.count(*said, Followers::plus));
        Ok(Self { authors, ..reach })
    }
}

impl Followers {
    fn plus(self, other: Self) -> Self {
        Self {
            authors: self.authors.wrapping_add(other.authors),
            followers: self.followers.wrapping_add(other.followers),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            authors: self.authors.wrapping_sub(other.authors),
            followers: self.followers.wrapping_sub(other.followers),
        }
    }
}

impl Reach {
    /// No author yet, at `time`; nothing is known of before `known_from`.
    pub fn new(window: Window, known_from: Timestamp, time: Timestamp) -> Self {
        Self {
            window,
            authors: HashMap::default(),
            low: low(window, time),
            swept: time,
            known_from,
            all: Followers::default(),
            slots: VecDeque::new(),
        }
    }

    /// The window whose authors' followers are added up.
    pub fn window(&self) -> Window {
        self.window
    }

    /// Sees that `author` had `followers` at `event_time`, which must lie before `time`; the window
    /// ends there. Keeps at most `max` authors.
    pub fn see(
        &mut self,
        author: KeyHash,
        event_time: Timestamp,
        followers: u64,
        time: Timestamp,
        max: usize,
    ) {
        self.advance(time);
        if event_time.slot(self.window.slide) < self.low {
            return;
        }
        let now = (event_time, followers.min(FOLLOWERS_MAX));
        let is_full = self.authors.len() >= max;
        match self.authors.get_mut(&author) {
            Some(known) => {
                let before = *known;
                if before < now {
                    *known = now;
                    self.count(before, Followers::minus);
                    self.count(now, Followers::plus);
                }
            }
            None if is_full => *self = Self::new(self.window, time, time),
            None => {
                self.authors.insert(author, now);
                self.count(now, Followers::plus);
            }
        }
    }

    /// Moves the window to end at `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        let low = low(self.window, time);
        while self.low < low {
            let Some(left) = self.slots.pop_front() else {
                self.low = low;
                break;
            };
            self.low += 1;
            self.all = self.all.minus(left);
        }
        if time - self.swept >= SWEEP {
            self.swept = time;
            let (low, slide) = (self.low, self.window.slide);
            self.authors.retain(|_, (at, _)| at.slot(slide) >= low);
            if self.authors.len() < self.authors.capacity() / 4 {
                self.authors.shrink_to_fit();
            }
        }
    }

    /// The followers of the window's authors; `None` where it reaches back to before what is known.
    pub fn followers(&self) -> Option<u64> {
        self.known().map(|all| all.followers)
    }

    /// How many authors those are the followers of: the others do not say.
    pub fn authors(&self) -> Option<u64> {
        self.known().map(|all| all.authors)
    }

    /// Whether it keeps no author.
    pub fn is_empty(&self) -> bool {
        self.all.authors == 0
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        size_of::<Self>()
            + self.authors.allocation_size()
            + self.slots.capacity() * size_of::<Followers>()
    }

    fn known(&self) -> Option<Followers> {
        let start = self.low.saturating_mul(self.window.slide.as_millis());
        (Timestamp::from_millis(start) >= self.known_from).then_some(self.all)
    }

    /// Adds or takes away what an author said.
    fn count(&mut self, (at, followers): Said, change: fn(Followers, Followers) -> Followers) {
        let Ok(ahead) = usize::try_from(at.slot(self.window.slide).saturating_sub(self.low)) else {
            return;
        };
        // All of the window, and a slot that has begun.
        let most = usize::try_from(self.window.length.steps(self.window.slide) + 1).unwrap_or(1);
        if (self.slots.len()..most).contains(&ahead) {
            self.slots.resize(ahead + 1, Followers::default());
        }
        if let Some(slot) = self.slots.get_mut(ahead) {
            let said = Followers { authors: 1, followers };
            *slot = change(*slot, said);
            self.all = change(self.all, said);
        }
    }
}

fn low(window: Window, time: Timestamp) -> i64 {
    window.start(time).slot(window.slide)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 1000;
    const DAY: Window = Window { length: Span::from_days(1), slide: Span::from_minutes(10) };
    const ALWAYS: Timestamp = Timestamp::from_millis(i64::MIN);

    /// The definition, counted by hand: authors, and their followers.
    fn brute_force(posts: &[(u64, Timestamp, u64)], time: Timestamp) -> (u64, u64) {
        let mut latest = BTreeMap::new();
        for (author, at, followers) in posts {
            if (DAY.start(time)..time).contains(at) {
                let said = latest.entry(author).or_insert((*at, *followers));
                *said = (*said).max((*at, *followers));
            }
        }
        (latest.len() as u64, latest.values().map(|(_, followers)| followers).sum())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn the_latest_word_of_each_author_counts_whatever_the_order(
            begun in -2_000_000_i64..2_000_000,
            steps in prop::collection::vec((
                prop_oneof![0_i64..300, 0_i64..5000, 17_000_i64..20_000],
                prop::collection::vec(
                    (0_u64..5, prop_oneof![1_i64..2000, 1_i64..90_000], 0..FOLLOWERS_MAX), 0..6),
                any::<bool>(),
            ), 1..40),
        ) {
            let mut time = Timestamp::from_secs(begun * 5);
            let mut reach = Reach::new(DAY, ALWAYS, time);
            let mut posts = Vec::new();
            for (ticks, arrivals, is_restored) in steps {
                time = time + Span::from_secs(ticks * 5);
                reach.advance(time);
                for (author, age, followers) in arrivals {
                    let at = time - Span::from_secs(age);
                    reach.see(KeyHash::text(author), at, followers, time, MAX);
                    posts.push((author, at, followers));
                }
                if is_restored {
                    let bytes = postcard::to_stdvec(&reach).unwrap();
                    reach = postcard::from_bytes(&bytes).unwrap();
                    prop_assert_eq!(&postcard::to_stdvec(&reach).unwrap(), &bytes);
                }
                let (authors, followers) = brute_force(&posts, time);
                prop_assert_eq!(reach.authors(), Some(authors));
                prop_assert_eq!(reach.followers(), Some(followers));
                prop_assert_eq!(reach.is_empty(), authors == 0);
            }
        }
    }

    #[test]
    fn beyond_the_bound_nothing_is_known_until_the_window_lies_after_it() {
        let mut time = Timestamp::from_secs(1_000_000_200);
        let mut reach = Reach::new(DAY, ALWAYS, time);
        for author in 0..4 {
            reach.see(KeyHash::text(author), time - Span::from_secs(5), 10, time, 3);
            assert_eq!(reach.followers(), (author < 3).then_some((author + 1) * 10));
        }
        time = time + DAY.length;
        let almost = time - DAY.slide;
        reach.see(KeyHash::text(1), almost - Span::from_secs(5), 7, almost, 3);
        assert_eq!((reach.followers(), reach.authors()), (None, None));
        reach.advance(time);
        assert_eq!(reach.followers(), Some(7));
    }

    #[test]
    fn of_two_posts_at_one_time_the_higher_number_counts() {
        let time = Timestamp::from_secs(1_000_000_000);
        for said in [[3, 8, 5], [8, 5, 3]] {
            let mut reach = Reach::new(DAY, ALWAYS, time);
            for followers in said {
                let at = time - Span::from_secs(1);
                reach.see(KeyHash::text(1), at, followers, time, MAX);
            }
            assert_eq!(reach.followers(), Some(8));
        }
    }

    #[test]
    fn no_account_has_more_followers_than_there_are_people() {
        let time = Timestamp::from_secs(1_000_000_000);
        let mut reach = Reach::new(DAY, ALWAYS, time);
        for author in 0..3 {
            reach.see(KeyHash::text(author), time - Span::from_secs(1), u64::MAX, time, MAX);
        }
        assert_eq!(reach.followers(), Some(3 * FOLLOWERS_MAX));
    }

    #[test]
    fn authors_who_have_left_are_dropped() {
        let mut time = Timestamp::from_secs(0);
        let mut reach = Reach::new(DAY, ALWAYS, time);
        for minute in 0..10_000 {
            time = Timestamp::from_secs(minute * 60);
            reach.advance(time);
            let author = KeyHash::text(minute.cast_unsigned());
            reach.see(author, time - Span::from_secs(1), 1, time, MAX + 1000);
        }
        assert!(reach.authors.len() < 1600, "{}", reach.authors.len());
        reach.advance(time + DAY.reach());
        assert!(reach.is_empty());
        assert!(reach.memory() < 5000, "{}", reach.memory());
    }
}
