//! The two clocks of a campaign, both made from the log alone.
//!
//! **T** says where windows end: the least watermark of all feed partitions that are not stalled,
//! in whole ticks, never back. **H**, the horizon, says what is refused and forgotten: the least
//! watermark of *all* feed partitions less the allowed lateness, never older than the longest
//! ring.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::Revision;
use crate::record::config::{FeedTiming, FoldConfig};
use crate::record::heartbeat::{Heartbeat, Progress};
use crate::time::{Span, TICK, Timestamp};

/// The most that one gap between two log records adds to a partition's silence, so that a log
/// that itself stood still makes no partition look stalled.
const GAP_MAX: Span = TICK;

/// A feed partition: its topic and number.
pub type FeedPartition = (Box<str>, u32);

/// What tags the posts of a feed partition, as of its last heartbeat.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tagging {
    /// It was never heard of.
    #[default]
    Unheard,
    /// A tagger that does not tag for the campaign.
    Nothing,
    /// A tagger with this revision of the campaign.
    By(Revision),
}

/// What the log has told of one feed partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionClock {
    /// How far its event time has certainly come.
    pub watermark: Option<Timestamp>,
    /// The stall clock when it was last heard of.
    heard: Span,
    tagging: Tagging,
}

/// T and H, and what they are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    time: Option<Timestamp>,
    horizon: Option<Timestamp>,
    log_time: Option<Timestamp>,
    /// Log time passed since the first config, gaps cut to [`GAP_MAX`].
    stall_clock: Span,
    partitions: BTreeMap<FeedPartition, PartitionClock>,
    counts: BTreeMap<Box<str>, u32>,
}

impl Clocks {
    /// T: where windows end; `None` until every feed partition has reported or stalled.
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// H: a first sight from before it is late.
    pub fn horizon(&self) -> Option<Timestamp> {
        self.horizon
    }

    /// The newest timestamp of the log.
    pub fn log_time(&self) -> Option<Timestamp> {
        self.log_time
    }

