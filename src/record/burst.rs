//! The bursts topic: when a title's talk took off and when it had calmed down, with evidence.
//!
//! A record's key is [`BurstRecord::key`]. It may be written more than once, for a fold that is
//! run again finds the same: what has a known key is no news.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::{CampaignId, Language, Revision, TitleId};
use crate::post::id::PostId;
use crate::post::{Kind, Platform};
use crate::time::{Span, Timestamp};

/// An onset or an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BurstRecord {
    /// Schema version.
    pub v: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// The revision of its config in force.
    pub revision: Revision,
    /// The title.
    pub title: TitleId,
    /// What found it.
    pub detector: Detector,
    /// Whether it begins or ends.
    pub phase: Phase,
    /// The boundary at which it began: with campaign, title and detector, its id.
    #[serde(rename = "onset_ms")]
    pub onset: Timestamp,
    /// The boundary at which this was found.
    #[serde(rename = "at_ms")]
    pub at: Timestamp,
    /// The score there; of a burst only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Posts of the hour before it.
    pub posts: u64,
    /// Posts that an hour was expected to have; of a burst only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_posts: Option<f64>,
    /// What the windows held when it was found.
    pub evidence: Evidence,
}

/// What finds bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// Against what is usual for the title.
    Burst,
    /// Against the last day only.
    Surge,
}

/// The side of an episode that a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It begins.
    Onset,
    /// It is over.
    End,
}

/// The most hashtags and posts that evidence names.
pub const EVIDENCE_TOP: usize = 10;

/// What the shortest window of at least an hour held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The window's length.
    #[serde(rename = "window_ms")]
    pub window: Span,
    /// Posts by platform, those with none left out.
    pub platforms: BTreeMap<Platform, u64>,
    /// Posts by kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// Posts by language, those of no own series as `other`.
    pub languages: BTreeMap<Language, u64>,
    /// The most used hashtags and how many posts have each, at most [`EVIDENCE_TOP`].
    pub hashtags: Vec<(Box<str>, u64)>,
    /// The posts that have earned the most, at most [`EVIDENCE_TOP`].
    pub posts: Vec<TopPost>,
    /// The share of copies; absent where undefined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<f64>,
    /// The share of the busiest author, of a day; absent where undefined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_author: Option<f64>,
}

/// A post by what it has earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopPost {
    /// Where it was made.
    pub platform: Platform,
    /// The id of its first version.
    pub id: PostId,
    /// Likes, shares and comments that it has gained since it is known.
    pub earned: u64,
}

impl BurstRecord {
    /// The key of the record: the same for the same onset or end, whoever finds it.
    pub fn key(&self) -> String {
        let detector = match self.detector {
            Detector::Burst => "burst",
            Detector::Surge => "surge",
        };
        let phase = match self.phase {
            Phase::Onset => "onset",
            Phase::End => "end",
        };
        let (campaign, title, onset) = (&self.campaign, &self.title, self.onset.as_millis());
        format!("{campaign}/{title}/{detector}/{onset}/{phase}")
    }
}
