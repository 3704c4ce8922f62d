//! A feed topic's consumer: a member of the group `<group>.<topic>`, on a thread of its own. A
//! topic may have several, in one process and in many.
//!
//! One topic a consumer, because the end of a partition is reported by its number alone. Offsets
//! are stored by the caller, when its output is acknowledged, and committed once a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::TopicPartitionList;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError as ClientError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionListElem};

use super::KafkaError;
use super::client::{self, Closing, Troubles};
use super::fetched::Fetched;
use super::topic::{self, TopicKind};
use crate::clock::Stopwatch;
use crate::config::connection::Connection;

/// How long a member may be silent before its partitions go to others.
const SESSION_TIMEOUT_MS: u32 = 6_000;
/// How often a member says that it lives: three times a session timeout.
const HEARTBEAT_INTERVAL_MS: u32 = 2_000;
/// How often stored offsets are committed.
const COMMIT_INTERVAL_MS: u32 = 1000;
/// How many records a partition are fetched ahead.
const QUEUED_RECORDS_MIN: u32 = 10_000;
/// How many KiB are fetched ahead in all.
const QUEUED_KBYTES_MAX: u32 = 16 * 1024;
/// The most bytes of one answer: all partitions, and one.
const FETCH_BYTES_MAX: u32 = 8 * 1024 * 1024;
const PARTITION_FETCH_BYTES_MAX: u32 = 1024 * 1024;
/// How long the broker may hold a fetch of a quiet topic: what is asked meanwhile, the end of a
/// partition above all, waits behind it.
const FETCH_WAIT_MS: u32 = 100;
/// How soon a partition is fetched again that had enough queued.
const FETCH_BACKOFF_MS: u32 = 100;

/// How often the client looks for new partitions of its topic, which the group then shares out.
const METADATA_INTERVAL_MS: u32 = 5_000;

/// How long closing waits for one event of the group.
const CLOSE_POLL: Duration = Duration::from_millis(20);

/// Which topic to read, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// How brokers are reached.
    pub connection: Connection,
    /// The prefix of the consumer group.
    pub group: String,
    /// The topic.
    pub topic: String,
    /// A name that outlives restarts, of no other member: its partitions wait for it for the
    /// session timeout.
    pub instance: Option<String>,
}

/// What a poll gave.
pub enum Polled<'a> {
    /// A record.
    Record(Fetched<'a>),
    /// This partition has been read to its end.
    End(i32),
    /// Nothing in time.
    Nothing,
}

/// A change of what this member owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These partitions are ours now.
    Assigned(Vec<i32>),
    /// These no longer are.
    Revoked(Vec<i32>),
}

/// A feed topic's consumer.
pub struct FeedConsumer {
    member: Arc<Member>,
    topic: String,
    partitions: u32,
    troubles: Troubles,
    /// Last, so that it is the one that closes the client.
    _closing: Closing<Changes>,
}

pub(super) type Member = BaseConsumer<Changes>;

impl FeedConsumer {
    /// Joins the group (in the background: the first records come seconds later).
    ///
    /// # Errors
    /// [`KafkaError::TopicMissing`], [`KafkaError::Unreachable`], or [`KafkaError::Client`] when a
    /// setting is refused.
    pub fn open(membership: &Membership) -> Result<Self, KafkaError> {
        let Membership { connection, group, topic, instance } = membership;
        let mut config = client::settings(connection);
        config
            .set("group.id", format!("{group}.{topic}"))
            // The newer protocol stalls silently in this version of the client.
            .set("group.protocol", "classic")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", SESSION_TIMEOUT_MS.to_string())
            .set("heartbeat.interval.ms", HEARTBEAT_INTERVAL_MS.to_string())
            .set("auto.offset.reset", "earliest")
            .set("enable.partition.eof", "true")
            .set("enable.auto.offset.store", "false")
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", COMMIT_INTERVAL_MS.to_string())
            .set("queued.min.messages", QUEUED_RECORDS_MIN.to_string())
            .set("queued.max.messages.kbytes", QUEUED_KBYTES_MAX.to_string())
            .set("topic.metadata.refresh.interval.ms", METADATA_INTERVAL_MS.to_string())
            .set("fetch.wait.max.ms", FETCH_WAIT_MS.to_string())
            .set("fetch.max.bytes", FETCH_BYTES_MAX.to_string())
            .set("fetch.message.max.bytes", PARTITION_FETCH_BYTES_MAX.to_string())
            .set("fetch.queue.backoff.ms", FETCH_BACKOFF_MS.to_string());
        if let Some(instance) = instance {
            config.set("group.instance.id", instance);
        }
        let member: Member =
            config.create_with_context(Changes::default()).map_err(client::refused)?;
        let (closing, member) = Closing::of(member);
        let partitions = topic::count(member.client(), connection, topic, TopicKind::Feed)?;
        member.subscribe(&[topic]).map_err(client::refused)?;
        let troubles = Troubles::default();
        Ok(Self { member, topic: topic.clone(), partitions, troubles, _closing: closing })
    }

