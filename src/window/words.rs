//! Words that come again and again, each kept once.

use std::sync::Arc;

use hashbrown::HashSet;
use smallvec::SmallVec;

/// A word in lower case.
pub type Word = Arc<str>;

/// How many words are known at the most; beyond, all are forgotten, and those that come again are
/// kept twice for a while. 60 B each.
const WORDS_MAX: usize = 100_000;

/// The words of posts, so that a million posts with one hashtag hold it once. What is known
/// changes no number.
#[derive(Clone, Debug, Default)]
pub struct Words {
    known: HashSet<Word>,
    lower: String,
}

impl Words {
    /// The words of one post in lower case, in order, each once; `None` without any.
    pub fn of<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Option<Arc<[Word]>> {
        let mut words: SmallVec<[Word; 8]> =
            texts.into_iter().map(|text| self.word(text)).collect();
        words.sort_unstable();
        words.dedup();
        (!words.is_empty()).then(|| words.drain(..).collect())
    }

    fn word(&mut self, text: &str) -> Word {
        self.lower.clear();
        self.lower.extend(text.chars().flat_map(char::to_lowercase));
        if self.known.len() >= WORDS_MAX && !self.known.contains(self.lower.as_str()) {
            self.known.clear();
        }
        self.known.get_or_insert_with(self.lower.as_str(), |lower| Arc::from(lower)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_kept_once_whatever_its_case() {
        let mut words = Words::default();
        let first = words.of(["OST", "ost", "Ep1"]).unwrap();
        assert_eq!(first.iter().map(|word| &**word).collect::<Vec<_>>(), ["ep1", "ost"]);
        let second = words.of(["ÉTÉ", "Ost"]).unwrap();
        assert!(Arc::ptr_eq(&first[1], &second[0]));
        assert_eq!(&*second[1], "été");
        assert_eq!(words.of([]), None);
    }
}
