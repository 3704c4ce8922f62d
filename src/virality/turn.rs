//! When a burst or a surge begins and when it is over: what both keep of it.

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

/// Bursts and surges are looked for at each whole multiple of this, and posts are counted by it.
pub const BOUNDARY: Span = Span::from_minutes(5);

/// How many counts a detector reads, newest first: 25 h of [`BOUNDARY`]s.
pub const N_COUNTS: usize = 300;

/// Boundaries to an hour.
pub(super) const HOUR: usize = 12;

/// It is over after so many calm boundaries in a row: 12 h.
const CALM: u16 = 144;

/// What a boundary changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It begins at this boundary.
    Onset,
    /// It is over at this boundary.
    End {
        /// The boundary at which it began.
        onset: Timestamp,
    },
}

/// What a boundary looks like to a detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Enough to begin.
    Striking,
    /// Too much to end, too little to begin.
    Lively,
    /// As usual.
    Calm,
    /// Not to be judged: too little history.
    Unknown,
}

/// One at a time. Every onset is followed by its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Active {
    onset: Option<Timestamp>,
    /// Calm boundaries in a row.
    n_calm: u16,
}

impl Active {
    /// When the one that is active began.
    pub(super) fn onset(&self) -> Option<Timestamp> {
        self.onset
    }

    /// Takes the next boundary. What cannot be followed any more is over.
    pub(super) fn step(&mut self, boundary: Timestamp, look: Look) -> Option<Turn> {
        self.n_calm = if look == Look::Calm { self.n_calm.saturating_add(1) } else { 0 };
        match self.onset {
            None if look == Look::Striking => {
                self.onset = Some(boundary);
                Some(Turn::Onset)
            }
            Some(onset) if look == Look::Unknown || self.n_calm >= CALM => {
                self.onset = None;
                Some(Turn::End { onset })
            }
            _ => None,
        }
    }
}

/// The posts of the newest `n` of `counts`.
pub(super) fn newest(counts: &[u64], n: usize) -> u64 {
    counts.iter().take(n).fold(0, |sum, count| sum.saturating_add(*count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: i64) -> Timestamp {
        Timestamp::from_millis(n * BOUNDARY.as_millis())
    }

    #[test]
    fn it_is_over_after_twelve_calm_hours_in_a_row_and_not_before() {
        let mut active = Active::default();
        assert_eq!(active.step(at(0), Look::Lively), None, "too little to begin");
        assert_eq!(active.step(at(1), Look::Striking), Some(Turn::Onset));
        assert_eq!(active.step(at(2), Look::Striking), None, "one at a time");
        for n in 3..146 {
            assert_eq!(active.step(at(n), Look::Calm), None, "{n}");
        }
        assert_eq!(active.step(at(146), Look::Lively), None, "begins to count anew");
        for n in 147..290 {
            assert_eq!(active.step(at(n), Look::Calm), None, "{n}");
            assert_eq!(active.onset(), Some(at(1)));
        }
        assert_eq!(active.step(at(290), Look::Calm), Some(Turn::End { onset: at(1) }));
        assert_eq!(active.onset(), None);
        assert_eq!(active.step(at(291), Look::Striking), Some(Turn::Onset));
    }

    #[test]
    fn calm_before_it_begins_does_not_shorten_it() {
        let mut active = Active::default();
        for n in 0..1000 {
            assert_eq!(active.step(at(n), Look::Calm), None);
        }
        assert_eq!(active.step(at(1000), Look::Striking), Some(Turn::Onset));
        assert_eq!(active.step(at(1001), Look::Calm), None);
    }

    #[test]
    fn what_cannot_be_followed_any_more_is_over() {
        let mut active = Active::default();
        assert_eq!(active.step(at(0), Look::Unknown), None);
        assert_eq!(active.step(at(1), Look::Striking), Some(Turn::Onset));
        assert_eq!(active.step(at(2), Look::Unknown), Some(Turn::End { onset: at(1) }));
        assert_eq!(active, Active::default());
    }
}
