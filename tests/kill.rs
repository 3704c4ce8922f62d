//! `kill -9` in mid-stream: the broker lives in the test, `daebak run` is its child.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod child;
mod oracle;
mod scrape;

use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use child::{Running, free_address, write_config};
use daebak::clock::{Clock, Stopwatch};
use daebak::config;
use daebak::demo::feeder::Feeder;
use daebak::demo::{Delivery, Generator, Options};
use daebak::kafka::embedded::Embedded;
use daebak::kafka::mention_log::MentionLog;
use daebak::mention::{FeedRecord, Tagger};
use daebak::record::partition_of;
use daebak::time::{Span, TICK, Timestamp};

/// How many times the child is killed.
const KILLS: u64 = 3;

/// Records are fed at this rate, so that there is a stream to be killed in.
const RECORDS_PER_SECOND: f64 = 250.0;

/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

/// Twenty hours ago the week began; its last record came an hour ago.
fn week(now: Timestamp) -> Generator {
    let (start, length) = (now - Span::from_hours(20), Span::from_hours(9));
    Generator::new(Options { seed: 3, start, posts_per_hour: 1_900.0, length, truth: true })
}

fn embedded() -> Embedded {
    let service = config::shipped().unwrap().service;
    let feeds = service.feeds.iter().flat_map(|feed| &feed.topics);
    let kafka = &service.kafka;
    let own = [&kafka.mention_log, &kafka.dead_letters].into_iter();
    let own = own.chain(&kafka.snapshots).chain(&kafka.bursts).chain(&kafka.owners);
    let topics: Vec<(&str, u32)> = feeds.chain(own).map(|topic| (topic.as_str(), 2)).collect();
    Embedded::start(&topics).unwrap()
}

/// Waits until a page has read so many feed records since its process started.
fn wait_for_records(address: SocketAddr, records: u64) {
    let since = Stopwatch::start();
    while scrape::page(address)
        .is_none_or(|page| scrape::sum(&page, "daebak_feed_records_total") < records)
    {
        assert!(since.elapsed() < PATIENCE, "no {records} records were read");
        scrape::wait(Duration::from_millis(20));
    }
}

/// How many mentions one pass over a delivery makes.
fn mentions(tagger: &mut Tagger, delivery: &Delivery) -> u64 {
    let (payload, timestamp) = (delivery.payload.as_deref(), delivery.at);
    let record = FeedRecord { topic: "feed", partition: 0, offset: 0, timestamp, payload };
    tagger.tag(&record).mentions.len() as u64
}

#[test]
fn a_process_killed_in_mid_stream_loses_nothing_and_counts_nothing_twice() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let config = write_config(folder.path(), &broker.connection().brokers, address);
    let mut tagger = Tagger::new(&config.campaigns, config.service.rules()).unwrap();

    let mut generator = week(Clock::system().now());
    let mut one_pass = 0;
    let mut feeder = Feeder::open(&broker.connection(), &config.service.feeds).unwrap();
    let page = std::thread::scope(|threads| {
        let feed = threads.spawn(|| {
            let since = Stopwatch::start();
            let deliveries = generator.by_ref().inspect(|d| one_pass += mentions(&mut tagger, d));
            #[expect(clippy::cast_precision_loss, reason = "a rate")]
            let has_room =
                |sent: u64| (sent as f64) < since.elapsed().as_secs_f64() * RECORDS_PER_SECOND;
            feeder.play(deliveries, Clock::system(), &AtomicBool::new(false), has_room).unwrap();
        });
        for kill in 0..KILLS {
            let running = Running::start(folder.path());
            wait_for_records(address, 1);
            // Past one commit of offsets, and short of another.
            scrape::wait(Duration::from_millis(1_400 + 250 * kill));
            running.kill();
        }
        let running = Running::start(folder.path());
        feed.join().unwrap();
        let page = scrape::page_after(address, Clock::system().now() + TICK, PATIENCE);
        assert_eq!(
            running.stop(),
            Some(0),
            "{}",
            fs::read_to_string(folder.path().join("log")).unwrap()
        );
        page
    });

    oracle::assert_exact_windows(&page, generator.truth(), &config, scrape::time(&page));

    let applied = scrape::sum(&page, "daebak_mentions_applied_total");
    println!(
        "{} records, {KILLS} kills; {one_pass} mentions in one pass, {applied} in the log",
        feeder.sent()
    );
    assert!(applied > one_pass, "no record was tagged twice: the kills proved nothing");
    let kafka = &config.service.kafka;
    let mut log = MentionLog::open(&kafka.connection, &kafka.mention_log).unwrap();
    let home = partition_of(&config.campaigns[0].id, log.partition_count());
    let first = loop {
        let record = log.poll(PATIENCE).unwrap();
        let Some(record) = record else { panic!("the log is not empty") };
        if u32::try_from(record.partition()) == Ok(home) {
            break record.offset();
        }
    };
    assert_eq!(first, 0, "the embedded broker still has the whole log");
    let (offline, said) = child::fold(folder.path());
    oracle::assert_exact(&offline, generator.truth(), &config, scrape::time(&offline));
    print!("offline fold: {said}");
}
