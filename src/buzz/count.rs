//! Posts of which only the number is known: a published series of counts.

use std::collections::BTreeMap;

use super::Buzz;
use crate::campaign::TitleId;
use crate::post::Platform;
use crate::time::{TICK, Timestamp};
use crate::window::landing::TitleIndex;

/// Counts at or after T, added up by tick: T is always on one, so they land in the same slots.
pub(super) type WaitingCounts = BTreeMap<(Timestamp, TitleIndex, Platform), u64>;

impl Buzz {
    /// Counts `n` posts that name `title`, made at `at`, as if so many mentions had come; they have
    /// no author, text, kind or language. Whether the title has a seat.
    ///
    /// No part of the log: only a replay calls it.
    pub fn count(&mut self, title: &TitleId, platform: Platform, at: Timestamp, n: u64) -> bool {
        let Some(number) = self.seat(title) else { return false };
        if let Some(seat) = self.seats.get_mut(number) {
            let total = &mut seat.total[platform as usize];
            *total = total.saturating_add(n);
        }
        match self.shown {
            Some(time) if at < time => self.land_count(number, platform, at, n, time),
            _ => {
                let waiting = self.counts.entry((at.floor(TICK), number, platform)).or_default();
                *waiting = waiting.wrapping_add(n);
            }
        }
        true
    }

    /// Lands the counts that T has passed.
    pub(super) fn land_counts(&mut self, time: Timestamp) {
        while let Some(first) = self.counts.first_entry()
            && first.key().0 < time
        {
            let ((at, title, platform), n) = first.remove_entry();
            self.land_count(title, platform, at, n, time);
        }
    }

    fn land_count(
        &mut self,
        title: TitleIndex,
        on: Platform,
        at: Timestamp,
        n: u64,
        time: Timestamp,
    ) {
        if let Some(seat) = self.seats.again(title) {
            seat.windows.count(on, at, n, &self.layout, time);
        }
    }
}
