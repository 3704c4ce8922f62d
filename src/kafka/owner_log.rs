//! Follows the owners' topic, from its oldest record on.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::topic_partition_list::Offset;

use super::KafkaError;
use super::client::{self, Closing, Logging, Troubles, partition_number};
use super::fetched::Fetched;
use super::topic::{self, TopicKind};
use crate::config::connection::Connection;

/// How many KiB are fetched ahead: records are few and small.
const QUEUED_KBYTES_MAX: u32 = 1024;

/// Every partition of the owners' topic; poll it on one thread.
pub struct OwnerLog {
    consumer: Arc<BaseConsumer<Logging>>,
    topic: String,
    count: u32,
    troubles: Troubles,
    /// Last, so that it is the one that closes the client.
    _closing: Closing<Logging>,
}

impl OwnerLog {
    /// Starts to read every partition of `topic` at its oldest record.
    ///
    /// # Errors
    /// [`KafkaError::TopicMissing`], [`KafkaError::Unreachable`], or [`KafkaError::Client`] when a
    /// setting is refused.
    pub fn open(connection: &Connection, topic: &str) -> Result<Self, KafkaError> {
        // The group is named because the client demands it; nothing joins or commits to it.
        let consumer: BaseConsumer<Logging> =
            client::reading(connection, &format!("{topic}.reader"))
                .set("queued.max.messages.kbytes", QUEUED_KBYTES_MAX.to_string())
                .create_with_context(Logging)
                .map_err(client::refused)?;
        let (closing, consumer) = Closing::of(consumer);
        let count = topic::count(consumer.client(), connection, topic, TopicKind::Owners)?;
        let mut assignment = TopicPartitionList::new();
        for partition in (0..count).map(partition_number) {
            assignment
                .add_partition_offset(topic, partition, Offset::Beginning)
                .map_err(client::refused)?;
        }
        consumer.assign(&assignment).map_err(client::refused)?;
        let troubles = Troubles::default();
        Ok(Self { consumer, topic: topic.into(), count, troubles, _closing: closing })
    }

    /// How many partitions the topic had when it was opened.
    pub const fn partition_count(&self) -> u32 {
        self.count
    }

    /// Waits at most `timeout` for the next record.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the consumer can't go on. What passes by itself is waited out.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Fetched<'_>>, KafkaError> {
        match self.consumer.poll(timeout) {
            Some(Ok(message)) => {
                self.troubles.are_over();
                Ok(Some(Fetched::new(message)))
            }
            None | Some(Err(ClientError::PartitionEOF(_))) => Ok(None),
            Some(Err(error)) => self.troubles.took(&self.topic, error).map(|()| None),
        }
    }
}
