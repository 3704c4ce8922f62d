//! Onsets and ends.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Named, PostView, written};
use crate::buzz::Buzz;
use crate::campaign::{Language, TitleId};
use crate::post::{Kind, Platform};
use crate::record::burst::{BurstRecord, Evidence};
use crate::time::{Span, Timestamp};

/// An onset or an end, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BurstView {
    /// The title.
    pub title: TitleId,
    /// `burst` or `surge`.
    pub detector: &'static str,
    /// `onset` or `end`.
    pub phase: &'static str,
    /// When it began.
    #[serde(serialize_with = "written::time")]
    pub onset: Timestamp,
    /// When this was found.
    #[serde(serialize_with = "written::time")]
    pub at: Timestamp,
    /// The score there; of a burst only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Posts of the hour before it.
    pub posts: u64,
    /// Posts that an hour was expected to have; of a burst only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_posts: Option<f64>,
    /// What the windows held when it was found.
    pub evidence: EvidenceView,
}

/// What speaks for a burst.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceView {
    /// The window of platforms, kinds, languages and copies.
    #[serde(serialize_with = "written::seconds")]
    pub window_seconds: Span,
    /// The window of hashtags, posts and the busiest author, as the config in force has it; absent
    /// without one.
    #[serde(serialize_with = "written::seconds", skip_serializing_if = "Option::is_none")]
    pub fine_window_seconds: Option<Span>,
    /// Posts by platform.
    pub platforms: BTreeMap<Platform, u64>,
    /// Posts by kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// Posts by language.
    pub languages: BTreeMap<Language, u64>,
    /// The most used hashtags of the fine window.
    pub hashtags: Vec<Named>,
    /// The posts of the fine window that had earned the most.
    pub posts: Vec<PostView>,
    /// The part of copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<f64>,
    /// The busiest author's part of the fine window's posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_author: Option<f64>,
}

impl BurstView {
    /// What the fold found and still keeps.
    pub(super) fn of(buzz: &Buzz, record: &BurstRecord) -> Self {
        Self {
            title: record.title.clone(),
            detector: record.detector.label(),
            phase: record.phase.label(),
            onset: record.onset,
            at: record.at,
            score: record.score,
            posts: record.posts,
            expected_posts: record.expected_posts,
            evidence: EvidenceView::of(buzz, &record.evidence),
        }
    }
}

impl EvidenceView {
    fn of(buzz: &Buzz, evidence: &Evidence) -> Self {
        Self {
            window_seconds: evidence.window,
            fine_window_seconds: buzz.layout().day.iter().next().map(|window| window.length),
            platforms: evidence.platforms.clone(),
            kinds: evidence.kinds.clone(),
            languages: evidence.languages.clone(),
            hashtags: evidence.hashtags.iter().cloned().map(Named::of).collect(),
            posts: evidence.posts.iter().map(|post| PostView::of(buzz, post)).collect(),
            copies: evidence.copies,
            top_author: evidence.top_author,
        }
    }
}
