//! A hostile world: feed partitions, taggers that fail in every way the design allows, and the
//! mention log they leave. All of it follows from a seed; a step is five seconds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

mod content;
mod earned;
pub(crate) mod fault;
pub(crate) mod feeds;
pub(crate) mod observed;
pub(crate) mod owners;
mod said;
mod shown;
mod taggers;
pub(crate) mod written;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use daebak::campaign::{CampaignId, TitleId};
use daebak::post::id::PostId;
use daebak::record::backfill::Backfill;
use daebak::record::config::{FoldConfig, WindowConfig};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, Timestamp};

use fault::{Dice, Fault};
use feeds::{Content, Fed, Partition, Post, REMOVED, TOPICS};
use taggers::Tagger;
use written::{CAMPAIGN, TITLES, at, timing, window};

/// Posts and faults end here, in seconds; then the taggers have [`QUIET`] to catch up.
pub(crate) const END: i64 = 2400;
pub(crate) const QUIET: i64 = 300;
/// Another campaign in the same partition of the log.
pub(crate) const RIVAL: &str = "rival";
/// Its records come late, and its config says so.
const DELAY: i64 = 640;
/// A feed's delivery and the period of its polling.
const MAX_DELAY: i64 = 65;
const OUT_OF_ORDERNESS: i64 = 10;
const STEP: i64 = 5;
const DOWN_AT: i64 = 700;
const BACKFILL_AT: i64 = 1500;
const BACKFILL_SINCE: i64 = 1150;

/// Authors are too many to count in one seed of so many at the most: a fold of sketches is a
/// hundred times as large.
const SKETCHED_EACH: u64 = 8;

/// Of which fault, when, and what.
type Change = (Fault, i64, fn(&mut FoldConfig));

/// How the campaign's owner changes its config.
const CHANGES: [Change; 8] = [
    (Fault::LatenessRaised, 1000, |config| config.allowed_lateness = Span::from_secs(600)),
    (Fault::LatenessLowered, 900, |config| config.allowed_lateness = Span::from_secs(100)),
    (Fault::LatenessLowered, 1400, |config| config.allowed_lateness = Span::from_secs(500)),
    (Fault::WindowAdded, 1200, |config| config.windows.extend([window(800, 100), window(60, 5)])),
    (Fault::WindowRemoved, 900, |config| config.windows.retain(|known| *known != window(500, 50))),
    (Fault::WindowRemoved, 1300, |config| config.windows.push(window(500, 50))),
    (Fault::TitleRemoved, 600, |config| drop(config.titles.remove(REMOVED))),
    (Fault::TitleRemoved, 1900, |config| config.titles.push(TitleId::new(TITLES[REMOVED]))),
];

/// When two owners disagree: the new one's config, and the old one's again.
const CONFLICT: [(i64, bool); 4] = [(1000, true), (1050, false), (1100, true), (1130, false)];

pub(crate) struct World {
    pub(crate) log: Vec<(Timestamp, LogRecord)>,
    pub(crate) posts: BTreeMap<u64, Post>,
    pub(crate) chosen: BTreeSet<Fault>,
    pub(crate) fired: BTreeMap<Fault, u64>,
    pub(crate) down: std::ops::Range<i64>,
    dice: Dice,
    /// Posts in the order in which they came into being.
    roots: Vec<u64>,
    ids: u64,
    /// Posts that will be retracted, and when.
    to_retract: Vec<(i64, u64)>,
    /// Where poison was read, as far as that is written.
    dead_letters: BTreeSet<(usize, usize)>,
    config: FoldConfig,
    config_due: i64,
    backfill: VecDeque<LogRecord>,
    partitions: Vec<Partition>,
    taggers: Vec<Tagger>,
    /// Partitions without an owner, and when one takes them.
    orphans: Vec<(i64, usize)>,
    outage: std::ops::Range<i64>,
    /// The longest that a heartbeat was on its way.
    transit: i64,
}

impl World {
    /// The whole history of `seed`.
    pub(crate) fn live(seed: u64) -> Self {
        let mut world = Self::new(seed);
        let mut now = if world.has(Fault::ColdStart) { -700 } else { 0 };
        while now < END + QUIET {
            if now < END {
                world.publish(now);
            }
            if now >= 0 {
                world.configure(now);
                world.fill_back(now);
                world.fail(now);
                for tagger in 0..world.taggers.len() {
                    world.run(tagger, now);
                }
            }
            now += STEP;
        }
        world.farewell(END + QUIET + 12_000);
        world
    }

