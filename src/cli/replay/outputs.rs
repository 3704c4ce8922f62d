//! Where a replay's timeline goes: files, or one of them the standard output.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::progress::Bar;
use crate::buzz::Buzz;
use crate::cli::WrongUse;
use crate::metric::Family;
use crate::metric::buzz::samples;
use crate::record::burst::BurstRecord;
use crate::replay::Follower;
use crate::replay::openmetrics::Timeline;
use crate::replay::sheet::Sheet;
use crate::time::Timestamp;

/// What else a replay writes than its last state
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Write the whole timeline with timestamps, for `promtool tsdb create-blocks-from
    /// openmetrics`; `-` is the standard output
    #[arg(long, value_name = "OUT")]
    openmetrics: Option<PathBuf>,
    /// Write every measure at every step, one a row
    #[arg(long, value_name = "OUT")]
    csv: Option<PathBuf>,
    /// Write the onset and the end of every burst and surge, one JSON record a line, as the bursts
    /// topic has them
    #[arg(long, value_name = "OUT")]
    bursts: Option<PathBuf>,
}

impl Wanted {
    /// Whether any of them goes to the standard output.
    pub(super) fn takes_stdout(&self) -> bool {
        self.paths().any(is_stdout)
    }

    fn paths(&self) -> impl Iterator<Item = &Path> {
        [&self.openmetrics, &self.csv, &self.bursts].into_iter().flatten().map(PathBuf::as_path)
    }

    /// Makes each file, before anything is read.
    pub(super) fn open(&self, bar: Bar) -> anyhow::Result<Outputs> {
        if self.paths().filter(|path| is_stdout(path)).count() > 1 {
            return Err(WrongUse("only one output can be the standard output".into()).into());
        }
        let open = |path: &Option<PathBuf>| path.as_deref().map(open).transpose();
        Ok(Outputs {
            timeline: open(&self.openmetrics)?.map(timeline).transpose()?,
            sheet: open(&self.csv)?.map(Sheet::begin).transpose()?,
            bursts: open(&self.bursts)?,
            bar,
        })
    }
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

type Out = BufWriter<Box<dyn Write>>;

fn open(path: &Path) -> anyhow::Result<Out> {
    let out: Box<dyn Write> = if is_stdout(path) {
        Box::new(io::stdout().lock())
    } else {
        let made = File::create(path);
        Box::new(made.map_err(|e| WrongUse(format!("cannot write {}: {e}", path.display())))?)
    };
    Ok(BufWriter::new(out))
}

fn timeline(out: Out) -> io::Result<(Timeline, Out)> {
    Ok((Timeline::new()?, out))
}

/// Everything that is written while a replay folds, and how far it is.
pub(super) struct Outputs {
    timeline: Option<(Timeline, Out)>,
    sheet: Option<Sheet<Out>>,
    bursts: Option<Out>,
    bar: Bar,
}

impl Follower for Outputs {
    fn step(&mut self, time: Timestamp, folds: &[Buzz]) -> io::Result<()> {
        if self.timeline.is_none() && self.sheet.is_none() {
            return Ok(());
        }
        let Self { timeline, sheet, .. } = self;
        let mut push = |family: &'static Family, labels: &[&str], value| {
            if let Some((timeline, _)) = timeline.as_mut().filter(|_| family.is_scraped) {
                timeline.push(time, family, labels, value)?;
            }
            sheet.as_mut().map_or(Ok(()), |sheet| sheet.push(time, family, labels, value))
        };
        let mut written = Ok(());
        for buzz in folds {
            samples(buzz, &mut |family, labels, value| {
                if written.is_ok() {
                    written = push(family, labels, value);
                }
            });
        }
        written
    }

    fn burst(&mut self, burst: BurstRecord) -> io::Result<()> {
        let Some(out) = &mut self.bursts else { return Ok(()) };
        serde_json::to_writer(&mut *out, &burst)?;
        writeln!(out)
    }

    fn folded(&mut self, records: u64, of: u64) {
        self.bar.folded(records, of);
    }
}

impl Outputs {
    /// Writes what is left.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { timeline, sheet, bursts, bar } = self;
        bar.finish();
        if let Some((timeline, mut out)) = timeline {
            timeline
                .write(&mut out)
                .and_then(|()| out.flush())
                .context("cannot write OpenMetrics")?;
        }
        if let Some(sheet) = sheet {
            sheet.finish().context("cannot write CSV")?;
        }
        if let Some(mut out) = bursts {
            out.flush().context("cannot write bursts")?;
        }
        Ok(())
    }
}
