//! Files instead of Kafka: the same pure path over streams of JSON values, and count series of which
//! nothing but numbers is known.
//!
//! All inputs are tagged as they come; their mentions are put aside and folded in order of event
//! time, whatever the order in the files (search exports come newest first). The log's timestamp is
//! then each one's time, so that nothing is late, and at the end T goes one tick past the last
//! event. On the way it stands still at every multiple of a step, for a [`Follower`] to look.
//!
//! A title's history begins at the first event. Retractions come after all mentions, whatever time
//! they tell, and where there are any a post is remembered for as long as a window may hold it: else
//! a deletion could miss it. What is looked at on the way therefore holds posts that are retracted
//! at the end. Each version is seen when its post was made, so its counters are gained at that time,
//! and no post is so old that its first ones are a base.
//!
//! Memory: 16 bytes a mention or retraction and 40 a row of counts, besides the folds.

pub mod counts;
pub mod explain;
mod log;
pub mod named;
#[cfg(not(fuzzing))]
pub mod openmetrics;
#[cfg(not(fuzzing))]
pub mod packed;
#[cfg(not(fuzzing))]
pub mod sheet;
pub mod spool;
pub mod values;

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::buzz::{Buzz, BuzzError};
use crate::campaign::{CampaignId, Revision, TitleId};
use crate::config::{self, Config};
use crate::mention::{FeedRecord, Tagger, TaggerError};
use crate::post::Platform;
use crate::post::outcome::{PostOutcome, RecordOutcome};
use crate::record::LogRecord;
use crate::record::config::{FeedTiming, FoldConfig, WindowConfig};
use crate::time::{Span, TICK, Timestamp};
use crate::window::Window;
use counts::{Counts, CountsError, Piece, Series};
use log::Log;
use spool::Spool;
use values::Values;

pub use log::Follower;

/// The one feed topic that a replay's folds know of.
const TOPIC: &str = "replay";

/// The campaign of count series that belong to no other.
const COUNTS: &str = "counts";

/// How often a replay stands still unless it is said.
pub const STEP_DEFAULT: Span = Span::from_minutes(5);

/// The most steps of a replay: at [`STEP_DEFAULT`], 95 years.
const STEPS_MAX: i64 = 10_000_000;

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// An input.
    #[error(transparent)]
    Input(io::Error),
    /// The spool or an output.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The campaigns' words could not be made into a matcher.
    #[error(transparent)]
    Tagger(#[from] TaggerError),
    /// The fold.
    #[error(transparent)]
    Fold(#[from] BuzzError),
    /// A count series.
    #[error(transparent)]
    Counts(#[from] CountsError),
    /// More steps than anyone will look at.
    #[error(
        "from {first} to {last} there are more than {STEPS_MAX} steps of {every}; is a time \
         mistaken? Else choose a longer --every"
    )]
    Steps {
        /// The first event.
        first: Timestamp,
        /// The last event.
        last: Timestamp,
        /// The step.
        every: Span,
    },
}

/// What became of the records of a replay and of the posts in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Records read; each has one outcome.
    pub records: BTreeMap<RecordOutcome, u64>,
    /// Posts read; each has one outcome.
    pub posts: BTreeMap<PostOutcome, u64>,
    /// Mentions left out because they lie in the future.
    pub future: u64,
}

/// A replay that still takes inputs.
pub struct Replay {
    tagger: Tagger,
    record_bytes_max: usize,
    configs: Vec<FoldConfig>,
    spool: Spool,
    counts: Counts,
    outcomes: Outcomes,
    now: Timestamp,
    newest: Option<Timestamp>,
    retracts: bool,
}

/// A replay at its end.
#[derive(Debug)]
pub struct Replayed {
    /// One fold a campaign, all at the same T.
    pub folds: Vec<Buzz>,
    /// What became of the records.
    pub outcomes: Outcomes,
}