    /// What `seed` chooses, before anything happens.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut chosen: BTreeSet<Fault> =
            Fault::ALL.into_iter().filter(|_| dice.index(5) < 2).collect();
        if !seed.is_multiple_of(SKETCHED_EACH) {
            chosen.remove(&Fault::FewAuthors);
        }
        let lengths = [100, 600, 1400];
        let outage = dice.between(300, 900);
        let outage = outage..outage + lengths[dice.index(3)];
        let down = DOWN_AT..DOWN_AT + dice.between(100, 700);
        let mut world = Self {
            log: Vec::new(),
            posts: BTreeMap::new(),
            fired: BTreeMap::new(),
            roots: Vec::new(),
            ids: 0,
            to_retract: Vec::new(),
            dead_letters: BTreeSet::new(),
            config: config(&chosen),
            config_due: if chosen.contains(&Fault::FirstConfigLate) { 40 } else { 0 },
            backfill: VecDeque::new(),
            partitions: feeds::partitions(&chosen),
            taggers: vec![Tagger::default(), Tagger::default()],
            orphans: Vec::new(),
            transit: 0,
            dice,
            chosen,
            outage,
            down,
        };
        let cold = if world.has(Fault::ColdStart) { world.dice.between(30, 400) } else { 0 };
        world.orphans = (0..world.partitions.len()).map(|n| (cold * n.min(1) as i64, n)).collect();
        world
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.chosen.contains(&fault)
    }

    /// The latest watermark that `post`'s partition may have stated before it was tagged. A fast
    /// clock is cut to the log's time, so what it says grows on its way.
    pub(crate) fn watermark_before(&self, post: &Post) -> i64 {
        let fast = if self.has(Fault::FastClock) { self.transit } else { 0 };
        let bound = (post.newest - OUT_OF_ORDERNESS).max(post.arrived - MAX_DELAY + fast + 1);
        if post.topic == 1 { bound.min(post.arrived - DELAY + self.transit + 1) } else { bound }
    }

    /// The feed partition's topic and number.
    pub(crate) fn feed_partition(&self, n: usize) -> (&'static str, u32) {
        (TOPICS[self.partitions[n].topic], self.partitions[n].number)
    }

    /// Feed records that gave something, and yet nothing of them was written.
    pub(crate) fn lost(&self) -> Vec<String> {
        let mut written = BTreeSet::new();
        let mut retracted = BTreeSet::new();
        for (_, record) in &self.log {
            match record {
                LogRecord::Mention(mention) => {
                    let source = &mention.source;
                    let place = (&*source.topic, source.partition, source.offset);
                    written.insert((mention.campaign.as_str(), place));
                }
                LogRecord::Retraction(retraction) => {
                    retracted.insert((retraction.platform, retraction.id.clone()));
                }
                _ => {}
            }
        }
        let mut lost = Vec::new();
        for (n, partition) in self.partitions.iter().enumerate() {
            for (offset, fed) in partition.fed.iter().enumerate() {
                let (topic, number) = self.feed_partition(n);
                let place = (topic, i32::try_from(number).unwrap(), offset as i64);
                let is_there = match &fed.content {
                    Content::Poison => self.dead_letters.contains(&(n, offset)),
                    Content::Retraction { platform, id, .. } => {
                        retracted.contains(&(*platform, PostId::Number(*id)))
                    }
                    Content::Sight(sight) => {
                        let is_tagged = sight.titles.iter().any(|title| *title != REMOVED);
                        (!is_tagged || written.contains(&(CAMPAIGN, place)))
                            && (!self.is_rivals(sight) || written.contains(&(RIVAL, place)))
                    }
                };
                lost.extend((!is_there).then(|| format!("{place:?} {fed:?}")));
            }
        }
        lost
    }

    fn fire(&mut self, fault: Fault) {
        *self.fired.entry(fault).or_default() += 1;
    }

    fn fires(&mut self, fault: Fault, one_in: usize) -> bool {
        let fires = self.has(fault) && self.dice.one_in(one_in);
        if fires {
            self.fire(fault);
        }
        fires
    }

    /// The owner of the campaign writes its config: when it changes, and now and then.
    fn configure(&mut self, now: i64) {
        for (fault, when, change) in CHANGES {
            if now == when && self.has(fault) {
                self.fire(fault);
                change(&mut self.config);
                self.config_due = now;
            }
        }
        for (when, is_new) in CONFLICT {
            if now == when && self.has(Fault::ConflictingConfigs) {
                self.fire(Fault::ConflictingConfigs);
                let mut config = self.config.clone();
                if is_new {
                    config.windows.truncate(2);
                    config.allowed_lateness = Span::from_secs(200);
                }
                self.write(now, LogRecord::Config(Box::new(config)));
            }
        }
        if now >= self.config_due {
            self.config_due = now + 200;
            if self.has(Fault::Rival) {
                self.fire(Fault::Rival);
                let titles = vec![TitleId::new(TITLES[0])];
                let campaign = CampaignId::new(RIVAL);
                let config = FoldConfig { campaign, titles, ..self.config.clone() };
                self.write(now, LogRecord::Config(Box::new(config)));
            }
            self.write(now, LogRecord::Config(Box::new(self.config.clone())));
        }
    }

    /// A run over older feed records, by time, all of it twice.
    fn fill_back(&mut self, now: i64) {
        if now == BACKFILL_AT && self.has(Fault::Backfill) {
            let mut found: Vec<(i64, LogRecord)> = Vec::new();
            for (n, partition) in self.partitions.iter().enumerate() {
                let since = |(_, fed): &(usize, &Fed)| fed.arrived >= BACKFILL_SINCE;
                for (offset, fed) in partition.fed.iter().enumerate().filter(since) {
                    let records = self.tag(n, offset, fed, None).into_iter();
                    let ours = records.filter(|record| {
                        matches!(record,
                        LogRecord::Mention(mention) if mention.campaign.as_str() == CAMPAIGN)
                    });
                    found.extend(ours.map(|record| (fed.arrived, record)));
                }
            }
            found.sort_by_key(|(arrived, _)| *arrived);
            let twice = found.iter().chain(&found).map(|(_, record)| record.clone());
            self.backfill = twice.collect();
            self.backfill.push_back(LogRecord::Backfill(Backfill {
                v: SCHEMA_VERSION,
                campaign: CampaignId::new(CAMPAIGN),
                since: at(BACKFILL_SINCE),
                began: at(now),
            }));
        }
        for _ in 0..40 {
            let Some(record) = self.backfill.pop_front() else { break };
            self.fire(Fault::Backfill);
            self.write(now, record);
        }
    }

    fn write(&mut self, now: i64, record: LogRecord) {
        let back = self.fires(Fault::LogTimeBack, 50);
        let back = if back { self.dice.between(0, 20_000) } else { 0 };
        let millis = self.dice.between(0, 1000) - back;
        self.log.push((at(now) + Span::from_millis(millis), record));
    }
}

