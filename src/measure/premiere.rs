//! A title against its own last episode, and against other titles as old as it is.

use super::{CampaignMeasures, Measures};
use crate::campaign::TitleId;
use crate::time::{Span, Timestamp};

/// An episode with fewer posts than this in the same time is nothing to compare with.
pub const PHASE_POSTS_MIN: u64 = 10;

const HOUR: Span = Span::from_hours(1);

/// The posts of every title with a premiere behind it, by whole hours since then, added up.
#[derive(Debug)]
pub struct Premieres<'a>(Vec<(&'a TitleId, Vec<u64>)>);

impl<'a> Premieres<'a> {
    /// Adds them up; it is done once for all titles, and only where they are compared.
    pub fn of(campaign: &'a CampaignMeasures<'a>) -> Self {
        let added_up = |title: Measures<'a>| {
            let hours = usize::try_from(title.whole_hours()?).ok()?;
            let by_hour = title.windows.since_premiere().by_hour();
            let mut sum = 0;
            let sums = by_hour.iter().copied().chain(std::iter::repeat(0)).take(hours);
            Some((
                title.title,
                sums.map(|n| {
                    sum += n;
                    sum
                })
                .collect(),
            ))
        };
        Self(campaign.titles().filter_map(added_up).collect())
    }

    /// Posts of the others in their first `hours`; of those that are as old.
    fn others(&self, title: &TitleId, hours: usize) -> impl Iterator<Item = u64> {
        let others = self.0.iter().filter(move |(other, _)| *other != title);
        others.filter_map(move |(_, sums)| sums.get(hours.checked_sub(1)?).copied())
    }

    fn posts(&self, title: &TitleId) -> Option<(usize, u64)> {
        let (_, sums) = self.0.iter().find(|(known, _)| *known == title)?;
        Some((sums.len(), *sums.last()?))
    }
}

impl Measures<'_> {
    /// Posts since the premiere; `None` without one in the campaign.
    pub fn since_premiere_posts(&self) -> Option<u64> {
        self.premiere().map(|_| self.windows.since_premiere().posts())
    }

    /// Distinct authors since the premiere; `None` without one in the campaign.
    pub fn since_premiere_authors(&self) -> Option<u64> {
        self.premiere().map(|_| self.windows.since_premiere().authors())
    }

    /// Posts of the title's whole hours since its premiere over the median of the other titles in
    /// as many; `None` while there is none as old, or theirs is 0.
    pub fn since_premiere_over_median(&self, premieres: &Premieres<'_>) -> Option<f64> {
        let (hours, posts) = premieres.posts(self.title)?;
        let mut others: Vec<u64> = premieres.others(self.title, hours).collect();
        others.sort_unstable();
        let upper = *others.get(others.len() / 2)?;
        let lower = *others.get(others.len().checked_sub(1)? / 2)?;
        let median = f64::midpoint(lower as f64, upper as f64);
        (median > 0.0).then(|| posts as f64 / median)
    }

    /// The title's place by posts of its whole hours since its premiere, among the titles at least
    /// as old, 1 the best; `None` while there is no other.
    pub fn since_premiere_rank(&self, premieres: &Premieres<'_>) -> Option<u64> {
        let (hours, posts) = premieres.posts(self.title)?;
        let (mut others, mut ahead) = (0, 0);
        for other in premieres.others(self.title, hours) {
            others += 1;
            ahead += u64::from(other > posts);
        }
        (others > 0).then_some(1 + ahead)
    }

    /// Posts since the latest episode began; `None` before the first.
    pub fn since_episode(&self) -> Option<u64> {
        let [latest, _] = self.latest_airs();
        self.between(latest?, self.campaign.time)
    }

    /// Posts since the latest episode began, over those in the same time after the one before it;
    /// `None` without one, or below [`PHASE_POSTS_MIN`] posts then.
    pub fn same_phase(&self) -> Option<f64> {
        let [latest, before] = self.latest_airs();
        let (latest, before) = (latest?, before?);
        let then = self.between(before, before + (self.campaign.time - latest))?;
        let now = self.between(latest, self.campaign.time)?;
        (then >= PHASE_POSTS_MIN).then(|| now as f64 / then as f64)
    }

    /// When the latest episode began, and the one before it.
    fn latest_airs(&self) -> [Option<Timestamp>; 2] {
        let episodes = self.show.map(|show| show.episodes.as_slice()).unwrap_or_default();
        let begun = episodes.partition_point(|episode| episode.air <= self.campaign.time);
        let air = |back: usize| Some(episodes.get(begun.checked_sub(back)?)?.air);
        [air(1), air(2)]
    }

    fn between(&self, start: Timestamp, end: Timestamp) -> Option<u64> {
        self.windows.since_premiere().posts_between(start, end)
    }

    /// Whole hours since the premiere; `None` before it.
    fn whole_hours(&self) -> Option<i64> {
        let age = self.campaign.time - self.premiere()?;
        (age >= Span::ZERO).then(|| age.steps(HOUR))
    }
}
