//! Backfills on the embedded broker, from given offsets: it can't find offsets by time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, its functions too"
)]

mod child;
mod oracle;
mod scrape;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use daebak::campaign::CampaignId;
use daebak::clock::{Clock, Stopwatch};
use daebak::config::{self, Config};
use daebak::demo::feeder::Feeder;
use daebak::demo::{Generator, Options};
use daebak::kafka::KafkaError;
use daebak::kafka::embedded::Embedded;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds};
use daebak::kafka::stretch::Stretch;
use daebak::mention::Tagger;
use daebak::record::{LogRecord, partition_of};
use daebak::service::{Role, Service};
use daebak::tagger::backfill::{self, BackfillSettings, Backfilled};
use daebak::tagger::{Destination, TaggingError};
use daebak::time::{Span, TICK, Timestamp};

/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

const LOG_PARTITIONS: u32 = 2;

/// Twenty hours ago the week began; its last record came an hour ago.
fn week(now: Timestamp) -> Generator {
    let (start, length) = (now - Span::from_hours(20), Span::from_hours(9));
    Generator::new(Options { seed: 5, start, posts_per_hour: 600.0, length, truth: true })
}

fn embedded() -> Embedded {
    let service = config::shipped().unwrap().service;
    let feeds = service.feeds.iter().flat_map(|feed| &feed.topics);
    let kafka = &service.kafka;
    let own = [&kafka.mention_log, &kafka.dead_letters].into_iter();
    let own = own.chain(&kafka.snapshots).chain(&kafka.bursts).chain(&kafka.owners);
    let topics: Vec<(&str, u32)> =
        feeds.chain(own).map(|topic| (topic.as_str(), LOG_PARTITIONS)).collect();
    Embedded::start(&topics).unwrap()
}

fn settings(config: &Config, stretches: Vec<Stretch>) -> BackfillSettings {
    let kafka = &config.service.kafka;
    BackfillSettings {
        connection: kafka.connection.clone(),
        stretches,
        mention_log: Destination {
            topic: kafka.mention_log.as_str().into(),
            partitions: LOG_PARTITIONS,
        },
        campaign: config.campaigns[0].id.clone(),
        since: Timestamp::from_secs(7),
    }
}

fn backfill(config: &Config, stretches: Vec<Stretch>) -> Result<Backfilled, TaggingError> {
    let producer =
        LogProducer::open(&config.service.kafka.connection, QueueBounds::default()).unwrap();
    let mut tagger = Tagger::new(&config.campaigns, config.service.rules()).unwrap();
    let settings = settings(config, stretches);
    backfill::run(&settings, &producer, Clock::system(), |record| tagger.tag(record), |_| {})
}

/// Both partitions of a topic, each over the same offsets.
fn stretch(topic: &str, range: &Range<i64>) -> Stretch {
    let partitions = BTreeMap::from([(0, range.clone()), (1, range.clone())]);
    Stretch { topic: topic.into(), partitions }
}

/// Every feed topic to its end, which the client reports.
fn everything(config: &Config) -> Vec<Stretch> {
    let topics = config.service.feeds.iter().flat_map(|feed| &feed.topics);
    topics.map(|topic| stretch(topic, &(0..i64::MAX))).collect()
}

/// Runs the service until its page shows what was sent before.
fn serve(config: &Config) -> oracle::Series {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (config, clock) = (Arc::new(config.clone()), Clock::system());
    let service = runtime
        .block_on(Service::open(&config, Role::All, clock, Duration::from_millis(200)))
        .unwrap();
    let address = service.address().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = runtime.spawn(service.run(async move { drop(stopped.await) }));
    let page = scrape::page_after(address, clock.now() + TICK, PATIENCE);
    stop.send(()).unwrap();
    runtime.block_on(running).unwrap().unwrap();
    page
}

