//! The numbers of episodes that people write right behind a title: `시그널2화`, `signalep16`.

use super::normalize::{DIGITS, Skeleton};

/// What parts a number from the Latin title before it.
const BEFORE: [&str; 2] = ["episode", "ep"];
/// What behind a number makes it one of an episode.
const BEHIND: [&str; 5] = ["화", "회", "話", "话", "集"];

/// Whether an episode and its number stand at byte `at` of the skeleton.
pub(super) fn begins(skeleton: &Skeleton, at: usize) -> bool {
    let rest = skeleton.bytes().get(at..).unwrap_or_default();
    BEFORE.iter().any(|before| {
        let digit = rest.strip_prefix(before.as_bytes()).and_then(<[u8]>::first);
        digit.is_some_and(u8::is_ascii_digit)
    })
}

/// Whether the number that ends before byte `at` of the skeleton is one of an episode.
pub(super) fn is_number(skeleton: &Skeleton, at: usize) -> bool {
    let rest = skeleton.bytes().get(at..).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|last| skeleton.bytes().get(last));
    before.is_some_and(u8::is_ascii_digit)
        && skeleton.bounds(at) == DIGITS
        && BEHIND.iter().any(|behind| rest.starts_with(behind.as_bytes()))
}
