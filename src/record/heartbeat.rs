//! A heartbeat: how far a tagger has come. It follows, in each partition of the mention log,
//! every mention it covers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::{CampaignId, Revision};
use crate::time::Timestamp;

/// A tagger's progress in the feed partitions it owns and can reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Schema version.
    pub v: u32,
    /// The tagger, for people who look for one: its group instance and thread.
    pub tagger: Box<str>,
    /// The tagger's clock when it sent this; compared with the log's timestamp, never used as now.
    #[serde(rename = "clock_ms")]
    pub clock: Timestamp,
    /// The revision it tags each campaign with.
    pub revisions: BTreeMap<CampaignId, Revision>,
    /// How many partitions each feed topic has.
    pub partition_counts: BTreeMap<Box<str>, u32>,
    /// The partitions it owns and can reach.
    pub partitions: Vec<Progress>,
}

/// The most partitions a topic can have; a heartbeat that says more is not believed.
pub const PARTITIONS_MAX: u32 = 100_000;

impl Heartbeat {
    /// Whether its numbers can be true: a fold keeps a clock for each partition named.
    pub(super) fn is_sound(&self) -> bool {
        self.partition_counts.values().all(|count| *count <= PARTITIONS_MAX)
            && self.partitions.iter().all(|progress| progress.partition < PARTITIONS_MAX)
    }
}

/// How far one feed partition has been read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The feed topic.
    pub topic: Box<str>,
    /// The partition.
    pub partition: u32,
    /// The offset after the last record read.
    pub position: i64,
    /// The newest min(event time, record's timestamp - the feed's delay) seen, less
    /// `out_of_orderness`; none before the first.
    #[serde(rename = "watermark_ms", default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Timestamp>,
    /// The time of the fetch that found the end of the partition; each is reported once.
    #[serde(rename = "end_fetched_ms", default, skip_serializing_if = "Option::is_none")]
    pub end_fetched: Option<Timestamp>,
}
