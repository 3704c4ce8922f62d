//! Distinct authors of every window at once, exactly.
//!
//! A map keeps each author's last-seen tick, and a ring a window counts authors by that tick: an
//! author lies in a window just when the last sight does, so a move is one decrement and one
//! increment.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::post::id::PostId;
use crate::time::{Span, TICK, Timestamp};
use crate::window::{Rings, WindowSet};

/// An author's id; kept as a number where it is one, as a post's id is.
pub type AuthorKey = PostId;

/// How often authors that no window covers any more are dropped, in event time.
const SWEEP: Span = Span::from_minutes(10);

/// The distinct authors of one title on one platform.
///
/// Memory: about 40 bytes an author. Beyond `max` authors all are dropped and counting begins
/// anew: a window is then unknown until it lies wholly after that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    #[serde(serialize_with = "in_order")]
    last_seen: LastSeen,
    rings: Rings,
    time: Timestamp,
    swept: Timestamp,
    /// Nothing is known of before this.
    known_from: Timestamp,
}

type LastSeen = HashMap<AuthorKey, Timestamp>;

/// Authors by their ids: the order of a hash must not reach a snapshot.
fn in_order<S: Serializer>(last_seen: &LastSeen, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(last_seen.iter().collect::<BTreeMap<_, _>>())
}

impl Distinct {
    /// No author yet, at `time`.
    pub fn new(set: &WindowSet, time: Timestamp) -> Self {
        Self {
            last_seen: HashMap::default(),
            rings: Rings::new(set, time),
            time,
            swept: time,
            known_from: Timestamp::from_millis(i64::MIN),
        }
    }

    /// Sees `author` at `event_time`, which must lie before the time last advanced to. Returns
    /// whether that was one too many.
    pub fn see(
        &mut self,
        author: &AuthorKey,
        event_time: Timestamp,
        set: &WindowSet,
        max: usize,
    ) -> bool {
        let tick = event_time.floor(TICK);
        if set.start(self.time).is_none_or(|start| tick < start) {
            return false;
        }
        if let Some(last) = self.last_seen.get_mut(author) {
            if *last >= tick {
                return false;
            }
            self.rings.remove(*last, 1);
            *last = tick;
        } else if self.last_seen.len() < max {
            self.last_seen.insert(author.clone(), tick);
        } else {
            self.begin_anew(set);
            return true;
        }
        self.rings.add(tick, 1);
        false
    }

    /// Moves every window to end at `time`.
    pub fn advance(&mut self, time: Timestamp, set: &WindowSet) {
        self.time = time;
        self.rings.advance(time);
        if time - self.swept >= SWEEP {
            self.swept = time;
            let start = set.start(time).unwrap_or(time);
            self.last_seen.retain(|_, last| *last >= start);
        }
    }

    /// Takes `set` for its windows; a new one is filled from the last-seen map.
    pub fn change(&mut self, set: &WindowSet) {
        self.rings = Rings::new(set, self.time);
        for last in self.last_seen.values() {
            self.rings.add(*last, 1);
        }
    }

    /// Distinct authors in the set's window number `index`, which starts at `start`; `None` where
    /// it reaches back to before counting began anew.
    pub fn count(&self, index: usize, start: Timestamp) -> Option<u64> {
        (start >= self.known_from).then(|| self.rings.sum(index))
    }

    /// Whether no window holds or remembers an author.
    pub fn is_empty(&self) -> bool {
        self.rings.is_empty()
    }

    fn begin_anew(&mut self, set: &WindowSet) {
        self.last_seen.clear();
        self.rings = Rings::new(set, self.time);
        self.known_from = self.time;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::window::Window;

    const MAX: usize = 1000;

    fn windows() -> WindowSet {
        let mut set = WindowSet::default();
        let window = |length, slide| Window {
            length: Span::from_secs(length),
            slide: Span::from_secs(slide),
        };
        set.change([window(30, 5), window(120, 10), window(300, 60)], None);
        set
    }

    fn brute_force(posts: &[(u64, Timestamp)], from: Timestamp, to: Timestamp) -> u64 {
        let seen = posts.iter().filter(|(_, at)| *at >= from && *at < to);
        seen.map(|(author, _)| author).collect::<BTreeSet<_>>().len() as u64
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn counts_equal_the_definition_with_late_posts_and_any_steps(
            steps in prop::collection::vec(
                (0_i64..30, prop::collection::vec((0_u64..8, 1_i64..400), 0..8)), 1..60),
        ) {
            let set = windows();
            let mut time = Timestamp::from_secs(1_000_000);
            let mut distinct = Distinct::new(&set, time);
            let mut posts = Vec::new();
            for (ticks, arrivals) in steps {
                time = time + Span::from_secs(ticks * 5);
                distinct.advance(time, &set);
                for (author, age) in arrivals {
                    let at = time - Span::from_secs(age);
                    distinct.see(&PostId::Number(author), at, &set, MAX);
                    posts.push((author, at));
                }
                for (index, window) in set.iter().enumerate() {
                    let from = window.start(time);
                    prop_assert_eq!(
                        distinct.count(index, from),
                        Some(brute_force(&posts, from, time)),
                        "window {:?}", window
                    );
                }
            }
        }
    }

    #[test]
    fn above_the_bound_a_window_is_unknown_until_it_lies_after_it() {
        let set = windows();
        let mut time = Timestamp::from_secs(1_000_000);
        let mut distinct = Distinct::new(&set, time);
        for author in 0..4 {
            let one_too_many = distinct.see(&PostId::Number(author), time - TICK, &set, 3);
            assert_eq!(one_too_many, author == 3);
        }
        assert_eq!(distinct.count(0, time - Span::from_secs(30)), None);
        time = time + Span::from_secs(30);
        distinct.advance(time, &set);
        distinct.see(&PostId::Number(9), time - TICK, &set, 3);
        assert_eq!(distinct.count(0, time - Span::from_secs(30)), Some(1));
        assert_eq!(distinct.count(1, time - Span::from_secs(120)), None);
    }
}
