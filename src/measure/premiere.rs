//! A title against its own last episode, and against other titles as old as it is.

use std::collections::BTreeMap;

use super::{CampaignMeasures, Measures};
use crate::campaign::TitleId;
use crate::time::{Span, Timestamp};
use crate::window::premiere::{PHASE, PHASES_KEPT};

/// An episode with fewer posts than this in the same time is nothing to compare with.
pub const PHASE_POSTS_MIN: u64 = 10;

const HOUR: Span = Span::from_hours(1);

/// Every title that is known since its premiere, against the others that are at least as old: by
/// posts in its whole hours since then, and in as many of theirs.
#[derive(Debug)]
pub struct Premieres<'a>(BTreeMap<&'a TitleId, Standing>);

#[derive(Clone, Copy, Debug)]
struct Standing {
    median_ratio: Option<f64>,
    rank: Option<u64>,
}

impl<'a> Premieres<'a> {
    /// Compares them; it is done once for all titles, and only where that is told.
    pub fn of(campaign: &'a CampaignMeasures<'a>) -> Self {
        let sums = |title: Measures<'a>| {
            let hours = title.since_premiere_by_hour();
            let hours = hours.filter(|_| title.is_known_since(title.premiere()))?;
            let added_up = hours.scan(0_u64, |sum, n| {
                *sum = sum.wrapping_add(n);
                Some(*sum)
            });
            Some((title.title, added_up.collect()))
        };
        let titles: Vec<(&TitleId, Vec<u64>)> = campaign.titles().filter_map(sums).collect();
        let mut of_age: BTreeMap<usize, Vec<(&TitleId, u64)>> = BTreeMap::new();
        for (title, sums) in &titles {
            let posts = sums.last().map(|posts| (*title, *posts));
            of_age.entry(sums.len()).or_default().extend(posts);
        }
        let mut standings = BTreeMap::new();
        for (hours, of_age) in of_age {
            let then = |sums: &Vec<u64>| sums.get(hours.checked_sub(1)?).copied();
            let mut all: Vec<u64> = titles.iter().filter_map(|(_, sums)| then(sums)).collect();
            all.sort_unstable();
            standings.extend(of_age.iter().map(|(title, n)| (*title, Standing::of(*n, &all))));
        }
        Self(standings)
    }
}

impl Standing {
    /// Of `posts` among `all`, which are sorted and hold it too.
    fn of(posts: u64, all: &[u64]) -> Self {
        let own = all.partition_point(|n| *n < posts);
        let other = |place: usize| all.get(place + usize::from(place >= own)).copied();
        let others = all.len().saturating_sub(1);
        let middle = other(others.saturating_sub(1) / 2).zip(other(others / 2));
        let median = middle.map(|(lower, upper)| f64::midpoint(lower as f64, upper as f64));
        let ahead = all.len() - all.partition_point(|n| *n <= posts);
        Self {
            median_ratio: median.filter(|median| *median > 0.0).map(|m| posts as f64 / m),
            rank: (others > 0).then_some(1 + ahead as u64),
        }
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
        premieres.0.get(self.title)?.median_ratio
    }

    /// The title's place by posts of its whole hours since its premiere, among the titles at least
    /// as old, 1 the best; `None` while there is no other. Only titles that are known since their
    /// premieres are compared.
    pub fn since_premiere_rank(&self, premieres: &Premieres<'_>) -> Option<u64> {
        premieres.0.get(self.title)?.rank
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
    pub fn is_known_since(&self, begin: Option<Timestamp>) -> bool {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_standing_is_the_place_among_all_and_the_median_of_the_others(
            posts in prop::collection::vec(0_u64..6, 1..8),
        ) {
            let mut all = posts.clone();
            all.sort_unstable();
            for (own, n) in posts.iter().enumerate() {
                let mut others = posts.clone();
                others.remove(own);
                others.sort_unstable();
                let middle = others.len() / 2;
                let median = match others.len() {
                    0 => 0.0,
                    len if len % 2 == 1 => others[middle] as f64,
                    _ => (others[middle - 1] + others[middle]) as f64 / 2.0,
                };
                let ratio = (median > 0.0).then(|| *n as f64 / median);
                let ahead = others.iter().filter(|other| *other > n).count() as u64;
                let standing = Standing::of(*n, &all);
                prop_assert_eq!(standing.median_ratio, ratio);
                prop_assert_eq!(standing.rank, (!others.is_empty()).then_some(1 + ahead));
            }
        }
    }
}
