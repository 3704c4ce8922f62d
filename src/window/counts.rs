//! Posts by key over one window: whose posts, which hashtag, which alias, which text.
//!
//! ```text
//!    slot 41: { #3: 1 }   slot 42: { #0: 2, #3: 1 }       posts by key and slot
//!    #0 "ost": 2   #1 -   #3 "ep1": 2                     posts by key in the window
//!    2 posts: 2 keys                                      keys by their posts
//! ```
//!
//! A slot that leaves is subtracted, so that nothing is ever counted anew.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::time::Timestamp;
use crate::window::{Window, WindowSet};

/// Posts by key over one window, exact up to a number of keys.
///
/// Of a key that is one too many nothing is counted, and the counts are not exact until the window
/// has left that post behind. Memory: see [`Counts::memory`]; about 20 bytes a key and what the
/// key takes, and 12 for each slot with posts of it.
#[derive(Clone, Debug)]
pub struct Counts<K> {
    window: Window,
    max_keys: usize,
    /// Where the window starts, at the time last advanced to.
    start: Timestamp,
    /// The latest post that was not counted.
    missed: Option<Timestamp>,
    keys: Keys<K>,
    /// Posts by slot and the key's number; no count is 0, no slot is empty.
    slots: BTreeMap<i64, HashMap<u32, u32>>,
    /// How many keys have so many posts; neither is 0.
    keys_by_posts: BTreeMap<u64, u32>,
    total: u64,
}

/// Keys by number and numbers by key. A number is given anew once its key has no posts; nothing
/// that can be seen depends on it.
#[derive(Clone, Debug)]
struct Keys<K> {
    numbers: HashTable<u32>,
    known: Vec<Option<(K, u64)>>,
    free: Vec<u32>,
    hashing: DefaultHashBuilder,
}

impl<K: Ord + Clone + Hash> Counts<K> {
    /// No post yet of at most `max_keys` keys.
    pub fn new(window: Window, max_keys: usize) -> Self {
        Self {
            window,
            max_keys,
            start: Timestamp::from_millis(i64::MIN),
            missed: None,
            keys: Keys::default(),
            slots: BTreeMap::new(),
            keys_by_posts: BTreeMap::new(),
            total: 0,
        }
    }

    /// No post yet, and of what came before `time` nothing is known.
    fn since(window: Window, max_keys: usize, time: Timestamp) -> Self {
        let mut counts = Self::new(window, max_keys);
        counts.advance(time);
        counts.missed = Some(time);
        counts
    }

    /// Counts a post of `key` made at `event_time`, which must lie before `time`, where the window
    /// ends; one from before the window is left out.
    pub fn add(&mut self, key: &K, event_time: Timestamp, time: Timestamp) {
        self.advance(time);
        if event_time < self.start {
            return;
        }
        let Some(number) = self.keys.number(key, self.max_keys) else {
            self.missed = self.missed.max(Some(event_time));
            return;
        };
        let slot = self.slots.entry(event_time.slot(self.window.slide)).or_default();
        let posts = slot.entry(number).or_default();
        *posts = posts.saturating_add(1);
        self.change_posts(number, 1, 0);
    }

    /// Takes a post away that was counted; one that was not changes nothing.
    pub fn remove(&mut self, key: &K, event_time: Timestamp) {
        let slot = event_time.slot(self.window.slide);
        let Some(number) = self.keys.find(key) else { return };
        let Some(posts_of) = self.slots.get_mut(&slot) else { return };
        let Some(posts) = posts_of.get_mut(&number) else { return };
        *posts -= 1;
        if *posts == 0 {
            posts_of.remove(&number);
        }
        if posts_of.is_empty() {
            self.slots.remove(&slot);
        }
        self.change_posts(number, 0, 1);
    }

