//! A stretch of a topic, for who reads it again: of each partition, the records from a time on, or
//! all there are, to where it ended then. Read without a group, and nothing is committed.

use std::collections::BTreeMap;
use std::ops::Range;
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
use crate::time::Timestamp;

/// How long a broker may take to say where a time or an end lies.
const ANSWER_WAIT: Duration = Duration::from_secs(10);

/// The offsets to read of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The topic.
    pub topic: String,
    /// The offsets to read of each partition; none where nothing is to be read.
    pub partitions: BTreeMap<i32, Range<i64>>,
}

impl Stretch {
    /// The records of `topic` that are stamped `since` or later, or all without one, to where each
    /// partition ends now.
    ///
    /// # Errors
    /// [`KafkaError::TopicMissing`], [`KafkaError::Unreachable`], or [`KafkaError::Client`] when a
    /// setting is refused.
    pub fn of(
        connection: &Connection,
        topic: &str,
        kind: TopicKind,
        since: Option<Timestamp>,
    ) -> Result<Self, KafkaError> {
        let unreachable = |detail: String| KafkaError::Unreachable {
            brokers: connection.brokers.clone(),
            detail: format!("topic {topic}: {detail}"),
        };
        let failed = |error: ClientError| unreachable(error.to_string());
        let consumer: BaseConsumer<Logging> =
            client::settings(connection).create_with_context(Logging).map_err(client::refused)?;
        let count = topic::count(consumer.client(), connection, topic, kind)?;
        let mut question = TopicPartitionList::new();
        for partition in (0..count).map(partition_number) {
            let time = since.map_or(Offset::Beginning, |since| Offset::Offset(since.as_millis()));
            question.add_partition_offset(topic, partition, time).map_err(client::refused)?;
        }
        let answer = match since {
            Some(_) => consumer.offsets_for_times(question, ANSWER_WAIT).map_err(failed)?,
            None => question,
        };
        let mut partitions = BTreeMap::new();
        for found in answer.elements() {
            found.error().map_err(failed)?;
            let number = found.partition();
            let (oldest, end) =
                consumer.fetch_watermarks(topic, number, ANSWER_WAIT).map_err(failed)?;
            let start = match found.offset() {
                Offset::Offset(start) => start,
                Offset::Beginning => oldest,
                // No record is that young.
                Offset::End => continue,
                other => return Err(unreachable(format!("offset {other:?} for a time"))),
            };
            if start < end {
                partitions.insert(number, start..end);
            }
        }
        Ok(Self { topic: topic.into(), partitions })
    }

    /// Only what lies in this partition, and only this offset of it if one is named.
    pub fn narrow(&mut self, partition: i32, offset: Option<i64>) {
        self.partitions.retain(|number, _| *number == partition);
        for range in self.partitions.values_mut() {
            if let Some(offset) = offset {
                let within = range.contains(&offset);
                *range = if within { offset..offset.saturating_add(1) } else { 0..0 };
            }
        }
    }

    /// How many offsets it spans: the most records it can hold.
    pub fn records_max(&self) -> u64 {
        let length = |range: &Range<i64>| range.end.saturating_sub(range.start).max(0);
        self.partitions.values().map(|range| length(range).unsigned_abs()).sum()
    }
}

/// Reads a stretch; poll it on one thread.
pub struct StretchReader {
    consumer: Arc<BaseConsumer<Logging>>,
    topic: String,
    /// Where each partition ends that has not been read to its end.
    ends: BTreeMap<i32, i64>,
    troubles: Troubles,
    /// Last, so that it is the one that closes the client.
    _closing: Closing<Logging>,
}

impl StretchReader {
    /// Starts to read.
    ///
    /// # Errors
    /// [`KafkaError::Client`] when a setting is refused.
    pub fn open(connection: &Connection, stretch: &Stretch) -> Result<Self, KafkaError> {
        let topic = &stretch.topic;
        // The group is named because the client demands it; nothing joins or commits to it.
        let consumer: BaseConsumer<Logging> =
            client::reading(connection, &format!("{topic}.backfill"))
                .create_with_context(Logging)
                .map_err(client::refused)?;
        let (closing, consumer) = Closing::of(consumer);
        let (mut assignment, mut ends) = (TopicPartitionList::new(), BTreeMap::new());
        for (partition, range) in stretch.partitions.iter().filter(|(_, range)| !range.is_empty()) {
            assignment
                .add_partition_offset(topic, *partition, Offset::Offset(range.start))
                .map_err(client::refused)?;
            ends.insert(*partition, range.end);
        }
        consumer.assign(&assignment).map_err(client::refused)?;
        let troubles = Troubles::default();
        Ok(Self { consumer, topic: topic.clone(), ends, troubles, _closing: closing })
    }

    /// Waits at most `timeout` for the next record of the stretch; those of one partition come in
    /// order.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the consumer can't go on. What passes by itself is waited out.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Fetched<'_>>, KafkaError> {
        match self.consumer.poll(timeout) {
            Some(Ok(message)) => {
                self.troubles.are_over();
                let fetched = Fetched::new(message);
                let (partition, offset) = (fetched.partition(), fetched.offset());
                let end = self.ends.get(&partition).copied().unwrap_or(i64::MIN);
                if offset.saturating_add(1) >= end {
                    self.ends.remove(&partition);
                }
                Ok((offset < end).then_some(fetched))
            }
            // Behind transaction markers no record bears the last offset.
            Some(Err(ClientError::PartitionEOF(partition))) => {
                self.ends.remove(&partition);
                Ok(None)
            }
            Some(Err(error)) => self.troubles.took(&self.topic, error).map(|()| None),
            None => Ok(None),
        }
    }

    /// Whether all has been read.
    pub fn is_done(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrowed_stretch_is_one_partition_or_one_record_of_it() {
        let stretch =
            Stretch { topic: "t".into(), partitions: BTreeMap::from([(0, 2..9), (1, 4..7)]) };
        let narrowed = |partition, offset| {
            let mut stretch = stretch.clone();
            stretch.narrow(partition, offset);
            (stretch.records_max(), stretch.partitions.remove(&partition))
        };
        assert_eq!(narrowed(1, None), (3, Some(4..7)));
        assert_eq!(narrowed(1, Some(6)), (1, Some(6..7)));
        assert_eq!(narrowed(1, Some(7)), (0, Some(0..0)), "it is not there");
        assert_eq!(narrowed(2, None), (0, None));
    }
}
