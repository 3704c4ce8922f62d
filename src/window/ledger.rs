//! The ledger: which posts have been counted, so that each counts once however often it comes.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use crate::post::Platform;
use crate::post::id::PostId;
use crate::time::{Span, Timestamp};
use crate::window::landing::{Content, Named, TitleIndex};
use crate::window::mark::Marks;

/// Identities are forgotten in slots of this size.
const EVICTION_SLOT: Span = Span::from_minutes(10);

/// A post's identity: its platform and the id of its first version.
pub type Identity = (Platform, PostId);

/// What the ledger knows of one identity: what its first sight said, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When the post was made: a function of its identity.
    pub event_time: Timestamp,
    /// What of it can be counted again when it is retracted.
    pub content: Content,
    /// It was retracted: it counts for nothing any more.
    pub retracted: bool,
    /// The titles it has been counted for; only grows.
    pub titles: SmallVec<[Named; 2]>,
    /// Likes, shares and comments that it has gained in all.
    pub earned: u64,
    /// Those of its first version.
    marks: Marks,
}

impl Entry {
    /// Whether it has been counted for a title.
    pub fn counts_for(&self, title: TitleIndex) -> bool {
        self.titles.iter().any(|named| named.title == title)
    }
}

/// A later version of an edited post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Version {
    /// The id of its first version.
    root: PostId,
    /// Its own counters', apart from the other versions'.
    marks: Marks,
}

/// Every identity whose redelivery could still be accepted.
///
/// Memory: about 190 bytes an identity with its place in the eviction order, and 90 for each later
/// version of an edited post; 48 more for either with a counter above 0.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: HashMap<Identity, Entry>,
    by_time: BTreeMap<i64, Vec<Identity>>,
    /// Later versions, which are forgotten with their first ones.
    versions: HashMap<Identity, Version>,
    versions_by_time: BTreeMap<i64, Vec<Identity>>,
}

impl Ledger {
    /// What is known of an identity.
    pub fn get(&self, identity: &Identity) -> Option<&Entry> {
        self.entries.get(identity)
    }

    /// The identity of a known post, by the id of any of its versions.
    pub fn find(&self, version: &Identity) -> Option<Identity> {
        if self.entries.contains_key(version) {
            return Some(version.clone());
        }
        Some((version.0, self.versions.get(version)?.root.clone()))
    }

    /// What is known of the identity, to be changed.
    pub fn get_mut(&mut self, identity: &Identity) -> Option<&mut Entry> {
        self.entries.get_mut(identity)
    }

    /// Remembers the first sight of a post; what an earlier one said stands.
    pub fn see(
        &mut self,
        identity: &Identity,
        event_time: Timestamp,
        content: impl FnOnce() -> Content,
    ) {
        let by_time = &mut self.by_time;
        self.entries.entry_ref(identity).or_insert_with(|| {
            by_time.entry(event_time.slot(EVICTION_SLOT)).or_default().push(identity.clone());
            let (titles, marks) = (SmallVec::new(), Marks::default());
            Entry { event_time, content: content(), retracted: false, titles, earned: 0, marks }
        });
    }

    /// Remembers that `version` is a later version of the known post `identity`.
    pub fn add_version(&mut self, identity: &Identity, version: &PostId) {
        let key = (identity.0, version.clone());
        if *version != identity.1
            && let Some(entry) = self.entries.get(identity)
            && !self.versions.contains_key(&key)
        {
            let slot = entry.event_time.slot(EVICTION_SLOT);
            self.versions_by_time.entry(slot).or_default().push(key.clone());
            let version = Version { root: identity.1.clone(), marks: Marks::default() };
            self.versions.insert(key, version);
        }
    }

    /// The marks of a version of the known post `identity`; `None` for one it does not have.
    pub fn marks(&mut self, identity: &Identity, version: &PostId) -> Option<&mut Marks> {
        if *version == identity.1 {
            return Some(&mut self.entries.get_mut(identity)?.marks);
        }
        Some(&mut self.versions.get_mut(&(identity.0, version.clone()))?.marks)
    }

