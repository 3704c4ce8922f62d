//! A campaign whose log is written here, and what is measured of it.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its functions too; each uses its part of this"
)]

use std::collections::BTreeMap;

use daebak::buzz::Buzz;
use daebak::campaign::{
    Campaign, CampaignId, Episode, FacetId, GroupId, Language, Revision, Tier, Title, TitleId,
};
use daebak::metric::buzz::samples;
use daebak::post::id::PostId;
use daebak::post::{Counters, Kind, Platform};
use daebak::record::config::{FeedTiming, FoldConfig, Show, WindowConfig};
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::mention::{LanguageSource, Mention, Source, TitleMatch, Via};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, TICK, Timestamp};

/// When the log begins: on a full hour.
pub const START: Timestamp = Timestamp::from_secs(1_769_997_600);
const TOPIC: &str = "feed";
const CAMPAIGN: &str = "launch";
const REVISION: &str = "r1";

/// What the fold depends on, with these titles and the default windows.
pub fn config(titles: impl IntoIterator<Item = String>) -> FoldConfig {
    let window = |length, slide, posts, authors, breakdown| WindowConfig {
        length,
        slide,
        posts,
        authors,
        breakdown,
    };
    FoldConfig {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new(CAMPAIGN),
        revision: Revision::new(REVISION),
        titles: titles.into_iter().map(|title| TitleId::new(&title)).collect(),
        shows: BTreeMap::new(),
        groups: Vec::new(),
        languages: ["en", "ko"].map(Language::new).to_vec(),
        platforms: Platform::SHAPED.to_vec(),
        delays: BTreeMap::new(),
        marks_shares: vec![Platform::Twitter],
        windows: vec![
            window(Span::from_minutes(1), TICK, true, false, false),
            window(Span::from_minutes(5), TICK, true, true, false),
            window(Span::from_minutes(15), TICK, false, false, false),
            window(Span::from_hours(1), Span::from_secs(30), true, true, true),
            window(Span::from_hours(24), Span::from_minutes(10), true, true, true),
            window(Span::from_days(7), Span::from_hours(1), true, true, false),
        ],
        allowed_lateness: Span::from_hours(24),
        engagement_horizon: Span::from_hours(72),
        stall_timeout: Span::from_days(1),
        topics: [(TOPIC.into(), FeedTiming { delay: Span::ZERO, max_delay: Span::ZERO })].into(),
        titles_max: 10_000,
        pending_max: 1_000_000,
        ledger_max: 1_000_000,
        distinct_max: 200_000,
    }
}

/// Three titles, of which the first has everything that a title can have.
pub fn full_config() -> FoldConfig {
    let mut config = config(["sonata", "rival", "quiet"].map(String::from));
    config.groups = vec![GroupId::new("official"), GroupId::new("press")];
    let air = START + Span::from_days(1);
    let episode =
        |n: i64| Episode { air: air + Span::from_days(n), length: Span::from_minutes(70) };
    let show = Show {
        facets: vec![FacetId::new("lead"), FacetId::new("song")],
        premiere: Some(air),
        episodes: [0, 1, 7, 8, 14].map(episode).to_vec(),
    };
    config.shows = [(TitleId::new("sonata"), show)].into();
    config
}

/// A campaign's fold, its log written record by record.
pub struct Watched {
    pub buzz: Buzz,
    posts: u64,
}

impl Watched {
    /// The fold of a log that begins at [`START`], when every feed is read for every title.
    pub fn new(config: FoldConfig) -> Self {
        Self::from(config, START)
    }

    /// The fold of a log that begins at `start`.
    pub fn from(config: FoldConfig, start: Timestamp) -> Self {
        let mut watched = Self { buzz: Buzz::new(config.campaign.clone()), posts: 0 };
        watched.buzz.apply(start, &LogRecord::Config(Box::new(config))).unwrap();
        watched.until(start);
        watched
    }

