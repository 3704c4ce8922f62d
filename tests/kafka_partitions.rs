//! A feed topic that gets new partitions while it is read, on real Kafka.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking; a driver tells its figures"
)]

mod child;
mod fleet;
mod oracle;
mod scrape;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::Config;
use daebak::demo::feeder::Feeder;
use daebak::demo::{Generator, Options};
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::topic::{TopicKind, partition_count};
use daebak::record::LogRecord;
use daebak::time::{Span, TICK, Timestamp};
use fleet::load::{create_topics, grow_topic};
use fleet::{PATIENCE, rig};

const PARTITIONS: u32 = 1;
const MORE: usize = 4;

/// Twenty hours ago the week began; its last record came an hour ago.
fn week(now: Timestamp) -> Generator {
    let (start, length) = (now - Span::from_hours(20), Span::from_hours(9));
    Generator::new(Options { seed: 11, start, posts_per_hour: 2_000.0, length, truth: true })
}

/// The newest partition count of each feed topic that heartbeats have told.
fn told_counts(config: &Config) -> BTreeMap<Box<str>, u32> {
    let kafka = &config.service.kafka;
    let mut log = MentionLog::open(&kafka.connection, &kafka.mention_log).unwrap();
    let (mut counts, since) = (BTreeMap::new(), Stopwatch::start());
    while !log.is_caught_up() {
        assert!(since.elapsed() < PATIENCE, "the log has no end");
        let Some(fetched) = log.poll(Duration::from_millis(50)).unwrap() else { continue };
        let record = LogRecord::decode(fetched.payload().unwrap_or_default());
        if let Ok(LogRecord::Heartbeat(heartbeat)) = record {
            counts.extend(heartbeat.partition_counts);
        }
    }
    counts
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn partitions_added_while_running_are_read_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let address = child::free_address();
    let settings = child::Settings { prefix: "grown.", threads: 2 };
    let config = child::write_config_of(folder.path(), &rig("KAFKA_BROKERS"), address, &settings);
    create_topics(&config, PARTITIONS, PARTITIONS);
    let connection = config.service.kafka.connection.clone();
    let running = child::Running::start(folder.path());
    let (never, clock) = (AtomicBool::new(false), Clock::system());
    let mut generator = week(clock.now());
    let feeds = &config.service.feeds;

    let mut few = Feeder::open(&connection, feeds).unwrap();
    few.play(generator.by_ref().take(4_000), clock, &never, |_| true).unwrap();
    let page = scrape::page_after(address, clock.now() + TICK, PATIENCE);
    assert_eq!(scrape::sum(&page, "daebak_feed_records_total"), few.sent());

    let since = Stopwatch::start();
    let topics: Vec<&String> = feeds.iter().flat_map(|feed| &feed.topics).collect();
    for topic in &topics {
        grow_topic(&connection, topic, MORE);
        let grown = || partition_count(&connection, topic, TopicKind::Feed);
        while grown().unwrap() < u32::try_from(MORE).unwrap() {
            assert!(since.elapsed() < PATIENCE, "{topic} does not grow");
            scrape::wait(Duration::from_millis(50));
        }
    }
    let mut more = Feeder::open(&connection, feeds).unwrap();
    more.play(generator.by_ref(), clock, &never, |_| true).unwrap();
    let sent = few.sent() + more.sent();
    while scrape::page(address)
        .is_none_or(|page| scrape::sum(&page, "daebak_feed_records_total") < sent)
    {
        assert!(since.elapsed() < PATIENCE, "new partitions are not read");
        scrape::wait(Duration::from_millis(50));
    }
    let took = since.elapsed().as_secs_f64();
    let page = scrape::page_after(address, clock.now() + TICK, PATIENCE);
    let (campaign, windows) = (&config.campaigns[0], &config.service.windows);
    oracle::assert_windows(&page, generator.truth(), campaign, windows, scrape::time(&page));
    let told = |topic: &str, partition: usize| {
        let labels = format!("{{partition=\"{partition}\",topic=\"{topic}\"}}");
        page.keys().any(|series| series.ends_with(&labels) && series.contains("lag"))
    };
    let n_topics = topics.len();
    for topic in topics {
        assert!((0..MORE).all(|partition| told(topic, partition)), "{topic} in {page:#?}");
    }
    assert_eq!(running.stop(), Some(0));
    let counts = told_counts(&config);
    assert_eq!(counts.len(), n_topics);
    assert!(counts.values().all(|count| *count as usize == MORE), "{counts:?}");
    println!(
        "from {PARTITIONS} to {MORE} partitions a topic: {sent} records read {took:.1} s later"
    );
}
