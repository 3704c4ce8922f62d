//! Files instead of Kafka: the same pure path over streams of JSON values.
//!
//! All inputs are tagged as they come; their mentions are put aside and folded in order of event
//! time, whatever the order in the files (search exports come newest first). The log's timestamp is
//! then each one's time, and at the end T goes one tick past the last event.
//!
//! Retractions come after all mentions, whatever time they tell, and a post is remembered for as
//! long as a window may hold it: else a deletion could miss it. Each version is seen when its post
//! was made, so its counters are gained at that time, and no post is so old that its first ones are
//! a base.
//!
//! Memory: 16 bytes a mention or retraction, besides the folds.

pub mod explain;
pub mod spool;
pub mod values;

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::buzz::{Buzz, BuzzError};
use crate::config::Config;
use crate::mention::{FeedRecord, Tagger, TaggerError};
use crate::post::outcome::{PostOutcome, RecordOutcome};
use crate::record::config::{FeedTiming, FoldConfig, WindowConfig};
use crate::record::heartbeat::{Heartbeat, Progress};
use crate::record::{LogRecord, SCHEMA_VERSION};
use crate::time::{Span, TICK, Timestamp};
use crate::window::Window;
use spool::Spool;
use values::Values;

/// The one feed topic that a replay's folds know of.
const TOPIC: &str = "replay";

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// An input or the spool.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The campaigns' words could not be made into a matcher.
    #[error(transparent)]
    Tagger(#[from] TaggerError),
    /// The fold.
    #[error(transparent)]
    Fold(#[from] BuzzError),
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
    outcomes: Outcomes,
    now: Timestamp,
    newest: Option<Timestamp>,
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
        let timing = FeedTiming { delay: Span::ZERO, max_delay: Span::ZERO };
        let topics = BTreeMap::from([(TOPIC.into(), timing)]);
        let of = |campaign| {
            remembering(FoldConfig {
                topics: topics.clone(),
                ..config.service.fold_config(campaign)
            })
        };
        Ok(Self {
            tagger: Tagger::new(&config.campaigns, config.service.rules())?,
            record_bytes_max,
            configs: config.campaigns.iter().map(|campaign| of(campaign)).collect(),
            spool: Spool::new()?,
            outcomes: Outcomes::default(),
            now,
            newest: None,
        })
    }

    /// Reads one input to its end; `name` is what its mentions name as their source.
    ///
    /// # Errors
    /// The input's or the spool's; a record that can't be read is an outcome.
    pub fn read(&mut self, name: &str, input: impl Read) -> Result<(), ReplayError> {
        let mut values = Values::new(input, self.record_bytes_max);
        while let Some(value) = values.next_value()? {
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
            self.spool.put(self.now, &LogRecord::Retraction(retraction))?;
        }
        Ok(())
    }

    /// Folds everything that was read.
    ///
    /// # Errors
    /// The spool's or the fold's.
    pub fn finish(self) -> Result<Replayed, ReplayError> {
        let Self { configs, spool, outcomes, newest, .. } = self;
        let mut log = Log::begin(configs)?;
        spool.in_order(|time, record| {
            // Posts move T; that one is gone does not.
            if matches!(record, LogRecord::Mention(_)) {
                log.come_to(time)?;
            }
            log.apply(time, record)
        })?;
        if let Some(newest) = newest {
            log.come_to(newest.floor(TICK) + TICK)?;
        }
        Ok(Replayed { folds: log.folds, outcomes })
    }
}

/// The config with which a post is remembered for as long as any window reaches.
fn remembering(config: FoldConfig) -> FoldConfig {
    let reach =
        |window: &WindowConfig| Window { length: window.length, slide: window.slide }.reach();
    let reach = config.windows.iter().map(reach).max().unwrap_or_default();
    FoldConfig { engagement_horizon: config.engagement_horizon.max(reach), ..config }
}

/// The mention log of a replay, which nobody keeps.
struct Log {
    folds: Vec<Buzz>,
    time: Timestamp,
}

impl Log {
    /// Each fold has its config before the first mention.
    fn begin(configs: Vec<FoldConfig>) -> Result<Self, ReplayError> {
        let time = Timestamp::from_millis(i64::MIN);
        let folds = configs.iter().map(|config| Buzz::new(config.campaign.clone())).collect();
        let mut log = Self { folds, time };
        for config in configs {
            log.apply(time, &LogRecord::Config(Box::new(config)))?;
        }
        Ok(log)
    }

    /// Moves T to the tick of `time`, by the heartbeat that a tagger would send.
    fn come_to(&mut self, time: Timestamp) -> Result<(), ReplayError> {
        if time.floor(TICK) <= self.time {
            return Ok(());
        }
        self.time = time.floor(TICK);
        let progress = Progress {
            topic: TOPIC.into(),
            partition: 0,
            position: 0,
            watermark: Some(time),
            end_fetched: None,
        };
        self.apply(
            time,
            &LogRecord::Heartbeat(Heartbeat {
                v: SCHEMA_VERSION,
                tagger: TOPIC.into(),
                clock: time,
                revisions: BTreeMap::new(),
                partition_counts: BTreeMap::new(),
                partitions: vec![progress],
            }),
        )
    }

    fn apply(&mut self, timestamp: Timestamp, record: &LogRecord) -> Result<(), ReplayError> {
        for fold in &mut self.folds {
            fold.apply(timestamp, record)?;
            fold.take_landed();
        }
        Ok(())
    }
}
