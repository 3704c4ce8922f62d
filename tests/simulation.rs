//! The fold and its owners under everything that may go wrong around them: a seeded world of
//! failing taggers writes a mention log, each record's effect is held against the definition, and
//! aggregators that crash over it must come back to the same state.
//!
//! `DAEBAK_SEEDS` says how many seeds, `DAEBAK_FIRST_SEED` the first.

#![allow(clippy::unwrap_used, clippy::cast_possible_wrap, reason = "a test; its sizes are small")]

mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use daebak::buzz::{Applied, Buzz, Retracted};
use daebak::campaign::CampaignId;
use daebak::record::LogRecord;
use world::fault::{Dice, Fault};
use world::observed::Observed;
use world::owners::{Owners, Source};
use world::written::{CAMPAIGN, at};
use world::{END, QUIET, RIVAL, World};

/// No seed writes fewer records.
const RECORDS_MIN: usize = 2_000;
/// So few seeds need not show every fault.
const SEEDS_FEW: u64 = 100;

/// What has happened, over all seeds.
#[derive(Default)]
struct Summary {
    records: usize,
    counts: BTreeMap<String, u64>,
}

impl Summary {
    fn add(&mut self, observed: &Observed<'_>, owners: &Owners<'_>) {
        self.records += observed.world.log.len();
        let tally = observed.fold.tally();
        for outcome in Applied::ALL {
            self.count(outcome.label(), tally.applied[outcome as usize]);
        }
        for outcome in Retracted::ALL {
            let name = format!("retraction {}", outcome.label());
            self.count(&name, tally.retracted[outcome as usize]);
        }
        let earned = observed.earned.n;
        self.count("gains", earned.gains);
        self.count("gains that waited for T", earned.waited);
        self.count("counters that are a base", earned.bases);
        self.count("counters corrected", earned.corrections);
        self.count("counters behind the engagement horizon", earned.behind_horizon);
        self.count("lawfully late", observed.lawfully_late);
        self.count("lawfully forgotten", observed.lawfully_forgotten);
        self.count("records during a stall", observed.stalls);
        self.count("torn snapshots", owners.torn);
        for source in [Source::Newest, Source::Older, Source::Log] {
            let restored = owners.restored.get(&source).copied().unwrap_or_default();
            self.count(&format!("restored from {source:?}"), restored);
        }
        for fault in Fault::ALL {
            let world = observed.world;
            let fired = match fault {
                Fault::SmallPending => tally.forced_ticks,
                Fault::SmallLedger => tally.forced_horizons,
                Fault::FewAuthors => tally.author_overflows,
                Fault::FewSeats => tally.applied[Applied::UnknownTitle as usize],
                Fault::ShortMemory | Fault::FirstConfigLate | Fault::FeedUnheard => {
                    u64::from(world.has(fault))
                }
                _ => [&world.fired, &owners.fired].iter().filter_map(|by| by.get(&fault)).sum(),
            };
            self.count(&format!("{fault:?}"), fired);
        }
    }

    fn count(&mut self, name: &str, count: u64) {
        *self.counts.entry(name.to_owned()).or_default() += count;
    }

    fn merge(&mut self, other: &Self) {
        self.records += other.records;
        other.counts.iter().for_each(|(name, count)| self.count(name, *count));
    }
}

fn decoded(record: &LogRecord) -> LogRecord {
    LogRecord::decode(&record.encode().unwrap()).unwrap()
}

/// Folds a seed's log with every check. Owners fold the log's bytes, and whenever one takes over
/// it is in the same state, then and at the end.
fn simulate(seed: u64, summary: &mut Summary) {
    let world = World::live(seed);
    let n = world.log.len();
    assert!(n >= RECORDS_MIN, "only {n} records");
    assert_eq!(world.lost(), [""; 0], "never written");
    let mut dice = Dice::new(!seed);
    let probes: BTreeSet<usize> = (0..8).map(|_| dice.index(n)).chain([n - 2, n - 1]).collect();
    let read: Vec<_> = world.log.iter().map(|(time, record)| (*time, decoded(record))).collect();
    let has_rival = world.has(Fault::Rival);
    let campaigns = [Some(CAMPAIGN), has_rival.then_some(RIVAL)];
    let campaigns: Vec<CampaignId> = campaigns.into_iter().flatten().map(CampaignId::new).collect();
    let mut owners = Owners::new(&read, &campaigns, &world.chosen, dice);
    let mut observed = Observed::new(&world);
    let mut rival = Buzz::new(CampaignId::new(RIVAL));
    for (offset, (timestamp, record)) in world.log.iter().enumerate() {
        if offset == n - 1 {
            let time = observed.fold.time();
            assert!(time >= Some(at(END + QUIET - 150)), "T stays at {time:?} though all report");
        }
        observed.apply(*timestamp, record);
        if has_rival {
            rival.apply(*timestamp, record).unwrap();
        }
        if probes.contains(&offset) {
            observed.probe();
        }
        let is_new = owners.step(offset);
        // An owner that nothing interrupted needs one look, before the world ends.
        let is_due = probes.contains(&offset) && !owners.restored.is_empty();
        if is_new || is_due || offset == n - 2 {
            let whole = [Some(&observed.fold), has_rival.then_some(&rival)];
            let whole: Vec<&Buzz> = whole.into_iter().flatten().collect();
            assert!(owners.are_as(&whole), "another state after record {offset}: {record:?}");
        }
    }
    let is_ours = |mention: &LogRecord| matches!(mention, LogRecord::Mention(mention) if mention.campaign.as_str() == CAMPAIGN);
    let mentions = world.log.iter().filter(|(_, record)| is_ours(record)).count();
    assert_eq!(observed.fold.tally().applied.iter().sum::<u64>(), mentions as u64);
    assert_eq!(observed.fold.ledger_entries(), 0, "identities that are never forgotten");
    assert_eq!(observed.fold.pending_entries(), 0, "posts that wait for ever");
    assert_eq!(observed.fold.tombstones(), 0, "retractions that are never forgotten");
    summary.add(&observed, &owners);
}

/// Says how to run a seed that failed again; none is begun after it.
struct Rerun<'a> {
    seed: u64,
    next: &'a AtomicU64,
}

#[expect(clippy::print_stderr, reason = "it speaks only when a test fails")]
impl Drop for Rerun<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.next.store(u64::MAX / 2, Ordering::Relaxed);
            let seed = self.seed;
            eprintln!("with {:?}", World::new(seed).chosen);
            eprintln!("DAEBAK_FIRST_SEED={seed} DAEBAK_SEEDS=1 cargo test --test simulation");
        }
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn whatever_fails_around_it_the_fold_counts_each_post_once_and_loses_none() {
    let (first, seeds) = (setting("DAEBAK_FIRST_SEED", 0), setting("DAEBAK_SEEDS", 1_000));
    let next = AtomicU64::new(first);
    let share = || {
        let mut summary = Summary::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + seeds {
                return summary;
            }
            let rerun = Rerun { seed, next: &next };
            simulate(seed, &mut summary);
            drop(rerun);
        }
    };
    let mut summary = Summary::default();
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let shares: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        for share in shares {
            summary.merge(&share.join().unwrap());
        }
    });
    println!("{seeds} seeds, {} records: {:#?}", summary.records, summary.counts);
    if seeds >= SEEDS_FEW {
        for (name, count) in &summary.counts {
            assert!(*count > 0, "no seed shows {name}");
        }
    }
}