    /// Moves the window to end at `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        // Most ticks are no new slide.
        if time - self.window.length < self.start + self.window.slide {
            return;
        }
        self.start = self.window.start(time);
        let first = self.start.slot(self.window.slide);
        while let Some(oldest) = self.slots.first_entry()
            && *oldest.key() < first
        {
            for (number, posts) in oldest.remove() {
                self.change_posts(number, 0, u64::from(posts));
            }
        }
        self.missed = self.missed.filter(|missed| *missed >= self.start);
    }

    /// Takes another window, which begins empty at `time`; the same one stays as it is.
    pub fn change(&mut self, window: Window, time: Timestamp) {
        if window != self.window {
            *self = Self::since(window, self.max_keys, time);
        }
    }

    /// Keeps the counts of windows still in `set` and begins the others empty at `time`.
    pub fn change_each(each: &mut Vec<Self>, set: &WindowSet, time: Timestamp) {
        let mut old = std::mem::take(each);
        let Some(max_keys) = old.first().map(|counts| counts.max_keys) else { return };
        for window in set.iter() {
            let known = old.iter().position(|counts| counts.window == window);
            let counts = known.map(|at| old.swap_remove(at));
            each.push(counts.unwrap_or_else(|| Self::since(window, max_keys, time)));
        }
    }

    /// The `k` keys with the most posts, and how many; the lesser key first of those with as many.
    /// O(keys log k).
    pub fn top(&self, k: usize) -> Vec<(K, u64)> {
        let mut top: Vec<(&K, u64)> = Vec::with_capacity(k.min(self.keys.len()));
        let before = |a: &(&K, u64), b: &(&K, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0));
        for one in self.keys.iter() {
            let rank = top.partition_point(|other| before(other, &one).is_lt());
            if rank < k {
                top.truncate(k - 1);
                top.insert(rank, one);
            }
        }
        top.into_iter().map(|(key, posts)| (key.clone(), posts)).collect()
    }

    /// The posts of the key with the most; 0 without one. O(log keys).
    pub fn busiest(&self) -> u64 {
        self.keys_by_posts.last_key_value().map_or(0, |(posts, _)| *posts)
    }

    /// The posts of all keys.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many keys have posts.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether every post of the window is counted.
    pub fn is_exact(&self) -> bool {
        self.missed.is_none()
    }

    /// Whether no key has posts.
    pub fn is_empty(&self) -> bool {
        self.keys.len() == 0
    }

    /// Bytes that it takes, itself included, without what keys hold elsewhere.
    pub fn memory(&self) -> usize {
        // A B-tree's nodes are at least half full; a hash table's places have a byte of their own.
        let slots = self.slots.values().map(HashMap::allocation_size).sum::<usize>()
            + 2 * self.slots.len() * (size_of::<i64>() + size_of::<HashMap<u32, u32>>());
        let ranks = 2 * self.keys_by_posts.len() * (size_of::<u64>() + size_of::<u32>());
        size_of::<Self>() + self.keys.memory() + slots + ranks
    }

    fn by_slot(&self) -> BTreeMap<(i64, Option<&K>), u32> {
        let slots = self.slots.iter().flat_map(|(slot, posts)| {
            posts.iter().map(|(number, posts)| ((*slot, self.keys.key(*number)), *posts))
        });
        slots.collect()
    }

    fn change_posts(&mut self, number: u32, added: u64, removed: u64) {
        let Some(posts) = self.keys.posts(number) else { return };
        let before = *posts;
        *posts = before + added - removed;
        let after = *posts;
        self.total = self.total + added - removed;
        if let Some(keys) = self.keys_by_posts.get_mut(&before) {
            *keys -= 1;
            if *keys == 0 {
                self.keys_by_posts.remove(&before);
            }
        }
        if after == 0 {
            self.keys.forget(number);
        } else {
            *self.keys_by_posts.entry(after).or_default() += 1;
        }
    }
}

