//! Comma-separated values as RFC 4180 has them, read row by row and written field by field.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

/// The longest row read, in bytes.
const ROW_BYTES_MAX: u64 = 64 * 1024;

/// UTF-8's byte order mark.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The rows of a stream; empty ones are passed over.
#[derive(Debug)]
pub struct Rows<R> {
    input: R,
    bytes: Vec<u8>,
    /// How many lines have ended.
    lines: u64,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its fields without their quotes, and without the space around those that have none.
    pub fields: Vec<String>,
}

/// A row that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// The input's error.
    #[error("{0}")]
    Unreadable(String),
    /// A row is too long, or a quote is never closed.
    #[error("line {0}: a row of more than {ROW_BYTES_MAX} bytes; is a quote not closed?")]
    TooLong(u64),
    /// The input ends within quotes.
    #[error("line {0}: a quote that is never closed")]
    Unclosed(u64),
    /// It is no text.
    #[error("line {0}: not UTF-8")]
    NotUtf8(u64),
}

impl<R: BufRead> Rows<R> {
    /// Reads `input` from its start.
    pub fn new(input: R) -> Self {
        Self { input, bytes: Vec::new(), lines: 0 }
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// [`RowError`] for the input's errors and for what is no row.
    pub fn next_row(&mut self) -> Result<Option<Row>, RowError> {
        loop {
            let line = self.lines + 1;
            if !self.fill(line)? {
                return Ok(None);
            }
            let start = if line == 1 && self.bytes.starts_with(BYTE_ORDER_MARK) { 3 } else { 0 };
            let row = self.bytes.get(start..).unwrap_or_default();
            let text = std::str::from_utf8(row).map_err(|_| RowError::NotUtf8(line))?;
            if !text.trim().is_empty() {
                return Ok(Some(Row { line, fields: fields(text.trim_end_matches(['\r', '\n'])) }));
            }
        }
    }

    /// Reads one row, whatever lines it takes; `false` at the end. A row ends with the line within
    /// which every quote is closed, and then their number is even.
    fn fill(&mut self, line: u64) -> Result<bool, RowError> {
        self.bytes.clear();
        loop {
            let left = ROW_BYTES_MAX + 1 - self.bytes.len() as u64;
            let read = (&mut self.input).take(left).read_until(b'\n', &mut self.bytes);
            let is_end = read.map_err(|error| RowError::Unreadable(error.to_string()))? == 0;
            let is_open = memchr::memchr_iter(b'"', &self.bytes).count() % 2 == 1;
            if is_end && is_open {
                return Err(RowError::Unclosed(line));
            }
            if self.bytes.len() as u64 > ROW_BYTES_MAX {
                return Err(RowError::TooLong(line));
            }
            self.lines += u64::from(!is_end);
            if is_end || !is_open {
                return Ok(!self.bytes.is_empty());
            }
        }
    }
}

fn fields(row: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let (mut start, mut quoted) = (0, false);
    let ends = row.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        *c == ',' && !quoted
    });
    for end in ends.map(|(at, _)| at).chain([row.len()]) {
        let written = row.get(start..end).unwrap_or_default().trim();
        let inside = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        fields
            .push(inside.map_or_else(|| written.to_owned(), |inside| inside.replace("\"\"", "\"")));
        start = end + 1;
    }
    fields
}

/// A field as it is written: in quotes where it holds what would end it.
pub fn field(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes one row.
///
/// # Errors
/// The output's.
pub fn write_row<'a>(
    out: &mut impl io::Write,
    fields: impl IntoIterator<Item = &'a str>,
) -> io::Result<()> {
    for (n, text) in fields.into_iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        write!(out, "{comma}{}", field(text))?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(input: &[u8]) -> Result<Vec<Row>, RowError> {
        let mut rows = Rows::new(input);
        let mut read = Vec::new();
        while let Some(row) = rows.next_row()? {
            read.push(row);
        }
        Ok(read)
    }

    fn row(line: u64, fields: &[&str]) -> Row {
        Row { line, fields: fields.iter().map(|field| (*field).to_owned()).collect() }
    }

    #[test]
    fn rows_know_their_lines_and_lose_their_quotes() {
        let input = "\u{feff}a, b ,\"c, \"\"d\"\"\"\r\n\n\"x\ny\",,\nlast,1,2";
        let expected = [
            row(1, &["a", "b", "c, \"d\""]),
            row(3, &["x\ny", "", ""]),
            row(5, &["last", "1", "2"]),
        ];
        assert_eq!(rows(input.as_bytes()).unwrap(), expected);
        assert_eq!(rows(b""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_row_is_named_by_its_line() {
        assert_eq!(rows(b"a\n\"b\nc\n"), Err(RowError::Unclosed(2)));
        assert_eq!(rows(b"a\nb\n\xff\n"), Err(RowError::NotUtf8(3)));
        let long = [b"a\n".to_vec(), vec![b'x'; 1 << 20]].concat();
        assert_eq!(rows(&long), Err(RowError::TooLong(2)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            written in prop::collection::vec(
                prop::collection::vec("[a-z\",\n\r]{0,8}[a-z]", 2..5), 0..8),
        ) {
            let mut text = Vec::new();
            for row in &written {
                write_row(&mut text, row.iter().map(String::as_str)).unwrap();
            }
            let read: Vec<_> = rows(&text).unwrap().into_iter().map(|row| row.fields).collect();
            prop_assert_eq!(read, written);
        }
    }
}
