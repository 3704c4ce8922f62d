//! What goes out for one record: log records of its mentions and retractions, and its dead letter.

use std::ops::Range;
use std::sync::Arc;

use super::{QUEUE_WAIT, TaggingError};
use crate::campaign::CampaignId;
use crate::kafka::KafkaError;
use crate::kafka::dead_letter::{self, Carried};
use crate::kafka::in_flight::Ticket;
use crate::kafka::producer::{LogProducer, Outgoing, SendError};
use crate::mention::{DeadLetter, FeedRecord, Tagged};
use crate::post::id::PostId;
use crate::post::outcome::PostOutcome;
use crate::record::mention::Mention;
use crate::record::retraction::Retraction;
use crate::record::{LogRecord, partition_of};
use crate::time::Timestamp;

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
    /// How many of these are mentions.
    pub(super) mentions: usize,
    /// What became of its posts, those with a mention too large to send included.
    pub(super) posts: Vec<PostOutcome>,
    /// Why it is a dead letter, if it is.
    pub(super) dead_letter: Option<&'static str>,
    /// Acknowledged when all of it is; none when there is nothing.
    pub(super) ticket: Option<Ticket>,
}

impl Output {
    /// The output of `record`, whose retractions go to these partitions of the log; `carried` is
    /// asked when it is a dead letter.
    pub(super) fn of<'a>(
        to: &Destinations,
        retracts_in: Range<u32>,
        record: &FeedRecord<'_>,
        carried: impl FnOnce() -> Carried<'a>,
        tagged: Tagged,
    ) -> Result<Self, TaggingError> {
        let log = &to.mention_log;
        let mut posts = Posts::of(tagged.posts);
        let (mut records, mut too_large) = (Vec::new(), None);
        for mention in tagged.mentions {
            let post = posts.of_next(&mention);
            let id = mention.id.clone();
            let partition = partition_of(&mention.campaign, log.partitions);
            let slug = mention.campaign.as_str().into();
            let mention = LogRecord::Mention(mention.into());
            let outgoing = log_record(log, partition, Some(slug), &mention)?;
            if outgoing.fits() {
                records.push(outgoing);
            } else {
                too_large.get_or_insert_with(|| oversized("mention", &id));
                if let Some(post) = post {
                    *post = PostOutcome::Oversized;
                }
            }
        }
        let mentions = records.len();
        for retraction in tagged.retractions {
            records.extend(retracting(log, retracts_in.clone(), retraction, &mut too_large)?);
        }
        let why = tagged.dead_letter.or(too_large);
        records.extend(to.dead_letters.as_ref().zip(why.as_ref()).map(|(to, why)| {
            dead_letter::letter(&to.topic, to.partitions, record, &carried(), why, Ticket::new(1))
        }));

        let ticket = Ticket::new(u32::try_from(records.len()).unwrap_or(u32::MAX));
        for outgoing in &mut records {
            outgoing.ticket = ticket.clone();
        }
        let ticket = (!records.is_empty()).then_some(ticket);
        let dead_letter = why.map(|why| why.reason);
        Ok(Self { records, mentions, posts: posts.outcomes, dead_letter, ticket })
    }
}

/// A record's posts, and which of them its mentions are of: these come in the order of the tagged
/// posts, a post's together, each of another campaign.
struct Posts {
    outcomes: Vec<PostOutcome>,
    /// The post of the last mention, its id and the campaigns that have had it.
    last: Option<(usize, PostId, Vec<CampaignId>)>,
}

impl Posts {
    fn of(outcomes: Vec<PostOutcome>) -> Self {
        Self { outcomes, last: None }
    }

    /// The post that the next mention is of.
    fn of_next(&mut self, mention: &Mention) -> Option<&mut PostOutcome> {
        let campaign = &mention.campaign;
        let index = match &mut self.last {
            Some((index, id, campaigns)) if *id == mention.id && !campaigns.contains(campaign) => {
                campaigns.push(campaign.clone());
                *index
            }
            last => {
                let begin = last.as_ref().map_or(0, |(index, ..)| index + 1);
                let mut later = self.outcomes.iter().skip(begin);
                let index = begin + later.position(|one| *one == PostOutcome::Tagged)?;
                *last = Some((index, mention.id.clone(), vec![campaign.clone()]));
                index
            }
        };
        self.outcomes.get_mut(index)
    }
}

