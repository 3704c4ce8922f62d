//! A ring of slots with a running sum: one window of one additive measure.
//!
//! ```text
//!    [ kept, to compare with ][ summed                  ]      slot = event time / slide
//!     head - 2W/s              head - W/s           head
//! ```
//!
//! Adding is O(1); advancing is O(slots passed), so O(1) a tick on average. A ring is unaware of
//! the current time: it is driven by [`Ring::advance`].

use serde::{Deserialize, Serialize, Serializer};

use crate::time::Timestamp;
use crate::window::Window;
use crate::window::slots::Slots;

/// One window's slots and their sum. Memory: `2 * length / slide + 1` slots, as [`Slots`] says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written<Slots>")]
pub struct Ring {
    window: Window,
    /// Takes nothing from before this.
    start: Timestamp,
    sum: u64,
    slots: Slots,
}

/// A ring as it is written down: the sum is in the slots.
#[derive(Serialize, Deserialize)]
struct Written<S> {
    window: Window,
    start: Timestamp,
    slots: S,
}

impl Serialize for Ring {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { window, start, slots, .. } = self;
        Written { window: *window, start: *start, slots }.serialize(serializer)
    }
}

impl TryFrom<Written<Slots>> for Ring {
    type Error = &'static str;

    fn try_from(written: Written<Slots>) -> Result<Self, Self::Error> {
        let Written { window, start, slots } = written;
        if !window.is_sound() || slots.n_slots() != slots_of(window) {
            return Err("a ring of the wrong size");
        }
        let mut ring = Self { window, start, sum: 0, slots };
        ring.sum = ring.slots.sum(ring.low()..ring.slots.head() + 1);
        Ok(ring)
    }
}

fn slots_of(window: Window) -> usize {
    usize::try_from(2 * window.length.steps(window.slide) + 1).unwrap_or(1)
}

impl Ring {
    /// An empty ring whose window ends at `time` and takes nothing from before `start`.
    pub fn new(window: Window, start: Timestamp, time: Timestamp) -> Self {
        let slots = Slots::new(slots_of(window), time.slot(window.slide));
        Self { window, start, sum: 0, slots }
    }

    /// The window's shape.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The sum over the window.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The sums over two windows of exactly `length`, one after the other, of which the second
    /// ends at the last whole slide: `[T' - 2W, T' - W)` and `[T' - W, T')`, `T' = floor(T, s)`.
    /// O(slots).
    pub fn pair(&self) -> (u64, u64) {
        let (middle, end) = (self.low(), self.slots.head());
        let now = self.sum.wrapping_sub(self.slots.get(end));
        (self.slots.sum(self.slots.oldest()..middle), now)
    }

    /// Whether no slot holds anything, those behind the window included.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Adds `n` at `event_time`; what the ring does not reach is left out.
    pub fn add(&mut self, event_time: Timestamp, n: u64) {
        if let Some(slot) = self.slot(event_time) {
            self.slots.add(slot, n);
            if slot >= self.low() {
                self.sum = self.sum.wrapping_add(n);
            }
        }
    }

    /// Takes `n` away that were added at `event_time`.
    pub fn remove(&mut self, event_time: Timestamp, n: u64) {
        if let Some(slot) = self.slot(event_time) {
            let taken = self.slots.remove(slot, n);
            if slot >= self.low() {
                self.sum = self.sum.wrapping_sub(taken);
            }
        }
    }

