//! The feeds: posts, their later versions and redeliveries, retractions, and what is no post.

use std::collections::BTreeSet;

use daebak::post::{Action, Kind, Platform};

use super::fault::Fault;
use super::written::{FEED, LANGUAGES, TITLES};
use super::{DELAY, STEP, World};

pub(crate) const TOPICS: [&str; 2] = [FEED, "archive"];
/// Titles that no config of the campaign names.
pub(crate) const STRAYS: [&str; 3] = ["stray-one", "stray-two", "stray-three"];
/// The one that a config removes and another brings back.
pub(super) const REMOVED: usize = 1;
const POLLED: i64 = 60;
/// It never says how often a post was viewed.
const SHY: Platform = Platform::Instagram;
/// What the counters of an older post say at first was not gained just now.
pub(super) const BASE_AGE: i64 = 3_600;
const LONG_AGO: i64 = -1_000_000;

/// The title of that number; the strays come after the others.
pub(super) fn title(number: usize) -> &'static str {
    TITLES.into_iter().chain(STRAYS).nth(number).unwrap()
}

/// One post as it is, and what its feed partition had said before it came.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) root: u64,
    pub(crate) event: i64,
    pub(crate) arrived: i64,
    pub(crate) platform: Platform,
    pub(crate) kind: Kind,
    pub(crate) language: &'static str,
    pub(crate) author: Option<u64>,
    /// Whether its first sight names a title that no config removes and each has.
    pub(crate) is_always_tagged: bool,
    /// The number of its partition.
    pub(crate) partition: usize,
    versions: Vec<Version>,
    pub(super) topic: usize,
    /// The newest event its partition could speak of before it.
    pub(super) newest: i64,
}

#[derive(Clone, Debug)]
struct Version {
    id: u64,
    titles: BTreeSet<usize>,
    counters: [u64; Action::ALL.len()],
}

/// Likes, shares, comments and views, as far as the platform says.
pub(super) type Told = [Option<u64>; Action::ALL.len()];

/// A feed record.
#[derive(Clone, Debug)]
pub(super) struct Fed {
    pub(super) arrived: i64,
    pub(super) stamp: i64,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Sight(Sight),
    Retraction { platform: Platform, id: u64, time: i64 },
    Poison,
}

/// A sight of a post.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    pub(super) root: u64,
    pub(super) version: u64,
    pub(super) event: i64,
    pub(super) titles: BTreeSet<usize>,
    pub(super) told: Told,
}

#[derive(Debug, Default)]
pub(super) struct Partition {
    pub(super) topic: usize,
    pub(super) number: u32,
    pub(super) fed: Vec<Fed>,
    pub(super) stored: usize,
    /// Taggers know of it from then on.
    pub(super) known_from: i64,
    newest: Option<i64>,
    is_empty: bool,
}

pub(super) fn partitions(chosen: &BTreeSet<Fault>) -> Vec<Partition> {
    let partition = |topic, number| Partition { topic, number, ..Partition::default() };
    let mut partitions: Vec<Partition> = (0..3).map(|number| partition(0, number)).collect();
    if chosen.contains(&Fault::EmptyPartition) {
        partitions.push(Partition { is_empty: true, ..partition(0, 3) });
    }
    partitions.extend(chosen.contains(&Fault::DelayedFeed).then(|| partition(1, 0)));
    partitions
}

impl World {
    /// A step of the feeds.
    pub(super) fn publish(&mut self, now: i64) {
        if now == 1000 && self.has(Fault::PartitionAdded) {
            self.add_partition(now);
        }
        for n in 0..self.partitions.len() {
            let partition = &self.partitions[n];
            if partition.is_empty {
                self.fire(Fault::EmptyPartition);
                continue;
            }
            let is_polled = (partition.topic, partition.number) == (0, 1);
            if !is_polled || !self.has(Fault::PolledFeed) {
                self.collect(n, now, 0);
            } else if now % POLLED == 0 {
                self.fire(Fault::PolledFeed);
                (0..POLLED / STEP).rev().for_each(|waited| self.collect(n, now, waited * STEP));
            }
        }
        let (due, later) = self.to_retract.iter().partition(|(when, _)| *when <= now);
        self.to_retract = later;
        let due: Vec<(i64, u64)> = due;
        for (_, root) in due {
            self.retract(root, now);
        }
        if self.fires(Fault::StrangeRetraction, 30) {
            let (platform, id) = self.stranger();
            self.feed_anywhere(now, Content::Retraction { platform, id, time: now });
        }
    }

