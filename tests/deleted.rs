//! A post's deletion, from the feed's bytes to the page, on the embedded broker.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too"
)]

mod child;
mod oracle;
mod scrape;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::{self, Config};
use daebak::kafka::embedded::Embedded;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds};
use daebak::metric::buzz::render;
use daebak::record::LogRecord;
use daebak::replay::Replay;
use daebak::service::{Role, Service};
use daebak::time::{Span, TICK, Timestamp};
use oracle::Series;

/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

const LOG_PARTITIONS: u32 = 3;

/// What the page says of the campaign's first title on X.
const TITLE: &str =
    "{campaign=\"starlight-sonata\",platform=\"twitter\",title=\"starlight-sonata\"";

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

/// The feed, the page and what a test asks of it.
struct Scene {
    producer: LogProducer,
    topic: String,
    address: SocketAddr,
    now: Timestamp,
}

impl Scene {
    fn send(&self, value: String) {
        let record = Outgoing {
            topic: self.topic.as_str().into(),
            partition: 0,
            key: None,
            payload: Some(value.into_bytes()),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        self.producer.send(&record, self.now).unwrap();
        self.producer.flush(PATIENCE).unwrap();
    }

    /// The first page on which `series` has this value.
    fn page(&self, series: &str, value: f64) -> Series {
        let since = Stopwatch::start();
        let mut last = Series::new();
        while since.elapsed() < PATIENCE {
            last = scrape::page(self.address).unwrap_or_default();
            if last.get(series).copied() == Some(value) {
                return last;
            }
            scrape::wait(Duration::from_millis(50));
        }
        panic!("{series} is {:?}, not {value}", last.get(series));
    }
}

/// The id of post `n`, made an hour and `n` seconds before `now`: the time lies in it.
fn id(now: Timestamp, n: i64) -> i64 {
    let made = now - Span::from_secs(3600 + n);
    (made.as_millis() - 1_288_834_974_657) << 22
}

fn post(now: Timestamp, n: i64) -> String {
    let id = id(now, n);
    format!(r#"{{"data":{{"id":"{id}","text":"Starlight Sonata, part {n}"}}}}"#)
}

/// Its deletion, `now`.
fn deletion(now: Timestamp, n: i64) -> String {
    let (id, now) = (id(now, n), now.as_millis());
    let status = format!(r#"{{"id":{id},"id_str":"{id}","user_id":3,"user_id_str":"3"}}"#);
    format!(r#"{{"delete":{{"status":{status},"timestamp_ms":"{now}"}}}}"#)
}

fn retractions(outcome: &str) -> String {
    format!("daebak_retractions_applied_total{{outcome=\"{outcome}\"}}")
}

fn start(config: &Config) -> (Service, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (config, heartbeats) = (Arc::new(config.clone()), Duration::from_millis(100));
    let opening = Service::open(&config, Role::All, Clock::system(), heartbeats);
    (runtime.block_on(opening).unwrap(), runtime)
}

/// How many retractions each partition of the mention log holds.
fn logged(config: &Config) -> BTreeMap<i32, usize> {
    let kafka = &config.service.kafka;
    let mut log = MentionLog::open(&kafka.connection, &kafka.mention_log).unwrap();
    let (mut retractions, since) = (BTreeMap::new(), Stopwatch::start());
    while !log.is_caught_up() {
        assert!(since.elapsed() < PATIENCE, "the log has no end");
        let Some(fetched) = log.poll(Duration::from_millis(50)).unwrap() else { continue };
        let record = LogRecord::decode(fetched.payload().unwrap()).unwrap();
        if matches!(record, LogRecord::Retraction(_)) {
            *retractions.entry(fetched.partition()).or_default() += 1;
        }
    }
    retractions
}

#[test]
fn a_deletion_lowers_live_windows_and_never_a_counter() {
    let broker = embedded();
    let folder = tempfile::tempdir().unwrap();
    let brokers = broker.connection().brokers;
    let config = child::write_config(folder.path(), &brokers, child::free_address());
    let (service, runtime) = start(&config);
    let scene = Scene {
        producer: LogProducer::open(&broker.connection(), QueueBounds::default()).unwrap(),
        topic: config.service.feeds[0].topics[0].clone(),
        address: service.address().unwrap(),
        now: Clock::system().now(),
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = runtime.spawn(service.run(async move { drop(stopped.await) }));
    let (window, total) = (
        format!("daebak_window_posts{TITLE},window=\"24h\"}}"),
        format!("daebak_title_posts_total{TITLE}}}"),
    );
    // The counter begins when the campaign is first shown, so that comes before the posts.
    assert_eq!(scene.page(&window, 0.0).get(&total), Some(&0.0));
    (1..=3).for_each(|n| scene.send(post(scene.now, n)));
    assert_eq!(scene.page(&window, 3.0).get(&total), Some(&3.0));

    scene.send(deletion(scene.now, 2));
    let page = scene.page(&window, 2.0);
    assert_eq!(page.get(&total), Some(&3.0), "what was counted was counted");
    assert_eq!(page.get(&retractions("applied")), Some(&1.0));

    scene.send(deletion(scene.now, 2));
    let page = scene.page(&retractions("duplicate"), 1.0);
    assert_eq!((page.get(&window), page.get(&total)), (Some(&2.0), Some(&3.0)));

    scene.send(deletion(scene.now, 9));
    let tombstones = "daebak_tombstones{campaign=\"starlight-sonata\"}";
    assert_eq!(scene.page(&retractions("kept"), 1.0).get(tombstones), Some(&1.0));
    scene.send(post(scene.now, 9));
    scene.send(post(scene.now, 2));
    let page = scene.page("daebak_mentions_applied_total{outcome=\"retracted\"}", 2.0);
    assert_eq!(page.get(&window), Some(&2.0), "a deletion meets the post that comes after it");
    // One more, so that all before it has been applied.
    scene.send(post(scene.now, 4));
    let page = scene.page(&window, 3.0);
    assert_eq!(page.get(&total), Some(&4.0), "a deleted post that comes again counts nowhere");
    assert_eq!(scrape::sum(&page, "daebak_dead_letters_total"), 0);
    stop.send(()).unwrap();
    runtime.block_on(running).unwrap().unwrap();

    assert_eq!(logged(&config), BTreeMap::from([(0, 3), (1, 3), (2, 3)]), "each in each");
    let (offline, said) = child::fold(folder.path());
    assert_eq!(offline.get(&window), Some(&3.0), "{said}");
}

#[test]
fn a_replayed_deletion_takes_out_its_post_wherever_it_stands_and_does_not_move_time() {
    let config = config::shipped().unwrap();
    let now = Timestamp::from_secs(1_780_000_000);
    let lines = [deletion(now, 2), post(now, 1), post(now, 2), deletion(now, 9), post(now, 3)];
    let mut replay = Replay::new(&config, now + Span::from_hours(1)).unwrap();
    replay.read("posts", lines.join("\n").as_bytes()).unwrap();
    let replayed = replay.finish().unwrap();
    let time = replayed.folds[0].time().unwrap();
    let newest = now - Span::from_secs(3601);
    assert_eq!(time, newest.floor(TICK) + TICK);
    let page = oracle::read_page(&render(&replayed.folds, time));
    let window = format!("daebak_window_posts{TITLE},window=\"24h\"}}");
    assert_eq!(page.get(&window), Some(&2.0));
}

#[test]
fn a_replayed_deletion_of_an_old_post_takes_it_out_whatever_time_it_tells() {
    let config = config::shipped().unwrap();
    let now = Timestamp::from_secs(1_780_000_000);
    let days = |n: i64| now - Span::from_days(n);
    let gone = |n: i64, time: &str| {
        let id = id(days(5), n);
        format!(r#"{{"delete":{{"status":{{"id":{id},"id_str":"{id}","user_id":3}}{time}}}}}"#)
    };
    let posts = [post(days(5), 1), post(days(5), 2), post(days(5), 3), post(now, 4)];
    for deletions in [
        [gone(1, ""), gone(2, r#","timestamp_ms":"0""#)],
        [gone(1, r#","timestamp_ms":"1000""#), gone(2, "")],
    ] {
        for lines in [[&deletions[..], &posts].concat(), [&posts[..], &deletions].concat()] {
            let mut replay = Replay::new(&config, now).unwrap();
            replay.read("posts", lines.join("\n").as_bytes()).unwrap();
            let replayed = replay.finish().unwrap();
            let time = replayed.folds[0].time().unwrap();
            let page = oracle::read_page(&render(&replayed.folds, time));
            let week = format!("daebak_window_posts{TITLE},window=\"7d\"}}");
            assert_eq!(page.get(&week), Some(&2.0), "{lines:#?}");
        }
    }
}