    /// Moves the window to end at `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        let passed = (time - self.end()).as_millis();
        if passed < 0 {
            return;
        }
        let old_low = self.low();
        let head = time.slot(self.window.slide);
        let low = head.saturating_sub(self.length());
        // What leaves the sum is still there: nothing is cleared before it has left.
        // Most often it is one slot.
        let left = if low.saturating_sub(old_low) == 1 {
            self.slots.get(old_low)
        } else {
            self.slots.sum(old_low..low)
        };
        self.sum = self.sum.wrapping_sub(left);
        self.slots.advance(head);
    }

    /// Bytes that it takes, itself included.
    pub fn memory(&self) -> usize {
        size_of::<Self>() - size_of::<Slots>() + self.slots.memory()
    }

    /// The slot of `event_time`; `None` if the ring does not reach it.
    fn slot(&self, event_time: Timestamp) -> Option<i64> {
        let slot = event_time.slot(self.window.slide);
        let reached =
            event_time >= self.start && (self.slots.oldest()..=self.slots.head()).contains(&slot);
        reached.then_some(slot)
    }

    /// The end of the newest slot.
    fn end(&self) -> Timestamp {
        let end = self.slots.head().saturating_add(1);
        Timestamp::from_millis(end.saturating_mul(self.window.slide.as_millis()))
    }

    /// The window's length in slots.
    fn length(&self) -> i64 {
        self.window.length.steps(self.window.slide)
    }

    /// The first slot in the sum: as `length` is a whole number of slides, the window's start.
    fn low(&self) -> i64 {
        self.slots.head().saturating_sub(self.length())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::{Span, TICK};

    fn secs(at: i64) -> Timestamp {
        Timestamp::from_secs(at)
    }

    /// The definition, counted by hand.
    fn brute_force(added: &[(Timestamp, u64)], covered: std::ops::Range<Timestamp>) -> u64 {
        added.iter().filter(|(at, _)| covered.contains(at)).map(|(_, n)| n).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Amounts come in any order, some late, and some go again; time moves in steps of any
        /// size; the ring is written down and read at each.
        #[test]
        fn sums_and_pairs_equal_the_definition_at_every_step(
            slide_ticks in 1_i64..5,
            slots in 1_i64..8,
            start in -50_i64..200,
            steps in prop::collection::vec((
                0_i64..40,
                prop::collection::vec(
                    (0_i64..200, prop_oneof![0..3_u64, 0..1_u64 << 40]), 0..6),
                prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            ), 1..40),
        ) {
            let slide = Span::from_millis(slide_ticks * TICK.as_millis());
            let length = Span::from_millis(slide.as_millis() * slots);
            let window = Window { length, slide };
            let start = secs(start);
            let mut time = secs(0);
            let mut ring = Ring::new(window, start, time);
            let mut added = Vec::new();
            for (ticks, arrivals, retracted) in steps {
                time = time + Span::from_secs(ticks * 5);
                ring.advance(time);
                for (age, n) in arrivals {
                    let at = time - Span::from_secs(age) - Span::from_millis(1);
                    ring.add(at, n);
                    added.push((at, n));
                }
                for post in retracted {
                    if !added.is_empty() {
                        let (at, n) = added.swap_remove(post.index(added.len()));
                        ring.remove(at, n);
                    }
                }
                let sum = brute_force(&added, window.start(time).max(start)..time);
                prop_assert_eq!(ring.sum(), sum);
                let (end, middle) = (time.floor(slide), time.floor(slide) - length);
                let before = brute_force(&added, (middle - length).max(start)..middle);
                let now = brute_force(&added, middle.max(start)..end);
                prop_assert_eq!(ring.pair(), (before, now));
                let bytes = postcard::to_stdvec(&ring).unwrap();
                let read: Ring = postcard::from_bytes(&bytes).unwrap();
                prop_assert_eq!(&read, &ring);
                ring = read;
            }
        }
    }

    #[test]
    fn a_post_older_than_the_ring_is_left_out_of_every_slot() {
        let window = Window { length: Span::from_minutes(1), slide: TICK };
        let mut ring = Ring::new(window, secs(i64::MIN / 1000), secs(10_000));
        ring.add(secs(10_000) - window.reach() - TICK, 1);
        assert!(ring.is_empty());
        ring.add(secs(10_000) - window.reach() + TICK, 1);
        assert!(!ring.is_empty());
        assert_eq!(ring.sum(), 0, "kept for comparison, but not in the window");
        ring.advance(secs(20_000));
        assert!(ring.is_empty());
    }

    #[test]
    fn a_ring_of_another_size_is_not_read() {
        let window = Window { length: Span::from_minutes(1), slide: TICK };
        let written = |n_slots| Written { window, start: secs(0), slots: Slots::new(n_slots, 0) };
        assert!(Ring::try_from(written(25)).is_ok());
        assert!(Ring::try_from(written(24)).is_err());
        let unsound = Window { length: Span::ZERO, slide: Span::ZERO };
        assert!(Ring::try_from(Written { window: unsound, ..written(1) }).is_err());
    }

    #[test]
    fn a_sum_is_right_again_when_what_did_not_fit_has_left() {
        let window = Window { length: Span::from_minutes(1), slide: TICK };
        let mut ring = Ring::new(window, secs(0), secs(100));
        ring.add(secs(50), u64::MAX);
        ring.add(secs(55), u64::MAX);
        ring.add(secs(95), 7);
        ring.advance(secs(130));
        assert_eq!(ring.sum(), 7);
        ring.advance(secs(1_000));
        assert_eq!(ring.sum(), 0);
    }
}
