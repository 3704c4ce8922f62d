//! Where a replay's timeline goes: files, or one of them the standard output.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::out::{self, Out};
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
        self.paths().any(out::is_std)
    }

    fn paths(&self) -> impl Iterator<Item = &Path> {
        self.named().map(|(_, path)| path)
    }

    /// Each output by its option.
    fn named(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let named = [
            ("--openmetrics", &self.openmetrics),
            ("--csv", &self.csv),
            ("--bursts", &self.bursts),
        ];
        named.into_iter().filter_map(|(option, path)| Some((option, path.as_deref()?)))
    }

    /// Whether no output would be written over another, or over one of `inputs`.
    ///
    /// # Errors
    /// [`WrongUse`] when one would.
    pub(super) fn check(&self, inputs: &[&Path]) -> Result<(), WrongUse> {
        if self.paths().filter(|path| out::is_std(path)).count() > 1 {
            return Err(WrongUse("only one output can be the standard output".into()));
        }
        for (number, (option, path)) in self.named().enumerate() {
            let shown = path.display();
            if inputs.iter().any(|input| out::is_same(path, input)) {
                return Err(WrongUse(format!("{option} would overwrite {shown}, which is read")));
            }
            let before = self.named().take(number).find(|(_, before)| out::is_same(path, before));
            if let Some((before, _)) = before {
                return Err(WrongUse(format!("{before} and {option} would both write {shown}")));
            }
        }
        Ok(())
    }

    /// Makes each output, before anything is read.
    pub(super) fn open(&self, bar: Bar) -> anyhow::Result<Outputs> {
        let open = |path: &Option<PathBuf>| path.as_deref().map(Out::open).transpose();
        Ok(Outputs {
            timeline: open(&self.openmetrics)?.map(timeline).transpose()?,
            sheet: open(&self.csv)?.map(Sheet::begin).transpose()?,
            bursts: open(&self.bursts)?,
            bar,
        })
    }
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
    /// Writes what is left, and then puts every file at its path.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { timeline, sheet, bursts, bar } = self;
        bar.finish();
        let mut outs: Vec<Out> = bursts.into_iter().chain(sheet.map(Sheet::finish)).collect();
        if let Some((timeline, mut out)) = timeline {
            timeline.write(&mut out)?;
            outs.push(out);
        }
        outs.iter_mut().try_for_each(Out::flush)?;
        outs.into_iter().try_for_each(Out::keep)
    }
}
