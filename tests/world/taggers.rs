//! The taggers: what they read, what they write, and how they fail.

use std::collections::{BTreeMap, VecDeque};

use daebak::campaign::{CampaignId, FacetId, GroupId, Language};
use daebak::kafka::in_flight::{InFlight, Ticket};
use daebak::post::Counters;
use daebak::post::id::PostId;
use daebak::record::LogRecord;
use daebak::record::heartbeat::Progress;
use daebak::record::mention::{Mention, Source};

use super::content;
use super::fault::Fault;
use super::feeds::{Content, Fed, REMOVED, Sight, TOPICS, title};
use super::written::{TITLES, at, heartbeat, mention, progress, retraction};
use super::{DELAY, END, OUT_OF_ORDERNESS, RIVAL, World};

#[derive(Debug, Default)]
pub(super) struct Reading {
    position: usize,
    newest: Option<i64>,
    end_fetched: Option<i64>,
}

/// Output on its way to the log.
#[derive(Debug)]
struct Outgoing {
    record: LogRecord,
    made: i64,
    ticket: Option<Ticket>,
}

#[derive(Debug, Default)]
pub(super) struct Tagger {
    pub(super) skew: i64,
    /// It does nothing before.
    pub(super) wakes: i64,
    /// A zombie ends then.
    dies: Option<i64>,
    without_removed: bool,
    owned: BTreeMap<usize, Reading>,
    in_flight: InFlight,
    queue: VecDeque<Outgoing>,
    /// Where poison was read, on its way to a topic of its own.
    dead_letters: VecDeque<((usize, usize), Ticket)>,
}

