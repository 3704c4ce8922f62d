//! How a word may stand in a text: what its ends ask of their neighbours, and where it may part.
//!
//! Whether a hit counts depends on the script at each of its ends, for scripts differ in what
//! they put between words: Latin and its like need a boundary, Hangul takes particles behind it,
//! kana, Han and Thai have no boundaries at all.

use unicode_normalization::char::is_combining_mark;

use super::fuzzy::begins_char;
use crate::mention::episode;
use crate::mention::hit::Passage;
use crate::mention::letter::{Sort, sort_of};
use crate::mention::normalize::{
    APOSTROPHE, DIGITS, GAP, HUMP, Hashtag, PUNCTUATION, SCRIPT, Skeleton,
};
use crate::mention::particles;
use crate::mention::verdict::{Refusal, Role};

/// A name that ends in Hangul and has more characters is found inside a longer run of Hangul.
const SHORT_CHARS_MAX: usize = 3;
/// A Latin name of fewer letters is found with its spaces left out only inside a hashtag.
const JOINED_CHARS_MIN: usize = 8;
/// A name of fewer characters is not found with a separator behind each (`인.어.공.주`).
const SPELLED_CHARS_MIN: usize = 3;
/// What people write onto the front of a drama's name in Korean.
const ANNOUNCED: [&str; 10] =
    ["드라마", "영화", "예능", "웹툰", "시리즈", "본방", "재방", "넷플릭스", "티빙", "디즈니"];
/// What follows the apostrophe of an English contraction: `you're` does not name `You`.
const CONTRACTED: [&str; 6] = ["t", "m", "re", "ve", "ll", "d"];

/// How a word may stand in a text.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its skeleton's length in bytes.
    length: usize,
    /// Where it may part, in order.
    seams: Vec<Seam>,
    left: Edge,
    right: Edge,
    /// Counts only as a whole hashtag.
    hashtag_only: bool,
    /// Does not run on behind a hashtag's end, where what the hashtag says ends too.
    unparted: bool,
    /// Korean makes verbs of it: `정주행하는`.
    verbal: bool,
    chars: usize,
}

/// A place inside a word where a separator may stand.
#[derive(Clone, Copy, Debug)]
struct Seam {
    /// Bytes of the skeleton before it.
    at: usize,
    kind: SeamKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SeamKind {
    /// The word has a separator there that only a long one goes without.
    Firm,
    /// The word has a separator there that people leave out.
    Soft,
    /// The word has none there, yet people put white space.
    Loose,
}

/// What an end of a word asks of its neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// A boundary, and for a digit no more of the number.
    Bounded,
    /// A boundary before it if the word is short; behind it, a boundary or particles.
    Hangul,
    /// Not to part what is one character to a reader.
    Free,
}

impl Shape {
    /// The shape of the word `written`, whose skeleton is given.
    pub(super) fn new(skeleton: &Skeleton, written: &str, role: &Role) -> Self {
        let text = String::from_utf8_lossy(skeleton.bytes());
        let sorts: Vec<(usize, Sort)> =
            text.char_indices().map(|(at, c)| (at, sort_of(c, false))).collect();
        let edges = || sorts.iter().map(|&(_, sort)| edge(sort));
        let mut seams = Vec::new();
        for pair in sorts.windows(2) {
            if let [(before, left), (at, right)] = *pair
                && let Some(kind) =
                    seam(skeleton, written, (before, at), (left, right), sorts.len())
            {
                seams.push(Seam { at, kind });
            }
        }
        Self {
            length: text.len(),
            seams,
            left: edges().next().unwrap_or(Edge::Bounded),
            right: edges().next_back().unwrap_or(Edge::Bounded),
            hashtag_only: *role == Role::Hashtag,
            unparted: matches!(role, Role::Context | Role::Need | Role::Exclusion),
            verbal: *role == Role::Context,
            chars: sorts.len(),
        }
    }

    /// Whether the hit stands as a name does, and then whether it stands inside a hashtag.
    pub(super) fn verify(
        &self,
        passage: &Passage<'_>,
        (start, end): (usize, usize),
    ) -> Result<bool, Refusal> {
        let skeleton = passage.skeleton;
        let hashtag = hashtag_around(skeleton, (start, end));
        if hashtag.is_some_and(|hashtag| hashtag.skeleton == (start, end)) {
            return Ok(true);
        }
        if self.hashtag_only {
            return Err(Refusal::NoHashtag);
        }
        if self.unparted && runs_out_of_hashtag(skeleton, (start, end)) {
            return Err(Refusal::Gaps);
        }
        // A capital starts a word only where there is no space to do it.
        let hump = if hashtag.is_some() { HUMP } else { 0 };
        let around = Around { passage, boundary: GAP | APOSTROPHE | SCRIPT | DIGITS | hump };
        if !self.fits_left(&around, start, end) {
            return Err(Refusal::LeftBoundary);
        }
        if !self.fits_gaps(skeleton, start, end, hashtag.is_some()) {
            return Err(Refusal::Gaps);
        }
        if !self.fits_right(&around, start, end) {
            return Err(Refusal::RightBoundary);
        }
        Ok(hashtag.is_some())
    }

