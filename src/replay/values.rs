//! A stream of JSON values, cut into records.
//!
//! A value may take one line or many, and several may share a line. Bytes that are no value are
//! handed on as they are, so that a broken record costs itself and nothing behind it: a broken
//! object ends where its brackets close or where a line begins with another, all else with its
//! line.

use std::io::{self, Read};

use serde_json::value::RawValue;

/// UTF-8's byte order mark.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How much is read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// The longest broken object that is handed on whole; the lines of a longer one are on their own.
const BROKEN_BYTES_MAX: usize = 64 * 1024;

/// One record of a stream: where it begins, and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// The offset of its first byte.
    pub offset: u64,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// Its bytes: one JSON value, or what is none.
    pub bytes: &'a [u8],
}

/// Cuts a stream into records.
///
/// Memory: the largest value and a chunk. A value larger than `value_bytes_max` is broken, line by
/// line.
pub struct Values<R> {
    input: R,
    buffer: Vec<u8>,
    /// The first byte of the buffer that has not been handed out.
    at: usize,
    /// The offset of the buffer's first byte in the stream.
    base: u64,
    /// How many lines have ended before it.
    lines: u64,
    ended: bool,
    /// The rest of the line at the front is part of a record handed out as too large.
    in_long_line: bool,
    value_bytes_max: usize,
    chunk_bytes: usize,
}

/// What lies at the front of the buffer.
enum Front {
    /// A value of so many bytes.
    Value(usize),
    /// The beginning of a value that goes on behind the buffer, or nothing yet.
    Partial,
    /// No value.
    Broken,
}

impl<R: Read> Values<R> {
    /// Reads `input` from its start.
    pub fn new(input: R, value_bytes_max: usize) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            base: 0,
            lines: 0,
            ended: false,
            in_long_line: false,
            value_bytes_max,
            chunk_bytes: CHUNK_BYTES,
        }
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// The input's.
    pub fn next_value(&mut self) -> io::Result<Option<Value<'_>>> {
        self.skip_long_line()?;
        let length = loop {
            self.skip_space();
            match front(&self.buffer[self.at..]) {
                // A number or a word may go on behind the buffer.
                Front::Value(length) if self.ended || self.at + length < self.buffer.len() => {
                    break length;
                }
                Front::Value(_) | Front::Partial
                    if !self.ended && self.buffer.len() - self.at <= self.value_bytes_max =>
                {
                    self.fill()?;
                }
                Front::Value(length) => break length,
                Front::Partial if self.at == self.buffer.len() => return Ok(None),
                Front::Partial => break self.line()?,
                Front::Broken => break self.broken()?,
            }
        };
        let (start, line) = (self.at, self.lines + 1);
        self.pass(length);
        let offset = self.base + start as u64;
        Ok(Some(Value { offset, line, bytes: &self.buffer[start..start + length] }))
    }

    /// Moves past so many bytes of the buffer.
    fn pass(&mut self, length: usize) {
        let passed = &self.buffer[self.at..self.at + length];
        self.lines += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.at += length;
    }

    /// Skips white space, and the mark with which some editors begin a file.
    fn skip_space(&mut self) {
        if self.base == 0 && self.at == 0 && self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        let rest = &self.buffer[self.at..];
        let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.pass(space);
    }

    /// The length of the broken record at the front.
    fn broken(&mut self) -> io::Result<usize> {
        let longest = BROKEN_BYTES_MAX.min(self.value_bytes_max);
        loop {
            let rest = &self.buffer[self.at..];
            match object_end(&rest[..rest.len().min(longest)]) {
                Some(end) => return Ok(end),
                None if self.ended || rest.len() >= longest => return self.line(),
                None => self.fill()?,
            }
        }
    }

    /// The length of the line at the front, or of as much of it as makes it too large.
    fn line(&mut self) -> io::Result<usize> {
        loop {
            let rest = &self.buffer[self.at..];
            let end = memchr::memchr(b'\n', rest);
            let length = end.unwrap_or(rest.len());
            if length > self.value_bytes_max {
                self.in_long_line = true;
                return Ok(self.value_bytes_max + 1);
            }
            if end.is_some() || self.ended {
                return Ok(length);
            }
            self.fill()?;
        }
    }

    fn skip_long_line(&mut self) -> io::Result<()> {
        while self.in_long_line {
            match memchr::memchr(b'\n', &self.buffer[self.at..]) {
                Some(end) => {
                    self.pass(end);
                    self.in_long_line = false;
                }
                None if self.ended => return Ok(()),
                None => {
                    self.at = self.buffer.len();
                    self.fill()?;
                }
            }
        }
        Ok(())
    }

    /// Drops what has been handed out and reads one chunk more.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        let read = (&mut self.input).take(self.chunk_bytes as u64).read_to_end(&mut self.buffer)?;
        self.ended = read == 0;
        Ok(())
    }
}

