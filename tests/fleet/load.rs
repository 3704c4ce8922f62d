//! What the fleet reads: a generated week, sent at a steady rate while the test does its worst.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::Config;
use daebak::config::connection::Connection;
use daebak::demo::feeder::Feeder;
use daebak::demo::{Delivery, Generator, Options};
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::topics::{Layout, Topics};
use daebak::mention::{FeedRecord, Tagger};
use daebak::record::LogRecord;
use daebak::time::Span;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier,
    TopicReplication,
};
use rdkafka::client::DefaultClientContext;

use super::Fleet;
use crate::oracle;

/// Records are fed at this rate.
const RECORDS_PER_SECOND: f64 = 250.0;
/// More than any test sends.
const POSTS: f64 = 2_000_000.0;

/// Creates every topic of a configuration.
pub fn create_topics(config: &Config, feed_partitions: u32, log_partitions: u32) {
    for topic in config.service.feeds.iter().flat_map(|feed| &feed.topics) {
        create_topic(&config.service.kafka.connection, topic, feed_partitions);
    }
    let layout = Layout { partitions: log_partitions, replication_factor: None };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Topics::open(config).unwrap().create(layout)).unwrap();
}

/// Creates a feed topic with the brokers' own replication.
pub fn create_topic(connection: &Connection, topic: &str, partitions: u32) {
    let admin = admin(connection);
    let partitions = i32::try_from(partitions).unwrap();
    let new = NewTopic::new(topic, partitions, TopicReplication::Fixed(-1));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wait = AdminOptions::new().operation_timeout(Some(Duration::from_secs(20)));
    let created = runtime.block_on(admin.create_topics([&new], &wait)).unwrap();
    for topic in created {
        topic.unwrap();
    }
}

/// Gives a topic so many partitions.
pub fn grow_topic(connection: &Connection, topic: &str, partitions: usize) {
    let more = NewPartitions::new(topic, partitions);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wait = AdminOptions::new().operation_timeout(Some(Duration::from_secs(20)));
    let grown = runtime.block_on(admin(connection).create_partitions([&more], &wait));
    grown.unwrap().into_iter().for_each(|grown| drop(grown.unwrap()));
}

/// A week of posts, and what one pass over it makes.
pub struct Load {
    generator: Generator,
    tagger: Tagger,
    /// Records sent, and mentions that one pass over them makes.
    pub sent: u64,
    pub mentions: u64,
}

impl Load {
    /// A week that began 20 hours ago and whose posts all lie in the past.
    pub fn new(config: &Config, seed: u64, posts: f64) -> Self {
        let start = Clock::system().now() - Span::from_hours(20);
        let length = Span::from_hours(9);
        let options = Options { seed, start, posts_per_hour: posts / 9.0, length, truth: true };
        let tagger = Tagger::new(&config.campaigns, config.service.rules()).unwrap();
        Self { generator: Generator::new(options), tagger, sent: 0, mentions: 0 }
    }

    /// Sends records at a steady rate until `stop` is set or there are no more. `progress` tells
    /// how many have been sent.
    pub fn play(&mut self, config: &Config, rate: f64, stop: &AtomicBool, progress: &AtomicU64) {
        let service = &config.service;
        let mut feeder = Feeder::open(&service.kafka.connection, &service.feeds).unwrap();
        let (generator, tagger, mentions) =
            (&mut self.generator, &mut self.tagger, &mut self.mentions);
        // What was dealt is sent: the truth counts it.
        let deliveries = std::iter::from_fn(|| {
            let next = if stop.load(Ordering::Relaxed) { None } else { generator.next() };
            next.inspect(|delivery| *mentions += mentions_of(tagger, delivery))
        });
        let since = Stopwatch::start();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let has_room = |sent: u64| {
            progress.store(sent, Ordering::Relaxed);
            (sent as f64) < since.elapsed().as_secs_f64() * rate
        };
        let never = AtomicBool::new(false);
        feeder.play(deliveries, Clock::system(), &never, has_room).unwrap();
        self.sent += feeder.sent();
    }

    /// What was sent so far, counted by the generator itself.
    pub fn truth(&self) -> &daebak::demo::Truth {
        self.generator.truth()
    }
}

/// How many mentions one pass over a delivery makes.
fn mentions_of(tagger: &mut Tagger, delivery: &Delivery) -> u64 {
    let (payload, timestamp) = (delivery.payload.as_deref(), delivery.at);
    let record = FeedRecord { topic: "feed", partition: 0, offset: 0, timestamp, payload };
    tagger.tag(&record).mentions.len() as u64
}

