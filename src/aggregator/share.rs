//! One owned partition of the mention log and the campaigns that lie in it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::buzz::{Applied, Buzz, BuzzError, Retracted, Tally};
use crate::campaign::CampaignId;
use crate::clock::Stopwatch;
use crate::metric::health::{CampaignHealth, Health};
use crate::record::LogRecord;
use crate::record::snapshot::{Part, Shelf};
use crate::time::Timestamp;

/// A campaign that has counted something since its last snapshot gets another so often: what is
/// replayed after a crash is at most this much of the log.
const SNAPSHOT_INTERVAL: Duration = Duration::from_mins(5);

/// One that has only seen heartbeats, so often: half a day, the half of the shortest retention
/// that a mention log can have, so that its offset never leaves the log.
const IDLE_INTERVAL: Duration = Duration::from_hours(12);

/// So many of the newest records are looked through in a partition where no campaign should be: a
/// changed partition count leaves config records behind, and between two of them lie at most
/// 50,000 mentions and an hour of heartbeats.
const LOOKED_THROUGH: i64 = 200_000;

/// A record of the log that was folded last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) offset: i64,
    pub(super) timestamp: Timestamp,
}

/// One owned partition.
pub(super) struct Share {
    pub(super) campaigns: BTreeMap<CampaignId, Owned>,
    /// Until then its campaigns are not shown.
    pub(super) caught_up: bool,
    /// The last record read.
    last: Option<Folded>,
    assigned: Stopwatch,
}

/// A campaign that this process owns.
pub(super) struct Owned {
    pub(super) buzz: Buzz,
    pub(super) health: CampaignHealth,
    told: Tally,
    /// Mentions applied when its config was last written; `None` while it is to be written.
    pub(super) configured_at: Option<u64>,
    /// The record up to which the snapshot it began from had folded the log.
    restored: Option<Folded>,
    /// What the snapshots topic holds of it, without the chunks' bytes.
    shelf: Shelf,
    /// What is there and of no use: to be taken away with the next snapshot.
    useless: Vec<(i64, Part)>,
    saved: Saved,
}

/// The last snapshot begun.
#[derive(Clone, Copy)]
struct Saved {
    /// The offset it holds; `None` when there is none, or it failed.
    offset: Option<i64>,
    /// What the fold had counted then.
    counted: u64,
    tried: Stopwatch,
}

impl Share {
    /// A partition that was assigned when `assigned` started.
    pub(super) fn new(assigned: Stopwatch, campaigns: BTreeMap<CampaignId, Owned>) -> Self {
        Self { campaigns, caught_up: false, last: None, assigned }
    }

    /// The offset from which the partition, which holds `low..end`, is to be read: each campaign
    /// needs what follows its snapshot, and one without needs everything.
    pub(super) fn start(&self, (low, end): (i64, i64)) -> i64 {
        if self.campaigns.is_empty() {
            return low.max(end.saturating_sub(LOOKED_THROUGH));
        }
        let needed = |owned: &Owned| owned.restored.map_or(low, |folded| folded.offset + 1);
        self.campaigns.values().map(needed).min().unwrap_or(low)
    }

    /// A record was read, whatever it holds.
    pub(super) fn passed(&mut self, folded: Folded) {
        if self.last.is_some_and(|last| folded.offset <= last.offset) {
            // The log went back (a leader was lost with its newest records): these are others.
            self.campaigns.values_mut().for_each(|owned| owned.restored = None);
        }
        self.last = Some(folded);
    }

    /// Applies a record to the campaign it is of; whether that is one of these.
    pub(super) fn apply_to(
        &mut self,
        campaign: &CampaignId,
        at: Folded,
        record: &LogRecord,
    ) -> Result<bool, BuzzError> {
        let Some(owned) = self.campaigns.get_mut(campaign) else { return Ok(false) };
        owned.apply(at, record).map(|()| true)
    }

    /// Applies a record that is for every campaign.
    pub(super) fn apply_to_all(&mut self, at: Folded, record: &LogRecord) -> Result<(), BuzzError> {
        self.campaigns.values_mut().try_for_each(|owned| owned.apply(at, record))
    }

    /// What was there at the assignment has been replayed: from now on it is shown.
    pub(super) fn catch_up(&mut self) {
        self.caught_up = true;
        for owned in self.campaigns.values_mut() {
            // What was replayed has been visible before, and is not counted by this process.
            drop(owned.buzz.take_landed());
            owned.buzz.begin_totals();
            owned.health.restored(self.assigned.elapsed());
        }
    }

    /// The first campaign whose snapshot is due.
    pub(super) fn due_snapshot(&self) -> Option<&CampaignId> {
        let last = self.last.filter(|_| self.caught_up)?;
        let mut due = self.campaigns.iter().filter(|(_, owned)| owned.is_snapshot_due(last));
        due.next().map(|(campaign, _)| campaign)
    }

