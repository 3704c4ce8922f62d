//! The reading end of the dead letters: what they are and whence, for who looks or sends them
//! again.
//!
//! Others may write to the topic too, and headers may be broken: what is not understood is unknown,
//! never an error.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use super::KafkaError;
use super::dead_letter::{
    CUT_FROM, DETAIL, DETAIL_BYTES_MAX, OFFSET, PARTITION, REASON, TIMESTAMP, TOPIC, redrives,
};
use super::fetched::Fetched;
use super::stretch::{Stretch, StretchReader};
use super::topic::{TopicKind, partition_count};
use crate::clock::Stopwatch;
use crate::config::connection::Connection;
use crate::time::Timestamp;

/// How long a poll waits for a record.
const POLL_WAIT: Duration = Duration::from_millis(200);
/// How long a topic that is not at its end may give nothing.
const SILENCE_MAX: Duration = Duration::from_mins(1);

/// A dead letter as it lies in its topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its own partition.
    pub partition: i32,
    /// Its own offset.
    pub offset: i64,
    /// When it was written.
    pub timestamp: Timestamp,
    /// Why; `None` where it does not say.
    pub reason: Option<String>,
    /// Where and why, in words; at most a kilobyte of it.
    pub detail: Option<String>,
    /// The feed record it was; `None` where any part of that is unknown.
    pub origin: Option<Origin>,
    /// What it says of its whole length, where it was cut.
    pub cut_from: Option<String>,
    /// How often it was sent to its feed again.
    pub redrives: u32,
    /// The record's key.
    pub key: Option<Vec<u8>>,
    /// The record's value, or its beginning where it was cut.
    pub payload: Option<Vec<u8>>,
}

/// The feed record that a dead letter was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its topic.
    pub topic: String,
    /// Its partition.
    pub partition: u32,
    /// Its offset.
    pub offset: i64,
    /// Its timestamp.
    pub timestamp: Timestamp,
}

impl Letter {
    fn of(fetched: &Fetched<'_>) -> Self {
        let header = |name: &str| fetched.header(name).map(text);
        let origin = || {
            Some(Origin {
                topic: header(TOPIC)?,
                partition: header(PARTITION)?.parse().ok().filter(|one| *one <= PARTITION_MAX)?,
                offset: header(OFFSET)?.parse().ok().filter(|offset| *offset >= 0)?,
                timestamp: Timestamp::from_millis(header(TIMESTAMP)?.parse().ok()?),
            })
        };
        Self {
            partition: fetched.partition(),
            offset: fetched.offset(),
            timestamp: fetched.timestamp(),
            reason: header(REASON),
            detail: header(DETAIL),
            origin: origin(),
            cut_from: header(CUT_FROM),
            redrives: redrives(fetched),
            key: fetched.key().map(<[u8]>::to_vec),
            payload: fetched.payload().map(<[u8]>::to_vec),
        }
    }

    /// Its reason as it is shown and counted.
    pub fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or("unknown")
    }
}

/// The highest number a partition can have.
const PARTITION_MAX: u32 = i32::MAX.unsigned_abs();

/// The text of a header, whatever it holds, and not more of it than daebak itself writes.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value.get(..DETAIL_BYTES_MAX).unwrap_or(value)).into_owned()
}

/// Which dead letters are looked for: those of which all that is said here is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// In this partition.
    pub partition: Option<i32>,
    /// At this offset; says something only with a partition.
    pub offset: Option<i64>,
    /// Written at this time or later.
    pub since: Option<Timestamp>,
    /// Written before this time.
    pub until: Option<Timestamp>,
    /// For this reason.
    pub reason: Option<String>,
    /// From one of these topics.
    pub topics: Option<BTreeSet<String>>,
}

impl Wanted {
    fn includes(&self, letter: &Letter) -> bool {
        let Self { since, until, reason, topics, .. } = self;
        let of = |topics: &BTreeSet<String>| {
            letter.origin.as_ref().is_some_and(|origin| topics.contains(&origin.topic))
        };
        since.is_none_or(|since| letter.timestamp >= since)
            && until.is_none_or(|until| letter.timestamp < until)
            && reason.as_ref().is_none_or(|reason| reason == letter.reason())
            && topics.as_ref().is_none_or(of)
    }
}

/// The dead letters that were there when it was opened.
pub struct DeadLetterLog {
    connection: Connection,
    stretch: Stretch,
    wanted: Wanted,
}

