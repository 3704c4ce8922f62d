//! Posts by minute, further back than any detector or formula looks.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};
use crate::window::slots::Slots;

/// How far back minutes are kept: the 25 hours that detection and reproduction look back from
/// where they are reckoned, and the 6 hours by which that may lag the time.
pub const MINUTES_KEPT: Span = Span::from_hours(31);

/// One slot.
pub const MINUTE: Span = Span::from_minutes(1);

/// Posts by minute over the last [`MINUTES_KEPT`] and the minute that has begun.
///
/// Memory: 1,861 slots, as [`Slots`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Minutes {
    slots: Slots,
}

/// Minutes as they were written down: any number of them.
#[derive(Deserialize)]
struct Written {
    slots: Slots,
}

impl TryFrom<Written> for Minutes {
    type Error = &'static str;

    fn try_from(Written { slots }: Written) -> Result<Self, Self::Error> {
        if slots.n_slots() == n_slots() {
            Ok(Self { slots })
        } else {
            Err("minutes too many or few")
        }
    }
}

fn n_slots() -> usize {
    usize::try_from(MINUTES_KEPT.steps(MINUTE) + 1).unwrap_or(1)
}

impl Minutes {
    /// None yet, at `time`.
    pub fn new(time: Timestamp) -> Self {
        Self { slots: Slots::new(n_slots(), time.slot(MINUTE)) }
    }

    /// Adds `n` posts made at `event_time`, which must lie before the time last advanced to; what
    /// is older than is kept is left out.
    pub fn add(&mut self, event_time: Timestamp, n: u64) {
        self.slots.add(event_time.slot(MINUTE), n);
    }

    /// Takes a post away that was added at `event_time`.
    pub fn remove(&mut self, event_time: Timestamp) {
        self.slots.remove(event_time.slot(MINUTE), 1);
    }

    /// Moves on to `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        self.slots.advance(time.slot(MINUTE));
    }

    /// Posts in a range of whole minutes; its ends are floored to some. What is older than is kept
    /// counts 0.
    pub fn posts(&self, range: Range<Timestamp>) -> u64 {
        self.slots.sum(range.start.slot(MINUTE)..range.end.slot(MINUTE))
    }

    /// Posts in each of `n_bins` bins, one before the other, of which the first ends at `end`:
    /// number `i` is `[end - (i + 1) * bin, end - i * bin)`. `end` and `bin` are whole minutes, or
    /// floored to some; `bin` is at least one.
    pub fn newest_first(&self, end: Timestamp, n_bins: usize, bin: Span) -> Vec<u64> {
        let (mut end, bin) = (end.slot(MINUTE), bin.steps(MINUTE).max(1));
        let before = |_| {
            let range = end.saturating_sub(bin)..end;
            end = range.start;
            if bin == 1 { self.slots.get(range.start) } else { self.slots.sum(range) }
        };
        (0..n_bins).map(before).collect()
    }

    /// Whether no minute has a post.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Bytes that it takes, itself included.
    pub fn memory(&self) -> usize {
        self.slots.memory()
    }
}
