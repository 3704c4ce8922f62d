//! Seeded chance: the same throws on every machine and with every release of `rand`.
//!
//! Only the cipher's raw words are used, and no function of the maths library, whose last digit
//! differs between machines.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Chances are given in this many.
pub(super) const CHANCES: u32 = 100_000;

/// Events of one step are thrown in portions of this expectation, each an event or none.
const PORTION: f64 = 0.25;

pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `n`; 0 if `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        let scaled = (u64::from(self.0.next_u32()) * u64::from(n)) >> 32;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// A number from `low` up to, not including, `high`.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low))
    }

    /// True `chances` times in [`CHANCES`].
    pub(super) fn chance(&mut self, chances: u32) -> bool {
        self.below(CHANCES) < chances
    }

    /// One of `choices`.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let n = u32::try_from(choices.len()).unwrap_or(u32::MAX);
        &choices[self.below(n) as usize]
    }

    /// The place of one of `weights`, each as likely as it is heavy; the last if all are 0.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.fraction() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        weights.len() - 1
    }

    /// A number below `n` of which the small ones are far more likely, as authors are.
    pub(super) fn skewed(&mut self, n: u32) -> u32 {
        let bound = self.below(n) + 1;
        self.below(bound)
    }

    /// At least 0 and below 1.
    pub(super) fn fraction(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// How many events a step holds that holds `expected` on average.
    pub(super) fn arrivals(&mut self, expected: f64) -> u32 {
        let mut arrived = 0;
        let mut left = expected;
        while left > 0.0 {
            arrived += u32::from(self.fraction() < left.min(PORTION));
            left -= PORTION;
        }
        arrived
    }

    /// Fills `bytes` at random.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_depend_on_the_seed_alone() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            (0..4).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
    }

    #[test]
    fn arrivals_keep_their_average() {
        let mut dice = Dice::new(1);
        let sum: u32 = (0..10_000).map(|_| dice.arrivals(1.3)).sum();
        assert!((12_700..13_300).contains(&sum), "{sum}");
    }

    #[test]
    fn weights_are_respected() {
        let mut dice = Dice::new(1);
        let mut seen = [0; 3];
        for _ in 0..10_000 {
            seen[dice.weighted(&[1.0, 0.0, 3.0])] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((2_300..2_700).contains(&seen[0]), "{seen:?}");
    }
}
