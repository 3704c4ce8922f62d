//! A backfill: stretches of the feeds are read again, and the mentions found in them appended to
//! the mention log.
//!
//! It is a tagger without a group and without heartbeats: it vouches for nothing. What the fold
//! has counted before, it passes over, so a backfill may overlap with live taggers, stop anywhere
//! and be run again. Dead letters are theirs: here they are only counted.

use std::time::Duration;

use super::TaggingError;
use super::output::{Destination, Destinations, Output, log_record, send};
use crate::campaign::CampaignId;
use crate::clock::{Clock, Stopwatch};
use crate::config::connection::Connection;
use crate::kafka::KafkaError;
use crate::kafka::dead_letter::Carried;
use crate::kafka::fetched::Fetched;
use crate::kafka::producer::LogProducer;
use crate::kafka::stretch::{Stretch, StretchReader};
use crate::mention::{FeedRecord, Tagged};
use crate::record::backfill::Backfill;
use crate::record::{LogRecord, SCHEMA_VERSION, partition_of};
use crate::time::Timestamp;

/// How long a poll waits for a record.
const POLL_WAIT: Duration = Duration::from_millis(200);
/// How long a feed that is not at its end may give nothing.
const SILENCE_MAX: Duration = Duration::from_mins(1);
/// How long the last mentions may take to be acknowledged.
const FLUSH_BOUND: Duration = Duration::from_mins(1);

/// What is read again, and why.
#[derive(Clone, Debug)]
pub struct BackfillSettings {
    /// How brokers are reached.
    pub connection: Connection,
    /// What is read.
    pub stretches: Vec<Stretch>,
    /// The mention log.
    pub mention_log: Destination,
    /// The campaign whose mentions are looked for.
    pub campaign: CampaignId,
    /// The oldest feed records that are read.
    pub since: Timestamp,
}

/// What a backfill has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backfilled {
    /// Feed records read.
    pub records: u64,
    /// Mentions appended.
    pub mentions: u64,
    /// Retractions appended, for the campaign's partition alone.
    pub retractions: u64,
    /// Records that can't be read or written: dead letters of the live tagger.
    pub dead_letters: u64,
}

/// Reads the stretches one after the other; `tag` turns a record into mentions of the campaign,
/// and `tell` hears how far it has come after each record. When all mentions are acknowledged, a
/// backfill record follows them.
///
/// # Errors
/// [`TaggingError`] when reading or writing can't go on; the run may be repeated.
pub fn run(
    settings: &BackfillSettings,
    producer: &LogProducer,
    clock: Clock,
    tag: impl FnMut(&FeedRecord<'_>) -> Tagged,
    tell: impl FnMut(&Backfilled),
) -> Result<Backfilled, TaggingError> {
    let BackfillSettings { mention_log, campaign, since, .. } = settings;
    let began = clock.now();
    let to = Destinations { mention_log: mention_log.clone(), dead_letters: None };
    let home = partition_of(campaign, mention_log.partitions);
    let done = Backfilled::default();
    let mut filling = Filling { producer, clock, to, home, tag, tell, done };
    for stretch in &settings.stretches {
        filling.read(&settings.connection, stretch)?;
    }
    producer.flush(FLUSH_BOUND)?;
    let campaign = campaign.clone();
    let slug = campaign.as_str().into();
    let record =
        LogRecord::Backfill(Backfill { v: SCHEMA_VERSION, campaign, since: *since, began });
    send(producer, &log_record(mention_log, home, Some(slug), &record)?, clock.now())?;
    producer.flush(FLUSH_BOUND)?;
    Ok(filling.done)
}

struct Filling<'a, Tag, Tell> {
    producer: &'a LogProducer,
    clock: Clock,
    to: Destinations,
    /// The campaign's partition of the mention log.
    home: u32,
    tag: Tag,
    tell: Tell,
    done: Backfilled,
}

impl<Tag, Tell> Filling<'_, Tag, Tell>
where
    Tag: FnMut(&FeedRecord<'_>) -> Tagged,
    Tell: FnMut(&Backfilled),
{
    fn read(&mut self, connection: &Connection, stretch: &Stretch) -> Result<(), TaggingError> {
        let topic = &stretch.topic;
        let mut reader = StretchReader::open(connection, stretch)?;
        let mut silence = Stopwatch::start();
        while !reader.is_done() {
            if let Some(fetched) = reader.poll(POLL_WAIT)? {
                self.take(topic, &fetched)?;
                silence = Stopwatch::start();
            } else if silence.elapsed() > SILENCE_MAX {
                let detail = format!("no record and no end for {} s", SILENCE_MAX.as_secs());
                return Err(KafkaError::Consumer { topic: topic.clone(), detail }.into());
            }
            (self.tell)(&self.done);
        }
        Ok(())
    }

    fn take(&mut self, topic: &str, fetched: &Fetched<'_>) -> Result<(), TaggingError> {
        let record = FeedRecord {
            topic,
            partition: fetched.partition(),
            offset: fetched.offset(),
            timestamp: fetched.timestamp(),
            payload: fetched.payload(),
        };
        // The live tagger has told every partition; this campaign's may have been too young then.
        let home = self.home..self.home + 1;
        let carried = || Carried::by(fetched);
        let output = Output::of(&self.to, home, &record, carried, (self.tag)(&record))?;
        for outgoing in &output.records {
            send(self.producer, outgoing, self.clock.now())?;
        }
        self.done.records += 1;
        self.done.mentions += output.mentions as u64;
        self.done.retractions += (output.records.len() - output.mentions) as u64;
        self.done.dead_letters += u64::from(output.dead_letter.is_some());
        Ok(())
    }
}
