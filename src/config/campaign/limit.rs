//! What a campaign file may hold at the most.

use std::ops::RangeInclusive;

use crate::time::Span;

/// The most characters of a name, an alias or any other text.
pub use super::super::raw::TEXT_CHARS_MAX;
/// The most characters of an id.
pub use super::super::report::ID_CHARS_MAX;
/// The most titles of a campaign that a service may allow.
pub use super::super::service::TITLES_MAX;
/// Weekdays as a title's schedule calls them.
pub use super::schedule::WEEKDAYS;
/// The most words in all: aliases, hashtags, phrases, context words.
pub use crate::mention::WORDS_MAX;

/// The most languages of a campaign.
pub const LANGUAGES_MAX: usize = 32;
/// The most aliases, and the most hashtags, of a title or facet.
pub const ALIASES_MAX: usize = 1000;
/// The most words that one alias may need.
pub const NEEDS_MAX: usize = 100;
/// The most excluding phrases of a title.
pub const EXCLUDE_MAX: usize = 1000;
/// The most facets of a title.
pub use crate::window::title::names::FACETS_MAX;
/// The most episodes of a title: a daily drama has half as many.
pub const EPISODES_MAX: usize = 400;
/// The most days on which a title's schedule makes a break.
pub const BREAKS_MAX: usize = 100;
/// The most groups of accounts.
pub const GROUPS_MAX: usize = 8;
/// The most accounts of a group.
pub const ACCOUNTS_MAX: usize = 2000;
/// The most context words of a campaign.
pub const CONTEXT_MAX: usize = 1000;
/// The most tests of a campaign.
pub const TESTS_MAX: usize = 1000;
/// The most titles that one test may expect.
pub const EXPECT_MAX: usize = 100;
/// The most characters of a test's text.
pub const TEST_CHARS_MAX: usize = 4000;

/// How long an episode may be.
pub const EPISODE_LENGTH: RangeInclusive<Span> = Span::from_minutes(1)..=Span::from_hours(24);
/// How late a post may come and be counted.
pub const ALLOWED_LATENESS: RangeInclusive<Span> = Span::ZERO..=Span::from_days(30);
