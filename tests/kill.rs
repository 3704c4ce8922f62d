//! `kill -9` in mid-stream: the broker lives in the test, `daebak run` is its child.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod oracle;
mod scrape;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::{self, Config};
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

const CAMPAIGN: &str = include_str!("../config/campaigns/starlight-sonata.toml");

/// Twenty hours ago the week began; its last record came an hour ago.
fn week(now: Timestamp) -> Generator {
    let (start, length) = (now - Span::from_hours(20), Span::from_hours(9));
    Generator::new(Options { seed: 3, start, posts_per_hour: 1_900.0, length, truth: true })
}

/// A folder with the child's configuration, for a broker of this process.
fn write_config(folder: &Path, brokers: &str, listen: SocketAddr) -> Config {
    let shipped = config::shipped().unwrap().service;
    let feeds: Vec<String> = shipped
        .feeds
        .iter()
        .map(|feed| {
            format!("[feeds.{}]\ntopics = {:?}\nmax_delay = \"1s\"\n", feed.name, feed.topics)
        })
        .collect();
    let service =
        format!("listen = \"{listen}\"\n[kafka]\nbrokers = \"{brokers}\"\n{}", feeds.concat());
    fs::write(folder.join("daebak.toml"), service).unwrap();
    fs::create_dir(folder.join("campaigns")).unwrap();
    fs::write(folder.join("campaigns/starlight-sonata.toml"), CAMPAIGN).unwrap();
    config::load(&folder.join("daebak.toml")).unwrap()
}

fn embedded() -> Embedded {
    let service = config::shipped().unwrap().service;
    let feeds = service.feeds.iter().flat_map(|feed| &feed.topics);
    let own = [&service.kafka.mention_log, &service.kafka.dead_letters];
    let own = own.into_iter().chain(&service.kafka.snapshots);
    let topics: Vec<(&str, u32)> = feeds.chain(own).map(|topic| (topic.as_str(), 2)).collect();
    Embedded::start(&topics).unwrap()
}

/// `daebak run`, killed when it is dropped.
struct Running(Child);

impl Running {
    fn start(folder: &Path) -> Self {
        let log = fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_daebak"))
            .args(["run", "--config"])
            .arg(folder.join("daebak.toml"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        Self(child.unwrap())
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM; the exit code.
    fn stop(mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.0.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has been waited for has nothing left to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = write_config(folder.path(), &broker.connection().brokers, address);
    let mut tagger =
        Tagger::new(&config.campaigns, config.service.limits.record_bytes_max).unwrap();

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
}
