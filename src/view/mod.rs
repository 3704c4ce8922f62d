//! What is shown of campaigns: everything at T, owned and ordered, so that HTTP, the page and the
//! terminal read it without the fold.
//!
//! ```text
//! Board:            every campaign this process owns, of one rendering
//!   CampaignView:   one campaign at its T
//!     TitleView:    one title: what has no window, and its recent past
//!       WindowView: what it has over one window
//! ```
//!
//! These are the shapes of the API's JSON: what is undefined is absent there, times are RFC 3339 in
//! UTC, lengths are seconds, ratios go from 0 to 1 unless said.

pub mod csv;
pub mod history;
pub(crate) mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::campaign::{CampaignId, FacetId, Language, Revision, TitleId};
use crate::post::{Action, Kind, Platform};
use crate::time::{Span, Timestamp};
use history::History;

/// Every campaign this process owns and shows.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// When it was made, by the wall's clock: an old one is not served.
    pub made: Timestamp,
    /// One more than the board before: what was made of another one is outdated.
    pub number: u64,
    /// In the order of their ids.
    pub campaigns: Vec<Arc<CampaignView>>,
}

/// One campaign at T.
#[derive(Clone, Debug, Serialize)]
pub struct CampaignView {
    /// Its id.
    pub campaign: CampaignId,
    /// What people call it.
    pub name: String,
    /// The revision of its file.
    pub revision: Revision,
    /// T: where its windows end.
    #[serde(with = "written::time")]
    pub time: Timestamp,
    /// When this was made, by the service's clock: how old T is.
    #[serde(with = "written::time")]
    pub now: Timestamp,
    /// The windows of which posts are told, shortest first.
    pub windows: Vec<WindowShape>,
    /// The platforms with a series of their own.
    pub platforms: Vec<Platform>,
    /// The languages with a series of their own; `other` and `und` come besides.
    pub languages: Vec<Language>,
    /// Its titles, in the campaign file's order.
    pub titles: Vec<TitleView>,
    /// Onsets and ends of the last day of event time, newest first, at most [`BURSTS_MAX`].
    pub bursts: Vec<BurstView>,
    /// How far each feed partition has come.
    pub feeds: Vec<FeedView>,
    /// Mentions applied by this process, by what became of them.
    pub mentions: BTreeMap<&'static str, u64>,
    /// Where measures were, title by title in the order of `titles`.
    #[serde(skip)]
    pub history: Arc<History>,
}

/// The most onsets and ends that a campaign shows.
pub const BURSTS_MAX: usize = 1_000;

/// One window, and what is measured over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WindowShape {
    /// Its label.
    pub window: Box<str>,
    /// Its length.
    #[serde(with = "written::seconds")]
    pub seconds: Span,
    /// The step in which it moves.
    #[serde(with = "written::seconds")]
    pub slide_seconds: Span,
    /// Whether growth and velocity are told.
    pub growth: bool,
    /// Whether titles are ranked.
    pub voice: bool,
    /// Whether kinds, languages, account groups and engagement are told.
    pub breakdown: bool,
}

/// One title at T.
#[derive(Clone, Debug, Serialize)]
pub struct TitleView {
    /// Its id.
    pub title: TitleId,
    /// What people call it.
    pub name: String,
    /// Whether an episode is on the air.
    pub on_air: bool,
    /// Whether a burst has begun and not ended.
    pub bursting: bool,
    /// Whether a surge has begun and not ended.
    pub surging: bool,
    /// When it is first shown.
    #[serde(with = "written::maybe_time", skip_serializing_if = "Option::is_none")]
    pub premiere: Option<Timestamp>,
    /// When the latest episode at or before T began.
    #[serde(with = "written::maybe_time", skip_serializing_if = "Option::is_none")]
    pub latest_episode: Option<Timestamp>,
    /// When the first episode after T begins.
    #[serde(with = "written::maybe_time", skip_serializing_if = "Option::is_none")]
    pub next_episode: Option<Timestamp>,
    /// For how long every feed has been read for it.
    #[serde(with = "written::maybe_seconds", skip_serializing_if = "Option::is_none")]
    pub history_seconds: Option<Span>,
    /// Whether distinct authors are counted exactly, not estimated.
    pub authors_exact: bool,
    /// Posts of the last hour, to the minute, by prompt platforms.
    pub posts_1h: u64,
    /// Distinct authors of the window of an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_1h: Option<u64>,
    /// Posts of the last hour over those of the same hour a day before; absent while that hour is
    /// not known, or had none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_ratio: Option<f64>,
    /// Shares, quotes and replies that a post brings about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduction: Option<Estimate>,
    /// How far posts are above what is usual, in standard deviations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst_score: Option<f64>,
    /// Posts that an hour usually has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst_expected_posts: Option<f64>,
    /// The last hour's authors who are new, as a part of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub novelty: Option<f64>,
    /// Since it was first shown; absent without a premiere, and before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_premiere: Option<SincePremiereView>,
    /// Posts since the latest episode began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_episode_posts: Option<u64>,
    /// Those over the posts in the same time after the episode before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_phase_ratio: Option<f64>,
    /// By window, as [`CampaignView::windows`] has them.
    pub windows: Vec<WindowView>,
    /// The hashtags that most posts of the fine window carry.
    pub hashtags: Vec<Named>,
    /// The aliases by which most posts of the fine window name it.
    pub aliases: Vec<Named>,
    /// The posts that have earned the most.
    pub top_posts: Vec<PostView>,
    /// Posts of each of the last [`MINUTES_SHOWN`] minutes before T's minute, oldest first.
    #[serde(skip)]
    pub minutes: Vec<u32>,
    /// Posts of each of the last [`BINS_SHOWN`] five minutes before T's, oldest first.
    #[serde(skip)]
    pub bins: Vec<u32>,
}

