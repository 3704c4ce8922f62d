//! Aggregators over the embedded broker, and the mention log that they fold.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too; each uses its part of this"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use daebak::aggregator::{Aggregator, AggregatorError, Parts};
use daebak::buzz::Buzz;
use daebak::campaign::{CampaignId, Language, Tier};
use daebak::clock::{Clock, Stopwatch};
use daebak::config::{self, Config};
use daebak::kafka::embedded::Embedded;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use daebak::kafka::snapshot_log::PartitionReader;
use daebak::metric::buzz::render;
use daebak::metric::health::Health;
use daebak::post::id::PostId;
use daebak::post::{Counters, Kind, Platform};
use daebak::record::burst::BurstRecord;
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::mention::{LanguageSource, Mention, Source, TitleMatch, Via};
use daebak::record::snapshot::Key;
use daebak::record::{LogRecord, partition_of};
use daebak::status::{Readiness, Status};
use daebak::time::{Span, Timestamp};

use crate::oracle::{Series, read_page};

pub const LOG: &str = "daebak.mentions";
pub const SNAPSHOTS: &str = "daebak.snapshots";
pub const BURSTS: &str = "daebak.bursts";
pub const OWNERS: &str = "daebak.owners";
const DEAD_LETTERS: &str = "daebak.dead-letters";
pub const PARTITIONS: u32 = 2;
pub const PATIENCE: Duration = Duration::from_secs(40);

/// The first post.
pub const START: Timestamp = Timestamp::from_secs(1_770_000_000);

/// The clock of every aggregator here: five minutes on.
pub fn clock() -> Clock {
    Clock::running(START + Span::from_minutes(5), 0.0)
}

/// A broker, its mention log, and the config of whoever folds it.
pub struct Deployment {
    pub broker: Embedded,
    pub config: Config,
    producer: LogProducer,
}

impl Deployment {
    pub fn start() -> Self {
        let single = [BURSTS, OWNERS, DEAD_LETTERS].map(|topic| (topic, 1));
        let topics = [&[(LOG, PARTITIONS), (SNAPSHOTS, PARTITIONS)], &single[..]].concat();
        let broker = Embedded::start(&topics).unwrap();
        let mut config = config::shipped().unwrap();
        config.service.kafka.connection = broker.connection();
        let producer = LogProducer::open(&broker.connection(), QueueBounds::default()).unwrap();
        Self { broker, config, producer }
    }

    /// Adds a second campaign, which lies in the other partition.
    pub fn with_rival(mut self) -> Self {
        let campaign = &self.config.campaigns[0];
        let home = partition_of(&campaign.id, PARTITIONS);
        let mut names = (0..).map(|n| CampaignId::new(&format!("rival-{n}")));
        let mut rival = (**campaign).clone();
        rival.id = names.find(|name| partition_of(name, PARTITIONS) != home).unwrap();
        self.config.campaigns.push(Arc::new(rival));
        self
    }

    pub fn campaign(&self) -> CampaignId {
        self.config.campaigns[0].id.clone()
    }

    /// Where the first campaign lies.
    pub fn home(&self) -> u32 {
        partition_of(&self.campaign(), PARTITIONS)
    }

    /// Writes bytes to a partition of a topic.
    pub fn write(&self, topic: &str, partition: u32, key: Option<&str>, payload: Option<Vec<u8>>) {
        self.write_at(topic, partition, key, payload, START + Span::from_minutes(4));
    }

