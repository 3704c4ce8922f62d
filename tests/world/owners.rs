//! The aggregators that own the log's campaigns one after another: they fold, write snapshots,
//! fail, and begin again from whatever the snapshots topic holds.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use daebak::buzz::Buzz;
use daebak::campaign::CampaignId;
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::snapshot::{
    GENERATIONS_KEPT, Key, Manifest, Packed, Part, SNAPSHOT_VERSION, Shelf,
};
use daebak::time::{Span, Timestamp};

use super::fault::{Dice, Fault};

const LOG: &str = "mentions";
const LOG_PARTITIONS: u32 = 1;
/// One in so many records is followed by a snapshot, and one by a crash.
const SNAPSHOT_EACH: usize = 400;
const CRASH_EACH: usize = 900;
/// One in so many records is followed by a part of a snapshot on its way.
const PART_EACH: usize = 15;

type Log = [(Timestamp, LogRecord)];

/// A campaign's fold and the offset of the last record in it.
struct Held {
    buzz: Buzz,
    offset: i64,
}

#[derive(Default)]
struct Owner {
    held: BTreeMap<CampaignId, Held>,
    shelves: BTreeMap<CampaignId, Shelf>,
    /// A snapshot on its way.
    outgoing: VecDeque<(Key, Option<Vec<u8>>)>,
}

/// Where a fold was restored from, and why not from something newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Newest,
    Older,
    Log,
}

pub(crate) struct Owners<'a> {
    log: &'a Log,
    campaigns: Vec<CampaignId>,
    chosen: BTreeSet<Fault>,
    pub(crate) fired: BTreeMap<Fault, u64>,
    pub(crate) restored: BTreeMap<Source, u64>,
    pub(crate) torn: u64,
    dice: Dice,
    /// The snapshots topic.
    topic: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    owner: Owner,
    /// Owners that were thought dead, and the offset at which they go on.
    zombies: Vec<(usize, Owner)>,
}

impl<'a> Owners<'a> {
    /// Owners of `campaigns` over a log as it is read from its bytes.
    pub(crate) fn new(
        log: &'a Log,
        campaigns: &[CampaignId],
        chosen: &BTreeSet<Fault>,
        dice: Dice,
    ) -> Self {
        let campaigns = campaigns.to_vec();
        let (fired, restored) = (BTreeMap::new(), BTreeMap::new());
        let (topic, zombies) = (Vec::new(), Vec::new());
        let owner = Owner::default();
        let chosen = chosen.clone();
        let mut owners =
            Self { log, campaigns, chosen, fired, restored, torn: 0, dice, topic, owner, zombies };
        for campaign in &owners.campaigns {
            owners.owner.held.insert(campaign.clone(), Held::new(campaign));
        }
        owners
    }

    /// Folds the record at `offset`, and perhaps fails. Whether another owner came.
    pub(crate) fn step(&mut self, offset: usize) -> bool {
        self.owner.apply(self.log, offset);
        if self.dice.one_in(PART_EACH) {
            self.owner.write_part(&mut self.topic);
        }
        if self.owner.outgoing.is_empty() && self.dice.one_in(SNAPSHOT_EACH) {
            let parts = 1 + self.dice.index(4);
            self.owner.snapshot(self.log, parts);
        }
        self.wake(offset);
        let crashes = self.chosen.contains(&Fault::OwnerCrash) && self.dice.one_in(CRASH_EACH);
        if crashes {
            self.fire(Fault::OwnerCrash);
            self.replace(offset);
        }
        crashes
    }

    /// Whether the owner's folds are in the same state as these, which nothing has interrupted.
    pub(crate) fn are_as(&self, whole: &[&Buzz]) -> bool {
        whole.iter().all(|whole| {
            let held = &self.owner.held[whole.campaign()].buzz;
            let bytes = |buzz: &Buzz| buzz.pack().map(|packed| packed.unwrap().chunks);
            bytes(held) == bytes(whole) && held.pending_entries() == whole.pending_entries()
        })
    }

