//! A real Prometheus on loopback, ended when it is dropped, and what it answers.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use daebak::clock::Stopwatch;
use daebak::time::Timestamp;
use serde_json::Value;

use crate::child::free_address;
use crate::scrape::wait;

/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long one answer may take.
const ANSWER_WAIT: Duration = Duration::from_secs(20);

/// A running Prometheus.
pub struct Prometheus {
    child: Child,
    address: SocketAddr,
}

/// One series' value.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its value; of a range all of them.
    pub values: Vec<f64>,
}

impl Prometheus {
    /// Starts one on `config`, with its blocks in `folder`, and waits until it answers.
    pub fn start(folder: &Path, config: &str) -> Self {
        fs::create_dir_all(folder).unwrap();
        let file = folder.with_extension("yml");
        fs::write(&file, config).unwrap();
        let address = free_address();
        let log = fs::File::create(folder.with_extension("log")).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--storage.tsdb.retention.time=100y")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let started = Self { child, address };
        let since = Stopwatch::start();
        while started.get("/-/ready", &[]).is_err() {
            let said = || fs::read_to_string(folder.with_extension("log")).unwrap_or_default();
            assert!(since.elapsed() < PATIENCE, "Prometheus does not answer: {}", said());
            wait(Duration::from_millis(100));
        }
        started
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it says at `path`.
    ///
    /// # Errors
    /// The status and what is wrong with the request.
    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<String, String> {
        let request = ureq::get(format!("http://{}{path}", self.address));
        let request = request.query_pairs(query.iter().copied());
        let request =
            request.config().timeout_global(Some(ANSWER_WAIT)).http_status_as_error(false);
        let answer = request.proxy(None).build().call().map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.into_body().read_to_string().map_err(|error| error.to_string())?;
        if status.is_success() { Ok(body) } else { Err(format!("{status}: {body}")) }
    }

    /// What it says of its rules.
    pub fn rules(&self) -> Value {
        serde_json::from_str(&self.get("/api/v1/rules", &[]).unwrap()).unwrap()
    }

    /// The answer at `at`, else now. A number without a series is one without labels.
    ///
    /// # Errors
    /// Why there is none.
    pub fn instant(&self, query: &str, at: Option<Timestamp>) -> Result<Vec<Sample>, String> {
        let at = at.map(|at| at.as_secs_f64().to_string());
        let time = at.as_deref().map(|at| ("time", at));
        let query: Vec<_> = [("query", query)].into_iter().chain(time).collect();
        self.ask("/api/v1/query", &query)
    }

    /// The answers from `from` to `to`, every hour.
    ///
    /// # Errors
    /// Why there are none.
    pub fn range(
        &self,
        query: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Sample>, String> {
        let (from, to) = (from.as_secs_f64().to_string(), to.as_secs_f64().to_string());
        let query = [("query", query), ("start", &from), ("end", &to), ("step", "1h")];
        self.ask("/api/v1/query_range", &query)
    }

    /// Whether a family has a series for each title.
    pub fn names_titles(&self, family: &str, at: Option<Timestamp>) -> bool {
        self.instant(&format!("{family}{{title!=\"\"}}"), at).is_ok_and(|it| !it.is_empty())
    }

    fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<Sample>, String> {
        let answer: Value =
            serde_json::from_str(&self.get(path, query)?).map_err(|error| error.to_string())?;
        let data = &answer["data"];
        let result = data["result"].as_array().ok_or("no result")?;
        if data["resultType"] == "scalar" {
            return Ok(vec![Sample { labels: BTreeMap::new(), values: vec![number(&result[1])] }]);
        }
        Ok(result.iter().map(sample).collect())
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").arg(pid).status();
        let _ = self.child.wait();
    }
}

fn sample(series: &Value) -> Sample {
    let labels = series["metric"].as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let values = match series["values"].as_array() {
        Some(values) => values.iter().map(|value| number(&value[1])).collect(),
        None => vec![number(&series["value"][1])],
    };
    Sample { labels: labels.map(|(name, value)| (name.clone(), text(value))).collect(), values }
}

/// `+Inf` and `NaN` too.
fn number(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}
