//! The fold under everything that may go wrong before it: a seeded world of failing taggers
//! writes a mention log, and each record's effect is held against the definition.
//!
//! `DAEBAK_SEEDS` says how many seeds, `DAEBAK_FIRST_SEED` the first.

#![allow(clippy::unwrap_used, clippy::cast_possible_wrap, reason = "a test; its sizes are small")]

mod world;

use std::collections::{BTreeMap, BTreeSet};

use daebak::buzz::{Applied, Buzz, FUTURE_MAX};
use daebak::campaign::{CampaignId, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Kind, Platform};
use daebak::record::LogRecord;
use daebak::record::config::{FoldConfig, WindowConfig};
use daebak::record::mention::Mention;
use daebak::time::{Span, TICK, Timestamp};
use world::fault::{Dice, Fault};
use world::written::{TITLES, at};
use world::{END, Post, QUIET, World};

/// No seed writes fewer records.
const RECORDS_MIN: usize = 2_000;
/// So few seeds need not show every fault.
const SEEDS_FEW: u64 = 100;
/// T trails the log by no more while taggers run, whatever partition is silent.
const TRAIL_MAX: Span = Span::from_secs(450);
const FOREVER: Timestamp = Timestamp::from_millis(i64::MIN);

/// From when on a window takes posts, and from when on its authors are known.
type Starts = (Timestamp, Timestamp);

/// A fold and what it should have done, found out without forgetting anything.
struct Observed<'a> {
    world: &'a World,
    fold: Buzz,
    counted: BTreeMap<u64, BTreeSet<TitleId>>,
    /// Mentions before the first config.
    waiting: Vec<(Timestamp, &'a Mention)>,
    log_time: Timestamp,
    starts: BTreeMap<WindowConfig, Starts>,
    lateness_min: Span,
    /// What the longest ring no longer reached.
    ring_bound: Timestamp,
    lawfully_late: u64,
    stalls: u64,
}

impl<'a> Observed<'a> {
    fn new(world: &'a World) -> Self {
        Self {
            world,
            fold: Buzz::new(CampaignId::new("launch")),
            counted: BTreeMap::new(),
            waiting: Vec::new(),
            log_time: FOREVER,
            starts: BTreeMap::new(),
            lateness_min: Span::from_days(1),
            ring_bound: FOREVER,
            lawfully_late: 0,
            stalls: 0,
        }
    }

    fn apply(&mut self, timestamp: Timestamp, record: &'a LogRecord) {
        self.log_time = self.log_time.max(timestamp);
        let expected = self.expect(record);
        let (time, horizon) = (self.fold.time(), self.fold.clocks().horizon());
        let before = self.fold.tally().applied;
        self.fold.apply(timestamp, record).unwrap();
        let after = self.fold.tally().applied;
        let applied: [u64; Applied::ALL.len()] = std::array::from_fn(|n| after[n] - before[n]);
        // What lies behind the horizon may have been forgotten: its redelivery is late.
        let mut forgotten = expected;
        forgotten.swap(Applied::Duplicate as usize, Applied::Late as usize);
        let behind = matches!(record, LogRecord::Mention(m) if Some(m.event_time) < horizon);
        let is_right = applied == expected || behind && applied == forgotten;
        assert!(is_right, "applied {applied:?}, expected {expected:?}: {record:?}");
        assert!(self.fold.time() >= time, "T went back from {time:?}");
        assert!(self.fold.clocks().horizon() >= horizon, "H went back from {horizon:?}");
        self.bound_time();
    }

    /// The outcomes that the record should add.
    fn expect(&mut self, record: &'a LogRecord) -> [u64; Applied::ALL.len()] {
        let mut expected = [0; Applied::ALL.len()];
        match record {
            LogRecord::Mention(mention) if self.fold.config().is_none() => {
                self.waiting.push((self.log_time, mention));
            }
            LogRecord::Mention(mention) => {
                expected[self.judge(self.log_time, mention) as usize] += 1;
            }
            LogRecord::Config(config) => {
                self.configure(config);
                for (log_time, mention) in std::mem::take(&mut self.waiting) {
                    expected[self.judge(log_time, mention) as usize] += 1;
                }
            }
            LogRecord::Heartbeat(_) | LogRecord::Retraction(_) | LogRecord::Backfill(_) => {}
        }
        expected
    }

    fn judge(&mut self, log_time: Timestamp, mention: &Mention) -> Applied {
        if mention.event_time > log_time + FUTURE_MAX {
            return Applied::Future;
        }
        let root = number(mention);
        let known = self.counted.get(&root);
        let is_known = |title| known.is_some_and(|titles| titles.contains(title));
        if mention.titles.iter().all(|named| is_known(&named.title)) {
            return Applied::Duplicate;
        }
        if Some(mention.event_time) < self.fold.clocks().horizon() {
            if known.is_none() {
                self.refuse(&self.world.posts[&root]);
            }
            return Applied::Late;
        }
        let titles = mention.titles.iter().map(|named| named.title.clone());
        self.counted.entry(root).or_default().extend(titles);
        Applied::Counted
    }

