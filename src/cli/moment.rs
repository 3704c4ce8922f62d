//! A moment on the command line: how long ago, or when.

use crate::time::{Span, Timestamp};

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// So long ago.
    Ago(Span),
    /// Then.
    At(Timestamp),
}

impl Moment {
    /// When that is.
    pub(super) fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now - span,
            Self::At(time) => time,
        }
    }
}

/// Reads a moment: a length of time, or RFC 3339.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    if let Ok(span) = text.parse() {
        return Ok(Moment::Ago(span));
    }
    let time: Result<jiff::Timestamp, _> = text.parse();
    time.map(|time| Moment::At(Timestamp::from_millis(time.as_millisecond())))
        .map_err(|_| "expected a length of time such as 24h, or a time in RFC 3339".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_span_or_a_time() {
        let now = Timestamp::from_secs(1_800_086_401);
        let expected = Timestamp::from_secs(1_800_000_001);
        for text in ["24h", "2027-01-15T08:00:01Z"] {
            assert_eq!(moment(text).map(|one| one.before(now)), Ok(expected), "{text}");
        }
        assert!(moment("yesterday").is_err());
    }
}