    fn replace(&mut self, offset: usize) {
        let dead = std::mem::take(&mut self.owner);
        // A snapshot of which something was written, and no manifest.
        let is_torn =
            |(key, value): &(Key, Option<Vec<u8>>)| value.is_some() && key.part != Part::Chunk(0);
        let is_torn = dead.outgoing.front().is_some_and(is_torn);
        self.torn += u64::from(is_torn);
        if self.chosen.contains(&Fault::OwnerZombie) && self.dice.one_in(2) {
            self.zombies.push((offset + self.dice.index(300), dead));
        }
        for fault in
            [Fault::MissingChunk, Fault::FlippedByte, Fault::UnknownVersion, Fault::ForeignLog]
        {
            if self.chosen.contains(&fault) && self.dice.one_in(2) && self.damage(fault, offset) {
                self.fire(fault);
            }
        }
        self.owner = self.restore();
        let start = self.owner.held.values().map(|held| held.offset + 1).min().unwrap();
        for offset in usize::try_from(start).unwrap()..=offset {
            self.owner.apply(self.log, offset);
        }
    }

    /// A zombie finishes its snapshot of long ago, and writes another one.
    fn wake(&mut self, offset: usize) {
        let Some(due) = self.zombies.iter().position(|(wakes, _)| *wakes <= offset) else { return };
        let (_, mut zombie) = self.zombies.swap_remove(due);
        self.fire(Fault::OwnerZombie);
        let until = self.dice.index(12);
        if zombie.outgoing.is_empty() {
            zombie.snapshot(self.log, 2);
        }
        for _ in 0..until {
            zombie.write_part(&mut self.topic);
        }
    }

    /// The newest usable snapshot of each campaign, or nothing but the log.
    fn restore(&mut self) -> Owner {
        let mut owner = Owner::default();
        for (key, value) in &self.topic {
            if let Some(key) = Key::decode(key)
                && self.campaigns.contains(&key.campaign)
            {
                let snapshots = owner.shelves.entry(key.campaign).or_default();
                snapshots.take(key.offset, key.part, value.as_deref());
            }
        }
        for campaign in &self.campaigns {
            let snapshots = owner.shelves.entry(campaign.clone()).or_default();
            let usable =
                snapshots.newest_first().enumerate().find_map(|(skipped, (offset, found))| {
                    let manifest = found.manifest.as_ref()?.as_ref().ok()?;
                    let is_ours = &*manifest.log == LOG
                        && manifest.partitions == LOG_PARTITIONS
                        && manifest.offset == offset
                        && self.timestamp(offset) == Some(manifest.timestamp);
                    let buzz = Buzz::unpack(campaign, manifest, &found.chunks).ok();
                    Some((skipped, Held { buzz: buzz.filter(|_| is_ours)?, offset }))
                });
            let source = match usable {
                Some((0, _)) => Source::Newest,
                Some(_) => Source::Older,
                None => Source::Log,
            };
            *self.restored.entry(source).or_default() += 1;
            let held = usable.map_or_else(|| Held::new(campaign), |(_, held)| held);
            owner.held.insert(campaign.clone(), held);
        }
        owner
    }

    fn timestamp(&self, offset: i64) -> Option<Timestamp> {
        self.log.get(usize::try_from(offset).ok()?).map(|(timestamp, _)| *timestamp)
    }

    /// Does to the newest snapshot what may happen to it. Whether there was one.
    fn damage(&mut self, fault: Fault, offset: usize) -> bool {
        if fault == Fault::ForeignLog {
            return self.plant_foreign(offset);
        }
        let is_part = |(key, value): &(Vec<u8>, Option<Vec<u8>>), wanted: fn(Part) -> bool| {
            value.is_some() && Key::decode(key).is_some_and(|key| wanted(key.part))
        };
        let wanted: fn(Part) -> bool = match fault {
            Fault::MissingChunk => |part| part != Part::Manifest,
            Fault::UnknownVersion => |part| part == Part::Manifest,
            _ => |_| true,
        };
        let back = self.dice.index(2);
        let parts = (0..self.topic.len()).rev().filter(|n| is_part(&self.topic[*n], wanted));
        let Some(n) = parts.take(2).nth(back) else { return false };
        let Some(value) = &mut self.topic[n].1 else { return false };
        match fault {
            Fault::MissingChunk => drop(self.topic.remove(n)),
            Fault::UnknownVersion => {
                let known = format!("\"v\":{SNAPSHOT_VERSION}");
                let text = String::from_utf8_lossy(value);
                *value = text.replace(&known, "\"v\":77").into_bytes();
            }
            _ => {
                let at = self.dice.index(value.len());
                value[at] ^= 1 << self.dice.index(8);
            }
        }
        true
    }