    fn fits_left(&self, around: &Around<'_>, start: usize, end: usize) -> bool {
        let skeleton = around.passage.skeleton;
        match self.left {
            Edge::Bounded => {
                around.is_boundary(start)
                    && !around.is_contraction(start, end)
                    && !around.is_within_number(start)
            }
            // Who glues a name to the word before it leaves no spaces in the name either.
            Edge::Hangul => {
                let before = skeleton.bytes().get(..start).unwrap_or_default();
                // A number onto which it is written counts something: `2시간`.
                skeleton.bounds(start) & around.boundary & !DIGITS != 0
                    || (self.chars > SHORT_CHARS_MAX
                        && (start + 1..end).all(|at| skeleton.bounds(at) & GAP == 0))
                    || ANNOUNCED.iter().any(|word| before.ends_with(word.as_bytes()))
            }
            Edge::Free => !around.parts_character(start),
        }
    }

    fn fits_right(&self, around: &Around<'_>, start: usize, end: usize) -> bool {
        match self.right {
            Edge::Bounded => {
                let skeleton = around.passage.skeleton;
                episode::begins(skeleton, end)
                    || (around.is_boundary(end)
                        && !episode::is_number(skeleton, end)
                        && !around.is_contraction(end, around.boundary_after(end))
                        && !around.is_within_number(end))
            }
            Edge::Hangul => {
                self.chars > SHORT_CHARS_MAX
                    || around.is_boundary(end)
                    || around.has_tail(start, end, self.verbal)
            }
            Edge::Free => !around.parts_character(end),
        }
    }

    /// Whether the word parts in the hit only where it may, and where it must.
    fn fits_gaps(&self, skeleton: &Skeleton, start: usize, end: usize, in_hashtag: bool) -> bool {
        let seam_at = |at: usize| {
            // Behind a slip, the word's places are told from its end.
            let (from_start, from_end) = (at - start, (at + self.length).checked_sub(end));
            let is_there = |seam: &&Seam| seam.at == from_start || Some(seam.at) == from_end;
            self.seams.iter().find(is_there).map(|seam| seam.kind)
        };
        let mut gaps = (start + 1..end).filter(|&at| skeleton.bounds(at) & GAP != 0);
        let may_part = |at: usize| match seam_at(at) {
            Some(SeamKind::Firm | SeamKind::Soft) => true,
            Some(SeamKind::Loose) => skeleton.bounds(at) & PUNCTUATION == 0,
            None => false,
        };
        if !gaps.all(may_part) {
            return self.is_spelled_out(skeleton, start, end);
        }
        self.chars >= JOINED_CHARS_MIN
            || in_hashtag
            || self
                .seams
                .iter()
                .all(|seam| seam.kind != SeamKind::Firm || skeleton.bounds(start + seam.at) != 0)
    }

    /// Whether a separator stands behind each character, which is said of no other word.
    fn is_spelled_out(&self, skeleton: &Skeleton, start: usize, end: usize) -> bool {
        let begins = |&at: &usize| skeleton.bytes().get(at).is_some_and(|&b| begins_char(b));
        self.chars >= SPELLED_CHARS_MIN
            && (start..end).filter(begins).all(|at| skeleton.bounds(at) & GAP != 0)
    }
}

/// What stands around a hit.
struct Around<'a> {
    passage: &'a Passage<'a>,
    /// What counts as a boundary there.
    boundary: u8,
}

