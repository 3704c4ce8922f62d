//! The one producer of a process: idempotent, in order, without gaps.
//!
//! A record that can't be delivered is fatal: offsets behind it must not be stored, and a later
//! heartbeat must not vouch for it. The loops then stop and the process starts again from the
//! stored offsets.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};

use super::KafkaError;
use super::client::{self, partition_number};
use super::in_flight::Ticket;
use crate::config::connection::Connection;
use crate::time::Timestamp;

/// The largest record produced: the client's own default, below every broker's.
pub const RECORD_BYTES_MAX: usize = 1_000_000;

/// What a record's framing may take of [`RECORD_BYTES_MAX`], headers aside.
const FRAMING_BYTES: usize = 1024;

/// How long records wait to share a batch.
const LINGER: Duration = Duration::from_millis(10);

/// The bounds of the producer's queue; where they bite, the consumers wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueBounds {
    /// The most records in it.
    pub records_max: u32,
    /// The most KiB in it.
    pub kbytes_max: u32,
}

impl Default for QueueBounds {
    fn default() -> Self {
        Self { records_max: 100_000, kbytes_max: 64 * 1024 }
    }
}

/// A record on its way out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The topic.
    pub topic: Arc<str>,
    /// The partition; always chosen by us.
    pub partition: u32,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value; `None` writes a tombstone.
    pub payload: Option<Vec<u8>>,
    /// Headers, in order.
    pub headers: Vec<(&'static str, String)>,
    /// Acknowledged when the broker has it.
    pub ticket: Ticket,
}

impl Outgoing {
    /// Whether the broker takes a record of this size.
    pub fn fits(&self) -> bool {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let key = self.key.as_ref().map_or(0, Vec::len);
        let payload = self.payload.as_ref().map_or(0, Vec::len);
        key + payload + headers + FRAMING_BYTES <= RECORD_BYTES_MAX
    }
}

/// Why a record was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The queue is full: to be tried again when acknowledgements have come.
    #[error("the producer's queue is full")]
    QueueFull,
    /// It will never be taken.
    #[error("{0}")]
    Refused(String),
}

/// The one producer of a process; shared by all that write.
pub struct LogProducer {
    producer: ThreadedProducer<Deliveries>,
}

impl LogProducer {
    /// Connects in the background.
    ///
    /// # Errors
    /// [`KafkaError::Client`] when a setting is refused.
    pub fn open(connection: &Connection, bounds: QueueBounds) -> Result<Self, KafkaError> {
        let producer = client::settings(connection)
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("enable.gapless.guarantee", "true")
            .set("compression.codec", "lz4")
            .set("linger.ms", LINGER.as_millis().to_string())
            .set("message.max.bytes", RECORD_BYTES_MAX.to_string())
            .set("queue.buffering.max.messages", bounds.records_max.to_string())
            .set("queue.buffering.max.kbytes", bounds.kbytes_max.to_string())
            .create_with_context(Deliveries::default())
            .map_err(client::refused)?;
        Ok(Self { producer })
    }

    /// Queues a record, timestamped `at`, without waiting. Records of one partition arrive in the
    /// order they were sent in.
    ///
    /// # Errors
    /// [`SendError::QueueFull`] to try again, [`SendError::Refused`] when it can never be taken.
    pub fn send(&self, record: &Outgoing, at: Timestamp) -> Result<(), SendError> {
        let ticket = record.ticket.clone().into_shared();
        let mut base = BaseRecord::<[u8], [u8], _>::with_opaque_to(&record.topic, ticket)
            .partition(partition_number(record.partition))
            .timestamp(at.as_millis());
        base.key = record.key.as_deref();
        base.payload = record.payload.as_deref();
        if !record.headers.is_empty() {
            let headers = OwnedHeaders::new_with_capacity(record.headers.len());
            base.headers = Some(record.headers.iter().fold(headers, |headers, (key, value)| {
                headers.insert(Header { key, value: Some(value) })
            }));
        }
        self.producer.send(base).map_err(|(error, _)| match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::QueueFull) => SendError::QueueFull,
            _ => SendError::Refused(format!("{} [{}]: {error}", record.topic, record.partition)),
        })
    }

    /// Why a record could not be delivered, once one could not.
    pub fn failure(&self) -> Option<&str> {
        self.producer.context().failure.get().map(String::as_str)
    }

    /// Serves acknowledgements for this long: what a writer does that waits for room in the queue.
    pub fn wait(&self, how_long: Duration) {
        self.producer.poll(how_long);
    }

    /// Waits until every record sent is acknowledged.
    ///
    /// # Errors
    /// [`KafkaError::Unflushed`] when `bound` has passed, [`KafkaError::Delivery`] when a record
    /// could not be delivered.
    pub fn flush(&self, bound: Duration) -> Result<(), KafkaError> {
        let flushed = self.producer.flush(bound);
        match self.failure() {
            Some(reason) => Err(KafkaError::Delivery(reason.into())),
            None => flushed.map_err(|_| KafkaError::Unflushed),
        }
    }

    /// How many records are queued or unacknowledged.
    pub fn queued(&self) -> usize {
        usize::try_from(self.producer.in_flight_count()).unwrap_or_default()
    }
}

/// Takes delivery reports: acknowledges tickets, keeps the first failure.
#[derive(Default)]
struct Deliveries {
    failure: OnceLock<String>,
}

impl Deliveries {
    fn fail(&self, reason: &str) {
        // Only the first says why; thousands of others may follow from it.
        if self.failure.set(reason.into()).is_ok() {
            tracing::error!(reason, "delivery failed");
        }
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(level, facility, line);
    }

    fn error(&self, error: ClientError, reason: &str) {
        if error == ClientError::Global(RDKafkaErrorCode::Fatal) {
            self.fail(reason);
        } else {
            client::report(&error, reason);
        }
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Arc<AtomicU32>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Self::DeliveryOpaque) {
        match result {
            Ok(_) => Ticket::from_shared(ticket).acknowledge(),
            Err((error, message)) => {
                self.fail(&format!("{} [{}]: {error}", message.topic(), message.partition()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_key_and_value_count_towards_the_limit() {
        let mut record = Outgoing {
            topic: "t".into(),
            partition: 0,
            key: Some(vec![0; 10]),
            payload: Some(vec![0; RECORD_BYTES_MAX - FRAMING_BYTES - 10]),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        assert!(record.fits());
        record.headers.push(("a", String::new()));
        assert!(!record.fits());
    }
}