    /// The same, with this timestamp.
    pub fn write_at(
        &self,
        topic: &str,
        partition: u32,
        key: Option<&str>,
        payload: Option<Vec<u8>>,
        at: Timestamp,
    ) {
        let record = Outgoing {
            topic: topic.into(),
            partition,
            key: key.map(Into::into),
            payload,
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        let since = Stopwatch::start();
        while self.producer.send(&record, at) == Err(SendError::QueueFull) {
            assert!(since.elapsed() < PATIENCE, "the queue stays full");
            self.producer.wait(Duration::from_millis(10));
        }
    }

    pub fn flush(&self) {
        self.producer.flush(PATIENCE).unwrap();
    }

    /// Writes each campaign's config record.
    pub fn configure(&self) {
        for campaign in &self.config.campaigns {
            let config = self.config.service.fold_config(campaign);
            self.record(&campaign.id, &LogRecord::Config(Box::new(config)));
        }
    }

    pub fn record(&self, campaign: &CampaignId, record: &LogRecord) {
        let partition = partition_of(campaign, PARTITIONS);
        let payload = record.encode().unwrap();
        self.write(LOG, partition, Some(campaign.as_str()), Some(payload));
    }

    /// Mentions of posts with these numbers, one a second, then a heartbeat of every feed.
    pub fn mention(&self, numbers: std::ops::Range<u64>) {
        for campaign in &self.config.campaigns {
            for number in numbers.clone() {
                let title = &campaign.titles[usize::try_from(number).unwrap() % 2].id;
                let mention = mention(&campaign.id, title.clone(), number);
                self.record(&campaign.id, &LogRecord::Mention(Box::new(mention)));
            }
        }
        let end = START + Span::from_secs(i64::try_from(numbers.end).unwrap());
        let beat = LogRecord::Heartbeat(self.heartbeat(end)).encode().unwrap();
        (0..PARTITIONS).for_each(|partition| self.write(LOG, partition, None, Some(beat.clone())));
        self.flush();
    }

    pub fn heartbeat(&self, watermark: Timestamp) -> Heartbeat {
        let topics: Vec<&String> =
            self.config.service.feeds.iter().flat_map(|feed| &feed.topics).collect();
        let progress = |topic: &&String| Progress {
            topic: topic.as_str().into(),
            partition: 0,
            position: 1,
            watermark: Some(watermark),
            end_fetched: None,
        };
        Heartbeat {
            v: 1,
            tagger: "t".into(),
            clock: START,
            revisions: BTreeMap::new(),
            partition_counts: topics.iter().map(|topic| (topic.as_str().into(), 1)).collect(),
            partitions: topics.iter().map(progress).collect(),
        }
    }

    /// What an aggregator works with.
    pub fn parts(&self) -> Parts {
        let health = Arc::new(Health::new(&[], "1"));
        let status = Status::new(Arc::new(|| Clock::system().now()), Arc::clone(&health));
        let producer = LogProducer::open(&self.broker.connection(), QueueBounds::default());
        Parts {
            config: Arc::new(self.config.clone()),
            clock: clock(),
            producer: Arc::new(producer.unwrap()),
            health,
            status: Arc::new(status),
        }
    }

    /// Starts an aggregator.
    pub fn own(&self) -> Owner {
        let parts = self.parts();
        let stop = Arc::new(AtomicBool::new(false));
        let aggregator = Aggregator::open(parts.clone()).unwrap();
        let stopped = Arc::clone(&stop);
        let running = std::thread::spawn(move || aggregator.run(&stopped));
        Owner { parts, stop, running: Some(running) }
    }

    /// The offsets of the first campaign's snapshots of which anything is there.
    pub fn snapshots_kept(&self) -> BTreeSet<i64> {
        let home = i32::try_from(self.home()).unwrap();
        let mut reader =
            PartitionReader::open(&self.broker.connection(), SNAPSHOTS, &[home]).unwrap();
        let (mut there, since) = (BTreeSet::new(), Stopwatch::start());
        while !reader.is_done() {
            assert!(since.elapsed() < PATIENCE, "the snapshots' end did not come");
            let Some(entry) = reader.poll(Duration::from_millis(50)).unwrap() else { continue };
            let Key { offset, part, .. } = Key::decode(entry.key().unwrap()).unwrap();
            match entry.payload() {
                Some(_) => drop(there.insert((offset, part))),
                None => drop(there.remove(&(offset, part))),
            }
        }
        there.into_iter().map(|(offset, _)| offset).collect()
    }

    /// The bursts topic's keys and records.
    pub fn bursts(&self) -> Vec<(String, BurstRecord)> {
        let mut reader = PartitionReader::open(&self.broker.connection(), BURSTS, &[0]).unwrap();
        let (mut records, since) = (Vec::new(), Stopwatch::start());
        while !reader.is_done() {
            assert!(since.elapsed() < PATIENCE, "the bursts' end did not come");
            let Some(entry) = reader.poll(Duration::from_millis(50)).unwrap() else { continue };
            let key = String::from_utf8(entry.key().unwrap().to_vec()).unwrap();
            records.push((key, BurstRecord::decode(entry.payload().unwrap()).unwrap()));
        }
        records
    }

    /// The records of the first campaign's partition, with offsets and timestamps.
    pub fn log(&self) -> Vec<(i64, Timestamp, LogRecord)> {
        let mut log = MentionLog::open(&self.broker.connection(), LOG).unwrap();
        let (mut records, since) = (Vec::new(), Stopwatch::start());
        while !log.is_caught_up() {
            assert!(since.elapsed() < PATIENCE, "the log's end did not come");
            let Some(entry) = log.poll(Duration::from_millis(50)).unwrap() else { continue };
            if u32::try_from(entry.partition()) == Ok(self.home()) {
                let record = LogRecord::decode(entry.payload().unwrap()).unwrap();
                records.push((entry.offset(), entry.timestamp(), record));
            }
        }
        records
    }

    /// The first campaign, folded from the log's first `n` records by nothing but the fold.
    pub fn fold(&self, n: usize) -> Buzz {
        let mut buzz = Buzz::new(self.campaign());
        for (_, timestamp, record) in self.log().iter().take(n) {
            buzz.apply(*timestamp, record).unwrap();
        }
        buzz
    }

    /// What the page must show of the first campaign: the fold of the whole log.
    pub fn folded_page(&self) -> Vec<String> {
        let page = windows(&render([&self.fold(usize::MAX)], clock().now()));
        assert!(!page.is_empty(), "there is no T");
        page
    }
}

/// A running aggregator; stopped when it is dropped, so that a failed test ends.
pub struct Owner {
    pub parts: Parts,
    stop: Arc<AtomicBool>,
    running: Option<JoinHandle<Result<(), AggregatorError>>>,
}

impl Owner {
    /// The last page rendered.
    pub fn page(&self) -> String {
        let page = self.parts.status.fresh_page();
        page.map(|page| String::from_utf8(page.plain().to_vec()).unwrap()).unwrap_or_default()
    }

