//! What of the settings a campaign's fold depends on.

use std::collections::BTreeMap;

use super::Service;
use crate::campaign::{Campaign, Title, TitleId};
use crate::post::Platform;
use crate::post::format::Format;
use crate::record::SCHEMA_VERSION;
use crate::record::config::{FoldConfig, Show};
use crate::time::Span;

impl Service {
    /// What the fold of `campaign` depends on.
    pub fn fold_config(&self, campaign: &Campaign) -> FoldConfig {
        FoldConfig {
            v: SCHEMA_VERSION,
            campaign: campaign.id.clone(),
            revision: campaign.revision.clone(),
            titles: campaign.titles.iter().map(|title| title.id.clone()).collect(),
            shows: campaign.titles.iter().filter_map(show).collect(),
            groups: campaign.groups.iter().map(|group| group.id.clone()).collect(),
            languages: campaign.languages.clone(),
            platforms: self.platforms_with(Format::platforms),
            delays: self.delays(),
            marks_shares: self.platforms_with(Format::platforms_marking_shares),
            windows: self.windows.clone(),
            allowed_lateness: campaign.allowed_lateness,
            engagement_horizon: self.engagement_horizon,
            stall_timeout: self.stall_timeout,
            topics: self.by_topic(|feed| feed.timing),
            titles_max: self.limits.titles_max,
            pending_max: self.limits.pending_max,
            ledger_max: self.limits.ledger_max,
            distinct_max: self.limits.distinct_max,
        }
    }

    /// The platforms that the format of one of its feeds has, in the order of [`Platform::ALL`].
    fn platforms_with(&self, of: fn(&Format) -> &[Platform]) -> Vec<Platform> {
        let has =
            |platform: &Platform| self.feeds.iter().any(|feed| of(&feed.format).contains(platform));
        Platform::ALL.into_iter().filter(has).collect()
    }

    /// By how much each platform trails the world that a delayed feed may bring.
    fn delays(&self) -> BTreeMap<Platform, Span> {
        let mut delays = BTreeMap::new();
        for feed in self.feeds.iter().filter(|feed| feed.timing.delay > Span::ZERO) {
            for platform in feed.format.platforms() {
                let delay = delays.entry(*platform).or_default();
                *delay = feed.timing.delay.max(*delay);
            }
        }
        delays
    }
}

/// What is known of a title besides its words, if anything is.
fn show(title: &Title) -> Option<(TitleId, Show)> {
    let Title { facets, premiere, episodes, .. } = title;
    let facets = facets.iter().map(|facet| facet.id.clone()).collect();
    let show = Show { facets, premiere: *premiere, episodes: episodes.clone() };
    (show != Show::default()).then(|| (title.id.clone(), show))
}
