//! What an alias asks of a post when the campaign does not say.

use crate::campaign::{Alias, Language, Tier};

/// Why an alias has its tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TierReason {
    /// The campaign says so.
    Said,
    /// Nothing speaks against it.
    Distinct,
}

/// The tier of `alias` in a campaign with `languages`, and why.
pub fn of(alias: &Alias, languages: &[Language]) -> (Tier, TierReason) {
    let _ = languages;
    match alias.tier {
        Some(tier) => (tier, TierReason::Said),
        None => (Tier::Strong, TierReason::Distinct),
    }
}
