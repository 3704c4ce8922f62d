//! Seeded chance with the distributions that counts need.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and places are neither negative nor near 2^53"
)]

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// From this mean on a Poisson count is a rounded normal one.
const LARGE: f64 = 60.0;

pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Above 0 and below 1.
    fn fraction(&mut self) -> f64 {
        (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.fraction() * n as f64) as usize
    }

    /// Mean 0, deviation 1.
    pub(crate) fn normal(&mut self) -> f64 {
        let angle = std::f64::consts::TAU * self.fraction();
        (-2.0 * self.fraction().ln()).sqrt() * angle.cos()
    }

    /// A count of mean and variance `mean`.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        if mean >= LARGE {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let (mut left, mut count) = (self.fraction(), 0);
        let mut mass = (-mean).exp();
        // The bound holds against a mass that rounding keeps below the fraction.
        while left > mass && count < 1000 {
            left -= mass;
            count += 1;
            mass *= mean / count as f64;
        }
        count
    }

    /// Gamma of this mean and variance (shape `mean`, scale 1), after Marsaglia and Tsang (2000).
    pub(crate) fn gamma(&mut self, mean: f64) -> f64 {
        if mean <= 0.0 {
            return 0.0;
        }
        if mean < 1.0 {
            let root = self.fraction().powf(1.0 / mean);
            return root * self.gamma(mean + 1.0);
        }
        let d = mean - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.fraction().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}
