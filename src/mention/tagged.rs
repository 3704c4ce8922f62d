//! What the tagger takes, and what it makes of it.

use crate::post::format::Shape;
use crate::post::outcome::{Invalid, PostFault, PostOutcome, RecordOutcome};
use crate::record::mention::Mention;
use crate::record::retraction::Retraction;
use crate::time::Timestamp;

/// How many faulty posts of one record a dead letter's detail names.
const FAULTS_NAMED_MAX: usize = 8;

/// A record as it lies in a feed topic (or in a replayed file).
#[derive(Clone, Copy, Debug)]
pub struct FeedRecord<'a> {
    /// The topic, or the file's name.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// The record's timestamp: its mentions' time of observation.
    pub timestamp: Timestamp,
    /// The value; `None` for a tombstone.
    pub payload: Option<&'a [u8]>,
}

/// What one feed record became: exactly one outcome, one for each post in it, and its mentions.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged {
    /// What became of the record.
    pub record: RecordOutcome,
    /// What became of each post in it, in order.
    pub posts: Vec<PostOutcome>,
    /// The shape in which its posts came; `None` without posts.
    pub shape: Option<Shape>,
    /// The mentions, one a tagged post and campaign.
    pub mentions: Vec<Mention>,
    /// The posts that it takes back, of any campaign or none.
    pub retractions: Vec<Retraction>,
    /// The newest event time of its posts, tagged or not.
    pub event_time: Option<Timestamp>,
    /// Why the record belongs to the dead letters, if it does.
    pub dead_letter: Option<DeadLetter>,
}

/// Why a record belongs to the dead letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The reason as headers and metrics write it: `not_json`, `no_time`, …
    pub reason: &'static str,
    /// Where and why, in words.
    pub detail: String,
}

impl Tagged {
    pub(super) fn without_posts(record: RecordOutcome) -> Self {
        Self {
            record,
            posts: Vec::new(),
            shape: None,
            mentions: Vec::new(),
            retractions: Vec::new(),
            event_time: None,
            dead_letter: None,
        }
    }

    pub(super) fn invalid(invalid: Invalid) -> Self {
        let dead_letter = DeadLetter { reason: invalid.reason.label(), detail: invalid.detail };
        let record = RecordOutcome::Invalid(invalid.reason);
        Self { dead_letter: Some(dead_letter), ..Self::without_posts(record) }
    }

    /// Post `index` of the record is faulty: the record goes to the dead letters for the first
    /// such post, and names the others.
    pub(super) fn add_fault(&mut self, index: usize, fault: PostFault) {
        if fault == PostFault::NoText {
            return;
        }
        let reason = PostOutcome::from(fault).label();
        let named = format!("posts[{index}]: {reason}");
        match &mut self.dead_letter {
            None => self.dead_letter = Some(DeadLetter { reason, detail: named }),
            Some(letter) if letter.detail.matches(", ").count() + 1 < FAULTS_NAMED_MAX => {
                letter.detail.push_str(", ");
                letter.detail.push_str(&named);
            }
            Some(_) => {}
        }
    }
}
