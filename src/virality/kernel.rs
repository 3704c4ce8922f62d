//! How long after a post its shares come: the memory kernel of SEISMIC.
//!
//! φ(s) = c for s ≤ s₀ and c (s / s₀)^-(1 + θ) after it, with c = 6.265725e-4 a second, s₀ = 300 s
//! and θ = 0.2314843, fitted to a month of retweets (Zhao et al., SEISMIC, KDD 2015, §3.2). Both
//! pieces have closed integrals, so that nothing is approximated. Its tail is heavy: 22 % lie after
//! 24 h, where it is cut and the rest scaled to 1.

/// c, a second.
const DENSITY: f64 = 6.265_725e-4;
/// s₀, in seconds: until here the kernel is flat.
const FLAT_SECONDS: f64 = 300.0;
/// θ, without a unit.
const DECAY: f64 = 0.231_484_3;
/// Where the kernel is cut, in seconds.
const CUT_SECONDS: f64 = 86_400.0;

/// The kernel's mass of lags below `seconds`: the share of a post's offspring that have come by
/// then, out of those of 24 h. From 0 at 0 to 1 at 24 h and later; 0 before 0.
pub fn mass_before(seconds: f64) -> f64 {
    uncut_mass_before(seconds.clamp(0.0, CUT_SECONDS)) / uncut_mass_before(CUT_SECONDS)
}

fn uncut_mass_before(seconds: f64) -> f64 {
    let flat = DENSITY * seconds.min(FLAT_SECONDS);
    let tail = 1.0 - (seconds.max(FLAT_SECONDS) / FLAT_SECONDS).powf(-DECAY);
    flat + DENSITY * FLAT_SECONDS / DECAY * tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mass_is_the_integral_of_the_density() {
        let density = |s: f64| if s <= 300.0 { 1.0 } else { (s / 300.0).powf(-1.231_484_3) };
        // By the midpoints of half seconds.
        let (mut sum, mut sums) = (0.0, Vec::new());
        for step in 0..2 * 86_400 {
            sum += density(f64::from(step) / 2.0 + 0.25);
            sums.push(sum);
        }
        for seconds in [1_u32, 60, 299, 300, 301, 3_600, 21_600, 86_399, 86_400] {
            let expected = sums[2 * seconds as usize - 1] / sum;
            let mass = mass_before(f64::from(seconds));
            assert!((mass - expected).abs() < 1e-7, "{seconds} s: {mass}, not {expected}");
        }
    }

    #[test]
    fn all_mass_lies_within_a_day() {
        let masses = [-1.0, 0.0, 86_400.0, 1e9].map(mass_before);
        assert_eq!(format!("{masses:?}"), "[0.0, 0.0, 1.0, 1.0]");
    }

    #[test]
    fn the_published_constants_make_a_distribution() {
        let all = uncut_mass_before(f64::MAX);
        assert!((all - 1.0).abs() < 1e-5, "{all}");
        let after_the_cut = 1.0 - uncut_mass_before(CUT_SECONDS);
        assert!((after_the_cut - 0.22).abs() < 0.002, "{after_the_cut}");
    }
}
