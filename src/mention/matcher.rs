//! Finds the titles that a skeleton names: one automaton over the words of every campaign, then
//! a look at what stands around and inside each hit.
//!
//! Whether a hit counts depends on the script at each of its ends, for scripts differ in what
//! they put between words: Latin and its like need a boundary, Hangul takes particles behind it,
//! kana, Han and Thai have no boundaries at all and need length instead.

use std::cmp::Reverse;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::TaggerError;
use super::letter::{Sort, sort_of};
use super::normalize::{APOSTROPHE, DIGITS, GAP, HUMP, Hashtag, PUNCTUATION, SCRIPT, Skeleton};
use super::particles;
use crate::campaign::Campaign;

/// The most aliases and hashtags of all campaigns together.
pub(super) const WORDS_MAX: usize = 200_000;
/// Up to this many words the automaton is a DFA, which is faster; above, an NFA, which is smaller.
const DFA_WORDS_MAX: usize = 3_000;
/// The most hits kept of one text; a post that names titles more often says nothing new.
const HITS_MAX: usize = 1_024;
/// A Hangul name of more syllables is found inside a longer run of Hangul, and with other spaces.
const SHORT_SYLLABLES_MAX: usize = 3;
/// A name in kana, Han or Thai of fewer characters is taken only as a whole hashtag.
const UNSPACED_CHARS_MIN: usize = 3;
/// A Latin name of fewer letters is found with its spaces left out only inside a hashtag.
const JOINED_CHARS_MIN: usize = 8;

/// The automaton over every word of every campaign.
#[derive(Debug)]
pub(super) struct Matcher {
    automaton: AhoCorasick,
    /// In the automaton's order.
    words: Vec<Word>,
}

/// An alias or a hashtag of a title.
#[derive(Debug)]
pub(super) struct Word {
    /// The place of its campaign.
    pub(super) campaign: usize,
    /// The place of its title in the campaign.
    pub(super) title: usize,
    /// As the campaign writes it.
    pub(super) written: Box<str>,
    /// Where the skeleton of it has gaps, in bytes.
    gaps: Vec<usize>,
    left: Edge,
    right: Edge,
    /// Counts only as a whole hashtag.
    hashtag_only: bool,
    /// May stand without its spaces in running text.
    joins: bool,
    /// Hangul syllables in it.
    syllables: usize,
}

/// What an end of a word asks of its neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// A boundary.
    Bounded,
    /// A boundary before it if the word is short; behind it, a boundary or particles.
    Hangul,
    /// Nothing.
    Free,
}

/// A word found in a skeleton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The place of its campaign.
    pub(super) campaign: usize,
    /// The place of its title in the campaign.
    pub(super) title: usize,
    /// The place of the word in the matcher.
    pub(super) word: usize,
    /// Whether it stands inside a hashtag.
    pub(super) in_hashtag: bool,
    /// First byte in the skeleton.
    pub(super) start: usize,
    /// One past its last byte in the skeleton.
    pub(super) end: usize,
}

impl Matcher {
    /// Builds the automaton over the words of `campaigns`.
    ///
    /// # Errors
    /// [`TaggerError`] when a word has no letters, or when there are more than [`WORDS_MAX`].
    pub(super) fn new(campaigns: &[Arc<Campaign>]) -> Result<Self, TaggerError> {
        let mut skeleton = Skeleton::default();
        let mut words = Vec::new();
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        for (c, campaign) in campaigns.iter().enumerate() {
            for (t, title) in campaign.titles.iter().enumerate() {
                let aliases = title.aliases.iter().map(|alias| (alias, false));
                let hashtags = title.hashtags.iter().map(|hashtag| (hashtag, true));
                for (written, hashtag_only) in aliases.chain(hashtags) {
                    skeleton.read(written);
                    if skeleton.bytes().is_empty() {
                        let (campaign, title) = (campaign.id.clone(), title.id.clone());
                        return Err(TaggerError::NoLetters {
                            campaign,
                            title,
                            word: written.clone(),
                        });
                    }
                    patterns.push(skeleton.bytes().to_vec());
                    words.push(Word::new((c, t), written, &skeleton, hashtag_only));
                }
            }
        }
        if words.len() > WORDS_MAX {
            return Err(TaggerError::TooManyWords { n: words.len() });
        }
        let dfa = words.len() <= DFA_WORDS_MAX;
        let kind = if dfa { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(&patterns)
            .map_err(|error| TaggerError::Automaton(error.to_string()))?;
        Ok(Self { automaton, words })
    }

    /// The word at `place`, as a hit names it.
    pub(super) fn word(&self, place: usize) -> Option<&Word> {
        self.words.get(place)
    }

    /// Replaces `hits` by those in `skeleton`, ordered by campaign, title and place: of two of one
    /// campaign of which one lies within the other, the longer.
    pub(super) fn find(&self, skeleton: &Skeleton, hits: &mut Vec<Hit>) {
        hits.clear();
        for found in self.automaton.find_overlapping_iter(skeleton.bytes()) {
            let place = found.pattern().as_usize();
            let Some(word) = self.words.get(place) else { continue };
            let (start, end) = (found.start(), found.end());
            let Some(in_hashtag) = word.verify(skeleton, start, end) else { continue };
            hits.push(Hit {
                campaign: word.campaign,
                title: word.title,
                word: place,
                in_hashtag,
                start,
                end,
            });
            if hits.len() == HITS_MAX {
                break;
            }
        }
        keep_longest(hits);
        hits.sort_unstable_by_key(|hit| {
            (hit.campaign, hit.title, hit.in_hashtag, hit.start, Reverse(hit.end), hit.word)
        });
    }
}

/// Drops each hit that lies within a longer one of its campaign.
fn keep_longest(hits: &mut Vec<Hit>) {
    if hits.len() < 2 {
        return;
    }
    // Sorted so, a hit lies within an earlier one of its campaign exactly if it ends no later
    // than the furthest end so far.
    hits.sort_unstable_by_key(|hit| (hit.campaign, hit.start, Reverse(hit.end)));
    let mut widest: Option<Hit> = None;
    hits.retain(|hit| match widest {
        Some(wide) if wide.campaign == hit.campaign && hit.end <= wide.end => {
            (hit.start, hit.end) == (wide.start, wide.end)
        }
        _ => {
            widest = Some(*hit);
            true
        }
    });
}

impl Word {
    fn new(
        (campaign, title): (usize, usize),
        written: &str,
        skeleton: &Skeleton,
        hashtag_only: bool,
    ) -> Self {
        let text = String::from_utf8_lossy(skeleton.bytes());
        let sorts: Vec<Sort> = text.chars().map(|c| sort_of(c, false)).collect();
        let unspaced = sorts.iter().all(|&sort| edge(sort) == Edge::Free);
        let gaps = (1..text.len()).filter(|&at| skeleton.bounds(at) & GAP != 0).collect();
        Self {
            campaign,
            title,
            written: written.into(),
            gaps,
            left: sorts.first().map_or(Edge::Free, |&sort| edge(sort)),
            right: sorts.last().map_or(Edge::Free, |&sort| edge(sort)),
            hashtag_only: hashtag_only || (unspaced && sorts.len() < UNSPACED_CHARS_MIN),
            joins: sorts.len() >= JOINED_CHARS_MIN,
            syllables: sorts.iter().filter(|&&sort| sort == Sort::Hangul).count(),
        }
    }

