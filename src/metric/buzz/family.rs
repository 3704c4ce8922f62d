//! The families of a title, declared.

use crate::metric::Family;

const TITLE: &[&str] = &["campaign", "title"];
const WINDOW: &[&str] = &["campaign", "title", "window"];

pub(super) static WINDOW_POSTS: Family = Family::gauge(
    "daebak_window_posts",
    &["campaign", "title", "platform", "window"],
    "Posts that mention the title, with event time in the sliding window.",
);
pub(super) static WINDOW_POSTS_BY_KIND: Family = Family::gauge(
    "daebak_window_posts_by_kind",
    &["campaign", "title", "kind", "window"],
    "Posts that mention the title in the sliding window, by kind: original, share, quote or reply.",
);
pub(super) static WINDOW_POSTS_BY_LANGUAGE: Family = Family::gauge(
    "daebak_window_posts_by_language",
    &["campaign", "title", "language", "window"],
    "Posts that mention the title in the sliding window, by language; und could not be told.",
);
pub(super) static WINDOW_POSTS_BY_FACET: Family = Family::gauge(
    "daebak_window_posts_by_facet",
    &["campaign", "title", "facet", "window"],
    "Posts that mention the title by way of a facet (cast, character, song) in the sliding window; a post may have several.",
);
pub(super) static WINDOW_POSTS_BY_ACCOUNT: Family = Family::gauge(
    "daebak_window_posts_by_account",
    &["campaign", "title", "group", "window"],
    "Posts that mention the title in the sliding window, by the campaign's group of the account; organic is in none.",
);
pub(super) static WINDOW_AUTHORS: Family = Family::gauge(
    "daebak_window_authors",
    &["campaign", "title", "platform", "window"],
    "Distinct authors of posts that mention the title in the sliding window; absent where posts have none.",
);
pub(super) static WINDOW_AUTHORS_BY_LANGUAGE: Family = Family::gauge(
    "daebak_window_authors_by_language",
    &["campaign", "title", "language", "window"],
    "Distinct authors of posts in a language that mention the title in the sliding window; absent where posts have none.",
);
pub(super) static WINDOW_ENGAGEMENT: Family = Family::gauge(
    "daebak_window_engagement",
    &["campaign", "title", "platform", "action", "window"],
    "Likes, shares, comments and views that posts gained in the sliding window, by when that was seen; absent where the platform never told.",
);
pub(super) static GROWTH: Family = Family::gauge(
    "daebak_growth_per_hour",
    WINDOW,
    "Logarithmic growth of posts from the window before to the last one, per hour; absent below 10 posts in both or before the title is known for both.",
);
pub(super) static GROWTH_ERROR: Family = Family::gauge(
    "daebak_growth_standard_error_per_hour",
    WINDOW,
    "Standard error of daebak_growth_per_hour over the same window.",
);
pub(super) static SHARE_OF_VOICE: Family = Family::gauge(
    "daebak_share_of_voice_ratio",
    WINDOW,
    "The title's part of all title mentions of the campaign in the window, from 0 to 1; absent below 20.",
);
pub(super) static RANK: Family = Family::gauge(
    "daebak_rank",
    WINDOW,
    "Place of the title among the campaign's by posts in the window, 1 the best; absent without posts.",
);
pub(super) static AMPLIFICATION: Family = Family::gauge(
    "daebak_amplification_ratio",
    WINDOW,
    "Shares per original post in the window, on platforms that mark shares; absent below 5 originals.",
);
pub(super) static NOVELTY: Family = Family::gauge(
    "daebak_novelty_ratio",
    TITLE,
    "Part of the last hour's authors who had not mentioned the title in the seven days before, from 0 to 1; absent below 10 authors.",
);
pub(super) static TOP_AUTHOR: Family = Family::gauge(
    "daebak_top_author_ratio",
    WINDOW,
    "The busiest author's part of the posts with an author in the window, from 0 to 1; absent below 10 posts.",
);
pub(super) static COPIES: Family = Family::gauge(
    "daebak_copies_ratio",
    WINDOW,
    "Part of the longer originals and replies of the window that repeat another's text, from 0 to 1; absent below 20 posts.",
);
pub(super) static REPRODUCTION: Family = Family::gauge(
    "daebak_reproduction_number",
    TITLE,
    "Shares, quotes and replies that a post brings about, over the last hour, on platforms that mark shares; above 1 talk feeds itself.",
);
pub(super) static REPRODUCTION_LOWER: Family = Family::gauge(
    "daebak_reproduction_number_lower",
    TITLE,
    "Lower end of the 95 % interval of daebak_reproduction_number.",
);
pub(super) static REPRODUCTION_UPPER: Family = Family::gauge(
    "daebak_reproduction_number_upper",
    TITLE,
    "Upper end of the 95 % interval of daebak_reproduction_number.",
);
pub(super) static BURST_SCORE: Family = Family::gauge(
    "daebak_burst_score",
    TITLE,
    "How far posts are above what is usual for the title, in standard deviations, the most of 5, 15 and 60 minutes; absent in its first day.",
);
pub(super) static BURST_EXPECTED: Family = Family::gauge(
    "daebak_burst_expected_posts",
    TITLE,
    "Posts that an hour usually has, as the burst score has it; absent in its first day.",
);
pub(super) static BURST_ACTIVE: Family = Family::gauge(
    "daebak_burst_active",
    TITLE,
    "1 from the onset of a burst against what is usual for the title to its end, else 0.",
);
pub(super) static SURGE_ACTIVE: Family = Family::gauge(
    "daebak_surge_active",
    TITLE,
    "1 from the onset of a surge against the busiest hour of the last day to its end, else 0.",
);
pub(super) static ON_AIR: Family =
    Family::gauge("daebak_on_air", TITLE, "1 while an episode of the title is on the air, else 0.");
