//! Dead letters sent to their feeds again, once what was wrong is mended.
//!
//! A record goes out as it came: its key, bytes and timestamp, to its topic and partition, with
//! headers that say which dead letter it was and how often. What it holds counts once however often
//! that is done, because a post counts by its identity; one that fails again becomes a new dead
//! letter, which tells how often, and stands beside the first: so that a letter is not doubled by
//! each redrive, such copies are passed over unless they are asked for. Where the letters ended at
//! the start, reading ends, so that nothing is sent round and round.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use super::TaggingError;
use super::output::send;
use crate::config::connection::Connection;
use crate::kafka::KafkaError;
use crate::kafka::dead_letter::{REDRIVEN_FROM, REDRIVES};
use crate::kafka::dead_letter_log::{DeadLetterLog, Letter, Origin};
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{LogProducer, Outgoing};
use crate::kafka::topic::{TopicKind, partition_count};
use crate::time::Timestamp;

/// How long the last records may take to be acknowledged.
const FLUSH_BOUND: Duration = Duration::from_mins(1);

/// What is sent again, and where it may go.
#[derive(Clone, Debug)]
pub struct RedriveSettings {
    /// How brokers are reached.
    pub connection: Connection,
    /// The dead letters' topic.
    pub dead_letters: String,
    /// The topics of all feeds: nothing is sent elsewhere.
    pub feeds: BTreeSet<String>,
    /// The most letters that are sent or refused.
    pub limit: u64,
    /// Whether what has been sent before, and failed again, is sent once more.
    pub again: bool,
    /// A new post in a record from before this time is refused as late; `None` where none can be.
    pub late_before: Option<Timestamp>,
}

/// Why a dead letter is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// Only its beginning is left.
    #[error("it was cut")]
    Cut,
    /// It has no value, which a feed would take for a deletion.
    #[error("it holds no record")]
    Empty,
    /// Its headers do not say where it came from.
    #[error("its origin is unknown")]
    UnknownOrigin,
    /// No feed of the configuration reads its topic.
    #[error("its topic is no feed of the configuration")]
    NoFeed,
    /// Its topic is gone.
    #[error("its topic does not exist")]
    NoTopic,
    /// With its new headers it is above the broker's limit.
    #[error("it is above the broker's limit")]
    TooLarge,
}

/// What a redrive has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Letters read, wanted or not.
    pub read: u64,
    /// Records sent, or, of a dry run, that would be.
    pub sent: u64,
    /// Those of them whose new posts are refused as late.
    pub late: u64,
    /// Letters passed over: copies of others, which were sent before and failed again.
    pub copies: u64,
    /// Letters that were not sent, by why.
    pub refused: BTreeMap<Refusal, u64>,
    /// Whether the limit ended it.
    pub at_limit: bool,
}

impl Redriven {
    /// Letters that were sent or refused.
    pub fn taken(&self) -> u64 {
        self.sent + self.refused.values().sum::<u64>()
    }
}

/// Sends the letters of `log` again, by `producer`; without one, only says what it would do.
/// `tell` hears of each letter and the partition it goes to. All is acknowledged when it returns.
///
/// # Errors
/// [`TaggingError`] when reading or writing can't go on; the run may be repeated.
pub fn run(
    settings: &RedriveSettings,
    log: &DeadLetterLog,
    producer: Option<&LogProducer>,
    mut tell: impl FnMut(&Redriven, Option<(&Letter, Result<u32, Refusal>)>),
) -> Result<Redriven, TaggingError> {
    let mut done = Redriven::default();
    let mut feeds = Feeds { settings, partitions: BTreeMap::new() };
    log.read(|letter| {
        done.read += 1;
        let is_copy = |letter: &Letter| letter.redrives > 0 && !settings.again;
        done.copies += u64::from(letter.as_ref().is_some_and(is_copy));
        let Some(letter) = letter.filter(|letter| !is_copy(letter)) else {
            tell(&done, None);
            return Ok(ControlFlow::Continue(()));
        };
        let outgoing = feeds.outgoing(&letter)?;
        if let (Ok((outgoing, origin)), Some(producer)) = (&outgoing, producer) {
            send(producer, outgoing, origin.timestamp)?;
        }
        match &outgoing {
            Ok((_, origin)) => {
                done.sent += 1;
                let is_late = settings.late_before.is_some_and(|before| origin.timestamp < before);
                done.late += u64::from(is_late);
            }
            Err(refusal) => *done.refused.entry(*refusal).or_default() += 1,
        }
        tell(&done, Some((&letter, outgoing.map(|(outgoing, _)| outgoing.partition))));
        done.at_limit = done.taken() >= settings.limit;
        let next = if done.at_limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        Ok::<_, TaggingError>(next)
    })?;
    if let Some(producer) = producer {
        producer.flush(FLUSH_BOUND)?;
    }
    Ok(done)
}

/// The feeds' topics, and how many partitions those have that were asked for.
struct Feeds<'a> {
    settings: &'a RedriveSettings,
    partitions: BTreeMap<String, Option<u32>>,
}

impl Feeds<'_> {
    /// The record that a letter was, or why it can't be sent.
    fn outgoing<'a>(
        &mut self,
        letter: &'a Letter,
    ) -> Result<Result<(Outgoing, &'a Origin), Refusal>, KafkaError> {
        let Some(origin) = &letter.origin else { return Ok(Err(Refusal::UnknownOrigin)) };
        if letter.cut_from.is_some() {
            return Ok(Err(Refusal::Cut));
        }
        if letter.payload.is_none() {
            return Ok(Err(Refusal::Empty));
        }
        if !self.settings.feeds.contains(&origin.topic) {
            return Ok(Err(Refusal::NoFeed));
        }
        let Some(partitions) = self.partitions_of(&origin.topic)? else {
            return Ok(Err(Refusal::NoTopic));
        };
        let Letter { partition, offset, redrives, key, payload, .. } = letter;
        let letter_place = format!("{}/{partition}/{offset}", self.settings.dead_letters);
        let outgoing = Outgoing {
            topic: origin.topic.as_str().into(),
            // A topic made anew may have fewer.
            partition: origin.partition % partitions.max(1),
            key: key.clone(),
            payload: payload.clone(),
            headers: vec![
                (REDRIVEN_FROM, letter_place),
                (REDRIVES, redrives.saturating_add(1).to_string()),
            ],
            ticket: Ticket::new(1),
        };
        Ok(if outgoing.fits() { Ok((outgoing, origin)) } else { Err(Refusal::TooLarge) })
    }

    fn partitions_of(&mut self, topic: &str) -> Result<Option<u32>, KafkaError> {
        if let Some(known) = self.partitions.get(topic) {
            return Ok(*known);
        }
        let count = match partition_count(&self.settings.connection, topic, TopicKind::Feed) {
            Err(KafkaError::TopicMissing { .. }) => None,
            count => Some(count?),
        };
        self.partitions.insert(topic.to_owned(), count);
        Ok(count)
    }
}
