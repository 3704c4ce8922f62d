//! `daebak check`: every mistake of the configuration, without a broker, and what it makes of a
//! sample of a feed.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::WrongUse;
use crate::campaign::{Campaign, Language};
use crate::config::{self, Checked, Feed, Service};
use crate::replay::explain::{Explained, Explainer};

/// Check configuration files and say every mistake in them
///
/// Errors go to standard error, each with its file, line and column; the exit code is then 1.
/// Without one, standard output gets a line for each campaign.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// A service file (checked with its campaigns), a campaign file, or a directory of such files
    #[arg(default_value = "config/daebak.toml")]
    path: PathBuf,
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
        let checked = match config::check(&self.path) {
            Ok(checked) => checked,
            Err(errors) => {
                // Whoever closed our output will not read that it failed either.
                let _ = writeln!(anstream::stderr(), "{}", errors.styled());
                return Ok(ExitCode::from(super::CHECK_FAILED));
            }
        };
        let mut out = io::stdout().lock();
        match self.report(&mut out, &checked) {
            // Whoever reads has seen enough.
            Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
            reported => reported,
        }
    }

    fn report(&self, out: &mut impl Write, checked: &Checked) -> anyhow::Result<ExitCode> {
        for campaign in &checked.campaigns {
            out.write_all(summary(campaign).as_bytes())?;
        }
        if checked.services.iter().any(Service::shows_authors) {
            writeln!(out, "note: {}", super::SHOWS_AUTHORS)?;
        }
        let Some(sample) = &self.sample else { return Ok(ExitCode::SUCCESS) };
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
        Ok(if faulty == 0 { ExitCode::SUCCESS } else { ExitCode::from(super::CHECK_FAILED) })
    }
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
        "{}: {} titles, {} aliases, {} hashtags, languages {}, revision {}\n",
        campaign.id,
        campaign.titles.len(),
        campaign.titles.iter().map(|title| title.aliases.len()).sum::<usize>(),
        campaign.titles.iter().map(|title| title.hashtags.len()).sum::<usize>(),
        languages.join(" "),
        campaign.revision,
    )
}
