//! Where measures were: a point each five minutes of event time, kept in memory for a day. It
//! begins with the process; posts by minute do not need it, for the fold keeps them.

use crate::time::{Span, Timestamp};

/// The distance of two points.
pub const STEP: Span = Span::from_minutes(5);
/// How many points are kept: a day.
pub const POINTS_KEPT: usize = 288;

/// What is kept, all of one hour unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Distinct authors.
    Authors,
    /// Share of voice.
    ShareOfVoice,
    /// Growth an hour.
    Growth,
    /// The reproduction number.
    Reproduction,
    /// The burst score.
    BurstScore,
    /// The part of copies.
    Copies,
    /// Place by posts.
    Rank,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Authors,
        Self::ShareOfVoice,
        Self::Growth,
        Self::Reproduction,
        Self::BurstScore,
        Self::Copies,
        Self::Rank,
    ];

    /// Its name in the API.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authors => "authors",
            Self::ShareOfVoice => "share_of_voice",
            Self::Growth => "growth_per_hour",
            Self::Reproduction => "reproduction",
            Self::BurstScore => "burst_score",
            Self::Copies => "copies",
            Self::Rank => "rank",
        }
    }
}

/// The points of every title of a campaign.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The instants of the points, oldest first.
    pub times: Vec<Timestamp>,
}