/// Where an object that is broken ends: behind the bracket that closes it, or before a line that
/// begins with an object. `None` when `bytes` show neither, or begin with something else.
fn object_end(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(b"{") {
        return None;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            // No string goes over the end of a line.
            b'\n' => {
                (in_string, escaped) = (false, false);
                if bytes.get(at + 1) == Some(&b'{') {
                    return Some(at);
                }
            }
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

fn front(bytes: &[u8]) -> Front {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
    match values.next() {
        Some(Ok(_)) => Front::Value(values.byte_offset()),
        Some(Err(error)) if error.is_eof() => Front::Partial,
        Some(Err(_)) => Front::Broken,
        None => Front::Partial,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 200;

    fn cut(input: &[u8], chunk_bytes: usize) -> Vec<(u64, String)> {
        let mut values = Values::new(input, MAX);
        values.chunk_bytes = chunk_bytes;
        let mut records = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            records.push((value.offset, String::from_utf8_lossy(value.bytes).into_owned()));
        }
        records
    }

    fn texts(input: &str) -> Vec<String> {
        cut(input.as_bytes(), 16).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn values_take_one_line_or_many_or_share_one() {
        let pretty = "{\n\"a\": [\n{\n}\n]\n}";
        let input = format!("{{\"b\":1}}\n\n{pretty}\r\n{{}} {{}}[1]\n  \n7\n8");
        assert_eq!(texts(&input), ["{\"b\":1}", pretty, "{}", "{}", "[1]", "7", "8"]);
    }

    #[test]
    fn a_broken_record_costs_its_own_line_only() {
        for broken in [
            "{\"a\":",
            "{\"a\": 1,",
            "{\"a\": \"tru",
            "[1, 2",
            "plain words",
            "{\"a\":{\"b\":1}",
            "}",
            "\"",
            "tru",
            "-",
        ] {
            let input = format!("{{\"x\":1}}\n{broken}\n{{\"y\":2}}\n{{\"z\":3}}\n");
            assert_eq!(texts(&input), ["{\"x\":1}", broken, "{\"y\":2}", "{\"z\":3}"]);
        }
    }

    #[test]
    fn a_broken_object_of_many_lines_is_one_record() {
        let no_comma = "{\n  \"a\": { \"b\": \"}\" }\n  \"c\": \"\\\"{\"\n }";
        let no_quote = "{\n  \"a\": \"b,\n  \"c\": 1\n}";
        let cut_off = "{\n  \"a\": {\n    \"b\": 1,";
        let input = format!("{{\n}}\n---\n{no_comma}\n---\n{no_quote} 7\n{cut_off}\n{{\"y\":2}}");
        let expected = ["{\n}", "---", no_comma, "---", no_quote, "7", cut_off, "{\"y\":2}"];
        assert_eq!(texts(&input), expected);
        let elements = "[\n  {\"x\":1}\n  {\"y\":2}\n]";
        assert_eq!(texts(elements), ["[", "{\"x\":1}", "{\"y\":2}", "]"], "a list breaks apart");
    }

    #[test]
    fn a_broken_object_too_long_breaks_into_its_lines() {
        let within = format!("{{\"a\":\n\n{}x}}", " ".repeat(MAX - 9));
        assert_eq!(texts(&format!("{within}\n7")), [&*within, "7"]);
        let beyond = format!("{{\"a\":\n\n{}x}}", " ".repeat(MAX - 8));
        assert_eq!(texts(&format!("{beyond}\n7")), ["{\"a\":", "x}", "7"]);
    }

    #[test]
    fn a_record_knows_its_line() {
        let long = "x".repeat(1000);
        let input = format!("\n{{\n}} 1\n\n[\n{long}\r\n---\n{{\n  \"a\" 1\n}}\n2");
        let mut values = Values::new(input.as_bytes(), MAX);
        values.chunk_bytes = 16;
        let mut lines = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            lines.push((value.line, value.bytes[0]));
        }
        let expected =
            [(2, b'{'), (3, b'1'), (5, b'['), (6, b'x'), (7, b'-'), (8, b'{'), (11, b'2')];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_record() {
        assert_eq!(texts("\u{feff}{} {}"), ["{}", "{}"]);
    }

    #[test]
    fn a_record_cut_off_by_the_end_of_the_stream_is_handed_on() {
        assert_eq!(texts("{}\n{\"a\":"), ["{}", "{\"a\":"]);
    }

    #[test]
    fn a_line_too_long_is_handed_on_in_part_and_passed_over() {
        let long = "x".repeat(1000);
        let texts = texts(&format!("{{}}\n{long}\n{{\"y\":2}}"));
        assert_eq!(texts, ["{}", &long[..=MAX], "{\"y\":2}"]);
    }

    proptest! {
        /// Whatever the chunks, records are the same, in order, and stand at their offsets.
        #[test]
        fn chunks_change_nothing(
            records in prop::collection::vec(
                prop_oneof![
                    "[a-z{}\"]{0,30}",
                    "[ -~]{0,20}".prop_map(|text| serde_json::json!({ "k": [text] }).to_string()),
                ], 0..20),
            separator in prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n")],
            chunk in 1_usize..64,
        ) {
            let input = records.join(separator);
            let whole = cut(input.as_bytes(), 1 << 20);
            prop_assert_eq!(&cut(input.as_bytes(), chunk), &whole);
            let mut behind = 0;
            for (offset, text) in whole {
                let offset = usize::try_from(offset).unwrap();
                prop_assert!(offset >= behind);
                prop_assert!(input[behind..offset].trim().is_empty(), "nothing is left out");
                behind = offset + text.len();
                prop_assert_eq!(&input[offset..behind], text);
            }
            prop_assert!(input[behind..].trim().is_empty());
        }
    }
}
