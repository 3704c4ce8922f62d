//! Why a record of the mention log was skipped, as a label.

/// Why a record of the mention log was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// A type or schema version of a newer daebak.
    Unknown,
    /// No record at all.
    Malformed,
    /// Of a campaign that this process does not know.
    ForeignCampaign,
}

impl Skipped {
    /// Every reason, in the order of their discriminants.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Malformed, Self::ForeignCampaign];

    /// The value of the `reason` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Malformed => "malformed",
            Self::ForeignCampaign => "foreign_campaign",
        }
    }
}
