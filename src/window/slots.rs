//! Counts by slot number over the last so many slots, none wider than the largest needs.
//!
//! ```text
//!    slot   head - n + 1  …  head        cells lie in a circle, the newest at `head_at`
//! ```
//!
//! Amounts wrap, because what a platform says may be any number: whatever is added leaves as it
//! came, so that a sum is right whenever it fits.

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most slots there are of anything: those of two of the longest windows and one more.
pub const SLOTS_MAX: usize = 20_001;

/// Counts of the slots `(head - n_slots, head]`; of any other slot nothing is kept.
///
/// Memory: none for the counts before the first is added, 8 bytes a count that is not 0 while
/// those are few, then 1 byte a slot, 4 from a count of 256 on, 8 from 2^32 on. Adding is O(1),
/// advancing O(slots passed).
#[derive(Clone, Debug)]
pub struct Slots {
    head: i64,
    head_at: usize,
    /// How many there are.
    size: usize,
    cells: Cells,
}

#[derive(Clone, Debug)]
enum Cells {
    /// Places and counts of those that are not 0, in no order, as long as they are at most
    /// [`few`].
    Few(Vec<(u32, u32)>),
    Narrow(Box<[u8]>),
    Middle(Box<[u32]>),
    Wide(Box<[u64]>),
}

/// The most counts that are kept one by one: half the memory of narrow ones, and quickly searched.
fn few(n_slots: usize) -> usize {
    (n_slots / 16).min(16)
}

impl Slots {
    /// `n_slots` empty slots, at least 1 and at most [`SLOTS_MAX`], of which `head` is the newest.
    pub fn new(n_slots: usize, head: i64) -> Self {
        let n_slots = n_slots.clamp(1, SLOTS_MAX);
        Self { head, head_at: n_slots - 1, size: n_slots, cells: Cells::Few(Vec::new()) }
    }

    /// The newest slot.
    pub fn head(&self) -> i64 {
        self.head
    }

    /// How many slots there are.
    pub fn n_slots(&self) -> usize {
        self.size
    }

    /// The oldest slot that is kept.
    pub fn oldest(&self) -> i64 {
        self.head.saturating_sub(i64::try_from(self.size - 1).unwrap_or(i64::MAX))
    }

    /// Adds `n` to a slot; to one that is not kept nothing.
    pub fn add(&mut self, slot: i64, n: u64) {
        if let Some(at) = self.position(slot) {
            self.put(at, self.cells.get(at).wrapping_add(n));
        }
    }

    /// Takes up to `n` from a slot and returns how many.
    pub fn remove(&mut self, slot: i64, n: u64) -> u64 {
        let Some(at) = self.position(slot) else { return 0 };
        let count = self.cells.get(at);
        let taken = count.min(n);
        self.put(at, count - taken);
        taken
    }

    /// The count of a slot; 0 of one that is not kept.
    pub fn get(&self, slot: i64) -> u64 {
        self.position(slot).map_or(0, |at| self.cells.get(at))
    }

    /// The sum over a range of slots, of which those not kept count 0.
    pub fn sum(&self, slots: Range<i64>) -> u64 {
        let offset = |slot: i64| {
            usize::try_from(slot.saturating_sub(self.oldest())).unwrap_or(0).min(self.size)
        };
        let (from, to) = (offset(slots.start), offset(slots.end));
        // From the oldest up to the last cell, and from the first cell up to the newest.
        let n_old = self.size - 1 - self.head_at;
        let first = self.head_at + 1;
        let old = self.cells.sum(first + from.min(n_old)..first + to.min(n_old));
        let new = self.cells.sum(from.saturating_sub(n_old)..to.saturating_sub(n_old));
        old.wrapping_add(new)
    }

    /// The sums of `n_bins` bins of `bin` slots each, one before the other, of which the first ends
    /// before slot `end`. `bin` is at least 1.
    pub fn newest_first(&self, end: i64, n_bins: usize, bin: usize) -> Vec<u64> {
        let bin = bin.max(1);
        let span = i64::try_from(bin).unwrap_or(i64::MAX);
        let mut bins = Vec::with_capacity(n_bins);
        let mut end = end;
        while end > self.head.saturating_add(1) && bins.len() < n_bins {
            let start = end.saturating_sub(span);
            bins.push(self.sum(start..end));
            end = start;
        }
        let n_kept = usize::try_from(end.saturating_sub(self.oldest())).unwrap_or(0);
        let first = self.head_at + 1;
        let n_old = self.size - first;
        let old = first..first + n_kept.min(n_old);
        let new = 0..n_kept.saturating_sub(n_old);
        let n_left = n_bins - bins.len();
        match &self.cells {
            Cells::Few(cells) => {
                let n_before = bins.len();
                bins.resize(n_bins, 0);
                for (place, count) in cells {
                    // Places go round: the oldest follows the newest.
                    let from_oldest = (*place as usize + n_old) % self.size;
                    let age = n_kept.checked_sub(from_oldest + 1);
                    let its_bin = age.and_then(|age| bins.get_mut(n_before + age / bin));
                    its_bin.into_iter().for_each(|sum| *sum = sum.wrapping_add((*count).into()));
                }
            }
            Cells::Narrow(cells) => bins.extend(each_sum(cells, old, new, bin).take(n_left)),
            Cells::Middle(cells) => bins.extend(each_sum(cells, old, new, bin).take(n_left)),
            Cells::Wide(cells) => bins.extend(each_sum(cells, old, new, bin).take(n_left)),
        }
        bins.resize(n_bins, 0);
        bins
    }

