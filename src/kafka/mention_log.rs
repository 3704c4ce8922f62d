//! The reading end of the mention log: every partition, from the oldest record on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::Statistics;
use rdkafka::TopicPartitionList;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::{Message, Timestamp as Stamp};
use rdkafka::topic_partition_list::Offset;

use super::KafkaError;
use super::client::{self, Closing, Troubles, partition_number};
use super::fetched::Fetched;
use super::topic::{self, TopicKind};
use crate::config::connection::Connection;

/// How long a broker may take to say where a partition ends.
const END_WAIT: Duration = Duration::from_secs(10);
/// How often the client says where the partitions end now.
const END_INTERVAL_MS: u32 = 1000;

/// The mention log from its beginning; poll it on one thread.
pub struct MentionLog {
    consumer: Arc<BaseConsumer<Ends>>,
    topic: String,
    partitions: BTreeMap<i32, Reading>,
    troubles: Troubles,
    /// The first record's timestamp has been looked at.
    stamp_checked: bool,
    /// Last, so that it is the one that closes the client.
    _closing: Closing<Ends>,
}

#[derive(Debug)]
struct Reading {
    /// The offset after the last record read.
    position: Option<i64>,
    /// Where the partition ended at the start.
    end_at_start: i64,
    /// The client has reported an end.
    ended: bool,
}

impl MentionLog {
    /// Starts to read every partition of `topic` at its oldest record.
    ///
    /// # Errors
    /// [`KafkaError::TopicMissing`], [`KafkaError::Unreachable`], or [`KafkaError::Client`] when a
    /// setting is refused.
    pub fn open(connection: &Connection, topic: &str) -> Result<Self, KafkaError> {
        // The group is named because the client demands it; nothing joins or commits to it.
        let consumer: BaseConsumer<Ends> = settings(connection, &format!("{topic}.reader"))
            .create_with_context(Ends::default())
            .map_err(client::refused)?;
        let (closing, consumer) = Closing::of(consumer);
        let count = topic::count(consumer.client(), connection, topic, TopicKind::MentionLog)?;
        let unreachable = |error: ClientError| KafkaError::Unreachable {
            brokers: connection.brokers.clone(),
            detail: format!("topic {topic}: {error}"),
        };
        let mut partitions = BTreeMap::new();
        let mut assignment = TopicPartitionList::new();
        for partition in (0..count).map(partition_number) {
            let (_, end_at_start) =
                consumer.fetch_watermarks(topic, partition, END_WAIT).map_err(unreachable)?;
            partitions.insert(partition, Reading { position: None, end_at_start, ended: false });
            assignment
                .add_partition_offset(topic, partition, Offset::Beginning)
                .map_err(client::refused)?;
        }
        consumer.assign(&assignment).map_err(client::refused)?;
        let troubles = Troubles::default();
        Ok(Self {
            consumer,
            topic: topic.into(),
            partitions,
            troubles,
            stamp_checked: false,
            _closing: closing,
        })
    }

    /// Waits at most `timeout` for the next record; records of one partition come in order.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the consumer can't go on. What passes by itself is waited out.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Fetched<'_>>, KafkaError> {
        match self.consumer.poll(timeout) {
            Some(Ok(message)) => {
                self.troubles.are_over();
                if !self.stamp_checked {
                    check_stamp(&self.topic, message.timestamp());
                    self.stamp_checked = true;
                }
                let fetched = Fetched::new(message);
                if let Some(reading) = self.partitions.get_mut(&fetched.partition()) {
                    reading.position = Some(fetched.offset().saturating_add(1));
                }
                Ok(Some(fetched))
            }
            Some(Err(ClientError::PartitionEOF(partition))) => {
                if let Some(reading) = self.partitions.get_mut(&partition) {
                    reading.ended = true;
                }
                Ok(None)
            }
            Some(Err(error)) => self.troubles.took(&self.topic, error).map(|()| None),
            None => Ok(None),
        }
    }

    /// How many partitions the log has.
    pub fn partition_count(&self) -> u32 {
        u32::try_from(self.partitions.len()).unwrap_or(u32::MAX)
    }

    /// The offset after the last record read, of each partition read so far.
    pub fn positions(&self) -> BTreeMap<i32, i64> {
        let position = |(number, reading): (&i32, &Reading)| Some((*number, reading.position?));
        self.partitions.iter().filter_map(position).collect()
    }

    /// How many records lie between what was read and the end of each partition, as of a second
    /// ago; of those whose end is known.
    pub fn lags(&self) -> impl Iterator<Item = (i32, u64)> {
        self.partitions.iter().filter_map(|(number, reading)| {
            let end = self.consumer.context().get(*number)?;
            let lag = end.saturating_sub(reading.position.unwrap_or_default());
            Some((*number, u64::try_from(lag).unwrap_or_default()))
        })
    }

    /// Whether a record lay in the log when it was opened.
    pub fn was_there(&self, partition: i32, offset: i64) -> bool {
        self.partitions.get(&partition).is_some_and(|reading| offset < reading.end_at_start)
    }

    /// Whether everything that was there when the log was opened has been read.
    pub fn is_caught_up(&self) -> bool {
        self.partitions.values().all(|reading| {
            reading.ended || reading.position.unwrap_or_default() >= reading.end_at_start
        })
    }
}

/// The settings of a consumer of the log, which tells where its partitions end.
pub(super) fn settings(connection: &Connection, group: &str) -> ClientConfig {
    let mut config = client::reading(connection, group);
    config.set("statistics.interval.ms", END_INTERVAL_MS.to_string());
    config
}

/// Only the broker's clock keeps a tagger's from moving time; the embedded broker has none.
pub(super) fn check_stamp(topic: &str, stamp: Stamp) {
    if matches!(stamp, Stamp::CreateTime(_)) {
        tracing::warn!(
            topic,
            "its records carry the taggers' time: set message.timestamp.type=LogAppendTime"
        );
    }
}

/// Where each partition ended when the client last said so.
#[derive(Default)]
pub(super) struct Ends(Mutex<BTreeMap<i32, i64>>);

impl Ends {
    pub(super) fn get(&self, partition: i32) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&partition).copied()
    }

    /// A negative end is one that the client does not know yet.
    pub(super) fn learn(&self, statistics: &Statistics) {
        let topics = statistics.topics.values();
        let known = topics
            .flat_map(|topic| &topic.partitions)
            .filter(|(_, state)| state.hi_offset >= 0)
            .map(|(number, state)| (*number, state.hi_offset));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(known);
    }
}

impl ClientContext for Ends {
    fn stats(&self, statistics: Statistics) {
        self.learn(&statistics);
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(level, facility, line);
    }

    fn error(&self, error: ClientError, reason: &str) {
        client::report(&error, reason);
    }
}

impl ConsumerContext for Ends {}
