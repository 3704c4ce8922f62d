//! One automaton over many words, of which those with one skeleton share a pattern.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::mention::TaggerError;

/// Up to this many patterns the automaton is a DFA, which is faster; above, an NFA, which is
/// smaller.
const DFA_PATTERNS_MAX: usize = 3_000;

/// What a pattern is of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// All of it.
    Whole,
    /// Its beginning, which is left where a letter of its end is wrong.
    Head,
    /// Its end, which is left where a letter of its beginning is wrong.
    Tail,
}

/// A piece of a word found in a skeleton.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The place of the word among all words.
    pub(super) word: usize,
    /// What was found of it.
    pub(super) piece: Piece,
    /// First byte in the skeleton.
    pub(super) start: usize,
    /// One past its last byte there.
    pub(super) end: usize,
}

/// The words by their skeletons, as they are collected.
#[derive(Debug, Default)]
pub(super) struct Collected(BTreeMap<Vec<u8>, Vec<(usize, Piece)>>);

impl Collected {
    /// Adds a piece of a word.
    pub(super) fn add(&mut self, skeleton: &[u8], word: usize, piece: Piece) {
        self.0.entry(skeleton.to_vec()).or_default().push((word, piece));
    }
}

/// The automaton.
#[derive(Debug)]
pub(super) struct Index {
    automaton: AhoCorasick,
    /// The words of all patterns, one pattern's after the other's.
    words: Vec<(usize, Piece)>,
    /// Where each pattern's words end.
    ends: Vec<usize>,
}

impl Index {
    /// Builds the automaton.
    ///
    /// # Errors
    /// [`TaggerError::Automaton`] when the words are too much for one.
    pub(super) fn new(collected: Collected) -> Result<Self, TaggerError> {
        let dfa = collected.0.len() <= DFA_PATTERNS_MAX;
        let kind = if dfa { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(collected.0.keys())
            .map_err(|error| TaggerError::Automaton(error.to_string()))?;
        let (mut words, mut ends) = (Vec::new(), Vec::with_capacity(collected.0.len()));
        for of_pattern in collected.0.into_values() {
            words.extend(of_pattern);
            ends.push(words.len());
        }
        Ok(Self { automaton, words, ends })
    }

    /// Every piece of every word in `skeleton`, overlapping ones too, in the order of their ends.
    pub(super) fn find<'a>(&'a self, skeleton: &'a [u8]) -> impl Iterator<Item = Found> + 'a {
        self.automaton.find_overlapping_iter(skeleton).flat_map(|found| {
            let (start, end) = (found.start(), found.end());
            let words = self.words_of(found.pattern().as_usize());
            words.iter().map(move |&(word, piece)| Found { word, piece, start, end })
        })
    }

    fn words_of(&self, pattern: usize) -> &[(usize, Piece)] {
        let from = pattern.checked_sub(1).and_then(|before| self.ends.get(before));
        let to = self.ends.get(pattern).copied().unwrap_or_default();
        self.words.get(from.copied().unwrap_or_default()..to).unwrap_or_default()
    }

    /// What the automaton takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.automaton.memory_usage()
    }
}
