//! `daebak replay`: files of posts become a table of titles, or an account of what was read.

mod explain;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::WrongUse;
use crate::buzz::Buzz;
use crate::campaign::TitleId;
use crate::clock::Clock;
use crate::config;
use crate::post::Platform;
use crate::post::outcome::RecordOutcome;
use crate::replay::{self, Outcomes, Replayed};
use crate::window::Window;

/// Fold files of posts as the service folds them from Kafka, and print a table a campaign
///
/// Files hold JSON values of any platform, one or many lines each, in any order of time. Windows
/// end one tick after the last post.
#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// Files of posts; `-` is the standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The service's file, for its windows, limits and campaigns.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
    /// Fold nothing; say what was read from each record: where it begins, its posts, what it
    /// takes back, or why it can't be read (a line and column there count from where the record
    /// begins). Needs no campaigns, and without a file at the default place no configuration
    #[arg(long)]
    explain_posts: bool,
    /// Read the files as records of this feed; else as those of a feed of any format
    #[arg(long, value_name = "NAME", requires = "explain_posts")]
    feed: Option<String>,
}

impl Replay {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let printed = if self.explain_posts { self.explain(&mut out) } else { self.fold(&mut out) };
        match printed {
            // Whoever reads has seen enough.
            Err(error) if super::check::is_broken_pipe(&error) => Ok(()),
            printed => printed,
        }
    }

    fn fold(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let config = config::load_offline(&self.config)?;
        let mut replay = replay::Replay::new(&config, Clock::system().now())?;
        self.each_file(|name, input| Ok(replay.read(name, input)?))?;
        Ok(print(out, &replay.finish()?)?)
    }

    fn explain(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut account = explain::Account::of(&self.config, self.feed.as_deref())?;
        self.each_file(|name, input| Ok(account.read(out, name, input)?))?;
        Ok(account.print_totals(out)?)
    }

    /// Opens each file, by its name.
    fn each_file(
        &self,
        mut read: impl FnMut(&str, &mut dyn Read) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for file in &self.files {
            let name = file.display().to_string();
            let read = if file == Path::new("-") {
                read(&name, &mut io::stdin().lock())
            } else {
                let opened = File::open(file).map_err(|error| WrongUse(error.to_string()).into());
                opened.and_then(|mut input| read(&name, &mut input))
            };
            read.with_context(|| format!("cannot replay {name}"))?;
        }
        Ok(())
    }
}

fn print(out: &mut impl Write, replayed: &Replayed) -> io::Result<()> {
    print_records(out, &replayed.outcomes.records)?;
    print_posts(out, &replayed.outcomes)?;
    for buzz in &replayed.folds {
        print_campaign(out, buzz)?;
    }
    Ok(())
}

fn print_records(out: &mut impl Write, records: &BTreeMap<RecordOutcome, u64>) -> io::Result<()> {
    write!(out, "{} records:", records.values().sum::<u64>())?;
    for (outcome, n) in records {
        match outcome {
            RecordOutcome::Invalid(reason) => write!(out, " invalid ({}) {n}", reason.label())?,
            read => write!(out, " {} {n}", read.label())?,
        }
    }
    writeln!(out)
}

fn print_posts(out: &mut impl Write, outcomes: &Outcomes) -> io::Result<()> {
    write!(out, "{} posts:", outcomes.posts.values().sum::<u64>())?;
    for (outcome, n) in &outcomes.posts {
        write!(out, " {} {n}", outcome.label())?;
    }
    if outcomes.future > 0 {
        write!(out, "\n{} mentions left out: later than now", outcomes.future)?;
    }
    writeln!(out)
}

fn print_campaign(out: &mut impl Write, buzz: &Buzz) -> io::Result<()> {
    let Some(config) = buzz.config() else { return Ok(()) };
    let (Some(time), campaign) = (buzz.time(), buzz.campaign()) else {
        return writeln!(out, "\n{}: no mention of any title", buzz.campaign());
    };
    let windows: Vec<Window> = buzz.layout().posts.iter().collect();
    let widest = config.titles.iter().map(|title| title.as_str().len()).max().unwrap_or(0).max(5);
    writeln!(out, "\n{campaign} at {time}")?;
    write!(out, "{:widest$} {:>9}", "title", "posts")?;
    for platform in &config.platforms {
        write!(out, " {:>9}", platform.label())?;
    }
    for window in &windows {
        write!(out, " {:>7}", window.length.to_string())?;
    }
    let longest = buzz.layout().authors.iter().map(|window| window.length).max();
    writeln!(out, " {:>12}", format!("authors {}", longest.unwrap_or_default()))?;
    for title in &config.titles {
        let on = |platform: &Platform| buzz.title_total(title, *platform);
        let totals: Vec<u64> = config.platforms.iter().map(on).collect();
        write!(out, "{:widest$} {:>9}", title.as_str(), totals.iter().sum::<u64>())?;
        for total in totals {
            write!(out, " {total:>9}")?;
        }
        for index in 0..windows.len() {
            write!(out, " {:>7}", posts(buzz, title, index))?;
        }
        writeln!(out, " {:>12}", authors(buzz, title).map_or("-".into(), |n| n.to_string()))?;
    }
    Ok(())
}

fn posts(buzz: &Buzz, title: &TitleId, index: usize) -> u64 {
    let windows = buzz.title(title);
    let on = |platform| windows.map_or(0, |windows| windows.posts(platform, index));
    Platform::ALL.into_iter().map(on).sum()
}

/// Distinct authors in the longest window that counts them, over all platforms; `None` where no
/// post says its author.
fn authors(buzz: &Buzz, title: &TitleId) -> Option<u64> {
    let (index, window) =
        buzz.layout().authors.iter().enumerate().max_by_key(|(_, window)| window.length)?;
    let start = window.start(buzz.time()?);
    let windows = buzz.title(title)?;
    let on = |platform| windows.authors(platform, index, start);
    let authors: u64 = Platform::ALL.into_iter().map(on).sum::<Option<u64>>()?;
    (authors > 0 || windows.is_empty()).then_some(authors)
}
