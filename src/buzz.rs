//! The fold: one campaign's state as a function of the mention log.
//!
//! [`Buzz::apply`] takes the log's records in order; nothing else changes the state, no clock is
//! read, and no order of hashing reaches a number. Replaying the log therefore gives the same
//! state, and applying a record twice changes no count: a post counts once a title by its
//! identity.

mod configuration;
mod count;
mod detection;
mod engagement;
mod evidence;
mod history;
mod naming;
mod retraction;
mod seats;
mod snapshot;
mod tally;
mod view;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::campaign::CampaignId;
use crate::post::id::PostId;
use crate::record::LogRecord;
use crate::record::burst::BurstRecord;
use crate::record::config::FoldConfig;
use crate::record::mention::{Mention, TitleMatch};
use crate::time::{Span, TICK, Timestamp};
use crate::window::landing::{Landing, Named, TitleIndex};
use crate::window::layout::Layout;
use crate::window::ledger::{Identity, Ledger};
use crate::window::title::Ground;
use crate::window::tombstone::Tombstones;
use crate::window::watermark::Clocks;
use crate::window::words::Words;
use count::WaitingCounts;
use engagement::{Carried, WaitingGains};
use history::Revisions;
use naming::Names;
use seats::Seats;

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

/// A post that waits for T.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    named: Named,
    root: PostId,
    post: Landing,
}

/// One campaign's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Buzz {
    campaign: CampaignId,
    #[serde(with = "snapshot::as_json")]
    config: Option<FoldConfig>,
    layout: Layout,
    clocks: Clocks,
    /// T as the windows have it: while it leaps, it comes there in steps.
    shown: Option<Timestamp>,
    ledger: Ledger,
    seats: Seats,
    names: Names,
    revisions: Revisions,
    /// Posts at or after T, by event time and arrival.
    pending: BTreeMap<(Timestamp, u64), Pending>,
    arrivals: u64,
    /// What was gained at or after T.
    gains: WaitingGains,
    /// Posts known by number only, at or after T.
    counts: WaitingCounts,
    /// The counters that any mention has carried.
    carried: Carried,
    tombstones: Tombstones,
    /// The next boundary at which bursts are looked for.
    boundary: Option<Timestamp>,
    /// What was found there of late.
    #[serde(with = "snapshot::as_json")]
    bursts: VecDeque<BurstRecord>,
    /// What of it this process has not taken.
    #[serde(skip)]
    untaken: VecDeque<BurstRecord>,
    /// Mentions before the first config, with their log timestamps.
    #[serde(skip)]
    unconfigured: Vec<(Timestamp, Mention)>,
    #[serde(skip)]
    tally: Tally,
    /// Event times of the posts that have landed since they were last taken.
    #[serde(skip)]
    landed: Vec<Timestamp>,
    #[serde(skip)]
    words: Words,
}

impl Buzz {
    /// The empty state of `campaign`, before the log's first record.
    pub fn new(campaign: CampaignId) -> Self {
        Self {
            campaign,
            config: None,
            layout: Layout::default(),
            clocks: Clocks::default(),
            shown: None,
            ledger: Ledger::default(),
            seats: Seats::default(),
            names: Names::default(),
            revisions: Revisions::default(),
            pending: BTreeMap::new(),
            arrivals: 0,
            gains: WaitingGains::default(),
            counts: WaitingCounts::default(),
            carried: Carried::default(),
            tombstones: Tombstones::default(),
            boundary: None,
            bursts: VecDeque::new(),
            untaken: VecDeque::new(),
            unconfigured: Vec::new(),
            tally: Tally::default(),
            landed: Vec::new(),
            words: Words::default(),
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
                self.follow_histories(true);
            }
            LogRecord::Heartbeat(heartbeat) => {
                if let Some(config) = &self.config {
                    self.clocks.heartbeat(heartbeat, config);
                    self.step();
                    self.follow_histories(false);
                }
            }
            LogRecord::Retraction(retraction) => self.retract(log_time, retraction),
            LogRecord::Backfill(backfill) => self.fill_back(backfill),
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
        self.carried.see(mention.platform, &mention.counters);
        if mention.event_time > log_time + FUTURE_MAX {
            return Applied::Future;
        }
        let mut titles = self.seated(mention);
        if titles.is_empty() {
            return Applied::UnknownTitle;
        }
        let identity = (mention.platform, mention.root.clone());
        let is_late = self.clocks.horizon().is_some_and(|horizon| mention.event_time < horizon);
        if is_late && self.ledger.get(&identity).is_none() {
            return Applied::Late;
        }
        self.see(&identity, mention);
        if self.has_tombstone(mention) {
            self.take_out(&identity);
        }
        let Some(entry) = self.ledger.get(&identity) else { return Applied::Late };
        if entry.retracted {
            return Applied::Retracted;
        }
        titles.retain(|(title, _)| !entry.counts_for(*title));
        let applied = if titles.is_empty() {
            Applied::Duplicate
        } else if is_late {
            Applied::Late
        } else {
            self.count_for(&identity, &titles, mention);
            Applied::Counted
        };
        self.earn(log_time, &identity, mention);
        applied
    }