fn oversized(what: &str, id: &PostId) -> DeadLetter {
    DeadLetter {
        reason: PostOutcome::Oversized.label(),
        detail: format!("the {what} of post {id} is above the broker's limit"),
    }
}

/// A retraction in each of these partitions; nothing but a fault where its id is a whole record's
/// length.
fn retracting(
    log: &Destination,
    partitions: Range<u32>,
    retraction: Retraction,
    too_large: &mut Option<DeadLetter>,
) -> Result<Vec<Outgoing>, TaggingError> {
    let id = retraction.id.clone();
    let mut outgoing = in_each(log, partitions, &LogRecord::Retraction(retraction))?;
    if !outgoing.iter().all(Outgoing::fits) {
        outgoing.clear();
        too_large.get_or_insert_with(|| oversized("retraction", &id));
    }
    Ok(outgoing)
}

/// A record of the mention log on its way to each of these partitions, with tickets that nobody
/// waits for.
pub(super) fn in_each(
    log: &Destination,
    partitions: Range<u32>,
    record: &LogRecord,
) -> Result<Vec<Outgoing>, TaggingError> {
    let payload = encoded(record)?;
    Ok(partitions.map(|number| outgoing(log, number, None, payload.clone())).collect())
}

/// A record of the mention log on its way out, with a ticket that nobody waits for.
pub(super) fn log_record(
    log: &Destination,
    partition: u32,
    key: Option<Vec<u8>>,
    record: &LogRecord,
) -> Result<Outgoing, TaggingError> {
    Ok(outgoing(log, partition, key, encoded(record)?))
}

fn encoded(record: &LogRecord) -> Result<Vec<u8>, TaggingError> {
    record.encode().map_err(|error| TaggingError::Unwritable(error.to_string()))
}

fn outgoing(log: &Destination, partition: u32, key: Option<Vec<u8>>, payload: Vec<u8>) -> Outgoing {
    Outgoing {
        topic: Arc::clone(&log.topic),
        partition,
        key,
        payload: Some(payload),
        headers: Vec::new(),
        ticket: Ticket::new(1),
    }
}

