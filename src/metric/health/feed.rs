//! The counters of a feed, resolved once so that a record costs a few atomic additions.

use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, Registry};

use super::Health;
use super::collector::{counters, gauges};
use crate::metric::Family;
use crate::post::format::Shape;
use crate::post::outcome::{InvalidReason, PostOutcome, RecordOutcome};

pub(super) const FEED_RECORDS: Family =
    Family::counter("daebak_feed_records_total", &["feed"], "Records read from the feed's topics.");
pub(super) const RECORDS: Family = Family::counter(
    "daebak_records_total",
    &["feed", "outcome"],
    "Feed records by what became of them; each has one outcome, so they add up to daebak_feed_records_total.",
);
pub(super) const SHAPES: Family = Family::counter(
    "daebak_records_by_shape_total",
    &["feed", "shape"],
    "Feed records with posts, by the shape in which these came.",
);
pub(super) const POSTS: Family = Family::counter(
    "daebak_posts_total",
    &["feed", "outcome"],
    "Posts in feed records by what became of them; each has one outcome.",
);
pub(super) const DEAD_LETTERS: Family = Family::counter(
    "daebak_dead_letters_total",
    &["feed", "reason"],
    "Feed records written to the dead letters, by reason.",
);
pub(super) const RATIO: Family = Family::gauge(
    "daebak_dead_letter_ratio",
    &["feed"],
    "Share of the feed's records of the last five minutes that went to the dead letters, from 0 to 1; absent without records.",
);
pub(super) const RATIO_EXCEEDED: Family = Family::gauge(
    "daebak_dead_letter_ratio_exceeded",
    &["feed"],
    "1 while daebak_dead_letter_ratio is above limits.dead_letter_ratio_max, else 0.",
);
pub(super) const PAUSES: Family = Family::counter(
    "daebak_backpressure_pauses_total",
    &["feed"],
    "Times that reading a feed paused because a queue was full.",
);

/// Every record outcome, in the order of [`record_slot`]; all ways to be invalid are one.
const RECORD_OUTCOMES: [RecordOutcome; 5] = [
    RecordOutcome::Posts,
    RecordOutcome::Control,
    RecordOutcome::Compliance,
    RecordOutcome::Tombstone,
    RecordOutcome::Invalid(InvalidReason::NotUtf8),
];

/// Every post outcome, in the order of its discriminants.
const POST_OUTCOMES: [PostOutcome; 6] = [
    PostOutcome::Tagged,
    PostOutcome::Untagged,
    PostOutcome::NoText,
    PostOutcome::NoId,
    PostOutcome::NoTime,
    PostOutcome::Oversized,
];

/// Every reason for which a record goes to the dead letters.
const DEAD_LETTER_REASONS: [&str; 9] = [
    InvalidReason::NotUtf8.label(),
    InvalidReason::NotJson.label(),
    InvalidReason::TooDeep.label(),
    InvalidReason::TooLarge.label(),
    InvalidReason::TooMany.label(),
    InvalidReason::UnknownShape.label(),
    PostOutcome::NoId.label(),
    PostOutcome::NoTime.label(),
    PostOutcome::Oversized.label(),
];

const fn record_slot(outcome: RecordOutcome) -> usize {
    match outcome {
        RecordOutcome::Posts => 0,
        RecordOutcome::Control => 1,
        RecordOutcome::Compliance => 2,
        RecordOutcome::Tombstone => 3,
        RecordOutcome::Invalid(_) => 4,
    }
}

/// The families that have a `feed` label.
#[derive(Debug)]
pub(super) struct Families {
    read: IntCounterVec,
    records: IntCounterVec,
    shapes: IntCounterVec,
    posts: IntCounterVec,
    dead_letters: IntCounterVec,
    pauses: IntCounterVec,
    ratio: GaugeVec,
    ratio_exceeded: GaugeVec,
}

impl Families {
    pub(super) fn register(registry: &Registry) -> Self {
        Self {
            read: counters(registry, &FEED_RECORDS),
            records: counters(registry, &RECORDS),
            shapes: counters(registry, &SHAPES),
            posts: counters(registry, &POSTS),
            dead_letters: counters(registry, &DEAD_LETTERS),
            pauses: counters(registry, &PAUSES),
            ratio: gauges(registry, &RATIO),
            ratio_exceeded: gauges(registry, &RATIO_EXCEEDED),
        }
    }