    /// The titles that have a seat or are given one, each once, in order.
    fn seated<'m>(&mut self, mention: &'m Mention) -> SmallVec<[(TitleIndex, &'m TitleMatch); 4]> {
        let mut titles = SmallVec::new();
        for named in &mention.titles {
            titles.extend(self.seat(&named.title).map(|title| (title, named)));
        }
        titles.sort_by_key(|(title, _)| *title);
        titles.dedup_by_key(|(title, _)| *title);
        titles
    }

    /// Remembers a post and its version.
    fn see(&mut self, identity: &Identity, mention: &Mention) {
        let Self { ledger, names, words, config: Some(config), .. } = self else { return };
        ledger.see(identity, mention.event_time, || names.content(mention, config, words));
        if mention.id != mention.root {
            ledger.add_version(identity, &mention.id);
        }
    }

    /// Counts a known post for titles that it has not been counted for.
    fn count_for(
        &mut self,
        identity: &Identity,
        titles: &[(TitleIndex, &TitleMatch)],
        mention: &Mention,
    ) {
        let Some(entry) = self.ledger.get_mut(identity) else { return };
        let post = Landing {
            event_time: entry.event_time,
            platform: identity.0,
            content: entry.content.clone(),
            followers: mention.followers,
        };
        let (earned, first) = (entry.earned, entry.titles.len());
        for (title, named) in titles {
            let Some((seat, names)) = self.seats.named_mut(*title) else { continue };
            let show = self.config.as_ref().and_then(|config| config.shows.get(&named.title));
            let (alias, facets) = names.name(&named.alias, &named.facets, show);
            seat.total[post.platform as usize] += 1;
            entry.titles.push(Named { title: *title, alias, facets });
        }
        let new: SmallVec<[Named; 2]> = entry.titles.iter().skip(first).copied().collect();
        for named in new {
            self.put(named, identity, earned, &post);
        }
    }

    /// A post before T lands; one at or after it waits.
    fn put(&mut self, named: Named, identity: &Identity, earned: u64, post: &Landing) {
        match self.shown {
            Some(time) if post.event_time < time => self.land(time, named, identity, earned, post),
            _ => {
                self.arrivals += 1;
                let key = (post.event_time, self.arrivals);
                let (root, post) = (identity.1.clone(), post.clone());
                self.pending.insert(key, Pending { named, root, post });
            }
        }
    }

    /// Counts a post before T that has earned so much.
    fn land(
        &mut self,
        time: Timestamp,
        named: Named,
        identity: &Identity,
        earned: u64,
        post: &Landing,
    ) {
        let Self { config: Some(config), layout, seats, names, .. } = self else { return };
        seats.again(named.title);
        let Some((seat, of_title)) = seats.named_mut(named.title) else { return };
        let ground = Ground { layout, time, distinct_max: config.distinct_max, names: of_title };
        let group = names.group(post.content.sort.group);
        let is_one_too_many = seat.windows.land(post, named, group, ground);
        seat.windows.rank(identity, post.event_time, earned, layout);
        self.tally.author_overflows += u64::from(is_one_too_many);
        self.landed.push(post.event_time);
    }

    /// Moves T forward while more posts and gains wait for it than may.
    fn force(&mut self, pending_max: usize) {
        while self.waiting() > pending_max
            && let Some(oldest) = self.oldest_waiting()
        {
            self.tally.forced_ticks += 1;
            let time = oldest.floor(TICK) + TICK;
            self.clocks.move_time(time);
            self.advance(time);
        }
    }

    /// How much waits for T.
    fn waiting(&self) -> usize {
        self.pending.len() + self.gains.len() + self.counts.len()
    }

    fn oldest_waiting(&self) -> Option<Timestamp> {
        let post = self.pending.first_key_value().map(|((at, _), _)| *at);
        let gain = self.gains.first_key_value().map(|((at, ..), _)| *at);
        let count = self.counts.first_key_value().map(|((at, ..), _)| *at);
        post.into_iter().chain(gain).chain(count).min()
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
        } else {
            self.score_boundaries();
        }
        if let (Some(config), Some(horizon), Some(log_time)) =
            (&self.config, self.clocks.horizon(), self.clocks.log_time())
        {
            let before = horizon.min(log_time - config.engagement_horizon);
            self.ledger.evict(before);
            self.tombstones.evict(before);
        }
    }

    /// Moves every window to end at `time` and lands what waited for it.
    fn advance_windows(&mut self, time: Timestamp) {
        let passed = self.layout.passed(self.shown, time);
        for (_, seat) in self.seats.iter_mut() {
            seat.windows.advance(passed, &self.layout, time);
        }
        self.shown = Some(time);
        while let Some(first) = self.pending.first_entry()
            && first.key().0 < time
        {
            let Pending { named, root, post } = first.remove();
            let identity = (post.platform, root);
            let earned = self.ledger.get(&identity).map_or(0, |entry| entry.earned);
            self.land(time, named, &identity, earned, &post);
        }
        self.land_gains(time);
        self.land_counts(time);
    }
}
