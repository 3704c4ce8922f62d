//! A fold, and what it should have done with each record, found out without forgetting anything.

use std::collections::{BTreeMap, BTreeSet};

use daebak::buzz::{Applied, Buzz, FUTURE_MAX, Retracted, Tally};
use daebak::campaign::{CampaignId, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Action, Platform};
use daebak::record::LogRecord;
use daebak::record::config::{FoldConfig, WindowConfig};
use daebak::record::mention::Mention;
use daebak::record::retraction::Retraction;
use daebak::time::{Span, TICK, Timestamp};

use super::earned::{Earned, Moment};
use super::fault::Fault;
use super::feeds::{Post, STRAYS, Told};
use super::written::{CAMPAIGN, TITLES, at, retraction};
use super::{END, QUIET, World};

/// T trails the log by no more while taggers run, whatever partition is silent.
const TRAIL_MAX: Span = Span::from_secs(450);
const FOREVER: Timestamp = Timestamp::from_millis(i64::MIN);

/// From when on a window takes posts, and from when on its authors are known.
type Starts = (Timestamp, Timestamp);

/// What has been seen of a post.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) titles: BTreeSet<TitleId>,
    versions: BTreeSet<PostId>,
    pub(super) retracted: bool,
    /// It was retracted only after its author had been seen.
    pub(super) author_stays: bool,
    /// The counters that counted, and of which version.
    pub(super) told: Vec<(PostId, Told)>,
}

/// What the fold said before a record.
struct Before {
    time: Option<Timestamp>,
    horizon: Option<Timestamp>,
    tally: Tally,
    is_configured: bool,
}

pub(crate) struct Observed<'a> {
    pub(crate) world: &'a World,
    pub(crate) fold: Buzz,
    pub(super) known: BTreeMap<u64, Known>,
    pub(crate) earned: Earned,
    /// The counters that any mention has carried.
    pub(super) carried: BTreeSet<(Platform, Action)>,
    /// Retractions that met no post, and the log's time of each.
    tombstones: BTreeMap<(Platform, PostId), Timestamp>,
    /// Mentions before the first config.
    waiting: Vec<(Timestamp, &'a Mention)>,
    seats: BTreeSet<TitleId>,
    log_time: Timestamp,
    pub(super) starts: BTreeMap<WindowConfig, Starts>,
    /// The window of what is counted over a day at the most, and from when on it takes posts.
    pub(super) day: Option<(WindowConfig, Timestamp)>,
    lateness_min: Span,
    /// What the longest ring no longer reached.
    ring_bound: Timestamp,
    /// Where H was forced to.
    forced_bound: Timestamp,
    /// When each feed partition was first counted.
    counted_from: BTreeMap<(Box<str>, u32), Timestamp>,
    pub(crate) lawfully_late: u64,
    pub(crate) lawfully_forgotten: u64,
    pub(crate) stalls: u64,
}

