//! What the detectors find in a series, beside what is in it.

use std::collections::BTreeMap;

use daebak::time::{Span, Timestamp};
use daebak::virality::burst::Burst;
use daebak::virality::surge::Surge;
use daebak::virality::turn::{BOUNDARY, N_COUNTS, Turn};

use super::Series;

/// The onsets and ends that a detector finds, in boundaries from a series' start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Turns {
    pub(crate) onsets: Vec<usize>,
    pub(crate) ends: Vec<usize>,
}

impl Turns {
    /// The onsets of both; ends are of no use then.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self { onsets: [&*self.onsets, &*other.onsets].concat(), ends: Vec::new() }
    }

    fn take(&mut self, at: usize, turn: Option<Turn>) {
        match turn {
            Some(Turn::Onset) => self.onsets.push(at),
            Some(Turn::End { .. }) => self.ends.push(at),
            None => {}
        }
    }
}

/// What the burst and the surge detector find in `counts`, oldest first, tracked from the first on.
pub(crate) fn turns(counts: &[u64]) -> (Turns, Turns) {
    let newest_first: Vec<u64> = counts.iter().rev().copied().collect();
    let (mut burst, mut surge) = (Burst::default(), Surge::default());
    let (mut bursts, mut surges) = (Turns::default(), Turns::default());
    for at in 1..=counts.len() {
        let past = &newest_first[counts.len() - at..];
        let past = &past[..past.len().min(N_COUNTS)];
        let history = Span::from_millis(BOUNDARY.as_millis() * i64::try_from(at).unwrap());
        let boundary = Timestamp::default() + history;
        bursts.take(at, burst.step(boundary, history, past));
        surges.take(at, surge.step(boundary, history, past));
    }
    (bursts, surges)
}

/// How well the events of many series were found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    events: u64,
    /// Events found so many boundaries after their onset.
    delays: BTreeMap<usize, u64>,
    n_false: u64,
    boundaries: u64,
}

impl Tally {
    /// Takes what was found in `series`. The events from place `first` on count; each is found by
    /// an onset at most `limit` boundaries after its own. Onsets up to `tail` boundaries after an
    /// event are not false: the event is still there.
    pub(crate) fn take(
        &mut self,
        series: &Series,
        turns: &Turns,
        first: usize,
        limit: usize,
        tail: usize,
    ) {
        let events = series.events.get(first..).unwrap_or_default();
        for event in events {
            self.events += 1;
            let onset = turns
                .onsets
                .iter()
                .filter(|onset| (*event + 1..=event + limit).contains(onset))
                .min();
            if let Some(onset) = onset {
                *self.delays.entry(onset - event).or_default() += 1;
            }
        }
        let is_in_event =
            |at: usize| series.events.iter().any(|event| (*event + 1..=event + tail).contains(&at));
        self.n_false += turns.onsets.iter().filter(|onset| !is_in_event(**onset)).count() as u64;
        self.boundaries += (1..=series.counts.len()).filter(|at| !is_in_event(*at)).count() as u64;
    }

    /// The part of the events that was found within `limit` boundaries; none without events.
    pub(crate) fn recall(&self, limit: usize) -> Option<f64> {
        let found: u64 = self.delays.range(..=limit).map(|(_, n)| n).sum();
        (self.events > 0).then(|| found as f64 / self.events as f64)
    }

    /// The delay in minutes within which this part of what was found was found.
    pub(crate) fn delay(&self, part: f64) -> Option<usize> {
        let found: u64 = self.delays.values().sum();
        let mut seen = 0;
        let within = self.delays.iter().find(|(_, n)| {
            seen += **n;
            seen as f64 >= part * found as f64
        });
        within.map(|(delay, _)| delay * 5)
    }

    /// Onsets outside events for each day of a title.
    pub(crate) fn false_a_day(&self) -> f64 {
        self.n_false as f64 / (self.boundaries as f64 / super::DAY as f64)
    }
}