    /// The campaigns that have folded something since their last snapshot.
    pub(super) fn unsaved(&self) -> Vec<CampaignId> {
        let Some(last) = self.last.filter(|_| self.caught_up) else { return Vec::new() };
        let unsaved = self.campaigns.iter().filter(|(_, owned)| owned.is_unsaved(last));
        unsaved.map(|(campaign, _)| campaign.clone()).collect()
    }

    /// The last record read: where a snapshot taken now stands.
    pub(super) fn last(&self) -> Option<Folded> {
        self.last
    }
}

impl Owned {
    /// A campaign that begins from `buzz`, which had folded the log up to `restored`.
    pub(super) fn new(
        buzz: Buzz,
        health: CampaignHealth,
        restored: Option<Folded>,
        shelf: Shelf,
        useless: Vec<(i64, Part)>,
    ) -> Self {
        let offset = restored.map(|folded| folded.offset);
        let saved = Saved { offset, counted: 0, tried: Stopwatch::start() };
        let told = Tally::default();
        Self { buzz, health, told, configured_at: None, restored, shelf, useless, saved }
    }

    fn apply(&mut self, at: Folded, record: &LogRecord) -> Result<(), BuzzError> {
        if self.restored.is_some_and(|restored| at.offset <= restored.offset) {
            return Ok(());
        }
        self.buzz.apply(at.timestamp, record)
    }

    /// Mentions applied since this process began the fold.
    pub(super) fn applied(&self) -> u64 {
        self.buzz.tally().applied.iter().sum()
    }

    fn counted(&self) -> u64 {
        self.applied() + self.buzz.tally().retracted.iter().sum::<u64>()
    }

    fn is_unsaved(&self, last: Folded) -> bool {
        self.saved.offset != Some(last.offset)
    }

    fn is_snapshot_due(&self, last: Folded) -> bool {
        let waited = self.saved.tried.elapsed();
        let counted = self.saved.offset.is_none() || self.saved.counted != self.counted();
        self.is_unsaved(last)
            && (waited >= IDLE_INTERVAL || (counted && waited >= SNAPSHOT_INTERVAL))
    }

    /// A snapshot of what was folded up to `offset` begins.
    pub(super) fn snapshot_begins(&mut self, offset: i64) {
        let (offset, counted) = (Some(offset), self.counted());
        self.saved = Saved { offset, counted, tried: Stopwatch::start() };
    }

    /// It failed: the next one is due after the usual time.
    pub(super) fn snapshot_failed(&mut self) {
        self.saved.offset = None;
        self.health.snapshot_failed();
    }

    /// It is there, with so many chunks; returns what may now be taken away.
    pub(super) fn snapshot_is_there(
        &mut self,
        offset: i64,
        chunks: u32,
        kept: usize,
    ) -> Vec<(i64, Part)> {
        let parts = (0..chunks).map(Part::Chunk).chain([Part::Manifest]);
        parts.for_each(|part| self.shelf.take(offset, part, Some(&[])));
        let mut gone = std::mem::take(&mut self.useless);
        gone.retain(|(useless, _)| *useless != offset);
        let outdated = self.shelf.outdated(kept);
        for (offset, part) in &outdated {
            self.shelf.take(*offset, *part, None);
        }
        gone.extend(outdated);
        gone
    }

    /// Hands what the fold has counted since the last page to the operators' registry.
    pub(super) fn tell(&mut self, health: &Health, now: Timestamp, visible: bool) {
        let tally = self.buzz.tally();
        for outcome in Applied::ALL {
            let n = tally.applied[outcome as usize] - self.told.applied[outcome as usize];
            health.applied(outcome, n);
        }
        health.corrected(tally.corrections - self.told.corrections);
        for outcome in Retracted::ALL {
            let n = tally.retracted[outcome as usize] - self.told.retracted[outcome as usize];
            health.retracted(outcome, n);
        }
        let forgotten = tally.forgotten_retractions - self.told.forgotten_retractions;
        self.health.forgot_retractions(forgotten);
        self.health.forced(tally.forced_ticks - self.told.forced_ticks);
        self.health.horizon_forced(tally.forced_horizons - self.told.forced_horizons);
        self.health.overflowed(tally.author_overflows - self.told.author_overflows);
        let (ledger, pending) = (self.buzz.ledger_entries(), self.buzz.pending_entries());
        self.health.holds(ledger, pending, self.buzz.tombstones());
        if let Some(config) = self.buzz.config() {
            self.health.revised(config.revision.as_str());
        }
        self.told = tally.clone();
        let landed = self.buzz.take_landed();
        if visible {
            for event_time in landed {
                health.visible(now - event_time);
            }
        }
    }
}