    /// Every feed partition of the config, whether it is stalled, and its watermark.
    pub fn partitions<'a>(
        &'a self,
        config: &'a FoldConfig,
    ) -> impl Iterator<Item = (&'a FeedPartition, bool, Option<Timestamp>)> {
        self.partitions
            .iter()
            .map(|(partition, clock)| (partition, self.is_stalled(clock, config), clock.watermark))
    }

    /// The partitions that hold T where it is: those that have told nothing, or else those with
    /// the least watermark, of all that it waits for.
    pub fn holding<'a>(&'a self, config: &'a FoldConfig) -> Vec<&'a FeedPartition> {
        let least = self.live(config).map(|(_, clock)| clock.watermark).min();
        let holding = self.live(config).filter(|(_, clock)| Some(clock.watermark) == least);
        holding.map(|(partition, _)| partition).collect()
    }

    /// Sees the timestamp of the next log record and returns the log's time, which never goes
    /// back. The stall clock runs only while there is a config.
    pub fn observe(&mut self, timestamp: Timestamp, configured: bool) -> Timestamp {
        if let Some(last) = self.log_time
            && configured
        {
            self.stall_clock += (timestamp - last).max(Span::ZERO).min(GAP_MAX);
        }
        let log_time = self.log_time.map_or(timestamp, |last| last.max(timestamp));
        self.log_time = Some(log_time);
        log_time
    }

    /// Forgets topics that the config no longer names.
    pub fn configure(&mut self, config: &FoldConfig) {
        self.partitions.retain(|(topic, _), _| config.topics.contains_key(topic));
        self.counts.retain(|topic, _| config.topics.contains_key(topic));
    }

    /// Takes what a tagger says of its partitions; topics outside the config are passed over.
    pub fn heartbeat(&mut self, heartbeat: &Heartbeat, config: &FoldConfig) {
        for (topic, count) in &heartbeat.partition_counts {
            if config.topics.contains_key(topic) {
                let known = self.counts.entry(topic.clone()).or_default();
                *known = (*known).max(*count);
            }
        }
        for progress in &heartbeat.partitions {
            if let Some(timing) = config.topics.get(&progress.topic) {
                self.progress(progress, *timing, heartbeat.revisions.get(&config.campaign));
            }
        }
    }

    /// What tags the posts of live feed partitions, each once and in order.
    pub fn tagging(&self, config: &FoldConfig) -> Vec<Tagging> {
        let live = self.partitions.values().filter(|clock| !self.is_stalled(clock, config));
        let mut tagging: Vec<&Tagging> = live.map(|clock| &clock.tagging).collect();
        tagging.sort_unstable();
        tagging.dedup();
        tagging.into_iter().cloned().collect()
    }

    /// How far all feed partitions that T waits for have come, stalled ones too: before this no
    /// window lacks posts. `None` while one of them has told nothing.
    pub fn settled(&self, config: &FoldConfig) -> Option<Timestamp> {
        least(self.waited_for(config).map(|(_, clock)| clock.watermark))
    }

    /// Moves T and H to what has been heard. Returns the new T if it moved.
    pub fn step(&mut self, config: &FoldConfig, reach: Span) -> Option<Timestamp> {
        self.expect_partitions(config);
        let before = self.time;
        if let Some(time) = self.least_live_watermark(config) {
            self.move_time(time.floor(TICK));
        }
        self.move_horizon(config, reach);
        self.time.filter(|_| self.time != before)
    }

    /// Moves T to `time` if that is later.
    pub fn move_time(&mut self, time: Timestamp) {
        self.time = Some(self.time.map_or(time, |now| now.max(time)));
    }

    /// Moves H to `horizon` if that is later.
    pub fn move_horizon_to(&mut self, horizon: Timestamp) {
        self.horizon = self.horizon.max(Some(horizon));
    }

    fn progress(&mut self, progress: &Progress, timing: FeedTiming, revision: Option<&Revision>) {
        let log_time = self.log_time.unwrap_or_default();
        let key = (progress.topic.clone(), progress.partition);
        let clock = self.partitions.entry(key).or_default();
        clock.heard = self.stall_clock;
        clock.tagging = revision.map_or(Tagging::Nothing, |revision| Tagging::By(revision.clone()));
        let at_end = progress.end_fetched.map(|at| at.min(log_time) - timing.max_delay);
        if let Some(watermark) = progress.watermark.max(at_end) {
            let watermark = watermark.min(log_time - timing.delay);
            clock.watermark = clock.watermark.max(Some(watermark));
        }
    }

    /// A partition that the config implies is silent from the moment it is implied; a topic never
    /// heard of counts as one partition.
    fn expect_partitions(&mut self, config: &FoldConfig) {
        for topic in config.topics.keys() {
            for partition in 0..self.counts.get(topic).copied().unwrap_or(1) {
                let silent =
                    PartitionClock { heard: self.stall_clock, ..PartitionClock::default() };
                self.partitions.entry((topic.clone(), partition)).or_insert(silent);
            }
        }
    }

    /// The least watermark of the live partitions that T waits for. `None` while one of them has
    /// none.
    fn least_live_watermark(&self, config: &FoldConfig) -> Option<Timestamp> {
        least(self.live(config).map(|(_, clock)| clock.watermark))
    }

    /// The live partitions that T waits for.
    fn live<'a>(
        &'a self,
        config: &'a FoldConfig,
    ) -> impl Iterator<Item = (&'a FeedPartition, &'a PartitionClock)> {
        self.waited_for(config).filter(|(_, clock)| !self.is_stalled(clock, config))
    }

    /// The partitions of feeds without a delay; of all feeds, if each has one.
    fn waited_for(
        &self,
        config: &FoldConfig,
    ) -> impl Iterator<Item = (&FeedPartition, &PartitionClock)> {
        let delayed = |topic: &str| config.topics.get(topic).is_none_or(|t| t.delay > Span::ZERO);
        let all_delayed = config.topics.keys().all(|topic| delayed(topic));
        self.partitions.iter().filter(move |((topic, _), _)| all_delayed || !delayed(topic))
    }

    fn move_horizon(&mut self, config: &FoldConfig, reach: Span) {
        let by_feeds = least(self.partitions.values().map(|clock| clock.watermark))
            .map(|watermark| watermark - config.allowed_lateness);
        let by_rings = self.time.map(|time| time - reach);
        self.horizon = self.horizon.max(by_feeds).max(by_rings);
    }

    fn is_stalled(&self, clock: &PartitionClock, config: &FoldConfig) -> bool {
        Span::from_millis(self.stall_clock.as_millis() - clock.heard.as_millis())
            > config.stall_timeout
    }
}

/// The least of all, `None` if there are none or one is `None`.
fn least(watermarks: impl Iterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    watermarks.min().flatten()
}
