//! What became of a record and of each post in it: exactly one outcome each.

/// Why a whole record could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvalidReason {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is not one JSON value.
    NotJson,
    /// The JSON nests deeper than any platform's.
    TooDeep,
    /// The record is larger than `record_bytes_max`.
    TooLarge,
    /// The record holds more posts than are read from one.
    TooMany,
    /// The JSON is of no shape that a platform sends.
    UnknownShape,
}

/// A record that could not be read: its reason, and where and why in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// The reason, for the dead letter's header and the metric's label.
    pub reason: InvalidReason,
    /// The place (line and column, or byte) and what was found there.
    pub detail: String,
}

/// Why a post inside a readable record was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostFault {
    /// It has ids and no text, as some webhooks do: legitimate.
    NoText,
    /// It has no id, so it could be counted twice.
    NoId,
    /// It has no time, so it belongs to no window.
    NoTime,
}

/// What became of a feed record. Every record has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordOutcome {
    /// One or more posts were read from it, each with an outcome of its own.
    Posts,
    /// Keep-alive, stream notice or own account's life cycle.
    Control,
    /// A deletion, withholding or account notice.
    Compliance,
    /// A null value.
    Tombstone,
    /// Unreadable; it went to the dead letters.
    Invalid(InvalidReason),
}

/// What became of a post in a record. Every post has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostOutcome {
    /// It mentions at least one title of at least one campaign.
    Tagged,
    /// It mentions no title.
    Untagged,
    /// It has no text to read.
    NoText,
    /// It has no id; the record went to the dead letters.
    NoId,
    /// It has no time; the record went to the dead letters.
    NoTime,
    /// Its mention is above the broker's limit; the record went to the dead letters.
    Oversized,
}

impl InvalidReason {
    /// The value of a dead letter's `reason`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::NotJson => "not_json",
            Self::TooDeep => "too_deep",
            Self::TooLarge => "too_large",
            Self::TooMany => "too_many",
            Self::UnknownShape => "unknown_shape",
        }
    }
}

impl RecordOutcome {
    /// The value of the `outcome` label of `daebak_records_total`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Control => "control",
            Self::Compliance => "compliance",
            Self::Tombstone => "tombstone",
            Self::Invalid(_) => "invalid",
        }
    }
}

impl PostOutcome {
    /// The value of the `outcome` label of `daebak_posts_total`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tagged => "tagged",
            Self::Untagged => "untagged",
            Self::NoText => "no_text",
            Self::NoId => "no_id",
            Self::NoTime => "no_time",
            Self::Oversized => "oversized",
        }
    }
}

impl From<PostFault> for PostOutcome {
    fn from(fault: PostFault) -> Self {
        match fault {
            PostFault::NoText => Self::NoText,
            PostFault::NoId => Self::NoId,
            PostFault::NoTime => Self::NoTime,
        }
    }
}