    /// Marks a known post as retracted and returns what is known of it; `None` if it is unknown
    /// or was retracted before.
    pub fn retract(&mut self, identity: &Identity) -> Option<&Entry> {
        let entry = self.entries.get_mut(identity).filter(|entry| !entry.retracted)?;
        entry.retracted = true;
        Some(entry)
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
        while let Some(oldest) = self.versions_by_time.first_entry()
            && *oldest.key() < end
        {
            for version in oldest.remove() {
                self.versions.remove(&version);
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

    /// How many identities and later versions it holds.
    pub fn len(&self) -> usize {
        self.entries.len() + self.versions.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn identities(&self) -> impl Iterator<Item = (&Identity, &Entry)> {
        let in_order = self.by_time.values().flatten();
        in_order.filter_map(|identity| Some((identity, self.entries.get(identity)?)))
    }

    fn versions(&self) -> impl Iterator<Item = (&Identity, &Version)> {
        let in_order = self.versions_by_time.values().flatten();
        in_order.filter_map(|version| Some((version, self.versions.get(version)?)))
    }
}

/// Identities in the order of their eviction: neither a hash's order nor what can be derived
/// reaches a snapshot.
impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { identities: Each(|| self.identities()), versions: Each(|| self.versions()) }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ledger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written =
            Written::<Vec<(Identity, Entry)>, Vec<(Identity, Version)>>::deserialize(deserializer)?;
        let mut ledger = Self::default();
        ledger.entries.reserve(written.identities.len());
        for (identity, entry) in written.identities {
            let slot = entry.event_time.slot(EVICTION_SLOT);
            ledger.by_time.entry(slot).or_default().push(identity.clone());
            ledger.entries.insert(identity, entry);
        }
        for (version, Version { root, marks }) in written.versions {
            let identity = (version.0, root);
            ledger.add_version(&identity, &version.1);
            if let Some(of_version) = ledger.marks(&identity, &version.1) {
                *of_version = marks;
            }
        }
        Ok(ledger)
    }
}

/// A ledger as it is written down.
#[derive(Serialize, Deserialize)]
struct Written<I, V> {
    identities: I,
    versions: V,
}

/// What an iterator gives, as a sequence.
struct Each<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some((self.0)().count()))?;
        (self.0)().try_for_each(|item| sequence.serialize_element(&item))?;
        sequence.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{Action, Kind};
    use crate::window::landing::Sort;
    use crate::window::mark::Step;

    fn content(kind: Kind) -> Content {
        let sort = Sort { kind, language: 0, group: 0 };
        Content { sort, author: None, text: None, hashtags: Some(["ost".into()].into()) }
    }

    fn see(ledger: &mut Ledger, id: u64, secs: i64) {
        ledger.see(&tweet(id), Timestamp::from_secs(secs), || content(Kind::Original));
    }

    fn tweet(id: u64) -> Identity {
        (Platform::Twitter, PostId::Number(id))
    }

    #[test]
    fn a_title_counts_for_the_identity_it_was_counted_for() {
        let mut ledger = Ledger::default();
        see(&mut ledger, 1, 1_000);
        let named = Named { title: 3, alias: None, facets: 0 };
        ledger.get_mut(&tweet(1)).unwrap().titles.push(named);
        let entry = ledger.get(&tweet(1)).unwrap();
        assert!(entry.counts_for(3) && !entry.counts_for(4));
        assert_eq!(ledger.get(&tweet(2)), None);
        assert_eq!(ledger.get(&(Platform::Tiktok, PostId::Number(1))), None);
    }

