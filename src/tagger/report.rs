//! What a tagger tells others while it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ratio::DeadLetterRatio;
use crate::metric::health::{FeedHealth, Health};
use crate::post::format::Shape;
use crate::post::outcome::{PostOutcome, RecordOutcome};
use crate::status::Pulse;
use crate::time::Span;

/// Counts what becomes of one feed's records.
pub trait TaggerMeter {
    /// A record was read; its outcome follows.
    fn read(&self);
    /// What became of it.
    fn record(&self, outcome: RecordOutcome);
    /// The shape in which its posts came.
    fn shape(&self, shape: Shape);
    /// What became of a post in it.
    fn post(&self, outcome: PostOutcome);
    /// It is written to the dead letters, for this reason.
    fn dead_letter(&self, reason: &'static str);
    /// Reading paused, because what was written is not acknowledged fast enough.
    fn paused(&self);
    /// How far a partition has come: the records to its end, and how long after its event its
    /// newest record came, where known.
    fn progress(&self, topic: &str, partition: i32, lag: Option<i64>, delay: Option<Span>);
    /// This thread has let go of a partition.
    fn revoked(&self, topic: &str, partition: i32);
    /// The loop has turned.
    fn turned(&self) {}
}

/// Which thread of this process was the last to tell of a feed partition: only that one takes its
/// series away when it lets go, not one from which the partition has passed to another.
#[derive(Debug, Default)]
pub struct Tellers(Mutex<BTreeMap<String, BTreeMap<i32, Box<str>>>>);

impl Tellers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<i32, Box<str>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts into the operators' registry, and beats the loop's pulse.
pub struct FeedMeter {
    feed: FeedHealth,
    health: Arc<Health>,
    pulse: Pulse,
    name: Box<str>,
    tellers: Arc<Tellers>,
    ratio: Arc<DeadLetterRatio>,
}

impl FeedMeter {
    /// A meter for the thread called `name`; all threads of a process share `tellers`, those of
    /// its feed `ratio`.
    pub fn new(
        health: &Arc<Health>,
        ratio: &Arc<DeadLetterRatio>,
        pulse: Pulse,
        name: &str,
        tellers: &Arc<Tellers>,
    ) -> Self {
        let (health, tellers, ratio) = (Arc::clone(health), Arc::clone(tellers), Arc::clone(ratio));
        Self { feed: ratio.feed().clone(), health, pulse, name: name.into(), tellers, ratio }
    }
}

impl TaggerMeter for FeedMeter {
    fn read(&self) {
        self.feed.read();
    }

    fn record(&self, outcome: RecordOutcome) {
        self.feed.record(outcome);
    }

    fn shape(&self, shape: Shape) {
        self.feed.shape(shape);
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
        let mut tellers = self.tellers.lock();
        let partitions = tellers.entry(topic.to_owned()).or_default();
        partitions.insert(partition, self.name.clone());
        if let Some(lag) = lag {
            self.health.feed_lag(topic, partition, lag.unsigned_abs());
        }
        if let Some(delay) = delay {
            self.health.observed_delay(topic, partition, delay);
        }
    }

    fn revoked(&self, topic: &str, partition: i32) {
        let mut tellers = self.tellers.lock();
        let Some(partitions) = tellers.get_mut(topic) else { return };
        if partitions.get(&partition) == Some(&self.name) {
            partitions.remove(&partition);
            self.health.feed_partition_revoked(topic, partition);
        }
    }

    fn turned(&self) {
        self.ratio.refresh();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Status;
    use crate::time::Timestamp;

    #[test]
    fn a_partition_that_passes_between_threads_keeps_its_series() {
        let health = Arc::new(Health::new(&["x"], "1"));
        let status = Status::new(Arc::new(Timestamp::default), Arc::clone(&health));
        let tellers = Arc::default();
        let ratio = Arc::new(DeadLetterRatio::new(health.feed("x"), "x", 0.01));
        let meter =
            |name: &str| FeedMeter::new(&health, &ratio, status.pulse(name), name, &tellers);
        let (first, second) = (meter("x/0"), meter("x/1"));
        let lag = || health.text().contains("partition=\"3\"");
        first.progress("x", 3, Some(7), Some(Span::ZERO));
        second.progress("x", 3, Some(8), None);
        first.revoked("x", 3);
        assert!(lag(), "the second has it now");
        second.revoked("x", 3);
        assert!(!lag(), "nobody has it");
        first.progress("x", 3, Some(7), None);
        assert!(lag());
    }

    #[test]
    fn positions_of_two_threads_of_a_topic_add_up() {
        let positions = Positions::default();
        positions.publish("x", &BTreeMap::from([(0, 5), (1, 3)]));
        positions.publish("x", &BTreeMap::from([(1, 4), (2, 9)]));
        positions.publish("x", &BTreeMap::from([(0, 6)]));
        assert_eq!([0, 1, 2, 3].map(|n| positions.get("x", n)), [Some(6), Some(4), Some(9), None]);
        assert_eq!(positions.total(), 19);
    }
}
