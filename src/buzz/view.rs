//! What others may see of a fold's state.

use super::{Buzz, Tally};
use crate::campaign::{CampaignId, Language, TitleId};
use crate::post::id::PostId;
use crate::post::{Action, Kind, Platform};
use crate::record::burst::BurstRecord;
use crate::record::config::{FoldConfig, Show};
use crate::time::{Span, Timestamp};
use crate::virality::burst::Burst;
use crate::virality::surge::Surge;
use crate::window::landing::LanguageIndex;
use crate::window::layout::Layout;
use crate::window::title::TitleWindows;
use crate::window::watermark::Clocks;

impl Buzz {
    /// The campaign.
    pub fn campaign(&self) -> &CampaignId {
        &self.campaign
    }

    /// The config in force; `None` before the first.
    pub fn config(&self) -> Option<&FoldConfig> {
        self.config.as_ref()
    }

    /// T and H, and what they are made of.
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// T: where the windows end.
    pub fn time(&self) -> Option<Timestamp> {
        self.clocks.time()
    }

    /// What has been counted since this process began the fold.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Event times of the posts that have come into the windows since this was last called; to
    /// be called at each page, so that the list stays short.
    pub fn take_landed(&mut self) -> Vec<Timestamp> {
        std::mem::take(&mut self.landed)
    }

    /// Begins the totals at 0: what was replayed before is no news.
    pub fn begin_totals(&mut self) {
        self.seats.iter_mut().for_each(|(_, seat)| seat.total = Default::default());
    }

    /// Retractions that wait for their post.
    pub fn tombstones(&self) -> usize {
        self.tombstones.len()
    }

    /// Identities in the ledger, later versions included.
    pub fn ledger_entries(&self) -> usize {
        self.ledger.len()
    }

    /// Posts and gains that wait for T, and mentions that wait for the first config.
    pub fn pending_entries(&self) -> usize {
        self.waiting() + self.unconfigured.len()
    }

    /// How the windows are laid out: the order in which [`TitleWindows`] numbers them.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The windows of a title; `None` if it has no seat.
    pub fn title(&self, title: &TitleId) -> Option<&TitleWindows> {
        Some(&self.seats.of(title)?.windows)
    }

    /// Posts of a title counted since [`begin_totals`](Self::begin_totals), those that wait for T
    /// included.
    pub fn title_total(&self, title: &TitleId, platform: Platform) -> u64 {
        self.seats.of(title).map_or(0, |seat| seat.total[platform as usize])
    }

    /// Whether any mention has carried this counter of that platform.
    pub fn carries(&self, platform: Platform, action: Action) -> bool {
        self.carried.has(platform, action)
    }

    /// The languages with a series of their own, `other` and `und` last, each with the number by
    /// which [`TitleWindows::posts_in_language`] knows it.
    pub fn languages(&self) -> impl Iterator<Item = (&Language, LanguageIndex)> {
        let configured = self.config.iter().flat_map(|config| config.languages.iter());
        let all = configured.chain(self.names.fixed_languages().rev());
        let config = self.config.as_ref();
        all.filter_map(move |language| Some((language, self.names.language(language, config?))))
    }

    /// How long every post that names the title has been known at T; `None` where that is not so
    /// yet, or not any more.
    pub fn history(&self, title: &TitleId) -> Option<Span> {
        let history = self.time()? - self.seats.of(title)?.history?;
        (history >= Span::ZERO).then_some(history)
    }

    /// What the config says of the title besides its words.
    pub fn show(&self, title: &TitleId) -> Option<&Show> {
        self.config.as_ref()?.shows.get(title)
    }

    /// The title's bursts; `None` if it has no seat.
    pub fn burst(&self, title: &TitleId) -> Option<&Burst> {
        Some(&self.seats.of(title)?.burst)
    }

    /// The onsets and ends found within a day of event time, the newest first.
    pub fn bursts(&self) -> impl Iterator<Item = &BurstRecord> {
        self.bursts.iter().rev()
    }

    /// What sort of post it is; `None` once it is forgotten.
    pub fn kind_of(&self, platform: Platform, id: &PostId) -> Option<Kind> {
        Some(self.ledger.get(&(platform, id.clone()))?.content.sort.kind)
    }

    /// The title's surges; `None` if it has no seat.
    pub fn surge(&self, title: &TitleId) -> Option<&Surge> {
        Some(&self.seats.of(title)?.surge)
    }

    /// By how much the platform's feeds trail the world.
    pub fn delay(&self, platform: Platform) -> Span {
        let delays = self.config.as_ref().map(|config| &config.delays);
        delays.and_then(|delays| delays.get(&platform)).copied().unwrap_or_default()
    }

    /// Whether they do: then the platform is left out of what compares or scores.
    pub fn is_delayed(&self, platform: Platform) -> bool {
        self.delay(platform) > Span::ZERO
    }
}
