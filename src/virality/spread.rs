//! How a title's posts are spread over platforms.

/// The spread of one window's posts over platforms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Platforms with posts, at least 1.
    pub platforms: usize,
    /// Shannon entropy of the platforms' shares, H = -Σ p log₂ p, in bits: 0 when all posts are on
    /// one platform (Shannon 1948).
    pub entropy_bits: f64,
    /// H over the log₂ of the number of platforms that could have posts, 0 to 1: 1 when each has as
    /// many (Pielou 1966). Absent where only one could.
    pub evenness: Option<f64>,
}

/// The spread of `posts`, a count for each platform that could have posts. Absent without posts.
pub fn spread(posts: impl IntoIterator<Item = u64>) -> Option<Spread> {
    let posts: Vec<f64> = posts.into_iter().map(|n| n as f64).collect();
    let sum: f64 = posts.iter().sum();
    let shares: Vec<f64> = posts.iter().filter(|n| **n > 0.0).map(|n| n / sum).collect();
    if shares.is_empty() {
        return None;
    }
    // Written so that one platform has an entropy of 0, not -0.
    let entropy_bits: f64 = shares.iter().map(|share| share * share.recip().log2()).sum();
    let evenness = (posts.len() > 1).then(|| entropy_bits / (posts.len() as f64).log2());
    Some(Spread { platforms: shares.len(), entropy_bits, evenness })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spread_is_what_a_hand_works_out() {
        let told = spread([6, 0, 3, 1]).unwrap();
        assert_eq!(told.platforms, 3);
        assert!((told.entropy_bits - 1.295_462).abs() < 1e-6, "{told:?}");
        assert!((told.evenness.unwrap() - 0.647_731).abs() < 1e-6, "{told:?}");
        let even = Spread { platforms: 4, entropy_bits: 2.0, evenness: Some(1.0) };
        assert_eq!(spread([5; 4]), Some(even));
    }

    #[test]
    fn nothing_is_spread_without_posts_and_nothing_even_on_one_platform() {
        assert_eq!(spread([]), None);
        assert_eq!(spread([0, 0]), None);
        let on_one = |evenness| Some(Spread { platforms: 1, entropy_bits: 0.0, evenness });
        assert_eq!(spread([9, 0]), on_one(Some(0.0)));
        assert_eq!(spread([9]), on_one(None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn entropy_lies_between_one_platform_and_all_alike(
            posts in prop::collection::vec(0..1_000_u64, 2..6),
        ) {
            let Some(told) = spread(posts.iter().copied()) else {
                prop_assert!(posts.iter().all(|n| *n == 0));
                return Ok(());
            };
            let most = (told.platforms as f64).log2();
            prop_assert!((0.0..=most + 1e-12).contains(&told.entropy_bits));
            // The mean number of bits a post's platform tells, post by post.
            let all: u64 = posts.iter().sum();
            let told_by = |n: u64| (0..n).map(|_| (all as f64 / n as f64).log2()).sum::<f64>();
            let mean = posts.iter().map(|n| told_by(*n)).sum::<f64>() / all as f64;
            prop_assert!((told.entropy_bits - mean).abs() < 1e-9);
        }
    }
}