    pub(super) fn of(&self, feed: &str) -> FeedHealth {
        let of = |family: &IntCounterVec, label| family.with_label_values(&[feed, label]);
        FeedHealth {
            read: self.read.with_label_values(&[feed]),
            records: RECORD_OUTCOMES.map(|outcome| of(&self.records, outcome.label())),
            shapes: Shape::ALL.map(|shape| of(&self.shapes, shape.label())),
            posts: POST_OUTCOMES.map(|outcome| of(&self.posts, outcome.label())),
            dead_letters: DEAD_LETTER_REASONS
                .map(|reason| (reason, of(&self.dead_letters, reason))),
            pauses: self.pauses.with_label_values(&[feed]),
            name: feed.into(),
            ratio: self.ratio.clone(),
            ratio_exceeded: self.ratio_exceeded.with_label_values(&[feed]),
        }
    }
}

/// The counters of one feed; clones count into the same series.
#[derive(Clone, Debug)]
pub struct FeedHealth {
    read: IntCounter,
    records: [IntCounter; 5],
    shapes: [IntCounter; Shape::ALL.len()],
    posts: [IntCounter; 6],
    dead_letters: [(&'static str, IntCounter); 9],
    pauses: IntCounter,
    name: Box<str>,
    ratio: GaugeVec,
    ratio_exceeded: Gauge,
}

/// What a feed has counted since the process started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedCounts {
    /// Records read.
    pub records: u64,
    /// Those that went to the dead letters.
    pub dead_letters: u64,
}

impl Health {
    /// What each feed has counted, by its name.
    pub fn feeds(&self) -> impl Iterator<Item = (&str, FeedCounts)> {
        self.feeds.iter().map(|feed| (&*feed.name, feed.counts()))
    }
}

impl FeedHealth {
    /// A record was read from the feed; its outcome follows.
    pub fn read(&self) {
        self.read.inc();
    }

    /// A record has its outcome.
    pub fn record(&self, outcome: RecordOutcome) {
        self.records[record_slot(outcome)].inc();
    }

    /// A record's posts came in this shape.
    pub fn shape(&self, shape: Shape) {
        self.shapes[shape as usize].inc();
    }

    /// A post in a record has its outcome.
    pub fn post(&self, outcome: PostOutcome) {
        self.posts[outcome as usize].inc();
    }

    /// A record was written to the dead letters.
    ///
    /// `reason` is a label of [`InvalidReason`] or [`PostOutcome`]; no other is ever counted.
    pub fn dead_letter(&self, reason: &str) {
        let counter = self.dead_letters.iter().find(|(label, _)| *label == reason);
        debug_assert!(counter.is_some(), "{reason}");
        if let Some((_, counter)) = counter {
            counter.inc();
        }
    }

    /// What it has counted.
    pub fn counts(&self) -> FeedCounts {
        let dead_letters = self.dead_letters.iter().map(|(_, counter)| counter.get()).sum();
        FeedCounts { records: self.read.get(), dead_letters }
    }

    /// The share of dead letters among its latest records, if there are any, and whether it is
    /// more than it may be.
    pub fn dead_letter_ratio(&self, ratio: Option<f64>, exceeded: bool) {
        match ratio {
            Some(ratio) => self.ratio.with_label_values(&[&*self.name]).set(ratio),
            // One that never had a value has nothing to remove.
            None => drop(self.ratio.remove_label_values(&[&*self.name])),
        }
        self.ratio_exceeded.set(f64::from(u8::from(exceeded)));
    }

    /// Reading paused because a queue was full.
    pub fn paused(&self) {
        self.pauses.inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_counts_into_its_own_series() {
        let health = Health::new(&["x"], "1");
        let feed = health.feed("x");
        for outcome in RECORD_OUTCOMES {
            feed.record(outcome);
            let series =
                format!("daebak_records_total{{feed=\"x\",outcome=\"{}\"}} 1\n", outcome.label());
            assert!(health.text().contains(&series), "{series}");
        }
        for shape in Shape::ALL {
            feed.shape(shape);
            let series = format!(
                "daebak_records_by_shape_total{{feed=\"x\",shape=\"{}\"}} 1\n",
                shape.label()
            );
            assert!(health.text().contains(&series), "{series}");
        }
        for outcome in POST_OUTCOMES {
            feed.post(outcome);
            let series =
                format!("daebak_posts_total{{feed=\"x\",outcome=\"{}\"}} 1\n", outcome.label());
            assert!(health.text().contains(&series), "{series}");
        }
        for reason in DEAD_LETTER_REASONS {
            feed.dead_letter(reason);
            let series = format!("daebak_dead_letters_total{{feed=\"x\",reason=\"{reason}\"}} 1\n");
            assert!(health.text().contains(&series), "{series}");
        }
    }

    #[test]
    fn two_threads_of_a_feed_count_together() {
        let health = Health::new(&["x"], "1");
        health.feed("x").read();
        health.feed("x").clone().read();
        assert!(health.text().contains("daebak_feed_records_total{feed=\"x\"} 2\n"));
    }
}