fn config(chosen: &BTreeSet<Fault>) -> FoldConfig {
    let has = |fault: Fault| chosen.contains(&fault);
    let unless = |fault: Fault, many, few| if has(fault) { few } else { many };
    let mut config = written::config();
    let thirty = WindowConfig { breakdown: false, ..window(30, 5) };
    config.windows = vec![thirty, window(120, 10), window(500, 50)];
    let mut feed = |topic: &str, delay| {
        let mut timing = timing(delay);
        timing.max_delay = Span::from_secs(MAX_DELAY);
        config.topics.insert(topic.into(), timing);
    };
    feed(TOPICS[0], 0);
    if has(Fault::DelayedFeed) {
        feed(TOPICS[1], DELAY);
    }
    if has(Fault::FeedUnheard) {
        feed("nowhere", 0);
    }
    config.engagement_horizon = Span::from_secs(700);
    if has(Fault::OldPost) {
        config.windows.push(window(4500, 500));
        config.allowed_lateness = Span::from_secs(4500);
        config.engagement_horizon = Span::from_secs(4000);
    }
    if has(Fault::ShortMemory) {
        config.engagement_horizon = Span::from_secs(50);
    }
    config.pending_max = unless(Fault::SmallPending, 100_000, 25);
    config.ledger_max = unless(Fault::SmallLedger, 1_000_000, 300);
    config.distinct_max = unless(Fault::FewAuthors, 10_000, 15);
    config.titles_max = unless(Fault::FewSeats, 8, 1);
    config
}
