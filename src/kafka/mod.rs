//! Everything that talks to Kafka; the only place that knows its client library.
//!
//! ```text
//! feed topic ┬ feed_consumer ─ in_flight ┐                   ┌ owned_log ──── aggregator
//!            │     └ end_watch           ├ tagger ─ producer ┤ snapshot_log ┘
//!            └ stretch (a backfill's)    ┘                   └ dead_letter
//! ```
//!
//! `mention_log` reads the whole of the same topic for whoever only looks, `dead_letter_log` that
//! of the dead letters; `owner_log` follows which process shows which campaign.
//!
//! Consumers are polled on a dedicated thread each. Delivery is at least once: an offset is stored
//! only behind acknowledgements, and what is written twice is counted once by the fold.
//! Deliberately absent: transactions, and queues split by partition.

pub mod contact;
pub mod dead_letter;
pub mod dead_letter_log;
pub mod embedded;
pub mod end_watch;
pub mod feed_consumer;
pub mod fetched;
pub mod in_flight;
pub mod mention_log;
pub mod owned_log;
pub mod owner_log;
pub mod producer;
pub mod snapshot_log;
pub mod stretch;
pub mod topic;
pub mod topics;
mod certificate;
mod client;

/// Why a client of Kafka can't go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KafkaError {
    /// A client could not be made: a setting was refused.
    #[error("Kafka client: {0}")]
    Client(String),
    /// No broker answered in time.
    #[error("no answer from Kafka at {brokers}: {detail}")]
    Unreachable {
        /// The brokers asked.
        brokers: String,
        /// What the client says.
        detail: String,
    },
    /// A topic that must exist does not.
    #[error("topic {topic} does not exist; create it: {remedy}")]
    TopicMissing {
        /// The topic.
        topic: String,
        /// The command line that creates it.
        remedy: String,
    },
    /// A partition was named that the topic does not have.
    #[error("topic {topic} has no partition {partition}; it has {count}, the first is 0")]
    NoPartition {
        /// The topic.
        topic: String,
        /// The partition named.
        partition: i32,
        /// How many it has.
        count: u32,
    },
    /// A record was named that is not there.
    #[error(
        "topic {topic} has no record {partition}/{offset}; it was never written, or is older than \
         the topic's retention"
    )]
    NoRecord {
        /// The topic.
        topic: String,
        /// The partition named.
        partition: i32,
        /// The offset named.
        offset: i64,
    },
    /// Topics that are not what they must be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    TopicsUnfit(Vec<topics::Checked>),
    /// A topic could not be created.
    #[error("cannot create topic {topic}: {detail}")]
    NotCreated {
        /// The topic.
        topic: String,
        /// What the broker says.
        detail: String,
    },
    /// Another member of the group has this one's instance name: another process, or this one
    /// itself, when it joins anew after its coordinator was lost.
    #[error(
        "reading {topic}: another member has the same `kafka.instance`; give each process its own"
    )]
    Fenced {
        /// The topic read.
        topic: String,
    },
    /// A consumer can't go on: a request can never succeed.
    #[error("reading {topic}: {detail}")]
    Consumer {
        /// The topic read.
        topic: String,
        /// What the client says.
        detail: String,
    },
    /// A record could not be delivered, so offsets behind it must not be stored.
    #[error("delivery failed: {0}")]
    Delivery(String),
    /// Records were still unacknowledged when the time was up.
    #[error("records were still unacknowledged at shutdown")]
    Unflushed,
    /// The in-process broker refused.
    #[error("embedded broker: {0}")]
    Embedded(String),
}
