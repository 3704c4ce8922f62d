//! A hostile world: feed partitions, taggers that fail in every way the design allows, and the
//! mention log they leave. All of it follows from a seed; a step is five seconds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

pub(crate) mod fault;
pub(crate) mod written;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use daebak::post::{Kind, Platform};
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::Progress;
use daebak::time::{Span, Timestamp};

use fault::{Dice, Fault};
use written::{
    CHANGES, DELAY, FEEDS, MAX_DELAY, Partition, Sight, TITLES, at, config, heartbeat, mention,
    partitions,
};

/// Posts and faults end here, in seconds; then the taggers have [`QUIET`] to catch up.
pub(crate) const END: i64 = 2400;
pub(crate) const QUIET: i64 = 300;
pub(crate) const LANGUAGES: [&str; 4] = ["ko", "en", "und", "vi"];
const STEP: i64 = 5;
const OUT_OF_ORDERNESS: i64 = 10;
const DOWN_AT: i64 = 700;
const LONG_AGO: i64 = -1_000_000;

/// One post as it is, and what its feed partition had said before it came.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) event: i64,
    pub(crate) arrived: i64,
    pub(crate) platform: Platform,
    pub(crate) kind: Kind,
    pub(crate) language: &'static str,
    pub(crate) author: Option<u64>,
    /// Whether its first sight names a title that no config removes.
    pub(crate) is_always_tagged: bool,
    titles: BTreeSet<usize>,
    topic: usize,
    /// The newest event its partition could speak of before it.
    newest: i64,
}

#[derive(Debug, Default)]
struct Reading {
    position: usize,
    newest: Option<i64>,
    end_fetched: Option<i64>,
}

/// Output on its way to the log; a sight without titles has none, but is acknowledged in turn.
#[derive(Debug)]
struct Outgoing {
    record: Option<LogRecord>,
    made: i64,
    acknowledges: Option<(usize, usize)>,
}

#[derive(Debug, Default)]
struct Tagger {
    skew: i64,
    /// It does nothing before.
    wakes: i64,
    /// A zombie ends then.
    dies: Option<i64>,
    without_removed: bool,
    owned: BTreeMap<usize, Reading>,
    queue: VecDeque<Outgoing>,
}

