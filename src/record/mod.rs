//! What daebak writes to Kafka: the mention log's records, as JSON that others may read too.
//!
//! A log record is one JSON object with one key that names its type, and in it `v`, the schema
//! version: `{"mention":{"v":1,…}}`. A type or version that this build does not know is skipped
//! and counted by the reader, never fatal, so that a newer daebak may write to the same log.
//! Times are integers, milliseconds since the Unix epoch.

pub mod backfill;
pub mod burst;
pub mod config;
pub mod heartbeat;
pub mod mention;
pub mod owner;
pub mod retraction;
pub mod snapshot;

use serde::{Deserialize, Serialize};

use crate::campaign::CampaignId;
use backfill::Backfill;
use config::FoldConfig;
use heartbeat::Heartbeat;
use mention::Mention;
use retraction::Retraction;

/// The schema version this build writes, and the newest it reads.
pub const SCHEMA_VERSION: u32 = 1;

/// One record of the mention log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogRecord {
    /// A post that names titles of one campaign.
    Mention(Box<Mention>),
    /// How far a tagger has come in the feed partitions it owns.
    Heartbeat(Heartbeat),
    /// What a campaign's fold depends on.
    Config(Box<FoldConfig>),
    /// A post that is no longer there.
    Retraction(Retraction),
    /// Older feed records were read again for a campaign.
    Backfill(Backfill),
}

/// A log record that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A type or a schema version of a newer daebak: to be skipped and counted.
    #[error("unknown record: {0}")]
    Unknown(String),
    /// Not a record at all.
    #[error("malformed record: {0}")]
    Malformed(String),
}

impl LogRecord {
    /// The campaign it is of; `None` for what every campaign of the partition takes.
    pub fn campaign(&self) -> Option<&CampaignId> {
        match self {
            Self::Mention(mention) => Some(&mention.campaign),
            Self::Config(config) => Some(&config.campaign),
            Self::Backfill(backfill) => Some(&backfill.campaign),
            Self::Heartbeat(_) | Self::Retraction(_) => None,
        }
    }

    /// The record's JSON.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads a record from its JSON.
    ///
    /// # Errors
    /// [`DecodeError::Unknown`] for types and versions to come, [`DecodeError::Malformed`] for
    /// anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let record: Self = serde_json::from_slice(bytes).map_err(|error| explain(bytes, &error))?;
        let (name, v, sound) = match &record {
            Self::Mention(mention) => ("mention", mention.v, !mention.titles.is_empty()),
            Self::Heartbeat(heartbeat) => ("heartbeat", heartbeat.v, heartbeat.is_sound()),
            Self::Config(config) => ("config", config.v, config.is_sound()),
            Self::Retraction(retraction) => ("retraction", retraction.v, true),
            Self::Backfill(backfill) => ("backfill", backfill.v, true),
        };
        match (v, sound) {
            (SCHEMA_VERSION, true) => Ok(record),
            (SCHEMA_VERSION, false) => {
                Err(DecodeError::Malformed(format!("{name}: values out of range")))
            }
            _ => Err(DecodeError::Unknown(format!("{name} v{v}"))),
        }
    }
}

/// The types of records that this build knows.
const TYPES: [&str; 5] = ["mention", "heartbeat", "config", "retraction", "backfill"];

/// Only the type and the version: what any daebak can read of any record.
#[derive(Deserialize)]
struct Version {
    v: u32,
}

fn explain(bytes: &[u8], error: &serde_json::Error) -> DecodeError {
    let types: Option<std::collections::BTreeMap<String, Version>> =
        serde_json::from_slice(bytes).ok();
    match types.as_ref().and_then(|types| types.first_key_value()) {
        Some((name, Version { v })) if *v > SCHEMA_VERSION || !TYPES.contains(&name.as_str()) => {
            DecodeError::Unknown(format!("{name} v{v}"))
        }
        _ => DecodeError::Malformed(error.to_string()),
    }
}

/// The partition of the mention log that holds `campaign`, of `partitions` (at least 1): the
/// 64-bit FNV-1a hash of the slug's bytes, modulo `partitions`.
///
/// Producer and owner both use it; it is part of the log's format and never changes.
pub fn partition_of(campaign: &CampaignId, partitions: u32) -> u32 {
    let hash = fnv1a(campaign.as_str().as_bytes()) % u64::from(partitions.max(1));
    u32::try_from(hash).unwrap_or_default()
}

/// The 64-bit FNV-1a hash of `bytes`; the same on every machine, for ever.
pub fn fnv1a<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
    bytes.into_iter().fold(BASIS, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(json: &str) -> Result<LogRecord, DecodeError> {
        LogRecord::decode(json.as_bytes())
    }

    fn heartbeat(v: u32, count: u32) -> String {
        format!(
            r#"{{"heartbeat":{{"v":{v},"tagger":"t","clock_ms":0,"revisions":{{}},"partition_counts":{{"x":{count}}},"partitions":[]}}}}"#
        )
    }

    fn config(length: i64, slide: i64) -> String {
        format!(
            r#"{{"config":{{"v":1,"campaign":"c","revision":"r","titles":[],"languages":[],"windows":[{{"length_ms":{length},"slide_ms":{slide},"posts":true,"authors":false,"breakdown":false}}],"allowed_lateness_ms":0,"engagement_horizon_ms":0,"stall_timeout_ms":0,"topics":{{}},"titles_max":1,"pending_max":1,"ledger_max":1,"distinct_max":1}}}}"#
        )
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn types_and_versions_to_come_are_unknown_and_all_else_is_malformed() {
        assert!(decoded(&heartbeat(1, 12)).is_ok());
        let unknown = |name: &str| Err(DecodeError::Unknown(name.into()));
        assert_eq!(decoded(&heartbeat(2, 12)), unknown("heartbeat v2"));
        assert_eq!(decoded(r#"{"sighting":{"v":1,"id":"7"}}"#), unknown("sighting v1"));
        assert_eq!(decoded(r#"{"mention":{"v":3,"shape":"new"}}"#), unknown("mention v3"));
        for bad in ["", "{}", "null", r#"{"mention":{"v":1}}"#, r#"{"mention":7}"#] {
            assert!(matches!(decoded(bad), Err(DecodeError::Malformed(_))), "{bad}");
        }
    }

    #[test]
    fn numbers_that_no_fold_can_keep_to_are_malformed() {
        assert!(decoded(&config(60_000, 5_000)).is_ok());
        let bad = [(60_000, 0), (60_000, -5_000), (0, 5_000), (61_000, 5_000), (60_000, 7_000)];
        for (length, slide) in bad.into_iter().chain([(i64::MAX, 5_000), (1 << 50, 5_000)]) {
            let decoded = decoded(&config(length, slide));
            assert!(matches!(decoded, Err(DecodeError::Malformed(_))), "{length}/{slide}");
        }
        assert!(matches!(decoded(&heartbeat(1, u32::MAX)), Err(DecodeError::Malformed(_))));
    }

    #[test]
    fn a_campaigns_partition_never_changes() {
        let partitions = ["", "a", "starlight-sonata"].map(|slug| {
            let campaign = CampaignId::new(slug);
            (partition_of(&campaign, 12), partition_of(&campaign, 1), partition_of(&campaign, 0))
        });
        // FNV-1a of nothing is its offset basis, 14695981039346656037.
        assert_eq!(partitions[0], (5, 0, 0));
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert!(partitions.iter().all(|(_, one, none)| (*one, *none) == (0, 0)));
    }
}
