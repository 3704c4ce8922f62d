//! The last hours of a title by the minute, on platforms that come in time.

use super::Measures;
use crate::time::{Span, Timestamp};

const MINUTE: Span = Span::from_minutes(1);
const HOUR: Span = Span::from_hours(1);
const DAY: Span = Span::from_days(1);

/// An hour with fewer posts than this is nothing to compare with.
const HOUR_POSTS_MIN: u64 = 10;

impl Measures<'_> {
    /// Posts of each of the last `n` `bin`s before the one that T is in, the oldest first. A `bin`
    /// is whole minutes; what is longer ago than
    /// [`MINUTES_KEPT`](crate::window::minutes::MINUTES_KEPT) counts 0.
    pub fn posts_by(&self, bin: Span, n: usize) -> Vec<u64> {
        let end = self.campaign.time.floor(bin);
        let mut sums = vec![0; n];
        let platforms = self.campaign.prompt_platforms();
        for minutes in platforms.filter_map(|platform| self.windows.minutes(platform)) {
            let counts = minutes.newest_first(end, n, bin);
            sums.iter_mut().rev().zip(counts).for_each(|(sum, n)| *sum += n);
        }
        sums
    }

    /// Posts of the 60 whole minutes before the one that T is in.
    pub fn posts_of_last_hour(&self) -> u64 {
        self.posts_of_hour(self.campaign.time.floor(MINUTE))
    }

    /// Posts of those minutes over the posts of the same minutes a day before; `None` below 10
    /// posts then, and where the title's history does not reach back to them.
    pub fn day_ratio(&self) -> Option<f64> {
        let then = self.campaign.time.floor(MINUTE) - DAY;
        if !self.has_history(self.campaign.time - (then - HOUR)) {
            return None;
        }
        let posts = self.posts_of_hour(then);
        (posts >= HOUR_POSTS_MIN).then(|| self.posts_of_last_hour() as f64 / posts as f64)
    }

    fn posts_of_hour(&self, end: Timestamp) -> u64 {
        let platforms = self.campaign.prompt_platforms();
        let minutes = platforms.filter_map(|platform| self.windows.minutes(platform));
        minutes.map(|minutes| minutes.posts(end - HOUR..end)).sum()
    }
}
