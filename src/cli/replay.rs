//! `daebak replay`: files of posts and count series become the measures of titles, or an account of
//! what was read.

mod explain;
mod json;
mod out;
mod outputs;
mod progress;
mod table;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{FoundWrong, WrongUse, check};
use crate::clock::Clock;
use crate::config;
use crate::replay::counts::{BIN_MIN, Counts};
use crate::replay::packed::unpacked;
use crate::replay::{self, ReplayError};
use crate::time::{Span, TICK};
use outputs::Wanted;
use progress::Bar;

/// Fold files of posts and count series as the service folds posts from Kafka
///
/// Files hold JSON values of any platform, one or many lines each, in any order of time, packed
/// with gzip or zstd or not. Windows end one tick after the last post. Prints the last state of
/// each campaign, unless an output is the standard output.
#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// Files of posts; `-` is the standard input.
    #[arg(required_unless_present = "counts")]
    files: Vec<PathBuf>,
    /// The service's file, for its windows, limits and campaigns. Without one, count series alone
    /// are a campaign of their own [default: config/daebak.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Count posts of which only the number is known: comma-separated values with a header that
    /// names `time`, `title`, `count` and, where it is known, `platform`. Each row is a bin that
    /// ends where its title's next one begins
    #[arg(long, value_name = "FILE")]
    counts: Option<PathBuf>,
    /// The length of every bin of the count series, as in 5m, where those without posts have no
    /// row. Without it a bin ends where the next row begins
    #[arg(long, value_name = "SPAN", requires = "counts", value_parser = bin)]
    bin: Option<Span>,
    #[command(flatten)]
    wanted: Wanted,
    /// The step of what is written at every step, as in 1h; a whole number of 5 s
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = step)]
    every: Span,
    /// How the last state is printed
    #[arg(long, value_enum)]
    format: Option<Printed>,
    /// Fold nothing; say what was read from each record: where it begins, its posts, what it
    /// takes back, or why it can't be read (a line and column there count from where the record
    /// begins). Needs no campaigns, and without a file at the default place no configuration
    #[arg(long, conflicts_with_all = ["counts", "openmetrics", "csv", "bursts", "format"])]
    explain_posts: bool,
    /// Read the files as records of this feed; else as those of a feed of any format
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
}

/// How the last state is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Printed {
    /// Posts by title and window, for people
    Table,
    /// Every measure, for programs
    Json,
}

/// Reads the length of a step.
fn step(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: crate::time::NoSpan| error.to_string())?;
    let is_whole = span >= TICK && span.is_multiple_of(TICK);
    is_whole.then_some(span).ok_or_else(|| format!("expected a whole number of {TICK}"))
}

/// Reads the length of a bin.
fn bin(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: crate::time::NoSpan| error.to_string())?;
    (span >= BIN_MIN).then_some(span).ok_or_else(|| format!("expected at least {BIN_MIN}"))
}