    /// The campaign's file, as far as it is of names.
    pub fn names(&self) -> Campaign {
        let config = self.buzz.config().unwrap();
        let title = |id: &TitleId| Title {
            id: id.clone(),
            name: format!("Name of {id}"),
            aliases: Vec::new(),
            hashtags: Vec::new(),
            exclude: Vec::new(),
            facets: Vec::new(),
            premiere: None,
            episodes: Vec::new(),
        };
        Campaign {
            id: config.campaign.clone(),
            name: "The launch".into(),
            languages: config.languages.clone(),
            titles: config.titles.iter().map(title).collect(),
            context: Vec::new(),
            builtin_context: true,
            groups: Vec::new(),
            allowed_lateness: config.allowed_lateness,
            revision: config.revision.clone(),
            tests: Vec::new(),
        }
    }

    /// Moves T to `time`.
    pub fn until(&mut self, time: Timestamp) {
        let heartbeat = LogRecord::Heartbeat(Heartbeat {
            v: SCHEMA_VERSION,
            tagger: "t".into(),
            clock: time,
            revisions: [(CampaignId::new(CAMPAIGN), Revision::new(REVISION))].into(),
            partition_counts: [(TOPIC.into(), 1)].into(),
            partitions: vec![Progress {
                topic: TOPIC.into(),
                partition: 0,
                position: 0,
                watermark: Some(time),
                end_fetched: None,
            }],
        });
        self.buzz.apply(time, &heartbeat).unwrap();
    }

    /// Moves T to `time` by steps of five minutes, as heartbeats do.
    pub fn pass_until(&mut self, time: Timestamp) {
        let step = Span::from_minutes(5);
        while let Some(next) = self.buzz.time().map(|now| now.floor(step) + step)
            && next < time
        {
            self.until(next);
        }
        self.until(time);
    }

    /// A post of `title` made at `at`, as `change` has it; else a Korean original of an author of
    /// its own on Twitter.
    pub fn post(&mut self, title: &str, at: Timestamp, change: impl FnOnce(&mut Mention)) {
        self.posts += 1;
        let mut mention = mention(title, at, self.posts);
        change(&mut mention);
        self.buzz.apply(at, &LogRecord::Mention(Box::new(mention))).unwrap();
    }

    /// `n` posts of `title`, a second apart from `at` on.
    pub fn posts(&mut self, title: &str, at: Timestamp, n: i64) {
        for second in 0..n {
            self.post(title, at + Span::from_secs(second), |_| {});
        }
    }

    /// Every sample, by its series.
    pub fn samples(&self) -> BTreeMap<String, f64> {
        let mut all = BTreeMap::new();
        samples(&self.buzz, &mut |family, labels, value| {
            let labels = family.labels.iter().zip(labels).skip(1);
            let labels: Vec<_> = labels.map(|(name, value)| format!("{name}={value}")).collect();
            let series = format!("{}{{{}}}", family.name, labels.join(","));
            assert!(all.insert(series.clone(), value).is_none(), "{series} twice");
        });
        all
    }

    /// The value of a series, such as `daebak_rank{title=a,window=1h}`.
    pub fn sample(&self, series: &str) -> Option<f64> {
        self.samples().get(series).copied()
    }
}

fn mention(title: &str, at: Timestamp, number: u64) -> Mention {
    Mention {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new(CAMPAIGN),
        revision: Revision::new(REVISION),
        titles: vec![TitleMatch {
            title: TitleId::new(title),
            alias: title.into(),
            via: Via::Text,
            span: None,
            tier: Tier::Strong,
            facets: Vec::new(),
        }],
        platform: Platform::Twitter,
        id: PostId::Number(number),
        root: PostId::Number(number),
        kind: Kind::Original,
        author: Some(number.to_string().into()),
        followers: None,
        group: None,
        event_time: at,
        observed: at,
        language: Language::new("ko"),
        language_source: LanguageSource::Script,
        counters: Counters::default(),
        hashtags: Vec::new(),
        fingerprint: None,
        source: Source { topic: TOPIC.into(), partition: 0, offset: 0 },
    }
}
