//! Times and days of a config file, as TOML has them or as a text.

use jiff::civil;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use super::super::rule::Rule;
use super::Value;
use crate::time::Timestamp;

const TIME_EXPECTED: &str =
    "expected a day, a time and its offset, such as 2026-10-03T21:20:00+09:00";
const DAY_EXPECTED: &str = "expected a day, such as 2026-10-25";

/// The years of which a campaign may speak: others are mistyped.
const YEARS: std::ops::Range<i16> = 1950..2100;

/// An instant and the clock by which it was written.
#[derive(Clone, Copy, Debug)]
pub(in crate::config) struct Moment {
    civil: civil::DateTime,
    offset: Offset,
    /// The instant.
    pub(in crate::config) time: Timestamp,
}

impl Moment {
    /// The day there.
    pub(in crate::config) fn day(&self) -> civil::Date {
        self.civil.date()
    }

    /// The same time of day on another day, by the same offset.
    pub(in crate::config) fn on(&self, day: civil::Date) -> Option<Self> {
        Self::new(day.to_datetime(self.civil.time()), self.offset)
    }

    fn new(civil: civil::DateTime, offset: Offset) -> Option<Self> {
        let time = offset.to_timestamp(civil).ok()?;
        Some(Self { civil, offset, time: Timestamp::from_millis(time.as_millisecond()) })
    }
}

impl Value<'_> {
    /// An instant, with the offset of its clock.
    pub(in crate::config) fn moment(self) -> Option<Moment> {
        let text = self.time_text(TIME_EXPECTED)?;
        let pieces = Pieces::parse(&text).ok();
        let time = pieces.as_ref().and_then(Pieces::time);
        let (Some(pieces), Some(time)) = (pieces, time) else {
            self.fault(Rule::BadTime, format!("`{text}` is no time"), TIME_EXPECTED);
            return None;
        };
        let Some(offset) = pieces.to_numeric_offset() else {
            let expected = format!("expected its offset behind it: {text}+09:00 in Korea");
            self.fault(Rule::BadTime, format!("`{text}` does not say where"), expected);
            return None;
        };
        let day = self.within_years(pieces.date())?;
        Moment::new(day.to_datetime(time), offset)
    }

    /// A day by the clock of some place.
    pub(in crate::config) fn day(self) -> Option<civil::Date> {
        let text = self.time_text(DAY_EXPECTED)?;
        let Ok(day) = text.parse::<civil::Date>() else {
            self.fault(Rule::BadTime, format!("`{text}` is no day"), DAY_EXPECTED);
            return None;
        };
        self.within_years(day)
    }

    fn within_years(self, day: civil::Date) -> Option<civil::Date> {
        let within = YEARS.contains(&day.year());
        if !within {
            let expected = format!("expected {} to {}", YEARS.start, YEARS.end - 1);
            self.fault(Rule::OutOfRange, format!("the year is {}", day.year()), expected);
        }
        within.then_some(day)
    }

    /// A time as it is written.
    fn time_text(self, expected: &str) -> Option<String> {
        match self.node.get_ref().as_datetime() {
            Some(written) => Some(written.to_string()),
            None => self.string(expected).map(|text| text.trim().to_owned()),
        }
    }
}
