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
        let mut posts: Vec<u64> = campaign.titles().filter_map(|title| title.voice(over)).collect();
        posts.sort_unstable_by(|one, other| other.cmp(one));
        Self { sum: posts.iter().sum(), posts }
    }

    /// One more than have more posts.
    fn rank(&self, posts: u64) -> u64 {
        1 + self.posts.partition_point(|other| *other > posts) as u64
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
}
