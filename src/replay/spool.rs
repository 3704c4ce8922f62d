//! Log records put aside on disk, to be read back in order of time.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use super::named::{self, Named};
use crate::record::LogRecord;
use crate::time::Timestamp;

/// The most records of a replay: 4 GB of index.
const RECORDS_MAX: usize = 250_000_000;

/// A place's length has so many bits; its offset has the others (1 TiB).
const LENGTH_BITS: u32 = 24;

/// Log records in a temporary file and, in memory, 16 bytes for each.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<Named<File>>,
    end: u64,
    index: Vec<Place>,
}

/// Where a record lies, ordered by time, then by arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    time: Timestamp,
    /// Offset and length, packed.
    at: u64,
}

impl Spool {
    /// An empty spool in the system's folder for temporary files; gone when it is dropped.
    ///
    /// # Errors
    /// The file system's.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(named::temporary()?), end: 0, index: Vec::new() })
    }

    /// Puts a record aside under `time`.
    ///
    /// # Errors
    /// The file system's, and a record or a spool too large to be addressed.
    pub fn put(&mut self, time: Timestamp, record: &LogRecord) -> io::Result<()> {
        let bytes = record.encode()?;
        let length = bytes.len() as u64;
        if length >> LENGTH_BITS > 0 || self.end >> (u64::BITS - LENGTH_BITS) > 0 {
            return Err(io::Error::other("more than a spool of 1 TiB can hold"));
        }
        if self.index.len() >= RECORDS_MAX {
            return Err(io::Error::other(format!(
                "more than {RECORDS_MAX} mentions and retractions"
            )));
        }
        self.file.write_all(&bytes)?;
        self.index.push(Place { time, at: self.end << LENGTH_BITS | length });
        self.end += length;
        Ok(())
    }

    /// How many records there are.
    pub fn len(&self) -> u64 {
        self.index.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The time of the oldest record.
    pub fn first(&self) -> Option<Timestamp> {
        self.index.iter().min().map(|place| place.time)
    }

    /// Hands every record to `take`, oldest first.
    ///
    /// # Errors
    /// The file system's, and the first of `take`.
    pub fn in_order<E: From<io::Error>>(
        mut self,
        mut take: impl FnMut(Timestamp, &LogRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        self.index.sort_unstable();
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?.into_inner();
        let mut bytes = Vec::new();
        for Place { time, at } in self.index {
            let length = usize::try_from(at & ((1 << LENGTH_BITS) - 1)).unwrap_or_default();
            bytes.resize(length, 0);
            file.read_exact_at(&mut bytes, at >> LENGTH_BITS)?;
            let record = LogRecord::decode(&bytes).map_err(io::Error::other)?;
            take(time, &record)?;
        }
        Ok(())
    }
}