    /// A first sight is refused only behind the lateness of its own partition or every ring.
    fn refuse(&mut self, post: &Post) {
        let watermark = at(self.world.watermark_before(post));
        let is_lawful = at(post.event) < watermark - self.lateness_min
            || at(post.event) < self.ring_bound
            || post.event > post.arrived
            || !post.is_always_tagged;
        assert!(is_lawful, "lost: {post:?}, watermark {watermark}, ring {}", self.ring_bound);
        self.lawfully_late += 1;
    }

    fn configure(&mut self, config: &FoldConfig) {
        let time = self.fold.time();
        // A window's authors are known as far back as any window before it knew them.
        let reach = |time: Timestamp| {
            let known = |(window, (_, known)): (&WindowConfig, &Starts)| {
                (time - window.length).floor(window.slide).max(*known)
            };
            self.starts.iter().map(known).min()
        };
        let covered = time.and_then(reach);
        let new = (time.unwrap_or(FOREVER), covered.unwrap_or(FOREVER));
        let start = |window: &WindowConfig| self.starts.get(window).copied().unwrap_or(new);
        self.starts = config.windows.iter().map(|window| (*window, start(window))).collect();
        self.lateness_min = self.lateness_min.min(config.allowed_lateness);
    }

    fn bound_time(&mut self) {
        let Some(time) = self.fold.time() else { return };
        self.ring_bound = self.ring_bound.max(time - self.fold.layout().reach());
        assert!(time <= self.log_time + FUTURE_MAX + TICK, "T {time}, log {}", self.log_time);
        let config = self.fold.config().unwrap();
        self.stalls += u64::from(self.fold.clocks().partitions(config).any(|p| p.1));
        let world = self.world;
        let warm = at(if world.has(Fault::ColdStart) { 800 } else { 300 });
        let down = at(world.down.start)..at(world.down.end + 600);
        let excused = self.log_time < warm
            || world.has(Fault::FleetDown) && down.contains(&self.log_time)
            // To a slow clock every record is from the future and no end is news.
            || world.has(Fault::SlowClock)
            || self.log_time > at(END + QUIET);
        let trail = self.log_time - time;
        assert!(excused || trail <= TRAIL_MAX, "T {time} trails the log by {trail}");
    }

    /// Every window's number equals the definition over what was counted.
    fn probe(&self) {
        let (Some(time), Some(config)) = (self.fold.time(), self.fold.config()) else { return };
        for title in TITLES.map(TitleId::new) {
            let counted = self.counted.iter().filter(|(_, titles)| titles.contains(&title));
            let posts: Vec<&Post> = counted.map(|(id, _)| &self.world.posts[id]).collect();
            for window in &config.windows {
                let from = (time - window.length).floor(window.slide);
                let covers = |start: Timestamp| {
                    let range = start..time;
                    posts.iter().filter(move |p| range.contains(&at(p.event))).copied()
                };
                let (start, known) = self.starts[window];
                let inside: Vec<&Post> = covers(from.max(start)).collect();
                let context = format!("{title}, {window:?}, T {time}");
                self.probe_posts(&title, window, &inside, &context);
                if from >= known {
                    let all: Vec<&Post> = covers(from).collect();
                    self.probe_authors(&title, window, &all, from, &context);
                }
            }
        }
    }

    fn probe_posts(&self, title: &TitleId, window: &WindowConfig, posts: &[&Post], context: &str) {
        let index = self.index(window, |_| true).unwrap();
        let shown = self.fold.title(title);
        let count = |keep: &dyn Fn(&Post) -> bool| posts.iter().filter(|post| keep(post)).count();
        for platform in Platform::ALL {
            let sum = shown.map_or(0, |windows| windows.posts(platform, index));
            let truth = count(&|post| post.platform == platform) as u64;
            assert_eq!(sum, truth, "{platform:?}, {context}");
        }
        let Some(index) = self.index(window, |window| window.breakdown) else { return };
        for kind in Kind::ALL {
            let sum = shown.map_or(0, |windows| windows.posts_of_kind(kind, index));
            assert_eq!(sum, count(&|post| post.kind == kind) as u64, "{kind:?}, {context}");
        }
        for (language, number) in self.fold.languages() {
            let sum = shown.map_or(0, |windows| windows.posts_in_language(number, index));
            let label = |post: &Post| if post.language == "vi" { "other" } else { post.language };
            let truth = count(&|post| label(post) == language.as_str()) as u64;
            assert_eq!(sum, truth, "{language}, {context}");
        }
    }

    fn probe_authors(
        &self,
        title: &TitleId,
        window: &WindowConfig,
        posts: &[&Post],
        from: Timestamp,
        context: &str,
    ) {
        let Some(index) = self.index(window, |window| window.authors) else { return };
        for platform in Platform::ALL {
            let on_it = posts.iter().filter(|post| post.platform == platform);
            let authors: BTreeSet<u64> = on_it.filter_map(|post| post.author).collect();
            let windows = self.fold.title(title);
            let shown = windows.map_or(Some(0), |windows| windows.authors(platform, index, from));
            assert_eq!(shown, Some(authors.len() as u64), "authors on {platform:?}, {context}");
        }
    }

