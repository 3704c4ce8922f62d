//! How many of the last hour's authors are new: not seen in the seven days before that hour.
//!
//! Time goes in slots of 30 s. At slot `low` the hour begins; an author is in it when the last
//! sight is at or after `low`, and is new when, besides, there is none in the seven days before
//! `low`. An author's sights fall into *runs*, with no gap of more than seven days inside one, so
//! that an author is new just while the hour begins
//!
//! ```text
//!     before   ...more than 7 d...   first ... last        (sights of one author)
//!                        |-----------|                     new while `low` is in here
//!                before + 7 d      first
//! ```
//!
//! Three slots an author are therefore enough for any order of sights, and each author's part of
//! the two counts changes at slots known ahead: reading them is free, and quiet time costs nothing.

use std::collections::VecDeque;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};
use crate::window::Window;
use crate::window::key::{KeyHash, in_order};

/// The window whose authors are looked at.
pub const HOUR: Window = Window { length: Span::from_hours(1), slide: Span::from_secs(30) };

/// An author seen this long before the window is not new in it.
pub const PAST: Span = Span::from_days(7);

/// A number of slots of [`HOUR`]'s slide, or the number of one.
type Slot = i32;

const PAST_SLOTS: Slot = 7 * 24 * 120;

/// Authors that no window needs any more are dropped after so many slots: each is looked at 16
/// times on the way.
const SWEEP_SLOTS: Slot = PAST_SLOTS / 16;

/// The hour, and a slot that has begun.
const SLOTS_MAX: usize = 121;

/// The authors of one title on all platforms, as far as the measure needs them.
///
/// Memory: 29 to 58 bytes an author of the last seven days, measured 33 at 400,000. Beyond the
/// bound all are dropped, and nothing is known until the hour and the seven days before it lie
/// after that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Novelty {
    authors: HashMap<KeyHash, Author>,
    /// The slot in which the hour begins.
    low: Slot,
    swept: Slot,
    /// Nothing is known of before this.
    known_from: Timestamp,
    n_in_hour: u64,
    n_new: u64,
    /// What changes the counts, by slot from `low` on.
    turns: VecDeque<Turns>,
}

/// An author's sights, by slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Author {
    /// The last.
    last: Slot,
    /// The first of its run.
    first: Slot,
    /// The one before that run, or [`Author::NEVER`].
    before: Slot,
}

/// What happens to the counts as the hour's beginning moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Turns {
    /// So many authors leave the hour behind this slot.
    leave: u64,
    /// So many new ones are new no longer behind this slot.
    no_longer_new: u64,
    /// So many become new at this slot.
    become_new: u64,
}

/// What is written down; the rest follows from it.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(serialize_with = "in_order")]
    authors: HashMap<KeyHash, Author>,
    low: Slot,
    swept: Slot,
    known_from: Timestamp,
}

impl From<Novelty> for Written {
    fn from(novelty: Novelty) -> Self {
        let Novelty { authors, low, swept, known_from, .. } = novelty;
        Self { authors, low, swept, known_from }
    }
}

impl From<Written> for Novelty {
    fn from(written: Written) -> Self {
        let Written { authors, low, swept, known_from } = written;
        let mut novelty = Self { low, swept, known_from, ..Self::new(Timestamp::default()) };
        authors.values().for_each(|author| novelty.count(*author, u64::wrapping_add));
        Self { authors, ..novelty }
    }
}

impl Author {
    const NEVER: Slot = Slot::MIN;

    fn new(slot: Slot) -> Self {
        Self { last: slot, first: slot, before: Self::NEVER }
    }

    fn see(&mut self, slot: Slot) {
        let is_apart = |from: Slot, to: Slot| to.saturating_sub(from) > PAST_SLOTS;
        if slot > self.last {
            if is_apart(self.last, slot) {
                self.before = self.last;
                self.first = slot;
            }
            self.last = slot;
        } else if slot < self.first && slot > self.before {
            if is_apart(slot, self.first) {
                self.before = slot;
            } else if is_apart(self.before, slot) {
                self.first = slot;
            } else {
                // It joins two runs. Where the older began does not matter: before the hour.
                self.first = self.before;
                self.before = Self::NEVER;
            }
        }
    }

    /// The first slot at which the hour may begin for the author to be new.
    fn new_from(self) -> Slot {
        self.before.saturating_add(PAST_SLOTS + 1)
    }
}

