//! The mention log of a replay, which nobody keeps: it goes straight to the folds, and every so
//! often stands still to be looked at.

use std::collections::BTreeMap;
use std::io;

use super::counts::Series;
use super::{ReplayError, TOPIC};
use crate::buzz::Buzz;
use crate::campaign::{CampaignId, Revision};
use crate::record::burst::BurstRecord;
use crate::record::config::FoldConfig;
use crate::record::heartbeat::{Heartbeat, Progress};
use crate::record::{LogRecord, SCHEMA_VERSION};
use crate::time::{Span, TICK, Timestamp};

/// Whoever follows a replay while it folds. What it does not say it does not want to know.
pub trait Follower {
    /// All folds are at `time`, a multiple of the replay's step.
    ///
    /// # Errors
    /// The follower's, which end the replay.
    fn step(&mut self, time: Timestamp, folds: &[Buzz]) -> io::Result<()> {
        let _ = (time, folds);
        Ok(())
    }

    /// A title's talk took off, or has calmed down.
    ///
    /// # Errors
    /// The follower's, which end the replay.
    fn burst(&mut self, burst: BurstRecord) -> io::Result<()> {
        let _ = burst;
        Ok(())
    }

    /// So many of so many log records are folded.
    fn folded(&mut self, records: u64, of: u64) {
        let _ = (records, of);
    }
}

/// Nobody.
impl Follower for () {}

/// The log, its folds and their follower.
pub(super) struct Log<'f> {
    pub(super) folds: Vec<Buzz>,
    revisions: BTreeMap<CampaignId, Revision>,
    /// T.
    time: Timestamp,
    every: Span,
    /// The next multiple of `every` to stand still at; none before the first event.
    next: Option<Timestamp>,
    follower: &'f mut dyn Follower,
}

impl<'f> Log<'f> {
    /// Each fold has its config before the first event.
    pub(super) fn begin(
        configs: Vec<FoldConfig>,
        every: Span,
        follower: &'f mut dyn Follower,
    ) -> Result<Self, ReplayError> {
        let time = Timestamp::from_millis(i64::MIN);
        let folds = configs.iter().map(|config| Buzz::new(config.campaign.clone())).collect();
        let revision = |config: &FoldConfig| (config.campaign.clone(), config.revision.clone());
        let revisions = configs.iter().map(revision).collect();
        let mut log = Self { folds, revisions, time, every, next: None, follower };
        for config in configs {
            log.apply(time, &LogRecord::Config(Box::new(config)))?;
        }
        Ok(log)
    }

    /// Moves T to the tick of `time`; whatever comes next is no older than that.
    pub(super) fn come_to(&mut self, time: Timestamp) -> Result<(), ReplayError> {
        let tick = time.floor(TICK);
        let first = tick.floor(self.every) + self.every;
        let mut next = *self.next.get_or_insert(first);
        while next <= tick {
            self.move_to(next)?;
            self.follower.step(next, &self.folds)?;
            next = next + self.every;
        }
        self.next = Some(next);
        self.move_to(tick)
    }

    /// Moves T to `time`, by the heartbeat that a tagger would send.
    fn move_to(&mut self, time: Timestamp) -> Result<(), ReplayError> {
        if time <= self.time {
            return Ok(());
        }
        self.time = time;
        let progress = Progress {
            topic: TOPIC.into(),
            partition: 0,
            position: 0,
            watermark: Some(time),
            end_fetched: None,
        };
        let heartbeat = Heartbeat {
            v: SCHEMA_VERSION,
            tagger: TOPIC.into(),
            clock: time,
            revisions: self.revisions.clone(),
            partition_counts: BTreeMap::new(),
            partitions: vec![progress],
        };
        self.apply(time, &LogRecord::Heartbeat(heartbeat))
    }

    pub(super) fn apply(
        &mut self,
        timestamp: Timestamp,
        record: &LogRecord,
    ) -> Result<(), ReplayError> {
        for fold in &mut self.folds {
            fold.apply(timestamp, record)?;
            fold.take_landed();
            for burst in fold.take_bursts() {
                self.follower.burst(burst)?;
            }
        }
        Ok(())
    }

    /// Counts so many posts of a title in the folds of these numbers.
    pub(super) fn count(
        &mut self,
        folds: &[usize],
        Series { title, platform }: &Series,
        at: Timestamp,
        n: u64,
    ) {
        let numbered = self.folds.iter_mut().enumerate();
        for (_, fold) in numbered.filter(|(number, _)| folds.contains(number)) {
            fold.count(title, *platform, at, n);
            fold.take_landed();
        }
    }

    /// Tells the follower how far the replay is.
    pub(super) fn told(&mut self, records: u64, of: u64) {
        self.follower.folded(records, of);
    }
}
