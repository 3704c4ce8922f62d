//! A record as it came from the broker, borrowed from the client's memory.

use rdkafka::message::{BorrowedMessage, Headers, Message};

use crate::time::Timestamp;

/// A fetched record; its key and value live in the client's memory until it is dropped.
pub struct Fetched<'a>(BorrowedMessage<'a>);

impl<'a> Fetched<'a> {
    pub(super) fn new(message: BorrowedMessage<'a>) -> Self {
        Self(message)
    }

    /// The partition.
    pub fn partition(&self) -> i32 {
        self.0.partition()
    }

    /// The offset.
    pub fn offset(&self) -> i64 {
        self.0.offset()
    }

    /// The record's timestamp, the producer's or the log's; the epoch for the rare record without
    /// one, which then moves no watermark.
    pub fn timestamp(&self) -> Timestamp {
        Timestamp::from_millis(self.0.timestamp().to_millis().unwrap_or_default())
    }

    /// The key.
    pub fn key(&self) -> Option<&[u8]> {
        self.0.key()
    }

    /// The value; `None` for a tombstone.
    pub fn payload(&self) -> Option<&[u8]> {
        self.0.payload()
    }

    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.0.headers()?.iter().find(|header| header.key == name)?.value
    }
}
