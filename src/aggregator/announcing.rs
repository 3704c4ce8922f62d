//! Says in the owners' topic which campaigns are shown here, beside the mention log's own producer:
//! that one's failure stops the process, and a topic without which every number is right must not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::Aggregator;
use crate::campaign::CampaignId;
use crate::clock::Stopwatch;
use crate::config::Kafka;
use crate::config::connection::Connection;
use crate::kafka::KafkaError;
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use crate::kafka::topic::{TopicKind, partition_count};
use crate::record::owner::{Address, OwnerRecord, REPEAT};
use crate::record::{SCHEMA_VERSION, partition_of};
use crate::time::Timestamp;

/// The producer's queue.
const QUEUE: QueueBounds = QueueBounds { records_max: 1000, kbytes_max: 1024 };

/// After a failure this passes before all is said again.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// What another says of a campaign that is shown here is answered at most this often.
const ANSWER_INTERVAL: Duration = Duration::from_secs(5);

/// What this process says of the campaigns that it shows.
pub(super) struct Announcing {
    connection: Connection,
    topic: Arc<str>,
    partitions: u32,
    address: Address,
    /// Opened for the first campaign, and anew after a failure.
    producer: Option<LogProducer>,
    /// When each campaign shown was last told of.
    told: BTreeMap<CampaignId, Stopwatch>,
    failed: Option<Stopwatch>,
}

impl Announcing {
    /// Nothing said yet; none for a process that has no `address` to tell, or no topic for it.
    ///
    /// # Errors
    /// When the topic is not there.
    pub(super) fn of(kafka: &Kafka, address: Option<&Address>) -> Result<Option<Self>, KafkaError> {
        let (Some(topic), Some(address)) = (&kafka.owners, address) else { return Ok(None) };
        Ok(Some(Self {
            connection: kafka.connection.clone(),
            topic: topic.as_str().into(),
            partitions: partition_count(&kafka.connection, topic, TopicKind::Owners)?,
            address: address.clone(),
            producer: None,
            told: BTreeMap::new(),
            failed: None,
        }))
    }

    /// Says what is due of the campaigns that are `shown` at `now`, by the wall's clock; `disputed`
    /// are those that another was heard of last.
    fn step(&mut self, shown: &[&CampaignId], disputed: &BTreeSet<&CampaignId>, now: Timestamp) {
        self.told.retain(|campaign, _| shown.contains(&campaign));
        if self.failed.is_some_and(|failed| failed.elapsed() < RETRY_INTERVAL) {
            return;
        }
        self.failed = None;
        let mut told = shown.iter().map(|campaign| {
            let interval = if disputed.contains(campaign) { ANSWER_INTERVAL } else { repeat() };
            self.tell(campaign, interval, now)
        });
        if let Err(reason) = told.try_for_each(|told| told) {
            tracing::warn!(reason, "where campaigns are shown was not said, and is tried again");
            self.producer = None;
            self.told.clear();
            self.failed = Some(Stopwatch::start());
        }
    }

    /// Says it of one campaign, if it was not within `interval`.
    fn tell(
        &mut self,
        campaign: &CampaignId,
        interval: Duration,
        now: Timestamp,
    ) -> Result<(), String> {
        let producer = match &mut self.producer {
            Some(producer) => producer,
            none => none.insert(
                LogProducer::open(&self.connection, QUEUE).map_err(|error| error.to_string())?,
            ),
        };
        if let Some(reason) = producer.failure() {
            return Err(reason.into());
        }
        if self.told.get(campaign).is_some_and(|told| told.elapsed() < interval) {
            return Ok(());
        }
        let (v, address) = (SCHEMA_VERSION, self.address.clone());
        let record = OwnerRecord { v, campaign: campaign.clone(), address };
        let outgoing = Outgoing {
            topic: Arc::clone(&self.topic),
            partition: partition_of(campaign, self.partitions),
            key: Some(campaign.as_str().into()),
            payload: Some(record.encode().map_err(|error| error.to_string())?),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        match producer.send(&outgoing, now) {
            Ok(()) => drop(self.told.insert(campaign.clone(), Stopwatch::start())),
            Err(SendError::QueueFull) => {}
            Err(SendError::Refused(reason)) => return Err(reason),
        }
        Ok(())
    }
}

fn repeat() -> Duration {
    Duration::from_millis(REPEAT.as_millis().unsigned_abs())
}

impl Aggregator {
    /// Tells others which campaigns are shown here, while it is `sure` that they are.
    pub(super) fn announce(&mut self, sure: bool) {
        let Some(announcing) = self.announcing.as_mut().filter(|_| sure) else { return };
        let shown = self.shares.values().filter(|share| share.caught_up);
        let shown: Vec<_> = shown.flat_map(|share| share.campaigns.keys()).collect();
        let (now, owners) = (self.parts.status.now(), self.parts.status.owners());
        let elsewhere = owners.elsewhere(now).filter(|(_, address)| address.is_some());
        announcing.step(&shown, &elsewhere.map(|(campaign, _)| &campaign.id).collect(), now);
    }
}
