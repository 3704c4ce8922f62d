//! Every metric, declared once: its name, type, labels and help, and from them README's table.
//!
//! Two sources feed one page: the title families of [`buzz`], which the fold's thread writes from
//! its measures, and the operators' registry in [`health`].

pub mod buzz;
#[cfg(not(fuzzing))]
pub mod health;
#[cfg(not(fuzzing))]
pub mod page;

#[cfg(not(fuzzing))]
use std::fmt::Write as _;

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
    /// Whether Prometheus gets it: what has labels without bound is for people and files only.
    pub is_scraped: bool,
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
        Self { name, help, kind: Kind::Counter, labels, is_scraped: true }
    }

    /// A gauge.
    pub const fn gauge(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, help, kind: Kind::Gauge, labels, is_scraped: true }
    }

    /// A gauge that is shown and written to files, and never scraped.
    pub const fn shown(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, help, kind: Kind::Gauge, labels, is_scraped: false }
    }

    /// A histogram without labels.
    pub const fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: Kind::Histogram, labels: &[], is_scraped: true }
    }
}

/// Every family that daebak declares, in the order of README's table.
#[cfg(not(fuzzing))]
pub fn families() -> impl Iterator<Item = &'static Family> {
    buzz::FAMILIES.into_iter().chain(&health::FAMILIES)
}

/// README's table of every family that is scraped.
#[cfg(not(fuzzing))]
pub fn markdown() -> String {
    let mut table = String::from("| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for Family { name, help, kind, labels, .. } in families().filter(|family| family.is_scraped) {
        let labels = labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        // A pipe would end the cell.
        let help = help.replace('|', "\\|");
        let _ = writeln!(table, "| `{name}` | {} | {labels} | {help} |", kind.label());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_declared_once_and_well_named() {
        let mut names = std::collections::BTreeSet::new();
        for Family { name, help, kind, labels, .. } in families() {
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
        let scraped = families().filter(|family| family.is_scraped).count();
        assert_eq!(table.lines().count(), scraped + 2);
        assert!(table.lines().all(|row| row.replace("\\|", "").matches('|').count() == 5));
    }
}
