//! Dead letters: feed records that could not be read, with their provenance in headers.
//!
//! Key and bytes are the record's own, so that it can be sent to the feed again. Only a record too
//! large to be read, or for the broker to take back with its headers, is cut. One that was sent
//! again and failed again says how often.

use std::sync::Arc;

use super::fetched::Fetched;
use super::in_flight::Ticket;
use super::producer::Outgoing;
use crate::mention::{DeadLetter, FeedRecord};
use crate::post::outcome::InvalidReason;

/// Why it is a dead letter: `not_json`, `no_time`, `oversized`, …
pub const REASON: &str = "daebak.reason";
/// Where and why, in words.
pub const DETAIL: &str = "daebak.detail";
/// The feed topic it was read from.
pub const TOPIC: &str = "daebak.topic";
/// Its partition there.
pub const PARTITION: &str = "daebak.partition";
/// Its offset there.
pub const OFFSET: &str = "daebak.offset";
/// Its timestamp there, in milliseconds since the Unix epoch.
pub const TIMESTAMP: &str = "daebak.timestamp";
/// The size of the whole value, in bytes, where it was cut.
pub const CUT_FROM: &str = "daebak.cut_from";

/// How often the record was sent to its feed again; on dead letters and on such records.
pub const REDRIVES: &str = "daebak.redrives";
/// On a record sent again: the dead letter it was, as `<topic>/<partition>/<offset>`.
pub const REDRIVEN_FROM: &str = "daebak.redriven_from";

/// What is kept of a key or value that is cut.
pub const CUT_BYTES: usize = 64 * 1024;

/// What is kept of a detail.
pub(super) const DETAIL_BYTES_MAX: usize = 1024;

/// What a feed record carries beside its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried<'a> {
    /// Its key.
    pub key: Option<&'a [u8]>,
    /// How often it was sent to its feed again.
    pub redrives: u32,
}

impl<'a> Carried<'a> {
    /// What `fetched` carries.
    pub fn by(fetched: &'a Fetched<'_>) -> Self {
        Self { key: fetched.key(), redrives: redrives(fetched) }
    }
}

/// How often a record says it was sent again; what it says in no number is not at all.
pub(super) fn redrives(fetched: &Fetched<'_>) -> u32 {
    let said = fetched.header(REDRIVES).and_then(|value| str::from_utf8(value).ok());
    said.and_then(|said| said.parse().ok()).unwrap_or_default()
}

/// The dead letter of `record`, for a topic with this many partitions.
pub fn letter(
    topic: &Arc<str>,
    partitions: u32,
    record: &FeedRecord<'_>,
    carried: &Carried<'_>,
    why: &DeadLetter,
    ticket: Ticket,
) -> Outgoing {
    let mut letter = Outgoing {
        topic: Arc::clone(topic),
        partition: u32::try_from(record.partition).unwrap_or_default() % partitions.max(1),
        key: carried.key.map(<[u8]>::to_vec),
        payload: record.payload.map(<[u8]>::to_vec),
        headers: vec![
            (REASON, why.reason.into()),
            (DETAIL, truncated(&why.detail, DETAIL_BYTES_MAX).into()),
            (TOPIC, record.topic.into()),
            (PARTITION, record.partition.to_string()),
            (OFFSET, record.offset.to_string()),
            (TIMESTAMP, record.timestamp.as_millis().to_string()),
        ],
        ticket,
    };
    if carried.redrives > 0 {
        letter.headers.push((REDRIVES, carried.redrives.to_string()));
    }
    let bytes = record.payload.map_or(0, <[u8]>::len);
    let too_large = why.reason == InvalidReason::TooLarge.label() && bytes > CUT_BYTES;
    if too_large || !letter.fits() {
        letter.headers.push((CUT_FROM, bytes.to_string()));
        letter.payload.iter_mut().for_each(|payload| payload.truncate(CUT_BYTES));
    }
    if !letter.fits() {
        // Only a key of the broker's own maximum gets here.
        letter.key.iter_mut().for_each(|key| key.truncate(CUT_BYTES));
    }
    letter
}

fn truncated(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn letter_of(payload: &[u8], key: &[u8], reason: &'static str) -> Outgoing {
        let record = FeedRecord {
            topic: "feed",
            partition: 7,
            offset: 42,
            timestamp: Timestamp::from_millis(1_700_000_000_123),
            payload: Some(payload),
        };
        let why = DeadLetter { reason, detail: "é".repeat(2000) };
        let carried = Carried { key: Some(key), redrives: 0 };
        letter(&"dead".into(), 3, &record, &carried, &why, Ticket::new(1))
    }

    fn header<'a>(letter: &'a Outgoing, name: &str) -> Option<&'a str> {
        letter.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn provenance_stands_in_the_headers_under_its_own_name() {
        let letter = letter_of(b"{", b"k", "not_json");
        assert_eq!(header(&letter, REASON), Some("not_json"));
        assert_eq!(header(&letter, TOPIC), Some("feed"));
        assert_eq!(header(&letter, PARTITION), Some("7"));
        assert_eq!(header(&letter, OFFSET), Some("42"));
        assert_eq!(header(&letter, TIMESTAMP), Some("1700000000123"));
        assert_eq!(header(&letter, DETAIL).map(str::len), Some(1024));
        assert_eq!(header(&letter, CUT_FROM), None);
        assert_eq!(letter.partition, 1);
        assert_eq!(letter.key.as_deref(), Some(&b"k"[..]));
        assert_eq!(letter.payload.as_deref(), Some(&b"{"[..]));
    }

    #[test]
    fn only_what_is_too_large_to_read_or_to_send_is_cut() {
        let large = vec![b'x'; CUT_BYTES + 1];
        assert_eq!(letter_of(&large, b"", "not_json").payload.as_deref(), Some(&large[..]));
        let cut = letter_of(&large, b"", "too_large");
        assert_eq!(cut.payload.as_deref(), large.get(..CUT_BYTES));
        assert_eq!(header(&cut, CUT_FROM), Some("65537"));
        let huge = vec![b'x'; 2_000_000];
        let cut = letter_of(&huge, &huge, "not_json");
        assert!(cut.fits());
        assert_eq!(header(&cut, CUT_FROM), Some("2000000"));
    }
}
