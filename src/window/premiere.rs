//! What has been said of a title since it was first shown, and of its last episodes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};
use crate::window::key::KeyHash;
use crate::window::seen::Seen;
use crate::window::slots::Slots;

/// How many hours after the premiere are kept apart: 120 days.
pub const HOURS_KEPT: usize = 2_880;
/// By how much posts are kept apart to compare an episode with the one before it: they go on the
/// air at full five minutes.
pub const PHASE: Span = Span::from_minutes(5);
/// How far back that is kept: two weekly episodes and a day.
pub const PHASES_KEPT: Span = Span::from_days(15);

const HOUR: Span = Span::from_hours(1);

/// Posts and authors since a title's premiere, as far as they were counted; and posts by
/// [`PHASE`], premiere or not.
///
/// Memory: 7 kB from the first post on, and what authors take.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SincePremiere {
    premiere: Option<Timestamp>,
    posts: u64,
    authors: Seen,
    /// By hour since the premiere.
    hours: Option<Slots>,
    /// By [`PHASE`] of time.
    phases: Option<Slots>,
}

fn slots_kept() -> usize {
    usize::try_from(PHASES_KEPT.steps(PHASE) + 1).unwrap_or(1)
}

impl SincePremiere {
    /// Takes the title's premiere; another one begins anew.
    pub fn change(&mut self, premiere: Option<Timestamp>) {
        if self.premiere != premiere {
            let phases = self.phases.take();
            *self = Self { premiere, phases, ..Self::default() };
        }
    }

    /// Counts `n` posts made at `event_time`, before `time`.
    pub fn add(&mut self, event_time: Timestamp, n: u64, time: Timestamp) {
        let phases = self.phases.get_or_insert_with(|| Slots::new(slots_kept(), time.slot(PHASE)));
        phases.add(event_time.slot(PHASE), n);
        if let Some(hour) = self.hour(event_time) {
            self.posts = self.posts.wrapping_add(n);
            let newest = i64::try_from(HOURS_KEPT).unwrap_or(i64::MAX) - 1;
            self.hours.get_or_insert_with(|| Slots::new(HOURS_KEPT, newest)).add(hour, n);
        }
    }

    /// Takes a post out. Its author stays.
    pub fn remove(&mut self, event_time: Timestamp) {
        if let Some(phases) = &mut self.phases {
            phases.remove(event_time.slot(PHASE), 1);
        }
        if let Some(hour) = self.hour(event_time) {
            self.posts = self.posts.saturating_sub(1);
            if let Some(hours) = &mut self.hours {
                hours.remove(hour, 1);
            }
        }
    }

    /// Sees the author of a post made at `event_time`; beyond `authors_max` they are estimated.
    pub fn see(&mut self, author: KeyHash, event_time: Timestamp, authors_max: usize) {
        if self.hour(event_time).is_some() {
            self.authors.see(author, authors_max);
        }
    }

    /// Moves on to `time`.
    pub fn advance(&mut self, time: Timestamp) {
        if let Some(phases) = &mut self.phases {
            phases.advance(time.slot(PHASE));
        }
    }

    /// When the title is first shown.
    pub fn premiere(&self) -> Option<Timestamp> {
        self.premiere
    }

    /// Posts since the premiere; `None` without one.
    pub fn posts(&self) -> Option<u64> {
        self.premiere.map(|_| self.posts)
    }

    /// Distinct authors since the premiere; `None` without one.
    pub fn authors(&self) -> Option<u64> {
        self.premiere.map(|_| self.authors.count())
    }

    /// Whether that number is exact.
    pub fn authors_are_exact(&self) -> bool {
        self.authors.is_exact()
    }

    /// Posts of the first `hours` hours after the premiere, at most [`HOURS_KEPT`]; `None` without
    /// one.
    pub fn posts_in_hours(&self, hours: i64) -> Option<u64> {
        self.premiere.map(|_| self.hours.as_ref().map_or(0, |slots| slots.sum(0..hours)))
    }

    /// Posts of each of the first `hours` hours after the premiere, at most [`HOURS_KEPT`].
    pub fn by_hour(&self, hours: i64) -> impl Iterator<Item = u64> {
        let kept = i64::try_from(HOURS_KEPT).unwrap_or(i64::MAX);
        let of_hour = |hour| self.hours.as_ref().map_or(0, |slots| slots.get(hour));
        (0..hours.min(kept)).map(of_hour)
    }

    /// Posts of any time, in a range whose ends are floored to a [`PHASE`]; what is older than is
    /// kept counts 0.
    pub fn posts_between(&self, range: Range<Timestamp>) -> u64 {
        let slots = range.start.slot(PHASE)..range.end.slot(PHASE);
        self.phases.as_ref().map_or(0, |phases| phases.sum(slots))
    }

    fn hour(&self, event_time: Timestamp) -> Option<i64> {
        let since = event_time - self.premiere?;
        (since >= Span::ZERO).then(|| since.steps(HOUR))
    }
}
