//! From an assignment to folds: the newest snapshot of each campaign that can be trusted.
//!
//! A snapshot is only a shortcut. Whatever is wrong with one, an older one or the log from its
//! beginning gives the same state, later.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Parts;
use super::share::{Folded, Owned, Share};
use crate::buzz::Buzz;
use crate::campaign::{Campaign, CampaignId};
use crate::clock::Stopwatch;
use crate::kafka::KafkaError;
use crate::kafka::owned_log::Start;
use crate::kafka::snapshot_log::PartitionReader;
use crate::metric::health::Unusable;
use crate::record::partition_of;
use crate::record::snapshot::{Candidate, GENERATIONS_KEPT, Key, Part, SNAPSHOT_VERSION, Shelf};
use crate::time::Timestamp;

/// The most snapshot records read in one turn of the loop: 32 MiB.
const BATCH_MAX: usize = 64;

/// How long the loop waits for the next of them.
const POLL_WAIT: Duration = Duration::from_millis(5);

/// When nothing has come for so long, the log alone restores.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// Reads the snapshots of assigned partitions, a batch a turn, so that the loop goes on.
pub(super) struct Loading {
    partitions: Vec<i32>,
    reader: Option<PartitionReader>,
    shelves: BTreeMap<CampaignId, Shelf>,
    assigned: Stopwatch,
    silent: Stopwatch,
}

impl Loading {
    /// Starts to read; without a snapshots topic there is nothing to read.
    pub(super) fn begin(parts: &Parts, partitions: Vec<i32>) -> Result<Self, KafkaError> {
        let kafka = &parts.config.service.kafka;
        let open = |topic: &String| PartitionReader::open(&kafka.connection, topic, &partitions);
        let reader = kafka.snapshots.as_ref().map(open).transpose()?;
        let (assigned, silent) = (Stopwatch::start(), Stopwatch::start());
        Ok(Self { partitions, reader, shelves: BTreeMap::new(), assigned, silent })
    }

    /// These are not ours any more.
    pub(super) fn forget(&mut self, partitions: &[i32]) {
        self.partitions.retain(|partition| !partitions.contains(partition));
    }

    /// The partitions being loaded.
    pub(super) fn partitions(&self) -> &[i32] {
        &self.partitions
    }

    /// Reads on; whether all that can be had is there.
    pub(super) fn step(&mut self, parts: &Parts, partition_count: u32) -> bool {
        let Some(reader) = &mut self.reader else { return true };
        for _ in 0..BATCH_MAX {
            if reader.is_done() {
                return true;
            }
            let entry = match reader.poll(POLL_WAIT) {
                Ok(Some(entry)) => entry,
                Ok(None) if self.silent.elapsed() < SILENCE_MAX => return reader.is_done(),
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!("reading snapshots: {error}");
                    break;
                }
            };
            self.silent = Stopwatch::start();
            let Some(Key { campaign, offset, part }) = entry.key().and_then(Key::decode) else {
                continue;
            };
            let home = i32::try_from(partition_of(&campaign, partition_count));
            if home == Ok(entry.partition()) && find(parts, &campaign).is_some() {
                let held = self.shelves.entry(campaign).or_default();
                held.take(offset, part, entry.payload());
                if part == Part::Manifest {
                    lighten(held);
                }
            }
        }
        if self.silent.elapsed() < SILENCE_MAX {
            return false;
        }
        tracing::warn!("the snapshots can't be read: the mention log alone restores");
        parts.health.snapshot_skipped(Unusable::Unreachable);
        self.shelves.clear();
        true
    }

    /// The partitions with their campaigns restored, and where to read on.
    ///
    /// # Errors
    /// When the broker does not say where a partition begins and ends: to be tried again.
    pub(super) fn finish(
        &mut self,
        parts: &Parts,
        partition_count: u32,
    ) -> Result<Vec<(Start, Share)>, KafkaError> {
        let kafka = &parts.config.service.kafka;
        // Not the group's consumer: a question waits behind its fetches.
        let records = PartitionReader::open(&kafka.connection, &kafka.mention_log, &[])?;
        let bounds: Vec<_> = self
            .partitions
            .iter()
            .map(|partition| Ok((*partition, records.bounds(*partition)?)))
            .collect::<Result<_, KafkaError>>()?;
        let mut restoring =
            Restoring { parts, partition_count, records, timestamps: BTreeMap::new() };
        let restored = bounds.into_iter().map(|(partition, bounds)| {
            let home = |c: &&Arc<Campaign>| i32::try_from(partition_of(&c.id, partition_count));
            let here = parts.config.campaigns.iter().filter(|c| home(c) == Ok(partition));
            let campaigns = here.map(|campaign| {
                let held = self.shelves.remove(&campaign.id).unwrap_or_default();
                (campaign.id.clone(), restoring.restore(campaign, partition, bounds, held))
            });
            let share = Share::new(self.assigned, campaigns.collect());
            (Start { partition, offset: share.start(bounds), end: bounds.1 }, share)
        });
        Ok(restored.collect())
    }
}

/// Lets go of the bytes that no fall-back needs, so that a topic which is seldom compacted takes no
/// more memory than the generations kept.
fn lighten(shelf: &mut Shelf) {
    for (offset, part) in shelf.outdated(GENERATIONS_KEPT) {
        shelf.take(offset, part, Some(&[]));
    }
}

