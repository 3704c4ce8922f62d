//! A word found in one part of a post.

use super::normalize::Skeleton;
use super::span;
use super::verdict::Verdict;
use crate::record::mention::Via;

/// The part of a post that was looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Its own text.
    Text,
    /// A hashtag that the platform lists apart from the text, by its place among them.
    Listed(usize),
    /// The text that it quotes.
    Quoted,
}

/// A part of a post, read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage<'a> {
    /// Which it is.
    pub(super) part: Part,
    /// As a reader sees it.
    pub(super) written: &'a str,
    /// What is left of it.
    pub(super) skeleton: &'a Skeleton,
}

impl Passage<'_> {
    /// Bytes `range` of the skeleton as they are written, in whole grapheme clusters.
    pub(super) fn shown(&self, range: (usize, usize)) -> Option<&str> {
        let (from, to) = span::byte_range(self.written, self.skeleton, range)?;
        self.written.get(from..to)
    }
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
        self.in_hashtag || matches!(self.part, Part::Listed(_))
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
