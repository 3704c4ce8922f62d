//! High-water marks: how far a post's counters have come.

use serde::{Deserialize, Serialize};

use crate::post::Action;

/// The highest value that each counter of one version of a post has had.
///
/// Memory: 16 bytes, and 32 more from the first counter above 0 on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The counters that have been seen: bit n is the n-th of [`Action::ALL`].
    seen: u8,
    /// `None` while all are 0.
    highest: Option<Box<[u64; Action::ALL.len()]>>,
}

/// What a counter's value was to its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first one: now it is the mark.
    First,
    /// So much above it, or 0: now it is the mark.
    Up(u64),
    /// Below it: the mark stays.
    Down,
}

impl Marks {
    /// Sees a counter's value.
    pub fn see(&mut self, action: Action, value: u64) -> Step {
        let bit = 1 << action as u8;
        let is_first = self.seen & bit == 0;
        self.seen |= bit;
        let mark = self.highest.as_ref().map_or(0, |highest| highest[action as usize]);
        if value > mark {
            self.highest.get_or_insert_default()[action as usize] = value;
        }
        match value.checked_sub(mark) {
            _ if is_first => Step::First,
            Some(gain) => Step::Up(gain),
            None => Step::Down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_only_rises_and_each_counter_has_its_own() {
        let mut marks = Marks::default();
        let steps = [9, 7, 9, 12, 0].map(|value| marks.see(Action::Like, value));
        assert_eq!(steps, [Step::First, Step::Down, Step::Up(0), Step::Up(3), Step::Down]);
        assert_eq!(marks.see(Action::View, 5), Step::First);
    }

    #[test]
    fn a_counter_that_was_seen_at_zero_was_seen() {
        let mut marks = Marks::default();
        assert_eq!(marks.see(Action::Share, 0), Step::First);
        assert_eq!(marks.highest, None, "and takes no memory");
        assert_eq!(marks.see(Action::Share, u64::MAX), Step::Up(u64::MAX));
        assert_eq!(marks.see(Action::Comment, 0), Step::First);
    }
}