/// Hands a record to the producer, and waits while its queue is full; that ends, because it gives
/// up on a record in time. For who has nothing else to do meanwhile.
pub(super) fn send(
    producer: &LogProducer,
    record: &Outgoing,
    at: Timestamp,
) -> Result<(), TaggingError> {
    loop {
        if let Some(reason) = producer.failure() {
            return Err(KafkaError::Delivery(reason.into()).into());
        }
        match producer.send(record, at) {
            Ok(()) => return Ok(()),
            Err(SendError::QueueFull) => producer.wait(QUEUE_WAIT),
            Err(SendError::Refused(reason)) => return Err(TaggingError::Unwritable(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{Language, Revision, Tier, TitleId};
    use crate::kafka::producer::RECORD_BYTES_MAX;
    use crate::post::outcome::RecordOutcome;
    use crate::post::{Counters, Kind, Platform};
    use crate::record::SCHEMA_VERSION;
    use crate::record::mention::{LanguageSource, Source, TitleMatch, Via};

    const AT: Timestamp = Timestamp::from_secs(1_770_000_000);

    fn mention(id: u64, campaign: &str, alias: &str) -> Mention {
        Mention {
            v: SCHEMA_VERSION,
            campaign: CampaignId::new(campaign),
            revision: Revision::new("r"),
            titles: vec![TitleMatch {
                title: TitleId::new("t"),
                alias: alias.into(),
                via: Via::Text,
                span: None,
                tier: Tier::Strong,
                facets: Vec::new(),
            }],
            platform: Platform::Twitter,
            id: PostId::Number(id),
            root: PostId::Number(id),
            kind: Kind::Original,
            author: None,
            followers: None,
            event_time: AT,
            observed: AT,
            language: Language::new("ko"),
            language_source: LanguageSource::Script,
            counters: Counters::default(),
            hashtags: Vec::new(),
            group: None,
            fingerprint: None,
            source: Source { topic: "feed".into(), partition: 0, offset: 0 },
        }
    }

    fn tagged(posts: Vec<PostOutcome>, mentions: Vec<Mention>) -> Tagged {
        Tagged {
            record: RecordOutcome::Posts,
            posts,
            shape: None,
            mentions,
            retractions: Vec::new(),
            event_time: None,
            dead_letter: None,
        }
    }

    fn retracted(ids: Vec<PostId>) -> Tagged {
        let retraction =
            |id| Retraction { v: SCHEMA_VERSION, platform: Platform::Twitter, id, time: AT };
        let retractions = ids.into_iter().map(retraction).collect();
        let record = RecordOutcome::Compliance;
        Tagged { record, retractions, ..tagged(Vec::new(), Vec::new()) }
    }

    fn output(retracts_in: Range<u32>, tagged: Tagged) -> Output {
        let destination = |topic: &str, partitions| Destination { topic: topic.into(), partitions };
        let to = Destinations {
            mention_log: destination("log", 3),
            dead_letters: Some(destination("dead", 1)),
        };
        let record = FeedRecord {
            topic: "feed",
            partition: 0,
            offset: 0,
            timestamp: AT,
            payload: Some(b"{}"),
        };
        Output::of(&to, retracts_in, &record, Carried::default, tagged).unwrap()
    }

    fn places(output: &Output) -> Vec<(&str, u32)> {
        output.records.iter().map(|one| (&*one.topic, one.partition)).collect()
    }

    #[test]
    fn the_post_whose_mention_is_too_large_is_the_one_marked() {
        use PostOutcome::{NoId, Oversized, Tagged as Named, Untagged};
        let huge = "x".repeat(RECORD_BYTES_MAX);
        let mentions = vec![
            mention(1, "a", ""),
            mention(1, "b", ""),
            mention(2, "a", ""),
            mention(2, "b", &huge),
            mention(2, "c", ""),
            mention(2, "a", ""),
            mention(3, "a", &huge),
        ];
        let outcomes = vec![Named, NoId, Named, Untagged, Named, Named, Untagged];
        let output = output(0..3, tagged(outcomes, mentions));
        let expected = [Named, NoId, Oversized, Untagged, Named, Oversized, Untagged];
        assert_eq!(output.posts, expected, "the second post 2 is a redelivery, and fits");
        assert_eq!(output.dead_letter, Some("oversized"));
        assert_eq!((output.mentions, output.records.len()), (5, 6));
        let detail = &output.records[5].headers[1].1;
        assert_eq!(detail, "the mention of post 2 is above the broker's limit", "the first");
    }

    #[test]
    fn a_retraction_goes_to_every_partition_under_its_records_one_ticket() {
        let output = output(0..3, retracted([7, 8].map(PostId::Number).into()));
        let each = [("log", 0), ("log", 1), ("log", 2)];
        assert_eq!(places(&output), [each, each].concat());
        let ids = [7, 7, 7, 8, 8, 8].map(PostId::Number);
        for (outgoing, expected) in output.records.iter().zip(ids) {
            match LogRecord::decode(outgoing.payload.as_deref().unwrap()) {
                Ok(LogRecord::Retraction(one)) => assert_eq!((one.id, one.time), (expected, AT)),
                other => panic!("{other:?}"),
            }
        }
        let ticket = output.ticket.unwrap();
        let (last, others) = output.records.split_last().unwrap();
        for outgoing in others {
            outgoing.ticket.acknowledge();
        }
        assert!(!ticket.is_acknowledged());
        last.ticket.acknowledge();
        assert!(ticket.is_acknowledged());
    }

    #[test]
    fn a_backfills_retraction_goes_to_its_campaigns_partition_alone() {
        let output = output(1..2, retracted(vec![PostId::Number(7)]));
        assert_eq!(places(&output), [("log", 1)]);
        assert_eq!(output.mentions, 0);
    }

    #[test]
    fn an_id_too_large_to_be_retracted_makes_a_dead_letter_and_no_crash() {
        let huge = PostId::Text("x".repeat(RECORD_BYTES_MAX).into());
        let output = output(0..3, retracted(vec![huge, PostId::Number(8)]));
        assert_eq!(places(&output)[3..], [("dead", 0)]);
        assert_eq!(output.dead_letter, Some("oversized"));
    }
}
