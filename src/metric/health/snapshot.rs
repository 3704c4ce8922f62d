//! Why a snapshot could not be used, as a label.

use crate::record::snapshot::SnapshotError;

/// Why a snapshot could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unusable {
    /// Chunks without a manifest: its writing was cut off.
    Torn,
    /// Its manifest can't be read.
    Manifest,
    /// Of another version of daebak.
    Version,
    /// A chunk is missing.
    Missing,
    /// A chunk was changed.
    Checksum,
    /// Its state can't be read.
    State,
    /// Larger than may be.
    TooLarge,
    /// Of another mention log, or of one that was created anew.
    Foreign,
    /// The log no longer holds the records after it.
    Expired,
    /// The snapshots, or the log record it names, could not be read in time.
    Unreachable,
}

impl Unusable {
    /// Every reason, in the order of their discriminants.
    pub const ALL: [Self; 10] = [
        Self::Torn,
        Self::Manifest,
        Self::Version,
        Self::Missing,
        Self::Checksum,
        Self::State,
        Self::TooLarge,
        Self::Foreign,
        Self::Expired,
        Self::Unreachable,
    ];

    /// The value of the `reason` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Torn => "torn",
            Self::Manifest => "manifest",
            Self::Version => "version",
            Self::Missing => "missing",
            Self::Checksum => "checksum",
            Self::State => "state",
            Self::TooLarge => "too_large",
            Self::Foreign => "foreign",
            Self::Expired => "expired",
            Self::Unreachable => "unreachable",
        }
    }
}

impl From<&SnapshotError> for Unusable {
    fn from(error: &SnapshotError) -> Self {
        match error {
            SnapshotError::Manifest(_) => Self::Manifest,
            SnapshotError::Version(_) => Self::Version,
            SnapshotError::Missing(_) => Self::Missing,
            SnapshotError::Checksum => Self::Checksum,
            SnapshotError::State(_) => Self::State,
            SnapshotError::TooLarge => Self::TooLarge,
        }
    }
}
