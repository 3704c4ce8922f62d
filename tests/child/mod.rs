//! `daebak` as a child process, with its configuration in a folder.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part of this, and fails by panicking"
)]

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use daebak::config::{self, Config, Feed, Kafka};

use crate::oracle::{Series, read_page};

/// The shipped campaign.
pub const CAMPAIGN: &str = include_str!("../../config/campaigns/starlight-sonata.toml");

/// An address that nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// What is not as shipped.
pub struct Settings {
    /// Before every topic's and the group's name, so that tests may share brokers.
    pub prefix: &'static str,
    /// How many threads read a feed topic.
    pub threads: usize,
}

/// Writes the child's configuration: the shipped campaign, and feeds that are never behind.
pub fn write_config(folder: &Path, brokers: &str, listen: SocketAddr) -> Config {
    write_config_of(folder, brokers, listen, &Settings { prefix: "", threads: 1 })
}

/// [`write_config`] with other topics or threads.
pub fn write_config_of(
    folder: &Path,
    brokers: &str,
    listen: SocketAddr,
    settings: &Settings,
) -> Config {
    let Settings { prefix, threads } = settings;
    let shipped = config::shipped().unwrap().service;
    let feed = |feed: &Feed| {
        let topics: Vec<String> =
            feed.topics.iter().map(|topic| format!("{prefix}{topic}")).collect();
        let name = &feed.name;
        format!("[feeds.{name}]\ntopics = {topics:?}\nthreads = {threads}\nmax_delay = \"1s\"\n")
    };
    let feeds: String = shipped.feeds.iter().map(feed).collect();
    let Kafka { group, mention_log, dead_letters, snapshots, bursts, owners, .. } = &shipped.kafka;
    let [snapshots, bursts, owners] =
        [snapshots, bursts, owners].map(|topic| topic.as_deref().unwrap());
    let service = format!(
        "listen = \"{listen}\"\n[kafka]\nbrokers = \"{brokers}\"\ngroup = \"{prefix}{group}\"\n\
         mention_log = \"{prefix}{mention_log}\"\ndead_letters = \"{prefix}{dead_letters}\"\n\
         snapshots = \"{prefix}{snapshots}\"\nbursts = \"{prefix}{bursts}\"\n\
         owners = \"{prefix}{owners}\"\n{feeds}"
    );
    fs::write(folder.join("daebak.toml"), service).unwrap();
    fs::create_dir(folder.join("campaigns")).unwrap();
    fs::write(folder.join("campaigns/starlight-sonata.toml"), CAMPAIGN).unwrap();
    load(folder)
}

/// Reads the child's configuration.
pub fn load(folder: &Path) -> Config {
    config::load(&folder.join("daebak.toml")).unwrap()
}

/// Runs a subcommand to its end.
pub fn daebak(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daebak"));
    command.args(arguments).arg("--config").arg(folder.join("daebak.toml"));
    command.output().unwrap()
}

/// What an offline fold of the mention log shows, and what it says of its campaigns.
pub fn fold(folder: &Path) -> (Series, String) {
    let offline = daebak(folder, &["fold", "--from-log"]);
    let said = String::from_utf8(offline.stderr).unwrap();
    assert!(offline.status.success(), "{said}");
    (read_page(&String::from_utf8(offline.stdout).unwrap()), said)
}

/// `daebak run`, killed when it is dropped.
pub struct Running(Child);

impl Running {
    /// Starts it; what it says goes to the file `log` in the folder.
    pub fn start(folder: &Path) -> Self {
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
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM; the exit code.
    pub fn stop(mut self) -> Option<i32> {
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
