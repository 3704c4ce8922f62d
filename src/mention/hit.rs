//! A word found in one part of a post, and how such words name a title.

use super::normalize::Skeleton;
use super::span;
use super::verdict::{Role, Verdict};
use super::word::Word;
use crate::campaign::{Campaign, FacetId};
use crate::record::mention::{TitleMatch, Via};

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
    /// First byte in the part's text and one past the last, in whole grapheme clusters.
    pub(super) written: (usize, usize),
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

/// How the hits of one title name it; none if none of them counts.
pub(super) fn title_match(campaign: &Campaign, words: &[Word], hits: &[Hit]) -> Option<TitleMatch> {
    let counts = |hit: &&Hit| hit.verdict.counts();
    let with_word = hits.iter().filter(counts).filter_map(|hit| Some((hit, words.get(hit.word)?)));
    let title = campaign.titles.get(words.get(hits.first()?.word)?.title?)?;
    let by_name = with_word.clone().find(|(_, word)| word.names_title());
    let by_facet = || with_word.clone().find(|(_, word)| word.stands_for(title));
    let (hit, word) = by_name.or_else(by_facet)?;
    let mut named: Vec<FacetId> = Vec::new();
    for (_, word) in with_word {
        if let Role::Facet(id) = &word.role
            && !named.contains(id)
        {
            named.push(id.clone());
        }
    }
    Some(TitleMatch {
        title: title.id.clone(),
        alias: word.alias.text.as_str().into(),
        tier: word.tier,
        via: if word.names_title() { hit.via() } else { Via::Facet },
        span: hit.span,
        facets: named,
    })
}
