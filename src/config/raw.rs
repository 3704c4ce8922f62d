//! TOML read value by value, so that one mistake hides no other.
//!
//! A reader returns `None` for what it reported; the caller goes on with any stand-in, because
//! [`read`] returns nothing built from a file with mistakes.

mod moment;
mod table;

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::ConfigErrors;
use super::report::{ID_EXPECTED, Report};
use super::rule::Rule;
use crate::time::Span;

pub(super) use moment::Moment;
pub(super) use table::Table;

/// The most characters of any other text.
pub const TEXT_CHARS_MAX: usize = 200;

/// Reads the file `text` with `check`, which is given its root table. `file` names it in errors.
///
/// # Errors
/// All mistakes of the file at once; of a file that is no TOML, its first syntax error.
pub(super) fn read<T>(
    file: &str,
    text: &str,
    check: impl FnOnce(&mut Table<'_>) -> T,
) -> Result<T, ConfigErrors> {
    let (root, syntax_errors) = DeTable::parse_recoverable(text);
    let report = Report::new(file, text);
    // After the first, the parser guesses.
    let first = syntax_errors.iter().min_by_key(|error| error.span().map(|span| span.start));
    let value = if let Some(error) = first {
        let (message, expected) = error.message().split_once(", ").unwrap_or((error.message(), ""));
        let at = error.span().unwrap_or_default();
        report.hide_after_secrets_key(at.start);
        report.add(&at, Rule::Syntax, message.to_owned(), expected.to_owned());
        None
    } else {
        Some(Table::read(&report, "", Some(root.get_ref()), root.span(), check))
    };
    let mut errors = report.into_errors();
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => {
            errors.sort_by_key(|error| (error.line, error.column));
            Err(ConfigErrors::new(errors))
        }
    }
}

/// Whether the root table of `text` has one of `keys`, however broken the rest is.
pub(super) fn has_root_key(text: &str, keys: &[&str]) -> bool {
    let (root, _) = DeTable::parse_recoverable(text);
    root.get_ref().keys().any(|key| keys.contains(&key.get_ref().as_ref()))
}

/// The text at `key` of the root table of `text`, however broken the rest is.
pub(super) fn root_text(text: &str, key: &str) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(text);
    Some(root.get_ref().get(key)?.get_ref().as_str()?.to_owned())
}

/// One value and the key it stands at; of a list's items, the list's key.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    report: &'a Report<'a>,
    key: &'a str,
    node: &'a Spanned<DeValue<'a>>,
}

