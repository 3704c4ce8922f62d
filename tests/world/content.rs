//! What posts say besides the titles they name: a function of a post's number and author, so that
//! no dice is cast for it.

use std::collections::BTreeSet;

use super::written::{FACETS, GROUPS};

pub(super) const ALIASES: [&str; 3] = ["the sonata", "sonata", "소나타"];

/// One text in eleven is another's copy; one post in three is too short to tell.
pub(super) fn text(root: u64) -> Option<u64> {
    (!root.is_multiple_of(3)).then_some(root % 11)
}

pub(super) fn hashtags(root: u64) -> Vec<&'static str> {
    let all = ["OST", "ost", "Finale", "방탄"];
    all.into_iter().enumerate().filter(|(n, _)| root >> n & 1 == 1).map(|(_, tag)| tag).collect()
}

/// The same in lower case, each once.
pub(super) fn lower_hashtags(root: u64) -> BTreeSet<String> {
    hashtags(root).into_iter().map(str::to_lowercase).collect()
}

pub(super) fn facets(root: u64) -> Vec<&'static str> {
    FACETS
        .into_iter()
        .enumerate()
        .filter(|(n, _)| root >> (n + 4) & 1 == 1)
        .map(|(_, f)| f)
        .collect()
}

pub(super) fn alias(root: u64) -> &'static str {
    ALIASES[usize::try_from(root % 3).unwrap()]
}

/// One author in four is in a group.
pub(super) fn group(author: Option<u64>) -> Option<&'static str> {
    match author? % 8 {
        0 => Some(GROUPS[0]),
        1 => Some(GROUPS[1]),
        _ => None,
    }
}
