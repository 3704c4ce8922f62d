//! A campaign that comes after the posts it is about, on real Kafka.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking; a driver tells its figures"
)]

mod child;
mod fleet;
mod oracle;
mod scrape;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::Config;
use daebak::demo::feeder::Feeder;
use daebak::demo::{Delivery, Generator, Options};
use daebak::kafka::stretch::Stretch;
use daebak::kafka::topic::TopicKind;
use daebak::time::{Span, TICK, Timestamp};
use fleet::load::create_topics;
use fleet::{PATIENCE, rig};

const PARTITIONS: u32 = 3;
const OTHER: &str =
    "name = \"Other\"\nlanguages = [\"ko\"]\n[[titles]]\nid = \"other\"\nname = \"Qwertyuiop\"\n";

/// Twenty hours ago the week began; its last record came an hour ago.
fn week(now: Timestamp) -> Generator {
    let (start, length) = (now - Span::from_hours(20), Span::from_hours(9));
    Generator::new(Options { seed: 12, start, posts_per_hour: 4_000.0, length, truth: true })
}

/// A folder's configuration, with its topics.
fn begin(folder: &Path, prefix: &'static str, address: SocketAddr) -> Config {
    let settings = child::Settings { prefix, threads: 1 };
    let config = child::write_config_of(folder, &rig("KAFKA_BROKERS"), address, &settings);
    create_topics(&config, PARTITIONS, PARTITIONS);
    config
}

fn wait_for_records(address: SocketAddr, records: u64) {
    let since = Stopwatch::start();
    while scrape::page(address)
        .is_none_or(|page| scrape::sum(&page, "daebak_feed_records_total") < records)
    {
        assert!(since.elapsed() < PATIENCE, "no {records} records were read");
        scrape::wait(Duration::from_millis(50));
    }
}

fn backfill(folder: &Path) -> String {
    let done =
        child::daebak(folder, &["backfill", "--campaign", "starlight-sonata", "--since", "24h"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{said}");
    said.lines().last().unwrap_or_default().to_owned()
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_campaign_that_came_late_is_filled_and_filled_again_while_serving() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, address) = (folder.path(), child::free_address());
    let config = begin(folder, "late.", address);
    let campaigns = folder.join("campaigns");
    fs::write(campaigns.join("other.toml"), OTHER).unwrap();
    fs::rename(campaigns.join("starlight-sonata.toml"), folder.join("later")).unwrap();
    let running = child::Running::start(folder);
    let (never, clock) = (AtomicBool::new(false), Clock::system());
    let mut generator = week(clock.now());
    let mut feeder = Feeder::open(&config.service.kafka.connection, &config.service.feeds).unwrap();
    feeder.play(generator.by_ref(), clock, &never, |_| true).unwrap();
    wait_for_records(address, feeder.sent());
    assert_eq!(running.stop(), Some(0));

    fs::rename(folder.join("later"), campaigns.join("starlight-sonata.toml")).unwrap();
    fs::remove_file(campaigns.join("other.toml")).unwrap();
    let running = child::Running::start(folder);
    for run in ["first", "second"] {
        let said = backfill(folder);
        println!("backfill, {run} run: {said}");
        assert!(said.contains(&format!("{} records since", feeder.sent())), "{said}");
        let page = scrape::page_after(address, clock.now() + TICK, PATIENCE);
        let windows = &config.service.windows;
        let time = scrape::time(&page);
        oracle::assert_windows(&page, generator.truth(), &config.campaigns[0], windows, time);
    }
    assert_eq!(running.stop(), Some(0));
    let (offline, said) = child::fold(folder);
    oracle::assert_exact(&offline, generator.truth(), &config, scrape::time(&offline));
    print!("offline fold: {said}");
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_stretch_begins_at_its_time_in_every_partition_and_ends_where_the_feed_does() {
    let folder = tempfile::tempdir().unwrap();
    let config = begin(folder.path(), "stretch.", child::free_address());
    let connection = &config.service.kafka.connection;
    let (never, clock) = (AtomicBool::new(false), Clock::system());
    let mut generator = week(clock.now());
    let mut feeder = Feeder::open(connection, &config.service.feeds).unwrap();
    let stretches = |since: Timestamp| -> Vec<Stretch> {
        let topics = config.service.feeds.iter().flat_map(|feed| &feed.topics);
        topics
            .map(|topic| Stretch::of(connection, topic, TopicKind::Feed, Some(since)).unwrap())
            .collect()
    };
    let length = |stretches: &[Stretch]| stretches.iter().map(Stretch::records_max).sum::<u64>();
    assert_eq!(length(&stretches(Timestamp::from_secs(0))), 0, "nothing is there");

    // Records are stamped with when they came.
    let mut deliveries: Vec<Delivery> = generator.by_ref().take(5_000).collect();
    let cut = deliveries[3_000].at;
    let later = deliveries.split_off(deliveries.partition_point(|delivery| delivery.at < cut));
    feeder.play(deliveries.into_iter(), clock, &never, |_| true).unwrap();
    let (early, first) = (feeder.sent(), stretches(Timestamp::from_secs(0)));
    assert_eq!(length(&first), early);
    assert_eq!(length(&stretches(cut)), 0, "nothing is that young");

    feeder.play(later.into_iter(), clock, &never, |_| true).unwrap();
    let second = stretches(cut);
    assert_eq!(length(&second), feeder.sent() - early);
    for (first, second) in first.iter().zip(&second) {
        for (partition, range) in &second.partitions {
            let end = first.partitions.get(partition).map_or(0, |range| range.end);
            assert_eq!(range.start, end, "{} [{partition}]", second.topic);
        }
    }
}