    #[test]
    fn what_the_first_sight_said_stands() {
        let mut ledger = Ledger::default();
        see(&mut ledger, 1, 1_000);
        ledger.see(&tweet(1), Timestamp::from_secs(9_000), || content(Kind::Reply));
        let entry = ledger.get(&tweet(1)).unwrap();
        assert_eq!(entry.event_time, Timestamp::from_secs(1_000));
        assert_eq!(entry.content, content(Kind::Original));
    }

    #[test]
    fn identities_are_forgotten_only_before_the_bound_and_their_versions_with_them() {
        let mut ledger = Ledger::default();
        for minute in 0..60 {
            see(&mut ledger, minute, 60 * i64::try_from(minute).unwrap());
            ledger.add_version(&tweet(minute), &PostId::Number(1_000 + minute));
        }
        ledger.evict(Timestamp::from_secs(60 * 35));
        assert!((35..60).all(|minute| ledger.get(&tweet(minute)).is_some()));
        assert!((35..60).all(|m| ledger.find(&tweet(1_000 + m)) == Some(tweet(m))));
        assert_eq!(ledger.len(), 60, "whole slots of ten minutes go");
        ledger.evict(Timestamp::from_secs(60 * 60));
        assert_eq!(ledger.len(), 0);
    }

    #[test]
    fn a_post_is_retracted_once_and_found_by_any_version() {
        let mut ledger = Ledger::default();
        see(&mut ledger, 1, 1_000);
        ledger.add_version(&tweet(1), &PostId::Number(2));
        ledger.add_version(&tweet(1), &PostId::Number(1));
        assert_eq!(ledger.len(), 2);
        assert_eq!(ledger.find(&tweet(2)), Some(tweet(1)));
        assert_eq!(ledger.find(&tweet(3)), None);
        assert!(ledger.retract(&tweet(1)).is_some());
        assert!(ledger.retract(&tweet(1)).is_none());
    }

    #[test]
    fn each_version_has_marks_of_its_own_and_an_unknown_one_none() {
        let mut ledger = Ledger::default();
        let count = |ledger: &mut Ledger, version, count| {
            let marks = ledger.marks(&tweet(1), &PostId::Number(version))?;
            Some(marks.see(Action::Like, count))
        };
        assert_eq!(count(&mut ledger, 1, 5), None);
        see(&mut ledger, 1, 1_000);
        assert_eq!(count(&mut ledger, 2, 5), None);
        ledger.add_version(&tweet(1), &PostId::Number(2));
        assert_eq!(count(&mut ledger, 1, 5), Some(Step::First));
        assert_eq!(count(&mut ledger, 2, 5), Some(Step::First));
        ledger.add_version(&tweet(1), &PostId::Number(2));
        assert_eq!(count(&mut ledger, 2, 9), Some(Step::Up(4)));
        assert_eq!(count(&mut ledger, 1, 9), Some(Step::Up(4)));
    }

    #[test]
    fn a_ledger_that_was_written_down_goes_on_as_it_was() {
        let mut ledger = Ledger::default();
        for id in 0..500 {
            see(&mut ledger, id, i64::try_from(id * 7919 % 90_000).unwrap());
            let named = Named { title: u16::try_from(id % 5).unwrap(), alias: None, facets: 1 };
            ledger.get_mut(&tweet(id)).unwrap().titles.push(named);
            let version = PostId::Number(id * 3 + id % 3);
            ledger.add_version(&tweet(id), &version);
            if let Some(marks) = ledger.marks(&tweet(id), &version) {
                marks.see(Action::View, id % 7);
            }
        }
        let bytes = postcard::to_stdvec(&ledger).unwrap();
        let mut restored: Ledger = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(postcard::to_stdvec(&restored).unwrap(), bytes);
        for before in [20_000, 50_000] {
            ledger.evict(Timestamp::from_secs(before));
            restored.evict(Timestamp::from_secs(before));
            assert_eq!(format!("{:?}", restored.by_time), format!("{:?}", ledger.by_time));
            assert_eq!(restored.len(), ledger.len());
        }
    }
}