impl DeadLetterLog {
    /// Finds where the wanted letters of `topic` may lie.
    ///
    /// # Errors
    /// As those of [`Stretch::of`], and [`KafkaError::NoPartition`] and [`KafkaError::NoRecord`]
    /// when what is named is not there.
    pub fn open(connection: &Connection, topic: &str, wanted: Wanted) -> Result<Self, KafkaError> {
        let kind = TopicKind::DeadLetters;
        if let Some(partition) = wanted.partition {
            let count = partition_count(connection, topic, kind)?;
            if u32::try_from(partition).is_ok_and(|partition| partition >= count) {
                return Err(KafkaError::NoPartition { topic: topic.into(), partition, count });
            }
        }
        // Where one record is looked for, its age says nothing of whether it is there.
        let since = wanted.since.filter(|_| wanted.offset.is_none());
        let mut stretch = Stretch::of(connection, topic, kind, since)?;
        if let Some(partition) = wanted.partition {
            stretch.narrow(partition, wanted.offset);
            if let Some(offset) = wanted.offset
                && stretch.records_max() == 0
            {
                return Err(KafkaError::NoRecord { topic: topic.into(), partition, offset });
            }
        }
        Ok(Self { connection: connection.clone(), stretch, wanted })
    }

    /// The most letters it can give.
    pub fn records_max(&self) -> u64 {
        self.stretch.records_max()
    }

    /// Reads them to the end, or until `take` breaks off: partition by partition, each in order.
    /// What is not wanted comes as `None`.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when reading can't go on, and the first of `take`.
    pub fn read<E: From<KafkaError>>(
        &self,
        mut take: impl FnMut(Option<Letter>) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let Stretch { topic, partitions } = &self.stretch;
        for (partition, range) in partitions {
            let partitions = BTreeMap::from([(*partition, range.clone())]);
            let one = Stretch { topic: topic.clone(), partitions };
            if self.read_one(&one, &mut take)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn read_one<E: From<KafkaError>>(
        &self,
        stretch: &Stretch,
        take: &mut impl FnMut(Option<Letter>) -> Result<ControlFlow<()>, E>,
    ) -> Result<ControlFlow<()>, E> {
        let mut reader = StretchReader::open(&self.connection, stretch)?;
        let mut silence = Stopwatch::start();
        while !reader.is_done() {
            if let Some(fetched) = reader.poll(POLL_WAIT)? {
                let letter = Some(Letter::of(&fetched)).filter(|one| self.wanted.includes(one));
                if take(letter)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                silence = Stopwatch::start();
            } else if silence.elapsed() > SILENCE_MAX {
                let detail = format!("no record and no end for {} s", SILENCE_MAX.as_secs());
                let topic = stretch.topic.clone();
                return Err(KafkaError::Consumer { topic, detail }.into());
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn letter() -> Letter {
        let origin = Origin { topic: "posts".into(), partition: 0, offset: 0, timestamp: at(50) };
        Letter {
            partition: 0,
            offset: 0,
            timestamp: at(100),
            reason: Some("no_time".into()),
            detail: None,
            origin: Some(origin),
            cut_from: None,
            redrives: 0,
            key: None,
            payload: None,
        }
    }

    #[test]
    fn all_that_is_asked_must_be_true() {
        let topics = |topic: &str| Some(BTreeSet::from([topic.to_owned()]));
        let reason = |reason: &str| Some(reason.to_owned());
        let all = Wanted {
            since: Some(at(100)),
            until: Some(at(101)),
            reason: reason("no_time"),
            topics: topics("posts"),
            ..Wanted::default()
        };
        assert!(all.includes(&letter()));
        assert!(Wanted::default().includes(&letter()));
        for one_is_not in [
            Wanted { since: Some(at(101)), ..all.clone() },
            Wanted { until: Some(at(100)), ..all.clone() },
            Wanted { reason: reason("no_id"), ..all.clone() },
            Wanted { topics: topics("videos"), ..all.clone() },
        ] {
            assert!(!one_is_not.includes(&letter()), "{one_is_not:?}");
        }
        let foreign = Letter { reason: None, origin: None, ..letter() };
        assert!(!all.includes(&foreign));
        assert!(Wanted { reason: reason("unknown"), ..Wanted::default() }.includes(&foreign));
    }

    #[test]
    fn a_header_is_text_whatever_it_holds_and_however_long_it_is() {
        assert_eq!(text(b"a\xff"), "a\u{fffd}");
        assert_eq!(text(&[b'x'; 5000]).len(), DETAIL_BYTES_MAX);
    }
}