    /// The window's number among those that are `measured`.
    fn index(
        &self,
        window: &WindowConfig,
        measured: impl Fn(&WindowConfig) -> bool,
    ) -> Option<usize> {
        let windows = self.fold.config()?.windows.iter();
        windows.filter(|window| measured(window)).position(|known| known == window)
    }
}

fn number(mention: &Mention) -> u64 {
    match mention.root {
        PostId::Number(number) => number,
        PostId::Text(_) => unreachable!("the world numbers its posts"),
    }
}

/// What has happened, over all seeds.
#[derive(Default)]
struct Summary {
    records: usize,
    counts: BTreeMap<String, u64>,
}

impl Summary {
    fn add(&mut self, observed: &Observed<'_>) {
        self.records += observed.world.log.len();
        let tally = observed.fold.tally();
        let outcomes = [Applied::Counted, Applied::Duplicate, Applied::Late, Applied::Future]
            .map(|outcome| (outcome.label().to_owned(), tally.applied[outcome as usize]));
        let effects = [
            ("forced ticks", tally.forced_ticks),
            ("lawfully late", observed.lawfully_late),
            ("records during a stall", observed.stalls),
        ];
        let faults = Fault::ALL.map(|fault| {
            let fired = match fault {
                Fault::SmallPending => tally.forced_ticks,
                Fault::ShortMemory | Fault::FirstConfigLate => u64::from(observed.world.has(fault)),
                _ => observed.world.fired.get(&fault).copied().unwrap_or_default(),
            };
            (format!("{fault:?}"), fired)
        });
        let effects = effects.map(|(name, count)| (name.to_owned(), count));
        for (name, count) in outcomes.into_iter().chain(effects).chain(faults) {
            *self.counts.entry(name).or_default() += count;
        }
    }
}

fn decoded(record: &LogRecord) -> LogRecord {
    LogRecord::decode(&record.encode().unwrap()).unwrap()
}

/// Folds a seed's log with every check. A second aggregator starts somewhere in it from the log's
/// bytes, and is in the same state from then on.
fn simulate(seed: u64, summary: &mut Summary) {
    let world = World::live(seed);
    let n = world.log.len();
    assert!(n >= RECORDS_MIN, "only {n} records");
    let mut dice = Dice::new(!seed);
    let probes: BTreeSet<usize> = (0..8).map(|_| dice.index(n)).chain([n - 2, n - 1]).collect();
    let restart = dice.index(n);
    let mut observed = Observed::new(&world);
    let mut restarted = Buzz::new(CampaignId::new("launch"));
    for (at_record, (timestamp, record)) in world.log.iter().enumerate() {
        if at_record == n - 1 {
            let time = observed.fold.time();
            assert!(time >= Some(at(END + QUIET - 150)), "T stays at {time:?} though all report");
        }
        observed.apply(*timestamp, record);
        restarted.apply(*timestamp, &decoded(record)).unwrap();
        if probes.contains(&at_record) {
            observed.probe();
        }
        if at_record == restart || at_record == n - 1 {
            let same = format!("{restarted:?}") == format!("{:?}", observed.fold);
            assert!(same, "a restarted fold differs after record {at_record}");
        }
    }
    let mentions = world.log.iter().filter(|(_, r)| matches!(r, LogRecord::Mention(_))).count();
    assert_eq!(observed.fold.tally().applied.iter().sum::<u64>(), mentions as u64);
    assert_eq!(observed.fold.ledger_entries(), 0, "identities that are never forgotten");
    assert_eq!(observed.fold.pending_entries(), 0, "posts that wait for ever");
    summary.add(&observed);
}

/// Says how to run a seed that failed again.
struct Rerun(u64);

#[expect(clippy::print_stderr, reason = "it speaks only when a test fails")]
impl Drop for Rerun {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seed = self.0;
            eprintln!("with {:?}", World::live(seed).chosen);
            eprintln!("DAEBAK_FIRST_SEED={seed} DAEBAK_SEEDS=1 cargo test --test simulation");
        }
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn whatever_fails_before_it_the_fold_counts_each_post_once_and_loses_none() {
    let (first, seeds) = (setting("DAEBAK_FIRST_SEED", 0), setting("DAEBAK_SEEDS", 1_000));
    let mut summary = Summary::default();
    for seed in first..first + seeds {
        let rerun = Rerun(seed);
        simulate(seed, &mut summary);
        drop(rerun);
    }
    println!("{seeds} seeds, {} records: {:#?}", summary.records, summary.counts);
    if seeds >= SEEDS_FEW {
        for (name, count) in &summary.counts {
            assert!(*count > 0, "no seed shows {name}");
        }
    }
}
