//! The ledger: which posts have been counted, so that each counts once however often it comes.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use smallvec::SmallVec;

use crate::post::Platform;
use crate::post::id::PostId;
use crate::time::{Span, Timestamp};

/// Identities are forgotten in slots of this size.
const EVICTION_SLOT: Span = Span::from_minutes(10);

/// A post's identity: its platform and the id of its first version.
pub type Identity = (Platform, PostId);

/// A title by its number in the fold's list, which never changes its meaning.
pub type TitleIndex = u16;

/// What the ledger knows of one identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When the post was made: a function of its identity.
    pub event_time: Timestamp,
    /// The titles it has been counted for; only grows.
    pub titles: SmallVec<[TitleIndex; 4]>,
}

/// Every identity whose redelivery could still be accepted.
///
/// Memory: about 110 bytes an identity with its place in the eviction order.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: HashMap<Identity, Entry, foldhash::fast::FixedState>,
    by_time: BTreeMap<i64, Vec<Identity>>,
}

impl Ledger {
    /// Whether the identity is known.
    pub fn contains(&self, identity: &Identity) -> bool {
        self.entries.contains_key(identity)
    }

    /// Which of `titles` the identity has not been counted for.
    pub fn new_titles(
        &self,
        identity: &Identity,
        titles: impl IntoIterator<Item = TitleIndex>,
    ) -> SmallVec<[TitleIndex; 4]> {
        let known = self.entries.get(identity);
        let is_new = |title: &TitleIndex| known.is_none_or(|entry| !entry.titles.contains(title));
        let mut new: SmallVec<[TitleIndex; 4]> = titles.into_iter().filter(is_new).collect();
        new.sort_unstable();
        new.dedup();
        new
    }

    /// Records that the identity is counted for `titles`; the event time of its first sight
    /// stands, and is returned.
    pub fn count(
        &mut self,
        identity: &Identity,
        event_time: Timestamp,
        titles: &[TitleIndex],
    ) -> Timestamp {
        let by_time = &mut self.by_time;
        let entry = self.entries.entry_ref(identity).or_insert_with(|| {
            let slot = event_time.slot(EVICTION_SLOT);
            by_time.entry(slot).or_default().push(identity.clone());
            Entry { event_time, titles: SmallVec::new() }
        });
        entry.titles.extend_from_slice(titles);
        entry.event_time
    }

    /// Forgets identities from before `before`; some live on for up to ten minutes more.
    pub fn evict(&mut self, before: Timestamp) {
        let end = before.slot(EVICTION_SLOT);
        while let Some(oldest) = self.by_time.first_entry()
            && *oldest.key() < end
        {
            for identity in oldest.remove() {
                self.entries.remove(&identity);
            }
        }
    }

    /// Forgets the oldest slot and returns its end: what is older may be a redelivery of what is
    /// forgotten. `None`, and nothing is forgotten, when it does not end before `time`.
    pub fn evict_oldest(&mut self, time: Timestamp) -> Option<Timestamp> {
        let (slot, _) = self.by_time.first_key_value()?;
        let end = Timestamp::from_millis((slot + 1).saturating_mul(EVICTION_SLOT.as_millis()));
        if end >= time {
            return None;
        }
        self.evict(end);
        Some(end)
    }

    /// How many identities it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tweet(id: u64) -> Identity {
        (Platform::Twitter, PostId::Number(id))
    }

    #[test]
    fn a_title_is_new_once_for_an_identity() {
        let mut ledger = Ledger::default();
        let at = Timestamp::from_secs(1_000);
        assert_eq!(ledger.new_titles(&tweet(1), [3, 1, 3]).as_slice(), [1, 3]);
        ledger.count(&tweet(1), at, &[1, 3]);
        assert_eq!(ledger.new_titles(&tweet(1), [3, 4]).as_slice(), [4]);
        assert_eq!(ledger.new_titles(&tweet(2), [3]).as_slice(), [3]);
        let elsewhere = (Platform::Tiktok, PostId::Number(1));
        assert_eq!(ledger.new_titles(&elsewhere, [3]).as_slice(), [3]);
    }

    #[test]
    fn the_event_time_of_the_first_sight_stands() {
        let mut ledger = Ledger::default();
        let first = Timestamp::from_secs(1_000);
        assert_eq!(ledger.count(&tweet(1), first, &[1]), first);
        assert_eq!(ledger.count(&tweet(1), Timestamp::from_secs(9_000), &[2]), first);
    }

    #[test]
    fn identities_are_forgotten_only_before_the_bound() {
        let mut ledger = Ledger::default();
        for minute in 0..60 {
            ledger.count(
                &tweet(minute),
                Timestamp::from_secs(60 * i64::try_from(minute).unwrap()),
                &[0],
            );
        }
        ledger.evict(Timestamp::from_secs(60 * 35));
        assert!((35..60).all(|minute| ledger.contains(&tweet(minute))));
        assert_eq!(ledger.len(), 30, "whole slots of ten minutes go");
        ledger.evict(Timestamp::from_secs(60 * 60));
        assert!(ledger.is_empty());
    }
}
