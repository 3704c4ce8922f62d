//! The fold: one campaign's state as a function of the mention log.
//!
//! [`Buzz::apply`] takes the log's records in order; nothing else changes the state, no clock is
//! read, and no order of hashing reaches a number. Replaying the log therefore gives the same
//! state, and applying a record twice changes no count: a post counts once a title by its
//! identity.

mod view;

use std::collections::BTreeMap;

use crate::campaign::{CampaignId, Language, TitleId};
use crate::post::Platform;
use crate::record::LogRecord;
use crate::record::config::FoldConfig;
use crate::record::mention::Mention;
use crate::time::{Span, TICK, Timestamp};
use crate::window::ledger::{Ledger, TitleIndex};
use crate::window::title::{Landing, LanguageIndex, Layout, TitleWindows};
use crate::window::watermark::Clocks;

/// A post from further ahead of the log's timestamp than this is not believed.
pub const FUTURE_MAX: Span = Span::from_minutes(5);

/// The most mentions that wait for the campaign's first config record.
pub const UNCONFIGURED_MAX: usize = 200_000;

/// What became of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applied {
    /// It counts, for at least one title.
    Counted,
    /// It was counted before for each of its titles.
    Duplicate,
    /// A first sight from behind the horizon: refused.
    Late,
    /// Too far ahead of the log's timestamp to be believed: refused.
    Future,
    /// None of its titles has a seat: refused.
    UnknownTitle,
}

impl Applied {
    /// Every outcome, in the order of their discriminants.
    pub const ALL: [Self; 5] =
        [Self::Counted, Self::Duplicate, Self::Late, Self::Future, Self::UnknownTitle];

    /// The value of the `outcome` label of `daebak_mentions_applied_total`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Duplicate => "duplicate",
            Self::Late => "late",
            Self::Future => "future",
            Self::UnknownTitle => "unknown_title",
        }
    }
}

/// A log that cannot be folded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuzzError {
    /// Mentions came, and no config record.
    #[error(
        "campaign {0}: more than {UNCONFIGURED_MAX} mentions lie in the log before its first \
         config record; start an aggregator that has the campaign before its taggers"
    )]
    Unconfigured(CampaignId),
}

/// What the fold has counted since this process began it; no part of its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Mentions by what became of them, in the order of [`Applied::ALL`].
    pub applied: [u64; Applied::ALL.len()],
    /// How often T was forced forward because too many posts waited for it.
    pub forced_ticks: u64,
    /// How often H was forced forward because too many identities were remembered.
    pub forced_horizons: u64,
    /// How often a title had more distinct authors on a platform than are counted.
    pub author_overflows: u64,
}

/// A title that has a seat.
#[derive(Clone, Debug, Default)]
struct Seat {
    windows: TitleWindows,
    /// Posts counted since this process began the fold.
    total: [u64; Platform::ALL.len()],
}

/// One campaign's state.
#[derive(Clone, Debug)]
pub struct Buzz {
    campaign: CampaignId,
    config: Option<FoldConfig>,
    layout: Layout,
    clocks: Clocks,
    ledger: Ledger,
    /// Every title ever seated; numbers are never given twice.
    numbers: BTreeMap<TitleId, TitleIndex>,
    seats: BTreeMap<TitleIndex, Seat>,
    /// `und`, `other` and every language a config has named.
    languages: Vec<Language>,
    /// Posts at or after T, by event time and arrival.
    pending: BTreeMap<(Timestamp, u64), (TitleIndex, Landing)>,
    arrivals: u64,
    /// Mentions before the first config, with their log timestamps.
    unconfigured: Vec<(Timestamp, Mention)>,
    tally: Tally,
    /// Event times of the posts that have landed since they were last taken.
    landed: Vec<Timestamp>,
}

impl Buzz {
    /// The empty state of `campaign`, before the log's first record.
    pub fn new(campaign: CampaignId) -> Self {
        Self {
            campaign,
            config: None,
            layout: Layout::default(),
            clocks: Clocks::default(),
            ledger: Ledger::default(),
            numbers: BTreeMap::new(),
            seats: BTreeMap::new(),
            languages: [Language::UNDETERMINED, Language::OTHER].map(Language::new).to_vec(),
            pending: BTreeMap::new(),
            arrivals: 0,
            unconfigured: Vec::new(),
            tally: Tally::default(),
            landed: Vec::new(),
        }
    }