impl Novelty {
    /// No author yet, at `time`.
    pub fn new(time: Timestamp) -> Self {
        Self {
            authors: HashMap::default(),
            low: low(time),
            swept: low(time),
            known_from: Timestamp::from_millis(i64::MIN),
            n_in_hour: 0,
            n_new: 0,
            turns: VecDeque::new(),
        }
    }

    /// Sees `author` at `event_time`, which must lie before `time`; the hour ends there. Keeps at
    /// most `max` authors.
    pub fn see(&mut self, author: KeyHash, event_time: Timestamp, time: Timestamp, max: usize) {
        self.advance(time);
        let slot = slot(event_time);
        if slot < self.low.saturating_sub(PAST_SLOTS) {
            return;
        }
        let is_full = self.authors.len() >= max;
        match self.authors.get_mut(&author) {
            Some(known) => {
                let before = *known;
                known.see(slot);
                let now = *known;
                if now != before {
                    self.count(before, u64::wrapping_sub);
                    self.count(now, u64::wrapping_add);
                }
            }
            None if is_full => *self = Self { known_from: time, ..Self::new(time) },
            None => {
                self.authors.insert(author, Author::new(slot));
                self.count(Author::new(slot), u64::wrapping_add);
            }
        }
    }

    /// Moves the hour to end at `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        let low = low(time);
        while self.low < low {
            let Some(left) = self.turns.pop_front() else {
                self.low = low;
                break;
            };
            self.low += 1;
            self.n_in_hour = self.n_in_hour.wrapping_sub(left.leave);
            self.n_new = self.n_new.wrapping_sub(left.no_longer_new);
            let become_new = self.turns.front().map_or(0, |turns| turns.become_new);
            self.n_new = self.n_new.wrapping_add(become_new);
        }
        if self.low.saturating_sub(self.swept) >= SWEEP_SLOTS {
            self.sweep();
        }
    }

    /// How many of the hour's authors are new, and how many authors it has; `None` where that
    /// reaches back to before what is known.
    pub fn parts(&self) -> Option<(u64, u64)> {
        let past = i64::from(self.low) - i64::from(PAST_SLOTS);
        let start = Timestamp::from_millis(past.saturating_mul(HOUR.slide.as_millis()));
        (start >= self.known_from).then_some((self.n_new, self.n_in_hour))
    }

    /// Authors kept.
    pub fn keys(&self) -> usize {
        self.authors.len()
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        size_of::<Self>()
            + self.authors.allocation_size()
            + self.turns.capacity() * size_of::<Turns>()
    }

    fn sweep(&mut self) {
        self.swept = self.low;
        let start = self.low.saturating_sub(PAST_SLOTS);
        self.authors.retain(|_, author| author.last >= start);
        if self.authors.len() < self.authors.capacity() / 4 {
            self.authors.shrink_to_fit();
        }
    }

    /// Adds or takes away an author's part of the counts.
    fn count(&mut self, author: Author, change: fn(u64, u64) -> u64) {
        if let Some(turns) = self.turns(author.last) {
            turns.leave = change(turns.leave, 1);
            self.n_in_hour = change(self.n_in_hour, 1);
        }
        if let Some(turns) = self.turns(author.first) {
            turns.no_longer_new = change(turns.no_longer_new, 1);
            if author.new_from() <= self.low {
                self.n_new = change(self.n_new, 1);
            } else if let Some(turns) = self.turns(author.new_from()) {
                turns.become_new = change(turns.become_new, 1);
            }
        }
    }

    /// What happens at `slot`; `None` where the hour has left it behind.
    fn turns(&mut self, slot: Slot) -> Option<&mut Turns> {
        let ahead = usize::try_from(slot.checked_sub(self.low)?).ok()?;
        if (self.turns.len()..SLOTS_MAX).contains(&ahead) {
            self.turns.resize(ahead + 1, Turns::default());
        }
        self.turns.get_mut(ahead)
    }
}

fn low(time: Timestamp) -> Slot {
    slot(HOUR.start(time))
}