    /// Moves the newest slot to `head`, never back; slots that are no longer kept are cleared.
    pub fn advance(&mut self, head: i64) {
        let passed = usize::try_from(head.saturating_sub(self.head)).unwrap_or(0);
        if passed == 0 {
            return;
        }
        let n_cleared = passed.min(self.size);
        let first = self.head_at + 1;
        let n_old = (self.size - first).min(n_cleared);
        self.cells.clear(first..first + n_old);
        self.cells.clear(0..n_cleared - n_old);
        self.head_at = (self.head_at + passed) % self.size;
        self.head = head;
    }

    /// Whether every count is 0.
    pub fn is_empty(&self) -> bool {
        match &self.cells {
            Cells::Few(cells) => cells.is_empty(),
            Cells::Narrow(cells) => cells.iter().all(|count| *count == 0),
            Cells::Middle(cells) => cells.iter().all(|count| *count == 0),
            Cells::Wide(cells) => cells.iter().all(|count| *count == 0),
        }
    }

    /// Bytes that it takes, itself included.
    pub fn memory(&self) -> usize {
        let counts = match &self.cells {
            Cells::Few(cells) => cells.capacity() * size_of::<(u32, u32)>(),
            Cells::Narrow(cells) => size_of_val::<[u8]>(cells),
            Cells::Middle(cells) => size_of_val::<[u32]>(cells),
            Cells::Wide(cells) => size_of_val::<[u64]>(cells),
        };
        size_of::<Self>() + counts
    }

    /// Every count, the oldest first.
    fn counts(&self) -> impl Iterator<Item = u64> {
        (self.head_at + 1..self.size).chain(0..=self.head_at).map(|at| self.cells.get(at))
    }

    fn position(&self, slot: i64) -> Option<usize> {
        let age = usize::try_from(self.head.checked_sub(slot)?).ok()?;
        if age >= self.size {
            return None;
        }
        let wrapped = if age > self.head_at { self.size } else { 0 };
        Some(self.head_at + wrapped - age)
    }

    fn put(&mut self, at: usize, count: u64) {
        while !self.cells.hold(at, count, few(self.size)) {
            self.cells = self.cells.wider(self.size);
        }
    }
}

impl Cells {
    fn get(&self, at: usize) -> u64 {
        match self {
            Self::Few(cells) => {
                let found = cells.iter().find(|(place, _)| *place as usize == at);
                found.map_or(0, |(_, count)| u64::from(*count))
            }
            Self::Narrow(cells) => cells.get(at).map_or(0, |count| u64::from(*count)),
            Self::Middle(cells) => cells.get(at).map_or(0, |count| u64::from(*count)),
            Self::Wide(cells) => cells.get(at).copied().unwrap_or(0),
        }
    }

    /// Whether `count` fits; if so, it is what cell `at` holds now.
    fn hold(&mut self, at: usize, count: u64, few: usize) -> bool {
        match self {
            Self::Few(cells) => hold_of_few(cells, at, count, few),
            Self::Narrow(cells) => hold(cells, at, count),
            Self::Middle(cells) => hold(cells, at, count),
            Self::Wide(cells) => hold(cells, at, count),
        }
    }

    fn wider(&self, size: usize) -> Self {
        match self {
            Self::Few(cells) => {
                let mut wider = Self::Narrow(vec![0; size].into());
                for (at, count) in cells {
                    while !wider.hold(*at as usize, u64::from(*count), 0) {
                        wider = wider.wider(size);
                    }
                }
                wider
            }
            Self::Narrow(cells) => Self::Middle(cells.iter().map(|c| u32::from(*c)).collect()),
            Self::Middle(cells) => Self::Wide(cells.iter().map(|c| u64::from(*c)).collect()),
            Self::Wide(cells) => Self::Wide(cells.clone()),
        }
    }

