//! The reproduction number: how many shares, quotes and replies a post brings forth.
//!
//! R = ΣS / ΣΛ over the last 60 minutes, without a unit: above 1 a title's posts multiply by
//! themselves. S are the shares, quotes and replies of a minute, I all its posts, and
//! Λ_t = Σ_{k = 1..1440} w_k I_{t-k} what would be expected of them were R 1; w_k is the mass of
//! lags `[k - 1, k)` minutes in the kernel of SEISMIC (Zhao et al., KDD 2015). The estimate and its
//! bounds are those of the renewal equation with a Gamma(1, 1/5) prior (Cori et al., American
//! Journal of Epidemiology, 2013): 95 % of Gamma(shape 1 + ΣS, rate 1/5 + ΣΛ).
//!
//! Plain posts never enter ΣS: nobody's post brought them forth. All counts are of platforms that
//! mark shares and are not delayed.
//!
//! ΣΛ is a dot product: a post `j` minutes before the last one was expected to bring forth
//! w_{j-59} + … + w_j within the hour, which does not change. So it is exact, and cheap enough to
//! need no sum of exponentials in the kernel's place.

use std::array;
use std::sync::LazyLock;

use super::{gamma, kernel};

/// R is of so many minutes.
pub const MINUTES: usize = 60;
/// A post brings forth others for so many minutes.
pub const LAGS: usize = 1440;
/// How many minutes of posts R reads.
pub const POSTS_MINUTES: usize = MINUTES + LAGS;
/// R is absent while less than this was to be expected.
pub const EXPECTED_MIN: f64 = 10.0;

const PRIOR_SHAPE: f64 = 1.0;
const PRIOR_RATE: f64 = 1.0 / 5.0;

/// The reproduction number of one title and its 95 % bounds, none of them with a unit.
///
/// The bounds know the prior, the value does not: with no share at all it is 0, below both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reproduction {
    /// R = ΣS / ΣΛ.
    pub value: f64,
    /// The 2.5 % quantile.
    pub lower: f64,
    /// The 97.5 % quantile.
    pub upper: f64,
}

/// What a post of so many minutes before the last one was expected to bring forth in the hour.
static EXPECTED: LazyLock<[f64; POSTS_MINUTES]> = LazyLock::new(|| {
    let mass_before = |minutes: usize| kernel::mass_before(60.0 * minutes as f64);
    array::from_fn(|age| mass_before(age) - mass_before(age.saturating_sub(MINUTES)))
});

/// R of whole minutes, the newest first: of all posts the last [`POSTS_MINUTES`], of shares, quotes
/// and replies the last [`MINUTES`]. Minutes that are not given count as empty.
///
/// Absent while ΣΛ is below [`EXPECTED_MIN`]. The caller knows whether there are the 6 h of history
/// that R needs.
pub fn reproduction(posts_by_minute: &[u64], spreading_by_minute: &[u64]) -> Option<Reproduction> {
    let spread: f64 = spreading_by_minute.iter().take(MINUTES).map(|n| *n as f64).sum();
    let expected: f64 =
        posts_by_minute.iter().zip(&*EXPECTED).map(|(n, expected)| *n as f64 * expected).sum();
    if expected < EXPECTED_MIN {
        return None;
    }
    let (lower, upper) = gamma::central_95(PRIOR_SHAPE + spread);
    let rate = PRIOR_RATE + expected;
    Some(Reproduction { value: spread / expected, lower: lower / rate, upper: upper / rate })
}
