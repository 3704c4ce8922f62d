//! Finds the words that a skeleton holds: an automaton over the names of every campaign, then a
//! look at what stands around and inside each hit.
//!
//! Most posts name nothing. So what only speaks for or against a name, of which there is more, has
//! an automaton of its own, which runs over posts that hold a name.

mod fuzzy;
mod index;
mod pattern;
mod shape;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::TaggerError;
use super::hit::{Hit, Part, Passage};
use super::normalize::Skeleton;
use super::span;
use super::verdict::{Evidence, Refusal, Verdict};
use super::word::Word;
use crate::campaign::Campaign;
use index::{Collected, Found, Index, Piece};
use shape::Shape;

/// The most places of one word kept in one text: more of them say nothing new. What is refused is
/// counted apart, so that explaining a post takes no name from it.
const PLACES_MAX: usize = 16;
/// The most hits kept of one post, far more than the names of all campaigns need.
const HITS_MAX: usize = 1 << 17;
/// The most places of one text where letters are found.
const FOUND_MAX: usize = 1 << 22;
/// The most of them that are looked at.
const LOOKS_MAX: usize = 65_536;

/// The automata over every word of every campaign.
#[derive(Debug)]
pub(super) struct Matcher {
    /// Aliases, hashtags and facets.
    names: Index,
    /// Context words, needs and exclusions.
    aids: Index,
    words: Vec<Word>,
    /// One for each of them.
    rules: Vec<Rule>,
}

/// What decides whether a word stands where its letters do.
#[derive(Debug)]
enum Rule {
    /// What is around and inside them.
    Letters {
        shape: Shape,
        /// The skeleton again, of a word that may have a slip.
        slips: Option<Box<str>>,
    },
    /// A regular expression over the text as written.
    Pattern(Regex),
}

/// Where a word stands.
struct Place {
    in_hashtag: bool,
    /// In the skeleton.
    range: (usize, usize),
    /// In the text, in bytes.
    written: (usize, usize),
}

impl Matcher {
    /// Builds the automata over `words`, which are those of `campaigns`.
    ///
    /// # Errors
    /// [`TaggerError`] when a word has no letters, its regular expression cannot be used, or all
    /// are too much for an automaton.
    pub(super) fn new(words: Vec<Word>, campaigns: &[Arc<Campaign>]) -> Result<Self, TaggerError> {
        let mut skeleton = Skeleton::default();
        let mut rules = Vec::with_capacity(words.len());
        let (mut names, mut aids) = (Collected::default(), Collected::default());
        for (place, word) in words.iter().enumerate() {
            skeleton.read(&word.alias.text);
            if skeleton.bytes().is_empty() {
                return Err(word.fault(campaigns, |campaign, title, word| {
                    TaggerError::NoLetters { campaign, title, word }
                }));
            }
            let to = if word.is_aid() { &mut aids } else { &mut names };
            to.add(skeleton.bytes(), place, Piece::Whole);
            let rule = Rule::new(word, &skeleton).map_err(|reason| {
                word.fault(campaigns, |campaign, title, word| TaggerError::Regex {
                    campaign,
                    title,
                    word,
                    reason,
                })
            })?;
            if let Rule::Letters { slips: Some(letters), .. } = &rule
                && let Some((head, tail)) = fuzzy::halves(letters)
            {
                to.add(head.as_bytes(), place, Piece::Head);
                to.add(tail.as_bytes(), place, Piece::Tail);
            }
            rules.push(rule);
        }
        Ok(Self { names: Index::new(names)?, aids: Index::new(aids)?, words, rules })
    }

