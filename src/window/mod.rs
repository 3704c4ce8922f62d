//! Windows over event time, driven from outside: nothing here reads a clock or does I/O.
//!
//! A window of length W and slide s covers, at time T, the event times in
//! `[floor(T - W, s), T)`: at least W long, at most W + s.

pub mod counts;
pub mod distinct;
pub mod key;
pub mod landing;
pub mod layout;
pub mod ledger;
pub mod mark;
pub mod minutes;
pub mod novelty;
pub mod premiere;
pub mod reach;
pub mod ring;
pub mod seen;
pub mod sketch;
pub mod sliding;
pub mod slots;
pub mod title;
pub mod tombstone;
pub mod top;
pub mod watermark;
pub mod words;

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};
use ring::Ring;

/// A sliding window's shape. `length` is a whole number of `slide`s, `slide` of ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// How far back it reaches, at least.
    pub length: Span,
    /// The size of its slots.
    pub slide: Span,
}

impl Window {
    /// The start of the window at `time`, inclusive.
    pub fn start(self, time: Timestamp) -> Timestamp {
        (time - self.length).floor(self.slide)
    }

    /// Whether it has slots: both spans positive, `length` the larger.
    pub fn is_sound(self) -> bool {
        self.slide > Span::ZERO && self.length >= self.slide
    }

    /// How far back its ring reaches: `2 * length + slide`, so that two windows can be compared.
    pub fn reach(self) -> Span {
        self.length + self.length + self.slide
    }
}

/// The windows of one measure, and from when on each takes posts: a window added while running
/// takes none from before it came, because it would hold only some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSet {
    windows: Vec<(Window, Timestamp)>,
}

impl WindowSet {
    /// Takes `windows` for its own; those it did not have before start at `time`, or without
    /// bound while there is no time yet.
    pub fn change(&mut self, windows: impl IntoIterator<Item = Window>, time: Option<Timestamp>) {
        let start = time.unwrap_or(Timestamp::from_millis(i64::MIN));
        let old = std::mem::take(&mut self.windows);
        let start_of = |window: Window| {
            old.iter().find(|(known, _)| *known == window).map_or(start, |(_, start)| *start)
        };
        self.windows = windows.into_iter().map(|window| (window, start_of(window))).collect();
    }

    /// The windows, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Window> + '_ {
        self.windows.iter().map(|(window, _)| *window)
    }

    /// From when on window number `index` takes posts, without bound for one that came with the
    /// first of them; `None` for one that the set does not have.
    pub fn taken_from(&self, index: usize) -> Option<Timestamp> {
        self.windows.get(index).map(|(_, start)| *start)
    }

    /// The earliest event time that any of the windows covers at `time`.
    pub fn start(&self, time: Timestamp) -> Option<Timestamp> {
        self.iter().map(|window| window.start(time)).min()
    }

    /// The longest reach of any of the windows.
    pub fn reach(&self) -> Span {
        self.iter().map(Window::reach).max().unwrap_or_default()
    }
}

/// One additive measure over every window of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rings {
    rings: Vec<Ring>,
}

impl Rings {
    /// Empty rings of `set` at `time`.
    pub fn new(set: &WindowSet, time: Timestamp) -> Self {
        let rings = set.windows.iter().map(|(window, start)| Ring::new(*window, *start, time));
        Self { rings: rings.collect() }
    }

    /// Keeps the rings of windows still in `set` and begins the others empty.
    pub fn change(&mut self, set: &WindowSet, time: Timestamp) {
        let mut old = std::mem::take(&mut self.rings);
        for (window, start) in &set.windows {
            let known = old.iter().position(|ring| ring.window() == *window);
            let ring = known.map(|at| old.swap_remove(at));
            self.rings.push(ring.unwrap_or_else(|| Ring::new(*window, *start, time)));
        }
    }

    /// Adds `n` at `event_time`, which must lie before the time last advanced to.
    pub fn add(&mut self, event_time: Timestamp, n: u64) {
        self.rings.iter_mut().for_each(|ring| ring.add(event_time, n));
    }

    /// Takes `n` away that were added at `event_time`.
    pub fn remove(&mut self, event_time: Timestamp, n: u64) {
        self.rings.iter_mut().for_each(|ring| ring.remove(event_time, n));
    }

    /// Moves every window to end at `time`.
    pub fn advance(&mut self, time: Timestamp) {
        self.rings.iter_mut().for_each(|ring| ring.advance(time));
    }

    /// The sum over the set's window number `index`; 0 for one that the set does not have.
    pub fn sum(&self, index: usize) -> u64 {
        self.rings.get(index).map_or(0, Ring::sum)
    }

    /// The sums of the set's window number `index` before this one and in this one, as
    /// [`Ring::pair`] has them; none for one that the set does not have.
    pub fn pair(&self, index: usize) -> (u64, u64) {
        self.rings.get(index).map_or((0, 0), Ring::pair)
    }

    /// Bytes that they take, themselves included.
    pub fn memory(&self) -> usize {
        let unused = self.rings.capacity() - self.rings.len();
        let rings: usize = self.rings.iter().map(Ring::memory).sum();
        size_of::<Self>() + rings + unused * size_of::<Ring>()
    }

    /// Whether no slot of any ring holds anything.
    pub fn is_empty(&self) -> bool {
        self.rings.iter().all(Ring::is_empty)
    }
}