impl<K> Default for Keys<K> {
    fn default() -> Self {
        Self {
            numbers: HashTable::new(),
            known: Vec::new(),
            free: Vec::new(),
            hashing: DefaultHashBuilder::default(),
        }
    }
}

impl<K: Eq + Clone + Hash> Keys<K> {
    fn len(&self) -> usize {
        self.numbers.len()
    }

    fn find(&self, key: &K) -> Option<u32> {
        let is_it = |number: &u32| self.key(*number) == Some(key);
        self.numbers.find(self.hashing.hash_one(key), is_it).copied()
    }

    /// The number of `key`, which is given one if there are fewer than `max`.
    fn number(&mut self, key: &K, max: usize) -> Option<u32> {
        if let Some(number) = self.find(key) {
            return Some(number);
        }
        if self.len() >= max {
            return None;
        }
        let number = match self.free.pop() {
            Some(number) => number,
            None => u32::try_from(self.known.len()).ok()?,
        };
        let one = Some((key.clone(), 0));
        match self.known.get_mut(number as usize) {
            Some(place) => *place = one,
            None => self.known.push(one),
        }
        let Self { numbers, known, hashing, .. } = self;
        let hash = |number: &u32| key_of(known, *number).map_or(0, |key| hashing.hash_one(key));
        numbers.insert_unique(hashing.hash_one(key), number, hash);
        Some(number)
    }

    fn forget(&mut self, number: u32) {
        let Some(place) = self.known.get_mut(number as usize) else { return };
        let Some((key, _)) = place.take() else { return };
        let hash = self.hashing.hash_one(key);
        if let Ok(entry) = self.numbers.find_entry(hash, |other| *other == number) {
            entry.remove();
        }
        self.free.push(number);
        if self.len() == 0 {
            (self.known, self.free) = (Vec::new(), Vec::new());
        }
    }

    fn key(&self, number: u32) -> Option<&K> {
        key_of(&self.known, number)
    }

    fn posts(&mut self, number: u32) -> Option<&mut u64> {
        let (_, posts) = self.known.get_mut(number as usize)?.as_mut()?;
        Some(posts)
    }

    /// The keys with posts, and their numbers.
    fn numbered(&self) -> impl Iterator<Item = (&K, u32)> {
        let numbered = (0..).zip(&self.known);
        numbered.filter_map(|(number, known)| Some((&known.as_ref()?.0, number)))
    }

    fn iter(&self) -> impl Iterator<Item = (&K, u64)> {
        self.known.iter().flatten().map(|(key, posts)| (key, *posts))
    }

    fn memory(&self) -> usize {
        self.numbers.allocation_size()
            + self.known.capacity() * size_of::<Option<(K, u64)>>()
            + self.free.capacity() * size_of::<u32>()
    }
}

fn key_of<K>(known: &[Option<(K, u64)>], number: u32) -> Option<&K> {
    known.get(number as usize)?.as_ref().map(|(key, _)| key)
}

/// Keys in their order, and posts by slot and a key's place in it: neither a hash's order nor the
/// numbers that keys happen to have reach a snapshot.
#[derive(Serialize, Deserialize)]
struct Written<K> {
    window: Window,
    max_keys: usize,
    start: Timestamp,
    missed: Option<Timestamp>,
    keys: Vec<K>,
    slots: Vec<(i64, Vec<(u32, u32)>)>,
}

