//! Ratios of counts, and rank. Each is a number of one window, without a unit.
//!
//! A ratio over few is chance, so each is absent below its own number of posts or authors.

/// Fewer posts of a campaign than this have no shares of voice.
pub const VOICE_POSTS_MIN: u64 = 20;
/// Fewer originals than this have no amplification.
pub const ORIGINALS_MIN: u64 = 5;
/// Fewer authors than this have no novelty.
pub const AUTHORS_MIN: u64 = 10;
/// Fewer posts with an author than this have no busiest author.
pub const AUTHORED_POSTS_MIN: u64 = 10;
/// Fewer texts that could be copies than this have no ratio of copies.
pub const TEXTS_MIN: u64 = 20;

/// Share of voice: the title's tags over all title tags of its campaign, 0 to 1.
///
/// A post with two titles is two tags, so the shares of all titles sum to 1. Absent while `all` is
/// below [`VOICE_POSTS_MIN`].
pub fn share_of_voice(title: u64, all: u64) -> Option<f64> {
    ratio(title, all, VOICE_POSTS_MIN)
}

/// The title's tags over the mean of `titles` titles, which have `all` tags together: 1 is the
/// average.
///
/// Absent while `all` is below [`VOICE_POSTS_MIN`].
pub fn average_ratio(title: u64, all: u64, titles: usize) -> Option<f64> {
    share_of_voice(title, all).map(|share| share * titles as f64)
}

/// The title's place among `all` by posts: 1 has the most, equals share the better place.
///
/// `all` may or may not hold the title itself. Absent without posts.
pub fn rank(posts: u64, all: impl IntoIterator<Item = u64>) -> Option<u64> {
    let ahead = || all.into_iter().fold(0, |ahead, other| ahead + u64::from(other > posts));
    (posts > 0).then(|| 1 + ahead())
}

/// Amplification: shares an original, 0 or more.
///
/// Both are of the platforms that mark shares. Absent while `originals` is below
/// [`ORIGINALS_MIN`].
pub fn amplification(shares: u64, originals: u64) -> Option<f64> {
    ratio(shares, originals, ORIGINALS_MIN)
}

/// Novelty: authors of the last hour that were not seen in the 7 days before it, over the authors
/// of the last hour, 0 to 1.
///
/// Absent while `authors` is below [`AUTHORS_MIN`]; the caller knows whether there are 7 days of
/// history and whether authors are known exactly.
pub fn novelty(novel: u64, authors: u64) -> Option<f64> {
    ratio(novel, authors, AUTHORS_MIN)
}

/// The busiest author's posts over all posts that have an author, 0 to 1.
///
/// Absent while `posts` is below [`AUTHORED_POSTS_MIN`].
pub fn top_author(busiest: u64, posts: u64) -> Option<f64> {
    ratio(busiest, posts, AUTHORED_POSTS_MIN)
}

/// Copies: 1 - distinct texts / posts, over originals and replies long enough to be told apart,
/// 0 to below 1.
///
/// At least 0 also where `distinct` is an estimate above `posts`. Absent while `posts` is below
/// [`TEXTS_MIN`].
pub fn copies(distinct: u64, posts: u64) -> Option<f64> {
    ratio(posts.saturating_sub(distinct), posts, TEXTS_MIN)
}

fn ratio(part: u64, whole: u64, whole_min: u64) -> Option<f64> {
    (whole >= whole_min).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Formula = fn(u64, u64) -> Option<f64>;

    #[test]
    fn ratios_are_of_the_whole_and_absent_below_their_number() {
        let ratios: [(Formula, u64); 4] =
            [(share_of_voice, 20), (amplification, 5), (novelty, 10), (top_author, 10)];
        for (formula, whole_min) in ratios {
            assert_eq!(formula(0, whole_min - 1), None);
            assert_eq!(formula(0, whole_min), Some(0.0));
            assert_eq!(formula(whole_min / 5, whole_min), Some(0.2));
            assert_eq!(formula(0, 0), None);
        }
        assert_eq!(amplification(40, 16), Some(2.5));
    }

    #[test]
    fn copies_are_what_distinct_texts_leave() {
        assert_eq!(copies(1, 19), None);
        assert_eq!(copies(5, 20), Some(0.75));
        assert_eq!(copies(20, 20), Some(0.0));
        // A sketch may tell more distinct texts than there are posts.
        assert_eq!(copies(21, 20), Some(0.0));
    }

    #[test]
    fn titles_with_as_many_posts_share_the_better_rank() {
        let posts = [7, 3, 7, 0, 9];
        let ranks: Vec<_> = posts.iter().map(|n| rank(*n, posts)).collect();
        assert_eq!(ranks, [Some(2), Some(4), Some(2), None, Some(1)]);
        assert_eq!(rank(1, []), Some(1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn shares_of_voice_sum_to_one_and_fall_with_rank(
            posts in prop::collection::vec(0..50_u64, 1..40),
        ) {
            let all: u64 = posts.iter().sum();
            let shares: Vec<_> = posts.iter().filter_map(|n| share_of_voice(*n, all)).collect();
            prop_assert_eq!(shares.len(), if all < 20 { 0 } else { posts.len() });
            if all >= 20 {
                prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            let mut sorted = posts.clone();
            sorted.sort_unstable_by(|a, b| b.cmp(a));
            for n in &posts {
                let place = (1..).zip(&sorted).find(|(_, other)| *other == n);
                let expected = place.map(|(place, _)| place).filter(|_| *n > 0);
                prop_assert_eq!(rank(*n, posts.iter().copied()), expected);
            }
        }
    }
}