    /// Whether the hit counts, and then whether it stands inside a hashtag.
    fn verify(&self, skeleton: &Skeleton, start: usize, end: usize) -> Option<bool> {
        let hashtag = hashtag_around(skeleton.hashtags(), start, end);
        if hashtag.is_some_and(|hashtag| hashtag.skeleton == (start, end)) {
            return Some(true);
        }
        if self.hashtag_only {
            return None;
        }
        // A capital starts a word only where there is no space to do it.
        let hump = if hashtag.is_some() { HUMP } else { 0 };
        let boundary = GAP | APOSTROPHE | SCRIPT | DIGITS | hump;
        let is_boundary = |at: usize| skeleton.bounds(at) & boundary != 0;
        let left = match self.left {
            Edge::Bounded => is_boundary(start),
            Edge::Hangul => self.syllables > SHORT_SYLLABLES_MAX || is_boundary(start),
            Edge::Free => true,
        };
        let right = || match self.right {
            Edge::Bounded => is_boundary(end),
            Edge::Hangul => is_boundary(end) || has_particles(skeleton, end, is_boundary),
            Edge::Free => true,
        };
        let counts = left && self.fits_gaps(skeleton, start, end, hashtag.is_some()) && right();
        counts.then_some(hashtag.is_some())
    }

    /// Whether the gaps inside the hit are those the word may have.
    fn fits_gaps(&self, skeleton: &Skeleton, start: usize, end: usize, in_hashtag: bool) -> bool {
        let mut gaps = (start + 1..end)
            .filter(|&at| skeleton.bounds(at) & GAP != 0)
            .map(|at| at - start)
            .peekable();
        if self.syllables > 0 {
            let may_part = |at: usize| self.may_part(skeleton, start + at);
            return gaps.all(|at| self.gaps.contains(&at) || may_part(at));
        }
        if gaps.peek().is_none() {
            return self.gaps.is_empty() || self.joins || in_hashtag;
        }
        gaps.eq(self.gaps.iter().copied())
    }

    /// Whether people part a long Hangul name there, where the campaign does not: by white space
    /// between syllables, never inside a number or a Latin word.
    fn may_part(&self, skeleton: &Skeleton, at: usize) -> bool {
        /// The first bytes of the syllables' UTF-8.
        const SYLLABLES: std::ops::RangeInclusive<u8> = 0xEA..=0xED;
        self.syllables > SHORT_SYLLABLES_MAX
            && skeleton.bounds(at) & (PUNCTUATION | SCRIPT | DIGITS) == 0
            && skeleton.bytes().get(at).is_some_and(|byte| SYLLABLES.contains(byte))
    }
}

const fn edge(sort: Sort) -> Edge {
    match sort {
        Sort::Hangul => Edge::Hangul,
        Sort::Kana | Sort::Han | Sort::Thai => Edge::Free,
        _ => Edge::Bounded,
    }
}

fn hashtag_around(hashtags: &[Hashtag], start: usize, end: usize) -> Option<&Hashtag> {
    let next = hashtags.partition_point(|hashtag| hashtag.skeleton.1 < end);
    hashtags.get(next).filter(|hashtag| hashtag.skeleton.0 <= start)
}

/// Whether the Hangul from `end` up to the next boundary is a tail of particles.
fn has_particles(skeleton: &Skeleton, end: usize, is_boundary: impl Fn(usize) -> bool) -> bool {
    /// In bytes: no tail of particles is longer.
    const TAIL_MAX: usize = 60;
    let until = (end + 1..=end + TAIL_MAX).find(|&at| is_boundary(at));
    let tail = until.and_then(|until| skeleton.bytes().get(end..until));
    tail.is_some_and(particles::is_tail)
}
