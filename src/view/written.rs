//! How times and lengths are written in JSON.

use serde::{Serialize, Serializer};

use crate::time::{Span, Timestamp};

/// RFC 3339 in UTC.
pub(crate) mod time {
    use super::{Serializer, Timestamp};

    pub(crate) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }
}

/// RFC 3339 in UTC, or null.
pub(crate) mod maybe_time {
    use super::{Serialize, Serializer, Timestamp};

    pub(crate) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| time.to_string()).serialize(to)
    }
}

/// Seconds.
pub(crate) mod seconds {
    use super::{Serializer, Span};

    pub(crate) fn serialize<S: Serializer>(span: &Span, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(span.as_secs_f64())
    }
}

/// Seconds, or null.
pub(crate) mod maybe_seconds {
    use super::{Serialize, Serializer, Span};

    pub(crate) fn serialize<S: Serializer>(span: &Option<Span>, to: S) -> Result<S::Ok, S::Error> {
        span.map(Span::as_secs_f64).serialize(to)
    }
}
