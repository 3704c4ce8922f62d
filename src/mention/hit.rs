//! A word found in one part of a post.

use super::verdict::Verdict;
use crate::record::mention::Via;

/// The part of a post that was looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Its own text.
    Text,
    /// A hashtag that the platform lists apart from the text.
    Listed,
    /// The text that it quotes.
    Quoted,
}

/// A word found in one part of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The place of the word among all words.
    pub(super) word: usize,
    /// Where it was found.
    pub(super) part: Part,
    /// Whether it stands inside a hashtag of a text, or is in a listed one.
    pub(super) in_hashtag: bool,
    /// First byte in the part's skeleton.
    pub(super) start: usize,
    /// One past its last byte there.
    pub(super) end: usize,
    /// First code point and one past the last in the part's text; none for a listed hashtag.
    pub(super) span: Option<(u32, u32)>,
    /// What is known of it: the matcher's, then that of [`super::evidence::judge`].
    pub(super) verdict: Verdict,
}

impl Hit {
    /// Whether it stands in a hashtag.
    pub(super) fn is_hashtag(&self) -> bool {
        self.in_hashtag || self.part == Part::Listed
    }

    /// How it names its title.
    pub(super) fn via(&self) -> Via {
        match self.part {
            Part::Quoted => Via::Quoted,
            _ if self.is_hashtag() => Via::Hashtag,
            _ => Via::Text,
        }
    }
}
