//! The whole service over the embedded broker, held against the truth of what it was fed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its functions too"
)]
mod documented;
mod oracle;
mod scrape;
mod site;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use daebak::campaign::Campaign;
use daebak::clock::Clock;
use daebak::config::{self, Config};
use daebak::demo::feeder::Feeder;
use daebak::demo::{Generator, Options};
use daebak::kafka::embedded::Embedded;
use daebak::service::{Role, Service};
use daebak::time::{Span, TICK, Timestamp};
use documented::{Document, Held};

const START: Timestamp = Timestamp::from_secs(1_770_357_600);

/// How many times faster than the wall's the service's clock runs: the ten minutes by which T may
/// lag before the titles are hidden are then 0.7 s.
const SPEED: f64 = 900.0;

/// How many records are fed: all but the last redeliveries, which trickle in for hours.
const RECORDS: usize = 42_000;

/// The longest wait for the page to show everything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

/// The embedded broker forgets old records; so many may be unread.
const UNREAD_MAX: u64 = 3_000;

fn week() -> Generator {
    let length = Span::from_hours(8);
    Generator::new(Options { seed: 7, start: START, posts_per_hour: 14_000.0, length, truth: true })
}

/// The shipped configuration on an embedded broker, with feeds that are never behind.
fn embedded() -> (Embedded, Arc<Config>) {
    let mut config = config::shipped().unwrap();
    config.service.listen = "127.0.0.1:0".parse().unwrap();
    // Heartbeats come by the wall's clock, and a busy machine is no stalled feed.
    config.service.stall_timeout = Span::from_days(1);
    config.service.kafka.instance = Some("one".into());
    for feed in &mut config.service.feeds {
        feed.threads = 2;
        feed.timing.max_delay = Span::from_secs(30);
    }
    let kafka = &config.service.kafka;
    let feeds = config.service.feeds.iter().flat_map(|feed| &feed.topics);
    let own = [&kafka.mention_log, &kafka.dead_letters].into_iter();
    let own = own.chain(&kafka.snapshots).chain(&kafka.bursts).chain(&kafka.owners);
    let topics: Vec<(&str, u32)> = feeds.chain(own).map(|topic| (topic.as_str(), 2)).collect();
    let broker = Embedded::start(&topics).unwrap();
    config.service.kafka.connection = broker.connection();
    (broker, Arc::new(config))
}

#[test]
fn the_page_of_the_running_service_equals_the_truth() {
    let (_broker, config) = embedded();
    let clock = Clock::running(START, SPEED);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let service = runtime
        .block_on(Service::open(&config, Role::All, clock, Duration::from_millis(50)))
        .unwrap();
    let (address, positions) = (service.address().unwrap(), service.positions());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = runtime.spawn(service.run(async move { drop(stopped.await) }));

    let mut generator = week();
    let mut feeder = Feeder::open(&config.service.kafka.connection, &config.service.feeds).unwrap();
    let mut newest = START;
    let deliveries =
        generator.by_ref().take(RECORDS).inspect(|delivery| newest = newest.max(delivery.at));
    let has_room = |sent: u64| sent.saturating_sub(positions.total()) < UNREAD_MAX;
    feeder.play(deliveries, clock, &AtomicBool::new(false), has_room).unwrap();

    let page = scrape::page_after(address, newest + TICK, PATIENCE);
    assert_documented(address, &config.campaigns[0]);
    stop.send(()).unwrap();
    runtime.block_on(running).unwrap().unwrap();

    oracle::assert_exact(&page, generator.truth(), &config, scrape::time(&page));

    let sent = feeder.sent();
    assert_eq!(scrape::sum(&page, "daebak_feed_records_total"), sent);
    assert_eq!(scrape::sum(&page, "daebak_records_total"), sent, "each record has one outcome");
    let poison = generator.truth().trouble().of("poison");
    assert_eq!(scrape::sum(&page, "daebak_dead_letters_total"), poison);
    println!("{sent} records, {} posts", scrape::sum(&page, "daebak_posts_total"));
    assert!(scrape::sum(&page, "daebak_posts_total") >= 30_000);
    oracle::assert_trouble(generator.truth());
}

/// Every answer of the API about the campaign and its first title has what is documented.
fn assert_documented(address: SocketAddr, campaign: &Campaign) {
    let answer = |path: &str| -> (u16, serde_json::Value) {
        let (status, _, body) = site::ask(address, &format!("GET {path} HTTP/1.1"));
        (status, serde_json::from_slice(&body).unwrap())
    };
    let document = Document(answer("/api/v1/openapi.json").1);
    let mut held = Held::default();
    for (path, schema) in document.questions(campaign.id.as_str(), campaign.titles[0].id.as_str()) {
        let (status, answer) = answer(&path);
        // Only posts have steps other than five minutes.
        if status != 400 || !path.contains("step=1") {
            assert_eq!(status, 200, "{path}: {answer}");
            document.hold(&schema, &answer, &path, &mut held);
        }
    }
    assert!(held.faults.is_empty(), "\n{}\n", held.faults.join("\n"));
    let seen = |schema: &str, key: &str| held.seen.contains(&(schema.into(), key.into()));
    assert!(seen("Window", "copies") && seen("Feed", "watermark"), "{:?}", held.seen);
}
