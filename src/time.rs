//! Instants and spans on one axis: milliseconds since the Unix epoch, UTC.
//!
//! Event times, log timestamps and fetch times are compared with each other by the watermark
//! rules, so they share one type; a name says which one a value is. Nothing here reads a clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The step in which event time moves through the windows.
pub const TICK: Span = Span::from_secs(5);

/// An instant: milliseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A signed length of time in milliseconds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The instant `secs` seconds after the Unix epoch; saturates at the ends of the axis.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Seconds since the Unix epoch, as Prometheus writes times.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The last multiple of `step` at or before this instant. `step` must be positive.
    #[must_use]
    pub const fn floor(self, step: Span) -> Self {
        Self(self.slot(step).saturating_mul(step.0))
    }

    /// The number of the `step`-sized slot that holds this instant; slot 0 starts at the epoch.
    pub const fn slot(self, step: Span) -> i64 {
        self.0.div_euclid(step.0)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// `millis` milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// `secs` seconds; saturates.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// `minutes` minutes; saturates.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_secs(minutes.saturating_mul(60))
    }

    /// `hours` hours; saturates.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_minutes(hours.saturating_mul(60))
    }

    /// `days` days of 24 hours; saturates.
    pub const fn from_days(days: i64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// How many whole `step`s fit. `step` must be positive.
    pub const fn steps(self, step: Self) -> i64 {
        self.0.div_euclid(step.0)
    }

    /// Whether this span is a whole number of `step`s. `step` must be positive.
    pub const fn is_multiple_of(self, step: Self) -> bool {
        self.0.rem_euclid(step.0) == 0
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Timestamp {
    type Output = Span;
    fn sub(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// RFC 3339 in UTC; instants a calendar cannot name print as milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(civil) => civil.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

/// The largest unit that divides it, as config files and window labels write it: `5m`, `24h`, `7d`.
/// One day is `24h`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(i64, &str); 4] =
            [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
        let unit = UNITS.iter().find(|(millis, name)| {
            self.0 != 0 && self.0 % millis == 0 && !(*name == "d" && self.0 == *millis)
        });
        match unit {
            Some((millis, name)) => write!(f, "{}{name}", self.0 / millis),
            None if self.0 == 0 => f.write_str("0s"),
            None => write!(f, "{}ms", self.0),
        }
    }
}

/// A text that is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a number and its unit (ms, s, m, h, d), such as 24h")]
pub struct NoSpan;

/// A number and its unit, such as `90s`.
impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or(NoSpan)?;
        let (number, unit) = text.split_at_checked(unit_at).ok_or(NoSpan)?;
        let millis: i64 = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(NoSpan),
        };
        let number: i64 = number.parse().map_err(|_| NoSpan)?;
        number.checked_mul(millis).map(Self).ok_or(NoSpan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_towards_the_past_even_before_the_epoch() {
        assert_eq!(Timestamp::from_millis(12_345).floor(TICK), Timestamp::from_millis(10_000));
        assert_eq!(Timestamp::from_millis(-1).floor(TICK), Timestamp::from_millis(-5_000));
        assert_eq!(Timestamp::from_millis(-5_000).slot(TICK), -1);
    }

    #[test]
    fn spans_print_as_window_labels() {
        let labels = [
            (Span::from_minutes(1), "1m"),
            (Span::from_hours(1), "1h"),
            (Span::from_days(1), "24h"),
            (Span::from_days(7), "7d"),
            (Span::from_millis(1500), "1500ms"),
            (Span::ZERO, "0s"),
        ];
        for (span, label) in labels {
            assert_eq!(span.to_string(), label);
            assert_eq!(label.parse(), Ok(span));
        }
    }

    #[test]
    fn a_length_of_time_needs_a_number_and_a_unit() {
        for text in ["", "5", "h", "5 h", "5H", "1h30m", "-5s", "99999999999999999d", "5é"] {
            assert_eq!(text.parse::<Span>(), Err(NoSpan), "{text}");
        }
    }

    #[test]
    fn arithmetic_at_the_ends_of_the_axis_saturates() {
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!(end + Span::from_days(1), end);
        assert_eq!(Timestamp::from_secs(i64::MAX), end);
    }
}
