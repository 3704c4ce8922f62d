//! How far a replay is: a bar on a terminal, else nothing.

use std::fmt;
use std::io::{IsTerminal, Read};

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};

/// How many log records go by between two looks at the bar.
const RECORDS_A_LOOK: u64 = 4096;

/// Which part of all must be done before it is said how long the rest will take: 1 in so many.
const PART_TO_TELL_FROM: u64 = 100;

/// A bar on the standard error: bytes read first, then records folded.
#[derive(Clone)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// Nothing is read yet of `bytes`, where that is known.
    pub(super) fn reading(bytes: Option<u64>, hidden: bool) -> Self {
        if hidden || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        Self(match bytes {
            Some(bytes) => {
                shaped(ProgressBar::new(bytes), "{bar:40} {bytes} of {total_bytes} read{left}")
            }
            None => shaped(ProgressBar::no_length(), "{spinner} {bytes} read"),
        })
    }

    /// An input whose bytes count as read.
    pub(super) fn watch<R: Read>(&self, input: R) -> impl Read + use<R> {
        self.0.wrap_read(input)
    }

    /// So many of so many records are folded.
    pub(super) fn folded(&mut self, records: u64, of: u64) {
        if records == 1 && !self.0.is_hidden() {
            self.0.finish_and_clear();
            let shape = "{bar:40} {human_pos} of {human_len} records folded{left}";
            self.0 = shaped(ProgressBar::new(of), shape);
        }
        if records.is_multiple_of(RECORDS_A_LOOK) {
            self.0.set_position(records);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn shaped(bar: ProgressBar, shape: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(shape).map(|style| style.with_key("left", left));
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// How much time is left, once enough is done to tell.
fn left(state: &ProgressState, out: &mut dyn fmt::Write) {
    if state.pos() > 0 && state.pos() >= state.len().unwrap_or_default() / PART_TO_TELL_FROM {
        // Nobody could be told that it failed.
        let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
    }
}
