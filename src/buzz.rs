//! The fold: one campaign's state as a function of the mention log.
//!
//! [`Buzz::apply`] takes the log's records in order; nothing else changes the state, no clock is
//! read, and no order of hashing reaches a number. Replaying the log therefore gives the same
//! state, and applying a record twice changes no count: a post counts once a title by its
//! identity.

mod engagement;
mod retraction;
mod snapshot;
mod tally;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::campaign::{CampaignId, Language, TitleId};
use crate::post::id::PostId;
use crate::post::{Action, Platform};
use crate::record::LogRecord;
use crate::record::config::FoldConfig;
use crate::record::mention::Mention;
use crate::time::{Span, TICK, Timestamp};
use crate::window::ledger::{Ledger, TitleIndex};
use crate::window::title::{Landing, LanguageIndex, Layout, Sort, TitleWindows};
use crate::window::tombstone::Tombstones;
use crate::window::watermark::Clocks;
use engagement::WaitingGains;

pub use engagement::BASE_AGE;
pub use tally::{Applied, Retracted, Tally};

/// A post from further ahead of the log's timestamp than this is not believed.
pub const FUTURE_MAX: Span = Span::from_minutes(5);

/// The most mentions that wait for the campaign's first config record.
pub const UNCONFIGURED_MAX: usize = 200_000;

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

/// A title that has a seat.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Seat {
    windows: TitleWindows,
    /// Posts counted since [`Buzz::begin_totals`].
    #[serde(skip)]
    total: [u64; Platform::ALL.len()],
}

/// A post that waits for T.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    title: TitleIndex,
    root: PostId,
    post: Landing,
}

/// One campaign's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    pending: BTreeMap<(Timestamp, u64), Pending>,
    arrivals: u64,
    /// What was gained at or after T.
    gains: WaitingGains,
    /// The counters that any mention has carried.
    carried: BTreeSet<(Platform, Action)>,
    tombstones: Tombstones,
    /// Mentions before the first config, with their log timestamps.
    #[serde(skip)]
    unconfigured: Vec<(Timestamp, Mention)>,
    #[serde(skip)]
    tally: Tally,
    /// Event times of the posts that have landed since they were last taken.
    #[serde(skip)]
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
            gains: WaitingGains::default(),
            carried: BTreeSet::new(),
            tombstones: Tombstones::default(),
            unconfigured: Vec::new(),
            tally: Tally::default(),
            landed: Vec::new(),
        }
    }

    /// Applies the log's next record, whose log timestamp is `timestamp`. What is of another
    /// campaign changes nothing, not even the log's time: a fold may be spared it.
    ///
    /// # Errors
    /// [`BuzzError::Unconfigured`] when the log holds too many mentions before any config.
    pub fn apply(&mut self, timestamp: Timestamp, record: &LogRecord) -> Result<(), BuzzError> {
        if record.campaign().is_some_and(|campaign| *campaign != self.campaign) {
            return Ok(());
        }
        let log_time = self.clocks.observe(timestamp, self.config.is_some());
        match record {
            LogRecord::Mention(mention) => self.take(log_time, mention)?,
            LogRecord::Config(config) => {
                self.configure(config);
                self.step();
            }
            LogRecord::Heartbeat(heartbeat) => {
                if let Some(config) = &self.config {
                    self.clocks.heartbeat(heartbeat, config);
                    self.step();
                }
            }
            LogRecord::Retraction(retraction) => self.retract(log_time, retraction),
            LogRecord::Backfill(_) => {}
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
        let carried = mention.counters.each().map(|(action, _)| (mention.platform, action));
        self.carried.extend(carried);
        if mention.event_time > log_time + FUTURE_MAX {
            return Applied::Future;
        }
        let titles: Vec<TitleIndex> =
            mention.titles.iter().filter_map(|named| self.seat(&named.title)).collect();
        if titles.is_empty() {
            return Applied::UnknownTitle;
        }
        let identity = (mention.platform, mention.root.clone());
        let is_late = self.clocks.horizon().is_some_and(|horizon| mention.event_time < horizon);
        if is_late && self.ledger.get(&identity).is_none() {
            return Applied::Late;
        }
        let sort = Sort { kind: mention.kind, language: self.language(&mention.language) };
        self.ledger.see(&identity, mention.event_time, sort);
        self.ledger.add_version(&identity, &mention.id);
        if self.has_tombstone(mention) {
            self.take_out(&identity);
        }
        let new = self.ledger.new_titles(&identity, titles);
        let entry = self.ledger.see(&identity, mention.event_time, sort);
        if entry.retracted {
            return Applied::Retracted;
        }
        let applied = if new.is_empty() {
            Applied::Duplicate
        } else if is_late {
            Applied::Late
        } else {
            entry.titles.extend_from_slice(&new);
            let post = Landing {
                event_time: entry.event_time,
                platform: mention.platform,
                sort: entry.sort,
                author: mention.author.as_deref().map(PostId::parse),
            };
            self.count(&new, &mention.root, &post);
            Applied::Counted
        };
        self.earn(log_time, mention);
        applied
    }

    fn count(&mut self, titles: &[TitleIndex], root: &PostId, post: &Landing) {
        for title in titles {
            if let Some(seat) = self.seats.get_mut(title) {
                seat.total[post.platform as usize] += 1;
            }
            self.put(*title, root, post.clone());
        }
    }

    /// A post before T lands; one at or after it waits.
    fn put(&mut self, title: TitleIndex, root: &PostId, post: Landing) {
        match self.clocks.time() {
            Some(time) if post.event_time < time => self.land(time, title, &post),
            _ => {
                self.arrivals += 1;
                let key = (post.event_time, self.arrivals);
                self.pending.insert(key, Pending { title, root: root.clone(), post });
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

    /// Moves T forward while more posts and gains wait for it than may.
    fn force(&mut self, pending_max: usize) {
        while self.pending.len() + self.gains.len() > pending_max
            && let Some(oldest) = self.oldest_waiting()
        {
            self.tally.forced_ticks += 1;
            let time = oldest.floor(TICK) + TICK;
            self.clocks.move_time(time);
            self.advance(time);
        }
    }

    fn oldest_waiting(&self) -> Option<Timestamp> {
        let post = self.pending.first_key_value().map(|((at, _), _)| *at);
        let gain = self.gains.first_key_value().map(|((at, ..), _)| *at);
        post.into_iter().chain(gain).min()
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
            let before = horizon.min(log_time - config.engagement_horizon);
            self.ledger.evict(before);
            self.tombstones.evict(before);
        }
    }

    fn advance(&mut self, time: Timestamp) {
        for seat in self.seats.values_mut() {
            seat.windows.advance(&self.layout, time);
        }
        while let Some(first) = self.pending.first_entry()
            && first.key().0 < time
        {
            let Pending { title, post, .. } = first.remove();
            self.land(time, title, &post);
        }
        self.land_gains(time);
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
