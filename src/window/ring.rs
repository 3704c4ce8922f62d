//! A ring of slots with a running sum: one window of one additive measure.
//!
//! ```text
//!    [ kept, to compare with ][ summed                  ]      slot = event time / slide
//!     head - 2W/s              head - W/s           head
//! ```
//!
//! Adding is O(1); advancing is O(slots passed), so O(1) a tick on average. A ring is unaware of
//! the current time: it is driven by [`Ring::advance`].
//!
//! Amounts wrap, because what a platform says may be any number: whatever is added leaves as it
//! came, so that a sum is right whenever it fits.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::window::Window;

/// One window's slots and their sum. Memory: 8 bytes a slot, `2 * length / slide + 1` slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Ring {
    window: Window,
    /// Takes nothing from before this.
    start: Timestamp,
    /// Number of the slot that holds the time last advanced to: the newest.
    head: i64,
    sum: u64,
    slots: Box<[u64]>,
}

/// A ring as it was written down: of any number of slots.
#[derive(Deserialize)]
struct Written {
    window: Window,
    start: Timestamp,
    head: i64,
    sum: u64,
    slots: Box<[u64]>,
}

impl TryFrom<Written> for Ring {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { window, start, head, sum, slots } = written;
        let ring = Self { window, start, head, sum, slots };
        let is_sound = window.is_sound() && ring.slots.len() == slots_of(window);
        if is_sound { Ok(ring) } else { Err("a ring of the wrong size") }
    }
}

fn slots_of(window: Window) -> usize {
    usize::try_from(2 * window.length.steps(window.slide) + 1).unwrap_or(1)
}

impl Ring {
    /// An empty ring whose window ends at `time` and takes nothing from before `start`.
    pub fn new(window: Window, start: Timestamp, time: Timestamp) -> Self {
        let slots = vec![0; slots_of(window)].into_boxed_slice();
        Self { window, start, head: time.slot(window.slide), sum: 0, slots }
    }

    /// The window's shape.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The sum over the window.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// Whether no slot holds anything, those behind the window included.
    pub fn is_empty(&self) -> bool {
        self.slots.iter().all(|slot| *slot == 0)
    }

    /// Adds `n` at `event_time`; what the ring no longer reaches is left out.
    pub fn add(&mut self, event_time: Timestamp, n: u64) {
        if let Some(slot) = self.slot(event_time) {
            let position = self.position(slot);
            self.slots[position] = self.slots[position].wrapping_add(n);
            if slot >= self.low() {
                self.sum = self.sum.wrapping_add(n);
            }
        }
    }

    /// Takes one away that was added at `event_time`.
    pub fn remove(&mut self, event_time: Timestamp) {
        if let Some(slot) = self.slot(event_time)
            && self.slots[self.position(slot)] > 0
        {
            self.slots[self.position(slot)] -= 1;
            self.sum -= u64::from(slot >= self.low());
        }
    }

    /// Moves the window to end at `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        let (old_head, old_low) = (self.head, self.low());
        self.head = self.head.max(time.slot(self.window.slide));
        // What leaves the sum is still there: nothing is cleared before it has left.
        for slot in old_low..self.low().min(old_head + 1) {
            self.sum = self.sum.wrapping_sub(self.slots[self.position(slot)]);
        }
        for slot in self.oldest().max(old_head + 1)..=self.head {
            let position = self.position(slot);
            self.slots[position] = 0;
        }
    }

    /// The slot of `event_time`; `None` if the ring does not reach it.
    fn slot(&self, event_time: Timestamp) -> Option<i64> {
        let slot = event_time.slot(self.window.slide);
        let reached = event_time >= self.start && (self.oldest()..=self.head).contains(&slot);
        reached.then_some(slot)
    }

    /// The first slot in the sum: as `length` is a whole number of slides, the window's start.
    fn low(&self) -> i64 {
        self.head - self.n_slots() / 2
    }

    /// The first slot that is kept.
    fn oldest(&self) -> i64 {
        self.head - self.n_slots() + 1
    }

    fn position(&self, slot: i64) -> usize {
        usize::try_from(slot.rem_euclid(self.n_slots())).unwrap_or_default()
    }

    fn n_slots(&self) -> i64 {
        i64::try_from(self.slots.len()).unwrap_or(i64::MAX)
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
    fn brute_force(
        window: Window,
        start: Timestamp,
        added: &[(Timestamp, u64)],
        time: Timestamp,
    ) -> u64 {
        let covered = window.start(time).max(start)..time;
        added.iter().filter(|(at, _)| covered.contains(at)).map(|(_, n)| n).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Amounts come in any order, some late, and posts go; time moves in steps of any size.
        #[test]
        fn sums_equal_the_definition_at_every_step(
            slide_ticks in 1_i64..5,
            slots in 1_i64..8,
            start in -50_i64..200,
            steps in prop::collection::vec(
                (0_i64..40, prop::collection::vec((0_i64..60, 0..1_u64 << 40), 0..6)), 1..40),
        ) {
            let slide = Span::from_millis(slide_ticks * TICK.as_millis());
            let length = Span::from_millis(slide.as_millis() * slots);
            let window = Window { length, slide };
            let start = secs(start);
            let mut time = secs(0);
            let mut ring = Ring::new(window, start, time);
            let mut added = Vec::new();
            for (ticks, arrivals) in steps {
                time = time + Span::from_secs(ticks * 5);
                ring.advance(time);
                for (age, n) in arrivals {
                    let at = time - Span::from_secs(age) - Span::from_millis(1);
                    ring.add(at, n);
                    added.push((at, n));
                    if n % 2 == 1 {
                        ring.add(at, 1);
                        ring.remove(at);
                    }
                }
                prop_assert_eq!(ring.sum(), brute_force(window, start, &added, time));
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
