//! How times and lengths are written in JSON; what is undefined is null, where it is not left out.

use serde::{Serialize, Serializer};

use crate::time::{Span, Timestamp};

/// RFC 3339 in UTC.
pub(crate) fn time<T, S>(time: &T, to: S) -> Result<S::Ok, S::Error>
where
    T: Copy + Into<Option<Timestamp>>,
    S: Serializer,
{
    let time: Option<Timestamp> = (*time).into();
    time.map(|time| time.to_string()).serialize(to)
}

/// Seconds.
pub(crate) fn seconds<T, S>(span: &T, to: S) -> Result<S::Ok, S::Error>
where
    T: Copy + Into<Option<Span>>,
    S: Serializer,
{
    let span: Option<Span> = (*span).into();
    span.map(Span::as_secs_f64).serialize(to)
}
