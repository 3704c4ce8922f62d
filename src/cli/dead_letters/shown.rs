//! How a dead letter is shown. Whoever wrote it chose its bytes, so none of them reaches a terminal
//! as a control character, nor as one that hides or turns around what stands beside it.

use std::fmt::Write;

use openssl::base64::encode_block;
use serde::Serialize;

use crate::kafka::dead_letter_log::{Letter, Origin};
use crate::replay::explain::is_unseen;

/// The heads of a table's columns.
pub(super) const HEAD: &str = "letter     written                  reason        \
                               bytes    record                             what was wrong";

/// A line of the table.
pub(super) fn row(letter: &Letter) -> String {
    let bytes = letter.payload.as_ref().map_or(0, Vec::len);
    let mut row = format!(
        "{:<10} {:<24} {:<13} {bytes:<8} {:<34} {}",
        place(letter),
        letter.timestamp.to_string(),
        printable(letter.reason()),
        letter.origin.as_ref().map_or("unknown".into(), record),
        printable(letter.detail.as_deref().unwrap_or_default()),
    );
    if let Some(whole) = &letter.cut_from {
        // Writing to a string can't fail, here and below.
        let _ = write!(row, " (cut from {} bytes)", printable(whole));
    }
    if letter.redrives > 0 {
        let _ = write!(row, " (sent again before: {})", letter.redrives);
    }
    row.truncate(row.trim_end().len());
    row
}

/// What a dry run says of a letter that would go to this partition.
pub(super) fn plan(letter: &Letter, partition: u32) -> String {
    let topic = letter.origin.as_ref().map_or("unknown", |origin| &origin.topic);
    let bytes = letter.payload.as_ref().map_or(0, Vec::len);
    format!("{} -> {}/{partition}, {bytes} bytes", place(letter), printable(topic))
}

/// Its partition and offset.
pub(super) fn place(letter: &Letter) -> String {
    format!("{}/{}", letter.partition, letter.offset)
}

fn record(origin: &Origin) -> String {
    format!("{}/{}/{}", printable(&origin.topic), origin.partition, origin.offset)
}

/// Its key and value, indented.
pub(super) fn bytes(letter: &Letter) -> String {
    let shown = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or("none".into(), |b| escaped(b));
    format!("  key    {}\n  value  {}", shown(&letter.key), shown(&letter.payload))
}

/// Text as it is, with escapes for what is not seen.
pub(super) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) { printable.extend(c.escape_default()) } else { printable.push(c) }
    }
    printable
}

/// Bytes as text, with escapes for what is none.
fn escaped(bytes: &[u8]) -> String {
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|chunk| printable(chunk.valid()) + &chunk.invalid().escape_ascii().to_string())
        .collect()
}

/// A dead letter as one JSON object; key and value as text, or in base64 where they are none.
#[derive(Serialize)]
struct Object<'a> {
    partition: i32,
    offset: i64,
    time: String,
    time_ms: i64,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Record<'a>>,
    redrives: u32,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_base64: Option<String>,
}

/// The feed record that it was.
#[derive(Serialize)]
struct Record<'a> {
    topic: &'a str,
    partition: u32,
    offset: i64,
    time_ms: i64,
}

/// A line of JSON.
pub(super) fn json(letter: &Letter) -> serde_json::Result<String> {
    let (key, key_base64) = text_or_base64(letter.key.as_deref());
    let (value, value_base64) = text_or_base64(letter.payload.as_deref());
    serde_json::to_string(&Object {
        partition: letter.partition,
        offset: letter.offset,
        time: letter.timestamp.to_string(),
        time_ms: letter.timestamp.as_millis(),
        reason: letter.reason(),
        detail: letter.detail.as_deref(),
        record: letter.origin.as_ref().map(|origin| Record {
            topic: &origin.topic,
            partition: origin.partition,
            offset: origin.offset,
            time_ms: origin.timestamp.as_millis(),
        }),
        redrives: letter.redrives,
        bytes: letter.payload.as_ref().map_or(0, Vec::len),
        cut_from: letter.cut_from.as_deref(),
        key,
        key_base64,
        value,
        value_base64,
    })
}

fn text_or_base64(bytes: Option<&[u8]>) -> (Option<&str>, Option<String>) {
    match bytes.map(|bytes| str::from_utf8(bytes).map_err(|_| encode_block(bytes))) {
        None => (None, None),
        Some(Ok(text)) => (Some(text), None),
        Some(Err(base64)) => (None, Some(base64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn letter() -> Letter {
        Letter {
            partition: 1,
            offset: 42,
            timestamp: Timestamp::from_millis(1_770_000_000_123),
            reason: Some("not_json".into()),
            detail: Some("line 1\x1b[2J\u{202e}\\n".into()),
            origin: Some(Origin {
                topic: "posts".into(),
                partition: 7,
                offset: 9,
                timestamp: Timestamp::from_millis(5),
            }),
            cut_from: None,
            redrives: 0,
            key: Some(b"k".to_vec()),
            payload: Some("대박\u{7}\n\"\u{e9}".bytes().chain([0xff, 0]).collect()),
        }
    }

    #[test]
    fn a_row_says_all_and_moves_no_cursor() {
        let row = row(&letter());
        let words: Vec<&str> = row.split_whitespace().collect();
        let place = ["1/42", "2026-02-02T02:40:00.123Z", "not_json", "13", "posts/7/9"];
        assert_eq!(words, [&place[..], &["line", r"1\u{1b}[2J\u{202e}\\n"]].concat());
        assert_eq!(bytes(&letter()), "  key    k\n  value  대박\\u{7}\\n\"é\\xff\\u{0}");
    }

    #[test]
    fn a_row_of_a_foreign_letter_says_that_it_is_unknown() {
        let foreign = Letter {
            reason: None,
            detail: None,
            origin: None,
            cut_from: Some("a lot of".into()),
            redrives: 2,
            payload: None,
            ..letter()
        };
        let row = row(&foreign);
        assert!(row.contains(" unknown       0        unknown "), "{row}");
        assert!(row.ends_with(" (cut from a lot of bytes) (sent again before: 2)"), "{row}");
        assert!(bytes(&foreign).ends_with("  value  none"));
    }

    #[test]
    fn json_holds_text_as_text_and_other_bytes_in_base64() {
        let line = json(&letter()).unwrap();
        assert_eq!(
            line,
            r#"{"partition":1,"offset":42,"time":"2026-02-02T02:40:00.123Z","#.to_owned()
                + r#""time_ms":1770000000123,"reason":"not_json","detail":"line 1\u001b[2J"#
                + "\u{202e}"
                + r#"\\n","#
                + r#""record":{"topic":"posts","partition":7,"offset":9,"time_ms":5},"#
                + r#""redrives":0,"bytes":13,"key":"k","value_base64":"64yA67CVBwoiw6n/AA=="}"#
        );
    }
}
