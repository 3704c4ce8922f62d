//! The records that tests write into a mention log, plain unless told otherwise.

use std::collections::BTreeMap;

use daebak::campaign::{CampaignId, FacetId, GroupId, Language, Revision, Tier, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Counters, Kind, Platform};
use daebak::record::config::{FeedTiming, FoldConfig, Show, WindowConfig};
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::mention::{LanguageSource, Mention, Source, TitleMatch, Via};
use daebak::record::retraction::Retraction;
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, Timestamp};

pub(crate) const CAMPAIGN: &str = "launch";
pub(crate) const FEED: &str = "feed";
pub(crate) const TITLES: [&str; 3] = ["sonata", "tears", "demon"];
/// The last one has no series of its own.
pub(crate) const LANGUAGES: [&str; 4] = ["ko", "en", "und", "vi"];

/// The last one has no series of its own.
pub(crate) const FACETS: [&str; 3] = ["lead", "ost", "stunt"];
pub(crate) const GROUPS: [&str; 2] = ["official", "press"];
pub(crate) const PREMIERE: i64 = 400;

/// Seconds since the tests' time began: at a round number of days, so that no slot straddles it.
pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_700_006_400 + secs)
}

pub(crate) fn window(length: i64, slide: i64) -> WindowConfig {
    let (length, slide) = (Span::from_secs(length), Span::from_secs(slide));
    WindowConfig { length, slide, posts: true, authors: true, breakdown: true }
}

pub(crate) fn timing(delay: i64) -> FeedTiming {
    FeedTiming { delay: Span::from_secs(delay), max_delay: Span::from_secs(60) }
}

pub(crate) fn show() -> Show {
    let facets = FACETS[..2].iter().map(|facet| FacetId::new(facet)).collect();
    Show { facets, premiere: Some(at(PREMIERE)), episodes: Vec::new() }
}

pub(crate) fn config() -> FoldConfig {
    FoldConfig {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new(CAMPAIGN),
        revision: Revision::new("1"),
        titles: TITLES.map(TitleId::new).to_vec(),
        shows: TITLES.map(|title| (TitleId::new(title), show())).into(),
        groups: GROUPS.map(GroupId::new).to_vec(),
        delays: BTreeMap::new(),
        marks_shares: vec![Platform::Twitter],
        languages: vec![Language::new("ko"), Language::new("en")],
        platforms: Platform::SHAPED.to_vec(),
        windows: vec![window(30, 5), window(120, 10), window(600, 60)],
        allowed_lateness: Span::from_secs(300),
        engagement_horizon: Span::from_secs(700),
        stall_timeout: Span::from_secs(120),
        topics: BTreeMap::from([(FEED.into(), timing(0))]),
        titles_max: 8,
        pending_max: 100_000,
        ledger_max: 1_000_000,
        distinct_max: 10_000,
    }
}

/// The first sight of a tweet that names `titles`.
pub(crate) fn mention<'a>(
    root: u64,
    secs: i64,
    titles: impl IntoIterator<Item = &'a str>,
) -> Mention {
    let named = |title| TitleMatch {
        title: TitleId::new(title),
        alias: "alias".into(),
        via: Via::Text,
        span: Some((0, 5)),
        tier: Tier::Strong,
        facets: Vec::new(),
    };
    Mention {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new(CAMPAIGN),
        revision: Revision::new("1"),
        titles: titles.into_iter().map(named).collect(),
        platform: Platform::Twitter,
        id: PostId::Number(root),
        root: PostId::Number(root),
        kind: Kind::Original,
        author: None,
        followers: None,
        event_time: at(secs),
        observed: at(secs),
        language: Language::new(LANGUAGES[0]),
        language_source: LanguageSource::Text,
        counters: Counters::default(),
        hashtags: Vec::new(),
        group: None,
        fingerprint: None,
        source: Source { topic: FEED.into(), partition: 0, offset: 0 },
    }
}

/// A retraction that its platform says was made at `secs`.
pub(crate) fn retraction(platform: Platform, id: u64, secs: i64) -> LogRecord {
    let id = PostId::Number(id);
    LogRecord::Retraction(Retraction { v: SCHEMA_VERSION, platform, id, time: at(secs) })
}

pub(crate) fn progress(topic: &str, partition: u32, watermark: Option<Timestamp>) -> Progress {
    Progress { topic: topic.into(), partition, position: 0, watermark, end_fetched: None }
}

pub(crate) fn heartbeat(
    clock: i64,
    partition_counts: BTreeMap<Box<str>, u32>,
    partitions: Vec<Progress>,
) -> LogRecord {
    LogRecord::Heartbeat(Heartbeat {
        v: SCHEMA_VERSION,
        tagger: "tagger".into(),
        clock: at(clock),
        revisions: BTreeMap::from([(CampaignId::new(CAMPAIGN), Revision::new("1"))]),
        partition_counts,
        partitions,
    })
}
