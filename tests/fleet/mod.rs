//! Real brokers, and daebak's own processes against them.
//!
//! The brokers are those of `tests/kafka/up`; where they are stands in the environment.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "each test uses its part of this, and fails by panicking"
)]

pub mod load;

use std::collections::BTreeMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use daebak::clock::Stopwatch;
use daebak::config::{self, Config};
use daebak::time::Timestamp;

use crate::oracle::Series;
use crate::scrape;

/// The longest wait for anything, by the wall clock.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// How many partitions a feed topic and the mention log have.
pub const FEED_PARTITIONS: u32 = 3;
pub const LOG_PARTITIONS: u32 = 6;

const CAMPAIGN: &str = include_str!("../../config/campaigns/starlight-sonata.toml");
const FEEDS: [&str; 3] = ["twitter", "tiktok", "instagram"];

/// What `tests/kafka/up` has said of its brokers under `name`.
pub fn rig(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: use tests/kafka/run"))
}

/// A number from the environment, to do more than a bounded share.
pub fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Does something to one broker of the rig: `kill`, `start`, `stop`, `freeze`, `thaw`.
pub fn broker(what: &str, number: usize) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kafka/broker");
    let mut command = Command::new(script);
    let status = command.arg(what).arg(number.to_string()).arg(rig("KAFKA_DIR")).status().unwrap();
    assert!(status.success(), "broker {what} {number}");
}

/// What one fleet is made of.
pub struct Plan<'a> {
    /// Prefix of its topics and groups; each test has its own, and each run of it another.
    pub name: &'a str,
    /// How many campaigns, all with the same titles.
    pub campaigns: usize,
    /// How many processes may run.
    pub members: usize,
    /// More for the service's file, after the feeds; `NAME` stands for the prefix.
    pub settings: &'a str,
}

/// Processes of one deployment: one folder of campaigns, one service file a member.
pub struct Fleet {
    folder: tempfile::TempDir,
    members: Vec<Member>,
    /// The first member's configuration; the others' differ in address and instance.
    pub config: Config,
}

struct Member {
    address: SocketAddr,
    file: PathBuf,
    child: Option<Child>,
}

impl Fleet {
    /// Writes the configuration and creates every topic.
    pub fn new(plan: &Plan<'_>) -> Self {
        Self::with_campaign(plan, CAMPAIGN)
    }

    /// [`new`](Self::new), with another text of its campaigns.
    pub fn with_campaign(plan: &Plan<'_>, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let campaigns = folder.path().join("campaigns");
        fs::create_dir(&campaigns).unwrap();
        for number in 0..plan.campaigns {
            fs::write(campaigns.join(format!("launch-{number}.toml")), text).unwrap();
        }
        let members: Vec<Member> = (0..plan.members)
            .map(|number| {
                let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
                let file = folder.path().join(format!("daebak-{number}.toml"));
                fs::write(&file, service(plan, number, address)).unwrap();
                Member { address, file, child: None }
            })
            .collect();
        let config = config::load(&members[0].file).unwrap();
        let fleet = Self { folder, members, config };
        load::create_topics(&fleet.config, FEED_PARTITIONS, LOG_PARTITIONS);
        fleet
    }

    /// Where the fleet's files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs another subcommand with a member's file to its end.
    pub fn daebak(&self, member: usize, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daebak"));
        command.args(arguments).arg("--config").arg(&self.members[member].file);
        command.output().unwrap()
    }

    /// A member's configuration.
    pub fn config_of(&self, member: usize) -> Config {
        config::load(&self.members[member].file).unwrap()
    }

    /// Changes a member's file.
    pub fn edit(&self, member: usize, from: &str, to: &str) {
        let file = &self.members[member].file;
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        fs::write(file, text.replace(from, to)).unwrap();
    }

    /// Starts a member's `daebak run` with more arguments.
    pub fn start_with(&mut self, member: usize, arguments: &[&str]) {
        let path = self.folder.path().join(format!("log-{member}"));
        let log = fs::File::options().create(true).append(true).open(path).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_daebak"))
            .arg("run")
            .args(arguments)
            .arg("--config")
            .arg(&self.members[member].file)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        assert!(self.members[member].child.is_none(), "member {member} runs already");
        self.members[member].child = Some(child.unwrap());
    }

    /// Starts a member.
    pub fn start(&mut self, member: usize) {
        self.start_with(member, &[]);
    }