impl<K: Ord + Clone + Hash + Serialize> Serialize for Counts<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut keys: Vec<(&K, u32)> = self.keys.numbered().collect();
        keys.sort_unstable();
        let mut places = vec![0; self.keys.known.len()];
        for (place, (_, number)) in (0..).zip(&keys) {
            places[*number as usize] = place;
        }
        let in_order = |posts: &HashMap<u32, u32>| {
            let by_place = posts.iter().map(|(number, posts)| (places[*number as usize], *posts));
            let mut in_order: Vec<(u32, u32)> = by_place.collect();
            in_order.sort_unstable();
            in_order
        };
        Written {
            window: self.window,
            max_keys: self.max_keys,
            start: self.start,
            missed: self.missed,
            keys: keys.into_iter().map(|(key, _)| key).collect(),
            slots: self.slots.iter().map(|(slot, posts)| (*slot, in_order(posts))).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de, K: Ord + Clone + Hash + Deserialize<'de>> Deserialize<'de> for Counts<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::<K>::deserialize(deserializer)?;
        if !written.window.is_sound() || !written.keys.is_sorted_by(|a, b| a < b) {
            return Err(de::Error::custom("counts out of order"));
        }
        let mut counts = Self::new(written.window, written.max_keys);
        (counts.start, counts.missed) = (written.start, written.missed);
        for key in &written.keys {
            counts.keys.number(key, usize::MAX);
        }
        for (slot, posts) in written.slots {
            for (number, posts) in posts {
                let is_new = counts.slots.entry(slot).or_default().insert(number, posts).is_none();
                if posts == 0 || !is_new || counts.keys.key(number).is_none() {
                    return Err(de::Error::custom("counts of no key"));
                }
                counts.change_posts(number, u64::from(posts), 0);
            }
        }
        if counts.keys.iter().any(|(_, posts)| posts == 0) {
            return Err(de::Error::custom("a key without counts"));
        }
        Ok(counts)
    }
}

/// What was counted is what it is; the numbers of keys are not.
impl<K: Ord + Clone + Hash> PartialEq for Counts<K> {
    fn eq(&self, other: &Self) -> bool {
        let shape = |counts: &Self| (counts.window, counts.max_keys, counts.start, counts.missed);
        shape(self) == shape(other) && self.by_slot() == other.by_slot()
    }
}

