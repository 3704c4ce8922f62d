//! The tagger's loop: one feed topic's records become mentions in the mention log.
//!
//! One or more threads a topic: poll, tag, produce, and, once an interval, a heartbeat to every partition of
//! the log that vouches for all that was produced before it. Stateless but for what is in flight:
//! it may stop anywhere and be run again from the offsets stored behind acknowledgements.
//!
//! All that goes out passes one outbox. While something is left in it (the producer's queue is
//! full), no record is taken; after a second of that, fetching pauses and polling goes on.

pub mod backfill;
pub mod redrive;
mod output;
mod progress;
mod ratio;
mod report;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::campaign::{CampaignId, Revision};
use crate::clock::{Clock, Pace, Stopwatch};
use crate::kafka::KafkaError;
use crate::kafka::dead_letter::Carried;
use crate::kafka::end_watch::EndWatch;
use crate::kafka::feed_consumer::{Change, FeedConsumer, Membership, Polled};
use crate::kafka::fetched::Fetched;
use crate::kafka::in_flight::InFlight;
use crate::kafka::producer::{LogProducer, Outgoing, SendError};
use crate::mention::{FeedRecord, Tagged};
use crate::record::config::FeedTiming;
use crate::record::heartbeat::{Heartbeat, Progress};
use crate::record::{LogRecord, SCHEMA_VERSION};
use crate::time::Span;
use output::{Output, in_each};
use progress::Newest;

pub use output::{Destination, Destinations};
pub use ratio::DeadLetterRatio;
pub use report::{FeedMeter, Positions, TaggerMeter, Tellers};

/// How long a poll waits for a record.
const POLL_WAIT: Duration = Duration::from_millis(50);
/// How long the loop serves acknowledgements before it tries a full queue again.
const QUEUE_WAIT: Duration = Duration::from_millis(20);
/// How long a full queue is waited out before fetching pauses.
const PAUSE_AFTER: Duration = Duration::from_secs(1);
/// How often offsets are stored and positions published.
const STORE_INTERVAL: Duration = Duration::from_millis(50);
/// The most wall time between two questions for the end of a partition.
const END_INTERVAL_MAX: Duration = Duration::from_secs(1);
/// How long the last output may take to be acknowledged, and the group to be left.
const FLUSH_BOUND: Duration = Duration::from_secs(5);
const LEAVE_BOUND: Duration = Duration::from_secs(3);
/// A member that is fenced sooner after it joined has a namesake.
const FENCED_AGAIN_MIN: Duration = Duration::from_secs(10);

/// What one thread tags, and where it writes.
#[derive(Clone, Debug)]
pub struct TaggerSettings {
    /// The feed topic, and as whom it is read.
    pub membership: Membership,
    /// How late the topic's records come.
    pub timing: FeedTiming,
    /// By how much its records may be out of order without being late.
    pub out_of_orderness: Span,
    /// Where it writes.
    pub to: Destinations,
    /// The revision each campaign is tagged with.
    pub revisions: BTreeMap<CampaignId, Revision>,
    /// This tagger's name in heartbeats: its instance and thread.
    pub name: Box<str>,
    /// The least wall time between two heartbeats.
    pub heartbeat_interval: Duration,
}

/// What all taggers of a process share.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The one producer.
    pub producer: &'a LogProducer,
    /// What time it is.
    pub clock: Clock,
    /// Counts this feed's records.
    pub meter: &'a dyn TaggerMeter,
    /// Where positions are published.
    pub positions: &'a Positions,
    /// Set to stop.
    pub stop: &'a AtomicBool,
}

/// Why a tagger's loop can't go on. Everything unacknowledged is read again by the next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaggingError {
    /// The broker, a topic or a delivery.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// A record can never be written.
    #[error("can't be written: {0}")]
    Unwritable(String),
}