impl Replay {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if self.inputs().filter(|path| out::is_std(path)).count() > 1 {
            return Err(WrongUse("only one input can be the standard input".into()).into());
        }
        self.wanted.check(&self.inputs().chain([self.config_path()]).collect::<Vec<_>>())?;
        let mut out = io::stdout().lock();
        let printed = if self.explain_posts { self.explain(&mut out) } else { self.fold(&mut out) };
        match printed {
            // Whoever reads has seen enough.
            Err(error) if check::is_broken_pipe(&error) => Ok(()),
            printed => printed,
        }
    }

    fn fold(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if self.format.is_some() && self.wanted.takes_stdout() {
            let why = "--format prints on the standard output, and so does an output of `-`";
            return Err(WrongUse(why.into()).into());
        }
        let bar = Bar::reading(self.bytes(), self.wanted.takes_stdout());
        let mut outputs = self.wanted.open(bar.clone())?;
        let replay = self.replay(&bar)?;
        let replayed = replay.fold(self.every, &mut outputs).map_err(told)?;
        outputs.finish()?;
        if self.wanted.takes_stdout() {
            return Ok(());
        }
        Ok(match self.format {
            Some(Printed::Json) => json::print(out, &replayed),
            Some(Printed::Table) | None => table::print(out, &replayed),
        }?)
    }

    /// A replay that has read all inputs.
    fn replay(&self, bar: &Bar) -> anyhow::Result<replay::Replay> {
        let now = Clock::system().now();
        let counts = self.counts.as_deref().map(|path| self.read_counts(path, bar)).transpose()?;
        if let (None, true, Some(counts)) = (&self.config, self.files.is_empty(), &counts) {
            return replay::Replay::of_counts(&config::shipped()?, now, counts.clone())
                .map_err(told);
        }
        let config = config::load_offline(self.config_path())?;
        let mut replay = replay::Replay::new(&config, now)?;
        if let (Some(counts), Some(path)) = (counts, &self.counts) {
            let counted = replay.count(counts);
            counted.map_err(|error| wrong(path, &error))?;
        }
        let feed = match &self.feed {
            Some(name) => check::feed(&config.service, Some(name))?.topics.first(),
            None => None,
        };
        self.each_file(bar, |name, input| {
            replay.read(feed.map_or(name, String::as_str), input).map_err(told)
        })?;
        Ok(replay)
    }

    /// Everything that is read but for the configuration.
    fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().chain(&self.counts).map(PathBuf::as_path)
    }

    fn read_counts(&self, path: &Path, bar: &Bar) -> anyhow::Result<Counts> {
        let input = open(path, bar).with_context(|| format!("cannot replay {}", path.display()))?;
        Counts::read(input, self.bin).map_err(|error| wrong(path, &error).into())
    }

    fn config_path(&self) -> &Path {
        self.config.as_deref().unwrap_or(Path::new(super::CONFIG_DEFAULT))
    }

    fn explain(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut account = explain::Account::of(self.config_path(), self.feed.as_deref())?;
        let bar = Bar::reading(None, true);
        self.each_file(&bar, |name, input| account.read(out, name, input).map_err(told))?;
        Ok(account.print_totals(out)?)
    }

    /// Opens each file, by its name.
    fn each_file(
        &self,
        bar: &Bar,
        mut read: impl FnMut(&str, &mut dyn Read) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for file in &self.files {
            let name = file.display().to_string();
            let read = open(file, bar).and_then(|mut input| read(&name, &mut *input));
            read.with_context(|| format!("cannot replay {name}"))?;
        }
        Ok(())
    }

    /// How much there is to read, if that can be told.
    fn bytes(&self) -> Option<u64> {
        let size = |path: &Path| {
            let told = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
            told.map(|told| told.len())
        };
        self.inputs().map(size).sum()
    }
}

/// Opens a file, or the standard input, and unpacks what is packed.
fn open(path: &Path, bar: &Bar) -> anyhow::Result<Box<dyn Read>> {
    let opened = if out::is_std(path) {
        unpacked(bar.watch(io::stdin().lock()))
    } else {
        let opened = File::open(path).map_err(|error| WrongUse(error.to_string()))?;
        unpacked(bar.watch(opened))
    };
    Ok(opened.map_err(|error| FoundWrong(error.to_string()))?)
}

/// An error of the input as a mistake of the input's, and one of the output as itself, so that it
/// can be told whether it is a broken pipe.
fn told(error: ReplayError) -> anyhow::Error {
    match error {
        ReplayError::Io(error) => error.into(),
        ReplayError::Input(_) | ReplayError::Counts(_) | ReplayError::Steps { .. } => {
            FoundWrong(error.to_string()).into()
        }
        error => error.into(),
    }
}

/// A count series with a mistake, by its file.
fn wrong(path: &Path, error: &impl std::fmt::Display) -> FoundWrong {
    FoundWrong(format!("cannot replay {}: {error}", path.display()))
}
