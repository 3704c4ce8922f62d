//! Distinct keys of every window at once, in a bounded sketch.
//!
//! A sliding `HyperLogLog` (Chabchoub and Hébrail, ICDM Workshops 2010): a register keeps not its
//! highest rank but each sight that is the highest of some window, which is the staircase of
//! sights that no later one outranks. So one structure answers for windows of any length, and a
//! late sight takes its place as if it had come in time.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::time::{TICK, Timestamp};
use crate::window::key::KeyHash;
use crate::window::sketch::{RANK_MAX, REGISTERS, Ranks, place};

/// The distinct keys of any window that ends where time has come to.
///
/// An estimate errs as a [`Sketch`](super::sketch::Sketch) does. Memory: 1.0 MB without keys,
/// 1.3 MB with 200,000 and 2.4 MB with two million in order of time, 2.0 MB with 400,000 that come
/// again and again: a staircase grows with the logarithm of the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Staircase>", into = "Vec<Staircase>")]
pub struct SlidingSketch {
    registers: Vec<Staircase>,
}

/// Sights from the oldest to the newest: ticks rise and ranks fall.
type Staircase = SmallVec<[Sight; 2]>;

/// A tick and below it, in six bits, a rank: in the order of ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
struct Sight(i64);

impl Sight {
    const RANK: i64 = 0b11_1111;

    fn new(at: Timestamp, rank: u8) -> Self {
        Self(at.slot(TICK) << 6 | i64::from(rank))
    }

    fn tick(self) -> i64 {
        self.0 >> 6
    }

    fn rank(self) -> u8 {
        u8::try_from(self.0 & Self::RANK).unwrap_or(RANK_MAX)
    }
}

impl Default for SlidingSketch {
    fn default() -> Self {
        Self { registers: vec![Staircase::new(); REGISTERS] }
    }
}

impl TryFrom<Vec<Staircase>> for SlidingSketch {
    type Error = &'static str;

    fn try_from(registers: Vec<Staircase>) -> Result<Self, Self::Error> {
        let falls =
            |pair: &[Sight]| pair[0].tick() < pair[1].tick() && pair[0].rank() > pair[1].rank();
        let is_sound = registers.len() == REGISTERS
            && registers.iter().all(|staircase| staircase.windows(2).all(falls));
        if is_sound { Ok(Self { registers }) } else { Err("a sliding sketch of the wrong shape") }
    }
}

impl From<SlidingSketch> for Vec<Staircase> {
    fn from(sketch: SlidingSketch) -> Self {
        sketch.registers
    }
}

impl SlidingSketch {
    /// Sees `key` in the tick of `at`.
    pub fn see(&mut self, key: KeyHash, at: Timestamp) {
        let (register, rank) = place(key);
        let Some(staircase) = self.registers.get_mut(register) else { return };
        let sight = Sight::new(at, rank);
        let not_before = staircase.partition_point(|known| known.tick() < sight.tick());
        if staircase.get(not_before).is_some_and(|known| known.rank() >= rank) {
            return;
        }
        // What is neither later nor higher is the highest of no window any more.
        let outranked = staircase.partition_point(|known| known.rank() > rank);
        let later = staircase.partition_point(|known| known.tick() <= sight.tick());
        staircase.drain(outranked..later);
        staircase.insert(outranked, sight);
    }

    /// Forgets the sights before `start`. Returns whether any window has lost by that.
    pub fn forget(&mut self, start: Timestamp) -> bool {
        let mut forgot = false;
        for staircase in &mut self.registers {
            let n_old = staircase.partition_point(|sight| sight.tick() < start.slot(TICK));
            if n_old > 0 {
                forgot = true;
                staircase.drain(..n_old);
                staircase.shrink_to_fit();
            }
        }
        forgot
    }

    /// About how many keys were seen at or after `start`; O(2^15), measured at 0.1 to 0.3 ms.
    pub fn count(&self, start: Timestamp) -> u64 {
        let start = start.slot(TICK);
        let highest = |staircase: &Staircase| {
            staircase.iter().find(|sight| sight.tick() >= start).map_or(0, |sight| sight.rank())
        };
        Ranks::of(self.registers.iter().map(highest)).estimate()
    }

    /// Whether no sight is left.
    pub fn is_empty(&self) -> bool {
        self.registers.iter().all(SmallVec::is_empty)
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        let apart = |staircase: &&Staircase| staircase.spilled();
        let apart: usize = self.registers.iter().filter(apart).map(SmallVec::capacity).sum();
        REGISTERS * size_of::<Staircase>() + apart * size_of::<Sight>()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::window::sketch::Sketch;

    /// Keys of three registers, so that they outrank each other.
    static CROWDED: LazyLock<Vec<KeyHash>> = LazyLock::new(|| {
        (0..).map(KeyHash::text).filter(|key| place(*key).0 < 3).take(60).collect()
    });

    fn at(tick: i64) -> Timestamp {
        Timestamp::from_millis(tick * TICK.as_millis())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// The definition: a sketch of the keys seen in the window and of no other.
        #[test]
        fn a_window_counts_as_a_sketch_of_its_keys_in_any_order(
            sights in prop::collection::vec((0_usize..60, -20_i64..20), 0..80),
            forgotten in -25_i64..25,
            start in -20_i64..22,
        ) {
            let mut sliding = SlidingSketch::default();
            for (key, tick) in &sights {
                sliding.see(CROWDED[*key], at(*tick));
            }
            let has_lost = sliding.forget(at(forgotten));
            let start = if has_lost { start.max(forgotten) } else { start };
            let mut sketch = Sketch::default();
            let covered = sights.iter().filter(|(_, tick)| *tick >= start);
            covered.for_each(|(key, _)| sketch.see(CROWDED[*key]));
            prop_assert_eq!(sliding.count(at(start)), sketch.count());
            prop_assert_eq!(sliding.is_empty(), sights.iter().all(|(_, tick)| *tick < forgotten));
            prop_assert_eq!(SlidingSketch::try_from(sliding.registers.clone()), Ok(sliding));
        }
    }

    #[test]
    fn every_window_is_within_two_percent_with_late_sights() {
        const KEYS: i64 = 2_000_000;
        for seed in 0..3_i64 {
            let mut sliding = SlidingSketch::default();
            // In another order than that of time: an odd factor visits every key.
            for n in 0..KEYS {
                let key = (n * 1_299_709) % KEYS;
                sliding.see(KeyHash::text((seed << 40 | key).cast_unsigned()), at(key / 10));
            }
            for covered in [10, 100, 1000, 10_000, 100_000, 500_000, KEYS] {
                let count = sliding.count(at((KEYS - covered) / 10));
                let error = count as f64 / covered as f64 - 1.0;
                assert!(error.abs() < 0.02, "seed {seed}, {covered} keys: {error}");
            }
            assert!(sliding.memory() < 2_500_000, "{}", sliding.memory());
        }
    }

    #[test]
    fn a_staircase_that_is_none_is_not_read() {
        let mut registers = vec![Staircase::new(); REGISTERS];
        registers[5].extend([Sight::new(at(1), 3), Sight::new(at(2), 3)]);
        assert!(SlidingSketch::try_from(registers).is_err());
        assert!(SlidingSketch::try_from(vec![Staircase::new(); REGISTERS + 1]).is_err());
    }
}
