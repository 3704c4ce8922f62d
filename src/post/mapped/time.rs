//! How a mapped feed writes its times.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::Offset;

use crate::post::json::Json;
use crate::time::{Span, Timestamp};

/// Up to here a number counts seconds (until the year 5138), from here milliseconds.
const UNIX_S_MAX: u64 = 100_000_000_000;
/// From here a number counts microseconds.
const UNIX_MS_MAX: u64 = 1000 * UNIX_S_MAX;

/// An afternoon, by which patterns are tried: `2026-11-14T15:04:05Z`.
const TRIED: Timestamp = Timestamp::from_secs(1_794_668_645);

/// How a feed writes its times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// A number since the Unix epoch, by its size in seconds, milliseconds or microseconds; or
    /// ISO 8601; or X's v1.1 form.
    #[default]
    Auto,
    /// Seconds since the Unix epoch; a fraction is cut off.
    UnixS,
    /// Milliseconds since the Unix epoch.
    UnixMs,
    /// Microseconds since the Unix epoch.
    UnixUs,
    /// ISO 8601 with an offset.
    Iso8601,
    /// A pattern of `strptime`; a time without an offset is UTC.
    Pattern(Box<str>),
}

impl TimeFormat {
    /// The formats that have a name.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("unix_s", Self::UnixS),
        ("unix_ms", Self::UnixMs),
        ("unix_us", Self::UnixUs),
        ("iso8601", Self::Iso8601),
    ];

    /// A pattern of `strptime`; `None` when it can't tell day and time of day.
    pub fn pattern(pattern: &str) -> Option<Self> {
        let tried = jiff::Timestamp::from_millisecond(TRIED.as_millis()).ok()?;
        let written = strtime::format(pattern, &tried.to_zoned(jiff::tz::TimeZone::UTC)).ok()?;
        let read = by_pattern(pattern, &written)?;
        let is_whole = (Span::ZERO..Span::from_minutes(1)).contains(&(TRIED - read));
        is_whole.then(|| Self::Pattern(pattern.into()))
    }

    /// The time that a value says.
    pub(super) fn read(&self, value: Json<'_>) -> Option<Timestamp> {
        match self {
            Self::Auto => match whole(value) {
                Some(n) if n < UNIX_S_MAX => from_millis(n.checked_mul(1000)?),
                Some(n) if n < UNIX_MS_MAX => from_millis(n),
                Some(n) => from_millis(n / 1000),
                None => value.time(),
            },
            Self::UnixS => from_millis(whole(value)?.checked_mul(1000)?),
            Self::UnixMs => from_millis(whole(value)?),
            Self::UnixUs => from_millis(whole(value)? / 1000),
            Self::Iso8601 => {
                let time: jiff::Timestamp = value.text()?.parse().ok()?;
                Some(Timestamp::from_millis(time.as_millisecond()))
            }
            Self::Pattern(pattern) => by_pattern(pattern, &value.text()?),
        }
    }
}

/// A number without its fraction, which some programs write behind every number.
fn whole(value: Json<'_>) -> Option<u64> {
    let text = value.text()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    if fraction.bytes().all(|byte| byte.is_ascii_digit()) { whole.parse().ok() } else { None }
}

/// `None` beyond the year 9999.
fn from_millis(millis: u64) -> Option<Timestamp> {
    let civil = jiff::Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?;
    Some(Timestamp::from_millis(civil.as_millisecond()))
}

fn by_pattern(pattern: &str, text: &str) -> Option<Timestamp> {
    let time = strtime::parse(pattern, text).ok()?;
    let timestamp = time.to_timestamp().or_else(|_| {
        let civil: DateTime = time.to_datetime()?;
        Offset::UTC.to_timestamp(civil)
    });
    Some(Timestamp::from_millis(timestamp.ok()?.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::json::{Record, open};

    #[track_caller]
    fn time(format: &TimeFormat, value: &str) -> Option<String> {
        let record = format!(r#"{{"t":{value}}}"#);
        let Ok(Record::Object(object)) = open(record.as_bytes()) else { panic!("{value}") };
        format.read(object.get("t")?).map(|time| time.to_string())
    }

    #[test]
    fn each_format_reads_its_own_times() {
        let pattern = |pattern| TimeFormat::pattern(pattern).unwrap();
        let whole = "2026-11-14T15:04:05Z";
        for (format, value, expected) in [
            (TimeFormat::Auto, "1794668645", Some(whole)),
            (TimeFormat::Auto, "1794668645.0", Some(whole)),
            (TimeFormat::Auto, r#""1794668645000""#, Some(whole)),
            (TimeFormat::Auto, "1794668645000999", Some(whole)),
            (TimeFormat::Auto, r#""2026-11-14T15:04:05.000Z""#, Some(whole)),
            (TimeFormat::Auto, r#""2026-11-15T00:04:05+0900""#, Some(whole)),
            (TimeFormat::Auto, r#""2026-11-14""#, None),
            (TimeFormat::Auto, "-1", None),
            (TimeFormat::Auto, "1e9", None),
            (TimeFormat::Auto, "18446744073709551615", None),
            (TimeFormat::UnixS, "1794668645", Some(whole)),
            (TimeFormat::UnixS, "18446744073709551615", None),
            (TimeFormat::UnixMs, "1794668645000", Some(whole)),
            (TimeFormat::UnixMs, "7", Some("1970-01-01T00:00:00.007Z")),
            (TimeFormat::UnixUs, "1794668645000000", Some(whole)),
            (TimeFormat::UnixS, r#""2026-11-14T15:04:05Z""#, None),
            (TimeFormat::Iso8601, r#""2026-11-14T15:04:05Z""#, Some(whole)),
            (TimeFormat::Iso8601, "1794668645", None),
            (pattern("%Y-%m-%d %H:%M:%S"), r#""2026-11-14 15:04:05""#, Some(whole)),
            (
                pattern("%d.%m.%Y %H:%M %z"),
                r#""15.11.2026 00:04 +0900""#,
                Some("2026-11-14T15:04:00Z"),
            ),
            (pattern("%Y-%m-%d %H:%M:%S"), r#""yesterday""#, None),
        ] {
            assert_eq!(time(&format, value).as_deref(), expected, "{format:?} {value}");
        }
    }

    #[test]
    fn a_pattern_must_tell_day_and_time() {
        for pattern in ["%Y-%m-%d", "%H:%M:%S", "%Y-%m-%d %I:%M", "%Q", "noon", "", "%"] {
            assert_eq!(TimeFormat::pattern(pattern), None, "{pattern}");
        }
    }
}