impl Around<'_> {
    fn is_boundary(&self, at: usize) -> bool {
        self.passage.skeleton.bounds(at) & self.boundary != 0
    }

    /// The next boundary behind byte `at`, or a place beyond the longest tail of particles.
    fn boundary_after(&self, at: usize) -> usize {
        /// In bytes, a multiple of a syllable's: no tail of particles is longer.
        const TAIL_MAX: usize = 60;
        let until = (at + 1..at + TAIL_MAX).find(|&at| self.is_boundary(at));
        until.unwrap_or(at + TAIL_MAX)
    }

    /// Whether the Hangul behind the hit, up to the next boundary, is a tail of particles, or, of
    /// a `verbal` word, begins like one of a verb.
    fn has_tail(&self, start: usize, end: usize, verbal: bool) -> bool {
        let bytes = self.passage.skeleton.bytes();
        let tail = bytes.get(end..self.boundary_after(end).min(bytes.len()));
        let read = |bytes| str::from_utf8(bytes).ok();
        tail.and_then(read).zip(bytes.get(start..end).and_then(read)).is_some_and(|(tail, name)| {
            particles::is_tail(tail, name) || (verbal && particles::is_verbal(tail))
        })
    }

    /// Whether `start..end` is what follows the apostrophe of a contraction.
    fn is_contraction(&self, start: usize, end: usize) -> bool {
        let skeleton = self.passage.skeleton;
        skeleton.bounds(start) & (APOSTROPHE | GAP) == APOSTROPHE
            && skeleton
                .bytes()
                .get(start..end)
                .is_some_and(|word| CONTRACTED.iter().any(|one| one.as_bytes() == word))
    }

    /// Whether a number goes on across byte `at`: `1988` is not in `1,988`.
    fn is_within_number(&self, at: usize) -> bool {
        let skeleton = self.passage.skeleton;
        let digit = |at: Option<usize>| {
            at.and_then(|at| skeleton.bytes().get(at)).is_some_and(u8::is_ascii_digit)
        };
        if !digit(at.checked_sub(1)) || !digit(Some(at)) {
            return false;
        }
        let origin = |at: Option<usize>| at.and_then(|at| skeleton.origin(at));
        let between = origin(at.checked_sub(1)).zip(origin(Some(at)));
        let between = between.and_then(|(from, to)| self.passage.written.get(from..to));
        let mut between = between.unwrap_or_default().chars().skip(1);
        matches!((between.next(), between.next()), (Some('.' | ','), None))
    }

    /// Whether byte `at` parts a vowel or tone from the letter that it goes with.
    fn parts_character(&self, at: usize) -> bool {
        /// Thai and kana, in bytes.
        const CHAR_BYTES: usize = 3;
        let char_at = |from: usize| {
            let bytes = self.passage.skeleton.bytes().get(from..from + CHAR_BYTES)?;
            str::from_utf8(bytes).ok()?.chars().next()
        };
        if self.passage.skeleton.bounds(at) & GAP != 0 {
            return false;
        }
        let leads = |c| matches!(c, '\u{E40}'..='\u{E44}' | '\u{EC0}'..='\u{EC4}');
        let follows = |c| {
            is_combining_mark(c)
                || matches!(
                    c,
                    '\u{E30}'
                        | '\u{E32}'
                        | '\u{E33}'
                        | '\u{E45}'
                        | '\u{EB0}'
                        | '\u{EB2}'
                        | '\u{EB3}'
                )
                || matches!(c, 'ゃ' | 'ゅ' | 'ょ' | 'ャ' | 'ュ' | 'ョ')
        };
        char_at(at).is_some_and(follows)
            || at.checked_sub(CHAR_BYTES).and_then(char_at).is_some_and(leads)
    }
}

const fn edge(sort: Sort) -> Edge {
    match sort {
        Sort::Hangul => Edge::Hangul,
        Sort::Kana | Sort::Han | Sort::Thai => Edge::Free,
        _ => Edge::Bounded,
    }
}

/// How the word may part between two of its characters, which start at `places` of its skeleton.
fn seam(
    skeleton: &Skeleton,
    written: &str,
    places: (usize, usize),
    sorts: (Sort, Sort),
    chars: usize,
) -> Option<SeamKind> {
    let edges = (edge(sorts.0), edge(sorts.1));
    let bounds = skeleton.bounds(places.1);
    if bounds & GAP != 0 {
        let origin = |at| skeleton.origin(at).unwrap_or_default();
        let between = written.get(origin(places.0)..origin(places.1)).unwrap_or_default();
        let spaced = between.contains(char::is_whitespace) || between.contains('_');
        let firm = edges == (Edge::Bounded, Edge::Bounded) && spaced;
        return Some(if firm { SeamKind::Firm } else { SeamKind::Soft });
    }
    let loose = match edges {
        _ if bounds & (SCRIPT | DIGITS) != 0 => true,
        (Edge::Hangul, Edge::Hangul) => chars > SHORT_CHARS_MAX,
        (Edge::Free, Edge::Free) => chars >= SHORT_CHARS_MAX,
        _ => false,
    };
    loose.then_some(SeamKind::Loose)
}

/// Whether a hashtag of the text ends inside the range of its skeleton.
fn runs_out_of_hashtag(skeleton: &Skeleton, (start, end): (usize, usize)) -> bool {
    let hashtags = skeleton.hashtags();
    let next = hashtags.partition_point(|hashtag| hashtag.skeleton.1 <= start);
    hashtags.get(next).is_some_and(|hashtag| hashtag.skeleton.1 < end)
}

/// The hashtag of the text in which a range of its skeleton stands.
pub(super) fn hashtag_around(
    skeleton: &Skeleton,
    (start, end): (usize, usize),
) -> Option<&Hashtag> {
    let hashtags = skeleton.hashtags();
    let next = hashtags.partition_point(|hashtag| hashtag.skeleton.1 < end);
    hashtags.get(next).filter(|hashtag| hashtag.skeleton.0 <= start)
}