impl<'a> Value<'a> {
    /// Its key, which must be an id.
    pub(super) fn id_key(self) -> &'a str {
        self.report.check_id(&self.node.span(), self.key);
        self.key
    }

    /// Its key.
    pub(super) fn key(self) -> &'a str {
        self.key
    }

    /// The bytes of the file that it takes.
    pub(super) fn place(self) -> Range<usize> {
        self.node.span()
    }

    /// Its line in the file, from 1.
    pub(super) fn line(self) -> usize {
        self.report.line(self.node.span().start)
    }

    /// Whether it is a string.
    pub(super) fn is_text(self) -> bool {
        self.node.get_ref().as_str().is_some()
    }

    /// Whether it is a list.
    pub(super) fn is_list(self) -> bool {
        self.node.get_ref().is_array()
    }

    /// Whether it is a table.
    pub(super) fn is_table(self) -> bool {
        self.node.get_ref().as_table().is_some()
    }

    /// Reports a mistake here.
    pub(super) fn fault(self, rule: Rule, message: String, expected: impl Into<String>) {
        self.report.add(&self.node.span(), rule, message, expected.into());
    }

    pub(super) fn wrong_type(self, expected: &str) {
        let found = self.node.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        self.fault(Rule::WrongType, format!("`{}` holds {article} {found}", self.key), expected);
    }

    /// Its string, as `expected`.
    pub(super) fn string(self, expected: &str) -> Option<&'a str> {
        let string = self.node.get_ref().as_str();
        if string.is_none() {
            self.wrong_type(expected);
        }
        string
    }

    /// A text with at least one letter or digit, without the white space around it.
    pub(super) fn text(self) -> Option<&'a str> {
        self.text_up_to(TEXT_CHARS_MAX)
    }

    /// As [`Self::text`], of at most `max` characters.
    pub(super) fn text_up_to(self, max: usize) -> Option<&'a str> {
        let text = self.string("expected a string")?.trim();
        let chars = text.chars().count();
        if !text.chars().any(char::is_alphanumeric) {
            let message = format!("`{}` holds nothing to read", self.key);
            self.fault(Rule::Empty, message, "expected at least one letter or digit");
            None
        } else if chars > max {
            let message = format!("`{}` holds {chars} characters", self.key);
            self.fault(Rule::OutOfRange, message, format!("expected at most {max}"));
            None
        } else {
            Some(text)
        }
    }

    /// What its string names, of the `names` of some `what`.
    pub(super) fn one_of<'n, T>(
        self,
        what: &str,
        names: impl IntoIterator<Item = (&'n str, T)>,
    ) -> Option<T> {
        self.name_of(what, self.text()?, names)
    }

    /// What `text`, which is part of its string, names.
    pub(super) fn name_of<'n, T>(
        self,
        what: &str,
        text: &str,
        names: impl IntoIterator<Item = (&'n str, T)>,
    ) -> Option<T> {
        let (known, values): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        let place = known.iter().position(|name| *name == text);
        if place.is_none() {
            let expected = nearest(text, &known).map_or_else(
                || format!("expected one of {}", known.join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            self.fault(Rule::UnknownName, format!("`{text}` is no {what}"), expected);
        }
        values.into_iter().nth(place?)
    }

    /// An id.
    pub(super) fn id(self) -> Option<&'a str> {
        let id = self.string(ID_EXPECTED)?;
        self.report.check_id(&self.node.span(), id).then_some(id)
    }

    /// `true` or `false`.
    pub(super) fn flag(self) -> Option<bool> {
        let flag = self.node.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type("expected `true` or `false`");
        }
        flag
    }

    /// A whole number within `bounds`.
    pub(super) fn number(self, bounds: RangeInclusive<usize>) -> Option<usize> {
        let Some(integer) = self.node.get_ref().as_integer() else {
            self.wrong_type("expected a whole number");
            return None;
        };
        let number = usize::from_str_radix(integer.as_str(), integer.radix()).ok();
        let within = number.filter(|number| bounds.contains(number));
        if within.is_none() {
            let message = format!("`{}` is {integer}", self.key);
            let expected = format!("expected {} to {}", bounds.start(), bounds.end());
            self.fault(Rule::OutOfRange, message, expected);
        }
        within
    }

    /// A number from 0 to 1.
    pub(super) fn fraction(self) -> Option<f64> {
        let node = self.node.get_ref();
        let written = match (node.as_float(), node.as_integer()) {
            (Some(float), _) => float.to_string(),
            (None, Some(integer)) => integer.to_string(),
            (None, None) => {
                self.wrong_type("expected a number from 0 to 1");
                return None;
            }
        };
        let within = written.parse().ok().filter(|number| (0.0..=1.0).contains(number));
        if within.is_none() {
            let message = format!("`{}` is {written}", self.key);
            self.fault(Rule::OutOfRange, message, "expected 0 to 1");
        }
        within
    }

    /// A length of time within `bounds`.
    pub(super) fn duration(self, bounds: RangeInclusive<Span>) -> Option<Span> {
        let text = self.string(DURATION_EXPECTED)?;
        let Ok(span) = text.parse::<Span>() else {
            let message = format!("`{text}` is no length of time");
            self.fault(Rule::BadDuration, message, DURATION_EXPECTED);
            return None;
        };
        let within = bounds.contains(&span);
        if !within {
            let message = format!("`{}` is {text}", self.key);
            let expected = format!("expected {} to {}", bounds.start(), bounds.end());
            self.fault(Rule::OutOfRange, message, expected);
        }
        within.then_some(span)
    }

    /// What `read` makes of the items of a list of at most `max`, without those it refused.
    pub(super) fn list<T>(
        self,
        max: usize,
        read: impl FnMut(Value<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(items) = self.node.get_ref().as_array() else {
            self.wrong_type("expected a list");
            return None;
        };
        if items.len() > max {
            let message = format!("`{}` has {} entries", self.key, items.len());
            self.fault(Rule::OutOfRange, message, format!("expected at most {max}"));
            return None;
        }
        Some(items.iter().map(|node| Value { node, ..self }).filter_map(read).collect())
    }

    /// As [`Self::list`], of at least one item.
    pub(super) fn some_of<T>(
        self,
        max: usize,
        read: impl FnMut(Value<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        if self.node.get_ref().as_array().is_some_and(|items| items.is_empty()) {
            let message = format!("`{}` is empty", self.key);
            self.fault(Rule::Empty, message, "expected at least one entry");
            return None;
        }
        self.list(max, read)
    }

    /// What `read` makes of the table.
    pub(super) fn table<T>(self, read: impl FnOnce(&mut Table<'a>) -> T) -> Option<T> {
        let table = self.node.get_ref().as_table();
        if table.is_none() {
            self.wrong_type("expected a table");
        }
        Some(Table::read(self.report, self.key, Some(table?), self.node.span(), read))
    }
}

const DURATION_EXPECTED: &str = "expected a number and its unit (ms, s, m, h, d), such as \"24h\"";

/// The most likely of `known` to have been meant by `key`.
pub fn nearest<'n>(key: &str, known: &[&'n str]) -> Option<&'n str> {
    /// Below, a likeness is by chance.
    const LIKENESS_MIN: f64 = 0.8;
    let key = key.to_lowercase();
    let likeness = |known: &&str| strsim::jaro_winkler(&key, known);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) >= LIKENESS_MIN).then_some(best)
}
