//! Topics as the broker knows them: whether they exist, and how many partitions they have.

use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;

use super::KafkaError;
use super::client;
use crate::config::connection::Connection;

/// How long a broker may take to describe a topic.
const METADATA_WAIT: Duration = Duration::from_secs(10);

/// What a topic is for, which says how to create it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicKind {
    /// Posts; written by others.
    Feed,
    /// The mention log: its timestamps must be the broker's, so that no tagger can move time.
    MentionLog,
    /// The dead letters.
    DeadLetters,
    /// The campaigns' snapshots: the newest record of a key is all that is needed.
    Snapshots,
}

impl TopicKind {
    fn options(self) -> &'static str {
        match self {
            Self::Feed => "--partitions 12",
            // Fifteen days: twice the longest window and the lateness, by default.
            Self::MentionLog => {
                "--partitions 12 --config message.timestamp.type=LogAppendTime \
                 --config retention.ms=1296000000"
            }
            Self::DeadLetters => "--partitions 1",
            Self::Snapshots => "--partitions 12 --config cleanup.policy=compact",
        }
    }
}

/// How many partitions `topic` has; never creates it.
///
/// # Errors
/// [`KafkaError::TopicMissing`] with the command that creates it, [`KafkaError::Unreachable`]
/// when no broker answers within ten seconds.
pub fn partition_count(
    connection: &Connection,
    topic: &str,
    kind: TopicKind,
) -> Result<u32, KafkaError> {
    let consumer: BaseConsumer = client::settings(connection).create().map_err(client::refused)?;
    count(consumer.client(), connection, topic, kind)
}

/// [`partition_count`] asked through a consumer's client (a producer's would create the topic).
pub(super) fn count<C: ClientContext>(
    client: &Client<C>,
    connection: &Connection,
    topic: &str,
    kind: TopicKind,
) -> Result<u32, KafkaError> {
    let unreachable =
        |detail: String| KafkaError::Unreachable { brokers: connection.brokers.clone(), detail };
    let metadata = client
        .fetch_metadata(Some(topic), METADATA_WAIT)
        .map_err(|error| unreachable(error.to_string()))?;
    let Some(found) = metadata.topics().iter().find(|found| found.name() == topic) else {
        return Err(missing(connection, topic, kind));
    };
    match found.error().map(RDKafkaErrorCode::from) {
        Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
            Err(missing(connection, topic, kind))
        }
        Some(error) => Err(unreachable(format!("topic {topic}: {error}"))),
        None if found.partitions().is_empty() => Err(missing(connection, topic, kind)),
        None => Ok(u32::try_from(found.partitions().len()).unwrap_or(u32::MAX)),
    }
}

/// How many partitions `topic` has now; `None` when no broker says so within `wait`.
pub(super) fn recount<C: ClientContext>(
    client: &Client<C>,
    topic: &str,
    wait: Duration,
) -> Option<u32> {
    let metadata = client.fetch_metadata(Some(topic), wait).ok()?;
    let found = metadata.topics().iter().find(|found| found.name() == topic)?;
    let count = found.error().is_none().then(|| found.partitions().len())?;
    u32::try_from(count).ok()
}

fn missing(connection: &Connection, topic: &str, kind: TopicKind) -> KafkaError {
    let (options, brokers) = (kind.options(), &connection.brokers);
    KafkaError::TopicMissing {
        topic: topic.into(),
        remedy: format!(
            "kafka-topics.sh --bootstrap-server {brokers} --create --topic {topic} {options}"
        ),
    }
}
