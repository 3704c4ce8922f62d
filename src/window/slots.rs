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
/// Memory: none for the counts before the first is added, then 1 byte a slot, 4 from a count of
/// 256 on, 8 from 2^32 on. Adding is O(1), advancing O(slots passed).
#[derive(Clone, Debug)]
pub struct Slots {
    head: i64,
    head_at: usize,
    n_slots: usize,
    cells: Cells,
}

#[derive(Clone, Debug)]
enum Cells {
    /// All are 0.
    Unused,
    Narrow(Box<[u8]>),
    Middle(Box<[u32]>),
    Wide(Box<[u64]>),
}

impl Slots {
    /// `n_slots` empty slots, at least 1 and at most [`SLOTS_MAX`], of which `head` is the newest.
    pub fn new(n_slots: usize, head: i64) -> Self {
        let n_slots = n_slots.clamp(1, SLOTS_MAX);
        Self { head, head_at: n_slots - 1, n_slots, cells: Cells::Unused }
    }

    /// The newest slot.
    pub fn head(&self) -> i64 {
        self.head
    }

    /// How many slots there are.
    pub fn n_slots(&self) -> usize {
        self.n_slots
    }

    /// The oldest slot that is kept.
    pub fn oldest(&self) -> i64 {
        self.head.saturating_sub(i64::try_from(self.n_slots - 1).unwrap_or(i64::MAX))
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
            usize::try_from(slot.saturating_sub(self.oldest())).unwrap_or(0).min(self.n_slots)
        };
        let (from, to) = (offset(slots.start), offset(slots.end));
        // From the oldest up to the last cell, and from the first cell up to the newest.
        let n_old = self.n_slots - 1 - self.head_at;
        let first = self.head_at + 1;
        let old = self.cells.sum(first + from.min(n_old)..first + to.min(n_old));
        let new = self.cells.sum(from.saturating_sub(n_old)..to.saturating_sub(n_old));
        old.wrapping_add(new)
    }

    /// Moves the newest slot to `head`, never back; slots that are no longer kept are cleared.
    pub fn advance(&mut self, head: i64) {
        let passed = usize::try_from(head.saturating_sub(self.head)).unwrap_or(0);
        if passed == 0 {
            return;
        }
        let n_cleared = passed.min(self.n_slots);
        let first = self.head_at + 1;
        let n_old = (self.n_slots - first).min(n_cleared);
        self.cells.clear(first..first + n_old);
        self.cells.clear(0..n_cleared - n_old);
        self.head_at = (self.head_at + passed) % self.n_slots;
        self.head = head;
    }

    /// Whether every count is 0.
    pub fn is_empty(&self) -> bool {
        match &self.cells {
            Cells::Unused => true,
            Cells::Narrow(cells) => cells.iter().all(|count| *count == 0),
            Cells::Middle(cells) => cells.iter().all(|count| *count == 0),
            Cells::Wide(cells) => cells.iter().all(|count| *count == 0),
        }
    }

    /// Bytes that it takes, itself included.
    pub fn memory(&self) -> usize {
        let counts = match &self.cells {
            Cells::Unused => 0,
            Cells::Narrow(cells) => size_of_val::<[u8]>(cells),
            Cells::Middle(cells) => size_of_val::<[u32]>(cells),
            Cells::Wide(cells) => size_of_val::<[u64]>(cells),
        };
        size_of::<Self>() + counts
    }

    /// Every count, the oldest first.
    fn counts(&self) -> impl Iterator<Item = u64> {
        (self.head_at + 1..self.n_slots).chain(0..=self.head_at).map(|at| self.cells.get(at))
    }

    fn position(&self, slot: i64) -> Option<usize> {
        let age = usize::try_from(self.head.checked_sub(slot)?).ok()?;
        if age >= self.n_slots {
            return None;
        }
        let wrapped = if age > self.head_at { self.n_slots } else { 0 };
        Some(self.head_at + wrapped - age)
    }

    fn put(&mut self, at: usize, count: u64) {
        while !self.cells.hold(at, count) {
            self.cells = self.cells.wider(self.n_slots);
        }
    }
}

impl Cells {
    fn get(&self, at: usize) -> u64 {
        match self {
            Self::Unused => 0,
            Self::Narrow(cells) => cells.get(at).map_or(0, |count| u64::from(*count)),
            Self::Middle(cells) => cells.get(at).map_or(0, |count| u64::from(*count)),
            Self::Wide(cells) => cells.get(at).copied().unwrap_or(0),
        }
    }

    /// Whether `count` fits; if so, it is what cell `at` holds now.
    fn hold(&mut self, at: usize, count: u64) -> bool {
        match self {
            Self::Unused => count == 0,
            Self::Narrow(cells) => hold(cells, at, count),
            Self::Middle(cells) => hold(cells, at, count),
            Self::Wide(cells) => hold(cells, at, count),
        }
    }

    fn wider(&self, n_slots: usize) -> Self {
        match self {
            Self::Unused => Self::Narrow(vec![0; n_slots].into()),
            Self::Narrow(cells) => Self::Middle(cells.iter().map(|c| u32::from(*c)).collect()),
            Self::Middle(cells) => Self::Wide(cells.iter().map(|c| u64::from(*c)).collect()),
            Self::Wide(cells) => Self::Wide(cells.clone()),
        }
    }

    fn clear(&mut self, range: Range<usize>) {
        match self {
            Self::Unused => {}
            Self::Narrow(cells) => clear(cells, range),
            Self::Middle(cells) => clear(cells, range),
            Self::Wide(cells) => clear(cells, range),
        }
    }

    fn sum(&self, range: Range<usize>) -> u64 {
        match self {
            Self::Unused => 0,
            Self::Narrow(cells) => sum(cells, range),
            Self::Middle(cells) => sum(cells, range),
            Self::Wide(cells) => sum(cells, range),
        }
    }
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
    let cells = cells.get(range).unwrap_or_default();
    cells.iter().fold(0, |sum: u64, count| sum.wrapping_add((*count).into()))
}

/// The counts are what it is; their width and place are not.
impl PartialEq for Slots {
    fn eq(&self, other: &Self) -> bool {
        (self.head, self.n_slots) == (other.head, other.n_slots) && self.counts().eq(other.counts())
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