/// How many mentions the log holds, counted by reading all of it.
pub fn mentions_in_log(config: &Config) -> u64 {
    let kafka = &config.service.kafka;
    let mut log = MentionLog::open(&kafka.connection, &kafka.mention_log).unwrap();
    let since = Stopwatch::start();
    let mut mentions = 0;
    while !log.is_caught_up() {
        assert!(since.elapsed() < crate::fleet::PATIENCE, "the log has no end");
        if let Some(fetched) = log.poll(Duration::from_millis(100)).unwrap() {
            let record = LogRecord::decode(fetched.payload().unwrap_or_default()).unwrap();
            mentions += u64::from(matches!(record, LogRecord::Mention(_)));
        }
    }
    mentions
}

/// Runs `trouble` under load, then holds every page and an offline fold against the truth.
/// Returns records sent, mentions of one pass, and mentions in the log.
pub fn under_load(
    fleet: &mut Fleet,
    seed: u64,
    trouble: impl FnOnce(&mut Fleet, &AtomicU64),
) -> Sent {
    let config = fleet.config.clone();
    let mut load = Load::new(&config, seed, POSTS);
    let (stop, progress) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|threads| {
        let feed = threads.spawn(|| load.play(&config, RECORDS_PER_SECOND, &stop, &progress));
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            trouble(fleet, &progress);
        }));
        stop.store(true, Ordering::Relaxed);
        feed.join().unwrap();
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    });
    assert_exact(fleet, &load);
    let log = mentions_in_log(&fleet.config);
    assert!(log >= load.mentions, "{log} mentions in the log of {}: lost", load.mentions);
    Sent { records: load.sent, one_pass: load.mentions, log }
}

/// What a test under load has sent.
pub struct Sent {
    /// Feed records.
    pub records: u64,
    /// Mentions that one pass over them makes.
    pub one_pass: u64,
    /// Mentions in the log.
    pub log: u64,
}

/// Every campaign's page, and what an offline fold of the log prints, equal the truth.
fn assert_exact(fleet: &Fleet, load: &Load) {
    let (campaigns, windows) = (&fleet.config.campaigns, &fleet.config.service.windows);
    let pages = fleet.pages_after(Clock::system().now());
    for campaign in campaigns {
        let page = &pages[campaign.id.as_str()];
        let time = crate::fleet::time(page, campaign.id.as_str()).unwrap();
        oracle::assert_windows(page, load.truth(), campaign, windows, time);
    }
    let folded = fold(fleet);
    for campaign in campaigns {
        let time = crate::fleet::time(&folded, campaign.id.as_str()).unwrap();
        oracle::assert_windows(&folded, load.truth(), campaign, windows, time);
    }
}

fn fold(fleet: &Fleet) -> oracle::Series {
    let folded = fleet.daebak(0, &["fold", "--from-log"]);
    assert!(folded.status.success(), "{}", String::from_utf8_lossy(&folded.stderr));
    oracle::read_page(&String::from_utf8(folded.stdout).unwrap())
}

/// Partition, key and value of each record of a topic.
pub fn records(config: &Config, topic: &str) -> Vec<(u32, String, Vec<u8>)> {
    let mut log = MentionLog::open(&config.service.kafka.connection, topic).unwrap();
    let since = Stopwatch::start();
    let mut records = Vec::new();
    while !log.is_caught_up() {
        assert!(since.elapsed() < crate::fleet::PATIENCE, "{topic} has no end");
        if let Some(fetched) = log.poll(Duration::from_millis(100)).unwrap()
            && let (Some(key), Some(value)) = (fetched.key(), fetched.payload())
        {
            let partition = u32::try_from(fetched.partition()).unwrap();
            records.push((partition, String::from_utf8(key.to_vec()).unwrap(), value.to_vec()));
        }
    }
    records
}

/// Gives a topic these settings, and the brokers' own in all others.
pub fn set_topic(connection: &Connection, topic: &str, settings: &[(&str, &str)]) {
    let change = AlterConfig::new(ResourceSpecifier::Topic(topic));
    let change = settings.iter().fold(change, |change, (name, value)| change.set(name, value));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let changed =
        runtime.block_on(admin(connection).alter_configs([&change], &AdminOptions::new()));
    changed.unwrap().into_iter().for_each(|changed| drop(changed.unwrap()));
}

fn admin(connection: &Connection) -> AdminClient<DefaultClientContext> {
    rdkafka::ClientConfig::new().set("bootstrap.servers", &connection.brokers).create().unwrap()
}