    fn add_partition(&mut self, now: i64) {
        self.fire(Fault::PartitionAdded);
        let number = self.partitions.iter().filter(|partition| partition.topic == 0).count();
        let number = u32::try_from(number).unwrap();
        let known_from = now + 60;
        self.orphans.push((known_from, self.partitions.len()));
        self.partitions.push(Partition { number, known_from, ..Partition::default() });
    }

    /// What came into being within a step, `waited` seconds ago.
    fn collect(&mut self, n: usize, now: i64, waited: i64) {
        for _ in 0..[0, 1, 1, 1, 2][self.dice.index(5)] {
            let again = self.fires(Fault::Redelivery, 4);
            let known = again.then(|| self.known(self.partitions[n].topic)).flatten();
            let root = known.unwrap_or_else(|| self.post(n, now, waited));
            self.sight(n, root, now);
            if self.fires(Fault::Poison, 40) {
                self.feed(n, now, Content::Poison);
            }
        }
    }

    /// A post of the topic to be sent again, as a rule a young one, sometimes changed.
    fn known(&mut self, topic: usize) -> Option<u64> {
        let newest = self.roots.len();
        let reach = if self.dice.one_in(5) { newest } else { newest.min(300) };
        let back = 1 + self.dice.index(reach.max(1));
        let root = *self.roots.get(newest.checked_sub(back)?)?;
        let title = self.dice.index(3);
        let (has_edit, has_title) = (self.fires(Fault::Edit, 6), self.fires(Fault::AddedTitle, 6));
        let is_untagged = has_edit && self.fires(Fault::UntaggedEdit, 3);
        self.ids += u64::from(has_edit);
        let (id, counters) = (self.ids, self.counters());
        let grows = self.fires(Fault::GrownCounters, 2);
        let post = self.posts.get_mut(&root).filter(|post| post.topic == topic)?;
        if has_edit {
            let known = if is_untagged { BTreeSet::new() } else { post.titles().clone() };
            post.versions.push(Version { id, titles: known, counters });
        } else if grows && let Some(last) = post.versions.last_mut() {
            last.counters.iter_mut().zip(counters).for_each(|(n, more)| *n += more);
        }
        if (has_edit && !is_untagged || has_title)
            && let Some(last) = post.versions.last_mut()
        {
            last.titles.insert(title);
        }
        Some(root)
    }

    fn post(&mut self, n: usize, now: i64, waited: i64) -> u64 {
        let topic = self.partitions[n].topic;
        let mut age = waited + self.dice.between(0, 6);
        if self.fires(Fault::LatePost, 12) {
            age = waited + self.dice.between(0, 251);
        } else if self.fires(Fault::TooLatePost, 50) {
            let most = if self.dice.one_in(2) { 1500 } else { 400 };
            age = self.dice.between(251, most);
        } else if self.fires(Fault::OldPost, 15) {
            age = self.dice.between(BASE_AGE - 200, BASE_AGE + 600);
        } else if topic == 1 {
            self.fire(Fault::DelayedFeed);
            age = self.dice.between(560, 641);
        } else if self.fires(Fault::FuturePost, 50) {
            age = -self.dice.between(0, 900);
        }
        let titles = self.titles();
        self.ids += 1;
        let id = self.ids;
        let post = Post {
            root: id,
            event: now - age,
            arrived: now,
            platform: Platform::SHAPED[self.dice.index(3)],
            kind: Kind::ALL[self.dice.index(4)],
            language: LANGUAGES[self.dice.index(4)],
            author: (!self.dice.one_in(20)).then(|| self.dice.number() % 30),
            is_always_tagged: titles.iter().any(|title| *title < 3 && *title != REMOVED),
            partition: n,
            versions: vec![Version { id, titles, counters: self.counters() }],
            topic,
            newest: self.partitions[n].newest.unwrap_or(LONG_AGO),
        };
        self.posts.insert(id, post);
        self.roots.push(id);
        if self.fires(Fault::EarlyRetraction, 50) {
            self.retract(id, now);
        } else if self.fires(Fault::Retraction, 25) {
            let later = [0, 20, 100, 250, 600, 900][self.dice.index(6)];
            self.to_retract.push((now + later, id));
        }
        id
    }

