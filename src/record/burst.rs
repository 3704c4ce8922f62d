//! The bursts topic: when a title's talk took off and when it had calmed down, with evidence.
//!
//! A record's key is [`BurstRecord::key`]. It may be written more than once, for a fold that is
//! run again finds the same: what has a known key is no news.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::{CampaignId, Language, Revision, TitleId};
use crate::post::id::PostId;
use crate::post::{Kind, Platform};
use crate::record::{DecodeError, SCHEMA_VERSION, Version};
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

impl Detector {
    /// As records and the API call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Burst => "burst",
            Self::Surge => "surge",
        }
    }
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

impl Phase {
    /// As records and the API call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Onset => "onset",
            Self::End => "end",
        }
    }
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
    /// The record's JSON.
    ///
    /// # Errors
    /// When JSON cannot hold a value, such as a score that is no number.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads a record from its JSON.
    ///
    /// # Errors
    /// [`DecodeError::Unknown`] for versions to come, [`DecodeError::Malformed`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let record: Self = serde_json::from_slice(bytes).map_err(|error| {
            let version: Option<Version> = serde_json::from_slice(bytes).ok();
            match version {
                Some(Version { v }) if v > SCHEMA_VERSION => unknown(v),
                _ => DecodeError::Malformed(error.to_string()),
            }
        })?;
        match record.v {
            SCHEMA_VERSION if record.is_sound() => Ok(record),
            SCHEMA_VERSION => Err(DecodeError::Malformed("burst: values out of range".into())),
            v => Err(unknown(v)),
        }
    }

    /// Whether it ends no sooner than it begins, and its evidence keeps to its bounds.
    fn is_sound(&self) -> bool {
        let Evidence { hashtags, posts, copies, top_author, .. } = &self.evidence;
        let ratios = [copies, top_author].into_iter().flatten();
        self.at >= self.onset
            && hashtags.len().max(posts.len()) <= EVIDENCE_TOP
            && ratios.into_iter().all(|ratio| (0.0..=1.0).contains(ratio))
    }

    /// The key of the record: the same for the same onset or end, whoever finds it.
    pub fn key(&self) -> String {
        let (detector, phase) = (self.detector.label(), self.phase.label());
        let (campaign, title, onset) = (&self.campaign, &self.title, self.onset.as_millis());
        format!("{campaign}/{title}/{detector}/{onset}/{phase}")
    }
}

fn unknown(v: u32) -> DecodeError {
    DecodeError::Unknown(format!("burst v{v}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> BurstRecord {
        BurstRecord {
            v: SCHEMA_VERSION,
            campaign: CampaignId::new("launch"),
            revision: Revision::new("r"),
            title: TitleId::new("starlight"),
            detector: Detector::Burst,
            phase: Phase::Onset,
            onset: Timestamp::from_secs(300),
            at: Timestamp::from_secs(300),
            score: Some(9.5),
            posts: 120,
            expected_posts: Some(12.0),
            evidence: Evidence {
                window: Span::from_hours(1),
                platforms: [(Platform::Twitter, 120)].into(),
                kinds: [(Kind::Original, 100), (Kind::Share, 20)].into(),
                languages: [(Language::new("ko"), 120)].into(),
                hashtags: vec![("starlight".into(), 40)],
                posts: vec![TopPost {
                    platform: Platform::Twitter,
                    id: PostId::Number(7),
                    earned: 3,
                }],
                copies: Some(0.25),
                top_author: None,
            },
        }
    }

    #[test]
    fn a_record_comes_back_from_its_json_as_it_was() {
        let bytes = record().encode().unwrap();
        assert_eq!(BurstRecord::decode(&bytes), Ok(record()));
    }

    #[test]
    fn onset_and_end_of_each_detector_have_keys_of_their_own() {
        let onset = record();
        assert_eq!(onset.key(), "launch/starlight/burst/300000/onset");
        let end = BurstRecord { phase: Phase::End, at: Timestamp::from_secs(900), ..record() };
        let surge = BurstRecord { detector: Detector::Surge, ..record() };
        assert_eq!(end.key(), "launch/starlight/burst/300000/end");
        assert_eq!(surge.key(), "launch/starlight/surge/300000/onset");
    }

    #[test]
    fn a_newer_version_is_unknown_and_nonsense_malformed() {
        assert_eq!(
            BurstRecord::decode(br#"{"v":9,"new":1}"#),
            Err(DecodeError::Unknown("burst v9".into()))
        );
        let newer = BurstRecord { v: 2, ..record() }.encode().unwrap();
        assert_eq!(BurstRecord::decode(&newer), Err(DecodeError::Unknown("burst v2".into())));
        for bytes in [&b"nonsense"[..], b"{}", br#"{"v":1}"#] {
            assert!(matches!(BurstRecord::decode(bytes), Err(DecodeError::Malformed(_))));
        }
    }

    #[test]
    fn what_could_not_be_is_malformed() {
        let early = BurstRecord { at: Timestamp::from_secs(299), ..record() };
        let mut long = record();
        long.evidence.hashtags = vec![("a".into(), 1); EVIDENCE_TOP + 1];
        let mut ratio = record();
        ratio.evidence.copies = Some(1.5);
        for record in [early, long, ratio] {
            let read = BurstRecord::decode(&record.encode().unwrap());
            assert_eq!(read, Err(DecodeError::Malformed("burst: values out of range".into())));
        }
    }
}
