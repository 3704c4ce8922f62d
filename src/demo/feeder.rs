//! Plays a generated week into Kafka, at the pace of a clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Delivery;
use crate::clock::Clock;
use crate::config::Feed;
use crate::config::connection::Connection;
use crate::kafka::KafkaError;
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use crate::kafka::topic::{TopicKind, partition_count};

/// How long the feeder waits before it looks at the clock again.
const WAIT: Duration = Duration::from_millis(5);

/// How long the last records may take to be acknowledged.
const FLUSH_WAIT: Duration = Duration::from_secs(10);

/// Where one record goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    topic: Arc<str>,
    partition: u32,
}

/// Writes deliveries to the topics of their feeds.
pub struct Feeder {
    producer: LogProducer,
    /// Every partition of every topic of each feed.
    places: BTreeMap<String, Vec<Place>>,
    sent: u64,
}

impl Feeder {
    /// Connects to `brokers` and finds the feeds' topics.
    ///
    /// # Errors
    /// When the broker can't be reached or a topic is missing.
    pub fn open(connection: &Connection, feeds: &[Feed]) -> Result<Self, KafkaError> {
        let producer = LogProducer::open(connection, QueueBounds::default())?;
        let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for feed in feeds {
            for topic in &feed.topics {
                let count = partition_count(connection, topic, TopicKind::Feed)?;
                let topic: Arc<str> = topic.as_str().into();
                let partitions =
                    (0..count).map(|partition| Place { topic: Arc::clone(&topic), partition });
                places.entry(feed.name.clone()).or_default().extend(partitions);
            }
        }
        Ok(Self { producer, places, sent: 0 })
    }

    /// How many records have been sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Sends what `generator` deals, each when its time has come by `clock`, until it ends or `stop` is
    /// set. While `has_room` says no it waits, and what was due goes out later.
    ///
    /// # Errors
    /// When a record can't be delivered.
    pub fn play(
        &mut self,
        generator: impl Iterator<Item = Delivery>,
        clock: Clock,
        stop: &AtomicBool,
        has_room: impl Fn(u64) -> bool,
    ) -> Result<(), KafkaError> {
        for delivery in generator {
            while clock.now() < delivery.at || !has_room(self.sent) {
                if stop.load(Ordering::Relaxed) {
                    return self.producer.flush(FLUSH_WAIT);
                }
                self.producer.wait(WAIT);
            }
            self.send(delivery, stop)?;
        }
        self.producer.flush(FLUSH_WAIT)
    }

    /// A feed that the config does not have gets nothing.
    fn send(&mut self, delivery: Delivery, stop: &AtomicBool) -> Result<(), KafkaError> {
        let Some(place) = self.place(&delivery) else { return Ok(()) };
        // When it came, however much later it goes out.
        let at = delivery.at;
        let outgoing = Outgoing {
            topic: Arc::clone(&place.topic),
            partition: place.partition,
            key: Some(delivery.key),
            payload: delivery.payload,
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        while let Err(error) = self.producer.send(&outgoing, at) {
            match error {
                SendError::QueueFull if stop.load(Ordering::Relaxed) => return Ok(()),
                SendError::QueueFull => self.producer.wait(WAIT),
                error @ SendError::Refused(_) => {
                    return Err(KafkaError::Delivery(error.to_string()));
                }
            }
        }
        self.sent += 1;
        Ok(())
    }

    /// A key always goes to the same partition, so that a post's redeliveries stay in order.
    fn place(&self, delivery: &Delivery) -> Option<&Place> {
        let places = self.places.get(delivery.feed)?;
        let sum = delivery
            .key
            .iter()
            .fold(0_usize, |sum, byte| sum.wrapping_mul(31) + usize::from(*byte));
        places.get(sum % places.len())
    }
}
