//! How often the language is right, by language and by length of the text.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::campaign::Language;

/// Upper ends of the classes of length, in characters; the last class has none.
const LENGTHS: [usize; 2] = [20, 50];
/// How the classes are called.
pub const LENGTH_LABELS: [&str; 3] = ["< 20", "20-49", "50+"];

/// Texts told rightly, of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Texts told rightly.
    pub right: u64,
    /// All texts.
    pub n: u64,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.n += 1;
        self.right += u64::from(right);
    }

    /// The share of those told rightly; none of no texts.
    pub fn accuracy(self) -> Option<f64> {
        (self.n > 0).then(|| self.right as f64 / self.n as f64)
    }
}

/// Shares over all lengths and by length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByLength {
    /// Of all texts.
    pub all: Share,
    /// One for each of [`LENGTH_LABELS`].
    pub lengths: [Share; 3],
}

/// What was told of the languages of labelled texts.
#[derive(Clone, Debug, Default)]
pub struct LanguageReport {
    listed: Vec<Language>,
    total: ByLength,
    languages: BTreeMap<Language, ByLength>,
    confused: BTreeMap<(Language, Language), u64>,
}

impl LanguageReport {
    /// For a campaign with series for `listed`: a language outside of it is right as `other`.
    pub fn new(listed: &[Language]) -> Self {
        Self { listed: listed.to_vec(), ..Self::default() }
    }

    /// Counts a text that is in `labelled` and was taken for `told`.
    pub fn add(&mut self, text: &str, labelled: &Language, told: &Language) {
        let series = (self.series(labelled), self.series(told));
        let right = series.0 == series.1;
        let n = text.trim().chars().count();
        let class = LENGTHS.iter().filter(|&&end| n >= end).count();
        for sum in [&mut self.total, self.languages.entry(labelled.clone()).or_default()] {
            sum.all.add(right);
            sum.lengths.get_mut(class).into_iter().for_each(|share| share.add(right));
        }
        if !right {
            *self.confused.entry((labelled.clone(), told.clone())).or_default() += 1;
        }
    }

    /// The language of the series that counts it.
    fn series(&self, language: &Language) -> Language {
        let own = language.as_str() == Language::UNDETERMINED || self.listed.contains(language);
        if own { language.clone() } else { Language::new(Language::OTHER) }
    }

    /// Over all languages.
    pub fn total(&self) -> ByLength {
        self.total
    }

    /// Each labelled language, and whether it has a series of its own.
    pub fn languages(&self) -> impl Iterator<Item = (&Language, bool, ByLength)> {
        let listed = |language| self.series(language) == *language;
        self.languages.iter().map(move |(language, sum)| (language, listed(language), *sum))
    }

    /// What was labelled, what was told instead and how often, the commonest first.
    pub fn confused(&self) -> Vec<(&Language, &Language, u64)> {
        let pairs = self.confused.iter().map(|((labelled, told), n)| (labelled, told, *n));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_by_key(|&(_, _, n)| Reverse(n));
        pairs
    }
}
