//! Samples as text, in Prometheus' format.

use std::fmt::Write as _;

use super::family::FAMILIES;
use crate::metric::Family;

/// The text of each family, in the order of [`FAMILIES`].
#[derive(Debug)]
pub(super) struct Text {
    families: [String; FAMILIES.len()],
    /// Where the last sample went: the next is most often of the same family.
    last: usize,
}

impl Text {
    /// No text yet.
    pub(super) const fn new() -> Self {
        Self { families: [const { String::new() }; FAMILIES.len()], last: 0 }
    }

    /// Adds a sample, unless it is none for Prometheus.
    pub(super) fn push(&mut self, family: &'static Family, labels: &[&str], value: f64) {
        debug_assert_eq!(labels.len(), family.labels.len(), "{}", family.name);
        if !family.is_scraped {
            return;
        }
        let is_last = FAMILIES.get(self.last).is_some_and(|last| std::ptr::eq(*last, family));
        if !is_last {
            let found = FAMILIES.iter().position(|known| std::ptr::eq(*known, family));
            self.last = found.unwrap_or_default();
        }
        let Some(text) = self.families.get_mut(self.last) else { return };
        let Family { name, help, kind, .. } = family;
        if text.is_empty() {
            // A String takes whatever is written.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {}", kind.label());
        }
        text.push_str(name);
        for (n, (label, value)) in family.labels.iter().zip(labels).enumerate() {
            text.push(if n == 0 { '{' } else { ',' });
            text.push_str(label);
            text.push_str("=\"");
            push_escaped(text, value);
            text.push('"');
        }
        if !labels.is_empty() {
            text.push('}');
        }
        let _ = writeln!(text, " {value}");
    }

    /// All of it.
    pub(super) fn into_text(self) -> String {
        self.families.concat()
    }
}

fn push_escaped(text: &mut String, value: &str) {
    if !value.contains(['\\', '"', '\n']) {
        return text.push_str(value);
    }
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            _ => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::buzz::family::{CAMPAIGN_TIME, HASHTAG_POSTS, RANK};

    #[test]
    fn samples_become_text_by_family_with_their_labels_escaped() {
        let mut text = Text::new();
        text.push(&CAMPAIGN_TIME, &["star\"light\\\n"], 0.5);
        text.push(&RANK, &["a", "b", "1h"], 3.0);
        text.push(&CAMPAIGN_TIME, &["rival"], 1.7e9);
        let text = text.into_text();
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("# HELP")).collect();
        let expected = [
            "# TYPE daebak_rank gauge",
            "daebak_rank{campaign=\"a\",title=\"b\",window=\"1h\"} 3",
            "# TYPE daebak_campaign_time_timestamp_seconds gauge",
            "daebak_campaign_time_timestamp_seconds{campaign=\"star\\\"light\\\\\\n\"} 0.5",
            "daebak_campaign_time_timestamp_seconds{campaign=\"rival\"} 1700000000",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_is_never_scraped_is_not_in_the_text() {
        let mut text = Text::new();
        text.push(&HASHTAG_POSTS, &["a", "b", "c", "24h"], 3.0);
        assert_eq!(text.into_text(), "");
    }
}
