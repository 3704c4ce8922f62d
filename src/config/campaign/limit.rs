//! What a campaign file may hold at the most, and the words that it knows.

use std::ops::RangeInclusive;

use crate::campaign::{FacetKind, Tier};
use crate::time::Span;

/// The most characters of a name, an alias or any other text.
pub use super::super::raw::TEXT_CHARS_MAX;
/// The most characters of an id.
pub use super::super::report::ID_CHARS_MAX;
/// The most titles of a campaign that a service may allow.
pub use super::super::service::TITLES_MAX;

/// The most languages of a campaign.
pub const LANGUAGES_MAX: usize = 32;
/// The most aliases, and the most hashtags, of a title or facet.
pub const ALIASES_MAX: usize = 1000;
/// The most words that one alias may need.
pub const NEEDS_MAX: usize = 100;
/// The most excluding phrases of a title.
pub const EXCLUDE_MAX: usize = 1000;
/// The most facets of a title.
pub const FACETS_MAX: usize = 200;
/// The most context words of a campaign.
pub const CONTEXT_MAX: usize = 1000;
/// The most words of a campaign in all: aliases, hashtags, phrases, context words.
pub const WORDS_MAX: usize = 100_000;
/// The most tests of a campaign.
pub const TESTS_MAX: usize = 1000;
/// The most titles that one test may expect.
pub const EXPECT_MAX: usize = 100;
/// The most characters of a test's text.
pub const TEST_CHARS_MAX: usize = 4000;
/// The fewest letters and digits of an alias that is found with a mistake in it: in shorter ones a
/// mistake makes other words.
pub const FUZZY_LETTERS_MIN: usize = 10;

/// How late a post may come and be counted.
pub const ALLOWED_LATENESS: RangeInclusive<Span> = Span::ZERO..=Span::from_days(30);

/// The languages that can be told apart, as ISO 639-1 codes; `ms` counts as `id`.
pub const LANGUAGES: [&str; 43] = [
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu",
    "hy", "id", "it", "ja", "ka", "km", "ko", "lt", "lv", "my", "ne", "nl", "pl", "pt", "ro", "ru",
    "sk", "sr", "sv", "ta", "th", "tl", "tr", "uk", "ur", "vi", "zh",
];

/// The tiers, as files call them.
pub const TIERS: [(&str, Tier); 3] =
    [("strong", Tier::Strong), ("context", Tier::Context), ("hashtag", Tier::Hashtag)];

/// What facets are, as files call it.
pub const FACET_KINDS: [(&str, FacetKind); 3] =
    [("cast", FacetKind::Cast), ("character", FacetKind::Character), ("ost", FacetKind::Ost)];