    fn counters(&mut self) -> [u64; Action::ALL.len()] {
        std::array::from_fn(|_| self.dice.number() % 6)
    }

    fn titles(&mut self) -> BTreeSet<usize> {
        let first = [0, 0, 1, 2][self.dice.index(4)];
        let second = self.dice.one_in(5).then(|| self.dice.index(3));
        let stray = self.fires(Fault::StrayTitle, 12).then(|| 3 + self.dice.index(3));
        let first = (stray.is_none() || self.dice.one_in(2)).then_some(first);
        first.into_iter().chain(second).chain(stray).collect()
    }

    fn sight(&mut self, n: usize, root: u64, now: i64) {
        let last = self.posts[&root].versions.len() - 1;
        let nth = if self.dice.one_in(3) { self.dice.index(last + 1) } else { last };
        let post = &self.posts[&root];
        let Version { id, titles, mut counters } = post.versions[nth].clone();
        let (event, platform) = (post.event, post.platform);
        if self.fires(Fault::ShrunkCounters, 6) {
            let fewer = self.counters();
            counters.iter_mut().zip(fewer).for_each(|(n, fewer)| *n = n.saturating_sub(fewer));
        }
        let mut told = counters.map(Some);
        if self.fires(Fault::MissingCounters, 4) {
            let missing = self.dice.index(told.len());
            told[missing] = None;
        }
        if platform == SHY {
            told[Action::View as usize] = None;
        }
        self.feed(n, now, Content::Sight(Sight { root, version: id, event, titles, told }));
    }

    /// One of the post's versions is retracted, in any partition of any feed.
    fn retract(&mut self, root: u64, now: i64) {
        let post = &self.posts[&root];
        let platform = post.platform;
        let id = post.versions[self.dice.index(post.versions.len())].id;
        // What the platform says of the time is told, never compared.
        let time = now + self.dice.between(-4000, 100);
        self.feed_anywhere(now, Content::Retraction { platform, id, time });
        if self.fires(Fault::RepeatedRetraction, 3) {
            self.to_retract.push((now + self.dice.between(0, 300), root));
        }
    }

    /// A post that no one has seen: its number is of none, or of one on another platform.
    fn stranger(&mut self) -> (Platform, u64) {
        let other = self.dice.index(self.roots.len().max(1));
        match self.roots.get(other).filter(|_| self.dice.one_in(2)) {
            Some(root) => {
                let platform = self.posts[root].platform;
                (*Platform::SHAPED.iter().find(|other| **other != platform).unwrap(), *root)
            }
            None => (Platform::Twitter, 1_000_000_000 + self.dice.number()),
        }
    }

    fn feed_anywhere(&mut self, now: i64, content: Content) {
        let n = self.dice.index(3);
        self.feed(n, now, content);
    }

    fn feed(&mut self, n: usize, now: i64, content: Content) {
        let ahead = self.fires(Fault::FutureStamp, 50);
        let stamp = now + if ahead { self.dice.between(1, 100_000) } else { 0 };
        let partition = &mut self.partitions[n];
        if let Content::Sight(sight) = &content {
            let reached = sight.event.min(stamp - DELAY * partition.topic as i64);
            partition.newest = partition.newest.max(Some(reached));
        }
        partition.fed.push(Fed { arrived: now, stamp, content });
    }
}

impl Post {
    /// The titles of its last version that names any.
    fn titles(&self) -> &BTreeSet<usize> {
        let tagged = self.versions.iter().rev().find(|version| !version.titles.is_empty());
        &tagged.unwrap_or(&self.versions[0]).titles
    }
}
