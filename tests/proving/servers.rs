//! The two that answer: a live service that is scraped every second, and nine days as blocks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::{self, Config};
use daebak::demo::feeder::Feeder;
use daebak::demo::{Generator, Options};
use daebak::kafka::embedded::Embedded;
use daebak::time::{Span, Timestamp};
use serde_json::Value;

use super::prometheus::Prometheus;
use super::world::{LENGTH, World};
use crate::child::Running;
use crate::scrape::{self, wait};

/// The step of the nine days.
pub const STEP: &str = "10m";

/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

/// For how long the live service has posted when it is first asked for.
const PAST: Span = Span::from_minutes(30);
/// Its records of the past come at this rate, so that they are read before they are forgotten.
const RECORDS_PER_SECOND: f64 = 400.0;

/// How much of the nine days has recorded series.
const RECORDED: Span = Span::from_hours(26);

/// A broker in this process and its topics.
pub fn broker() -> Embedded {
    let service = config::shipped().unwrap().service;
    let feeds = service.feeds.iter().flat_map(|feed| &feed.topics);
    let kafka = &service.kafka;
    let own = [&kafka.mention_log, &kafka.dead_letters].into_iter();
    let own = own.chain(&kafka.snapshots).chain(&kafka.bursts).chain(&kafka.owners);
    let topics: Vec<(&str, u32)> = feeds.chain(own).map(|topic| (topic.as_str(), 2)).collect();
    Embedded::start(&topics).unwrap()
}

/// `daebak run` with a stream of posts, and a Prometheus that scrapes it.
pub struct Live {
    /// The Prometheus; it ends first.
    pub prometheus: Prometheus,
    /// The two names under which it scrapes the same service.
    pub instances: [String; 2],
    feed: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    _daebak: Running,
}

impl Live {
    /// Starts them and waits until the service is up to date. It has been restarted once, so that
    /// there is a snapshot.
    pub fn start(folder: &Path, config: &Config, rules: &[PathBuf]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let feed = feed(config, &stop);
        let daebak = Running::start(folder);
        let now = Clock::system().now();
        scrape::page_after(config.service.listen, now, PATIENCE);
        assert_eq!(daebak.stop(), Some(0), "{}", said(folder));
        let daebak = Running::start(folder);
        let now = Clock::system().now();
        scrape::page_after(config.service.listen, now, PATIENCE);
        let rules = rewritten(rules, &folder.join("live-rules"), Some("1s"));
        let listen = config.service.listen;
        let instances = [listen.to_string(), format!("localhost:{}", listen.port())];
        let prometheus = Prometheus::start(
            &folder.join("live"),
            &format!(
                "global: {{ scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }}\n\
                 rule_files: {rules:?}\n\
                 scrape_configs:\n\
                 - job_name: daebak\n  static_configs: [{{ targets: {instances:?} }}]\n"
            ),
        );
        Self { prometheus, instances, feed: Some(feed), stop, _daebak: daebak }
    }

    /// What it says of its rules, once each has been evaluated without an error.
    pub fn evaluated_rules(&self) -> Value {
        let since = Stopwatch::start();
        loop {
            let said = self.prometheus.rules();
            let groups = said["data"]["groups"].as_array().into_iter().flatten();
            let rules = groups.flat_map(|group| group["rules"].as_array().into_iter().flatten());
            let bad: Vec<&Value> = rules.filter(|rule| rule["health"] != "ok").collect();
            if bad.is_empty() {
                return said;
            }
            assert!(since.elapsed() < PATIENCE, "rules are not evaluated: {bad:?}");
            wait(Duration::from_millis(200));
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(feed) = self.feed.take() {
            let _ = feed.join();
        }
    }
}

/// Posts of the last half hour, and then as time goes on.
fn feed(config: &Config, stop: &Arc<AtomicBool>) -> JoinHandle<()> {
    let (config, stop) = (config.clone(), Arc::clone(stop));
    std::thread::spawn(move || {
        let clock = Clock::system();
        let (start, length) = (clock.now() - PAST, Span::from_hours(2));
        let options = Options { seed: 2, start, posts_per_hour: 20_000.0, length, truth: false };
        let connection = &config.service.kafka.connection;
        let mut feeder = Feeder::open(connection, &config.service.feeds).unwrap();
        let since = Stopwatch::start();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let has_room =
            |sent: u64| (sent as f64) < since.elapsed().as_secs_f64() * RECORDS_PER_SECOND;
        feeder.play(Generator::new(options), clock, &stop, has_room).unwrap();
    })
}

/// A Prometheus over nine replayed days.
pub struct Days {
    /// The Prometheus.
    pub prometheus: Prometheus,
}

impl Days {
    /// Replays the world's nine days into blocks, with what the rules record of the last of them.
    pub fn start(folder: &Path, world: &mut World, rules: &[PathBuf]) -> Self {
        let file = |name: &str| folder.join(name).display().to_string();
        let (posts, timeline, blocks) = (file("posts.json"), file("timeline"), file("blocks"));
        let since = Stopwatch::start();
        let n = world.write(Path::new(&posts));
        let mut replay = Command::new(env!("CARGO_BIN_EXE_daebak"));
        replay.args(["replay", "--every", STEP, "--openmetrics", &timeline, "--config"]);
        run(replay.arg(file("daebak.toml")).arg(posts));
        println!("{n} records of nine days were made and replayed in {:.0?}", since.elapsed());
        let since = Stopwatch::start();
        // Blocks of a day: each reads the whole timeline.
        let mut create = Command::new("promtool");
        create.args(["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=27h"]);
        run(create.args(["--quiet", &timeline, &blocks]));
        let prometheus = Prometheus::start(Path::new(&blocks), "global: {}\n");
        let rules = rewritten(rules, &folder.join("recorded-rules"), None);
        if rules.is_empty() {
            return Self { prometheus };
        }
        let mut record = Command::new("promtool");
        record.args(["tsdb", "create-blocks-from", "rules", "--eval-interval", STEP]);
        record.args(["--url", &prometheus.url(), "--output-dir", &blocks]);
        let secs = |at: Timestamp| (at.as_millis() / 1000).to_string();
        record.args(["--start", &secs(world.end - RECORDED), "--end", &secs(world.end)]);
        run(record.args(rules));
        // It reads its blocks when it starts.
        drop(prometheus);
        let prometheus = Prometheus::start(Path::new(&blocks), "global: {}\n");
        println!("they became blocks, and rules recorded a day, in {:.0?}", since.elapsed());
        Self { prometheus }
    }

    /// When they begin and end.
    pub fn stretch(world: &World) -> (Timestamp, Timestamp) {
        (world.end - LENGTH, world.end)
    }
}

/// The rules with another interval of evaluation, or none of their own.
fn rewritten(rules: &[PathBuf], folder: &Path, interval: Option<&str>) -> Vec<String> {
    fs::create_dir_all(folder).unwrap();
    let write = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter_map(|line| {
            let is_interval = line.trim_start().starts_with("interval:");
            match (is_interval, interval) {
                (false, _) => Some(format!("{line}\n")),
                (true, None) => None,
                (true, Some(interval)) => {
                    let before = line.split("interval:").next().unwrap_or_default();
                    Some(format!("{before}interval: {interval}\n"))
                }
            }
        });
        let file = folder.join(path.file_name().unwrap());
        fs::write(&file, lines.collect::<String>()).unwrap();
        file.display().to_string()
    };
    rules.iter().map(write).collect()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn said(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