    fn clear(&mut self, range: Range<usize>) {
        match self {
            _ if range.is_empty() => {}
            Self::Few(cells) => cells.retain(|(at, _)| !range.contains(&(*at as usize))),
            Self::Narrow(cells) => clear(cells, range),
            Self::Middle(cells) => clear(cells, range),
            Self::Wide(cells) => clear(cells, range),
        }
    }

    fn sum(&self, range: Range<usize>) -> u64 {
        match self {
            _ if range.is_empty() => 0,
            Self::Few(cells) => {
                let inside = cells.iter().filter(|(at, _)| range.contains(&(*at as usize)));
                inside.map(|(_, count)| u64::from(*count)).sum()
            }
            Self::Narrow(cells) => sum(cells, range),
            Self::Middle(cells) => sum(cells, range),
            Self::Wide(cells) => sum(cells, range),
        }
    }
}

fn hold_of_few(cells: &mut Vec<(u32, u32)>, at: usize, count: u64, few: usize) -> bool {
    let (Ok(at), Ok(count)) = (u32::try_from(at), u32::try_from(count)) else { return false };
    match cells.iter().position(|(place, _)| *place == at) {
        Some(known) if count == 0 => drop(cells.swap_remove(known)),
        Some(known) => cells[known].1 = count,
        None if count == 0 => {}
        None if cells.len() < few => cells.push((at, count)),
        None => return false,
    }
    true
}

fn hold<C: TryFrom<u64>>(cells: &mut [C], at: usize, count: u64) -> bool {
    let Ok(count) = C::try_from(count) else { return false };
    if let Some(cell) = cells.get_mut(at) {
        *cell = count;
    }
    true
}

fn clear<C: Copy + Default>(cells: &mut [C], range: Range<usize>) {
    if let Some(cells) = cells.get_mut(range) {
        cells.fill(C::default());
    }
}

fn sum<C: Copy + Into<u64>>(cells: &[C], range: Range<usize>) -> u64 {
    sum_of(cells.get(range).unwrap_or_default())
}

fn sum_of<C: Copy + Into<u64>>(cells: &[C]) -> u64 {
    cells.iter().fold(0, |sum: u64, count| sum.wrapping_add((*count).into()))
}

/// The sums of bins, the newest first, of cells of which the old are followed by the new.
fn each_sum<C: Copy + Into<u64>>(
    cells: &[C],
    old: Range<usize>,
    new: Range<usize>,
    bin: usize,
) -> impl Iterator<Item = u64> {
    let old = cells.get(old).unwrap_or_default();
    let new = cells.get(new).unwrap_or_default();
    // The bin that is part of both.
    let (part, new) = new.split_at(new.len() % bin);
    let n_shared = if part.is_empty() { 0 } else { (bin - part.len()).min(old.len()) };
    let (old, shared) = old.split_at(old.len() - n_shared);
    let both = (!part.is_empty()).then(|| sum_of(part).wrapping_add(sum_of(shared)));
    new.rchunks(bin).map(sum_of).chain(both).chain(old.rchunks(bin).map(sum_of))
}

/// The counts are what it is; their width and place are not.
impl PartialEq for Slots {
    fn eq(&self, other: &Self) -> bool {
        (self.head, self.size) == (other.head, other.size) && self.counts().eq(other.counts())
    }
}

impl Eq for Slots {}

/// The newest slot's number, and the counts from the oldest on: a 0 stands before how many of
/// them follow one another, so that quiet titles are short.
#[derive(Serialize, Deserialize)]
struct Written {
    head: i64,
    counts: Vec<u64>,
}

