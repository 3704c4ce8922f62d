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
        let bin = usize::try_from(bin.steps(MINUTE)).unwrap_or(1);
        self.slots.newest_first(end.slot(MINUTE), n_bins, bin)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::TICK;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Posts come up to a day and a half late, and go; time moves in steps of any size.
        #[test]
        fn bins_and_ranges_equal_the_definition(
            steps in prop::collection::vec((
                0_i64..4_000,
                prop::collection::vec((1_i64..140_000, 1_u64..400), 0..8),
                prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            ), 1..12),
            lag in 0_i64..500,
            ends in (0_i64..2_500, 0_i64..2_500),
        ) {
            let mut time = Timestamp::from_secs(1_000_003);
            let mut minutes = Minutes::new(time);
            let mut told: Vec<(Timestamp, u64)> = Vec::new();
            for (ticks, arrivals, retracted) in steps {
                time = time + Span::from_millis(ticks * TICK.as_millis());
                minutes.advance(time);
                // What came when it was too old is not there.
                let kept_from = time.floor(MINUTE) - MINUTES_KEPT;
                told.retain(|(at, _)| *at >= kept_from);
                for (age, n) in arrivals {
                    let at = time - Span::from_secs(age);
                    minutes.add(at, n);
                    if at >= kept_from {
                        told.push((at, n));
                    }
                }
                for post in retracted {
                    if !told.is_empty() {
                        let at = post.index(told.len());
                        minutes.remove(told[at].0);
                        told[at].1 -= 1;
                        told.retain(|(_, n)| *n > 0);
                    }
                }
            }
            let count = |from: Timestamp, to: Timestamp| -> u64 {
                told.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, n)| n).sum()
            };
            let end = time.floor(MINUTE) - Span::from_minutes(lag);
            for (n_bins, bin) in [(1_500, MINUTE), (300, Span::from_minutes(5))] {
                let bins = minutes.newest_first(end, n_bins, bin);
                prop_assert_eq!(bins.len(), n_bins);
                let mut bin_end = end;
                for n in bins {
                    prop_assert_eq!(n, count(bin_end - bin, bin_end));
                    bin_end = bin_end - bin;
                }
            }
            let from = end - Span::from_minutes(ends.0);
            let to = from + Span::from_minutes(ends.1);
            prop_assert_eq!(minutes.posts(from..to), count(from, to.min(time)));
            let bytes = postcard::to_stdvec(&minutes).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Minutes>(&bytes).unwrap(), minutes);
        }
    }

    #[test]
    fn bins_reach_back_25_hours_from_a_boundary_that_6_hours_have_passed() {
        let boundary = Timestamp::from_secs(1_000_200);
        let mut minutes = Minutes::new(boundary);
        minutes.add(boundary - Span::from_hours(25), 7);
        minutes.advance(boundary + Span::from_hours(6) - TICK);
        let bins = minutes.newest_first(boundary, 300, Span::from_minutes(5));
        assert_eq!(bins.last(), Some(&7));
        assert_eq!(bins.iter().sum::<u64>(), 7);
        minutes.advance(boundary + Span::from_hours(6) + MINUTE);
        assert!(minutes.is_empty());
    }

    #[test]
    fn minutes_of_another_number_are_not_read() {
        let bytes = postcard::to_stdvec(&Slots::new(1_860, 0)).unwrap();
        assert!(postcard::from_bytes::<Minutes>(&bytes).is_err());
        let bytes = postcard::to_stdvec(&Slots::new(1_861, 0)).unwrap();
        assert!(postcard::from_bytes::<Minutes>(&bytes).is_ok());
    }
}
