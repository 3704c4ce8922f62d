//! Reads single partitions beside the group: the snapshots of the campaigns that were assigned,
//! and single records of the mention log.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::Message;
use rdkafka::topic_partition_list::Offset;

use super::KafkaError;
use super::client::{self, Closing, Logging, Troubles};
use super::fetched::Fetched;
use crate::clock::Stopwatch;
use crate::config::connection::Connection;
use crate::time::Timestamp;

/// How many KiB are fetched ahead: a few chunks.
const QUEUED_KBYTES_MAX: u32 = 8 * 1024;
/// How long the broker may hold a fetch at the end of a partition.
const FETCH_WAIT_MS: u32 = 10;
/// How long a broker may take to give one record.
const RECORD_WAIT: Duration = Duration::from_secs(5);
/// How long a broker may take to say where a partition begins and ends.
const BOUNDS_WAIT: Duration = Duration::from_secs(2);
/// How long one poll waits for it.
const RECORD_POLL: Duration = Duration::from_millis(100);

/// Some partitions of a topic, from their beginning to their end.
pub struct PartitionReader {
    consumer: Arc<BaseConsumer<Logging>>,
    brokers: String,
    topic: String,
    unread: BTreeSet<i32>,
    troubles: Troubles,
    /// Last, so that it is the one that closes the client.
    _closing: Closing<Logging>,
}

impl PartitionReader {
    /// Starts to read `partitions` of `topic` at their oldest record.
    ///
    /// # Errors
    /// [`KafkaError::Client`] when a setting is refused.
    pub fn open(
        connection: &Connection,
        topic: &str,
        partitions: &[i32],
    ) -> Result<Self, KafkaError> {
        // The group is named because the client demands it; nothing joins or commits to it.
        let consumer: BaseConsumer<Logging> =
            client::reading(connection, &format!("{topic}.reader"))
                .set("queued.max.messages.kbytes", QUEUED_KBYTES_MAX.to_string())
                .set("fetch.wait.max.ms", FETCH_WAIT_MS.to_string())
                .create_with_context(Logging)
                .map_err(client::refused)?;
        let (closing, consumer) = Closing::of(consumer);
        let reader = Self {
            consumer,
            brokers: connection.brokers.clone(),
            topic: topic.into(),
            unread: partitions.iter().copied().collect(),
            troubles: Troubles::default(),
            _closing: closing,
        };
        let starts: Vec<_> = partitions.iter().map(|number| (*number, Offset::Beginning)).collect();
        reader.assign(&starts)?;
        Ok(reader)
    }

    /// Waits at most `timeout` for the next record.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the consumer can't go on.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Fetched<'_>>, KafkaError> {
        match self.consumer.poll(timeout) {
            Some(Ok(message)) => Ok(Some(Fetched::new(message))),
            Some(Err(ClientError::PartitionEOF(partition))) => {
                self.unread.remove(&partition);
                Ok(None)
            }
            Some(Err(error)) => self.troubles.took(&self.topic, error).map(|()| None),
            None => Ok(None),
        }
    }

    /// Whether each partition has been read to an end of it.
    pub fn is_done(&self) -> bool {
        self.unread.is_empty()
    }

    /// The offset of the oldest record of a partition, and the one after its newest.
    ///
    /// # Errors
    /// [`KafkaError::Unreachable`] when no answer came in time.
    pub fn bounds(&self, partition: i32) -> Result<(i64, i64), KafkaError> {
        let bounds = self.consumer.fetch_watermarks(&self.topic, partition, BOUNDS_WAIT);
        bounds.map_err(|error| KafkaError::Unreachable {
            brokers: self.brokers.clone(),
            detail: format!("{} [{partition}]: {error}", self.topic),
        })
    }

    /// The timestamp of the record at `offset`; `None` when the log has no such record.
    ///
    /// # Errors
    /// [`KafkaError::Unreachable`] when nothing came in time, [`KafkaError::Consumer`].
    pub fn timestamp_at(
        &self,
        partition: i32,
        offset: i64,
    ) -> Result<Option<Timestamp>, KafkaError> {
        self.assign(&[(partition, Offset::Offset(offset))])?;
        let since = Stopwatch::start();
        while since.elapsed() < RECORD_WAIT {
            match self.consumer.poll(RECORD_POLL) {
                // What an assignment before this one left behind.
                Some(Ok(message))
                    if message.partition() != partition || message.offset() < offset => {}
                Some(Ok(message)) => {
                    let fetched = Fetched::new(message);
                    return Ok((fetched.offset() == offset).then(|| fetched.timestamp()));
                }
                Some(Err(ClientError::PartitionEOF(number))) if number == partition => {
                    return Ok(None);
                }
                Some(Err(error)) => self.troubles.took(&self.topic, error)?,
                None => {}
            }
        }
        Err(KafkaError::Unreachable {
            brokers: self.brokers.clone(),
            detail: format!("{} [{partition}]: no record at offset {offset}", self.topic),
        })
    }

    fn assign(&self, starts: &[(i32, Offset)]) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        for (partition, offset) in starts {
            list.add_partition_offset(&self.topic, *partition, *offset).map_err(client::refused)?;
        }
        self.consumer.assign(&list).map_err(client::refused)
    }
}