    /// Applies the log's next record, whose log timestamp is `timestamp`. Mentions and configs of
    /// other campaigns are passed over.
    ///
    /// # Errors
    /// [`BuzzError::Unconfigured`] when the log holds too many mentions before any config.
    pub fn apply(&mut self, timestamp: Timestamp, record: &LogRecord) -> Result<(), BuzzError> {
        let log_time = self.clocks.observe(timestamp, self.config.is_some());
        match record {
            LogRecord::Mention(mention) if mention.campaign == self.campaign => {
                self.take(log_time, mention)?;
            }
            LogRecord::Config(config) if config.campaign == self.campaign => {
                self.configure(config);
                self.step();
            }
            LogRecord::Heartbeat(heartbeat) => {
                if let Some(config) = &self.config {
                    self.clocks.heartbeat(heartbeat, config);
                    self.step();
                }
            }
            LogRecord::Mention(_) | LogRecord::Config(_) => {}
        }
        Ok(())
    }

    fn take(&mut self, log_time: Timestamp, mention: &Mention) -> Result<(), BuzzError> {
        let Some(config) = &self.config else {
            if self.unconfigured.len() >= UNCONFIGURED_MAX {
                return Err(BuzzError::Unconfigured(self.campaign.clone()));
            }
            self.unconfigured.push((log_time, mention.clone()));
            return Ok(());
        };
        let (pending_max, ledger_max) = (config.pending_max, config.ledger_max);
        let applied = self.mention(log_time, mention);
        self.tally.applied[applied as usize] += 1;
        self.force(pending_max);
        self.forget(ledger_max);
        Ok(())
    }

    /// Counts a mention, unless it has been, is late, or is not to be believed.
    fn mention(&mut self, log_time: Timestamp, mention: &Mention) -> Applied {
        if mention.event_time > log_time + FUTURE_MAX {
            return Applied::Future;
        }
        let titles: Vec<TitleIndex> =
            mention.titles.iter().filter_map(|named| self.seat(&named.title)).collect();
        if titles.is_empty() {
            return Applied::UnknownTitle;
        }
        let identity = (mention.platform, mention.root.clone());
        let new = self.ledger.new_titles(&identity, titles);
        if new.is_empty() {
            return Applied::Duplicate;
        }
        if self.clocks.horizon().is_some_and(|horizon| mention.event_time < horizon) {
            return Applied::Late;
        }
        let event_time = self.ledger.count(&identity, mention.event_time, &new);
        let post = self.landing(event_time, mention);
        for title in new {
            if let Some(seat) = self.seats.get_mut(&title) {
                seat.total[mention.platform as usize] += 1;
            }
            self.put(title, post.clone());
        }
        Applied::Counted
    }

    fn landing(&self, event_time: Timestamp, mention: &Mention) -> Landing {
        Landing {
            event_time,
            platform: mention.platform,
            kind: mention.kind,
            language: self.language(&mention.language),
            author: mention.author.as_deref().map(crate::post::id::PostId::parse),
        }
    }

    /// A post before T lands; one at or after it waits.
    fn put(&mut self, title: TitleIndex, post: Landing) {
        match self.clocks.time() {
            Some(time) if post.event_time < time => self.land(time, title, &post),
            _ => {
                self.arrivals += 1;
                self.pending.insert((post.event_time, self.arrivals), (title, post));
            }
        }
    }

    fn land(&mut self, time: Timestamp, title: TitleIndex, post: &Landing) {
        let authors_max = self.config.as_ref().map_or(0, |config| config.distinct_max);
        let seat = self.seats.entry(title).or_default();
        let one_too_many = seat.windows.land(post, &self.layout, time, authors_max);
        self.tally.author_overflows += u64::from(one_too_many);
        self.landed.push(post.event_time);
    }

