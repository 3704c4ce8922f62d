//! Every metric, declared once: its name, type, labels and help, and from them README's table.
//!
//! Two sources feed one page: the title families, which the fold's thread renders from a view
//! with [`Samples`], and the operators' registry in [`health`].

pub mod buzz;
pub mod health;
pub mod page;

use std::fmt::Write as _;

use prometheus::TextEncoder;
use prometheus::proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType};

/// A metric family as it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name, ending in the base unit, and in `_total` for a counter.
    pub name: &'static str,
    /// What it says, with its unit and, where it has one, its window. One sentence.
    pub help: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its labels, in the order in which samples give their values.
    pub labels: &'static [&'static str],
}

/// The type of a metric family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only ever grows while the process lives.
    Counter,
    /// May go up and down.
    Gauge,
    /// Counts of observations in buckets.
    Histogram,
}

impl Kind {
    /// The type as the text format writes it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Family {
    /// A counter.
    pub const fn counter(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, help, kind: Kind::Counter, labels }
    }

    /// A gauge.
    pub const fn gauge(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, help, kind: Kind::Gauge, labels }
    }

    /// A histogram without labels.
    pub const fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: Kind::Histogram, labels: &[] }
    }
}

/// Every family that daebak declares, in the order of README's table.
pub fn families() -> impl Iterator<Item = &'static Family> {
    buzz::FAMILIES.into_iter().chain(&health::FAMILIES)
}

/// README's table of every family.
pub fn markdown() -> String {
    let mut table = String::from("| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for Family { name, help, kind, labels } in families() {
        let labels = labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        // A pipe would end the cell.
        let help = help.replace('|', "\\|");
        let _ = writeln!(table, "| `{name}` | {} | {labels} | {help} |", kind.label());
    }
    table
}

/// The samples of one counter or gauge family, as they are collected for a page.
#[derive(Debug)]
pub struct Samples {
    family: &'static Family,
    metrics: Vec<Metric>,
}

impl Samples {
    /// No samples yet.
    pub const fn of(family: &'static Family) -> Self {
        Self { family, metrics: Vec::new() }
    }

    /// Adds a sample; `values` are the label values in the family's order, one for each label.
    pub fn push(&mut self, values: &[&str], value: f64) {
        debug_assert_eq!(values.len(), self.family.labels.len(), "{}", self.family.name);
        let labels = self.family.labels.iter().zip(values).map(|(name, value)| {
            let mut pair = LabelPair::default();
            pair.set_name((*name).into());
            pair.set_value((*value).into());
            pair
        });
        let mut metric = Metric::from_label(labels.collect());
        if self.family.kind == Kind::Counter {
            let mut counter = Counter::default();
            counter.set_value(value);
            metric.set_counter(counter);
        } else {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            metric.set_gauge(gauge);
        }
        self.metrics.push(metric);
    }

    /// The family with its samples, in the order in which they were pushed.
    pub fn into_family(self) -> MetricFamily {
        let mut family = MetricFamily::default();
        family.set_name(self.family.name.into());
        family.set_help(self.family.help.into());
        family.set_field_type(match self.family.kind {
            Kind::Counter => MetricType::COUNTER,
            Kind::Gauge => MetricType::GAUGE,
            Kind::Histogram => MetricType::HISTOGRAM,
        });
        family.set_metric(self.metrics);
        family
    }
}

/// Writes families in the text format; one without samples is left out, as the format wants it.
pub fn encode(families: &[MetricFamily], page: &mut String) {
    for family in families.iter().filter(|family| !family.get_metric().is_empty()) {
        let written = TextEncoder::new().encode_utf8(std::slice::from_ref(family), page);
        debug_assert!(written.is_ok(), "a named family with samples always fits a String");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static POSTS: Family = Family::gauge("daebak_x_posts", &["title", "window"], "Posts | here.");
    static SEEN: Family = Family::counter("daebak_x_posts_total", &[], "Posts seen.");

    #[test]
    fn samples_become_text_with_their_labels_escaped() {
        let mut posts = Samples::of(&POSTS);
        posts.push(&["star\"light", "5m"], 3.0);
        posts.push(&["rival", "1h"], 0.5);
        let mut seen = Samples::of(&SEEN);
        seen.push(&[], 7.0);
        let mut page = String::new();
        encode(&[posts.into_family(), seen.into_family()], &mut page);
        let expected = "\
# HELP daebak_x_posts Posts | here.
# TYPE daebak_x_posts gauge
daebak_x_posts{title=\"star\\\"light\",window=\"5m\"} 3
daebak_x_posts{title=\"rival\",window=\"1h\"} 0.5
# HELP daebak_x_posts_total Posts seen.
# TYPE daebak_x_posts_total counter
daebak_x_posts_total 7
";
        assert_eq!(page, expected);
    }

    #[test]
    fn a_family_without_samples_is_left_out() {
        let mut page = String::new();
        encode(&[Samples::of(&POSTS).into_family()], &mut page);
        assert_eq!(page, "");
    }

    #[test]
    fn every_family_is_declared_once_and_well_named() {
        let mut names = std::collections::BTreeSet::new();
        for Family { name, help, kind, labels } in families() {
            assert!(names.insert(name), "{name} twice");
            assert!(name.starts_with("daebak_"), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
            for reserved in ["_count", "_sum", "_bucket"] {
                assert!(!name.ends_with(reserved), "{name} takes a histogram's suffix");
            }
            for unit in ["millis", "minutes", "hours", "days", "kb", "kilobytes", "percent"] {
                assert!(
                    !name.split('_').any(|word| word == unit),
                    "{name}: {unit} is no base unit"
                );
            }
            assert!(help.ends_with('.') && !help.contains('\n'), "{name}: help is one sentence");
            if name.contains("_seconds") {
                assert!(help.to_lowercase().contains("seconds"), "{name}: help names its unit");
            }
            if name.contains("_bytes") {
                assert!(help.to_lowercase().contains("bytes"), "{name}: help names its unit");
            }
            if labels.contains(&"window") {
                assert!(help.contains("window"), "{name}: help names its window");
            }
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_family() {
        let table = markdown();
        assert_eq!(table.lines().count(), families().count() + 2);
        assert!(table.lines().all(|row| row.replace("\\|", "").matches('|').count() == 5));
    }
}
