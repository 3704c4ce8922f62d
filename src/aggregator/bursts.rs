//! Writes onsets and ends to the bursts topic, beside the mention log's own producer: that one's
//! failure stops the process, and a bursts topic that is full or away must not.
//!
//! What could not be written is sent again, in order, until the broker has it. A crash loses none:
//! the fold keeps what it found for a day, and whoever owns the campaign next is given it again. A
//! record may thus be written twice, with the same key.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::config::connection::Connection;
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use crate::metric::health::Health;
use crate::record::burst::BurstRecord;
use crate::time::Timestamp;

/// The producer's queue.
const QUEUE: QueueBounds = QueueBounds { records_max: 1000, kbytes_max: 8 * 1024 };

/// All lie in one partition, so that they are read in order; they are few.
const PARTITION: u32 = 0;

/// The most records that wait for the broker; the folds keep those after them.
const WAITING_MAX: usize = 10_000;

/// After a failure this passes before they are sent again.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The outgoing side of the bursts topic.
pub(super) struct Bursts {
    connection: Connection,
    topic: Arc<str>,
    /// Opened for the first record, and anew after a failure.
    producer: Option<LogProducer>,
    /// Oldest first; the first `sent` wait for acknowledgements only.
    waiting: VecDeque<Outgoing>,
    sent: usize,
    failed: Option<Stopwatch>,
}

impl Bursts {
    /// Nothing to write yet, to `topic`.
    pub(super) fn new(connection: Connection, topic: &str) -> Self {
        Self {
            connection,
            topic: topic.into(),
            producer: None,
            waiting: VecDeque::new(),
            sent: 0,
            failed: None,
        }
    }

    /// Whether more may be put.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < WAITING_MAX
    }

    /// Takes a record, to be written.
    pub(super) fn put(&mut self, record: &BurstRecord) {
        let payload = match record.encode() {
            Ok(payload) => payload,
            Err(error) => return tracing::error!(key = record.key(), "burst not written: {error}"),
        };
        self.waiting.push_back(Outgoing {
            topic: Arc::clone(&self.topic),
            partition: PARTITION,
            key: Some(record.key().into_bytes()),
            payload: Some(payload),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        });
    }

    /// Sends what finds room, and forgets what is there.
    pub(super) fn step(&mut self, health: &Health, now: Timestamp) {
        if self.failed.is_some_and(|failed| failed.elapsed() < RETRY_INTERVAL) {
            return;
        }
        self.failed = None;
        if let Err(reason) = self.send(now) {
            tracing::warn!(reason, "bursts were not written, and are tried again");
            health.bursts().failed();
            self.producer = None;
            self.failed = Some(Stopwatch::start());
        }
        while self.waiting.pop_front_if(|first| first.ticket.is_acknowledged()).is_some() {
            self.sent = self.sent.saturating_sub(1);
            health.bursts().written();
        }
        if self.failed.is_some() {
            self.sent = 0;
            self.waiting.iter_mut().for_each(|unsent| unsent.ticket = Ticket::new(1));
        }
    }

    fn send(&mut self, now: Timestamp) -> Result<(), String> {
        let producer = match &mut self.producer {
            Some(producer) => producer,
            None if self.waiting.is_empty() => return Ok(()),
            none => none.insert(
                LogProducer::open(&self.connection, QUEUE).map_err(|error| error.to_string())?,
            ),
        };
        if let Some(reason) = producer.failure() {
            return Err(reason.into());
        }
        while let Some(next) = self.waiting.get(self.sent) {
            match producer.send(next, now) {
                Ok(()) => self.sent += 1,
                Err(SendError::QueueFull) => break,
                Err(SendError::Refused(reason)) => return Err(reason),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{CampaignId, Revision, TitleId};
    use crate::kafka::embedded::Embedded;
    use crate::record::SCHEMA_VERSION;
    use crate::record::burst::{Detector, Evidence, Phase};

    #[test]
    fn what_the_broker_refused_is_sent_again() {
        const PATIENCE: Duration = Duration::from_secs(40);
        let broker = Embedded::start(&[("bursts", 1)]).unwrap();
        let health = Health::new(&[], "1");
        let mut bursts = Bursts::new(broker.connection(), "bursts");
        let at = Timestamp::from_secs(300);
        bursts.put(&BurstRecord {
            v: SCHEMA_VERSION,
            campaign: CampaignId::new("launch"),
            revision: Revision::new("r"),
            title: TitleId::new("sonata"),
            detector: Detector::Surge,
            phase: Phase::Onset,
            onset: at,
            at,
            score: None,
            posts: 40,
            expected_posts: None,
            evidence: Evidence::default(),
        });
        broker.refuse_batches(1);
        let since = Stopwatch::start();
        let mut said = |series: &str| {
            while !health.text().contains(series) {
                assert!(since.elapsed() < PATIENCE, "{series} did not come");
                bursts.step(&health, at);
                bursts.producer.iter().for_each(|p| p.wait(Duration::from_millis(10)));
            }
        };
        said("daebak_burst_record_failures_total 1\n");
        said("daebak_burst_records_total 1\n");
        assert!(bursts.waiting.is_empty());
    }
}