impl<'a> Observed<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self {
            world,
            fold: Buzz::new(CampaignId::new(CAMPAIGN)),
            known: BTreeMap::new(),
            earned: Earned::default(),
            carried: BTreeSet::new(),
            tombstones: BTreeMap::new(),
            waiting: Vec::new(),
            seats: BTreeSet::new(),
            log_time: FOREVER,
            starts: BTreeMap::new(),
            day: None,
            lateness_min: Span::from_days(1),
            ring_bound: FOREVER,
            forced_bound: FOREVER,
            counted_from: BTreeMap::new(),
            lawfully_late: 0,
            lawfully_forgotten: 0,
            stalls: 0,
        }
    }

    pub(crate) fn apply(&mut self, timestamp: Timestamp, record: &'a LogRecord) {
        self.log_time = self.log_time.max(timestamp);
        let before = Before {
            time: self.fold.time(),
            horizon: self.fold.clocks().horizon(),
            tally: self.fold.tally().clone(),
            is_configured: self.fold.config().is_some(),
        };
        if !matches!(record, LogRecord::Heartbeat(_) | LogRecord::Retraction(_)) {
            let seated = |title: &TitleId| self.fold.title(title).is_some();
            let titles = TITLES.into_iter().chain(STRAYS).map(TitleId::new);
            self.seats = titles.filter(seated).collect();
        }
        self.fold.apply(timestamp, record).unwrap();
        self.check(record, &before);
        self.bound_time(&before);
    }

    /// Holds what the record did against what it should have done.
    fn check(&mut self, record: &'a LogRecord, before: &Before) {
        let after = self.fold.tally();
        let added = |n: usize| after.applied[n] - before.tally.applied[n];
        let applied: [u64; Applied::ALL.len()] = std::array::from_fn(added);
        let added = |n: usize| after.retracted[n] - before.tally.retracted[n];
        let retracted: [u64; Retracted::ALL.len()] = std::array::from_fn(added);
        let corrections = self.earned.n.corrections;
        let mut expected = [0; Applied::ALL.len()];
        let mut expected_retracted = [0; Retracted::ALL.len()];
        match record {
            LogRecord::Mention(mention) if mention.campaign.as_str() != CAMPAIGN => {}
            LogRecord::Config(config) if config.campaign.as_str() != CAMPAIGN => {}
            LogRecord::Mention(mention) if !before.is_configured => {
                self.waiting.push((self.log_time, mention));
            }
            LogRecord::Mention(mention) => {
                let actual =
                    Applied::ALL.into_iter().find(|outcome| applied[*outcome as usize] > 0);
                expected[self.judge(self.log_time, mention, before, actual) as usize] += 1;
            }
            LogRecord::Config(config) => {
                assert_eq!(self.fold.config(), Some(&**config), "in force at its own offset");
                self.configure(config, before.time);
                for (log_time, mention) in std::mem::take(&mut self.waiting) {
                    expected[self.judge(log_time, mention, before, None) as usize] += 1;
                }
            }
            LogRecord::Retraction(retraction) => {
                let is_kept = retracted[Retracted::Kept as usize] > 0;
                expected_retracted[self.retract(retraction, before, is_kept) as usize] += 1;
            }
            LogRecord::Heartbeat(heartbeat) => {
                for (topic, count) in &heartbeat.partition_counts {
                    for number in 0..*count {
                        let key = (topic.clone(), number);
                        self.counted_from.entry(key).or_insert(self.log_time);
                    }
                }
            }
            LogRecord::Backfill(_) => {}
        }
        assert_eq!(applied, expected, "{:?} of {record:?}", Applied::ALL);
        assert_eq!(retracted, expected_retracted, "{:?} of {record:?}", Retracted::ALL);
        let corrected = self.fold.tally().corrections - before.tally.corrections;
        assert_eq!(corrected, self.earned.n.corrections - corrections, "{record:?}");
    }

    /// Whether what happened then may be forgotten: a redelivery of it would be late.
    fn is_forgettable(&self, at: Timestamp, before: &Before) -> bool {
        let horizon = self.fold.config().map_or(Span::ZERO, |config| config.engagement_horizon);
        let is_old = self.world.has(Fault::SmallLedger) || at < self.log_time - horizon;
        Some(at) < before.horizon && is_old
    }

    /// What should become of a mention, given what did where either would be right.
    fn judge(
        &mut self,
        log_time: Timestamp,
        mention: &Mention,
        before: &Before,
        actual: Option<Applied>,
    ) -> Applied {
        self.carried.extend(mention.counters.each().map(|(action, _)| (mention.platform, action)));
        if mention.event_time > log_time + FUTURE_MAX {
            return Applied::Future;
        }
        let titles = self.seated(mention);
        if titles.is_empty() {
            return Applied::UnknownTitle;
        }
        let root = number(&mention.root);
        let is_late = Some(mention.event_time) < before.horizon;
        if !self.known.contains_key(&root) && is_late {
            self.refuse(&self.world.posts[&root]);
            return Applied::Late;
        }
        let names_new = |known: &Known| !titles.is_subset(&known.titles);
        let is_gone = actual == Some(Applied::Late)
            && self.is_forgettable(mention.event_time, before)
            && !(self.known.get(&root).is_some_and(names_new) && self.remembers(mention));
        if is_gone {
            self.lawfully_forgotten += 1;
            return Applied::Late;
        }
        let has_tombstone = self.has_tombstone(mention, before, actual);
        let known = self.known.entry(root).or_default();
        known.versions.extend([mention.id.clone(), mention.root.clone()]);
        if has_tombstone && !known.retracted {
            known.retracted = true;
            known.author_stays = before.time.is_some_and(|time| mention.event_time < time);
        }
        let is_news = !titles.is_subset(&known.titles);
        let outcome = match (known.retracted, is_news, is_late) {
            (true, _, _) => return Applied::Retracted,
            (_, false, _) => Applied::Duplicate,
            (_, _, true) => Applied::Late,
            _ => {
                known.titles.extend(titles);
                Applied::Counted
            }
        };
        let engagement_horizon = self.fold.config().unwrap().engagement_horizon;
        let moment = Moment { log_time, time: before.time, engagement_horizon };
        self.earned.earn(mention, known, moment, |title| self.seats.contains(title));
        outcome
    }

    /// Whether the fold still knows a post whose new title was late: then its counters count.
    fn remembers(&self, mention: &Mention) -> bool {
        let mut asked = self.fold.clone();
        let kept = |fold: &Buzz| fold.tally().retracted[Retracted::Kept as usize];
        let PostId::Number(root) = mention.root else { return false };
        asked.apply(self.log_time, &retraction(mention.platform, root, 0)).unwrap();
        kept(&asked) == kept(&self.fold)
    }

    /// The mention's titles that have a seat or are given one: those of the config always are.
    fn seated(&mut self, mention: &Mention) -> BTreeSet<TitleId> {
        let config = self.fold.config().unwrap();
        let is_shown = |title: &TitleId| config.titles.contains(title);
        let mut titles = BTreeSet::new();
        for title in mention.titles.iter().map(|named| &named.title) {
            let others = self.seats.len().saturating_sub(config.titles.len());
            if self.seats.contains(title) || is_shown(title) || others < config.titles_max {
                self.seats.insert(title.clone());
                titles.insert(title.clone());
            }
        }
        titles
    }

    /// Whether the version or the first one was retracted before. One that is old may have been
    /// forgotten, since every post that was there by then is late.
    fn has_tombstone(
        &mut self,
        mention: &Mention,
        before: &Before,
        actual: Option<Applied>,
    ) -> bool {
        let keys = [&mention.id, &mention.root].map(|id| (mention.platform, id.clone()));
        let times: Vec<_> = keys.iter().filter_map(|key| self.tombstones.get(key)).collect();
        let may_be_gone = times.iter().all(|time| self.is_forgettable(**time, before));
        let is_there = !times.is_empty();
        if is_there && may_be_gone && actual != Some(Applied::Retracted) {
            self.tombstones.retain(|key, _| !keys.contains(key));
            return false;
        }
        is_there
    }

    /// What should become of a retraction, given whether it was kept where that would be right.
    fn retract(&mut self, retraction: &Retraction, before: &Before, is_kept: bool) -> Retracted {
        let is_its = |root: &u64, known: &Known| {
            self.world.posts[root].platform == retraction.platform
                && known.versions.contains(&retraction.id)
        };
        let found = self.known.iter().find(|(root, known)| is_its(root, known));
        let found = found.map(|(root, _)| (*root, at(self.world.posts[root].event)));
        if let Some((root, event)) = found
            && !(is_kept && self.is_forgettable(event, before))
            && let Some(known) = self.known.get_mut(&root)
        {
            let outcome = if known.retracted { Retracted::Duplicate } else { Retracted::Applied };
            if outcome == Retracted::Applied {
                known.author_stays = before.time.is_some_and(|time| event < time);
            }
            known.retracted = true;
            return outcome;
        }
        self.lawfully_forgotten += u64::from(found.is_some());
        let version = (retraction.platform, retraction.id.clone());
        self.tombstones.insert(version, self.log_time);
        Retracted::Kept
    }

    /// A first sight is refused only behind the lateness of its own partition or every ring.
    fn refuse(&mut self, post: &Post) {
        let watermark = at(self.world.watermark_before(post));
        let (topic, number) = self.world.feed_partition(post.partition);
        let counted_from = self.counted_from.get(&(topic.into(), number));
        let is_lawful = at(post.event) < watermark - self.lateness_min
            || at(post.event) < self.ring_bound.max(self.forced_bound)
            || counted_from.is_none_or(|from| at(post.arrived) < *from)
                && self.world.has(Fault::PartitionAdded)
            || post.event > post.arrived
            || !post.is_always_tagged;
        assert!(is_lawful, "lost: {post:?}, watermark {watermark}, ring {}", self.ring_bound);
        self.lawfully_late += 1;
    }

    fn configure(&mut self, config: &FoldConfig, time: Option<Timestamp>) {
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
        let longest = config.windows.iter().filter(|window| window.breakdown);
        let longest = longest.max_by_key(|window| window.length).copied();
        if self.day.map(|(window, _)| window) != longest {
            self.day = longest.map(|window| (window, time.unwrap_or(FOREVER)));
        }
        self.lateness_min = self.lateness_min.min(config.allowed_lateness);
        self.seats.extend(config.titles.iter().cloned());
    }

    fn bound_time(&mut self, before: &Before) {
        let (time, horizon) = (self.fold.time(), self.fold.clocks().horizon());
        assert!(time >= before.time, "T went back from {:?}", before.time);
        assert!(horizon >= before.horizon, "H went back from {:?}", before.horizon);
        if self.fold.tally().forced_horizons > before.tally.forced_horizons {
            assert!(horizon <= time, "H was forced beyond T");
            self.forced_bound = self.forced_bound.max(horizon.unwrap());
        }
        let Some(time) = time else { return };
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
}

fn number(id: &PostId) -> u64 {
    match id {
        PostId::Number(number) => *number,
        PostId::Text(_) => unreachable!("the world numbers its posts"),
    }
}