    /// Moves T forward while more posts wait for it than may.
    fn force(&mut self, pending_max: usize) {
        while self.pending.len() > pending_max
            && let Some((&(oldest, _), _)) = self.pending.first_key_value()
        {
            self.tally.forced_ticks += 1;
            let time = oldest.floor(TICK) + TICK;
            self.clocks.move_time(time);
            self.advance(time);
        }
    }

    /// Forgets the oldest identities while there are more than may be, up to ten minutes behind T.
    /// H moves with them, so that none of them is counted again.
    fn forget(&mut self, ledger_max: usize) {
        while self.ledger.len() > ledger_max
            && let Some(time) = self.clocks.time()
            && let Some(end) = self.ledger.evict_oldest(time)
        {
            self.tally.forced_horizons += 1;
            self.clocks.move_horizon_to(end);
        }
    }

    /// Moves T and H to what the log has told, lands what waited, forgets what may be forgotten.
    fn step(&mut self) {
        let Some(config) = &self.config else { return };
        if let Some(time) = self.clocks.step(config, self.layout.reach()) {
            self.advance(time);
        }
        if let (Some(config), Some(horizon), Some(log_time)) =
            (&self.config, self.clocks.horizon(), self.clocks.log_time())
        {
            self.ledger.evict(horizon.min(log_time - config.engagement_horizon));
        }
    }

    fn advance(&mut self, time: Timestamp) {
        for seat in self.seats.values_mut() {
            seat.windows.advance(&self.layout, time);
        }
        while let Some(first) = self.pending.first_entry()
            && first.key().0 < time
        {
            let (title, post) = first.remove();
            self.land(time, title, &post);
        }
    }

    fn configure(&mut self, config: &FoldConfig) {
        for language in &config.languages {
            if !self.languages.contains(language)
                && self.languages.len() < usize::from(LanguageIndex::MAX)
            {
                self.languages.push(language.clone());
            }
        }
        let same_windows = self.config.as_ref().is_some_and(|old| old.windows == config.windows);
        self.clocks.configure(config);
        self.config = Some(config.clone());
        for title in &config.titles {
            self.seat(title);
        }
        if !same_windows {
            self.layout.change(&config.windows, self.clocks.time());
            if let Some(time) = self.clocks.time() {
                for seat in self.seats.values_mut() {
                    seat.windows.change(&self.layout, time);
                }
            }
        }
        self.unseat(config);
        for (log_time, mention) in std::mem::take(&mut self.unconfigured) {
            let applied = self.mention(log_time, &mention);
            self.tally.applied[applied as usize] += 1;
        }
        self.force(config.pending_max);
        self.forget(config.ledger_max);
    }

    /// Drops titles that the config does not name once nothing of them is left in any window.
    fn unseat(&mut self, config: &FoldConfig) {
        let numbers = &self.numbers;
        let wanted: Vec<_> = config.titles.iter().filter_map(|title| numbers.get(title)).collect();
        self.seats.retain(|title, seat| wanted.contains(&title) || !seat.windows.is_empty());
    }

    /// The number of a title that has a seat or can be given one. The titles of the config in
    /// force always have one; `titles_max` bounds the others.
    fn seat(&mut self, title: &TitleId) -> Option<TitleIndex> {
        let config = self.config.as_ref()?;
        let known = self.numbers.get(title).copied();
        if let Some(number) = known
            && self.seats.contains_key(&number)
        {
            return Some(number);
        }
        let others = self.seats.len().saturating_sub(config.titles.len());
        if !config.titles.contains(title) && others >= config.titles_max {
            return None;
        }
        let number = match known {
            Some(number) => number,
            None => TitleIndex::try_from(self.numbers.len()).ok()?,
        };
        self.numbers.insert(title.clone(), number);
        self.seats.insert(number, Seat::default());
        Some(number)
    }

    fn language(&self, language: &Language) -> LanguageIndex {
        let configured = |config: &FoldConfig| config.languages.contains(language);
        let own_series = language.as_str() == Language::UNDETERMINED
            || self.config.as_ref().is_some_and(configured);
        let name = if own_series { language.as_str() } else { Language::OTHER };
        let index = self.languages.iter().position(|known| known.as_str() == name);
        index.and_then(|index| LanguageIndex::try_from(index).ok()).unwrap_or_default()
    }
}
