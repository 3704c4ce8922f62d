//! Distinct authors, or texts, of every window at once: exactly, or above a bound in a sketch.
//!
//! A map keeps each one's last-seen tick, and a ring a window counts them by that tick: an author
//! lies in a window just when the last sight does, so a move is one decrement and one increment.
//! The last sights are all that a sliding sketch needs, so that the switch to it loses nothing.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::time::{TICK, Timestamp};
use crate::window::key::{KeyHash, in_order};
use crate::window::sliding::SlidingSketch;
use crate::window::{Rings, WindowSet};

/// Keys that no window covers any more are dropped so many times while the longest window passes:
/// each is looked at as often, and so large a part of the map waits to be dropped at the most.
const SWEEPS: i64 = 16;

/// The distinct keys of one title on one platform, in one language, or among its texts.
///
/// Memory: 20 to 40 bytes a key while exact and, with the rings, 1.2 kB without any; from the
/// switch on that of a [`SlidingSketch`], until no key is left in any window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    keys: Keys,
    time: Timestamp,
    swept: Timestamp,
    /// Some of what was seen before this is forgotten.
    known_from: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Keys {
    Exact {
        #[serde(serialize_with = "in_order")]
        last_seen: HashMap<KeyHash, Timestamp>,
        rings: Rings,
    },
    Sketch(SlidingSketch),
}

impl Keys {
    fn none(set: &WindowSet, time: Timestamp) -> Self {
        Self::Exact { last_seen: HashMap::default(), rings: Rings::new(set, time) }
    }
}

impl Distinct {
    /// No key yet, at `time`.
    pub fn new(set: &WindowSet, time: Timestamp) -> Self {
        let known_from = Timestamp::from_millis(i64::MIN);
        Self { keys: Keys::none(set, time), time, swept: time, known_from }
    }

    /// Sees `key` at `event_time`, which must lie before the time last advanced to.
    pub fn see(&mut self, key: KeyHash, event_time: Timestamp, set: &WindowSet) {
        let tick = event_time.floor(TICK);
        if set.start(self.time).is_none_or(|start| tick < start) {
            self.known_from = self.known_from.max(tick + TICK);
            return;
        }
        match &mut self.keys {
            Keys::Exact { last_seen, rings } => {
                let last = last_seen.get(&key).copied();
                if last.is_none_or(|last| last < tick) {
                    if let Some(last) = last {
                        rings.remove(last, 1);
                    }
                    rings.add(tick, 1);
                    last_seen.insert(key, tick);
                }
            }
            Keys::Sketch(sketch) => sketch.see(key, tick),
        }
    }

    /// Moves every window to end at `time`.
    pub fn advance(&mut self, time: Timestamp, set: &WindowSet) {
        self.time = time;
        if let Keys::Exact { rings, .. } = &mut self.keys {
            rings.advance(time);
        }
        if (time - self.swept).as_millis() >= set.reach().as_millis() / 2 / SWEEPS {
            self.swept = time;
            self.sweep(set);
        }
    }

    fn sweep(&mut self, set: &WindowSet) {
        let start = set.start(self.time).unwrap_or(self.time);
        match &mut self.keys {
            Keys::Exact { last_seen, .. } => {
                last_seen.retain(|_, last| {
                    let is_kept = *last >= start;
                    if !is_kept {
                        self.known_from = self.known_from.max(*last + TICK);
                    }
                    is_kept
                });
                if last_seen.len() < last_seen.capacity() / 4 {
                    last_seen.shrink_to_fit();
                }
            }
            Keys::Sketch(sketch) => {
                if sketch.forget(start) {
                    self.known_from = self.known_from.max(start);
                }
                if sketch.is_empty() {
                    self.keys = Keys::none(set, self.time);
                }
            }
        }
    }

    /// Takes `set` for its windows. A new one begins with all that is kept, and is unknown while it
    /// reaches further back.
    pub fn change(&mut self, set: &WindowSet) {
        if let Keys::Exact { last_seen, rings } = &mut self.keys {
            *rings = Rings::new(set, self.time);
            last_seen.values().for_each(|last| rings.add(*last, 1));
        }
    }

    /// Keeps no key any more, only how many there are: about, and without a bound on them.
    pub fn become_sketch(&mut self) {
        if let Keys::Exact { last_seen, .. } = &self.keys {
            let mut sketch = SlidingSketch::default();
            last_seen.iter().for_each(|(key, last)| sketch.see(*key, *last));
            self.keys = Keys::Sketch(sketch);
        }
    }

    /// Distinct keys in the set's window number `index`, which starts at `start`: within 2 % where
    /// this is a sketch. `None` where some of it is forgotten: the window came later than that.
    pub fn count(&self, index: usize, start: Timestamp) -> Option<u64> {
        (start >= self.known_from).then(|| match &self.keys {
            Keys::Exact { rings, .. } => rings.sum(index),
            Keys::Sketch(sketch) => sketch.count(start),
        })
    }

    /// Whether counts are exact.
    pub fn is_exact(&self) -> bool {
        matches!(self.keys, Keys::Exact { .. })
    }

    /// Keys kept, those that wait to be dropped included: what a bound bounds. A sketch keeps none.
    pub fn keys(&self) -> usize {
        match &self.keys {
            Keys::Exact { last_seen, .. } => last_seen.len(),
            Keys::Sketch(_) => 0,
        }
    }

    /// Whether no window holds or remembers a key.
    pub fn is_empty(&self) -> bool {
        match &self.keys {
            Keys::Exact { rings, .. } => rings.is_empty(),
            Keys::Sketch(sketch) => sketch.is_empty(),
        }
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        let apart = match &self.keys {
            Keys::Exact { last_seen, rings } => {
                last_seen.allocation_size() + rings.memory() - size_of::<Rings>()
            }
            Keys::Sketch(sketch) => sketch.memory(),
        };
        size_of::<Self>() + apart
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::time::Span;
    use crate::window::Window;

    fn windows(windows: &[(i64, i64)]) -> WindowSet {
        let mut set = WindowSet::default();
        let window = |(length, slide): &(i64, i64)| Window {
            length: Span::from_secs(*length),
            slide: Span::from_secs(*slide),
        };
        set.change(windows.iter().map(window), None);
        set
    }

    fn brute_force(posts: &[(u64, Timestamp)], from: Timestamp, to: Timestamp) -> u64 {
        let seen = posts.iter().filter(|(_, at)| *at >= from && *at < to);
        seen.map(|(key, _)| key).collect::<BTreeSet<_>>().len() as u64
    }

    fn written(distinct: &Distinct) -> Vec<u8> {
        postcard::to_stdvec(distinct).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn counts_equal_the_definition_with_late_posts_and_any_steps(
            steps in prop::collection::vec(
                (0_i64..30, prop::collection::vec((0_u64..8, 1_i64..400), 0..8)), 1..60),
        ) {
            let set = windows(&[(30, 5), (120, 10), (300, 60)]);
            let mut time = Timestamp::from_secs(1_000_000);
            let mut distinct = Distinct::new(&set, time);
            let mut posts = Vec::new();
            for (ticks, arrivals) in steps {
                time = time + Span::from_secs(ticks * 5);
                distinct.advance(time, &set);
                for (key, age) in arrivals {
                    let at = time - Span::from_secs(age);
                    distinct.see(KeyHash::text(key), at, &set);
                    posts.push((key, at));
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
}
