//! A table of a config file, read key by key.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::super::report::Report;
use super::super::rule::Rule;
use super::{Value, nearest};

/// A table being read: who is done with it has taken every key, and the others are unknown.
pub(in crate::config) struct Table<'a> {
    report: &'a Report<'a>,
    name: &'a str,
    span: Range<usize>,
    entries: BTreeMap<&'a str, (Range<usize>, Value<'a>)>,
    present: BTreeSet<&'a str>,
    known: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// Reads `table`, of which nothing may be there, and reports the keys that are left.
    pub(super) fn read<T>(
        report: &'a Report<'a>,
        name: &'a str,
        table: Option<&'a DeTable<'a>>,
        span: Range<usize>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let entry = |(key, node): (&'a Spanned<Cow<'a, str>>, _)| {
            let name = key.get_ref().as_ref();
            (name, (key.span(), Value { report, key: name, node }))
        };
        let entries: BTreeMap<_, _> = table.into_iter().flatten().map(entry).collect();
        let present = entries.keys().copied().collect();
        let mut table = Self { report, name, span, entries, present, known: Vec::new() };
        let value = read(&mut table);
        table.report_unknown();
        value
    }

    /// Reports a mistake of the table as a whole.
    pub(in crate::config) fn fault(&self, rule: Rule, message: String, expected: &str) {
        self.report.add(&self.span, rule, message, expected.to_owned());
    }

    /// Checks the id that the whole table goes by.
    pub(in crate::config) fn check_id(&self, id: &str) {
        self.report.check_id(&self.span, id);
    }

    /// Whether `key` has been read or is still to be.
    pub(in crate::config) fn has(&self, key: &str) -> bool {
        self.present.contains(key)
    }

    /// Whether `key` has been read, or a key is still to be that may stand for it.
    pub(in crate::config) fn may_have(&self, key: &str) -> bool {
        self.has(key) || self.entries.keys().any(|there| nearest(there, &[key]).is_some())
    }

    /// Shows no string of this table in an error, but for those at `keys`: where secrets are at
    /// home, a mistyped key may hold one.
    pub(in crate::config) fn hide_texts_but(&self, keys: &[&str]) {
        let others = self.entries.iter().filter(|(key, _)| !keys.contains(key));
        for (_, value) in others.map(|(_, entry)| entry).filter(|(_, value)| value.is_text()) {
            self.report.hide(value.node.span());
        }
    }

    /// Takes `keys` without a look at them.
    pub(in crate::config) fn pass_over(&mut self, keys: &[&'static str]) {
        for key in keys {
            self.take(key);
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// What `read` makes of the value at `key`, if there is one.
    pub(in crate::config) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        self.take(key).and_then(read)
    }

    /// What `read` makes of the value at `key`, which must be there.
    pub(in crate::config) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(key);
        if value.is_none() {
            let place = match self.name {
                "" => "this file".to_owned(),
                name => format!("`{name}`"),
            };
            self.fault(
                Rule::MissingKey,
                format!("`{key}` is missing"),
                &format!("expected `{key}` in {place}"),
            );
        }
        value.and_then(read)
    }

    /// What `read` makes of the table at `key`, or of an empty one in its stead.
    pub(in crate::config) fn section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        match self.take(key) {
            Some(value) => value.table(read),
            None => Some(Self::read(self.report, key, None, self.span.clone(), read)),
        }
    }

    /// Every value, whatever its key, in the order of the file.
    pub(in crate::config) fn take_all(&mut self) -> Vec<Value<'a>> {
        let mut values: Vec<_> = std::mem::take(&mut self.entries).into_values().collect();
        values.sort_by_key(|(span, _)| span.start);
        values.into_iter().map(|(_, value)| value).collect()
    }

    fn report_unknown(self) {
        for (key, (span, _)) in &self.entries {
            let expected = match nearest(key, &self.known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("expected one of {}", self.known.join(", ")),
            };
            self.report.add(span, Rule::UnknownKey, format!("unknown key `{key}`"), expected);
        }
    }
}
