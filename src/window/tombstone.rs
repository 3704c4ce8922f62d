//! Retractions of posts that are not known yet: they meet the mention that comes after them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::window::ledger::Identity;

/// The most retractions that wait for their post; beyond, the oldest are forgotten. 150 B each.
pub const TOMBSTONES_MAX: usize = 1_000_000;

/// Versions that were retracted before any was seen, by the log's time of the retraction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstones {
    times: BTreeMap<Identity, Timestamp>,
    by_time: BTreeSet<(Timestamp, Identity)>,
}

impl Tombstones {
    /// Keeps a retraction, read at the log's `time`. Returns whether that was one too many.
    pub fn keep(&mut self, version: Identity, time: Timestamp) -> bool {
        self.drop(&version);
        self.by_time.insert((time, version.clone()));
        self.times.insert(version, time);
        let one_too_many = self.times.len() > TOMBSTONES_MAX;
        if one_too_many && let Some((_, oldest)) = self.by_time.pop_first() {
            self.times.remove(&oldest);
        }
        one_too_many
    }

    /// Whether this version was retracted.
    pub fn contains(&self, version: &Identity) -> bool {
        self.times.contains_key(version)
    }

    /// Forgets retractions from before `before`.
    pub fn evict(&mut self, before: Timestamp) {
        while self.by_time.first().is_some_and(|(time, _)| *time < before)
            && let Some((_, version)) = self.by_time.pop_first()
        {
            self.times.remove(&version);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    fn drop(&mut self, version: &Identity) {
        if let Some(time) = self.times.remove(version) {
            self.by_time.remove(&(time, version.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Platform;
    use crate::post::id::PostId;

    #[test]
    fn a_retraction_is_kept_until_its_last_sight_is_old() {
        let version = |id| (Platform::Twitter, PostId::Number(id));
        let mut tombstones = Tombstones::default();
        for (id, at) in [(1, 10), (2, 20), (1, 30)] {
            assert!(!tombstones.keep(version(id), Timestamp::from_secs(at)));
        }
        tombstones.evict(Timestamp::from_secs(30));
        assert!(tombstones.contains(&version(1)) && !tombstones.contains(&version(2)));
        tombstones.evict(Timestamp::from_secs(31));
        assert!(tombstones.is_empty());
    }
}