    /// The words it finds, as hits name them.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// What the automata take, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.names.memory() + self.aids.memory()
    }

    /// Adds to `hits` the names in `passage`. What is refused is added only if `explaining`.
    pub(super) fn find_names(&self, passage: &Passage<'_>, explaining: bool, hits: &mut Vec<Hit>) {
        self.find(&self.names, |_| true, passage, explaining, hits);
    }

    /// Adds to `hits` the aids in `passage` that may speak for or against a name of the campaigns
    /// `named`.
    pub(super) fn find_aids(
        &self,
        named: &[usize],
        passage: &Passage<'_>,
        explaining: bool,
        hits: &mut Vec<Hit>,
    ) {
        if named.is_empty() {
            return;
        }
        let is_wanted =
            |word: &Word| word.campaign.is_none_or(|campaign| named.contains(&campaign));
        self.find(&self.aids, is_wanted, passage, explaining, hits);
    }

    /// The campaigns of which there are names among `hits`, in order.
    pub(super) fn named(&self, hits: &[Hit]) -> Vec<usize> {
        let mut named: Vec<usize> = hits.iter().filter_map(|hit| self.campaign(hit)).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Refuses each hit that lies within a longer name of its campaign, and each that is no name
    /// within an equal one; drops it unless `explaining`. The text says the longer name, whether
    /// that counts or not. Only a name of the same title stays: any of them may name it.
    pub(super) fn keep_longest(&self, named: &[usize], explaining: bool, hits: &mut Vec<Hit>) {
        if hits.len() < 2 {
            return;
        }
        hits.sort_unstable_by_key(|hit| {
            let place = (self.campaign(hit), hit.part, hit.start, Reverse(hit.end));
            (place, !self.is_name(hit), hit.word)
        });
        hits.dedup_by(|a, b| (a.word, a.part, a.start, a.end) == (b.word, b.part, b.start, b.end));
        let title = |hit: &Hit| self.words.get(hit.word).and_then(|word| word.title);
        self.refuse_inner(hits, |name, hit| self.is_name(hit) && title(name) == title(hit));
        self.refuse_builtin(named, hits);
        if !explaining {
            hits.retain(counts);
        }
    }

    /// Refuses each name that lies within another that counts, once it is known which do: `hits`
    /// are in the order of [`Self::keep_longest`].
    pub(super) fn keep_outermost(&self, hits: &mut [Hit]) {
        self.refuse_inner(hits, |_, hit| !self.is_name(hit));
    }

    /// Refuses each hit within a longer name, unless it `may_stay` there.
    fn refuse_inner(&self, hits: &mut [Hit], may_stay: impl Fn(&Hit, &Hit) -> bool) {
        // Sorted so, a hit lies within a name exactly if it ends no later than the one of them that
        // ends last so far.
        let mut widest: Option<(Option<usize>, Hit)> = None;
        for hit in hits.iter_mut().filter(|hit| counts(hit)) {
            let campaign = self.campaign(hit);
            let covers = |(of, name): &&(Option<usize>, Hit)| {
                (*of, name.part) == (campaign, hit.part) && hit.end <= name.end
            };
            match widest.as_ref().filter(covers) {
                Some((_, name))
                    if self.is_name(hit) && name.start == hit.start && name.end == hit.end => {}
                Some((_, name)) if may_stay(name, hit) => {}
                Some((_, name)) => hit.verdict = Verdict::Refused(self.within(name)),
                None if self.is_name(hit) => widest = Some((campaign, hit.clone())),
                None => {}
            }
        }
    }

    /// Refuses daebak's own words, the first of the hits, where they lie within a name of each
    /// campaign: they may speak for the others.
    fn refuse_builtin(&self, named: &[usize], hits: &mut [Hit]) {
        let own = hits.partition_point(|hit| self.campaign(hit).is_none());
        let (own, others) = hits.split_at_mut(own);
        let mut by_campaign: BTreeMap<Option<usize>, Vec<&Hit>> = BTreeMap::new();
        for name in others.iter().filter(|hit| counts(hit) && self.is_name(hit)) {
            by_campaign.entry(self.campaign(name)).or_default().push(name);
        }
        for hit in own {
            // None of the names lies within another: the last that starts in time ends last.
            let covering = |campaign: &usize| {
                let of_campaign = by_campaign.get(&Some(*campaign))?;
                let starts_in_time = |name: &&Hit| (name.part, name.start) <= (hit.part, hit.start);
                let last = of_campaign.partition_point(starts_in_time).checked_sub(1)?;
                let name = of_campaign.get(last)?;
                (name.part == hit.part && hit.end <= name.end).then_some(*name)
            };
            let mut covered = named.iter().map(covering);
            if let Some(Some(name)) = covered.next()
                && covered.all(|name| name.is_some())
            {
                hit.verdict = Verdict::Refused(self.within(name));
            }
        }
    }

    fn is_name(&self, hit: &Hit) -> bool {
        self.words.get(hit.word).is_some_and(Word::names_title)
    }

    fn within(&self, name: &Hit) -> Refusal {
        let written = self.words.get(name.word).map(|word| word.alias.text.as_str());
        Refusal::Within(written.unwrap_or_default().into())
    }

    fn campaign(&self, hit: &Hit) -> Option<usize> {
        self.words.get(hit.word).and_then(|word| word.campaign)
    }

    fn find(
        &self,
        index: &Index,
        is_wanted: impl Fn(&Word) -> bool,
        passage: &Passage<'_>,
        explaining: bool,
        hits: &mut Vec<Hit>,
    ) {
        let (mut n_looks, mut counted) = (0, Counted::default());
        // How many places of each word count so far, and how many do not.
        let mut places: BTreeMap<(usize, bool), usize> = BTreeMap::new();
        for found in index.find(passage.skeleton.bytes()).take(FOUND_MAX) {
            if places.get(&(found.word, true)) == Some(&PLACES_MAX) {
                continue;
            }
            let (Some(word), Some(rule)) = (self.words.get(found.word), self.rules.get(found.word))
            else {
                continue;
            };
            if !is_wanted(word) {
                continue;
            }
            n_looks += 1;
            if n_looks > LOOKS_MAX || hits.len() >= HITS_MAX {
                break;
            }
            let Some((place, verdict)) = rule.place(word, passage, found, explaining) else {
                continue;
            };
            let does_count = matches!(verdict, Verdict::Counts(_));
            let n_places = places.entry((found.word, does_count)).or_default();
            if *n_places == PLACES_MAX {
                continue;
            }
            *n_places += 1;
            let shown = !matches!(passage.part, Part::Listed(_));
            hits.push(Hit {
                word: found.word,
                part: passage.part,
                in_hashtag: place.in_hashtag,
                start: place.range.0,
                end: place.range.1,
                written: place.written,
                span: shown.then(|| counted.code_points(passage.written, place.written)).flatten(),
                verdict,
            });
        }
    }
}