impl World {
    /// A step of everything that fails.
    pub(super) fn fail(&mut self, now: i64) {
        self.taggers.retain(|tagger| tagger.dies.is_none_or(|dies| now < dies));
        for n in 0..2 {
            let is_up = now >= self.taggers[n].wakes && !self.taggers[n].owned.is_empty();
            if is_up && now < END && self.fires(Fault::Crash, 150) {
                self.crash(n, now);
            }
            if is_up && now < END && self.fires(Fault::Rebalance, 60) {
                self.revoke(n, now);
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
        self.assign(now);
    }

    fn assign(&mut self, now: i64) {
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

    /// A partition goes to whoever takes it; what was read of it is still on its way.
    fn revoke(&mut self, n: usize, now: i64) {
        let nth = self.dice.index(self.taggers[n].owned.len().max(1));
        let tagger = &mut self.taggers[n];
        let Some(partition) = tagger.owned.keys().nth(nth).copied() else { return };
        tagger.owned.remove(&partition);
        tagger.in_flight.forget(i32::try_from(partition).unwrap());
        self.orphans.push((now + [0, 5, 10][self.dice.index(3)], partition));
    }

    /// A step of one tagger: read, tag, say how far it is, and write some of what waits.
    pub(super) fn run(&mut self, number: usize, now: i64) {
        if now < self.taggers[number].wakes {
            return;
        }
        let mut tagger = std::mem::take(&mut self.taggers[number]);
        if self.dice.one_in(5) {
            tagger.without_removed = self.config.titles.len() < TITLES.len();
        }
        let mut progress = Vec::new();
        for (n, mut reading) in std::mem::take(&mut tagger.owned) {
            if n == 0 && self.has(Fault::Outage) && self.outage.contains(&now) {
                self.fire(Fault::Outage);
            } else {
                self.read(n, &mut reading, now, &mut tagger);
                progress.push(self.progress(n, &mut reading));
            }
            tagger.owned.insert(n, reading);
        }
        if tagger.skew != 0 && !progress.is_empty() {
            self.fire(if tagger.skew > 0 { Fault::FastClock } else { Fault::SlowClock });
        }
        let record = heartbeat(now + tagger.skew, self.counts(now, &progress), progress);
        tagger.queue.push_back(Outgoing { record, made: now, ticket: None });
        self.flush(&mut tagger, now);
        self.taggers[number] = tagger;
    }

    /// Reads some records; at the end of the partition, notes by its clock when that was.
    fn read(&mut self, n: usize, reading: &mut Reading, now: i64, tagger: &mut Tagger) {
        let most = [0, 3, 6, 40][self.dice.index(4)];
        let clock = now + tagger.skew;
        let partition = &self.partitions[n];
        let end = partition.fed.len().min(reading.position + most);
        for offset in reading.position..end {
            let fed = &partition.fed[offset];
            if let Content::Sight(sight) = &fed.content
                && fed.stamp <= clock
            {
                let reached = sight.event.min(fed.stamp - DELAY * partition.topic as i64);
                reading.newest = reading.newest.max(Some(reached));
            }
            let ticket = if matches!(fed.content, Content::Poison) {
                let ticket = Ticket::new(1);
                tagger.dead_letters.push_back(((n, offset), ticket.clone()));
                Some(ticket)
            } else {
                let removed = tagger.without_removed.then_some(REMOVED);
                let records = self.tag(n, offset, fed, removed);
                let ticket = Ticket::new(u32::try_from(records.len()).unwrap());
                let outgoing =
                    |record| Outgoing { record, made: now, ticket: Some(ticket.clone()) };
                tagger.queue.extend(records.into_iter().map(outgoing));
                (!ticket.is_acknowledged()).then_some(ticket)
            };
            let (n, offset) = (i32::try_from(n).unwrap(), i64::try_from(offset).unwrap());
            tagger.in_flight.take(n, offset, ticket);
        }
        reading.position = end;
        if most > 0 && end == partition.fed.len() {
            reading.end_fetched = Some(clock);
        }
    }

    /// What a record gives, of one campaign or of two that lie in one partition of the log.
    pub(super) fn tag(
        &self,
        n: usize,
        offset: usize,
        fed: &Fed,
        removed: Option<usize>,
    ) -> Vec<LogRecord> {
        match &fed.content {
            Content::Poison => Vec::new(),
            Content::Retraction { platform, id, time } => vec![retraction(*platform, *id, *time)],
            Content::Sight(sight) => {
                let titles = sight.titles.iter().filter(|title| Some(**title) != removed);
                let titles: Vec<&str> = titles.map(|number| title(*number)).collect();
                let ours =
                    (!titles.is_empty()).then(|| self.mention(n, offset, fed.stamp, sight, titles));
                let theirs = self.is_rivals(sight).then(|| Mention {
                    campaign: CampaignId::new(RIVAL),
                    ..self.mention(n, offset, fed.stamp, sight, vec![TITLES[0]])
                });
                let both = ours.into_iter().chain(theirs);
                both.map(|mention| LogRecord::Mention(Box::new(mention))).collect()
            }
        }
    }

    pub(super) fn is_rivals(&self, sight: &Sight) -> bool {
        self.has(Fault::Rival) && sight.root.is_multiple_of(3)
    }

    fn mention(
        &self,
        n: usize,
        offset: usize,
        stamp: i64,
        sight: &Sight,
        titles: Vec<&str>,
    ) -> Mention {
        let post = &self.posts[&sight.root];
        let partition = &self.partitions[n];
        let [likes, shares, comments, views] = sight.told;
        let mut plain = mention(sight.root, sight.event, titles);
        for named in &mut plain.titles {
            named.alias = content::alias(sight.root).into();
            named.facets = content::facets(sight.root).into_iter().map(FacetId::new).collect();
        }
        Mention {
            id: PostId::Number(sight.version),
            platform: post.platform,
            kind: post.kind,
            author: post.author.map(|author| author.to_string().into()),
            observed: at(stamp),
            language: Language::new(post.language),
            counters: Counters { likes, shares, comments, views },
            source: Source {
                topic: TOPICS[partition.topic].into(),
                partition: i32::try_from(partition.number).unwrap(),
                offset: i64::try_from(offset).unwrap(),
            },
            group: content::group(post.author).map(GroupId::new),
            fingerprint: content::text(sight.root),
            hashtags: content::hashtags(sight.root).into_iter().map(Box::from).collect(),
            ..plain
        }
    }

    /// Writes some of what waits, and stores what may be stored, now and then.
    fn flush(&mut self, tagger: &mut Tagger, now: i64) {
        for _ in 0..[0, 10, 60, 400][self.dice.index(4)] {
            let Some(next) = tagger.queue.pop_front() else { break };
            self.transit = self.transit.max(now - next.made);
            self.write(now, next.record);
            next.ticket.iter().for_each(Ticket::acknowledge);
        }
        for _ in 0..[0, 0, 1, 9][self.dice.index(4)] {
            let Some((place, ticket)) = tagger.dead_letters.pop_front() else { break };
            self.dead_letters.insert(place);
            ticket.acknowledge();
        }
        if tagger.dies.is_none() && self.dice.one_in(2) {
            for (n, next) in tagger.in_flight.storable() {
                self.partitions[usize::try_from(n).unwrap()].stored =
                    usize::try_from(next).unwrap();
            }
        }
    }

    fn progress(&self, n: usize, reading: &mut Reading) -> Progress {
        let (topic, number) = self.feed_partition(n);
        let watermark = reading.newest.map(|newest| at(newest - OUT_OF_ORDERNESS));
        Progress {
            position: i64::try_from(reading.position).unwrap(),
            end_fetched: reading.end_fetched.take().map(at),
            ..progress(topic, number, watermark)
        }
    }

    /// How many partitions the topics named in `progress` have, as far as the taggers know.
    fn counts(&self, now: i64, progress: &[Progress]) -> BTreeMap<Box<str>, u32> {
        let mut counts: BTreeMap<Box<str>, u32> = BTreeMap::new();
        for partition in self.partitions.iter().filter(|partition| partition.known_from <= now) {
            let topic = TOPICS[partition.topic];
            if progress.iter().any(|owned| *owned.topic == *topic) {
                *counts.entry(topic.into()).or_default() += 1;
            }
        }
        counts
    }

    /// Much later all partitions are heard of once more.
    pub(super) fn farewell(&mut self, later: i64) {
        let ended = || Reading { end_fetched: Some(later), ..Reading::default() };
        let all: Vec<Progress> =
            (0..self.partitions.len()).map(|n| self.progress(n, &mut ended())).collect();
        let counts = self.counts(later, &all);
        self.log.push((at(later), heartbeat(later, counts, all)));
    }
}
