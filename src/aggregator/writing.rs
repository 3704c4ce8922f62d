//! What the aggregator writes: config records into the mention log, bursts, and snapshots.

use std::time::Duration;

use super::snapshots::Ended;
use super::{Aggregator, AggregatorError, Parts};
use crate::buzz::UNCONFIGURED_MAX;
use crate::campaign::CampaignId;
use crate::clock::Stopwatch;
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{Outgoing, SendError};
use crate::record::snapshot::GENERATIONS_KEPT;
use crate::record::{LogRecord, partition_of};

/// A config record is repeated after so many mentions, so that one comes before too many of them
/// have to wait for it, wherever the log is cut off.
const CONFIG_MENTIONS: u64 = UNCONFIGURED_MAX as u64 / 4;

/// How long the snapshots of what is given up may take: their campaigns wait for it.
const LAST_SNAPSHOTS_WAIT: Duration = Duration::from_secs(5);

impl Aggregator {
    /// Writes the config records that are due; one that finds no room in the queue stays due. Only
    /// mentions applied since the replay count: those before it have their records.
    pub(super) fn write_configs(&mut self) -> Result<(), AggregatorError> {
        let Parts { config, clock, producer, .. } = &self.parts;
        for campaign in &config.campaigns {
            let partition = partition_of(&campaign.id, self.log.partition_count());
            let number = i32::try_from(partition).unwrap_or(i32::MAX);
            let share = self.shares.get_mut(&number).filter(|share| share.caught_up);
            let owned = share.and_then(|share| share.campaigns.get_mut(&campaign.id));
            let Some(owned) = owned else { continue };
            let applied = owned.applied();
            if owned.configured_at.is_some_and(|then| applied - then < CONFIG_MENTIONS) {
                continue;
            }
            let refused =
                |reason: String| AggregatorError::Config { campaign: campaign.id.clone(), reason };
            let record = LogRecord::Config(Box::new(config.service.fold_config(campaign)));
            let outgoing = Outgoing {
                topic: config.service.kafka.mention_log.as_str().into(),
                partition,
                key: Some(campaign.id.as_str().into()),
                payload: Some(record.encode().map_err(|error| refused(error.to_string()))?),
                headers: Vec::new(),
                ticket: Ticket::new(1),
            };
            match producer.send(&outgoing, clock.now()) {
                Ok(()) => owned.configured_at = Some(applied),
                Err(SendError::QueueFull) => {}
                Err(error) => return Err(refused(error.to_string())),
            }
        }
        Ok(())
    }

    /// Writes the bursts that the folds have found, as far as the log has been caught up with.
    pub(super) fn write_bursts(&mut self) {
        let Some(bursts) = &mut self.bursts else { return };
        let shown = self.shares.values_mut().filter(|share| share.caught_up);
        for owned in shown.flat_map(|share| share.campaigns.values_mut()) {
            if bursts.has_room() {
                owned.buzz.take_bursts().iter().for_each(|record| bursts.put(record));
            }
        }
        bursts.step(&self.parts.health, self.parts.clock.now());
    }

    /// Begins the next snapshot that is due, and goes on with those on their way.
    pub(super) fn write_snapshots(&mut self) {
        let Some(snapshots) = &self.snapshots else { return };
        if snapshots.has_room() {
            let due = self.shares.iter().find_map(|(partition, share)| {
                share.due_snapshot().map(|campaign| (*partition, campaign.clone()))
            });
            if let Some((partition, campaign)) = due {
                self.begin_snapshot(partition, &campaign);
            }
        }
        self.follow_snapshots();
    }

    /// Writes the snapshots of what is about to be given up, as far as the time allows.
    pub(super) fn write_last_snapshots(&mut self, partitions: &[i32]) {
        let since = Stopwatch::start();
        let unsaved: Vec<_> = partitions
            .iter()
            .filter_map(|partition| Some((*partition, self.shares.get(partition)?.unsaved())))
            .flat_map(|(partition, unsaved)| unsaved.into_iter().map(move |c| (partition, c)))
            .collect();
        let mut unsaved = unsaved.into_iter().peekable();
        while since.elapsed() < LAST_SNAPSHOTS_WAIT {
            self.follow_snapshots();
            let Some(snapshots) = &self.snapshots else { return };
            if snapshots.has_room()
                && let Some((partition, campaign)) = unsaved.next()
            {
                self.begin_snapshot(partition, &campaign);
            } else if snapshots.is_idle() {
                break;
            } else {
                snapshots.wait();
            }
        }
        let left = unsaved.count();
        if left > 0 {
            tracing::warn!(left, "there was no time for all snapshots");
        }
        let Some(snapshots) = &self.snapshots else { return };
        snapshots.flush(LAST_SNAPSHOTS_WAIT.saturating_sub(since.elapsed()));
    }

    fn begin_snapshot(&mut self, partition: i32, campaign: &CampaignId) {
        let (Some(snapshots), Some(share)) = (&mut self.snapshots, self.shares.get_mut(&partition))
        else {
            return;
        };
        let last = share.last();
        let (Some(owned), Some(folded)) = (share.campaigns.get_mut(campaign), last) else {
            return;
        };
        owned.snapshot_begins(folded.offset);
        // Before its first config there is no state that the log would not give as fast.
        let Some(packed) = owned.buzz.pack() else { return };
        let taken = self.parts.clock.now();
        let number = u32::try_from(partition).unwrap_or_default();
        let begun =
            packed.and_then(|packed| snapshots.begin(campaign, number, folded, packed, taken));
        if let Err(error) = begun {
            tracing::warn!(%campaign, "snapshot: {error}");
            owned.snapshot_failed();
        }
    }

    fn follow_snapshots(&mut self) {
        let Some(snapshots) = &mut self.snapshots else { return };
        for ended in snapshots.step(self.parts.clock.now()) {
            let (Ended::There(writing) | Ended::Failed(writing)) = &ended;
            let number = i32::try_from(writing.partition).unwrap_or(i32::MAX);
            let share = self.shares.get_mut(&number);
            let owned = share.and_then(|share| share.campaigns.get_mut(&writing.campaign));
            // Given up meanwhile: its new owner finds what is there.
            let Some(owned) = owned else { continue };
            if matches!(ended, Ended::Failed(_)) {
                owned.snapshot_failed();
                continue;
            }
            owned.health.snapshot_taken(writing.taken, writing.bytes);
            let gone = owned.snapshot_is_there(writing.offset, writing.chunks, GENERATIONS_KEPT);
            snapshots.sweep(&writing.campaign, writing.partition, &gone);
        }
    }
}
