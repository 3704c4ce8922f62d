//! A backfill: the feeds were read again for one campaign, and all it found lies before this.

use serde::{Deserialize, Serialize};

use crate::campaign::CampaignId;
use crate::time::Timestamp;

/// A finished run over older feed records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// Schema version.
    pub v: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// The oldest feed records that were read.
    #[serde(rename = "since_ms")]
    pub since: Timestamp,
    /// When the run began.
    #[serde(rename = "began_ms")]
    pub began: Timestamp,
}