impl Rule {
    /// The rule of `word`, or why its regular expression can't be used.
    fn new(word: &Word, skeleton: &Skeleton) -> Result<Self, String> {
        let alias = &word.alias;
        if let Some(expression) = &alias.regex {
            return pattern::compile(expression).map(Self::Pattern);
        }
        let shape = Shape::new(skeleton, &alias.text, &word.role);
        let letters = || String::from_utf8_lossy(skeleton.bytes()).into();
        Ok(Self::Letters { shape, slips: alias.fuzzy.then(letters) })
    }

    /// Where the word stands of which a piece was found, and whether it counts there; none if it
    /// does not stand there, or is refused and nobody asks why.
    fn place(
        &self,
        word: &Word,
        passage: &Passage<'_>,
        found: Found,
        explaining: bool,
    ) -> Option<(Place, Verdict)> {
        let literal = (found.start, found.end);
        let (range, verified) = match self {
            Self::Pattern(regex) => match pattern::find(regex, passage, literal) {
                Some((range, written)) => {
                    let in_hashtag = shape::hashtag_around(passage.skeleton, range).is_some();
                    let place = Place { in_hashtag, range, written };
                    return Some((place, Verdict::Counts(Evidence::Strong)));
                }
                None => (literal, Err(Refusal::Regex)),
            },
            Self::Letters { shape, .. } if found.piece == Piece::Whole => {
                (literal, shape.verify(passage, literal))
            }
            Self::Letters { shape, slips } => {
                let letters = slips.as_deref()?;
                let stands = |range| Some((range, Ok(shape.verify(passage, range).ok()?)));
                fuzzy::ranges(passage.skeleton.bytes(), letters, found).find_map(stands)?
            }
        };
        let verified = verified.and_then(|in_hashtag| {
            let fits_case = !word.alias.case_sensitive
                || passage.shown(range).is_some_and(|shown| same_case(shown, &word.alias.text));
            if fits_case { Ok(in_hashtag) } else { Err(Refusal::Case) }
        });
        let (in_hashtag, verdict) = match verified {
            Ok(in_hashtag) => (in_hashtag, Verdict::Counts(Evidence::Strong)),
            Err(refusal) if explaining => (false, Verdict::Refused(refusal)),
            Err(_) => return None,
        };
        let written = span::byte_range(passage.written, passage.skeleton, range)?;
        Some((Place { in_hashtag, range, written }, verdict))
    }
}

fn counts(hit: &Hit) -> bool {
    matches!(hit.verdict, Verdict::Counts(_))
}

/// Why an alias may not have this regular expression, in words.
pub(super) fn check_regex(expression: &str) -> Result<(), String> {
    pattern::compile(expression).map(drop)
}

/// Whether two spellings of one word are in the same case.
fn same_case(a: &str, b: &str) -> bool {
    let has_case = |c: &char| c.is_uppercase() || c.is_lowercase();
    a.nfkd().filter(has_case).eq(b.nfkd().filter(has_case))
}

/// Code points counted so far, so that a long text with many hits is not counted anew for each.
#[derive(Default)]
struct Counted {
    bytes: usize,
    code_points: u32,
}

impl Counted {
    /// A byte range of `text`, in code points.
    fn code_points(&mut self, text: &str, (from, to): (usize, usize)) -> Option<(u32, u32)> {
        if from < self.bytes {
            *self = Self::default();
        }
        let (before, length) =
            span::code_points(text.get(self.bytes..)?, (from - self.bytes, to - self.bytes))?;
        let first = self.code_points + before;
        *self = Self { bytes: from, code_points: first };
        Some((first, self.code_points + length - before))
    }
}

#[cfg(test)]
mod tests;
