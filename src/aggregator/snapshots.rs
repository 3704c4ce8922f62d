//! Writes snapshots, one campaign's at a time, beside the mention log's own producer: that one's
//! failure stops the process, and a snapshots topic that is full or away must not.
//!
//! Two owners for a moment, or one that does not know yet that it no longer is, harm nothing: a
//! snapshot's records carry the offset they stand at, so those of two offsets never mix, and at
//! one offset both write the same bytes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::share::Folded;
use crate::campaign::CampaignId;
use crate::config::connection::Connection;
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use crate::record::snapshot::{Key, Manifest, Packed, Part, SNAPSHOT_VERSION, SnapshotError};
use crate::time::Timestamp;

/// The producer's queue: a few chunks. What does not fit waits here, one snapshot's at the most.
const QUEUE: QueueBounds = QueueBounds { records_max: 1000, kbytes_max: 8 * 1024 };

/// How long one wait for an acknowledgement takes.
const ACKNOWLEDGEMENT_WAIT: Duration = Duration::from_millis(5);

/// The outgoing side of the snapshots topic.
pub(super) struct Snapshots {
    connection: Connection,
    topic: Arc<str>,
    log: Box<str>,
    partitions: u32,
    /// Opened for the first record, and anew after a failure.
    producer: Option<LogProducer>,
    outgoing: VecDeque<Outgoing>,
    /// Oldest first; all but the last wait for acknowledgements only.
    writing: VecDeque<Writing>,
}

/// A snapshot on its way.
pub(super) struct Writing {
    pub(super) campaign: CampaignId,
    pub(super) partition: u32,
    pub(super) offset: i64,
    pub(super) chunks: u32,
    pub(super) bytes: usize,
    pub(super) taken: Timestamp,
    ticket: Ticket,
}

/// How the writing of a snapshot ended.
pub(super) enum Ended {
    /// The broker has all of it.
    There(Writing),
    /// It is not there; the log says why.
    Failed(Writing),
}

impl Snapshots {
    /// Nothing to write yet, to `topic`; snapshots are of `log` with its partition count.
    pub(super) fn new(connection: Connection, topic: &str, log: &str, partitions: u32) -> Self {
        Self {
            connection,
            topic: topic.into(),
            log: log.into(),
            partitions,
            producer: None,
            outgoing: VecDeque::new(),
            writing: VecDeque::new(),
        }
    }

    /// Whether another snapshot may begin: the one before is in the producer's queue.
    pub(super) fn has_room(&self) -> bool {
        self.outgoing.is_empty()
    }

    /// Whether all is written, or given up.
    pub(super) fn is_idle(&self) -> bool {
        self.outgoing.is_empty() && self.writing.is_empty()
    }

    /// Begins to write a state that had folded the log up to `folded`, taken at `taken`.
    ///
    /// The manifest is sent last, and the producer leaves no gaps: where it arrives, the chunks are.
    pub(super) fn begin(
        &mut self,
        campaign: &CampaignId,
        partition: u32,
        folded: Folded,
        packed: Packed,
        taken: Timestamp,
    ) -> Result<(), SnapshotError> {
        let chunks = u32::try_from(packed.chunks.len()).unwrap_or(u32::MAX);
        let manifest = Manifest {
            v: SNAPSHOT_VERSION,
            log: self.log.clone(),
            partitions: self.partitions,
            offset: folded.offset,
            timestamp: folded.timestamp,
            chunks,
            checksum: packed.checksum,
            taken,
        };
        let manifest = manifest.encode()?;
        let (bytes, ticket) = (packed.bytes(), Ticket::new(chunks.saturating_add(1)));
        let values = (0..).map(Part::Chunk).zip(packed.chunks);
        for (part, value) in values.chain([(Part::Manifest, manifest)]) {
            self.push(campaign, partition, folded.offset, part, Some(value), &ticket);
        }
        let (campaign, offset) = (campaign.clone(), folded.offset);
        let writing = Writing { campaign, partition, offset, chunks, bytes, taken, ticket };
        self.writing.push_back(writing);
        Ok(())
    }

    /// Takes parts of older snapshots away.
    pub(super) fn sweep(&mut self, campaign: &CampaignId, partition: u32, gone: &[(i64, Part)]) {
        for (offset, part) in gone {
            self.push(campaign, partition, *offset, *part, None, &Ticket::new(1));
        }
    }

    fn push(
        &mut self,
        campaign: &CampaignId,
        partition: u32,
        offset: i64,
        part: Part,
        payload: Option<Vec<u8>>,
        ticket: &Ticket,
    ) {
        let key = Key { campaign: campaign.clone(), offset, part };
        self.outgoing.push_back(Outgoing {
            topic: Arc::clone(&self.topic),
            partition,
            key: Some(key.encode().into_bytes()),
            payload,
            headers: Vec::new(),
            ticket: ticket.clone(),
        });
    }

    /// Sends what finds room; tells which snapshots have ended.
    pub(super) fn step(&mut self, now: Timestamp) -> Vec<Ended> {
        if let Err(reason) = self.send(now) {
            self.producer = None;
            self.outgoing.clear();
            tracing::warn!(reason, "snapshots were not written");
            return self.writing.drain(..).map(Ended::Failed).collect();
        }
        let mut ended = Vec::new();
        while let Some(first) = self.writing.pop_front_if(|w| w.ticket.is_acknowledged()) {
            ended.push(Ended::There(first));
        }
        ended
    }

    fn send(&mut self, now: Timestamp) -> Result<(), String> {
        let producer = match &mut self.producer {
            Some(producer) => producer,
            None if self.outgoing.is_empty() => return Ok(()),
            none => none.insert(
                LogProducer::open(&self.connection, QUEUE).map_err(|error| error.to_string())?,
            ),
        };
        if let Some(reason) = producer.failure() {
            return Err(reason.into());
        }
        while let Some(first) = self.outgoing.front() {
            match producer.send(first, now) {
                Ok(()) => drop(self.outgoing.pop_front()),
                Err(SendError::QueueFull) => break,
                Err(SendError::Refused(reason)) => return Err(reason),
            }
        }
        Ok(())
    }

    /// Waits a moment for acknowledgements.
    pub(super) fn wait(&self) {
        if let Some(producer) = &self.producer {
            producer.wait(ACKNOWLEDGEMENT_WAIT);
        }
    }

    /// Waits for what was sent, at most `bound`.
    pub(super) fn flush(&self, bound: Duration) {
        // What is not there then is torn, and no harm.
        let _ = self.producer.as_ref().map(|producer| producer.flush(bound));
    }
}