impl Replay {
    /// A replay over the campaigns of `config`; what is later than `now` is in the future.
    ///
    /// # Errors
    /// When the matcher or the spool can't be made.
    pub fn new(config: &Config, now: Timestamp) -> Result<Self, ReplayError> {
        let record_bytes_max = config.service.limits.record_bytes_max;
        let of = |campaign| alone(config.service.fold_config(campaign));
        Ok(Self {
            tagger: Tagger::new(&config.campaigns, config.service.rules())?,
            record_bytes_max,
            configs: config.campaigns.iter().map(|campaign| of(campaign)).collect(),
            spool: Spool::new()?,
            counts: Counts::default(),
            outcomes: Outcomes::default(),
            now,
            newest: None,
            retracts: false,
        })
    }

    /// A replay of count series alone, in a campaign of their own that has their titles. Windows
    /// and limits are those of the service of `config`.
    ///
    /// # Errors
    /// When the spool can't be made.
    pub fn of_counts(config: &Config, now: Timestamp, counts: Counts) -> Result<Self, ReplayError> {
        let like = config.campaigns.first().map(|campaign| config.service.fold_config(campaign));
        let mut titles: Vec<TitleId> = Vec::new();
        for (series, _) in counts.series() {
            if !titles.contains(&series.title) {
                titles.push(series.title.clone());
            }
        }
        let own = |like| FoldConfig {
            campaign: CampaignId::new(COUNTS),
            revision: Revision::new(COUNTS),
            titles_max: titles.len(),
            titles,
            shows: BTreeMap::new(),
            groups: Vec::new(),
            languages: Vec::new(),
            platforms: Vec::new(),
            ..alone(like)
        };
        let mut replay = Self::new(&Config { campaigns: Vec::new(), ..config.clone() }, now)?;
        replay.configs = like.map(own).into_iter().collect();
        replay.count(counts)?;
        Ok(replay)
    }

    /// Takes count series, in the place of all taken before.
    ///
    /// # Errors
    /// [`CountsError::UnknownTitle`] for a title that no campaign has.
    pub fn count(&mut self, counts: Counts) -> Result<(), ReplayError> {
        for (Series { title, platform }, line) in counts.series() {
            let mut has_title = false;
            for config in self.configs.iter_mut().filter(|config| config.titles.contains(title)) {
                has_title = true;
                tell_platform(config, *platform);
            }
            if !has_title {
                return Err(self.unknown(title, line).into());
            }
        }
        self.counts = counts;
        Ok(())
    }

    fn unknown(&self, title: &TitleId, line: u64) -> CountsError {
        let known: Vec<&str> =
            self.configs.iter().flat_map(|config| &config.titles).map(TitleId::as_str).collect();
        let nearest = config::nearest(title.as_str(), &known).map(str::to_owned);
        CountsError::UnknownTitle { line, title: title.to_string(), nearest }
    }

    /// Reads one input to its end; `name` is what its mentions name as their source.
    ///
    /// # Errors
    /// The input's or the spool's; a record that can't be read is an outcome.
    pub fn read(&mut self, name: &str, input: impl Read) -> Result<(), ReplayError> {
        let mut values = Values::new(input, self.record_bytes_max);
        while let Some(value) = values.next_value().map_err(ReplayError::Input)? {
            self.record(FeedRecord {
                topic: name,
                partition: 0,
                offset: i64::try_from(value.offset).unwrap_or(i64::MAX),
                timestamp: self.now,
                payload: Some(value.bytes),
            })?;
        }
        Ok(())
    }

    fn record(&mut self, record: FeedRecord<'_>) -> Result<(), ReplayError> {
        let tagged = self.tagger.tag(&record);
        *self.outcomes.records.entry(tagged.record).or_default() += 1;
        for outcome in tagged.posts {
            *self.outcomes.posts.entry(outcome).or_default() += 1;
        }
        self.newest = self.newest.max(tagged.event_time.filter(|at| *at <= self.now));
        for mut mention in tagged.mentions {
            let event_time = mention.event_time;
            if event_time > self.now {
                self.outcomes.future += 1;
                continue;
            }
            mention.observed = event_time;
            self.spool.put(event_time, &LogRecord::Mention(Box::new(mention)))?;
        }
        for retraction in tagged.retractions {
            // Behind all mentions: none is later.
            self.retracts = true;
            self.spool.put(self.now, &LogRecord::Retraction(retraction))?;
        }
        Ok(())
    }

