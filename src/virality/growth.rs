//! How fast a title's posts grow: velocity, acceleration, growth and the time to double.
//!
//! N₀ and N₁ are the posts of `[T' - 2W, T' - W)` and `[T' - W, T')`: two spans of exactly W.

use std::f64::consts::LN_2;

use crate::time::Span;

/// Fewer posts than this in both spans together say nothing of growth.
pub const POSTS_MIN: u64 = 10;

/// A growth this many standard errors from 0 is told from chance, with 95 % confidence.
pub const CONFIDENCE: f64 = 1.96;

const SECONDS_PER_MINUTE: f64 = 60.0;
const SECONDS_PER_HOUR: f64 = 3600.0;

/// The rate of exponential growth from one span to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// g = ln((N₁ + ½) / (N₀ + ½)) / W, a hour; negative while posts become fewer.
    pub per_hour: f64,
    /// √(1 / (N₁ + ½) + 1 / (N₀ + ½)) / W, a hour.
    pub standard_error_per_hour: f64,
}

/// An estimate and its 95 % bounds, all in the estimate's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// The lower bound, at most `value`.
    pub lower: f64,
    /// The upper bound, at least `value`.
    pub upper: f64,
}

/// The growth from `before` posts to `now` posts, each in a span of `window`.
///
/// The log ratio of two Poisson counts. The halves keep it finite at no posts and take out most of
/// its bias (Haldane 1956, Anscombe 1956, both on the log odds). Absent while `before + now` is
/// below [`POSTS_MIN`]. `window` must be positive.
pub fn growth(before: u64, now: u64, window: Span) -> Option<Growth> {
    if before.saturating_add(now) < POSTS_MIN {
        return None;
    }
    let hours = window.as_secs_f64() / SECONDS_PER_HOUR;
    let (before, now) = (before as f64 + 0.5, now as f64 + 0.5);
    Some(Growth {
        per_hour: (now.ln() - before.ln()) / hours,
        standard_error_per_hour: (now.recip() + before.recip()).sqrt() / hours,
    })
}

impl Growth {
    /// Hours in which posts double at this growth: ln 2 / g, its bounds at g ± 1.96 standard
    /// errors. Absent unless g is above [`CONFIDENCE`] standard errors.
    pub fn doubling(self) -> Option<Interval> {
        (self.per_hour > 0.0).then(|| self.hours_to_a_factor_of_two()).flatten()
    }

    /// Hours in which posts halve at this growth: ln 2 / -g, its bounds at g ± 1.96 standard
    /// errors. Absent unless -g is above [`CONFIDENCE`] standard errors.
    pub fn half_life(self) -> Option<Interval> {
        (self.per_hour < 0.0).then(|| self.hours_to_a_factor_of_two()).flatten()
    }

    /// A slower growth takes longer, so the bounds change places. Both are finite, because the
    /// bounds of g lie on one side of 0.
    fn hours_to_a_factor_of_two(self) -> Option<Interval> {
        let (g, margin) = (self.per_hour.abs(), CONFIDENCE * self.standard_error_per_hour);
        (g > margin).then(|| Interval {
            value: LN_2 / g,
            lower: LN_2 / (g + margin),
            upper: LN_2 / (g - margin),
        })
    }
}

/// N₁ / W: posts a minute over the last `window`, which must be positive. Never absent.
pub fn velocity_per_minute(now: u64, window: Span) -> f64 {
    now as f64 / minutes(window)
}

/// (N₁ - N₀) / W²: how much the velocity changed a minute, in posts a minute². `window` must be
/// positive. Never absent.
pub fn acceleration(before: u64, now: u64, window: Span) -> f64 {
    (now as f64 - before as f64) / minutes(window).powi(2)
}

fn minutes(window: Span) -> f64 {
    window.as_secs_f64() / SECONDS_PER_MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Span = Span::from_hours(1);

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() <= 1e-6 * expected.abs()
    }

    #[test]
    fn growth_is_what_a_hand_works_out() {
        let told = growth(10, 40, HOUR).unwrap();
        assert!(near(told.per_hour, 1.349_927), "{told:?}");
        assert!(near(told.standard_error_per_hour, 0.346_308), "{told:?}");
        let told = growth(6, 4, Span::from_minutes(5)).unwrap();
        assert!(near(told.per_hour, -4.412_697), "{told:?}");
        assert!(near(told.standard_error_per_hour, 7.358_930), "{told:?}");
    }

    #[test]
    fn too_few_posts_have_no_growth() {
        assert_eq!(growth(4, 5, HOUR), None);
        assert_eq!(growth(0, 0, HOUR), None);
        assert!(growth(0, 10, HOUR).is_some_and(|told| told.per_hour.is_finite()));
        assert!(growth(u64::MAX, u64::MAX, HOUR).is_some_and(|told| told.per_hour == 0.0));
    }

    #[test]
    fn doubling_and_half_life_are_told_only_with_confidence() {
        let told = growth(10, 40, HOUR).unwrap().doubling().unwrap();
        assert!(near(told.value, 0.513_470), "{told:?}");
        assert!(near(told.lower, 0.341_672), "{told:?}");
        assert!(near(told.upper, 1.032_756), "{told:?}");
        assert_eq!(growth(40, 10, HOUR).unwrap().half_life(), Some(told));
        assert_eq!(growth(10, 40, HOUR).unwrap().half_life(), None);
        assert_eq!(growth(40, 10, HOUR).unwrap().doubling(), None);
        // 10 to 19 posts is 1.6 standard errors.
        assert_eq!(growth(10, 19, HOUR).unwrap().doubling(), None);
    }

    #[test]
    fn velocity_and_acceleration_are_by_the_minute() {
        assert!(near(velocity_per_minute(90, HOUR), 1.5));
        assert!(near(acceleration(30, 90, HOUR), 60.0 / 3600.0));
        assert!(near(acceleration(90, 30, Span::from_minutes(5)), -2.4));
        assert!(near(velocity_per_minute(3, Span::from_secs(30)), 6.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn growth_turns_with_time_and_rises_with_posts(
            before in 5..100_000_u64, now in 5..100_000_u64, more in 1..1_000_u64,
            minutes in 1..10_000_i64,
        ) {
            let window = Span::from_minutes(minutes);
            let there = growth(before, now, window).unwrap();
            let back = growth(now, before, window).unwrap();
            prop_assert!((back.per_hour + there.per_hour).abs() < f64::MIN_POSITIVE);
            prop_assert!(near(back.standard_error_per_hour, there.standard_error_per_hour));
            prop_assert!(growth(before, now + more, window).unwrap().per_hour > there.per_hour);
            prop_assert!(growth(before + more, now, window).unwrap().per_hour < there.per_hour);
            prop_assert_eq!(there.doubling(), back.half_life());
            let sure = there.per_hour.abs() > 1.96 * there.standard_error_per_hour;
            prop_assert_eq!(there.doubling().is_some(), sure && now > before);
            for told in [there.doubling(), there.half_life()].into_iter().flatten() {
                prop_assert!(0.0 < told.lower && told.lower < told.value);
                prop_assert!(told.value < told.upper && told.upper.is_finite());
            }
        }
    }
}
