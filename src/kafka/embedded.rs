//! A broker in this process, for the demo and the tests: the client library's mock.
//!
//! It keeps 5 MiB and 100,000 batches a partition and drops the oldest silently, so whoever writes
//! to it waits for its readers. It has no `LogAppendTime`, no compaction and no topic admin. The
//! first member of a consumer group waits 3 s to join; one that comes after another has left, for
//! the session timeout less a second.

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use super::KafkaError;
use super::client::partition_number;
use crate::config::connection::Connection;

/// The one broker's id.
const BROKER: i32 = 1;

/// A broker in this process; it ends, with all it holds, when dropped.
pub struct Embedded {
    cluster: MockCluster<'static, DefaultProducerContext>,
}

impl Embedded {
    /// Starts one broker on a loopback port of its choice, with `topics` and their partition
    /// counts.
    ///
    /// # Errors
    /// [`KafkaError::Embedded`] when the broker or a topic could not be made.
    pub fn start(topics: &[(&str, u32)]) -> Result<Self, KafkaError> {
        let embedded = Self { cluster: MockCluster::new(BROKER).map_err(refused)? };
        for (topic, partitions) in topics {
            let partitions = partition_number(*partitions);
            embedded.cluster.create_topic(topic, partitions, 1).map_err(refused)?;
        }
        Ok(embedded)
    }

    /// How it is reached.
    pub fn connection(&self) -> Connection {
        Connection::plain(self.cluster.bootstrap_servers())
    }

    /// Refuses the next `times` batches for good: for tests of delivery failures.
    pub fn refuse_batches(&self, times: usize) {
        let refusals = vec![RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED; times];
        self.cluster.request_errors(RDKafkaApiKey::Produce, &refusals);
    }

    /// Cuts all connections and takes no new ones: for tests of an unreachable broker.
    pub fn disconnect(&self) -> Result<(), KafkaError> {
        self.cluster.broker_down(BROKER).map_err(refused)
    }

    /// Takes connections again.
    pub fn reconnect(&self) -> Result<(), KafkaError> {
        self.cluster.broker_up(BROKER).map_err(refused)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of map_err")]
fn refused(error: rdkafka::error::KafkaError) -> KafkaError {
    KafkaError::Embedded(error.to_string())
}