    pub fn series(&self) -> Series {
        read_page(&self.page())
    }

    pub fn is_ready(&self) -> bool {
        *self.parts.status.readiness() == Readiness::Ready
    }

    pub fn wait_until_ready(&self) {
        until("it is ready", || self.is_ready());
    }

    /// Whether the page shows this campaign's windows.
    pub fn shows(&self, campaign: &CampaignId) -> bool {
        let label = format!("campaign=\"{campaign}\"");
        let is_it = |line: &str| line.starts_with("daebak_window_posts{") && line.contains(&label);
        self.page().lines().any(is_it)
    }

    /// Stops it gracefully; how it ended.
    pub fn stop(mut self) -> Result<(), AggregatorError> {
        self.stop.store(true, Ordering::Relaxed);
        self.running.take().unwrap().join().unwrap()
    }

    /// How it ended by itself.
    pub fn ended(mut self) -> Result<(), AggregatorError> {
        until("it ends", || self.running.as_ref().is_some_and(JoinHandle::is_finished));
        self.running.take().unwrap().join().unwrap()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(running) = self.running.take() {
            let _ = running.join();
        }
    }
}

pub fn until(what: &str, mut happens: impl FnMut() -> bool) {
    let since = Stopwatch::start();
    let (_never, nothing) = std::sync::mpsc::channel::<()>();
    while !happens() {
        assert!(since.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        let _ = nothing.recv_timeout(Duration::from_millis(20));
    }
}

/// The title families of a page, but for the totals, which belong to a process.
pub fn windows(page: &str) -> Vec<String> {
    let is_window = |line: &&str| {
        line.starts_with("daebak_window_") || line.starts_with("daebak_campaign_time_")
    };
    page.lines().filter(is_window).map(ToOwned::to_owned).collect()
}

/// A post's mention: from one author in three posts, on two platforms.
pub fn mention(campaign: &CampaignId, title: daebak::campaign::TitleId, number: u64) -> Mention {
    let event_time = START + Span::from_secs(i64::try_from(number).unwrap());
    Mention {
        v: 1,
        campaign: campaign.clone(),
        revision: daebak::campaign::Revision::new("r"),
        titles: vec![TitleMatch {
            title,
            alias: "a".into(),
            via: Via::Text,
            span: None,
            tier: Tier::Strong,
            facets: Vec::new(),
        }],
        platform: if number.is_multiple_of(3) { Platform::Tiktok } else { Platform::Twitter },
        id: PostId::Number(number),
        root: PostId::Number(number),
        kind: Kind::Original,
        author: Some((number / 3).to_string().into()),
        followers: None,
        event_time,
        observed: event_time,
        language: Language::new("ko"),
        language_source: LanguageSource::Script,
        counters: Counters::default(),
        hashtags: Vec::new(),
        group: None,
        fingerprint: None,
        source: Source { topic: "feed".into(), partition: 0, offset: 0 },
    }
}