fn find<'a>(parts: &'a Parts, campaign: &CampaignId) -> Option<&'a Arc<Campaign>> {
    parts.config.campaigns.iter().find(|known| known.id == *campaign)
}

/// Chooses among snapshots.
struct Restoring<'a> {
    parts: &'a Parts,
    partition_count: u32,
    /// Reads single records of the mention log.
    records: PartitionReader,
    /// What it has read: campaigns that were saved together name the same record.
    timestamps: BTreeMap<(i32, i64), Option<Timestamp>>,
}

impl Restoring<'_> {
    fn restore(
        &mut self,
        campaign: &Campaign,
        partition: i32,
        bounds: (i64, i64),
        mut held: Shelf,
    ) -> Owned {
        let health = &self.parts.health;
        let mut useless = Vec::new();
        let mut restored = None;
        for (offset, candidate) in held.newest_first() {
            match self.unpack(campaign, partition, bounds, offset, candidate) {
                Ok(found) => {
                    restored = Some(found);
                    break;
                }
                Err((reason, detail)) => {
                    let (campaign, why) = (&campaign.id, reason.label());
                    tracing::warn!(%campaign, offset, reason = why, "snapshot skipped: {detail}");
                    health.snapshot_skipped(reason);
                    if is_useless(reason) {
                        useless.extend(parts_of(offset, candidate));
                    }
                }
            }
        }
        for (offset, part) in &useless {
            held.take(*offset, *part, None);
        }
        let (id, revision) = (campaign.id.as_str(), campaign.revision.as_str());
        let health = health.campaign(id, revision);
        let (buzz, folded) = match restored {
            Some((buzz, folded, taken, bytes)) => {
                health.snapshot_taken(taken, bytes);
                (buzz, Some(folded))
            }
            None => (Buzz::new(campaign.id.clone()), None),
        };
        Owned::new(buzz, health, folded, without_bytes(&held), useless)
    }

    /// The state in a snapshot, if it is whole, ours, and the log goes on from it.
    fn unpack(
        &mut self,
        campaign: &Campaign,
        partition: i32,
        (low, end): (i64, i64),
        offset: i64,
        candidate: &Candidate,
    ) -> Result<(Buzz, Folded, Timestamp, usize), (Unusable, String)> {
        let foreign = |why: String| (Unusable::Foreign, why);
        let manifest = match &candidate.manifest {
            None => return Err((Unusable::Torn, "it has no manifest".into())),
            Some(Err(error)) => return Err((error.into(), error.to_string())),
            Some(Ok(manifest)) => manifest,
        };
        let log = &self.parts.config.service.kafka.mention_log;
        if manifest.v == SNAPSHOT_VERSION {
            // Of another version, nothing else may be believed.
            if *manifest.log != **log || manifest.partitions != self.partition_count {
                let (log, partitions) = (&manifest.log, manifest.partitions);
                return Err(foreign(format!("it is of {log} with {partitions} partitions")));
            }
            if manifest.offset != offset || offset >= end {
                return Err(foreign(format!("the log ends at {end}")));
            }
            if offset < low {
                return Err((Unusable::Expired, format!("the log begins at {low}")));
            }
            let found = self.timestamp_at(partition, offset);
            let found = found.map_err(|error| (Unusable::Unreachable, error.to_string()))?;
            if found != Some(manifest.timestamp) {
                return Err(foreign("the log holds another record there".into()));
            }
        }
        let buzz = Buzz::unpack(&campaign.id, manifest, &candidate.chunks)
            .map_err(|error| ((&error).into(), error.to_string()))?;
        let bytes = candidate.chunks.values().map(Vec::len).sum();
        let folded = Folded { offset, timestamp: manifest.timestamp };
        Ok((buzz, folded, manifest.taken, bytes))
    }

    fn timestamp_at(
        &mut self,
        partition: i32,
        offset: i64,
    ) -> Result<Option<Timestamp>, KafkaError> {
        if let Some(known) = self.timestamps.get(&(partition, offset)) {
            return Ok(*known);
        }
        let found = self.records.timestamp_at(partition, offset)?;
        self.timestamps.insert((partition, offset), found);
        Ok(found)
    }
}

/// Whether a snapshot will never be of use to anyone. One of another version may be, to another
/// build; a torn one may still be on its way; what is merely old goes in its turn.
fn is_useless(reason: Unusable) -> bool {
    match reason {
        Unusable::Torn | Unusable::Version | Unusable::Expired | Unusable::Unreachable => false,
        Unusable::Manifest
        | Unusable::Missing
        | Unusable::Checksum
        | Unusable::State
        | Unusable::TooLarge
        | Unusable::Foreign => true,
    }
}

fn parts_of(offset: i64, candidate: &Candidate) -> impl Iterator<Item = (i64, Part)> {
    let manifest = candidate.manifest.iter().map(|_| Part::Manifest);
    manifest.chain(candidate.chunks.keys().copied().map(Part::Chunk)).map(move |p| (offset, p))
}

/// What is on a shelf, without the weight.
fn without_bytes(shelf: &Shelf) -> Shelf {
    let mut light = Shelf::default();
    for (offset, candidate) in shelf.newest_first() {
        parts_of(offset, candidate).for_each(|(offset, part)| light.take(offset, part, Some(&[])));
    }
    light
}
