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
/// An estimate errs as a [`Sketch`](super::sketch::Sketch) does. Memory: 1 MB without keys, 1.8 MB
/// with two million: a staircase grows with the logarithm of the keys.
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

    /// Forgets the sights before `start`. Returns whether there were any.
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

    /// About how many keys were seen at or after `start`; O(2^15), measured at 0.1 ms.
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
