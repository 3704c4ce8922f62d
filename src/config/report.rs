//! The mistakes of one file as they are found, and what of the file they must not show.

use std::cell::RefCell;
use std::ops::Range;

use super::fault::ConfigError;
use super::rule::Rule;

/// The most characters of an id.
pub const ID_CHARS_MAX: usize = 64;
/// What is said of any other.
pub(super) const ID_EXPECTED: &str =
    "expected lower-case letters, digits and hyphens, 64 at the most";

/// The mistakes of one file.
pub(super) struct Report<'a> {
    file: &'a str,
    text: &'a str,
    faults: RefCell<Vec<Fault>>,
    /// What may be a secret that was written where it has no place.
    hidden: RefCell<Vec<Range<usize>>>,
}

/// A mistake and its place in the text.
struct Fault {
    at: Range<usize>,
    rule: Rule,
    message: String,
    expected: String,
}

impl<'a> Report<'a> {
    /// None yet.
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, faults: RefCell::default(), hidden: RefCell::default() }
    }

    /// The line of the byte `at`, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    /// Adds a mistake at the bytes `at`.
    pub(super) fn add(&self, at: &Range<usize>, rule: Rule, message: String, expected: String) {
        self.faults.borrow_mut().push(Fault { at: at.clone(), rule, message, expected });
    }

    /// Shows stars in the place of these bytes.
    pub(super) fn hide(&self, at: Range<usize>) {
        self.hidden.borrow_mut().push(at);
    }

    /// Hides the rest of the line at `at` behind a secret's key: what no TOML can't be told apart.
    pub(super) fn hide_after_secrets_key(&self, at: usize) {
        let begin =
            self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |nl| nl + 1);
        let line = self.text.get(begin..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        for key in ["password", "_salt"] {
            if let Some(at) = line.find(key) {
                self.hide(begin + at + key.len()..begin + line.len());
            }
        }
    }

    /// The mistakes, none of which shows what is hidden.
    pub(super) fn into_errors(self) -> Vec<ConfigError> {
        let hidden = self.hidden.into_inner();
        let shown = |(at, c): (usize, char)| {
            let is_hidden = c != '\n' && hidden.iter().any(|range| range.contains(&at));
            // As many bytes as before, so that places stay.
            if is_hidden { "*".repeat(c.len_utf8()) } else { c.to_string() }
        };
        let masked: String = self.text.char_indices().map(shown).collect();
        let error = |Fault { at, rule, message, expected }| {
            ConfigError::at(self.file, (self.text, &masked), &at, rule, message, expected)
        };
        self.faults.into_inner().into_iter().map(error).collect()
    }

    /// Whether `id` is lower-case ASCII letters, digits and hyphens; reports it if not.
    pub(super) fn check_id(&self, at: &Range<usize>, id: &str) -> bool {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good = (1..=ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(allowed);
        if !good {
            self.add(at, Rule::BadId, format!("`{id}` is no id"), ID_EXPECTED.to_owned());
        }
        good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_the_characters_of_the_file_not_its_stars() {
        let text = "x = 1\npassword = '별빛 소나타' oops";
        let report = Report::new("file", text);
        let (secret, oops) = (text.find('\'').unwrap(), text.find("oops").unwrap());
        report.hide(secret..oops);
        report.add(&(oops..text.len()), Rule::Syntax, String::new(), String::new());
        let errors = report.into_errors();
        assert_eq!((errors[0].line, errors[0].column), (2, 21));
        assert!(!super::super::ConfigErrors::new(errors).to_string().contains("별"));
    }
}
