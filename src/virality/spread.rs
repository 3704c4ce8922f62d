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