/// Slots of 30 s reach two thousand years either way; what lies beyond is at the end.
fn slot(time: Timestamp) -> Slot {
    let slot = time.slot(HOUR.slide).clamp(i64::from(Slot::MIN), i64::from(Slot::MAX));
    Slot::try_from(slot).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 1000;

    type Sights = [(u64, Timestamp)];

    fn authors(sights: &Sights, from: Timestamp, to: Timestamp) -> BTreeSet<u64> {
        let covered = sights.iter().filter(|(_, at)| (from..to).contains(at));
        covered.map(|(author, _)| *author).collect()
    }

    /// The definition, counted by hand.
    fn brute_force(sights: &Sights, time: Timestamp) -> (u64, u64) {
        let start = HOUR.start(time);
        let hour = authors(sights, start, time);
        let past = authors(sights, start - PAST, start);
        (hour.difference(&past).count() as u64, hour.len() as u64)
    }

    /// Ticks by which time moves: within the hour, by hours, and around the seven days.
    fn step() -> impl Strategy<Value = i64> {
        prop_oneof![4 => 0_i64..40, 3 => 100_i64..900, 1 => 119_000_i64..122_500]
    }

    /// How old a post is, in seconds: of the hour, around the seven days, and any.
    fn age() -> impl Strategy<Value = i64> {
        prop_oneof![4 => 1_i64..4000, 2 => 600_000_i64..612_600, 1 => 1_i64..700_000]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn parts_equal_the_definition_with_late_posts_and_any_steps(
            begun in -2_000_000_i64..2_000_000,
            steps in prop::collection::vec(
                (step(), prop::collection::vec((0_u64..4, age()), 0..6), any::<bool>()), 1..40),
        ) {
            let mut time = Timestamp::from_secs(begun * 5);
            let mut novelty = Novelty::new(time);
            let mut sights = Vec::new();
            for (ticks, arrivals, is_restored) in steps {
                time = time + Span::from_secs(ticks * 5);
                novelty.advance(time);
                for (author, age) in arrivals {
                    let at = time - Span::from_secs(age);
                    novelty.see(KeyHash::text(author), at, time, MAX);
                    sights.push((author, at));
                }
                prop_assert_eq!(novelty.parts(), Some(brute_force(&sights, time)));
                if is_restored {
                    let bytes = postcard::to_stdvec(&novelty).unwrap();
                    novelty = postcard::from_bytes(&bytes).unwrap();
                    prop_assert_eq!(&postcard::to_stdvec(&novelty).unwrap(), &bytes);
                    prop_assert_eq!(novelty.parts(), Some(brute_force(&sights, time)));
                }
            }
        }
    }

    #[test]
    fn beyond_the_bound_nothing_is_known_for_seven_days_and_an_hour() {
        let mut time = Timestamp::from_secs(1_000_000_000);
        let mut novelty = Novelty::new(time);
        for author in 0..4 {
            novelty.see(KeyHash::text(author), time - Span::from_secs(5), time, 3);
            assert_eq!(novelty.parts().is_some(), author < 3);
        }
        let known_again = time + PAST + HOUR.length;
        while time < known_again {
            novelty.advance(time);
            novelty.see(KeyHash::text(9), time - Span::from_secs(5), time, 3);
            assert_eq!(novelty.parts(), None);
            time = time + HOUR.slide;
        }
        novelty.advance(known_again + HOUR.slide);
        assert_eq!(novelty.parts(), Some((0, 1)));
    }

    #[test]
    fn authors_of_long_ago_are_dropped() {
        let mut time = Timestamp::from_secs(0);
        let mut novelty = Novelty::new(time);
        for hour in 0..1000 {
            time = Timestamp::from_secs(hour * 3600);
            novelty.advance(time);
            novelty.see(KeyHash::text(hour.cast_unsigned()), time - HOUR.slide, time, MAX);
        }
        assert!((168..182).contains(&novelty.keys()), "{}", novelty.keys());
        assert!(novelty.memory() < 20_000, "{}", novelty.memory());
        novelty.advance(time + PAST + PAST);
        assert_eq!((novelty.keys(), novelty.parts()), (0, Some((0, 0))));
    }

    #[test]
    fn a_post_from_after_time_takes_no_memory() {
        let time = Timestamp::from_secs(0);
        let mut novelty = Novelty::new(time);
        novelty.see(KeyHash::text(1), Timestamp::from_millis(i64::MAX), time, MAX);
        novelty.see(KeyHash::text(2), Timestamp::from_millis(i64::MIN), time, MAX);
        assert!(novelty.memory() < 1000);
        novelty.advance(Timestamp::from_millis(i64::MAX));
    }
}
