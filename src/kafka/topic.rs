//! Topics as the broker knows them: whether they exist, and how many partitions they have.

use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::{Metadata, MetadataTopic};

use super::KafkaError;
use super::contact::Contact;
use crate::config::connection::Connection;

/// How long a broker may take to describe a topic.
pub(super) const METADATA_WAIT: Duration = Duration::from_secs(10);

/// What a topic is for, which says what it must be and how it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicKind {
    /// Posts; written by others.
    Feed,
    /// The mention log.
    MentionLog,
    /// The snapshots of the folds.
    Snapshots,
    /// The dead letters.
    DeadLetters,
    /// The bursts.
    Bursts,
    /// Which process shows which campaign.
    Owners,
}

impl TopicKind {
    /// How many partitions such a topic is created with, where the mention log has this many: what
    /// is little, and read by others, has one.
    pub(super) const fn partitions(self, of_log: u32) -> u32 {
        match self {
            Self::Feed | Self::MentionLog | Self::Snapshots => of_log,
            Self::DeadLetters | Self::Bursts | Self::Owners => 1,
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
    let metadata = Contact::open(connection)?.metadata(topic, METADATA_WAIT)?;
    let found = found(&metadata, connection, topic, kind)?;
    Ok(u32::try_from(found.partitions().len()).unwrap_or(u32::MAX))
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
    let found = found(&metadata, connection, topic, kind)?;
    Ok(u32::try_from(found.partitions().len()).unwrap_or(u32::MAX))
}

/// What `metadata` says of `topic`; it has at least one partition.
pub(super) fn found<'a>(
    metadata: &'a Metadata,
    connection: &Connection,
    topic: &str,
    kind: TopicKind,
) -> Result<&'a MetadataTopic, KafkaError> {
    let missing = || KafkaError::TopicMissing {
        topic: topic.into(),
        remedy: remedy(connection, topic, kind),
    };
    let found = metadata.topics().iter().find(|found| found.name() == topic).ok_or_else(missing)?;
    match found.error().map(RDKafkaErrorCode::from) {
        Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
            Err(missing())
        }
        Some(error) => Err(KafkaError::Unreachable {
            brokers: connection.brokers.clone(),
            detail: format!("topic {topic}: {error}"),
        }),
        None if found.partitions().is_empty() => Err(missing()),
        None => Ok(found),
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

/// The command line that creates a missing topic. A feed's is left to whoever writes to it.
pub(super) fn remedy(connection: &Connection, topic: &str, kind: TopicKind) -> String {
    if kind != TopicKind::Feed {
        return "daebak topics --create".into();
    }
    let brokers = &connection.brokers;
    format!("kafka-topics.sh --bootstrap-server {brokers} --create --topic {topic} --partitions 12")
}
