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

mod burst;
mod campaign;
pub mod csv;
pub mod history;
mod post;
mod title;
mod window;
pub(crate) mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::campaign::{CampaignId, Language, Revision, TitleId};
use crate::post::Platform;
use crate::time::{Span, Timestamp};
use history::History;

pub use burst::{BurstView, EvidenceView};
pub use post::{Named, PostView};
pub use window::{Estimate, WindowView};

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
    #[serde(serialize_with = "written::time")]
    pub time: Timestamp,
    /// When this was made, by the service's clock: how old T is.
    #[serde(serialize_with = "written::time")]
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
    /// Where measures were.
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
    #[serde(serialize_with = "written::seconds")]
    pub seconds: Span,
    /// The step in which it moves.
    #[serde(serialize_with = "written::seconds")]
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
#[expect(clippy::struct_excessive_bools, reason = "each says a thing of its own")]
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
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    pub premiere: Option<Timestamp>,
    /// When the latest episode at or before T began.
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    pub latest_episode: Option<Timestamp>,
    /// When the first episode after T begins.
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    pub next_episode: Option<Timestamp>,
    /// For how long every feed has been read for it.
    #[serde(serialize_with = "written::seconds", skip_serializing_if = "Option::is_none")]
    pub history_seconds: Option<Span>,
    /// Whether distinct authors are counted exactly, not estimated.
    pub authors_exact: bool,
    /// Posts of the 60 whole minutes before T's, on platforms that come in time.
    pub posts_1h: u64,
    /// Distinct authors of the window of an hour, added up over the platforms that tell them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_1h: Option<u64>,
    /// Posts of the last hour over those of the same hour a day before; absent while that hour is
    /// not known, or had fewer than 10.
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
    /// Posts of each of the last [`MINUTES_SHOWN`] minutes before T's minute, oldest first, on
    /// platforms that come in time.
    #[serde(skip)]
    pub minutes: Vec<u32>,
    /// Posts of each of the last [`BINS_SHOWN`] five minutes before T's, oldest first, likewise.
    #[serde(skip)]
    pub bins: Vec<u32>,
}

/// How many minutes are shown one by one.
pub const MINUTES_SHOWN: usize = 180;
/// How many five minutes are shown one by one: thirty hours.
pub const BINS_SHOWN: usize = 360;
const MINUTE: Span = Span::from_minutes(1);
const FIVE_MINUTES: Span = Span::from_minutes(5);

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
    /// Posts of each full hour since the premiere, for the curve; `None` of a title that was not
    /// watched from its premiere on.
    #[serde(skip)]
    pub by_hour: Option<Vec<u32>>,
}

/// One feed partition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedView {
    /// The feed topic.
    pub topic: Box<str>,
    /// The partition.
    pub partition: i32,
    /// No earlier event is expected from it; absent until it has reported.
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Timestamp>,
    /// By how much it trails the world.
    #[serde(serialize_with = "written::seconds")]
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

    /// Posts of each whole `step` up to the last full minute before `time`, or five minutes where
    /// the step is made of these; oldest first, `None` where it was not watched all the step.
    pub fn posts_by(&self, time: Timestamp, step: Span) -> Vec<Option<u64>> {
        let (each, counts) = if step.is_multiple_of(FIVE_MINUTES) {
            (FIVE_MINUTES, &self.bins)
        } else {
            (MINUTE, &self.minutes)
        };
        let known_from = self.history_seconds.map(|history| time - history);
        let mut begin = time.floor(each);
        let steps = counts.rchunks_exact(usize::try_from(step.steps(each)).unwrap_or(1).max(1));
        let told = steps.map(|counts| {
            begin = begin - step;
            let is_known = known_from.is_some_and(|from| from <= begin);
            is_known.then(|| counts.iter().map(|n| u64::from(*n)).sum())
        });
        let mut told: Vec<_> = told.collect();
        told.reverse();
        told
    }
}
