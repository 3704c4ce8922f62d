//! TLS, SASL, topics and roles against real brokers: `tests/kafka/run` starts them and says in the
//! environment where they listen. Every wait is bounded.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod oracle;
mod scrape;

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use daebak::clock::Stopwatch;

/// The longest wait for a child to end or to be ready.
const PATIENCE: Duration = Duration::from_mins(1);

const CAMPAIGN: &str = include_str!("../config/campaigns/starlight-sonata.toml");

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run tests/kafka/run"))
}

/// A folder with a service's configuration; its own topics begin with `prefix`.
struct Place {
    folder: tempfile::TempDir,
    listen: SocketAddr,
}

impl Place {
    fn new(brokers: &str, security: &str, prefix: &str, feed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = format!(
            "listen = '{listen}'\n[kafka]\nbrokers = '{brokers}'\ngroup = '{prefix}'\n\
             mention_log = '{prefix}.log'\nsnapshots = '{prefix}.snapshots'\n\
             bursts = '{prefix}.bursts'\n\
             owners = '{prefix}.owners'\n\
             dead_letters = '{prefix}.dead'\n{security}\n[feeds.x]\ntopics = ['{feed}']\n"
        );
        fs::write(folder.path().join("daebak.toml"), config).unwrap();
        fs::create_dir(folder.path().join("campaigns")).unwrap();
        fs::write(folder.path().join("campaigns/starlight-sonata.toml"), CAMPAIGN).unwrap();
        Self { folder, listen }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self, arguments: &[&str]) -> Running {
        let file = |name| File::create(self.path(name)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_daebak"))
            .args(arguments)
            .arg("--config")
            .arg(self.path("daebak.toml"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(file("out"))
            .stderr(file("err"))
            .spawn();
        Running(child.unwrap())
    }

    /// The exit code, and what was printed.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let code = self.start(arguments).end();
        (code, self.printed())
    }

    fn printed(&self) -> String {
        ["out", "err"].map(|name| fs::read_to_string(self.path(name)).unwrap()).concat()
    }

    /// A page of the running service.
    fn get(&self, path: &str) -> Option<String> {
        let url = format!("http://{}{path}", self.listen);
        ureq::get(url).call().ok()?.body_mut().read_to_string().ok()
    }

    fn wait_until_ready(&self) {
        let since = Stopwatch::start();
        while self.get("/readyz").is_none() {
            assert!(since.elapsed() < PATIENCE, "not ready\n{}", self.printed());
            scrape::wait(Duration::from_millis(100));
        }
    }
}

/// A child, killed when it is dropped.
struct Running(Child);

impl Running {
    fn end(mut self) -> Option<i32> {
        let since = Stopwatch::start();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(since.elapsed() < PATIENCE, "it does not end");
            scrape::wait(Duration::from_millis(50));
        }
    }

    /// SIGTERM.
    fn stop(self) -> Option<i32> {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.end()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn tls(ca: &str) -> String {
    format!("[kafka.tls]\nca = '{}'\n", env(ca))
}

fn sasl(mechanism: &str, username: &str, password_file: &str) -> String {
    format!(
        "[kafka.sasl]\nmechanism = '{mechanism}'\nusername = '{username}'\n\
         password = {{ file = '{}' }}\n",
        env(password_file)
    )
}

/// Makes a topic to be read as a feed, by making it the mention log of another service.
fn make_feed(prefix: &str) -> String {
    let place = Place::new(&env("KAFKA_BROKERS"), "", prefix, "unused");
    let (_, printed) = place.run(&["topics", "--create", "--partitions", "2"]);
    assert!(printed.contains(&format!("{prefix}.log: ok")), "{printed}");
    format!("{prefix}.log")
}

/// Changes a topic's settings with Kafka's own tool.
fn alter(topic: &str, settings: &str) {
    let brokers = env("KAFKA_BROKERS");
    let done = Command::new("java")
        .args(["-cp", &format!("{}/*", env("KAFKA_LIBS")), "kafka.admin.ConfigCommand"])
        .args(["--bootstrap-server", &brokers, "--alter", "--entity-type", "topics"])
        .args(["--entity-name", topic, "--add-config", settings])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn who_must_not_be_let_in_is_not_and_is_told_why() {
    let user = env("KAFKA_USER");
    let good = sasl("SCRAM-SHA-256", &user, "KAFKA_PASSWORD_FILE");
    let bad = |mechanism| sasl(mechanism, &user, "KAFKA_WRONG_PASSWORD_FILE");
    let unknown = sasl("SCRAM-SHA-512", "nobody", "KAFKA_PASSWORD_FILE");
    let cases = [
        ("KAFKA_SSL", tls("KAFKA_WRONG_CA"), "unable to get local issuer certificate"),
        ("KAFKA_EXPIRED", tls("KAFKA_CA"), "certificate has expired"),
        ("KAFKA_SASL_SSL", tls("KAFKA_CA") + &bad("SCRAM-SHA-256"), "invalid credentials"),
        ("KAFKA_SASL_SSL", tls("KAFKA_CA") + &bad("PLAIN"), "Invalid username or password"),
        ("KAFKA_SASL_SSL", tls("KAFKA_CA") + &unknown, "invalid credentials"),
        ("KAFKA_SASL_SSL", tls("KAFKA_WRONG_CA") + &good, "unable to get local issuer"),
        ("KAFKA_SSL", String::new(), "is [kafka.tls] missing?"),
    ];
    let secrets = ["KAFKA_PASSWORD_FILE", "KAFKA_WRONG_PASSWORD_FILE"]
        .map(|file| fs::read_to_string(Path::new(&env(file))).unwrap());
    for (brokers, security, reason) in cases {
        let place = Place::new(&env(brokers), &security, "shut-out", "feed");
        let since = Stopwatch::start();
        let (code, printed) = place.run(&["run"]);
        let last = printed.lines().last().unwrap_or_default();
        println!("figure 14: {brokers}: exit {code:?} after {:.1?}: {last}", since.elapsed());
        assert_eq!(code, Some(4), "{printed}");
        assert!(last.contains(reason), "{printed}");
        for secret in &secrets {
            assert!(!printed.contains(secret.trim()), "a secret was printed");
        }
    }
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn each_mechanism_over_tls_and_each_role_becomes_ready() {
    let feed = make_feed("let-in-feed");
    let user = env("KAFKA_USER");
    let cases = [("PLAIN", "all"), ("SCRAM-SHA-256", "tagger"), ("SCRAM-SHA-512", "aggregator")];
    for (mechanism, role) in cases {
        let security = tls("KAFKA_CA") + &sasl(mechanism, &user, "KAFKA_PASSWORD_FILE");
        let place = Place::new(&env("KAFKA_SASL_SSL"), &security, "let-in", &feed);
        let (code, printed) = place.run(&["topics", "--create", "--partitions", "3"]);
        assert_eq!(code, Some(0), "{printed}");
        let running = place.start(&["run", "--role", role]);
        place.wait_until_ready();
        let page = place.get("/metrics").unwrap_or_default();
        assert_eq!(page.contains("daebak_campaign_"), role != "tagger", "{role}: {page}");
        let printed = place.printed();
        assert_eq!(running.stop(), Some(0), "{printed}");
        assert!(printed.contains(&format!("mechanism=\"{mechanism}\"")), "{printed}");
    }
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn topics_that_would_lose_or_distort_measures_are_refused() {
    let prefix = format!("checked-{}", std::process::id());
    let feed = make_feed(&format!("{prefix}-feed"));
    let place = Place::new(&env("KAFKA_BROKERS"), "", &prefix, &feed);
    let (code, printed) = place.run(&["topics", "--check"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(
        printed.contains(&format!(
            "{prefix}.log: it does not exist; create it: daebak topics --create"
        ))
    );
    let (code, printed) = place.run(&["topics", "--create", "--partitions", "3"]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains(&format!("{prefix}.snapshots: created\n")), "{printed}");
    let (code, printed) = place.run(&["topics", "--check"]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains(&format!("{prefix}.snapshots: ok, partitions 3\n")), "{printed}");
    assert!(printed.contains(&format!("{prefix}.dead: ok, partitions 1\n")), "{printed}");

    alter(&format!("{prefix}.log"), "cleanup.policy=compact,retention.ms=86400000");
    let wrong = [
        "cleanup.policy is compact, must be delete: kafka-configs.sh",
        "retention.ms is 86400000, must be 1296000000: kafka-configs.sh",
        &format!("--entity-name {prefix}.log --add-config retention.ms=1296000000"),
    ];
    for (arguments, failed) in [(&["topics", "--check"][..], 1), (&["run"], 4)] {
        let (code, printed) = place.run(arguments);
        assert_eq!(code, Some(failed), "{printed}");
        for part in wrong {
            assert!(printed.contains(part), "{printed}");
        }
    }
}
