//! Bursts: more posts than are usual for the title, on a scale of minutes or of an hour.
//!
//! ```text
//! x = posts of the last w, w = 5, 15, 60 min        β = 1
//! z = (x - max(m, β)) / (√v + β)                    score S = max of z over w
//! x' = min(x, max(m, β) + 10(√v + β))               so that one burst does not hide the next
//! d = x' - m,  m += αd,  v = (1 - α)(v + αd²)       α = max(1 - 2^(-1/2016), 1/(i + 1))
//! ```
//!
//! An exponentially weighted mean and variance with a half-life of a week, after `SigniTrend`
//! (Schubert, Weiler, Kriegel, KDD 2014) on several scales. Before a day is over α = 1/(i + 1)
//! makes them the plain ones, x' is x, and nothing is scored.

use serde::{Deserialize, Serialize};

use super::turn::{Active, HOUR, Look, Turn, newest};
use crate::time::{Span, Timestamp};

/// The scales in boundaries: 5, 15 and 60 min.
const SCALES: [usize; 3] = [1, 3, HOUR];
/// Posts that even the quietest title is expected to have, and the least deviation, β.
const BIAS: f64 = 1.0;
/// The boundaries of a week: the half-life of mean and variance.
const HALF_LIFE: f64 = 2016.0;
/// The boundaries of the first day, which are learnt from and not scored.
const WARM_UP: u32 = 288;
/// The most deviations from the mean that are learnt from.
const LEARNT_MAX: f64 = 10.0;
/// A burst begins at this score.
const ONSET: f64 = 7.0;
/// Below this score it is calm.
const CALM: f64 = 3.5;

/// The state of one title. Bounded: six numbers for what is usual, the last score, the onset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    usual: [Usual; SCALES.len()],
    /// Boundaries learnt from.
    n_learnt: u32,
    score: Option<f64>,
    active: Active,
}

/// What is usual on one scale: posts, and their square.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Usual {
    mean: f64,
    variance: f64,
}

impl Burst {
    /// Takes `boundary`, each a [`BOUNDARY`](super::turn::BOUNDARY) after the one before it.
    /// `history` is how long the title has been tracked then, `posts` are those of each of the 5
    /// minutes before it, newest first; 60 min are read.
    ///
    /// While history is below 60 min there is nothing to learn from: what was learnt in an earlier
    /// history is forgotten, and a burst of it is over.
    pub fn step(&mut self, boundary: Timestamp, history: Span, posts: &[u64]) -> Option<Turn> {
        if history < Span::from_hours(1) {
            let mut active = std::mem::take(self).active;
            return active.step(boundary, Look::Unknown);
        }
        let is_warm = self.n_learnt >= WARM_UP;
        let counts = SCALES.map(|scale| newest(posts, scale) as f64);
        let scores = self.usual.iter().zip(counts).map(|(usual, x)| usual.score(x));
        self.score = is_warm.then(|| scores.fold(f64::NEG_INFINITY, f64::max));
        let rate = (1.0 - (-1.0 / HALF_LIFE).exp2()).max(1.0 / (f64::from(self.n_learnt) + 1.0));
        for (usual, x) in self.usual.iter_mut().zip(counts) {
            usual.learn(if is_warm { x.min(usual.at(LEARNT_MAX)) } else { x }, rate);
        }
        self.n_learnt = self.n_learnt.saturating_add(1);
        self.active.step(boundary, look(self.score))
    }

    /// How many deviations the posts before the last boundary were above what is usual, on the
    /// scale where they were the most; `None` in the first day.
    pub fn score(&self) -> Option<f64> {
        self.score
    }

    /// The posts that an hour usually has; `None` in the first day.
    pub fn expected_posts(&self) -> Option<f64> {
        let [.., hour] = self.usual;
        self.score.map(|_| hour.mean)
    }

    /// Whether a burst is on.
    pub fn is_active(&self) -> bool {
        self.onset().is_some()
    }

    /// The boundary at which the burst that is on began.
    pub fn onset(&self) -> Option<Timestamp> {
        self.active.onset()
    }
}

impl Usual {
    /// So many deviations above the mean.
    fn at(self, deviations: f64) -> f64 {
        self.mean.max(BIAS) + deviations * (self.variance.sqrt() + BIAS)
    }

    /// How many deviations `x` is above the mean.
    fn score(self, x: f64) -> f64 {
        (x - self.mean.max(BIAS)) / (self.variance.sqrt() + BIAS)
    }

    fn learn(&mut self, x: f64, rate: f64) {
        let d = x - self.mean;
        self.mean += rate * d;
        self.variance = (1.0 - rate) * (self.variance + rate * d * d);
    }
}

fn look(score: Option<f64>) -> Look {
    match score {
        None => Look::Unknown,
        Some(score) if score >= ONSET => Look::Striking,
        Some(score) if score < CALM => Look::Calm,
        Some(_) => Look::Lively,
    }
}