    /// A whole snapshot, but of a log that is no longer there.
    fn plant_foreign(&mut self, offset: usize) -> bool {
        let (timestamp, _) = self.log[offset];
        let config = self.log.iter().find_map(|(_, record)| match record {
            LogRecord::Config(config) if config.campaign == self.campaigns[0] => Some(config),
            _ => None,
        });
        let config: &FoldConfig = config.unwrap();
        let mut buzz = Buzz::new(config.campaign.clone());
        buzz.apply(timestamp, &LogRecord::Config(Box::new(config.clone()))).unwrap();
        let earlier = timestamp - Span::from_days(self.dice.between(1, 9));
        let mut foreign = Owner::default();
        let offset = i64::try_from(offset).unwrap();
        foreign.held.insert(config.campaign.clone(), Held { buzz, offset });
        foreign.snapshot_of(&config.campaign, earlier, 1);
        while foreign.write_part(&mut self.topic) {}
        true
    }

    fn fire(&mut self, fault: Fault) {
        *self.fired.entry(fault).or_default() += 1;
    }
}

impl Owner {
    /// Each campaign passes over what its snapshot holds, and is spared what is of others.
    fn apply(&mut self, log: &Log, offset: usize) {
        let (timestamp, record) = &log[offset];
        let offset = i64::try_from(offset).unwrap();
        for (campaign, held) in self.held.iter_mut().filter(|(_, held)| held.offset < offset) {
            if record.campaign().is_none_or(|of| of == campaign) {
                held.buzz.apply(*timestamp, record).unwrap();
            }
            held.offset = offset;
        }
    }

    /// Begins a snapshot of every campaign.
    fn snapshot(&mut self, log: &Log, parts: usize) {
        for campaign in self.held.keys().cloned().collect::<Vec<_>>() {
            let offset = self.held[&campaign].offset;
            if let Ok(offset) = usize::try_from(offset) {
                self.snapshot_of(&campaign, log[offset].0, parts);
            }
        }
    }

    fn snapshot_of(&mut self, campaign: &CampaignId, timestamp: Timestamp, parts: usize) {
        let Held { buzz, offset } = &self.held[campaign];
        let Some(packed) = buzz.pack() else { return };
        let Packed { chunks, checksum } = packed.unwrap();
        let frame = chunks.concat();
        // Smaller chunks than the real ones, so that there are some.
        let chunks: Vec<&[u8]> = frame.chunks(frame.len() / parts + 1).collect();
        let manifest = Manifest {
            v: SNAPSHOT_VERSION,
            log: LOG.into(),
            partitions: LOG_PARTITIONS,
            offset: *offset,
            timestamp,
            chunks: u32::try_from(chunks.len()).unwrap(),
            checksum,
            taken: timestamp,
        };
        let key = |part| Key { campaign: campaign.clone(), offset: *offset, part };
        let numbered = (0..).zip(&chunks);
        let chunks = numbered.map(|(n, chunk)| (key(Part::Chunk(n)), Some(chunk.to_vec())));
        let manifest = manifest.encode().unwrap();
        self.outgoing.extend(chunks.chain([(key(Part::Manifest), Some(manifest))]));
    }

    /// Writes what comes next. After a manifest, older snapshots go. Whether there was anything.
    fn write_part(&mut self, topic: &mut Vec<(Vec<u8>, Option<Vec<u8>>)>) -> bool {
        let Some((key, value)) = self.outgoing.pop_front() else { return false };
        topic.push((key.encode().into_bytes(), value.clone()));
        let snapshots = self.shelves.entry(key.campaign.clone()).or_default();
        let is_whole = key.part == Part::Manifest && value.is_some();
        snapshots.take(key.offset, key.part, value.as_deref());
        if is_whole {
            for (offset, part) in snapshots.outdated(GENERATIONS_KEPT) {
                let campaign = key.campaign.clone();
                self.outgoing.push_back((Key { campaign, offset, part }, None));
            }
        }
        true
    }
}

impl Held {
    fn new(campaign: &CampaignId) -> Self {
        Self { buzz: Buzz::new(campaign.clone()), offset: -1 }
    }
}
