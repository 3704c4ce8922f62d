//! What goes out for one record: log records of its mentions, and its dead letter.

use std::sync::Arc;

use super::TaggingError;
use crate::kafka::dead_letter;
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::Outgoing;
use crate::mention::{DeadLetter, FeedRecord, Tagged};
use crate::post::Platform;
use crate::post::id::PostId;
use crate::post::outcome::PostOutcome;
use crate::record::{LogRecord, partition_of};

/// A topic that is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The topic.
    pub topic: Arc<str>,
    /// Its partition count.
    pub partitions: u32,
}

/// Where a feed's output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destinations {
    /// The mention log.
    pub mention_log: Destination,
    /// The dead letters; `None` when they are there already.
    pub dead_letters: Option<Destination>,
}

/// One record's output.
pub(super) struct Output {
    /// What is sent, in order.
    pub(super) records: Vec<Outgoing>,
    /// What became of its posts, those with a mention too large to send included.
    pub(super) posts: Vec<PostOutcome>,
    /// Why it is a dead letter, if it is.
    pub(super) dead_letter: Option<&'static str>,
    /// Acknowledged when all of it is; none when there is nothing.
    pub(super) ticket: Option<Ticket>,
}

impl Output {
    pub(super) fn of(
        to: &Destinations,
        record: &FeedRecord<'_>,
        key: Option<&[u8]>,
        tagged: Tagged,
    ) -> Result<Self, TaggingError> {
        let (mut records, mut oversized) = (Vec::new(), Vec::<(Platform, PostId)>::new());
        for mention in tagged.mentions {
            let post = (mention.platform, mention.id.clone());
            let partition = partition_of(&mention.campaign, to.mention_log.partitions);
            let slug = mention.campaign.as_str().into();
            let mention = LogRecord::Mention(mention.into());
            let outgoing = log_record(&to.mention_log, partition, Some(slug), &mention)?;
            if outgoing.fits() {
                records.push(outgoing);
            } else if oversized.last() != Some(&post) {
                oversized.push(post);
            }
        }
        let mut posts = tagged.posts;
        let tags = posts.iter_mut().filter(|outcome| **outcome == PostOutcome::Tagged);
        tags.take(oversized.len()).for_each(|outcome| *outcome = PostOutcome::Oversized);

        let too_large = oversized.first().map(|(_, id)| DeadLetter {
            reason: PostOutcome::Oversized.label(),
            detail: format!("the mention of post {id} is above the broker's limit"),
        });
        let why = tagged.dead_letter.or(too_large);
        records.extend(to.dead_letters.as_ref().zip(why.as_ref()).map(|(to, why)| {
            dead_letter::letter(&to.topic, to.partitions, record, key, why, Ticket::new(1))
        }));

        let ticket = Ticket::new(u32::try_from(records.len()).unwrap_or(u32::MAX));
        for outgoing in &mut records {
            outgoing.ticket = ticket.clone();
        }
        let ticket = (!records.is_empty()).then_some(ticket);
        Ok(Self { records, posts, dead_letter: why.map(|why| why.reason), ticket })
    }
}

/// A record of the mention log on its way out, with a ticket that nobody waits for.
pub(super) fn log_record(
    log: &Destination,
    partition: u32,
    key: Option<Vec<u8>>,
    record: &LogRecord,
) -> Result<Outgoing, TaggingError> {
    let payload = record.encode().map_err(|error| TaggingError::Unwritable(error.to_string()))?;
    Ok(Outgoing {
        topic: Arc::clone(&log.topic),
        partition,
        key,
        payload: Some(payload),
        headers: Vec::new(),
        ticket: Ticket::new(1),
    })
}
