//! The records of the world: those of the feeds, and what taggers and the campaign's owner write.

use std::collections::{BTreeMap, BTreeSet};

use daebak::campaign::{CampaignId, Language, Revision, TitleId};
use daebak::post::Counters;
use daebak::post::id::PostId;
use daebak::record::config::{FeedTiming, FoldConfig, WindowConfig};
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::mention::{LanguageSource, Mention, Source, TitleMatch, Via};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, Timestamp};

use super::Post;
use super::fault::Fault;

pub(crate) const TITLES: [&str; 3] = ["sonata", "tears", "demon"];
pub(super) const MAX_DELAY: i64 = 60;
pub(super) const DELAY: i64 = 640;
pub(super) const FEEDS: [&str; 2] = ["feed", "archive"];

/// Of which fault, when, and what.
pub(super) type Change = (Fault, i64, fn(&mut FoldConfig));

/// How the campaign's owner changes its config.
pub(super) const CHANGES: [Change; 8] = [
    (Fault::LatenessRaised, 1000, |config| config.allowed_lateness = Span::from_secs(600)),
    (Fault::LatenessLowered, 900, |config| config.allowed_lateness = Span::from_secs(100)),
    (Fault::LatenessLowered, 1400, |config| config.allowed_lateness = Span::from_secs(500)),
    (Fault::WindowAdded, 1200, |config| config.windows.extend([window(800, 100), window(60, 5)])),
    (Fault::WindowRemoved, 900, |config| config.windows.retain(|known| *known != window(500, 50))),
    (Fault::WindowRemoved, 1300, |config| config.windows.push(window(500, 50))),
    (Fault::TitleRemoved, 600, |config| drop(config.titles.remove(1))),
    (Fault::TitleRemoved, 1900, |config| config.titles.push(TitleId::new(TITLES[1]))),
];

pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_700_006_400 + secs)
}

fn window(length: i64, slide: i64) -> WindowConfig {
    let breakdown = length != 30;
    let (length, slide) = (Span::from_secs(length), Span::from_secs(slide));
    WindowConfig { length, slide, posts: true, authors: true, breakdown }
}

/// A feed record: a sight of a post.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    pub(super) post: u64,
    pub(super) event: i64,
    pub(super) stamp: i64,
    pub(super) titles: BTreeSet<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Partition {
    pub(super) topic: usize,
    pub(super) number: u32,
    pub(super) sights: Vec<Sight>,
    pub(super) stored: usize,
    pub(super) newest: Option<i64>,
}

pub(super) fn partitions(chosen: &BTreeSet<Fault>) -> Vec<Partition> {
    let partition = |topic, number| Partition { topic, number, ..Partition::default() };
    let mut partitions: Vec<Partition> = (0..3).map(|number| partition(0, number)).collect();
    partitions.extend(chosen.contains(&Fault::EmptyPartition).then(|| partition(0, 3)));
    partitions.extend(chosen.contains(&Fault::DelayedFeed).then(|| partition(1, 0)));
    partitions
}

pub(super) fn config(chosen: &BTreeSet<Fault>) -> FoldConfig {
    let topic = |n: usize| {
        let delay = Span::from_secs(DELAY * n as i64);
        (FEEDS[n].into(), FeedTiming { delay, max_delay: Span::from_secs(MAX_DELAY) })
    };
    let topics = 1 + usize::from(chosen.contains(&Fault::DelayedFeed));
    let short_memory = chosen.contains(&Fault::ShortMemory);
    FoldConfig {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new("launch"),
        revision: Revision::new("1"),
        titles: TITLES.map(TitleId::new).to_vec(),
        languages: vec![Language::new("ko"), Language::new("en")],
        windows: vec![window(30, 5), window(120, 10), window(500, 50)],
        allowed_lateness: Span::from_secs(300),
        engagement_horizon: Span::from_secs(if short_memory { 50 } else { 700 }),
        stall_timeout: Span::from_secs(120),
        topics: (0..topics).map(topic).collect(),
        titles_max: 8,
        pending_max: if chosen.contains(&Fault::SmallPending) { 25 } else { 100_000 },
        ledger_max: 1_000_000,
        distinct_max: 10_000,
    }
}

pub(super) fn mention(
    sight: &Sight,
    post: &Post,
    partition: &Partition,
    offset: usize,
    removed: Option<usize>,
) -> Option<LogRecord> {
    let named = |title: &usize| TitleMatch {
        title: TitleId::new(TITLES[*title]),
        alias: "alias".into(),
        via: Via::Text,
        span: None,
    };
    let titles = sight.titles.iter().filter(|title| Some(**title) != removed);
    let titles: Vec<TitleMatch> = titles.map(named).collect();
    let mention = Mention {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new("launch"),
        revision: Revision::new("1"),
        titles,
        platform: post.platform,
        id: PostId::Number(sight.post),
        root: PostId::Number(sight.post),
        kind: post.kind,
        author: post.author.map(|author| author.to_string().into()),
        followers: None,
        event_time: at(sight.event),
        observed: at(sight.stamp),
        language: Language::new(post.language),
        language_source: LanguageSource::Text,
        counters: Counters::default(),
        hashtags: Vec::new(),
        fingerprint: 0,
        source: Source {
            topic: FEEDS[partition.topic].into(),
            partition: i32::try_from(partition.number).unwrap(),
            offset: i64::try_from(offset).unwrap(),
        },
    };
    (!mention.titles.is_empty()).then(|| LogRecord::Mention(Box::new(mention)))
}

pub(super) fn heartbeat(
    clock: i64,
    progress: Vec<Progress>,
    partitions: &[Partition],
) -> LogRecord {
    let mut counts: BTreeMap<Box<str>, u32> = BTreeMap::new();
    for partition in partitions {
        let topic = FEEDS[partition.topic];
        if progress.iter().any(|owned| *owned.topic == *topic) {
            *counts.entry(topic.into()).or_default() += 1;
        }
    }
    LogRecord::Heartbeat(Heartbeat {
        v: SCHEMA_VERSION,
        tagger: "tagger".into(),
        clock: at(clock),
        revisions: BTreeMap::new(),
        partition_counts: counts,
        partitions: progress,
    })
}