/// How many minutes are shown one by one.
pub const MINUTES_SHOWN: usize = 180;
/// How many five minutes are shown one by one: thirty hours.
pub const BINS_SHOWN: usize = 360;

/// What a title has over one window.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WindowView {
    /// The window's label.
    pub window: Box<str>,
    /// Posts, on the platforms that it can tell of.
    pub posts: u64,
    /// By platform.
    pub platforms: BTreeMap<Platform, u64>,
    /// By kind; absent where it is not told, as all maps below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<BTreeMap<Kind, u64>>,
    /// By language, `other` and `und` included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<BTreeMap<Language, u64>>,
    /// By facet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<BTreeMap<FacetId, u64>>,
    /// By account group, `organic` included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<BTreeMap<Box<str>, u64>>,
    /// What posts gained, by platform and action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagement: Option<BTreeMap<Platform, BTreeMap<Action, u64>>>,
    /// Distinct authors, added up over platforms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<u64>,
    /// By platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_by_platform: Option<BTreeMap<Platform, u64>>,
    /// By language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_by_language: Option<BTreeMap<Language, u64>>,
    /// Place by posts, 1 the best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// Its place over the window before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_before: Option<u64>,
    /// Its part of all title mentions of the campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_of_voice: Option<f64>,
    /// Its posts over the mean of the campaign's comparable titles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_ratio: Option<f64>,
    /// Posts a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub velocity_per_minute: Option<f64>,
    /// Its change a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acceleration_per_minute_squared: Option<f64>,
    /// Logarithmic growth an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth_per_hour: Option<f64>,
    /// Its standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth_standard_error_per_hour: Option<f64>,
    /// In how many seconds posts double; absent unless they surely grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubling_seconds: Option<Estimate>,
    /// In how many seconds posts halve; absent unless they surely shrink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_life_seconds: Option<Estimate>,
    /// Shares an original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amplification: Option<f64>,
    /// The busiest author's part of posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_author: Option<f64>,
    /// The part of longer posts that repeat another's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<f64>,
    /// Shannon entropy of the platform split, in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_entropy_bits: Option<f64>,
    /// Followers of the distinct authors, where the platform says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
}

/// A number and the ends of its 95 % interval; an end that cannot be told is absent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// The lower end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
}

/// A word and how many posts have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The word, as a post wrote it: never to be taken for markup.
    pub name: Box<str>,
    /// Posts that have it.
    pub posts: u64,
}

/// A post by what it has earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostView {
    /// Where it was made.
    pub platform: Platform,
    /// Its id there.
    pub id: Box<str>,
    /// Where people see it, where that follows from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<str>>,
    /// Likes, shares and comments that it has gained since it is known.
    pub earned: u64,
}

/// What was said of a title since it was first shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SincePremiereView {
    /// Posts.
    pub posts: u64,
    /// Distinct authors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<u64>,
    /// Posts over the median of the other titles at the same hour since theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_ratio: Option<f64>,
    /// Place by posts among the titles at the same hour since theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// Posts of each full hour since the premiere, for the curve.
    #[serde(skip)]
    pub by_hour: Vec<u32>,
}

/// An onset or an end, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BurstView {
    /// The title.
    pub title: TitleId,
    /// `burst` or `surge`.
    pub detector: &'static str,
    /// `onset` or `end`.
    pub phase: &'static str,
    /// When it began.
    #[serde(with = "written::time")]
    pub onset: Timestamp,
    /// When this was found.
    #[serde(with = "written::time")]
    pub at: Timestamp,
    /// The score there; of a burst only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Posts of the hour before it.
    pub posts: u64,
    /// Posts that an hour was expected to have; of a burst only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_posts: Option<f64>,
    /// What the windows held when it was found.
    pub evidence: EvidenceView,
}

/// What speaks for a burst.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceView {
    /// The window of these numbers.
    #[serde(with = "written::seconds")]
    pub window_seconds: Span,
    /// Posts by platform.
    pub platforms: BTreeMap<Platform, u64>,
    /// Posts by kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// Posts by language.
    pub languages: BTreeMap<Language, u64>,
    /// The most used hashtags.
    pub hashtags: Vec<Named>,
    /// The posts that had earned the most.
    pub posts: Vec<PostView>,
    /// The part of copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<f64>,
    /// The busiest author's part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_author: Option<f64>,
}

/// One feed partition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedView {
    /// The feed topic.
    pub topic: Box<str>,
    /// The partition.
    pub partition: i32,
    /// No earlier event is expected from it; absent until it has reported.
    #[serde(with = "written::maybe_time", skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Timestamp>,
    /// By how much it trails the world.
    #[serde(with = "written::seconds")]
    pub delay_seconds: Span,
    /// Silent in the mention log, and so left out of T.
    pub stalled: bool,
    /// Whether T waits for it: it has the least watermark.
    pub holds_time: bool,
}

impl Board {
    /// A campaign, if it is owned here.
    pub fn campaign(&self, id: &str) -> Option<&Arc<CampaignView>> {
        self.campaigns.iter().find(|view| view.campaign.as_str() == id)
    }
}

impl CampaignView {
    /// A title and its place in `titles`.
    pub fn title(&self, id: &str) -> Option<(usize, &TitleView)> {
        self.titles.iter().enumerate().find(|(_, view)| view.title.as_str() == id)
    }
}

impl TitleView {
    /// What it has over a window.
    pub fn over(&self, window: &str) -> Option<&WindowView> {
        self.windows.iter().find(|view| &*view.window == window)
    }
}