    /// How many partitions the topic had when it was opened.
    pub fn partitions(&self) -> u32 {
        self.partitions
    }

    /// Waits at most `timeout` for a record or the end of a partition. Rebalances happen in here;
    /// look at [`changes`](Self::changes) after each call.
    ///
    /// # Errors
    /// [`KafkaError::Fenced`] when another took its name, [`KafkaError::Consumer`] when the
    /// consumer can't go on. What passes by itself (a broker
    /// away, a leader that moves) is logged and waited out.
    pub fn poll(&self, timeout: Duration) -> Result<Polled<'_>, KafkaError> {
        match self.member.poll(timeout) {
            Some(Ok(message)) => {
                self.troubles.are_over();
                Ok(Polled::Record(Fetched::new(message)))
            }
            Some(Err(ClientError::PartitionEOF(partition))) => Ok(Polled::End(partition)),
            Some(Err(error)) => self.troubles.took(&self.topic, error).map(|()| Polled::Nothing),
            None => Ok(Polled::Nothing),
        }
    }

    /// What was assigned and revoked since the last call, in order.
    pub fn changes(&self) -> Vec<Change> {
        self.member.context().take()
    }

    /// Stores the offsets to read next after a restart; they are committed within a second.
    /// Partitions that were revoked meanwhile are passed over.
    pub fn store(&self, offsets: &[(i32, i64)]) {
        for (partition, next) in offsets {
            let mut list = TopicPartitionList::new();
            let stored = list
                .add_partition_offset(&self.topic, *partition, Offset::Offset(*next))
                .and_then(|()| self.member.store_offsets(&list));
            if let Err(error) = stored {
                tracing::debug!(topic = self.topic, partition, "not stored: {error}");
            }
        }
    }

    /// Stops fetching everything that is assigned now. Keep polling: else the group gives the
    /// partitions to others.
    pub fn pause(&self) -> Result<(), KafkaError> {
        self.steer(BaseConsumer::pause)
    }

    /// Fetches again what was paused.
    pub fn resume(&self) -> Result<(), KafkaError> {
        self.steer(BaseConsumer::resume)
    }

    /// Leaves the group, which commits what is stored; waits at most `bound`.
    ///
    /// No commit of its own: a synchronous one has no timeout, and no one hears of an
    /// asynchronous one's end.
    pub fn close(self, bound: Duration) {
        let since = Stopwatch::start();
        self.member.unsubscribe();
        let owned = || self.member.assignment().map_or(0, |owned| owned.count());
        while owned() > 0 && since.elapsed() < bound {
            // Revoking happens in here; whatever else comes is read again by the next owner.
            let _ = self.member.poll(CLOSE_POLL);
        }
    }

    pub(super) fn share(&self) -> Arc<Member> {
        Arc::clone(&self.member)
    }

    /// The topic.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    fn steer(
        &self,
        how: impl Fn(&Member, &TopicPartitionList) -> KafkaResult<()>,
    ) -> Result<(), KafkaError> {
        let steered = self.member.assignment().and_then(|owned| how(&self.member, &owned));
        steered.map_err(|error| self.stopped(&error))
    }

    fn stopped(&self, error: &ClientError) -> KafkaError {
        KafkaError::Consumer { topic: self.topic.clone(), detail: error.to_string() }
    }
}

/// Collects rebalances, which happen inside of poll.
#[derive(Default)]
pub(super) struct Changes(Mutex<Vec<Change>>);

impl Changes {
    fn take(&self) -> Vec<Change> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn push(&self, change: Change) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(change);
    }
}

impl ClientContext for Changes {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(level, facility, line);
    }

    fn error(&self, error: ClientError, reason: &str) {
        client::report(&error, reason);
    }
}

impl ConsumerContext for Changes {
    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let numbers = |list: &TopicPartitionList| {
            list.elements().iter().map(TopicPartitionListElem::partition).collect()
        };
        match rebalance {
            Rebalance::Assign(list) => self.push(Change::Assigned(numbers(list))),
            Rebalance::Revoke(list) => self.push(Change::Revoked(numbers(list))),
            Rebalance::Error(error) => tracing::warn!("rebalance: {error}"),
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        match result {
            Ok(()) | Err(ClientError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => {}
            Err(error) => tracing::warn!("offsets not committed: {error}"),
        }
    }
}
