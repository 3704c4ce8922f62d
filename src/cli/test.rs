//! `daebak test`: the posts by which campaigns are tested.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::slice;
use std::sync::Arc;

use super::explain::words;
use crate::campaign::{Campaign, Example, TitleId};
use crate::config::{self, Checked};
use crate::mention::verdict::{Explanation, Finding};
use crate::mention::{Rules, Tagger, TaggerError};
use crate::post::Post;

/// Run the `[[tests]]` of campaign files
///
/// Each is a post's text and the ids of the titles that it names. Of each that fails it is said what
/// was expected, what was found and why. The exit code is 1 when one fails, or when a file can't be
/// used.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// A campaign file, a directory of such files, or a service file: then all its campaigns
    #[arg(default_value = super::CONFIG_DEFAULT)]
    path: PathBuf,
}

impl Test {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        super::must_be_there(&self.path)?;
        let checked = match config::check(&self.path) {
            Ok(checked) => checked,
            Err(errors) => {
                // Whoever closed our output will not read that it failed either.
                let _ = writeln!(anstream::stderr(), "{}", errors.styled());
                return Ok(ExitCode::from(super::CHECK_FAILED));
            }
        };
        match report(&mut io::stdout().lock(), &checked) {
            // Whoever reads has seen enough.
            Err(error) if super::check::is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
            reported => reported,
        }
    }
}

fn report(out: &mut impl Write, checked: &Checked) -> anyhow::Result<ExitCode> {
    let mut all_passed = true;
    for (campaign, file) in checked.campaigns.iter().zip(&checked.files) {
        let tested = Tested::run(&mut alone(campaign)?, campaign, file);
        for failure in &tested.failures {
            writeln!(out, "{failure}")?;
        }
        writeln!(out, "{}: {}", campaign.id, tested.summary())?;
        all_passed &= tested.failures.is_empty();
    }
    Ok(if all_passed { ExitCode::SUCCESS } else { ExitCode::from(super::CHECK_FAILED) })
}

/// A tagger of one campaign, for texts and not for records.
pub(super) fn alone(campaign: &Arc<Campaign>) -> Result<Tagger, TaggerError> {
    Tagger::new(slice::from_ref(campaign), Rules::of_texts())
}

/// What came of a campaign's tests.
pub(super) struct Tested {
    n: usize,
    /// What is said of each that failed, several lines.
    pub(super) failures: Vec<String>,
}

impl Tested {
    /// Runs the tests of `campaign`, which is `file`'s, through its own tagger.
    pub(super) fn run(tagger: &mut Tagger, campaign: &Campaign, file: &str) -> Self {
        let failure = |example: &Example| {
            let seen = tagger.explain(&Post::of_text(&example.text));
            failure(file, example, &seen)
        };
        let failures = campaign.tests.iter().filter_map(failure).collect();
        Self { n: campaign.tests.len(), failures }
    }

    /// How many passed, in words.
    pub(super) fn summary(&self) -> String {
        match self.n {
            0 => "no tests".to_owned(),
            n => format!("{} of {n} tests passed", n - self.failures.len()),
        }
    }
}

/// What is said of a test that fails.
fn failure(file: &str, example: &Example, seen: &Explanation) -> Option<String> {
    let expected: BTreeSet<&TitleId> = example.expect.iter().collect();
    let found: BTreeSet<&TitleId> = seen.findings.iter().filter_map(named).collect();
    if found == expected {
        return None;
    }
    let text: Vec<&str> = example.text.split_whitespace().collect();
    let mut said = format!("{file}:{}: {}\n", example.line, text.join(" "));
    let _ = writeln!(said, "  expected  {}", listed(&expected));
    let _ = writeln!(said, "  found     {}", listed(&found));
    for title in expected.symmetric_difference(&found) {
        let mut findings =
            seen.findings.iter().filter(|finding| finding.title.as_ref() == Some(title)).peekable();
        if findings.peek().is_none() {
            let _ = writeln!(said, "  {title}: none of its words is in the text");
        }
        for finding in findings {
            let verdict = words::verdict(&finding.verdict);
            let (written, why) = (&finding.written, words::reason(finding));
            let _ = writeln!(said, "  {title}: `{written}` {verdict}: {why}");
        }
    }
    Some(said)
}

/// The title that the post names by this word.
fn named(finding: &Finding) -> Option<&TitleId> {
    finding.title.as_ref().filter(|_| finding.names_title())
}

fn listed(titles: &BTreeSet<&TitleId>) -> String {
    let ids: Vec<&str> = titles.iter().map(|title| title.as_str()).collect();
    if ids.is_empty() { "no title".to_owned() } else { ids.join(", ") }
}