impl<K: Ord + Clone + Hash> Eq for Counts<K> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::{Span, TICK};

    const WINDOW: Window = Window { length: Span::from_secs(40), slide: Span::from_secs(10) };

    fn secs(at: i64) -> Timestamp {
        Timestamp::from_secs(at)
    }

    /// A post as the definition sees it.
    #[derive(Clone)]
    struct Told {
        key: u64,
        at: Timestamp,
    }

    fn brute_force(told: &[Told], start: Timestamp) -> Vec<(u64, u64)> {
        let mut by_key = BTreeMap::<u64, u64>::new();
        for post in told.iter().filter(|post| post.at >= start) {
            *by_key.entry(post.key).or_default() += 1;
        }
        let mut top: Vec<_> = by_key.into_iter().collect();
        top.sort_by_key(|(key, posts)| (std::cmp::Reverse(*posts), *key));
        top
    }

    fn written(counts: &Counts<u64>) -> Vec<u8> {
        postcard::to_stdvec(counts).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Posts come late, twice and more a key, and go; what is written down goes on the same.
        #[test]
        fn every_count_equals_the_definition_unless_a_key_was_one_too_many(
            max_keys in 1_usize..9,
            steps in prop::collection::vec((
                0_i64..8,
                prop::collection::vec((0_u64..8, 1_i64..90), 0..6),
                prop::collection::vec(any::<prop::sample::Index>(), 0..3),
                any::<bool>(),
            ), 1..30),
        ) {
            let mut time = secs(1_000_000);
            let mut counts = Counts::new(WINDOW, max_keys);
            let (mut told, mut counted, mut missed) = (Vec::new(), Vec::new(), Vec::new());
            for (ticks, arrivals, retracted, is_written) in steps {
                time = time + Span::from_millis(ticks * TICK.as_millis());
                let start = WINDOW.start(time);
                counts.advance(time);
                for (key, age) in arrivals {
                    let post = Told { key, at: time - Span::from_secs(age) };
                    counts.add(&post.key, post.at, time);
                    let keys = brute_force(&counted, start);
                    let fits = keys.len() < max_keys || keys.iter().any(|(known, _)| *known == key);
                    if post.at >= start {
                        if fits { &mut counted } else { &mut missed }.push(post.clone());
                    }
                    told.push(post);
                }
                for post in retracted {
                    // Of posts that were never counted it is not known which they were.
                    if missed.iter().all(|post: &Told| post.at < start) && !told.is_empty() {
                        let post: Told = told.swap_remove(post.index(told.len()));
                        counts.remove(&post.key, post.at);
                        let same = |other: &Told| other.key == post.key && other.at == post.at;
                        counted.iter().position(same).map(|at| counted.swap_remove(at));
                    }
                }
                let is_exact = missed.iter().all(|post| post.at < start);
                prop_assert_eq!(counts.is_exact(), is_exact);
                let expected = brute_force(if is_exact { &told } else { &counted }, start);
                prop_assert_eq!(counts.top(usize::MAX), expected.clone());
                prop_assert_eq!(counts.top(2), expected.iter().take(2).copied().collect::<Vec<_>>());
                prop_assert_eq!(counts.busiest(), expected.first().map_or(0, |(_, posts)| *posts));
                prop_assert_eq!(counts.total(), expected.iter().map(|(_, posts)| posts).sum::<u64>());
                prop_assert_eq!(counts.len(), expected.len());
                if is_written {
                    let read: Counts<u64> = postcard::from_bytes(&written(&counts)).unwrap();
                    prop_assert_eq!(&read, &counts);
                    prop_assert_eq!(written(&read), written(&counts));
                    counts = read;
                }
            }
            counts.advance(time + WINDOW.reach());
            prop_assert!(counts.is_empty() && counts.is_exact());
            prop_assert!(counts.slots.is_empty() && counts.keys_by_posts.is_empty());
            prop_assert!(counts.keys.known.is_empty());
        }
    }

    #[test]
    fn a_changed_window_begins_empty_and_is_exact_once_it_lies_after_that() {
        let time = secs(1_000_000);
        let mut counts = Counts::new(WINDOW, 10);
        counts.add(&1_u64, time - TICK, time);
        counts.change(WINDOW, time);
        assert_eq!(counts.total(), 1, "the same window stays");
        let longer = Window { length: Span::from_secs(60), slide: Span::from_secs(20) };
        counts.change(longer, time);
        assert_eq!((counts.total(), counts.is_exact()), (0, false));
        counts.add(&1, time, time + TICK);
        counts.advance(time + Span::from_secs(60));
        assert_eq!((counts.total(), counts.is_exact()), (1, false));
        counts.advance(time + Span::from_secs(80));
        assert_eq!((counts.total(), counts.is_exact()), (0, true));
    }

    #[test]
    fn what_is_no_counts_is_not_read() {
        let read = |keys: &[u64], slots: &[(i64, Vec<(u32, u32)>)]| {
            let (keys, slots) = (keys.to_vec(), slots.to_vec());
            let start = secs(0);
            let written = Written { window: WINDOW, max_keys: 9, start, missed: None, keys, slots };
            let bytes = postcard::to_stdvec(&written).unwrap();
            postcard::from_bytes::<Counts<u64>>(&bytes).map(|counts| counts.total())
        };
        assert_eq!(read(&[3, 7], &[(0, vec![(0, 2)]), (1, vec![(0, 1), (1, 1)])]), Ok(4));
        assert!(read(&[7, 3], &[(0, vec![(0, 1), (1, 1)])]).is_err(), "keys out of order");
        assert!(read(&[3, 7], &[(0, vec![(0, 1)])]).is_err(), "a key without posts");
        assert!(read(&[3], &[(0, vec![(0, 1), (1, 1)])]).is_err(), "posts without a key");
        assert!(read(&[3], &[(0, vec![(0, 0)])]).is_err(), "no posts");
        assert!(read(&[3], &[(0, vec![(0, 1), (0, 1)])]).is_err(), "a key twice");
    }
}