pub(super) static SINCE_PREMIERE_POSTS: Family = Family::gauge(
    "daebak_since_premiere_posts",
    TITLE,
    "Posts that mention the title since its premiere; absent without one in the campaign.",
);
pub(super) static SINCE_PREMIERE_AUTHORS: Family = Family::gauge(
    "daebak_since_premiere_authors",
    TITLE,
    "Distinct authors of posts that mention the title since its premiere; absent without one in the campaign.",
);
pub(super) static PREMIERE: Family = Family::gauge(
    "daebak_title_premiere_timestamp_seconds",
    TITLE,
    "When the title is first shown, in seconds since the Unix epoch.",
);
pub(super) static NEXT_EPISODE: Family = Family::gauge(
    "daebak_title_next_episode_timestamp_seconds",
    TITLE,
    "When the title's next episode begins, in seconds since the Unix epoch; absent after the last.",
);
pub(super) static TITLE_INFO: Family = Family::gauge(
    "daebak_title_info",
    &["campaign", "title", "premiere", "episodes"],
    "1 for a title with a premiere: when that is, and how many episodes have an air time.",
);
pub(super) static HISTORY: Family = Family::gauge(
    "daebak_title_history_seconds",
    TITLE,
    "For how many seconds every feed has been read for the title; absent while one is not.",
);
pub(super) static DISTINCT_EXACT: Family = Family::gauge(
    "daebak_distinct_exact",
    TITLE,
    "1 while the title's distinct authors are counted exactly, 0 once there are so many that they are estimated.",
);
pub(super) static TITLE_POSTS: Family = Family::counter(
    "daebak_title_posts_total",
    &["campaign", "title", "platform"],
    "Posts that mention the title, counted since this process owns the campaign.",
);
pub(super) static CAMPAIGN_TIME: Family = Family::gauge(
    "daebak_campaign_time_timestamp_seconds",
    &["campaign"],
    "Event time at which the campaign's windows end, in seconds since the Unix epoch.",
);

// Shown, and never scraped.

