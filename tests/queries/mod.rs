//! What may be asked of Prometheus: each query is read as it would be, and every metric, label and
//! aggregation in it is held against what daebak exports.

#![allow(unreachable_pub, dead_code, reason = "each test uses its part of this")]

mod reading;

use std::collections::{BTreeMap, BTreeSet};

use daebak::metric::{Family, Kind, buzz, families};

/// A set of label names, or of metric names.
pub type Names = BTreeSet<String>;

/// What Prometheus adds to every series that it scrapes, and in clusters a pod.
const SCRAPED: [&str; 2] = ["instance", "job"];
const SCRAPED_IN_CLUSTERS: &str = "pod";

/// Metrics that are scraped from a daebak, or about one, and are not declared by it.
const FOREIGN: [&str; 13] = [
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_threads",
    "process_virtual_memory_bytes",
    "scrape_duration_seconds",
    "scrape_samples_post_metric_relabeling",
    "scrape_samples_scraped",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "up",
];

/// The metrics that there are, with their labels.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Every name, also those that a histogram's samples have.
    labels: BTreeMap<String, Names>,
    /// The family of a histogram's samples.
    family: BTreeMap<String, &'static str>,
    /// Families of titles: the owner of their campaign exports them, for a moment two do.
    of_titles: Names,
}

/// What a query says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What is wrong with it.
    pub faults: Vec<String>,
    /// The families and recorded series that it asks for.
    pub asked: Names,
    /// The labels that every series of its answer has.
    pub labels: Names,
    /// Whether each of its counters is followed over `$__rate_interval`.
    pub has_own_ranges: bool,
}

impl Metrics {
    /// What daebak exports, and what comes with it.
    pub fn exported() -> Self {
        let mut metrics = Self::default();
        for family in families().filter(|family| family.is_scraped) {
            let Family { name, kind, labels, .. } = family;
            let labels: Names = labels.iter().chain(&SCRAPED).map(ToString::to_string).collect();
            if *kind == Kind::Histogram {
                for part in ["bucket", "sum", "count"] {
                    let sample = format!("{name}_{part}");
                    let mut labels = labels.clone();
                    labels.extend((part == "bucket").then(|| "le".to_owned()));
                    metrics.family.insert(sample.clone(), name);
                    metrics.labels.insert(sample, labels);
                }
            } else {
                metrics.labels.insert((*name).into(), labels);
            }
        }
        for name in FOREIGN {
            metrics.labels.insert(name.into(), SCRAPED.map(String::from).into());
        }
        metrics.of_titles = buzz::FAMILIES.iter().map(|family| family.name.to_owned()).collect();
        metrics
    }

    /// From now on there is a recorded series with these labels.
    pub fn record(&mut self, name: &str, labels: Names) {
        self.labels.insert(name.into(), labels);
    }

    /// Reads a query. Of variables that are no part of a text, it knows Grafana's lengths of time.
    pub fn query(&self, text: &str) -> Query {
        reading::query(self, text)
    }

    fn labels(&self, name: &str) -> Option<&Names> {
        self.labels.get(name)
    }

    fn is_windowed(&self, name: &str) -> bool {
        self.of_titles.contains(name) && self.labels[name].contains("window")
    }
}

/// The families that somebody must be able to see.
pub fn to_show() -> Names {
    families().filter(|family| family.is_scraped).map(|family| family.name.into()).collect()
}

/// The names between `{{` and `}}` of a legend or a title.
pub fn placeholders(text: &str) -> Vec<&str> {
    let open = text.split("{{").skip(1);
    open.filter_map(|rest| rest.split("}}").next()).map(str::trim).collect()
}
