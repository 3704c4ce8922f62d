//! Posts of which only the number is known, spread over the bins in which they came.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::vec;

use crate::time::{TICK, Timestamp};

/// One row, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bin {
    /// When it begins.
    pub(super) start: Timestamp,
    /// The number of its series.
    pub(super) series: u32,
    /// When it ends.
    pub(super) end: Timestamp,
    /// How many posts it has.
    pub(super) n: u64,
    /// Its line.
    pub(super) line: u64,
}

/// So many posts of a series in one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// When: the tick's beginning, or the bin's.
    pub at: Timestamp,
    /// The number of the series.
    pub series: usize,
    /// How many, at least one.
    pub n: u64,
}

/// The posts of count series, tick by tick.
///
/// Post number j of a bin's n stands at (j + ½)/n of its length, and belongs to the tick in which
/// that is.
#[derive(Debug)]
pub struct Spread {
    bins: Peekable<vec::IntoIter<Bin>>,
    /// Bins that reach into the tick, in the order of their beginnings.
    open: Vec<Bin>,
    tick: Timestamp,
    pieces: VecDeque<Piece>,
}

impl Spread {
    /// The posts of `bins`, which are in the order of time.
    pub(super) fn of(bins: Vec<Bin>) -> Self {
        let bins = bins.into_iter().peekable();
        Self { bins, open: Vec::new(), tick: Timestamp::default(), pieces: VecDeque::new() }
    }
}

impl Iterator for Spread {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while self.pieces.is_empty() {
            if self.open.is_empty() {
                self.tick = self.bins.peek()?.start.floor(TICK);
            }
            let end = self.tick + TICK;
            while let Some(bin) = self.bins.next_if(|bin| bin.start < end) {
                self.open.push(bin);
            }
            for bin in &self.open {
                let n = bin.before(end) - bin.before(self.tick);
                if n > 0 {
                    let at = self.tick.max(bin.start);
                    let series = usize::try_from(bin.series).unwrap_or_default();
                    self.pieces.push_back(Piece { at, series, n });
                }
            }
            self.open.retain(|bin| bin.end > end);
            self.tick = end;
        }
        self.pieces.pop_front()
    }
}

impl Bin {
    /// How many of its posts come before `time`.
    fn before(&self, time: Timestamp) -> u64 {
        let length = u128::try_from((self.end - self.start).as_millis()).unwrap_or_default();
        let passed = u128::try_from((time - self.start).as_millis()).unwrap_or_default();
        if passed >= length {
            return self.n;
        }
        // One that stands at `time` does not come before it.
        let halves = 2 * u128::from(self.n) * passed + length - 1;
        u64::try_from(halves / (2 * length)).unwrap_or(self.n)
    }
}
