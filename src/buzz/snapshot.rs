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
