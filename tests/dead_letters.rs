//! Dead letters listed and sent again, on the embedded broker.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too"
)]

mod child;
mod oracle;
mod scrape;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::{self, Config};
use daebak::kafka::dead_letter::{
    CUT_FROM, DETAIL, OFFSET, PARTITION, REASON, REDRIVEN_FROM, REDRIVES, TIMESTAMP, TOPIC,
};
use daebak::kafka::embedded::Embedded;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds};
use daebak::kafka::stretch::{Stretch, StretchReader};
use daebak::kafka::topic::TopicKind;
use daebak::service::{Role, Service};
use daebak::time::{Span, Timestamp};
use oracle::Series;

/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

fn embedded() -> Embedded {
    let service = config::shipped().unwrap().service;
    let feeds = service.feeds.iter().flat_map(|feed| &feed.topics);
    let kafka = &service.kafka;
    let own = [&kafka.mention_log, &kafka.dead_letters].into_iter();
    let own = own.chain(&kafka.snapshots).chain(&kafka.bursts).chain(&kafka.owners);
    let topics: Vec<(&str, u32)> = feeds.chain(own).map(|topic| (topic.as_str(), 2)).collect();
    Embedded::start(&topics).unwrap()
}

/// A record of a topic, for a producer or as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Written {
    key: Option<String>,
    value: Option<String>,
    headers: Vec<(&'static str, String)>,
    at: Timestamp,
}

fn write(config: &Config, topic: &str, records: &[Written]) {
    write_to(config, topic, 1, records);
}

