//! A config record: all that a campaign's fold depends on, so that its state is a function of the
//! log alone. It takes effect at its own offset.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::{CampaignId, Episode, FacetId, GroupId, Language, Revision, TitleId};
use crate::post::Platform;
use crate::time::{Span, TICK, Timestamp};

/// All that a campaign's fold depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldConfig {
    /// Schema version.
    pub v: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// The revision of the campaign's file.
    pub revision: Revision,
    /// Titles with a series, in file order.
    pub titles: Vec<TitleId>,
    /// What else is known of titles that have more than an id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shows: BTreeMap<TitleId, Show>,
    /// Groups of accounts with a series of their own; all other accounts are organic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// Languages with a series of their own; all others count as `other`.
    pub languages: Vec<Language>,
    /// Platforms with a series of their own: those that the feeds may bring.
    #[serde(default = "shaped")]
    pub platforms: Vec<Platform>,
    /// By how much the platforms of delayed feeds trail the world; such a platform is left out of
    /// windows shorter than that, and of whatever compares or scores.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", rename = "delays_ms")]
    pub delays: BTreeMap<Platform, Span>,
    /// Platforms whose feeds tell shares from other posts.
    #[serde(default = "twitter")]
    pub marks_shares: Vec<Platform>,
    /// The windows and what is measured over each.
    pub windows: Vec<WindowConfig>,
    /// How far behind the watermark a first sight still counts.
    #[serde(rename = "allowed_lateness_ms")]
    pub allowed_lateness: Span,
    /// How long after its event a post's identity is kept at the least.
    #[serde(rename = "engagement_horizon_ms")]
    pub engagement_horizon: Span,
    /// How long, by the log's time, a silent feed partition holds T back.
    #[serde(rename = "stall_timeout_ms")]
    pub stall_timeout: Span,
    /// Every feed topic and its timing.
    pub topics: BTreeMap<Box<str>, FeedTiming>,
    /// The most titles counted, those of past configs and other revisions included.
    pub titles_max: usize,
    /// The most mentions that wait for T.
    pub pending_max: usize,
    /// The most identities that are remembered; beyond, the horizon moves forward.
    pub ledger_max: usize,
    /// The most distinct authors of a title that are counted exactly; beyond, they are estimated.
    pub distinct_max: usize,
}

/// What configs said before they said it.
fn shaped() -> Vec<Platform> {
    Platform::SHAPED.to_vec()
}

/// The only platform that did before configs said it.
fn twitter() -> Vec<Platform> {
    vec![Platform::Twitter]
}

/// What a campaign says of one title besides its words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// Facets with a series of their own, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<FacetId>,
    /// When it is first shown.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "premiere_ms")]
    pub premiere: Option<Timestamp>,
    /// When it is on the air, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub episodes: Vec<Episode>,
}

/// The most windows of a campaign.
pub const WINDOWS_MAX: usize = 16;
/// The most slides of a window: what a ring of it may take is 160 kB.
pub const SLIDES_MAX: i64 = 10_000;

impl FoldConfig {
    /// Whether a fold can keep to it: at least one window, each made of whole slides, and those of
    /// whole ticks; nothing negative.
    pub(super) fn is_sound(&self) -> bool {
        let spans = [self.allowed_lateness, self.engagement_horizon, self.stall_timeout];
        let timings = self.topics.values().flat_map(|timing| [timing.delay, timing.max_delay]);
        (1..=WINDOWS_MAX).contains(&self.windows.len())
            && self.windows.iter().all(WindowConfig::is_sound)
            && spans.into_iter().chain(timings).all(|span| span >= Span::ZERO)
    }
}

impl WindowConfig {
    fn is_sound(&self) -> bool {
        self.slide >= TICK
            && self.slide.is_multiple_of(TICK)
            && self.length >= self.slide
            && self.length.is_multiple_of(self.slide)
            && self.length.steps(self.slide) <= SLIDES_MAX
    }
}

/// How late a feed topic's records come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedTiming {
    /// By how much the feed trails the world (a research API: 48 h). Such a feed never holds T.
    #[serde(rename = "delay_ms")]
    pub delay: Span,
    /// Delivery latency plus polling period.
    #[serde(rename = "max_delay_ms")]
    pub max_delay: Span,
}

/// One window and what is measured over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WindowConfig {
    /// How far back it reaches, at least; a whole number of `slide`s.
    #[serde(rename = "length_ms")]
    pub length: Span,
    /// The size of its slots; a whole number of ticks.
    #[serde(rename = "slide_ms")]
    pub slide: Span,
    /// Posts by platform are exported.
    pub posts: bool,
    /// Distinct authors are counted.
    pub authors: bool,
    /// Posts by kind and by language are counted.
    pub breakdown: bool,
}