    /// Folds everything that was read.
    ///
    /// # Errors
    /// The spool's or the fold's.
    pub fn finish(self) -> Result<Replayed, ReplayError> {
        self.fold(STEP_DEFAULT, &mut ())
    }

    /// Folds everything that was read, and stands still for `follower` at every multiple of
    /// `every` after the first event. `every` is a whole number of ticks, at least one.
    ///
    /// # Errors
    /// The spool's, the fold's or the follower's; [`ReplayError::Steps`] when there are too many.
    pub fn fold(self, every: Span, follower: &mut dyn Follower) -> Result<Replayed, ReplayError> {
        let Self { mut configs, spool, counts, outcomes, now, newest, retracts, .. } = self;
        if retracts {
            configs.iter_mut().for_each(remember);
        }
        let mentioned = spool.first().filter(|first| *first < now);
        let first = mentioned.into_iter().chain(counts.start()).min();
        let end = counts.end().map(|end| end - Span::from_millis(1));
        let last = newest.max(end).map(|last| last.floor(TICK) + TICK);
        if let (Some(first), Some(last)) = (first, last)
            && (last - first).steps(every) > STEPS_MAX
        {
            return Err(ReplayError::Steps { first, last, every });
        }
        let mut counted = Counted::new(&configs, counts);
        let mut log = Log::begin(configs, every, follower)?;
        if let Some(first) = first {
            // A bin may begin with nothing.
            log.come_to(first)?;
        }
        let (mut n, of) = (0, spool.len());
        spool.in_order(|time, record| {
            counted.until(time, &mut log)?;
            // Posts move T; that one is gone does not.
            if matches!(record, LogRecord::Mention(_)) {
                log.come_to(time)?;
            }
            n += 1;
            log.told(n, of);
            log.apply(time, record)
        })?;
        counted.until(Timestamp::from_millis(i64::MAX), &mut log)?;
        if let Some(last) = last {
            log.come_to(last)?;
        }
        Ok(Replayed { folds: log.folds, outcomes })
    }
}

/// A post is remembered for as long as any window reaches.
fn remember(config: &mut FoldConfig) {
    let reach =
        |window: &WindowConfig| Window { length: window.length, slide: window.slide }.reach();
    let reach = config.windows.iter().map(reach).max().unwrap_or_default();
    config.engagement_horizon = config.engagement_horizon.max(reach);
}

/// The config of a fold that has no feed but a replay, which knows all there is: no platform trails
/// another.
fn alone(config: FoldConfig) -> FoldConfig {
    let timing = FeedTiming { delay: Span::ZERO, max_delay: Span::ZERO };
    FoldConfig {
        topics: BTreeMap::from([(TOPIC.into(), timing)]),
        delays: BTreeMap::new(),
        ..config
    }
}

/// A platform of which only numbers come has a series, and does not tell shares from other posts.
fn tell_platform(config: &mut FoldConfig, platform: Platform) {
    config.marks_shares.retain(|marks| *marks != platform);
    if !config.platforms.contains(&platform) {
        config.platforms.push(platform);
        config.platforms.sort();
    }
}

/// Count series on their way into the folds.
struct Counted {
    /// By the number of the series: its title and platform, and the folds that have the title.
    series: Vec<(Series, Vec<usize>)>,
    pieces: std::iter::Peekable<counts::Spread>,
}

impl Counted {
    fn new(configs: &[FoldConfig], counts: Counts) -> Self {
        let folds = |title: &TitleId| {
            let with = configs.iter().enumerate().filter(|(_, has)| has.titles.contains(title));
            with.map(|(number, _)| number).collect()
        };
        let series = counts.series().map(|(series, _)| (series.clone(), folds(&series.title)));
        Self { series: series.collect(), pieces: counts.spread().peekable() }
    }

    /// Counts all that comes before `time`.
    fn until(&mut self, time: Timestamp, log: &mut Log<'_>) -> Result<(), ReplayError> {
        while let Some(Piece { at, series, n }) = self.pieces.next_if(|piece| piece.at < time) {
            log.come_to(at)?;
            if let Some((series, folds)) = self.series.get(series) {
                log.count(folds, series, at, n);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
