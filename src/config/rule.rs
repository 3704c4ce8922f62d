//! What may be wrong with a config file, each with an id that is stable and a page of its own.

/// The rule a mistake breaks. Its id is stable: it may be searched for and linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A file, directory or variable could not be read, or is not UTF-8.
    Unreadable,
    /// Not TOML.
    Syntax,
    /// A key that means nothing where it stands.
    UnknownKey,
    /// A required key is not there.
    MissingKey,
    /// A value of another type than expected.
    WrongType,
    /// A number, length or count beyond its limit.
    OutOfRange,
    /// An empty list, or a text without a letter or digit.
    Empty,
    /// Something that must be unique comes twice.
    Duplicate,
    /// Not lower-case letters, digits and hyphens.
    BadId,
    /// Not a number and its unit.
    BadDuration,
    /// A window that is not made of whole slides, or a slide not made of whole ticks.
    BadWindow,
    /// Not an address.
    BadAddress,
    /// Not a name that Kafka takes.
    BadTopic,
    /// More than one word, or a sign that ends a hashtag.
    BadHashtag,
    /// Not one of the names that are known there.
    UnknownName,
    /// Not a JSON pointer.
    BadPointer,
    /// Not a way to write times.
    BadTimeFormat,
    /// Not a time with its offset, or not a day.
    BadTime,
    /// Episodes that can't be: out of order, before the premiere, on no day.
    BadSchedule,
    /// Not a platform and an account there.
    BadAccount,
    /// Not a language that can be detected.
    UnknownLanguage,
    /// A name of two titles of one campaign.
    SharedAlias,
    /// An alias too short, or in another way unfit, to be found with a mistake in it.
    BadFuzzy,
    /// Not a regular expression, or one that is too large.
    BadRegex,
    /// Not a way to prove a password.
    BadMechanism,
    /// Not a PEM file.
    BadPem,
    /// A secret in the file itself, or one that comes from nowhere or from two places.
    PlainSecret,
    /// An alias of few letters, which stand in many posts.
    ShortAlias,
    /// An alias that people write without thinking of the title.
    CommonAlias,
    /// A context word that people write every day.
    CommonContext,
    /// A hashtag that people write without thinking of the title.
    CommonHashtag,
    /// An alias that stands in an alias of another title.
    ContainedAlias,
    /// A facet's alias that is an alias of another title.
    ClashingAlias,
    /// An alias that excludes its own title.
    ExcludedAlias,
    /// A facet's alias that is one of its own title.
    FacetIsTitle,
    /// A context word that stands in the name of a title, and so can't speak for it.
    OwnContext,
    /// An alias in a language that the campaign does not list.
    UnlistedLanguage,
    /// A campaign without tests.
    NoTests,
    /// A feed that all wait for, and by so much that titles are hidden.
    LongDelay,
}

/// Whether a broken rule makes a file unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, but measures may not be what they are taken for.
    Warning,
}

impl Rule {
    /// The stable id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Syntax => "syntax",
            Self::UnknownKey => "unknown-key",
            Self::MissingKey => "missing-key",
            Self::WrongType => "wrong-type",
            Self::OutOfRange => "out-of-range",
            Self::Empty => "empty",
            Self::Duplicate => "duplicate",
            Self::BadId => "bad-id",
            Self::BadDuration => "bad-duration",
            Self::BadWindow => "bad-window",
            Self::BadAddress => "bad-address",
            Self::BadTopic => "bad-topic",
            Self::BadHashtag => "bad-hashtag",
            Self::UnknownName => "unknown-name",
            Self::BadPointer => "bad-pointer",
            Self::BadTimeFormat => "bad-time-format",
            Self::BadTime => "bad-time",
            Self::BadSchedule => "bad-schedule",
            Self::BadAccount => "bad-account",
            Self::UnknownLanguage => "unknown-language",
            Self::SharedAlias => "shared-alias",
            Self::BadFuzzy => "bad-fuzzy",
            Self::BadRegex => "bad-regex",
            Self::BadMechanism => "bad-mechanism",
            Self::BadPem => "bad-pem",
            Self::PlainSecret => "plain-secret",
            Self::ShortAlias => "short-alias",
            Self::CommonAlias => "common-alias",
            Self::CommonContext => "common-context",
            Self::CommonHashtag => "common-hashtag",
            Self::ContainedAlias => "contained-alias",
            Self::ClashingAlias => "clashing-alias",
            Self::ExcludedAlias => "excluded-alias",
            Self::FacetIsTitle => "facet-is-title",
            Self::OwnContext => "own-context",
            Self::UnlistedLanguage => "unlisted-language",
            Self::NoTests => "no-tests",
            Self::LongDelay => "long-delay",
        }
    }

    /// Whether it makes a file unusable.
    pub const fn severity(self) -> Severity {
        match self {
            Self::ShortAlias
            | Self::CommonAlias
            | Self::CommonContext
            | Self::CommonHashtag
            | Self::ContainedAlias
            | Self::ClashingAlias
            | Self::ExcludedAlias
            | Self::FacetIsTitle
            | Self::OwnContext
            | Self::UnlistedLanguage
            | Self::NoTests
            | Self::LongDelay => Severity::Warning,
            _ => Severity::Error,
        }
    }
}
