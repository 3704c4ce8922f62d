//! A mistake in a config file, or what is risky in it: where it is, what was expected there, and how
//! it is shown.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::rule::{Rule, Severity};

/// One mistake, or one risk, in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named by whoever asked for it.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is at fault.
    pub line: usize,
    /// The column in characters, from 1; 0 when the file as a whole is at fault.
    pub column: usize,
    /// The rule it breaks.
    pub rule: Rule,
    /// What is wrong.
    pub message: String,
    /// What was expected; empty when the file as a whole is at fault.
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
    pub(super) fn whole_file(path: &Path, rule: Rule, message: String) -> Self {
        Self {
            file: path.display().to_string(),
            line: 0,
            column: 0,
            rule,
            message,
            expected: String::new(),
            excerpt: (String::new(), 0..0),
        }
    }

    fn render(&self, renderer: &Renderer) -> String {
        let level = match self.rule.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&self.message).id(self.rule.id());
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
        render(&self.0, "error", &Renderer::styled())
    }
}

/// What may make measures other than they are taken for: the files are usable. Prints as a compiler
/// prints its warnings, and nothing when there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    shown: Vec<ConfigError>,
    /// How many more there are.
    more: usize,
}

impl Warnings {
    /// Those of one file that are shown, from top to bottom, and how many more it has.
    pub(super) fn new(shown: Vec<ConfigError>, more: usize) -> Self {
        Self { shown, more }
    }

    /// The warnings that are shown, file by file and in each from top to bottom.
    pub fn as_slice(&self) -> &[ConfigError] {
        &self.shown
    }

    /// Puts those of another file to these.
    pub(super) fn add(&mut self, others: Self) {
        self.shown.extend(others.shown);
        self.more += others.more;
    }

    /// As printed, with a terminal's colours.
    pub fn styled(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let shown = render(&self.shown, "warning", renderer);
        if self.more > 0 { format!("{shown}, and {} more", self.more) } else { shown }
    }
}

fn render(faults: &[ConfigError], noun: &str, renderer: &Renderer) -> String {
    if faults.is_empty() {
        return String::new();
    }
    let shown: String = faults.iter().map(|fault| fault.render(renderer) + "\n\n").collect();
    let files = faults.chunk_by(|one, next| one.file == next.file).count();
    format!("{shown}{} in {}", counted(faults.len(), noun), counted(files, "file"))
}

/// `1 error`, `2 errors`.
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(&self.0, "error", &Renderer::plain()))
    }
}

impl std::error::Error for ConfigErrors {}

impl fmt::Display for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}
