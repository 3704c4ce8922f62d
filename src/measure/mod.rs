//! Every measure of one title, read off the fold: windows give sums, [`virality`](crate::virality)
//! gives formulas, and what is undefined is `None`.
//!
//! ```text
//! CampaignMeasures: one campaign at T, with what is compared across its titles
//!   Over:           one of its windows, and which measures it has
//!   Measures:       one title, a method a measure
//! ```

pub mod attention;
mod audience;
mod over;
pub mod premiere;
mod recent;
mod voice;

use crate::buzz::Buzz;
use crate::campaign::{Language, TitleId};
use crate::post::Platform;
use crate::record::config::{FoldConfig, Show};
use crate::time::{Span, Timestamp};
use crate::virality::burst::Burst;
use crate::virality::surge::Surge;
use crate::window::landing::LanguageIndex;
use crate::window::title::TitleWindows;
use voice::Voice;

pub use over::{Over, Sorts};
pub use premiere::Premieres;
pub use voice::RanksBefore;

/// One campaign at T. What is compared across its titles is added up once, not once a title.
#[derive(Debug)]
pub struct CampaignMeasures<'a> {
    buzz: &'a Buzz,
    config: &'a FoldConfig,
    time: Timestamp,
    windows: Vec<Over>,
    /// By the number of its window in `windows`.
    voices: Vec<Option<Voice>>,
}

/// One title of a campaign at T.
#[derive(Clone, Copy, Debug)]
pub struct Measures<'a> {
    campaign: &'a CampaignMeasures<'a>,
    title: &'a TitleId,
    windows: &'a TitleWindows,
    show: Option<&'a Show>,
    history: Option<Span>,
}

impl<'a> CampaignMeasures<'a> {
    /// The campaign of `buzz`; `None` before its first config, and before T.
    pub fn of(buzz: &'a Buzz) -> Option<Self> {
        let (config, time) = (buzz.config()?, buzz.time()?);
        let windows = Over::all(&config.windows, time);
        let mut campaign = Self { buzz, config, time, windows, voices: Vec::new() };
        campaign.voices = Voice::all(&campaign);
        Some(campaign)
    }

    /// T.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// What the fold depends on.
    pub fn config(&self) -> &'a FoldConfig {
        self.config
    }

    /// The windows, in the config's order.
    pub fn windows(&self) -> &[Over] {
        &self.windows
    }

    /// The platforms with a series of their own.
    pub fn platforms(&self) -> impl Iterator<Item = Platform> + use<'a> {
        self.config.platforms.iter().copied()
    }

    /// The languages with a series of their own, `other` and `und` last, each with its number.
    pub fn languages(&self) -> impl Iterator<Item = (&'a Language, LanguageIndex)> {
        self.buzz.languages()
    }

    /// The titles of the config in force, in its order.
    pub fn titles(&self) -> impl Iterator<Item = Measures<'_>> {
        self.config.titles.iter().filter_map(|title| self.title(title))
    }

    /// A title; `None` if it has no seat.
    pub fn title<'b>(&'b self, title: &'b TitleId) -> Option<Measures<'b>> {
        Some(Measures {
            campaign: self,
            title,
            windows: self.buzz.title(title)?,
            show: self.config.shows.get(title),
            history: self.buzz.history(title),
        })
    }

    /// The platforms that a window of this length can tell of: one that trails the world by more
    /// has none of its posts in it.
    fn platforms_over(&self, length: Span) -> impl Iterator<Item = Platform> {
        self.platforms().filter(move |platform| self.buzz.delay(*platform) <= length)
    }

    /// The platforms of which growth, share of voice, rank and R may speak.
    fn prompt_platforms(&self) -> impl Iterator<Item = Platform> {
        self.platforms().filter(|platform| !self.buzz.is_delayed(*platform))
    }

    fn marks_shares(&self, platform: Platform) -> bool {
        self.config.marks_shares.contains(&platform)
    }
}

impl<'a> Measures<'a> {
    /// The title.
    pub fn id(&self) -> &'a TitleId {
        self.title
    }

    /// What the campaign says of it besides its words.
    pub fn show(&self) -> Option<&'a Show> {
        self.show
    }

    /// For how long every feed has been read for it; `None` while one is not.
    pub fn history(&self) -> Option<Span> {
        self.history
    }

    /// Whether at least `span` of its past is known.
    fn has_history(&self, span: Span) -> bool {
        self.history.is_some_and(|history| history >= span)
    }

    /// Whether `span` of its past is in the window's counts: one added while running holds nothing
    /// from before it came.
    fn has_history_over(&self, over: &Over, span: Span) -> bool {
        let taken_from = self.campaign.buzz.layout().posts.taken_from(over.number);
        self.has_history(span) && taken_from.is_some_and(|from| self.campaign.time - from >= span)
    }

    /// Whether a window can tell of a platform.
    fn is_in(&self, platform: Platform, over: &Over) -> bool {
        self.campaign.buzz.delay(platform) <= over.window.length
    }

    /// Whether an episode is on the air at T.
    pub fn is_on_air(&self) -> bool {
        let time = self.campaign.time;
        let mut episodes = self.show.iter().flat_map(|show| &show.episodes);
        episodes.any(|episode| episode.air <= time && time < episode.air + episode.length)
    }

    /// When it is first shown.
    pub fn premiere(&self) -> Option<Timestamp> {
        self.show?.premiere
    }

    /// When the first episode after T begins.
    pub fn next_episode(&self) -> Option<Timestamp> {
        let mut airs = self.show?.episodes.iter().map(|episode| episode.air);
        airs.find(|air| *air > self.campaign.time)
    }

    /// How far posts are above what is usual; `None` in warm-up.
    pub fn burst_score(&self) -> Option<f64> {
        self.campaign.buzz.burst(self.title)?.score()
    }

    /// Posts that an hour usually has; `None` in warm-up.
    pub fn burst_expected_posts(&self) -> Option<f64> {
        self.campaign.buzz.burst(self.title)?.expected_posts()
    }

    /// Whether a burst has begun and not ended.
    pub fn is_bursting(&self) -> bool {
        self.campaign.buzz.burst(self.title).is_some_and(Burst::is_active)
    }

    /// Whether a surge has begun and not ended.
    pub fn is_surging(&self) -> bool {
        self.campaign.buzz.surge(self.title).is_some_and(Surge::is_active)
    }
}