/// Tags one feed topic until told to stop; `tag` turns a record into its mentions.
///
/// When a broker dies, a member with an instance name may be fenced by its own joining anew. It
/// then begins from the stored offsets, as after a crash; fenced again at once, it is another
/// process that has the name.
///
/// # Errors
/// [`TaggingError`] when reading or writing can't go on; the process should stop with it.
pub fn run(
    settings: &TaggerSettings,
    around: Surroundings<'_>,
    mut tag: impl FnMut(&FeedRecord<'_>) -> Tagged,
) -> Result<(), TaggingError> {
    loop {
        let joined = Stopwatch::start();
        match read(settings, around, &mut tag) {
            Err(TaggingError::Kafka(error @ KafkaError::Fenced { .. }))
                if joined.elapsed() > FENCED_AGAIN_MIN =>
            {
                tracing::warn!("joining anew: {error}");
            }
            ended => return ended,
        }
    }
}

/// Tags as one member of the group.
fn read(
    settings: &TaggerSettings,
    around: Surroundings<'_>,
    tag: &mut impl FnMut(&FeedRecord<'_>) -> Tagged,
) -> Result<(), TaggingError> {
    let consumer = FeedConsumer::open(&settings.membership)?;
    let end_interval = settings.heartbeat_interval.min(END_INTERVAL_MAX);
    let ends = EndWatch::start(&consumer, around.clock, end_interval)?;
    let mut tagging = Tagging::new(settings, around, ends);
    while !around.stop.load(Ordering::Relaxed) {
        if let Err(error) = tagging.turn(&consumer, tag) {
            tagging.forget_all();
            return Err(error);
        }
        around.meter.turned();
    }
    tagging.finish(consumer)
}

/// The state of one loop.
struct Tagging<'a> {
    settings: &'a TaggerSettings,
    around: Surroundings<'a>,
    ends: EndWatch,
    newest: Newest,
    in_flight: InFlight,
    /// Output not yet taken by the producer: at most one record's, and one heartbeat a partition.
    outbox: VecDeque<Outgoing>,
    blocked_since: Option<Stopwatch>,
    paused: bool,
    store_pace: Pace,
    heartbeat_pace: Pace,
}

impl<'a> Tagging<'a> {
    fn new(settings: &'a TaggerSettings, around: Surroundings<'a>, ends: EndWatch) -> Self {
        Self {
            settings,
            around,
            ends,
            newest: Newest::new(settings.timing, settings.out_of_orderness),
            in_flight: InFlight::default(),
            outbox: VecDeque::new(),
            blocked_since: None,
            paused: false,
            store_pace: Pace::every(STORE_INTERVAL),
            heartbeat_pace: Pace::every(settings.heartbeat_interval),
        }
    }

    fn topic(&self) -> &'a str {
        &self.settings.membership.topic
    }

    /// Takes one record, and does what is due.
    fn turn(
        &mut self,
        consumer: &FeedConsumer,
        tag: &mut impl FnMut(&FeedRecord<'_>) -> Tagged,
    ) -> Result<(), TaggingError> {
        self.rebalanced(consumer)?;
        let blocked = !self.send()? || self.in_flight.is_full();
        self.press_back(blocked, consumer)?;
        if blocked && !self.paused {
            self.around.producer.wait(QUEUE_WAIT);
        } else {
            match consumer.poll(if blocked { QUEUE_WAIT } else { POLL_WAIT })? {
                Polled::Record(record) => self.take(&record, tag)?,
                Polled::End(partition) => self.ends.reached_end(partition),
                Polled::Nothing => {}
            }
        }
        self.on_time(consumer)
    }

    /// Tells of no partition any more.
    fn forget_all(&self) {
        for number in self.newest.partitions() {
            self.around.meter.revoked(self.topic(), number);
        }
    }

    /// Takes over and lets go of partitions.
    fn rebalanced(&mut self, consumer: &FeedConsumer) -> Result<(), KafkaError> {
        for change in consumer.changes() {
            match change {
                Change::Assigned(partitions) => {
                    self.ends.assigned(&partitions);
                    for number in partitions {
                        self.newest.assigned(number);
                    }
                    if self.paused {
                        consumer.pause()?;
                    }
                }
                Change::Revoked(partitions) => {
                    self.ends.revoked(&partitions);
                    for number in partitions {
                        self.newest.revoked(number);
                        self.in_flight.forget(number);
                        self.around.meter.revoked(self.topic(), number);
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands the outbox to the producer; false when its queue is full.
    fn send(&mut self) -> Result<bool, TaggingError> {
        if let Some(reason) = self.around.producer.failure() {
            return Err(KafkaError::Delivery(reason.into()).into());
        }
        while let Some(next) = self.outbox.front() {
            match self.around.producer.send(next, self.around.clock.now()) {
                Ok(()) => drop(self.outbox.pop_front()),
                Err(SendError::QueueFull) => return Ok(false),
                Err(SendError::Refused(reason)) => return Err(TaggingError::Unwritable(reason)),
            }
        }
        Ok(true)
    }

    /// Pauses fetching when output has been stuck for a while, resumes it when it flows.
    fn press_back(&mut self, blocked: bool, consumer: &FeedConsumer) -> Result<(), KafkaError> {
        if !blocked {
            self.blocked_since = None;
            if self.paused {
                consumer.resume()?;
                self.paused = false;
                self.ends.paused(false);
            }
            return Ok(());
        }
        let since = *self.blocked_since.get_or_insert_with(Stopwatch::start);
        if !self.paused && since.elapsed() >= PAUSE_AFTER {
            self.ends.paused(true);
            consumer.pause()?;
            self.paused = true;
            self.around.meter.paused();
        }
        Ok(())
    }

    /// Tags one record and puts its output into the outbox.
    fn take(
        &mut self,
        fetched: &Fetched<'_>,
        tag: &mut impl FnMut(&FeedRecord<'_>) -> Tagged,
    ) -> Result<(), TaggingError> {
        let record = FeedRecord {
            topic: self.topic(),
            partition: fetched.partition(),
            offset: fetched.offset(),
            timestamp: fetched.timestamp(),
            payload: fetched.payload(),
        };
        self.around.meter.read();
        let tagged = tag(&record);
        let (event_time, outcome, shape) = (tagged.event_time, tagged.record, tagged.shape);
        let (to, carried) = (&self.settings.to, || Carried::by(fetched));
        let output = Output::of(to, 0..to.mention_log.partitions, &record, carried, tagged)?;
        self.around.meter.record(outcome);
        if let Some(shape) = shape {
            self.around.meter.shape(shape);
        }
        for outcome in output.posts {
            self.around.meter.post(outcome);
        }
        if let Some(reason) = output.dead_letter {
            self.around.meter.dead_letter(reason);
        }
        let (partition, offset) = (record.partition, record.offset);
        self.in_flight.take(partition, offset, output.ticket);
        self.outbox.extend(output.records);
        self.ends.moved(partition, offset.saturating_add(1));
        if let Some(event_time) = event_time {
            self.newest.saw(partition, event_time, record.timestamp, self.around.clock.now());
        }
        Ok(())
    }

    /// What is due by the wall clock: storing offsets, and a heartbeat.
    fn on_time(&mut self, consumer: &FeedConsumer) -> Result<(), TaggingError> {
        if self.store_pace.due() {
            consumer.store(&self.in_flight.storable());
            if self.outbox.is_empty() {
                self.around.positions.publish(self.topic(), &self.in_flight.positions());
            }
        }
        // A heartbeat vouches for all taken records: their mentions must be ahead of it.
        if self.outbox.is_empty() && self.heartbeat_pace.due() {
            self.heartbeat()?;
        }
        Ok(())
    }

    fn heartbeat(&mut self) -> Result<(), TaggingError> {
        let partitions = self.partitions_progress();
        if partitions.is_empty() {
            return Ok(());
        }
        let heartbeat = LogRecord::Heartbeat(Heartbeat {
            v: SCHEMA_VERSION,
            tagger: self.settings.name.clone(),
            clock: self.around.clock.now(),
            revisions: self.settings.revisions.clone(),
            partition_counts: BTreeMap::from([(self.topic().into(), self.ends.partition_count())]),
            partitions,
        });
        let log = &self.settings.to.mention_log;
        self.outbox.extend(in_each(log, 0..log.partitions, &heartbeat)?);
        Ok(())
    }

    /// The partitions that are owned and reachable, and of which there is something to say.
    fn partitions_progress(&self) -> Vec<Progress> {
        let mut partitions = Vec::new();
        for (number, end) in self.ends.take() {
            let watermark = self.newest.watermark(number);
            let delay = self.newest.delay(number);
            self.around.meter.progress(self.topic(), number, end.lag, delay);
            if let (true, Some(position)) = (end.reachable, end.position) {
                partitions.push(Progress {
                    topic: self.topic().into(),
                    partition: u32::try_from(number).unwrap_or_default(),
                    position,
                    watermark,
                    end_fetched: end.end_fetched,
                });
            }
        }
        partitions
    }

    /// Sends what is left, stores what is acknowledged, leaves the group; each within its bound.
    /// What stays unacknowledged is read again by the next.
    fn finish(mut self, consumer: FeedConsumer) -> Result<(), TaggingError> {
        let since = Stopwatch::start();
        while !self.send()? && since.elapsed() < FLUSH_BOUND {
            self.around.producer.wait(QUEUE_WAIT);
        }
        let flushed = self.around.producer.flush(FLUSH_BOUND);
        consumer.store(&self.in_flight.storable());
        // It holds a share of the consumer.
        drop(self.ends);
        consumer.close(LEAVE_BOUND);
        match flushed {
            Err(error @ KafkaError::Delivery(_)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(topic = self.settings.membership.topic, "{error}");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}
