//! Finds the titles that a skeleton names: one automaton over the words of every campaign, then
//! a look at what stands around and inside each hit.
//!
//! Whether a hit counts depends on the script at each of its ends, for scripts differ in what
//! they put between words: Latin and its like need a boundary, Hangul takes particles behind it,
//! kana, Han and Thai have no boundaries at all and need length instead.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::TaggerError;
use super::episode;
use super::hit::{Hit, Part};
use super::letter::{Sort, sort_of};
use super::normalize::{APOSTROPHE, DIGITS, GAP, HUMP, Hashtag, PUNCTUATION, SCRIPT, Skeleton};
use super::particles;
use super::verdict::{Evidence, Refusal, Verdict};
use super::word::Word;

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
    /// One for each of them.
    shapes: Vec<Shape>,
}

/// How a word may stand in a text.
#[derive(Debug)]
struct Shape {
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

impl Matcher {
    /// Builds the automaton over `words`.
    ///
    /// # Errors
    /// [`TaggerError`] when a word has no letters, or they are too much for an automaton.
    pub(super) fn new(words: Vec<Word>) -> Result<Self, TaggerError> {
        let mut skeleton = Skeleton::default();
        let mut shapes = Vec::with_capacity(words.len());
        let mut patterns: Vec<Vec<u8>> = Vec::with_capacity(words.len());
        for word in &words {
            skeleton.read(&word.alias.text);
            if skeleton.bytes().is_empty() {
                return Err(TaggerError::NoLetters(word.alias.text.clone()));
            }
            patterns.push(skeleton.bytes().to_vec());
            shapes.push(Shape::new(&skeleton, word.role == super::verdict::Role::Hashtag));
        }
        let dfa = words.len() <= DFA_WORDS_MAX;
        let kind = if dfa { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(&patterns)
            .map_err(|error| TaggerError::Automaton(error.to_string()))?;
        Ok(Self { automaton, words, shapes })
    }

    /// The words it finds, as hits name them.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// What the automata take, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.automaton.memory_usage()
    }

    /// Adds to `hits` the words in `part`, whose skeleton is given: of two of one campaign of which
    /// one lies within the other, the longer. What is refused is added only if `explaining`.
    pub(super) fn find(
        &self,
        skeleton: &Skeleton,
        part: Part,
        explaining: bool,
        hits: &mut Vec<Hit>,
    ) {
        let first = hits.len();
        for found in self.automaton.find_overlapping_iter(skeleton.bytes()) {
            let place = found.pattern().as_usize();
            let Some(shape) = self.shapes.get(place) else { continue };
            let (start, end) = (found.start(), found.end());
            let (in_hashtag, verdict) = match shape.verify(skeleton, start, end) {
                Ok(in_hashtag) => (in_hashtag, Verdict::Counts(Evidence::Strong)),
                Err(refusal) if explaining => (false, Verdict::Refused(refusal)),
                Err(_) => continue,
            };
            hits.push(Hit { word: place, part, in_hashtag, start, end, span: None, verdict });
            if hits.len() - first == HITS_MAX {
                break;
            }
        }
        self.keep_longest(first, hits);
    }

    /// Drops each hit from `first` on that lies within a longer one of its campaign.
    fn keep_longest(&self, first: usize, hits: &mut Vec<Hit>) {
        if hits.len() < first + 2 {
            return;
        }
        let campaign = |hit: &Hit| self.words.get(hit.word).and_then(|word| word.campaign);
        let mut found = hits.split_off(first);
        // Sorted so, a hit lies within an earlier one of its campaign exactly if it ends no later
        // than the furthest end so far.
        found.sort_unstable_by_key(|hit| (campaign(hit), hit.start, Reverse(hit.end), hit.word));
        let mut widest: Option<(Option<usize>, usize, usize)> = None;
        found.retain(|hit| match widest {
            _ if matches!(hit.verdict, Verdict::Refused(_)) => true,
            Some((of, start, end)) if of == campaign(hit) && hit.end <= end => {
                (hit.start, hit.end) == (start, end)
            }
            _ => {
                widest = Some((campaign(hit), hit.start, hit.end));
                true
            }
        });
        hits.append(&mut found);
    }
}

impl Shape {
    fn new(skeleton: &Skeleton, hashtag_only: bool) -> Self {
        let text = String::from_utf8_lossy(skeleton.bytes());
        let sorts: Vec<Sort> = text.chars().map(|c| sort_of(c, false)).collect();
        let unspaced = sorts.iter().all(|&sort| edge(sort) == Edge::Free);
        let gaps = (1..text.len()).filter(|&at| skeleton.bounds(at) & GAP != 0).collect();
        Self {
            gaps,
            left: sorts.first().map_or(Edge::Free, |&sort| edge(sort)),
            right: sorts.last().map_or(Edge::Free, |&sort| edge(sort)),
            hashtag_only: hashtag_only || (unspaced && sorts.len() < UNSPACED_CHARS_MIN),
            joins: sorts.len() >= JOINED_CHARS_MIN,
            syllables: sorts.iter().filter(|&&sort| sort == Sort::Hangul).count(),
        }
    }

    /// Whether the hit stands as a name does, and then whether it stands inside a hashtag.
    fn verify(&self, skeleton: &Skeleton, start: usize, end: usize) -> Result<bool, Refusal> {
        let hashtag = hashtag_around(skeleton.hashtags(), start, end);
        if hashtag.is_some_and(|hashtag| hashtag.skeleton == (start, end)) {
            return Ok(true);
        }
        if self.hashtag_only {
            return Err(Refusal::NoHashtag);
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
            Edge::Bounded if episode::is_number(skeleton, end) => false,
            Edge::Bounded => is_boundary(end) || episode::begins(skeleton, end),
            Edge::Hangul => is_boundary(end) || has_particles(skeleton, end, is_boundary),
            Edge::Free => true,
        };
        if !left {
            return Err(Refusal::LeftBoundary);
        }
        if !self.fits_gaps(skeleton, start, end, hashtag.is_some()) {
            return Err(Refusal::Gaps);
        }
        if right() { Ok(hashtag.is_some()) } else { Err(Refusal::RightBoundary) }
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
