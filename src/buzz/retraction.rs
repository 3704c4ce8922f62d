//! Retractions: a post that is gone counts for nothing any more, whichever comes first.

use super::{Buzz, Pending, Retracted};
use crate::record::mention::Mention;
use crate::record::retraction::Retraction;
use crate::time::Timestamp;
use crate::window::ledger::Identity;

impl Buzz {
    /// Takes out a known post; remembers the retraction of an unknown one.
    pub(super) fn retract(&mut self, log_time: Timestamp, retraction: &Retraction) {
        let version = (retraction.platform, retraction.id.clone());
        let outcome = match self.ledger.find(&version) {
            Some(identity) if self.take_out(&identity) => Retracted::Applied,
            Some(_) => Retracted::Duplicate,
            None => {
                let one_too_many = self.tombstones.keep(version, log_time);
                self.tally.forgotten_retractions += u64::from(one_too_many);
                Retracted::Kept
            }
        };
        self.tally.retracted[outcome as usize] += 1;
    }

    /// Whether the mention's version or its first one was retracted before it came.
    pub(super) fn has_tombstone(&self, mention: &Mention) -> bool {
        !self.tombstones.is_empty()
            && [&mention.id, &mention.root]
                .into_iter()
                .any(|id| self.tombstones.contains(&(mention.platform, id.clone())))
    }

    /// Takes a known post out of the windows it has landed in, or out of those that wait. Returns
    /// whether that was news.
    pub(super) fn take_out(&mut self, identity: &Identity) -> bool {
        let Some(entry) = self.ledger.retract(identity) else { return false };
        let at = entry.event_time;
        let has_landed = self.shown.is_some_and(|time| at < time);
        for named in &entry.titles {
            if let Some((seat, names)) = self.seats.named_mut(named.title) {
                seat.windows.unrank(identity);
                if has_landed {
                    seat.windows.retract(identity.0, entry, *named, names);
                }
            }
        }
        if has_landed {
            return true;
        }
        let waiting = self.pending.range((at, 0)..=(at, u64::MAX));
        let is_it = |waits: &Pending| waits.post.platform == identity.0 && waits.root == identity.1;
        let keys: Vec<_> = waiting.filter(|(_, waits)| is_it(waits)).map(|(key, _)| *key).collect();
        for key in keys {
            self.pending.remove(&key);
        }
        true
    }
}
