//! How far long work has come: a bar on a terminal, else a line now and then.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::clock::{Pace, Stopwatch};

/// How often a line tells of progress where there is no terminal.
const TELL_INTERVAL: Duration = Duration::from_secs(5);

/// Tells of progress on the standard error.
pub(super) struct Progress {
    /// None where there is no terminal.
    bar: Option<ProgressBar>,
    records_max: u64,
    since: Stopwatch,
    pace: Pace,
}

impl Progress {
    /// Nothing is done yet of at most `records_max` records.
    pub(super) fn new(records_max: u64) -> Self {
        let shape = "{bar:40} {human_pos} of {human_len} records, {per_sec:0}, {eta} left, {msg}";
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(records_max);
            ProgressStyle::with_template(shape).map_or(bar.clone(), |style| bar.with_style(style))
        });
        let mut pace = Pace::every(TELL_INTERVAL);
        // There is nothing to tell yet.
        pace.due();
        Self { bar, records_max, since: Stopwatch::start(), pace }
    }

    /// So many records are done, and `aside` is what came of them.
    pub(super) fn tell(&mut self, records: u64, aside: impl FnOnce() -> String) {
        if let Some(bar) = &self.bar {
            bar.set_position(records);
            bar.set_message(aside());
        } else if self.pace.due() {
            let rate = records as f64 / self.since.elapsed().as_secs_f64();
            let left = self.records_max.saturating_sub(records) as f64 / rate.max(1.0);
            let (max, aside) = (self.records_max, aside());
            say(&format!("{records} of {max} records, {rate:.0}/s, {left:.0} s left, {aside}"));
        }
    }

    /// Writes with the bar out of the way.
    pub(super) fn aside(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// It is done; how long it took, in seconds.
    pub(super) fn finish(&self) -> f64 {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.since.elapsed().as_secs_f64()
    }
}

/// A line for whoever watches; when nobody does, the work goes on.
pub(super) fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