pub(super) static VELOCITY: Family = Family::shown(
    "daebak_velocity_posts_per_minute",
    WINDOW,
    "Posts that mention the title per minute of the window.",
);
pub(super) static ACCELERATION: Family = Family::shown(
    "daebak_acceleration_posts_per_minute_squared",
    WINDOW,
    "Change of the velocity from the window before to the last one, per minute.",
);
pub(super) static DOUBLING_TIME: Family = Family::shown(
    "daebak_doubling_time_seconds",
    &["campaign", "title", "window", "bound"],
    "Seconds in which posts double at the window's growth, with the bounds of its 95 % interval; absent unless they surely grow.",
);
pub(super) static HALF_LIFE: Family = Family::shown(
    "daebak_half_life_seconds",
    &["campaign", "title", "window", "bound"],
    "Seconds in which posts halve at the window's growth, with the bounds of its 95 % interval; absent unless they surely shrink.",
);
pub(super) static PLATFORMS: Family = Family::shown(
    "daebak_platforms",
    WINDOW,
    "Platforms with posts that mention the title in the window.",
);
pub(super) static PLATFORM_ENTROPY: Family = Family::shown(
    "daebak_platform_entropy_bits",
    WINDOW,
    "Shannon entropy of the window's posts by platform, in bits; absent without posts.",
);
pub(super) static PLATFORM_EVENNESS: Family = Family::shown(
    "daebak_platform_evenness_ratio",
    WINDOW,
    "The window's platform entropy over the most it could be, from 0 to 1; absent without posts.",
);
pub(super) static REACH: Family = Family::shown(
    "daebak_potential_reach",
    WINDOW,
    "Followers of the window's distinct authors, where the platform says, each author's latest number; audiences may overlap.",
);
pub(super) static HASHTAG_POSTS: Family = Family::shown(
    "daebak_hashtag_posts",
    &["campaign", "title", "hashtag", "window"],
    "Posts of the window that carry the hashtag; only the ten most used.",
);
pub(super) static ALIAS_POSTS: Family = Family::shown(
    "daebak_alias_posts",
    &["campaign", "title", "alias", "window"],
    "Posts of the window that name the title by this alias; only the ten most used.",
);
pub(super) static TOP_POST_EARNED: Family = Family::shown(
    "daebak_top_post_earned",
    &["campaign", "title", "platform", "post"],
    "Likes, shares and comments that a post of the last day has gained since it is known; only the ten with the most.",
);
pub(super) static SINCE_EPISODE_POSTS: Family = Family::shown(
    "daebak_since_episode_posts",
    TITLE,
    "Posts that mention the title since its latest episode began; absent before the first.",
);
pub(super) static SAME_PHASE: Family = Family::shown(
    "daebak_same_phase_ratio",
    TITLE,
    "Posts since the latest episode began over those in the same time after the one before it; absent without one, or below 10 posts then.",
);
pub(super) static PREMIERE_RATIO: Family = Family::shown(
    "daebak_since_premiere_median_ratio",
    TITLE,
    "Posts since the premiere over the median of the campaign's other titles at the same hour since theirs; absent without any.",
);
pub(super) static PREMIERE_RANK: Family = Family::shown(
    "daebak_since_premiere_rank",
    TITLE,
    "Place of the title by posts since the premiere among the campaign's titles at the same hour since theirs, 1 the best; absent alone.",
);

/// Every title family.
pub static FAMILIES: [&Family; 48] = [
    &WINDOW_POSTS,
    &WINDOW_POSTS_BY_KIND,
    &WINDOW_POSTS_BY_LANGUAGE,
    &WINDOW_POSTS_BY_FACET,
    &WINDOW_POSTS_BY_ACCOUNT,
    &WINDOW_AUTHORS,
    &WINDOW_AUTHORS_BY_LANGUAGE,
    &WINDOW_ENGAGEMENT,
    &GROWTH,
    &GROWTH_ERROR,
    &SHARE_OF_VOICE,
    &RANK,
    &AMPLIFICATION,
    &NOVELTY,
    &TOP_AUTHOR,
    &COPIES,
    &REPRODUCTION,
    &REPRODUCTION_LOWER,
    &REPRODUCTION_UPPER,
    &BURST_SCORE,
    &BURST_EXPECTED,
    &BURST_ACTIVE,
    &SURGE_ACTIVE,
    &ON_AIR,
    &SINCE_PREMIERE_POSTS,
    &SINCE_PREMIERE_AUTHORS,
    &PREMIERE,
    &NEXT_EPISODE,
    &TITLE_INFO,
    &HISTORY,
    &DISTINCT_EXACT,
    &TITLE_POSTS,
    &CAMPAIGN_TIME,
    &VELOCITY,
    &ACCELERATION,
    &DOUBLING_TIME,
    &HALF_LIFE,
    &PLATFORMS,
    &PLATFORM_ENTROPY,
    &PLATFORM_EVENNESS,
    &REACH,
    &HASHTAG_POSTS,
    &ALIAS_POSTS,
    &TOP_POST_EARNED,
    &SINCE_EPISODE_POSTS,
    &SAME_PHASE,
    &PREMIERE_RATIO,
    &PREMIERE_RANK,
];
