//! Words about dramas in general, which speak for any title beside which they stand.

/// The words, in every language that posts are read in.
pub(super) fn builtin() -> impl Iterator<Item = &'static str> {
    ["drama"].into_iter()
}
