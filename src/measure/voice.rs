//! The titles of a campaign against each other.

use super::{CampaignMeasures, Measures, Over};
use crate::virality::share;

/// The posts of every title that may be compared over one window.
#[derive(Debug, Default)]
pub(super) struct Voice {
    sum: u64,
    /// The most first.
    posts: Vec<u64>,
}

impl Voice {
    /// By window; none where titles are not compared.
    pub(super) fn all(campaign: &CampaignMeasures<'_>) -> Vec<Option<Self>> {
        let of = |over: &Over| over.has_voice().then(|| Self::over(campaign, over));
        campaign.windows.iter().map(of).collect()
    }

    fn over(campaign: &CampaignMeasures<'_>, over: &Over) -> Self {
        Self::of(campaign.titles().filter_map(|title| title.voice(over)).collect())
    }

    fn of(mut posts: Vec<u64>) -> Self {
        posts.sort_unstable_by(|one, other| other.cmp(one));
        Self { sum: posts.iter().sum(), posts }
    }

    /// One more than have more posts.
    fn rank(&self, posts: u64) -> u64 {
        1 + self.posts.partition_point(|other| *other > posts) as u64
    }
}

/// The posts that every title had over each window before the last one, of titles that are known
/// for both: what places were before.
#[derive(Debug)]
pub struct RanksBefore(Vec<Option<Voice>>);

impl RanksBefore {
    /// Adds them up; it is done once for all titles, and only where places are compared.
    pub fn of(campaign: &CampaignMeasures<'_>) -> Self {
        let of = |over: &Over| {
            let posts = || campaign.titles().filter_map(|title| title.voice_before(over));
            over.has_voice().then(|| Voice::of(posts().collect()))
        };
        Self(campaign.windows.iter().map(of).collect())
    }
}

impl Measures<'_> {
    /// The title's part of all title mentions of the campaign, 0 to 1, over the titles that are
    /// known as long as the window is. `None` below 20 mentions.
    pub fn share_of_voice(&self, over: &Over) -> Option<f64> {
        share::share_of_voice(self.voice(over)?, self.compared(over)?.sum)
    }

    /// The title's place by posts, 1 the best, among the titles that are known as long as the
    /// window is; equals share the better one. `None` without posts.
    pub fn rank(&self, over: &Over) -> Option<u64> {
        let posts = self.voice(over).filter(|posts| *posts > 0)?;
        Some(self.compared(over)?.rank(posts))
    }

    /// The title's place by the posts of `[T' - 2W, T' - W)`, T' the last whole slide, among the
    /// titles that are known for twice the window. `None` without posts then.
    pub fn rank_before(&self, over: &Over, before: &RanksBefore) -> Option<u64> {
        let posts = self.voice_before(over).filter(|posts| *posts > 0)?;
        Some(before.0.get(over.number)?.as_ref()?.rank(posts))
    }

    /// The title's posts over the mean of all titles that are known as long as the window is, its
    /// own among them: 1 is the average. `None` below 20 mentions in all.
    pub fn average_ratio(&self, over: &Over) -> Option<f64> {
        let Voice { sum, posts } = self.compared(over)?;
        share::average_ratio(self.voice(over)?, *sum, posts.len())
    }

    fn compared(&self, over: &Over) -> Option<&Voice> {
        self.campaign.voices.get(over.number)?.as_ref()
    }

    /// Its posts on prompt platforms, if it is known long enough to be compared.
    fn voice(&self, over: &Over) -> Option<u64> {
        let is_comparable = over.has_voice() && self.has_history_over(over, over.window.length);
        let platforms = self.campaign.prompt_platforms();
        is_comparable
            .then(|| platforms.map(|platform| self.windows.posts(platform, over.number)).sum())
    }

    /// Its posts of the window before the last one, likewise.
    fn voice_before(&self, over: &Over) -> Option<u64> {
        let length = over.window.length;
        let is_comparable = over.has_voice() && self.has_history_over(over, length + length);
        let platforms = self.campaign.prompt_platforms();
        is_comparable
            .then(|| platforms.map(|platform| self.windows.pair(platform, over.number).0).sum())
    }
}