fn write_to(config: &Config, topic: &str, partition: u32, records: &[Written]) {
    let producer =
        LogProducer::open(&config.service.kafka.connection, QueueBounds::default()).unwrap();
    for Written { key, value, headers, at } in records {
        let record = Outgoing {
            topic: topic.into(),
            partition,
            key: key.clone().map(String::into_bytes),
            payload: value.clone().map(String::into_bytes),
            headers: headers.clone(),
            ticket: Ticket::new(1),
        };
        producer.send(&record, *at).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

/// What lies at these offsets of partition 1, with those of `headers` that it has.
fn read(config: &Config, topic: &str, range: Range<i64>, headers: &[&'static str]) -> Vec<Written> {
    let stretch = Stretch { topic: topic.into(), partitions: BTreeMap::from([(1, range)]) };
    let mut reader = StretchReader::open(&config.service.kafka.connection, &stretch).unwrap();
    let (mut records, since) = (Vec::new(), Stopwatch::start());
    while !reader.is_done() {
        assert!(since.elapsed() < PATIENCE, "{topic} has no end");
        let Some(fetched) = reader.poll(Duration::from_millis(50)).unwrap() else { continue };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let header = |name: &&'static str| Some((*name, text(fetched.header(name)?)));
        records.push(Written {
            key: fetched.key().map(text),
            value: fetched.payload().map(text),
            headers: headers.iter().filter_map(header).collect(),
            at: fetched.timestamp(),
        });
    }
    records
}

/// Where partition 1 ends.
fn end(config: &Config, topic: &str, kind: TopicKind) -> i64 {
    let whole = Stretch::of(&config.service.kafka.connection, topic, kind, None).unwrap();
    whole.partitions.get(&1).map_or(0, |range| range.end)
}

/// Runs the service until its page is as wanted, which it gives.
fn serve(config: &Config, is_wanted: impl Fn(&Series) -> bool) -> Series {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (config, clock) = (Arc::new(config.clone()), Clock::system());
    let service = runtime
        .block_on(Service::open(&config, Role::All, clock, Duration::from_millis(100)))
        .unwrap();
    let address = service.address().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = runtime.spawn(service.run(async move { drop(stopped.await) }));
    let since = Stopwatch::start();
    let page = loop {
        let page = scrape::page(address).unwrap_or_default();
        if is_wanted(&page) {
            break page;
        }
        assert!(since.elapsed() < PATIENCE, "not on the page: {:#?}", oracle::known(&page));
        scrape::wait(Duration::from_millis(50));
    };
    stop.send(()).unwrap();
    runtime.block_on(running).unwrap().unwrap();
    page
}

fn dead_letters(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        child::daebak(folder, &[&["dead-letters"], arguments].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// Sets the largest record read.
fn limit_records(folder: &Path, config: &Config, bytes_max: usize) -> Config {
    let path = folder.join("daebak.toml");
    let text = fs::read_to_string(&path).unwrap();
    let rest = text.split("[limits]").next().unwrap();
    let mut file = fs::File::create(&path).unwrap();
    write!(file, "{rest}[limits]\nrecord_bytes_max = {bytes_max}\n").unwrap();
    let limited = child::load(folder);
    assert_eq!(limited.service.kafka, config.service.kafka);
    limited
}

/// A post of an hour ago, with so much behind its title.
fn post(now: Timestamp, n: i64, padding: usize) -> Written {
    let made = now - Span::from_secs(3600 + n);
    let id = (made.as_millis() - 1_288_834_974_657) << 22;
    let text = format!("Starlight Sonata {}", "x".repeat(padding));
    Written {
        key: Some(format!("key {n}")),
        value: Some(format!(r#"{{"data":{{"id":"{id}","text":"{text}"}}}}"#)),
        headers: Vec::new(),
        at: now - Span::from_secs(60),
    }
}

#[test]
fn poison_that_was_mended_is_sent_again_and_counts_once_however_often() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let narrow = limit_records(folder.path(), &config, 1024);
    let topic = &config.service.feeds[0].topics[0];
    let now = Clock::system().now();
    let big = post(now, 2, 2000);
    write(&config, topic, &[post(now, 1, 10), big.clone()]);
    let dead = |page: &Series| scrape::sum(page, "daebak_dead_letters_total");
    let exceeded = "daebak_dead_letter_ratio_exceeded{feed=\"twitter\"}";
    let page = serve(&narrow, |page| dead(page) == 1 && page.get(exceeded) == Some(&1.0));
    assert_eq!(page.get("daebak_dead_letter_ratio{feed=\"twitter\"}"), Some(&0.5));
    assert_eq!(scrape::sum(&page, "daebak_feed_records_total"), 2);

    let (code, listed, _) = dead_letters(folder.path(), &["list", "--show"]);
    assert_eq!(code, Some(0));
    for part in [" too_large ", &format!(" {topic}/1/1 "), " the limit is 1024", "  key    key 2\n"]
    {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    assert!(listed.ends_with("\n1 of 1 dead letters read: too_large 1\n"), "{listed}");

    // Nothing is mended yet.
    let end_of_feed = || end(&config, topic, TopicKind::Feed);
    let (code, planned, said) = dead_letters(folder.path(), &["redrive", "--dry-run"]);
    assert!(planned.contains(&format!("1/0 -> {topic}/1, ")), "{planned}");
    assert!(said.contains("1 of 1 dead letters would be sent, "), "{said}");
    assert_eq!((code, end_of_feed()), (Some(0), 2), "a dry run sends nothing");
    let (code, _, said) = dead_letters(folder.path(), &["redrive"]);
    assert!(said.contains("1 of 1 dead letters sent and acknowledged, "), "{said}");
    assert_eq!((code, end_of_feed()), (Some(0), 3));
    let sent = read(&config, topic, 2..3, &[REDRIVEN_FROM, REDRIVES, REASON]);
    let from = format!("{}/1/0", config.service.kafka.dead_letters);
    let headers = vec![(REDRIVEN_FROM, from), (REDRIVES, "1".into())];
    assert_eq!(sent, [Written { headers, ..big.clone() }], "key, bytes and timestamp as they were");

    serve(&narrow, |page| dead(page) == 1);
    let (_, listed, _) =
        dead_letters(folder.path(), &["list", "--partition", "1", "--offset", "1"]);
    assert!(listed.contains(&format!(" {topic}/1/2 ")), "{listed}");
    assert!(listed.contains(" (sent again before: 1)\n"), "a loop is seen: {listed}");
    let (code, planned, said) = dead_letters(folder.path(), &["redrive", "--dry-run"]);
    assert!(said.contains("1 of 2 dead letters would be sent, 1 passed over: "), "{said}");
    assert_eq!(code, Some(0), "the original is there: {said}");
    assert!(planned.starts_with("1/0 -> ") && planned.lines().count() == 1, "{planned}");

    // Now it is: both letters of it, and one of them twice.
    let wide = limit_records(folder.path(), &config, 4096);
    let arguments = ["redrive", "--reason", "too_large", "--again"];
    let (_, _, said) = dead_letters(folder.path(), &arguments);
    assert!(said.contains("2 of 2 dead letters sent"), "{said}");
    let (_, _, said) = dead_letters(folder.path(), &["redrive", "--limit", "1"]);
    assert!(
        said.contains("1 of 1 dead letters sent and acknowledged; there may be more"),
        "{said}"
    );
    assert_eq!(end_of_feed(), 6);
    let applied = |outcome: &str| format!("daebak_mentions_applied_total{{outcome=\"{outcome}\"}}");
    let page = serve(&wide, |page| page.get(&applied("duplicate")) == Some(&2.0));
    assert_eq!(page.get(&applied("counted")), Some(&1.0), "the other one was, before");
    assert_eq!(dead(&page), 0);
    let window = "daebak_window_posts{campaign=\"starlight-sonata\",platform=\"twitter\",\
                  title=\"starlight-sonata\",window=\"24h\"}";
    let (offline, said) = child::fold(folder.path());
    assert_eq!(offline.get(window), Some(&2.0), "{said}");
}

/// A dead letter with these headers, and that of a feed's record as it should be.
fn letter(topic: &str, change: &[(&'static str, Option<&str>)]) -> Written {
    let mut headers = BTreeMap::from([
        (REASON, "not_json"),
        (DETAIL, "line 1"),
        (TOPIC, topic),
        (PARTITION, "1"),
        (OFFSET, "7"),
        (TIMESTAMP, "1770000000000"),
    ]);
    for (name, value) in change {
        match value {
            Some(value) => drop(headers.insert(name, value)),
            None => drop(headers.remove(name)),
        }
    }
    let headers = headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    let at = Timestamp::from_secs(1_770_000_060);
    Written { key: None, value: Some("{".into()), headers, at }
}

#[test]
fn what_cannot_be_sent_again_is_said_and_left() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let topic = &config.service.feeds[0].topics[0];
    let good = letter(topic, &[(PARTITION, Some("9")), (REDRIVES, Some("4"))]);
    let letters = [
        letter(topic, &[(CUT_FROM, Some("70000"))]),
        letter("elsewhere", &[]),
        letter(topic, &[(OFFSET, Some("-1"))]),
        letter(topic, &[(PARTITION, Some("\u{1b}[2J"))]),
        Written { headers: Vec::new(), ..good.clone() },
        Written { value: None, ..letter(topic, &[(REASON, None)]) },
        good.clone(),
    ];
    let topic_of_dead = &config.service.kafka.dead_letters;
    write(&config, topic_of_dead, &letters);

    let (code, planned, _) = dead_letters(folder.path(), &["redrive", "--again", "--dry-run"]);
    assert_eq!((code, &*planned), (Some(1), &*format!("1/6 -> {topic}/1, 1 bytes\n")));
    let (code, sent, said) = dead_letters(folder.path(), &["redrive", "--again"]);
    assert_eq!((code, &*sent), (Some(1), ""));
    let refused: Vec<&str> = said.lines().filter(|line| line.contains("not sent")).collect();
    let unknown = "not sent: its origin is unknown";
    assert_eq!(
        refused,
        [
            "1/0: not sent: it was cut",
            "1/1: not sent: its topic is no feed of the configuration",
            &format!("1/2: {unknown}"),
            &format!("1/3: {unknown}"),
            &format!("1/4: {unknown}"),
            "1/5: not sent: it holds no record",
        ]
    );
    let summary = "1 of 7 dead letters sent and acknowledged, 1 of them older than 24h: posts in \
                   them that are new will be refused as late; raise `allowed_lateness` first, \
                   1 not: it was cut, 1 not: it holds no record, 3 not: its origin is unknown, \
                   1 not: its topic is no feed of the configuration, ";
    assert!(said.lines().last().unwrap().starts_with(summary), "{said}");
    let sent = read(&config, topic, 0..1, &[REDRIVES]);
    let at = Timestamp::from_secs(1_770_000_000);
    assert_eq!(sent, [Written { headers: vec![(REDRIVES, "5".into())], at, ..good }]);
    assert_eq!(end(&config, topic_of_dead, TopicKind::DeadLetters), 7, "letters stay");

    // The list takes them all as they are, and each filter leaves what it should.
    let offsets = |arguments: &[&str]| -> Vec<i64> {
        let (code, listed, _) =
            dead_letters(folder.path(), &[&["list", "--format", "json"], arguments].concat());
        assert_eq!(code, Some(0));
        let line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
        listed.lines().map(line).map(|object| object["offset"].as_i64().unwrap()).collect()
    };
    assert_eq!(offsets(&[]), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(offsets(&["--reason", "unknown"]), [4, 5]);
    assert_eq!(offsets(&["--topic", "elsewhere"]), [1]);
    assert_eq!(offsets(&["--feed", "twitter"]), [0, 5, 6]);
    assert_eq!(offsets(&["--limit", "2"]), [0, 1]);
    assert_eq!(offsets(&["--partition", "0"]), [] as [i64; 0]);
    assert_eq!(offsets(&["--partition", "1", "--offset", "3"]), [3]);
    assert_eq!(offsets(&["--until", "2026-02-02T02:41:00Z"]), [] as [i64; 0]);
    assert_eq!(offsets(&["--until", "2026-02-02T02:41:01Z"]).len(), 7);
    let (_, listed, _) = dead_letters(folder.path(), &["list"]);
    assert!(!listed.contains('\u{1b}'), "{listed}");
    assert!(listed.ends_with("\n7 of 7 dead letters read: not_json 5, unknown 2\n"), "{listed}");
    let (code, _, said) = dead_letters(folder.path(), &["list", "--feed", "telegram"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("there is no feed telegram; known: twitter, "), "{said}");
}

#[test]
fn letters_come_partition_by_partition_and_one_that_is_not_there_is_an_error() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let topic = &config.service.feeds[0].topics[0];
    let topic_of_dead = &config.service.kafka.dead_letters;
    let letters = vec![letter(topic, &[]); 20];
    (0..2).rev().for_each(|n| write_to(&config, topic_of_dead, n, &letters));
    let places = |arguments: &[&str]| -> Vec<String> {
        let (code, listed, said) = dead_letters(folder.path(), &[&["list"], arguments].concat());
        assert_eq!(code, Some(0), "{said}");
        let lines = listed.lines().skip(1).take_while(|line| !line.is_empty());
        lines.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    let all: Vec<String> =
        (0..2).flat_map(|n| (0..20).map(move |offset| format!("{n}/{offset}"))).collect();
    assert_eq!(places(&[]), all);
    assert_eq!(places(&["--limit", "23"]), all[..23]);
    assert_eq!(places(&["--partition", "1", "--limit", "3"]), all[20..23]);

    for what in ["list", "redrive"] {
        let absent = |place: &[&str], expected: &str| {
            let (code, _, said) = dead_letters(folder.path(), &[&[what], place].concat());
            assert_eq!(code, Some(4), "{what}: {said}");
            assert!(said.contains(&format!("topic {topic_of_dead} {expected}")), "{what}: {said}");
        };
        absent(&["--partition", "99"], "has no partition 99; it has 2, the first is 0");
        absent(&["--partition", "1", "--offset", "20"], "has no record 1/20; ");
    }
}
