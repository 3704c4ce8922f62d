//! A title against its own last episode, and against other titles as old as it is.

use super::{CampaignMeasures, Measures};
use crate::campaign::TitleId;
use crate::time::{Span, Timestamp};
use crate::window::premiere::{PHASE, PHASES_KEPT};

/// An episode with fewer posts than this in the same time is nothing to compare with.
pub const PHASE_POSTS_MIN: u64 = 10;

const HOUR: Span = Span::from_hours(1);

/// The posts of every title that is known since its premiere, by whole hours since then, added up.
#[derive(Debug)]
pub struct Premieres<'a>(Vec<(&'a TitleId, Vec<u64>)>);

impl<'a> Premieres<'a> {
    /// Adds them up; it is done once for all titles, and only where they are compared.
    pub fn of(campaign: &'a CampaignMeasures<'a>) -> Self {
        let added_up = |title: Measures<'a>| {
            let hours = title.whole_hours().filter(|_| title.is_known_since(title.premiere()))?;
            let mut sum: u64 = 0;
            let sums = title.windows.since_premiere().by_hour(hours).map(|n| {
                sum = sum.wrapping_add(n);
                sum
            });
            Some((title.title, sums.collect()))
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
        self.windows.since_premiere().posts()
    }

    /// Distinct authors since the premiere; `None` without one in the campaign.
    pub fn since_premiere_authors(&self) -> Option<u64> {
        self.windows.since_premiere().authors()
    }

    /// Posts of each whole hour since the premiere, as far as they are kept; `None` before it, and
    /// without one in the campaign.
    pub fn since_premiere_by_hour(&self) -> Option<impl Iterator<Item = u64>> {
        Some(self.windows.since_premiere().by_hour(self.whole_hours()?))
    }

    /// Posts of the title's whole hours since its premiere over the median of the other titles in
    /// as many; `None` while there is none as old, or theirs is 0. Only titles that are known since
    /// their premieres are compared.
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
    /// as old, 1 the best; `None` while there is no other. Only titles that are known since their
    /// premieres are compared.
    pub fn since_premiere_rank(&self, premieres: &Premieres<'_>) -> Option<u64> {
        let (hours, posts) = premieres.posts(self.title)?;
        let (mut others, mut ahead) = (0, 0);
        for other in premieres.others(self.title, hours) {
            others += 1;
            ahead += u64::from(other > posts);
        }
        (others > 0).then_some(1 + ahead)
    }

    /// Posts since the latest episode began, by whole [`PHASE`]s; `None` before the first, once it
    /// is longer ago than is kept, and where the title was not known yet.
    pub fn since_episode(&self) -> Option<u64> {
        let [latest, _] = self.latest_airs();
        self.after(latest?, self.phase()?)
    }

    /// Posts since the latest episode began, over those in the same time after the one before it,
    /// by whole [`PHASE`]s; `None` without one that is kept and of which the title was known,
    /// or below [`PHASE_POSTS_MIN`] posts then.
    pub fn same_phase(&self) -> Option<f64> {
        let ([latest, before], phase) = (self.latest_airs(), self.phase()?);
        let (now, then) = (self.after(latest?, phase)?, self.after(before?, phase)?);
        (then >= PHASE_POSTS_MIN).then(|| now as f64 / then as f64)
    }

    /// When the latest episode at or before T began.
    pub fn latest_episode(&self) -> Option<Timestamp> {
        self.latest_airs()[0]
    }

    /// For how long the latest episode has begun, in whole [`PHASE`]s.
    fn phase(&self) -> Option<Span> {
        let [latest, _] = self.latest_airs();
        let since = self.campaign.time - latest?;
        Some(Span::from_millis(since.steps(PHASE).saturating_mul(PHASE.as_millis())))
    }

    /// When the latest episode began, and the one before it.
    fn latest_airs(&self) -> [Option<Timestamp>; 2] {
        let episodes = self.show.map(|show| show.episodes.as_slice()).unwrap_or_default();
        let begun = episodes.partition_point(|episode| episode.air <= self.campaign.time);
        let air = |back: usize| Some(episodes.get(begun.checked_sub(back)?)?.air);
        [air(1), air(2)]
    }

    /// Whether the title's history reaches back to `begin`.
    fn is_known_since(&self, begin: Option<Timestamp>) -> bool {
        begin.is_some_and(|begin| self.has_history(self.campaign.time - begin))
    }

    /// Posts of so long after an episode began, if they are kept and all of them were counted.
    fn after(&self, air: Timestamp, phase: Span) -> Option<u64> {
        let is_kept = self.campaign.time - air <= PHASES_KEPT && self.is_known_since(Some(air));
        is_kept.then(|| self.windows.since_premiere().posts_between(air..air + phase))
    }

    /// Whole hours since the premiere; `None` before it.
    fn whole_hours(&self) -> Option<i64> {
        let age = self.campaign.time - self.premiere()?;
        (age >= Span::ZERO).then(|| age.steps(HOUR))
    }
}
