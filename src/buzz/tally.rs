//! What became of each mention and retraction, counted since this process began the fold.

/// What became of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applied {
    /// It counts, for at least one title.
    Counted,
    /// It was counted before for each of its titles.
    Duplicate,
    /// A first sight from behind the horizon: refused.
    Late,
    /// Too far ahead of the log's timestamp to be believed: refused.
    Future,
    /// None of its titles has a seat: refused.
    UnknownTitle,
    /// Its post was retracted.
    Retracted,
}

impl Applied {
    /// Every outcome, in the order of their discriminants.
    pub const ALL: [Self; 6] = [
        Self::Counted,
        Self::Duplicate,
        Self::Late,
        Self::Future,
        Self::UnknownTitle,
        Self::Retracted,
    ];

    /// The value of the `outcome` label of `daebak_mentions_applied_total`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Duplicate => "duplicate",
            Self::Late => "late",
            Self::Future => "future",
            Self::UnknownTitle => "unknown_title",
            Self::Retracted => "retracted",
        }
    }
}

/// What became of a retraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Retracted {
    /// Its post was counted, and no longer is.
    Applied,
    /// Its post was retracted before.
    Duplicate,
    /// Its post is unknown; it waits for it.
    Kept,
}

impl Retracted {
    /// Every outcome, in the order of their discriminants.
    pub const ALL: [Self; 3] = [Self::Applied, Self::Duplicate, Self::Kept];

    /// The value of the `outcome` label of `daebak_retractions_applied_total`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Duplicate => "duplicate",
            Self::Kept => "kept",
        }
    }
}

/// What the fold has counted since this process began it; no part of its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Mentions by what became of them, in the order of [`Applied::ALL`].
    pub applied: [u64; Applied::ALL.len()],
    /// Retractions by what became of them, in the order of [`Retracted::ALL`].
    pub retracted: [u64; Retracted::ALL.len()],
    /// Retractions that were forgotten before their post came, because too many waited.
    pub forgotten_retractions: u64,
    /// Counters that were lower than before.
    pub corrections: u64,
    /// How often T was forced forward because too much waited for it.
    pub forced_ticks: u64,
    /// How often H was forced forward because too many identities were remembered.
    pub forced_horizons: u64,
    /// How often a title had so many distinct authors that one more count of them is an estimate.
    pub author_overflows: u64,
}