#[test]
fn backfills_before_and_after_live_traffic_change_no_measure() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let mut generator = week(Clock::system().now());
    let mut feeder = Feeder::open(&broker.connection(), &config.service.feeds).unwrap();
    let never = AtomicBool::new(false);
    feeder.play(generator.by_ref(), Clock::system(), &never, |_| true).unwrap();

    let first = backfill(&config, everything(&config)).unwrap();
    assert_eq!(first.records, feeder.sent());
    assert!(first.mentions > 1000 && first.dead_letters > 0, "{first:?}");
    let page = serve(&config);
    let (campaign, windows) = (&config.campaigns[0], &config.service.windows);
    oracle::assert_windows(&page, generator.truth(), campaign, windows, scrape::time(&page));
    assert_eq!(backfill(&config, everything(&config)), Ok(first), "it does the same again");

    let (offline, said) = child::fold(folder.path());
    oracle::assert_exact(&offline, generator.truth(), &config, scrape::time(&offline));
    let dead = generator.truth().trouble().of("poison");
    assert_eq!(scrape::sum(&page, "daebak_dead_letters_total"), dead);
    assert_eq!(first.dead_letters, dead, "counted, and written by the live tagger alone");
    println!("{first:?}; offline: {said}");
    let mentions = 3 * first.mentions;
    assert!(said.contains(&format!(" {mentions} mentions, ")), "{said}");
}

/// Writes these values to a partition.
fn write(config: &Config, topic: &str, partition: u32, values: impl Iterator<Item = String>) {
    let producer =
        LogProducer::open(&config.service.kafka.connection, QueueBounds::default()).unwrap();
    for value in values {
        let record = Outgoing {
            topic: topic.into(),
            partition,
            key: None,
            payload: Some(value.into_bytes()),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        producer.send(&record, Timestamp::from_secs(60)).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

fn tweet(offset: u64) -> String {
    // The post's time lies in its id.
    let id = (1_700_000_000_000 - 1_288_834_974_657 + offset * 1000) << 22;
    format!(r#"{{"data":{{"id":"{id}","text":"Starlight Sonata {offset}"}}}}"#)
}

/// The partition and what a backfill record says in it.
type End = (u32, CampaignId, Timestamp);

/// What the mention log holds: the offsets its mentions came from, and where a backfill ended.
fn logged(config: &Config) -> (Vec<(u32, i64)>, Vec<End>) {
    let kafka = &config.service.kafka;
    let mut log = MentionLog::open(&kafka.connection, &kafka.mention_log).unwrap();
    let (mut mentions, mut ends) = (Vec::new(), Vec::new());
    let since = Stopwatch::start();
    while !log.is_caught_up() {
        assert!(since.elapsed() < PATIENCE, "the log has no end");
        let Some(fetched) = log.poll(Duration::from_millis(50)).unwrap() else { continue };
        let partition = u32::try_from(fetched.partition()).unwrap();
        match LogRecord::decode(fetched.payload().unwrap()).unwrap() {
            LogRecord::Mention(mention) => {
                assert!(ends.is_empty(), "the end comes after all mentions");
                mentions.push((partition, mention.source.offset));
            }
            LogRecord::Backfill(end) => ends.push((partition, end.campaign, end.since)),
            other => panic!("{other:?}"),
        }
    }
    (mentions, ends)
}

#[test]
fn only_the_stretch_is_read_and_its_end_follows_its_mentions() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let topic = &config.service.feeds[0].topics[0];
    let bad = |n| if n == 4 { "{".into() } else { tweet(n) };
    write(&config, topic, 0, (0..8).map(bad));

    let done = backfill(&config, vec![stretch(topic, &(2..6))]);
    let expected = Backfilled { records: 4, mentions: 3, retractions: 0, dead_letters: 1 };
    assert_eq!(done, Ok(expected), "the other partition is empty");
    let campaign = config.campaigns[0].id.clone();
    let home = partition_of(&campaign, LOG_PARTITIONS);
    let (mentions, ends) = logged(&config);
    assert_eq!(mentions, [2, 3, 5].map(|offset| (home, offset)));
    assert_eq!(ends, [(home, campaign, Timestamp::from_secs(7))]);

    let none = Stretch { topic: topic.clone(), partitions: BTreeMap::new() };
    assert_eq!(none.records_max(), 0);
    assert_eq!(stretch(topic, &(2..6)).records_max(), 8);
    assert_eq!(backfill(&config, vec![none]), Ok(Backfilled::default()));
}

#[test]
fn a_backfill_that_could_not_write_everything_does_not_say_it_has() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let topic = &config.service.feeds[0].topics[0];
    write(&config, topic, 1, (0..3).map(tweet));
    broker.refuse_batches(1);
    let done = backfill(&config, vec![stretch(topic, &(0..3))]);
    assert!(matches!(done, Err(TaggingError::Kafka(KafkaError::Delivery(_)))), "{done:?}");
    assert_eq!(logged(&config).1, []);
}