impl Serialize for Slots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Written { head: self.head, counts: Vec::new() };
        let mut zeros = 0;
        for count in self.counts() {
            if count == 0 {
                zeros += 1;
                continue;
            }
            if zeros > 0 {
                written.counts.extend([0, zeros]);
                zeros = 0;
            }
            written.counts.push(count);
        }
        if zeros > 0 {
            written.counts.extend([0, zeros]);
        }
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Slots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { head, counts } = Written::deserialize(deserializer)?;
        let mut read = Vec::new();
        let mut written = counts.into_iter();
        while let Some(count) = written.next() {
            let n = if count == 0 { written.next().unwrap_or(0) } else { 1 };
            let n = usize::try_from(n).unwrap_or(usize::MAX);
            if n == 0 || n > SLOTS_MAX - read.len() {
                return Err(de::Error::custom("slots of a wrong number"));
            }
            read.resize(read.len() + n, count);
        }
        if read.is_empty() {
            return Err(de::Error::custom("no slots"));
        }
        let mut slots = Self::new(read.len(), head);
        for (at, count) in read.into_iter().enumerate() {
            slots.put(at, count);
        }
        Ok(slots)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::record::config::SLIDES_MAX;

    /// Counts of every width, and small ones often.
    fn amounts() -> impl Strategy<Value = u64> {
        prop_oneof![4 => 0..4_u64, 2 => 0..300_u64, 1 => 0..1_u64 << 34]
    }

    #[test]
    fn the_longest_window_has_slots_for_its_pair() {
        assert_eq!(i64::try_from(SLOTS_MAX).unwrap(), 2 * SLIDES_MAX + 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn counts_and_sums_equal_a_plain_map_and_what_is_written_reads_as_it_was(
            n_slots in prop_oneof![1_usize..9, 16_usize..80],
            steps in prop::collection::vec(
                (0_i64..12, prop::collection::vec((-2_i64..12, amounts(), any::<bool>()), 0..6)),
                1..20),
        ) {
            let mut slots = Slots::new(n_slots, -5);
            let mut map = BTreeMap::<i64, u64>::new();
            for (passed, changes) in steps {
                let head = slots.head() + passed;
                slots.advance(head);
                slots.advance(head - 3);
                let oldest = head - i64::try_from(n_slots).unwrap() + 1;
                map.retain(|slot, _| *slot >= oldest);
                for (age, n, is_removal) in changes {
                    let slot = head - age;
                    let is_kept = (oldest..=head).contains(&slot);
                    let count = map.get(&slot).copied().unwrap_or(0);
                    if is_removal {
                        prop_assert_eq!(slots.remove(slot, n), n.min(count));
                        map.insert(slot, count - n.min(count));
                    } else {
                        slots.add(slot, n);
                        map.insert(slot, if is_kept { count + n } else { 0 });
                    }
                }
                for from in oldest - 3..=head + 3 {
                    prop_assert_eq!(slots.get(from), map.get(&from).copied().unwrap_or(0));
                    for to in from - 1..=head + 3 {
                        let sum: u64 = map.iter().filter(|(slot, _)| (from..to).contains(slot))
                            .map(|(_, n)| n).sum();
                        prop_assert_eq!(slots.sum(from..to), sum);
                    }
                }
                for bin in 1..5_usize {
                    for end in oldest - 2..=head + 4 {
                        let mut starts = (1..).map(|n| end - n * i64::try_from(bin).unwrap());
                        for sum in slots.newest_first(end, 6, bin) {
                            let from = starts.next().unwrap();
                            let to = from + i64::try_from(bin).unwrap();
                            prop_assert_eq!(sum, slots.sum(from..to), "{} of {}", end, bin);
                        }
                    }
                }
                prop_assert_eq!(slots.is_empty(), map.values().all(|count| *count == 0));
                let bytes = postcard::to_stdvec(&slots).unwrap();
                let read: Slots = postcard::from_bytes(&bytes).unwrap();
                prop_assert_eq!(&read, &slots);
                prop_assert_eq!(postcard::to_stdvec(&read).unwrap(), bytes);
                slots = read;
            }
        }
    }

    #[test]
    fn slots_are_as_wide_as_the_largest_count_and_few_take_little() {
        let mut slots = Slots::new(337, 1_000);
        let unused = slots.memory();
        slots.add(900, 0);
        assert_eq!(slots.memory(), unused);
        for slot in 901..917 {
            slots.add(slot, 1);
            assert!(slots.memory() - unused <= 16 * 8);
        }
        for slot in 901..917 {
            assert_eq!(slots.remove(slot, 7), 1);
        }
        assert!(slots.is_empty());
        (0..16).for_each(|n| slots.add(901 + n, 0));
        (0..17).for_each(|n| slots.add(700 + n, 1));
        (0..17).for_each(|n| assert_eq!(slots.remove(700 + n, 1), 1));
        for (n, bytes) in [(0, 1), (255, 1), (1, 4), (1 << 32, 8)] {
            slots.add(900, n);
            assert_eq!(slots.memory() - unused, 337 * bytes, "after {n}");
        }
        assert_eq!(slots.sum(0..2_000), 256 + (1 << 32));
    }

    #[test]
    fn a_quiet_ring_is_written_in_a_few_bytes() {
        let mut slots = Slots::new(337, 1_000);
        slots.add(950, 3);
        assert!(postcard::to_stdvec(&slots).unwrap().len() < 12);
    }

    #[test]
    fn what_is_no_slots_is_not_read() {
        let read = |counts: &[u64]| {
            let bytes = postcard::to_stdvec(&Written { head: 0, counts: counts.to_vec() }).unwrap();
            postcard::from_bytes::<Slots>(&bytes).map(|slots| slots.n_slots())
        };
        assert_eq!(read(&[0, 20_000, 7]), Ok(SLOTS_MAX));
        for wrong in [&[][..], &[0], &[5, 0], &[0, 0], &[0, 20_001, 7], &[7, 0, u64::MAX]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
