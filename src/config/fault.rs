//! A mistake in a config file: where it is, what was expected there, and how it is shown.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// The rule a mistake breaks. Its id is stable: it may be searched for and linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A file, directory or variable could not be read, or is not UTF-8.
    Unreadable,
    /// Not TOML.
    Syntax,
    /// A key that means nothing where it stands.
    UnknownKey,
    /// A required key is not there.
    MissingKey,
    /// A value of another type than expected.
    WrongType,
    /// A number, length or count beyond its limit.
    OutOfRange,
    /// An empty list, or a text without a letter or digit.
    Empty,
    /// Something that must be unique comes twice.
    Duplicate,
    /// Not lower-case letters, digits and hyphens.
    BadId,
    /// Not a number and its unit.
    BadDuration,
    /// A window that is not made of whole slides, or a slide not made of whole ticks.
    BadWindow,
    /// Not an address.
    BadAddress,
    /// Not a name that Kafka takes.
    BadTopic,
    /// More than one word, or a sign that ends a hashtag.
    BadHashtag,
    /// Not one of the names that are known there.
    UnknownName,
    /// Not a JSON pointer.
    BadPointer,
    /// Not a way to write times.
    BadTimeFormat,
    /// Not a language that can be detected.
    UnknownLanguage,
    /// A name of two titles of one campaign.
    SharedAlias,
    /// Not a way to prove a password.
    BadMechanism,
    /// Not a PEM file.
    BadPem,
    /// A secret in the file itself, or one that comes from nowhere or from two places.
    PlainSecret,
}

impl Rule {
    /// The stable id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Syntax => "syntax",
            Self::UnknownKey => "unknown-key",
            Self::MissingKey => "missing-key",
            Self::WrongType => "wrong-type",
            Self::OutOfRange => "out-of-range",
            Self::Empty => "empty",
            Self::Duplicate => "duplicate",
            Self::BadId => "bad-id",
            Self::BadDuration => "bad-duration",
            Self::BadWindow => "bad-window",
            Self::BadAddress => "bad-address",
            Self::BadTopic => "bad-topic",
            Self::BadHashtag => "bad-hashtag",
            Self::UnknownName => "unknown-name",
            Self::BadPointer => "bad-pointer",
            Self::BadTimeFormat => "bad-time-format",
            Self::UnknownLanguage => "unknown-language",
            Self::SharedAlias => "shared-alias",
            Self::BadMechanism => "bad-mechanism",
            Self::BadPem => "bad-pem",
            Self::PlainSecret => "plain-secret",
        }
    }
}

/// One mistake in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named by whoever asked for it.
    pub file: String,
    /// The line, from 1; 0 when the file could not be read at all.
    pub line: usize,
    /// The column in characters, from 1; 0 when the file could not be read at all.
    pub column: usize,
    /// The rule it breaks.
    pub rule: Rule,
    /// What is wrong.
    pub message: String,
    /// What was expected; empty when the file could not be read at all.
    pub expected: String,
    /// The line's text, and the bytes of it to be underlined.
    excerpt: (String, Range<usize>),
}

/// Every mistake found: never empty. Prints as a compiler prints its errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigError {
    /// A mistake at the bytes `at` of `text`, which is shown as `masked`, byte for byte as long; of
    /// several lines the first is shown.
    pub(super) fn at(
        file: &str,
        (text, masked): (&str, &str),
        at: &Range<usize>,
        rule: Rule,
        message: String,
        expected: String,
    ) -> Self {
        let before = text.get(..at.start).unwrap_or(text);
        let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = text.get(begin..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let start = (before.len() - begin).min(line.len());
        let end = (at.end.max(at.start) - begin).clamp(start, line.len());
        let shown = masked.get(begin..begin + line.len()).unwrap_or_default();
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.get(..start).unwrap_or(line).chars().count() + 1,
            rule,
            message,
            expected,
            excerpt: (shown.to_owned(), start..end),
        }
    }

    /// `path` as a whole can't be used: `message` says why.
    pub(super) fn whole_file(path: &Path, message: String) -> Self {
        Self {
            file: path.display().to_string(),
            line: 0,
            column: 0,
            rule: Rule::Unreadable,
            message,
            expected: String::new(),
            excerpt: (String::new(), 0..0),
        }
    }

    fn render(&self, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(&self.message).id(self.rule.id());
        let (line, underlined) = &self.excerpt;
        let group = if self.line == 0 {
            title.element(Origin::path(&self.file))
        } else {
            title.element(
                Snippet::source(line).line_start(self.line).path(&self.file).annotation(
                    AnnotationKind::Primary.span(underlined.clone()).label(&self.expected),
                ),
            )
        };
        renderer.render(&[group])
    }
}

impl ConfigErrors {
    /// `errors`, of which there is at least one.
    pub(super) fn new(errors: Vec<ConfigError>) -> Self {
        Self(errors)
    }

    /// The errors, file by file and in each from top to bottom.
    pub fn as_slice(&self) -> &[ConfigError] {
        &self.0
    }

    /// The errors, to be put with those of other files.
    pub(super) fn into_vec(self) -> Vec<ConfigError> {
        self.0
    }

    /// As printed, with a terminal's colours.
    pub fn styled(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let errors: String = self.0.iter().map(|error| error.render(renderer) + "\n\n").collect();
        let files = self.0.chunk_by(|one, next| one.file == next.file).count();
        format!("{errors}{} in {}", counted(self.0.len(), "error"), counted(files, "file"))
    }
}

/// `1 error`, `2 errors`.
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}

impl std::error::Error for ConfigErrors {}
