//! Surges: an hour with far more posts than any hour of the day before, for launches of titles
//! without history.
//!
//! ```text
//! N = posts of the last hour,  M = most posts of an hour [b - (k+1)h, b - kh), k = 1..24
//! N ≥ 30,  N + ½ ≥ 1.5(M + ½),  ln((N + ½)/(M + ½)) ≥ 2.5 √(3(1/(N + ½) + 1/(M + ½)))
//! ```
//!
//! The hours k are those within the title's history. The last is a test of the log ratio of two
//! counts whose variance is three times their mean, as that of posts that draw posts is.

use serde::{Deserialize, Serialize};

use super::turn::{Active, HOUR, Look, Turn, newest};
use crate::time::{Span, Timestamp};

/// How many hours the last one is compared with, at most.
const HOURS: usize = 24;
/// Posts that an hour needs.
const POSTS_MIN: f64 = 30.0;
/// How many times the posts of the busiest hour before.
const FACTOR: f64 = 1.5;
/// How many standard errors of the log ratio.
const ERRORS: f64 = 2.5;
/// The variance of a count over its mean.
const DISPERSION: f64 = 3.0;

/// The state of one title: the onset only, for a surge is judged by the last day alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surge {
    active: Active,
}

impl Surge {
    /// Takes `boundary`, each a [`BOUNDARY`](super::turn::BOUNDARY) after the one before it.
    /// `history` is how long the title has been tracked then, `posts` are those of each of the 5
    /// minutes before it, newest first, [`N_COUNTS`](super::turn::N_COUNTS) of them; what is
    /// missing counts as none.
    ///
    /// Calm is what would be no surge if half of each threshold were enough. While history is below
    /// 2 h there is nothing to compare with: a surge of an earlier history is over.
    pub fn step(&mut self, boundary: Timestamp, history: Span, posts: &[u64]) -> Option<Turn> {
        self.active.step(boundary, look(history, posts))
    }

    /// Whether a surge is on.
    pub fn is_active(&self) -> bool {
        self.onset().is_some()
    }

    /// The boundary at which the surge that is on began.
    pub fn onset(&self) -> Option<Timestamp> {
        self.active.onset()
    }
}

fn look(history: Span, posts: &[u64]) -> Look {
    let before = usize::try_from(history.steps(Span::from_hours(1)) - 1).unwrap_or(0).min(HOURS);
    let hours = (1..=before).map(|k| newest(posts.get(k * HOUR..).unwrap_or_default(), HOUR));
    let Some(most) = hours.max() else { return Look::Unknown };
    let now = newest(posts, HOUR);
    if is_surge(now, most, 1.0) {
        Look::Striking
    } else if is_surge(now, most, 0.5) {
        Look::Lively
    } else {
        Look::Calm
    }
}

/// Whether `now` stands out from `most` if `part` of each threshold is enough.
fn is_surge(now: u64, most: u64, part: f64) -> bool {
    let (now, most) = (now as f64, most as f64);
    let ratio = ((now + 0.5) / (most + 0.5)).ln();
    let error = (DISPERSION * (1.0 / (now + 0.5) + 1.0 / (most + 0.5))).sqrt();
    now >= part * POSTS_MIN && ratio >= part * FACTOR.ln() && ratio >= part * ERRORS * error
}