pub(crate) struct World {
    pub(crate) log: Vec<(Timestamp, LogRecord)>,
    pub(crate) posts: BTreeMap<u64, Post>,
    pub(crate) chosen: BTreeSet<Fault>,
    pub(crate) fired: BTreeMap<Fault, u64>,
    pub(crate) down: std::ops::Range<i64>,
    dice: Dice,
    config: FoldConfig,
    config_due: i64,
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
                world.fail(now);
                for tagger in 0..world.taggers.len() {
                    world.run(tagger, now);
                }
            }
            now += STEP;
        }
        world.farewell();
        world
    }

    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let chosen: BTreeSet<Fault> =
            Fault::ALL.into_iter().filter(|_| dice.index(5) < 2).collect();
        let lengths = [100, 600, 1400];
        let outage = dice.between(300, 900);
        let outage = outage..outage + lengths[dice.index(3)];
        let down = DOWN_AT..DOWN_AT + dice.between(100, 700);
        let mut world = Self {
            log: Vec::new(),
            posts: BTreeMap::new(),
            fired: BTreeMap::new(),
            config: config(&chosen),
            config_due: if chosen.contains(&Fault::FirstConfigLate) { 40 } else { 0 },
            partitions: partitions(&chosen),
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

    /// A step of the feeds.
    fn publish(&mut self, now: i64) {
        for n in 0..self.partitions.len() {
            if self.partitions[n].number == 3 {
                self.fire(Fault::EmptyPartition);
                continue;
            }
            for _ in 0..[0, 1, 1, 1, 2][self.dice.index(5)] {
                let again = self.fires(Fault::Redelivery, 4);
                let known = again.then(|| self.known(self.partitions[n].topic)).flatten();
                let id = known.unwrap_or_else(|| self.post(n, now));
                self.sight(n, id, now);
            }
        }
    }

    /// A post of the topic to be sent again, as a rule a young one, sometimes with a new title.
    fn known(&mut self, topic: usize) -> Option<u64> {
        let newest = self.posts.len() as u64;
        let reach = if self.dice.one_in(5) { newest } else { newest.min(300) };
        let id = newest - self.dice.number() % reach.max(1);
        let is_edit = self.fires(Fault::AddedTitle, 4);
        let title = self.dice.index(3);
        let post = self.posts.get_mut(&id).filter(|post| post.topic == topic)?;
        if is_edit {
            post.titles.insert(title);
        }
        Some(id)
    }

    fn post(&mut self, n: usize, now: i64) -> u64 {
        let topic = self.partitions[n].topic;
        let mut age = self.dice.between(0, 6);
        if self.fires(Fault::LatePost, 12) {
            age = self.dice.between(0, 251);
        } else if self.fires(Fault::TooLatePost, 50) {
            let most = if self.dice.one_in(2) { 1500 } else { 400 };
            age = self.dice.between(251, most);
        } else if topic == 1 {
            self.fire(Fault::DelayedFeed);
            age = self.dice.between(560, 641);
        } else if self.fires(Fault::FuturePost, 50) {
            age = -self.dice.between(0, 900);
        }
        let first = [0, 0, 1, 2][self.dice.index(4)];
        let second = self.dice.one_in(5).then(|| self.dice.index(3));
        let titles: BTreeSet<usize> = [first].into_iter().chain(second).collect();
        let post = Post {
            event: now - age,
            arrived: now,
            platform: Platform::ALL[self.dice.index(3)],
            kind: Kind::ALL[self.dice.index(4)],
            language: LANGUAGES[self.dice.index(4)],
            author: (!self.dice.one_in(20)).then(|| self.dice.number() % 30),
            is_always_tagged: titles.iter().any(|title| *title != 1),
            titles,
            topic,
            newest: self.partitions[n].newest.unwrap_or(LONG_AGO),
        };
        let id = self.posts.len() as u64 + 1;
        self.posts.insert(id, post);
        id
    }

    fn sight(&mut self, n: usize, id: u64, now: i64) {
        let ahead = self.fires(Fault::FutureStamp, 50);
        let stamp = now + if ahead { self.dice.between(1, 100_000) } else { 0 };
        let (post, partition) = (&self.posts[&id], &mut self.partitions[n]);
        let reached = post.event.min(stamp - DELAY * partition.topic as i64);
        partition.newest = partition.newest.max(Some(reached));
        let titles = post.titles.clone();
        partition.sights.push(Sight { post: id, event: post.event, stamp, titles });
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
        if now >= self.config_due {
            self.config_due = now + 200;
            self.write(now, LogRecord::Config(Box::new(self.config.clone())));
        }
    }

    fn write(&mut self, now: i64, record: LogRecord) {
        let back = self.fires(Fault::LogTimeBack, 50);
        let back = if back { self.dice.between(0, 20_000) } else { 0 };
        let millis = self.dice.between(0, 1000) - back;
        self.log.push((at(now) + Span::from_millis(millis), record));
    }

    /// A step of everything that fails.
    fn fail(&mut self, now: i64) {
        self.taggers.retain(|tagger| tagger.dies.is_none_or(|dies| now < dies));
        for n in 0..2 {
            let is_up = now >= self.taggers[n].wakes && !self.taggers[n].owned.is_empty();
            if is_up && now < END && self.fires(Fault::Crash, 150) {
                self.crash(n, now);
            }
        }
        if now == self.down.start && self.has(Fault::FleetDown) {
            self.fire(Fault::FleetDown);
            let (first, second) = (self.down.end, self.down.end + self.dice.between(40, 300));
            self.taggers =
                [first, second].map(|wakes| Tagger { wakes, ..Tagger::default() }).into();
            let back = |n| if n == 0 { first } else { second };
            self.orphans = (0..self.partitions.len()).map(|n| (back(n), n)).collect();
        }
        for (fault, n, skew) in [(Fault::FastClock, 0, 3600), (Fault::SlowClock, 1, -3600)] {
            let is_wrong = self.has(fault) && now < END;
            self.taggers[n].skew = if is_wrong { skew } else { 0 };
        }
        let (due, orphans) = self.orphans.iter().partition(|(when, _)| *when <= now);
        self.orphans = orphans;
        let due: Vec<(i64, usize)> = due;
        for (_, n) in due {
            let other = self.dice.index(2);
            let taker = if now >= self.taggers[other].wakes { other } else { 1 - other };
            let rewind = if self.fires(Fault::Rewind, 1) { self.dice.index(60) } else { 0 };
            let position = self.partitions[n].stored.saturating_sub(rewind);
            self.taggers[taker].owned.insert(n, Reading { position, ..Reading::default() });
            if now == 0 && self.has(Fault::ColdStart) {
                self.fire(Fault::ColdStart);
            }
        }
    }

    /// What was not acknowledged is lost, or a zombie writes it later.
    fn crash(&mut self, n: usize, now: i64) {
        let skew = self.taggers[n].skew;
        let crashed = std::mem::take(&mut self.taggers[n]);
        for partition in crashed.owned.keys() {
            self.orphans.push((now + [0, 5, 45][self.dice.index(3)], *partition));
        }
        if self.fires(Fault::Zombie, 2) {
            let wakes = now + self.dice.between(10, 250);
            self.taggers.push(Tagger { skew, wakes, dies: Some(wakes + 30), ..crashed });
        }
    }

    /// A step of one tagger: read, tag, say how far it is, and write some of what waits.
    fn run(&mut self, number: usize, now: i64) {
        if now < self.taggers[number].wakes {
            return;
        }
        let mut tagger = std::mem::take(&mut self.taggers[number]);
        if self.dice.one_in(5) {
            tagger.without_removed = self.config.titles.len() < TITLES.len();
        }
        let mut progress = Vec::new();
        for (&n, reading) in &mut tagger.owned {
            if n == 0 && self.has(Fault::Outage) && self.outage.contains(&now) {
                self.fire(Fault::Outage);
                continue;
            }
            let removed = tagger.without_removed.then_some(1);
            self.read(n, reading, now, now + tagger.skew, removed, &mut tagger.queue);
            progress.push(self.progress(n, reading));
        }
        if tagger.skew != 0 && !progress.is_empty() {
            self.fire(if tagger.skew > 0 { Fault::FastClock } else { Fault::SlowClock });
        }
        let record = Some(heartbeat(now + tagger.skew, progress, &self.partitions));
        tagger.queue.push_back(Outgoing { record, made: now, acknowledges: None });
        for _ in 0..[0, 10, 60, 400][self.dice.index(4)] {
            let Some(next) = tagger.queue.pop_front() else { break };
            if let Some(record) = next.record {
                self.transit = self.transit.max(now - next.made);
                self.write(now, record);
            }
            if let (Some((n, offset)), None) = (next.acknowledges, tagger.dies) {
                self.partitions[n].stored = offset;
            }
        }
        self.taggers[number] = tagger;
    }

    /// Reads some records; at the end of the partition, notes by its clock when that was.
    fn read(
        &mut self,
        n: usize,
        reading: &mut Reading,
        now: i64,
        clock: i64,
        removed: Option<usize>,
        queue: &mut VecDeque<Outgoing>,
    ) {
        let most = [0, 3, 6, 40][self.dice.index(4)];
        let partition = &self.partitions[n];
        let end = partition.sights.len().min(reading.position + most);
        for offset in reading.position..end {
            let sight = &partition.sights[offset];
            if sight.stamp <= clock {
                let reached = sight.event.min(sight.stamp - DELAY * partition.topic as i64);
                reading.newest = reading.newest.max(Some(reached));
            }
            let record = mention(sight, &self.posts[&sight.post], partition, offset, removed);
            let acknowledges = Some((n, offset + 1));
            queue.push_back(Outgoing { record, made: now, acknowledges });
        }
        reading.position = end;
        if most > 0 && end == partition.sights.len() {
            reading.end_fetched = Some(clock);
        }
    }

    fn progress(&self, n: usize, reading: &mut Reading) -> Progress {
        Progress {
            topic: FEEDS[self.partitions[n].topic].into(),
            partition: self.partitions[n].number,
            position: i64::try_from(reading.position).unwrap(),
            watermark: reading.newest.map(|newest| at(newest - OUT_OF_ORDERNESS)),
            end_fetched: reading.end_fetched.take().map(at),
        }
    }

    /// Much later all partitions are heard of once more.
    fn farewell(&mut self) {
        let later = END + QUIET + 4000;
        let ended = || Reading { end_fetched: Some(later), ..Reading::default() };
        let all = (0..self.partitions.len()).map(|n| self.progress(n, &mut ended())).collect();
        self.log.push((at(later), heartbeat(later, all, &self.partitions)));
    }
}
