//! The fold's state as a snapshot: as it is, without what belongs to the process.

use std::collections::BTreeMap;

use super::Buzz;
use crate::campaign::CampaignId;
use crate::record::snapshot::{Manifest, Packed, SnapshotError, pack, unpack};

impl Buzz {
    /// Packs the state; the same state gives the same bytes. `None` before the first config: the
    /// mentions that wait for it lie in the log.
    ///
    /// # Errors
    /// [`SnapshotError`] when it is too large.
    pub fn pack(&self) -> Option<Result<Packed, SnapshotError>> {
        self.config.as_ref().map(|_| pack(self))
    }

    /// The state of `campaign` from a snapshot of it. Its totals and tally begin at 0.
    ///
    /// # Errors
    /// [`SnapshotError`] for whatever makes it unusable.
    pub fn unpack(
        campaign: &CampaignId,
        manifest: &Manifest,
        chunks: &BTreeMap<u32, Vec<u8>>,
    ) -> Result<Self, SnapshotError> {
        let mut buzz: Self = unpack(manifest, chunks)?;
        // Its last owner may not have written them.
        buzz.untaken = buzz.bursts.clone();
        if buzz.campaign == *campaign {
            return Ok(buzz);
        }
        Err(SnapshotError::State(format!("it is of campaign {}", buzz.campaign)))
    }
}

/// What is written to Kafka too, as the JSON that it is there: postcard has no fields that may be
/// left out.
pub(super) mod as_json {
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::buzz) fn serialize<T: Serialize, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serde_json::to_string(value).map_err(S::Error::custom)?.serialize(serializer)
    }

    pub(in crate::buzz) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        serde_json::from_str(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