    /// SIGKILL, and waits for its end.
    pub fn kill(&mut self, member: usize) {
        let mut child = self.members[member].child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM, and waits for its end; the exit code.
    pub fn stop(&mut self, member: usize) -> Option<i32> {
        self.signal(member, "TERM");
        let since = Stopwatch::start();
        while self.is_running(member) {
            assert!(since.elapsed() < PATIENCE, "member {member} does not stop");
            scrape::wait(Duration::from_millis(10));
        }
        self.members[member].child.take()?.wait().unwrap().code()
    }

    /// Sends a running member a signal by its name.
    pub fn signal(&self, member: usize, name: &str) {
        let pid = self.members[member].child.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success(), "kill -s {name}");
    }

    /// Whether a member still runs.
    pub fn is_running(&mut self, member: usize) -> bool {
        let child = self.members[member].child.as_mut();
        child.is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// What a member has logged.
    pub fn log(&self, member: usize) -> String {
        let path = self.folder.path().join(format!("log-{member}"));
        fs::read_to_string(path).unwrap_or_default()
    }

    /// Where a member serves.
    pub fn address(&self, member: usize) -> SocketAddr {
        self.members[member].address
    }

    /// Where all members serve.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.members.iter().map(|member| member.address).collect()
    }

    /// A member's page; none while it serves none.
    pub fn page(&self, member: usize) -> Option<Series> {
        scrape::page(self.members[member].address)
    }

    /// The members whose page shows the campaign's windows, each with its page.
    pub fn owners(&self, campaign: &str) -> Vec<(usize, Series)> {
        let pages = (0..self.members.len()).filter_map(|n| Some((n, self.page(n)?)));
        pages.filter(|(_, page)| shows(page, campaign)).collect()
    }

    /// The slugs of all campaigns.
    pub fn campaigns(&self) -> Vec<String> {
        self.config.campaigns.iter().map(|campaign| campaign.id.as_str().to_owned()).collect()
    }

    /// Each campaign's page from its one owner, all with T past `at`.
    pub fn pages_after(&self, at: Timestamp) -> BTreeMap<String, Series> {
        let since = Stopwatch::start();
        let mut pages = BTreeMap::new();
        for campaign in self.campaigns() {
            let page = loop {
                let mut owners = self.owners(&campaign);
                let arrived = |page: &Series| time(page, &campaign) > Some(at);
                if owners.len() == 1 && arrived(&owners[0].1) {
                    break owners.remove(0).1;
                }
                let (n, t) = (owners.len(), owners.first().map(|(_, page)| time(page, &campaign)));
                let told = (0..self.members.len()).map(|n| self.log(n)).collect::<String>();
                let tail = told.lines().rev().take(40).collect::<Vec<_>>().join("\n");
                assert!(
                    since.elapsed() < PATIENCE,
                    "{campaign} has {n} owners, T {t:?}, not past {at}; newest first:\n{tail}"
                );
                scrape::wait(Duration::from_millis(100));
            };
            pages.insert(campaign, page);
        }
        pages
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for member in &mut self.members {
            if let Some(child) = &mut member.child {
                // One that was frozen is killed as well.
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        if std::thread::panicking() {
            for member in 0..self.members.len() {
                let log = self.log(member);
                let tail: Vec<&str> = log.lines().rev().take(30).collect();
                println!("-- member {member}, newest first:\n{}", tail.join("\n"));
            }
        }
    }
}

/// Whether a page shows the campaign's windows.
pub fn shows(page: &Series, campaign: &str) -> bool {
    let label = format!("campaign=\"{campaign}\"");
    page.keys().any(|s| s.starts_with("daebak_window_posts{") && s.contains(&label))
}

/// T of a campaign on a page.
#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
pub fn time(page: &Series, campaign: &str) -> Option<Timestamp> {
    let series = format!("daebak_campaign_time_timestamp_seconds{{campaign=\"{campaign}\"}}");
    page.get(&series).map(|secs| Timestamp::from_millis((secs * 1000.0) as i64))
}

fn service(plan: &Plan<'_>, number: usize, address: SocketAddr) -> String {
    let name = format!("{}-{}", plan.name, std::process::id());
    let (brokers, settings) = (rig("KAFKA_BROKERS"), plan.settings.replace("NAME", &name));
    let feed =
        |feed: &&str| format!("[feeds.{feed}]\ntopics = [\"{name}.{feed}\"]\nmax_delay = \"1s\"\n");
    let feeds: String = FEEDS.iter().map(feed).collect();
    format!(
        "listen = \"{address}\"\n\n[kafka]\nbrokers = \"{brokers}\"\ngroup = \"{name}\"\n\
         instance = \"{name}-{number}\"\nmention_log = \"{name}.mentions\"\n\
         dead_letters = \"{name}.dead-letters\"\nsnapshots = \"{name}.snapshots\"\n\
         bursts = \"{name}.bursts\"\nowners = \"{name}.owners\"\n\n{feeds}{settings}"
    )
}
