//! What becomes of the records for the bursts topic.

use prometheus::{IntCounter, Registry};

use super::collector::counters;
use crate::metric::Family;

pub(super) const RECORDS: Family = Family::counter(
    "daebak_burst_records_total",
    &[],
    "Onsets and ends that the bursts topic has taken; after a restart those of the last day are written again.",
);
pub(super) const FAILURES: Family = Family::counter(
    "daebak_burst_record_failures_total",
    &[],
    "Times the bursts topic did not take records; they are sent again until it does.",
);

/// The counters of the bursts topic.
#[derive(Debug)]
pub struct BurstsHealth {
    written: IntCounter,
    failures: IntCounter,
}

impl BurstsHealth {
    pub(super) fn register(registry: &Registry) -> Self {
        let counter = |family| counters(registry, family).with_label_values::<&str>(&[]);
        Self { written: counter(&RECORDS), failures: counter(&FAILURES) }
    }

    /// The topic has taken a record.
    pub fn written(&self) {
        self.written.inc();
    }

    /// The topic did not take what was sent.
    pub fn failed(&self) {
        self.failures.inc();
    }
}
