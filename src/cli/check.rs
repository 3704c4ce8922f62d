//! `daebak check`: every mistake of the configuration, without a broker, and what it makes of a
//! sample of a feed.

mod shown;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use super::WrongUse;
use super::test::{self, Tested};
use crate::campaign::{Campaign, Language};
use crate::clock::Clock;
use crate::config::{self, Checked, Feed, PAGES, Page, Series, Service};
use crate::replay::explain::{Explained, Explainer};

/// Check configuration files and say every mistake in them
///
/// Errors go to standard error, each with its file, line and column; the exit code is then 1.
/// Without one, warnings go there, and standard output gets for each campaign what came of its
/// `[[tests]]`, of which one that fails makes the exit code 1, and what each title's aliases ask of
/// a post.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// A service file (checked with its campaigns), a campaign file, or a directory of such files
    #[arg(default_value = "config/daebak.toml")]
    path: PathBuf,
    /// Say what the rule with this id asks, why, and what to do; or list all rules
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "",
          conflicts_with_all = ["path", "sample", "feed", "deny_warnings", "verbose"])]
    explain: Option<String>,
    /// Make the exit code 1 when there is a warning
    #[arg(long)]
    deny_warnings: bool,
    /// List every alias with its tier and the reason for that, accounts, and when titles are shown
    #[arg(long)]
    verbose: bool,
    /// Records of a feed, as JSON values: say what is read from each. The exit code is 1 when one
    /// can't be read. Secrets are left alone, so the hashes of authors are not the service's
    #[arg(long, value_name = "FILE")]
    sample: Option<PathBuf>,
    /// The feed that the sample is of; where all have one format, any
    #[arg(long, value_name = "NAME", requires = "sample")]
    feed: Option<String>,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout().lock();
        let done = if let Some(id) = &self.explain {
            explain_rule(&mut out, id)
        } else {
            super::must_be_there(&self.path)?;
            match config::check(&self.path) {
                Ok(checked) => self.report(&mut out, &checked),
                Err(errors) => {
                    // Whoever closed our output will not read that it failed either.
                    let _ = writeln!(anstream::stderr(), "{}", errors.styled());
                    return Ok(ExitCode::from(super::CHECK_FAILED));
                }
            }
        };
        match done {
            // Whoever reads has seen enough.
            Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
            done => done,
        }
    }

    fn report(&self, out: &mut impl Write, checked: &Checked) -> anyhow::Result<ExitCode> {
        let has_warnings = !checked.warnings.as_slice().is_empty();
        if has_warnings {
            let _ = writeln!(anstream::stderr(), "{}\n", checked.warnings.styled());
        }
        let mut fine = !(has_warnings && self.deny_warnings);
        let by_default = if checked.services.is_empty() { " by default" } else { "" };
        let files = checked.files.iter().zip(&checked.series);
        for (campaign, (file, series)) in checked.campaigns.iter().zip(files) {
            let Series { title_max, all } = series;
            let series = format!("  at most {title_max} series a title, {all} in all{by_default}");
            fine &= self.report_campaign(out, campaign, file, &series)?;
        }
        if checked.services.iter().any(Service::shows_authors) {
            writeln!(out, "note: {}", super::SHOWS_AUTHORS)?;
        }
        if let Some(sample) = &self.sample {
            fine &= self.report_sample(out, checked, sample)?;
        }
        Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(super::CHECK_FAILED) })
    }

    /// Whether its tests pass.
    fn report_campaign(
        &self,
        out: &mut impl Write,
        campaign: &Arc<Campaign>,
        file: &str,
        series: &str,
    ) -> anyhow::Result<bool> {
        let mut tagger = test::alone(campaign)?;
        let tested = Tested::run(&mut tagger, campaign, file);
        writeln!(out, "{}", summary(campaign))?;
        let (words, kib) = (config::n_words(campaign), tagger.memory().div_ceil(1024));
        writeln!(out, "  {}, {words} words, {kib} KiB to find them", tested.summary())?;
        writeln!(out, "{series}")?;
        for failure in &tested.failures {
            writeln!(out, "{failure}")?;
        }
        let verbose = self.verbose.then(|| Clock::system().now());
        if verbose.is_some() {
            out.write_all(shown::accounts(campaign).as_bytes())?;
        }
        for title in campaign.titles.iter().filter(|_| self.sample.is_none()) {
            out.write_all(shown::title(title, campaign, verbose).as_bytes())?;
        }
        Ok(tested.failures.is_empty())
    }

    /// Whether every record can be read.
    fn report_sample(
        &self,
        out: &mut impl Write,
        checked: &Checked,
        sample: &Path,
    ) -> anyhow::Result<bool> {
        let [service] = &checked.services[..] else {
            let path = self.path.display();
            let detail = format!("{path} is no service's file; a sample is of one of its feeds");
            return Err(WrongUse(detail).into());
        };
        writeln!(out)?;
        let feed = feed(service, self.feed.as_deref())?;
        let name = sample.display();
        let opened = File::open(sample);
        let input = opened.map_err(|error| WrongUse(format!("cannot read {name}: {error}")))?;
        let explained =
            explain(out, service, feed, input).with_context(|| format!("cannot read {name}"))?;
        let Explained { records, faulty } = explained;
        writeln!(out, "\n{records} records, {faulty} of them for the dead letters")?;
        Ok(faulty == 0)
    }
}

/// Prints the page of the rule `id`, or the ids of all if it is empty.
fn explain_rule(out: &mut impl Write, id: &str) -> anyhow::Result<ExitCode> {
    if id.is_empty() {
        for page in PAGES {
            writeln!(out, "{:8} {}", shown::severity(page.rule), page.rule.id())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let page = Page::of(id).ok_or_else(|| {
        WrongUse(format!("there is no rule {id}; `daebak check --explain` lists them all"))
    })?;
    out.write_all(shown::page(page).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Whether whoever reads has seen enough.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The feed called `name`; without a name the first of those that have all one format.
pub(super) fn feed<'a>(service: &'a Service, name: Option<&str>) -> Result<&'a Feed, WrongUse> {
    let feeds = &service.feeds;
    let found = match name {
        Some(name) => feeds.iter().find(|feed| feed.name == name),
        None => feeds.first().filter(|first| feeds.iter().all(|feed| feed.format == first.format)),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = feeds.iter().map(|feed| feed.name.as_str()).collect();
        let names = names.join(", ");
        WrongUse(name.map_or_else(
            || format!("the feeds have not all one format; expected --feed with one of {names}"),
            |name| format!("there is no feed {name}; known: {names}"),
        ))
    })
}

fn explain(
    out: &mut impl Write,
    service: &Service,
    feed: &Feed,
    sample: File,
) -> io::Result<Explained> {
    let authors = service.authors();
    let explainer = Explainer {
        format: &feed.format,
        authors: &authors,
        record_bytes_max: service.limits.record_bytes_max,
    };
    explainer.explain_all(sample, |lines| out.write_all(lines.as_bytes()))
}

fn summary(campaign: &Campaign) -> String {
    let languages: Vec<_> = campaign.languages.iter().map(Language::as_str).collect();
    format!(
        "{}: {} titles, {} aliases, {} hashtags, languages {}, revision {}",
        campaign.id,
        campaign.titles.len(),
        campaign.titles.iter().map(|title| title.aliases.len()).sum::<usize>(),
        campaign.titles.iter().map(|title| title.hashtags.len()).sum::<usize>(),
        languages.join(" "),
        campaign.revision,
    )
}
