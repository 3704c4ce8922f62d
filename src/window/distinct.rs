//! Distinct authors of every window at once: exactly, or above a bound in a sketch.
//!
//! A map keeps each one's last-seen tick, and a ring a window counts them by that tick: an author
//! lies in a window just when the last sight does, so a move is one decrement and one increment.
//! The last sights are all that a sliding sketch needs, so that the switch to it loses nothing.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use serde::{Deserialize, Serialize};

use crate::time::{TICK, Timestamp};
use crate::window::key::{KeyHash, in_order};
use crate::window::sliding::SlidingSketch;
use crate::window::{Rings, WindowSet};

/// Keys that no window covers any more are dropped so many times while the longest window passes:
/// each is looked at as often, and so large a part of the map waits to be dropped at the most.
const SWEEPS: i64 = 16;

/// The distinct keys of one title on one platform, or in one language.
///
/// Memory: 20 to 40 bytes a key while exact, measured 22 at 400,000; from the switch on that of a
/// [`SlidingSketch`], which is that of 45,000 keys and more, until no key is left in any window.
/// Of several counts under one bound the largest is therefore the one to switch.
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
                match last_seen.entry(key) {
                    Entry::Occupied(mut last) if *last.get() < tick => {
                        rings.remove(last.insert(tick), 1);
                    }
                    Entry::Occupied(_) => return,
                    Entry::Vacant(last) => {
                        last.insert(tick);
                    }
                }
                rings.add(tick, 1);
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

    /// Ticks by which time moves, and who then comes, so many seconds late.
    fn steps() -> impl Strategy<Value = Vec<(i64, Vec<(u64, i64)>)>> {
        let arrivals = prop::collection::vec((0_u64..50, 1_i64..400), 0..20);
        prop::collection::vec((0_i64..30, arrivals), 1..10)
    }

    fn arrive(distinct: &mut Distinct, time: Timestamp, arrivals: &[(u64, i64)], set: &WindowSet) {
        distinct.advance(time, set);
        for (key, age) in arrivals {
            distinct.see(KeyHash::text(*key), time - Span::from_secs(*age), set);
        }
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

        /// What was counted exactly before goes on as if it had been a sketch all along.
        #[test]
        fn the_switch_to_a_sketch_loses_nothing(steps in steps(), switch in 0_usize..10) {
            let set = windows(&[(30, 5), (300, 60)]);
            let mut time = Timestamp::from_secs(1_000_000);
            let mut distinct = Distinct::new(&set, time);
            let mut sketch = distinct.clone();
            for (number, (ticks, arrivals)) in steps.into_iter().enumerate() {
                time = time + Span::from_secs(ticks * 5);
                arrive(&mut distinct, time, &arrivals, &set);
                arrive(&mut sketch, time, &arrivals, &set);
                sketch.become_sketch();
                if number == switch {
                    distinct.become_sketch();
                }
            }
            distinct.become_sketch();
            for (index, window) in set.iter().enumerate() {
                let from = window.start(time);
                prop_assert_eq!(distinct.count(index, from), sketch.count(index, from));
            }
        }

        /// Snapshots: two folds of one log write the same bytes, and one that is read goes on.
        #[test]
        fn what_is_written_has_one_order_and_goes_on_when_read(
            steps in steps(), switch in 0_usize..20, restore in 0_usize..10,
        ) {
            let set = windows(&[(30, 5), (300, 60)]);
            let mut time = Timestamp::from_secs(1_000_000);
            let mut folds = [Distinct::new(&set, time), Distinct::new(&set, time)];
            for (number, (ticks, arrivals)) in steps.into_iter().enumerate() {
                time = time + Span::from_secs(ticks * 5);
                for distinct in &mut folds {
                    arrive(distinct, time, &arrivals, &set);
                    if number == switch {
                        distinct.become_sketch();
                    }
                }
                if number == restore {
                    folds[0] = postcard::from_bytes(&written(&folds[1])).unwrap();
                }
            }
            prop_assert_eq!(&folds[0], &folds[1]);
            prop_assert_eq!(written(&folds[0]), written(&folds[1]));
        }
    }

    #[test]
    fn a_sketch_stays_within_two_percent_of_exact_counts_on_one_late_stream() {
        let set = windows(&[(300, 5), (3600, 30), (86_400, 600)]);
        let begun = Timestamp::from_secs(1_000_000);
        let mut exact = Distinct::new(&set, begun);
        let mut sketch = exact.clone();
        for n in 0..400_000 {
            let time = begun + Span::from_millis((n / 10) * TICK.as_millis());
            if n == 20_000 {
                sketch.become_sketch();
            }
            // A third come again, and all up to an hour late.
            let key = KeyHash::text((n - n % 3 * n / 7).cast_unsigned());
            let at = time - Span::from_secs(1 + key.bits().cast_signed().rem_euclid(3600));
            for one in [&mut exact, &mut sketch] {
                one.advance(time, &set);
                one.see(key, at, &set);
            }
            for (index, window) in set.iter().enumerate().filter(|_| n % 20_000 == 0) {
                let from = window.start(time);
                let (exact, about) = (exact.count(index, from), sketch.count(index, from));
                let (exact, about) = (exact.unwrap() as f64, about.unwrap() as f64);
                assert!((about - exact).abs() <= 0.02 * exact, "{about} for {exact}");
            }
        }
        assert!(exact.is_exact() && !sketch.is_exact());
    }

    #[test]
    fn a_sketch_without_a_key_is_exact_again() {
        let set = windows(&[(300, 60)]);
        let begun = Timestamp::from_secs(1_000_000);
        let mut distinct = Distinct::new(&set, begun);
        distinct.see(KeyHash::text(1), begun - TICK, &set);
        distinct.become_sketch();
        assert_eq!((distinct.is_exact(), distinct.keys()), (false, 0));
        assert_eq!(distinct.count(0, begun - Span::from_secs(300)), Some(1));
        let time = begun + Span::from_secs(600);
        distinct.advance(time, &set);
        assert_eq!((distinct.is_exact(), distinct.is_empty()), (true, true));
        distinct.see(KeyHash::text(2), time - TICK, &set);
        assert_eq!(distinct.count(0, time - Span::from_secs(300)), Some(1));
    }

    #[test]
    fn a_window_that_comes_later_is_unknown_while_it_reaches_back_to_what_is_forgotten() {
        let (short, long) = (windows(&[(300, 60)]), windows(&[(300, 60), (3600, 60)]));
        let begun = Timestamp::from_secs(999_960);
        for becomes_sketch in [false, true] {
            let mut distinct = Distinct::new(&short, begun);
            distinct.see(KeyHash::text(1), begun - TICK, &short);
            if becomes_sketch {
                distinct.become_sketch();
            }
            let counts = |distinct: &Distinct, time: Timestamp| {
                let count =
                    |(index, window): (usize, Window)| distinct.count(index, window.start(time));
                long.iter().enumerate().map(count).collect::<Vec<_>>()
            };
            let mut early = distinct.clone();
            early.change(&long);
            assert_eq!(counts(&early, begun), [Some(1), Some(1)], "nothing is forgotten yet");
            let time = begun + Span::from_secs(400);
            distinct.advance(time, &short);
            distinct.see(KeyHash::text(2), time - TICK, &short);
            distinct.change(&long);
            assert_eq!(counts(&distinct, time), [Some(1), None]);
            let time = begun + Span::from_secs(3960);
            distinct.advance(time, &long);
            assert_eq!(counts(&distinct, time), [Some(0), Some(1)]);
        }
    }

    #[test]
    fn keys_that_no_window_covers_are_dropped_and_their_memory_with_them() {
        let set = windows(&[(86_400, 600)]);
        let mut time = Timestamp::from_secs(1_000_000);
        let mut distinct = Distinct::new(&set, time);
        for n in 0..100_000 {
            distinct.see(KeyHash::text(n), time - TICK, &set);
        }
        assert!(distinct.memory() < 100_000 * 40, "{}", distinct.memory());
        for n in 0..5000 {
            time = time + Span::from_minutes(1);
            distinct.advance(time, &set);
            distinct.see(KeyHash::text(1_000_000 + n), time - TICK, &set);
        }
        assert!(distinct.keys() < 1450 + 1450 / 16, "{}", distinct.keys());
        assert!(distinct.memory() < 2 * 1540 * 40, "{}", distinct.memory());
    }
}
