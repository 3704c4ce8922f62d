//! Whether the words that were found in a post mean their titles.

use super::hit::Hit;
use super::normalize::Skeleton;
use super::verdict::{Evidence, Refusal, Verdict};
use super::word::Word;
use crate::campaign::Tier;

/// What a post says, part by part.
pub(super) struct Parts<'a> {
    /// Its own text.
    pub(super) text: &'a str,
    /// The skeleton of that.
    pub(super) skeleton: &'a Skeleton,
    /// The text that it quotes, if any.
    pub(super) quoted: &'a str,
}

/// Decides each of the `hits` of one post. Those that the matcher refused stay refused.
pub(super) fn judge(words: &[Word], hits: &mut [Hit], parts: &Parts<'_>) {
    let _ = (parts.text, parts.skeleton, parts.quoted);
    for hit in hits {
        let Some(word) = words.get(hit.word) else { continue };
        if matches!(hit.verdict, Verdict::Refused(_)) {
            continue;
        }
        hit.verdict = match word.tier {
            Tier::Strong => Verdict::Counts(Evidence::Strong),
            Tier::Hashtag if hit.is_hashtag() => Verdict::Counts(Evidence::Hashtag),
            Tier::Hashtag => Verdict::Refused(Refusal::NoHashtag),
            Tier::Context => Verdict::Refused(Refusal::NoEvidence),
        };
    }
}
