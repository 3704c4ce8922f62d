//! What a tagger tells others while it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::metric::health::{FeedHealth, Health};
use crate::post::outcome::{PostOutcome, RecordOutcome};
use crate::status::Pulse;
use crate::time::Span;

/// Counts what becomes of one feed's records.
pub trait TaggerMeter {
    /// A record was read; its outcome follows.
    fn read(&self);
    /// What became of it.
    fn record(&self, outcome: RecordOutcome);
    /// What became of a post in it.
    fn post(&self, outcome: PostOutcome);
    /// It is written to the dead letters, for this reason.
    fn dead_letter(&self, reason: &'static str);
    /// Reading paused, because what was written is not acknowledged fast enough.
    fn paused(&self);
    /// How far a partition has come: the records to its end, and how long after its event its
    /// newest record came, where known.
    fn progress(&self, topic: &str, partition: i32, lag: Option<i64>, delay: Option<Span>);
    /// A partition belongs to another tagger now.
    fn revoked(&self, topic: &str, partition: i32);
    /// The loop has turned.
    fn turned(&self) {}
}

/// Counts into the operators' registry, and beats the loop's pulse.
pub struct FeedMeter {
    feed: FeedHealth,
    health: Arc<Health>,
    pulse: Pulse,
}

impl FeedMeter {
    /// A meter of the feed called `feed`.
    pub fn new(health: &Arc<Health>, feed: &str, pulse: Pulse) -> Self {
        Self { feed: health.feed(feed), health: Arc::clone(health), pulse }
    }
}

impl TaggerMeter for FeedMeter {
    fn read(&self) {
        self.feed.read();
    }

    fn record(&self, outcome: RecordOutcome) {
        self.feed.record(outcome);
    }

    fn post(&self, outcome: PostOutcome) {
        self.feed.post(outcome);
    }

    fn dead_letter(&self, reason: &'static str) {
        self.feed.dead_letter(reason);
    }

    fn paused(&self) {
        self.feed.paused();
    }

    fn progress(&self, topic: &str, partition: i32, lag: Option<i64>, delay: Option<Span>) {
        if let Some(lag) = lag {
            self.health.feed_lag(topic, partition, lag.unsigned_abs());
        }
        if let Some(delay) = delay {
            self.health.observed_delay(topic, partition, delay);
        }
    }

    fn revoked(&self, topic: &str, partition: i32) {
        self.health.feed_partition_revoked(topic, partition);
    }

    fn turned(&self) {
        self.pulse.beat();
    }
}

/// How far each feed partition has been read, for who paces by it. Refreshed many times a second.
#[derive(Debug, Default)]
pub struct Positions(Mutex<BTreeMap<String, BTreeMap<i32, i64>>>);

impl Positions {
    /// The offset after the last record whose output was handed to the producer; `None` before
    /// the first and for partitions owned elsewhere.
    pub fn get(&self, topic: &str, partition: i32) -> Option<i64> {
        let topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        topics.get(topic)?.get(&partition).copied()
    }

    /// The sum of all positions: how many records were read, where every partition began at 0.
    pub fn total(&self) -> u64 {
        let topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        topics.values().flat_map(BTreeMap::values).map(|position| position.unsigned_abs()).sum()
    }

    pub(super) fn publish(&self, topic: &str, positions: &BTreeMap<i32, i64>) {
        let mut topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = topics.entry(topic.to_owned()).or_default();
        for (partition, position) in positions {
            // A partition that comes back from elsewhere may begin a little earlier.
            let newest = known.entry(*partition).or_default();
            *newest = (*newest).max(*position);
        }
    }
}
