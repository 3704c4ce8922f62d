//! Lines of a file, none of them without end.

use std::io::{self, BufRead, Read};

/// The longest line, in bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// Why a line could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LineFault {
    /// The file failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is no text.
    #[error("not UTF-8; save the file as UTF-8")]
    NotUtf8,
    /// It has no end in sight.
    #[error("longer than {LINE_BYTES_MAX} bytes; break it up or leave it out")]
    TooLong,
}

/// Lines of bounded length, without their ends.
pub struct Lines<R> {
    input: R,
    /// The number of the last line read, from 1.
    pub line: usize,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Those of `input`.
    pub fn new(input: R) -> Self {
        Self { input, line: 0, buffer: Vec::new() }
    }

    /// Reads on by one line; whether there was one.
    fn advance(&mut self) -> Result<bool, LineFault> {
        self.line += 1;
        self.buffer.clear();
        let limit = LINE_BYTES_MAX as u64 + 1;
        (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer)?;
        if self.buffer.len() > LINE_BYTES_MAX {
            return Err(LineFault::TooLong);
        }
        Ok(!self.buffer.is_empty())
    }

    fn current(&self) -> Result<&str, LineFault> {
        let line = std::str::from_utf8(&self.buffer).map_err(|_| LineFault::NotUtf8)?;
        let line = line.trim_end_matches(['\n', '\r']);
        Ok(if self.line == 1 { line.trim_start_matches('\u{FEFF}') } else { line })
    }

    /// The next line.
    ///
    /// # Errors
    /// [`LineFault`] when it can't be read.
    pub fn next_line(&mut self) -> Result<Option<&str>, LineFault> {
        if self.advance()? { self.current().map(Some) } else { Ok(None) }
    }

    /// The next line that is not blank.
    pub(super) fn next_filled_line(&mut self) -> Result<Option<&str>, LineFault> {
        while self.advance()? {
            if !self.current()?.trim().is_empty() {
                return self.current().map(Some);
            }
        }
        Ok(None)
    }
}
