//! What an alias asks of a post when the campaign does not say.
//!
//! A name that people also write when they mean no drama needs evidence: one short or common word,
//! and a short phrase of common words. How short is short depends on the script.

use super::context;
use super::letter::{Sort, sort_of};
use super::normalize::{DIGITS, GAP, SCRIPT, Skeleton};
use super::vocabulary;
use crate::campaign::{Alias, Facet, Language, Tier};

/// A Latin name of fewer letters needs evidence, whatever its letters.
const LATIN_LETTERS_MIN: usize = 5;
/// A Hangul name of fewer syllables needs evidence: most such are words, or parts of words.
const SYLLABLES_MIN: usize = 3;
/// A Hangul name of common words of more syllables is taken for a title.
const COMMON_SYLLABLES_MAX: usize = 4;
/// The same if all of its words are everyday ones.
const EVERYDAY_SYLLABLES_MAX: usize = 6;
/// A name with Han of fewer characters needs evidence.
const HAN_CHARS_MIN: usize = 3;
/// A name in kana of fewer characters needs evidence.
const KANA_CHARS_MIN: usize = 5;
/// A Thai name of fewer characters needs evidence; its vowels and tones are characters too.
const THAI_CHARS_MIN: usize = 8;
/// Of a phrase, shorter words are no measure of its length.
const SMALL_WORD_MAX: usize = 3;
/// A name of common words in kana or Han of more characters is taken for a title.
const COMMON_UNSPACED_MAX: usize = 5;
/// The same for Thai.
const COMMON_THAI_MAX: usize = 9;
/// A Latin name of few common words needs evidence up to so many letters, small words aside.
const COMMON_LETTERS_MAX: usize = 16;
/// So many words are few.
const FEW_WORDS_MAX: usize = 3;
/// How rare the words of a phrase that posts hold by chance may be together: one is not everyday.
const RARITY_MAX: usize = 1;
/// And with more words, up to so many letters.
const MANY_WORDS_LETTERS_MAX: usize = 14;

/// Why an alias has its tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TierReason {
    /// The campaign says so.
    Said,
    /// The campaign says that it needs other words.
    Needs,
    /// A regular expression decides what it is.
    Regex,
    /// It is a number.
    Number,
    /// It is too short to be told from other words.
    Short,
    /// It is too short for a script that puts nothing between words.
    Unspaced,
    /// It is one word that is common in the language.
    CommonWord(Language),
    /// It is a short phrase of words that are common in the language.
    CommonWords(Language),
    /// Nothing speaks against it.
    Distinct,
}

impl TierReason {
    /// The reason as a person reads it.
    pub fn label(&self) -> String {
        match self {
            Self::Said => "said by the campaign".to_owned(),
            Self::Needs => "it needs other words".to_owned(),
            Self::Regex => "its regular expression decides".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Short => "short".to_owned(),
            Self::Unspaced => "short, in a script without spaces".to_owned(),
            Self::CommonWord(language) => format!("a common word ({language})"),
            Self::CommonWords(language) => format!("common words ({language})"),
            Self::Distinct => "distinct".to_owned(),
        }
    }
}

/// The tier of `alias` in a campaign with `languages`, and why.
///
/// Its words are judged by the alias's own language if it says one, else by all of the campaign's
/// and by English, for titles in English stand in posts of every language.
pub fn of(alias: &Alias, languages: &[Language]) -> (Tier, TierReason) {
    if let Some(tier) = alias.tier {
        return (tier, TierReason::Said);
    }
    if !alias.needs.is_empty() {
        return (Tier::Context, TierReason::Needs);
    }
    if alias.regex.is_some() {
        return (Tier::Strong, TierReason::Regex);
    }
    match ambiguity(alias, languages) {
        Some(reason) => (Tier::Context, reason),
        None => (Tier::Strong, TierReason::Distinct),
    }
}

/// The tier of `alias` of a facet. One that stands for its title, or needs other words, is judged
/// like one of its names; any other speaks for it unless the campaign says more.
pub fn of_facet(alias: &Alias, facet: &Facet, languages: &[Language]) -> Tier {
    let as_name = facet.names_title || !alias.needs.is_empty();
    if as_name { of(alias, languages).0 } else { alias.tier.unwrap_or_default() }
}

/// Whether the alias is a single everyday word, which says as little as a hashtag.
pub(super) fn is_common_word(alias: &Alias, languages: &[Language]) -> bool {
    matches!(ambiguity(alias, languages), Some(TierReason::CommonWord(_)))
}

/// The language in which people write `word` every day, so that it says nothing of a post: one of
/// `languages`, or English. None of daebak's own context words is such a word.
pub fn everyday(word: &str, languages: &[Language]) -> Option<Language> {
    let word = super::skeleton(word);
    let english = Language::new("en");
    let mut asked = languages.iter().chain([&english]);
    let is_everyday = |language: &&Language| {
        vocabulary::phrase_rarity(language.as_str(), [word.as_str()].into_iter()) == Some(0)
    };
    let language = asked.find(is_everyday)?;
    let is_builtin = context::builtin().any(|own| super::skeleton(own) == word);
    (!is_builtin).then(|| language.clone())
}

/// Why posts may write the alias and not mean the title; none if they hardly do.
fn ambiguity(alias: &Alias, languages: &[Language]) -> Option<TierReason> {
    let mut skeleton = Skeleton::default();
    skeleton.read(&alias.text);
    let text = String::from_utf8_lossy(skeleton.bytes());
    let sorts: Vec<Sort> = text.chars().map(|c| sort_of(c, false)).collect();
    let words = words(&skeleton, &text);
    let english = Language::new("en");
    let asked: Vec<&Language> = match &alias.language {
        Some(language) => vec![language],
        None => languages.iter().chain([&english]).collect(),
    };
    let is_common = |word: &str| asked.iter().copied().find(|l| vocabulary::has(l.as_str(), word));
    if sorts.iter().all(|&sort| sort == Sort::Digit) {
        return Some(TierReason::Number);
    }
    if let ([_], Some(language)) = (words.as_slice(), is_common(&text)) {
        return Some(TierReason::CommonWord(language.clone()));
    }
    let length = Length::of(&sorts);
    if length.is_short() {
        let unspaced = length.unspaced > 0;
        return Some(if unspaced { TierReason::Unspaced } else { TierReason::Short });
    }
    let rarity = |language: &Language| {
        if length.letters == sorts.len() {
            let spoken = || words.iter().copied().filter(|word| !is_number(word));
            // A number makes a name of two words, not of one: `Big Hero 6`, `Reply 1988`.
            let numbered = spoken().count() < words.len();
            let is_name = numbered && spoken().nth(1).is_some();
            vocabulary::phrase_rarity(language.as_str(), spoken()).filter(|_| !is_name)
        } else {
            vocabulary::spelled_rarity(language.as_str(), &text)
        }
    };
    let rarity_max = length.rarity_max(&words)?;
    let by_chance = |language: &&&Language| rarity(language).is_some_and(|n| n <= rarity_max);
    let language = asked.iter().find(by_chance)?;
    Some(TierReason::CommonWords((*language).clone()))
}

/// How much of each sort of script an alias is.
struct Length {
    /// Letters and digits of scripts with spaces, Hangul aside.
    letters: usize,
    syllables: usize,
    /// Kana, Han and Thai.
    unspaced: usize,
    /// How many of those a name has at the least that needs no evidence.
    unspaced_min: usize,
    thai: bool,
}

impl Length {
    fn of(sorts: &[Sort]) -> Self {
        let count = |is: fn(Sort) -> bool| sorts.iter().filter(|&&sort| is(sort)).count();
        let syllables = count(|sort| matches!(sort, Sort::Hangul | Sort::Jamo));
        let unspaced = count(|sort| matches!(sort, Sort::Kana | Sort::Han | Sort::Thai));
        let letters = sorts.len() - syllables - unspaced;
        let thai = sorts.contains(&Sort::Thai);
        let unspaced_min = match sorts.contains(&Sort::Han) {
            true => HAN_CHARS_MIN,
            false if thai => THAI_CHARS_MIN,
            false => KANA_CHARS_MIN,
        };
        Self { letters, syllables, unspaced, unspaced_min, thai }
    }

    /// Whether it could be any word.
    fn is_short(&self) -> bool {
        // A syllable or a character of Han says more than a letter.
        let parts = |length: usize, min: usize| length * LATIN_LETTERS_MIN / min;
        let weight = self.letters
            + parts(self.syllables, SYLLABLES_MIN)
            + parts(self.unspaced, self.unspaced_min);
        weight < LATIN_LETTERS_MIN
    }

    /// How rare a name's common words, `words`, may be together for it to be a phrase of any post;
    /// none if it is too long for one.
    fn rarity_max(&self, words: &[&str]) -> Option<usize> {
        if self.unspaced > 0 {
            let max = if self.thai { COMMON_THAI_MAX } else { COMMON_UNSPACED_MAX };
            return (self.unspaced <= max).then_some(RARITY_MAX);
        }
        if self.syllables > 0 {
            let rarity_max = if self.syllables <= COMMON_SYLLABLES_MAX { RARITY_MAX } else { 0 };
            return (self.syllables <= EVERYDAY_SYLLABLES_MAX).then_some(rarity_max);
        }
        if words.len() > FEW_WORDS_MAX {
            return (self.letters <= MANY_WORDS_LETTERS_MAX).then_some(RARITY_MAX);
        }
        let lengths = words.iter().map(|word| word.chars().count());
        let telling = lengths.filter(|&length| length > SMALL_WORD_MAX).sum::<usize>();
        (telling <= COMMON_LETTERS_MAX).then_some(RARITY_MAX)
    }
}

/// The words of an alias, as its own gaps part them.
fn words<'a>(skeleton: &Skeleton, text: &'a str) -> Vec<&'a str> {
    let starts = text.char_indices().map(|(at, _)| at);
    let starts = starts.filter(|&at| skeleton.bounds(at) & (GAP | SCRIPT | DIGITS) != 0);
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(&from, to)| text.get(from..to)).collect()
}

fn is_number(word: &str) -> bool {
    word.chars().all(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reason(text: &str, languages: &[&str]) -> TierReason {
        let languages: Vec<Language> = languages.iter().copied().map(Language::new).collect();
        let (tier, reason) = of(&Alias::plain(text), &languages);
        assert_eq!(tier == Tier::Strong, reason == TierReason::Distinct, "{text}");
        reason
    }

    #[test]
    fn a_name_of_everyday_words_needs_evidence() {
        let words = |language| TierReason::CommonWords(Language::new(language));
        let word = |language| TierReason::CommonWord(Language::new(language));
        let table = [
            ("Signal", word("en")),
            ("Goblin", word("en")),
            ("My Name", words("en")),
            ("Move to Heaven", words("en")),
            ("A Business Proposal", words("en")),
            ("Reply 1988", words("en")),
            ("Big Hero 6", TierReason::Distinct),
            ("Twin Peaks", TierReason::Distinct),
            ("Vincenzo", TierReason::Distinct),
            ("Starlight Sonata", TierReason::Distinct),
            ("It's Okay to Not Be Okay", TierReason::Distinct),
            ("Love in the Moonlight", TierReason::Distinct),
            ("D.P.", TierReason::Short),
            ("W", TierReason::Short),
            ("2521", TierReason::Number),
            ("도깨비", word("ko")),
            ("빈센조", TierReason::Distinct),
            ("응팔", TierReason::Short),
            ("나의 아저씨", words("ko")),
            ("나의아저씨", words("ko")),
            ("친구의 비밀", TierReason::Distinct),
            ("친구 비밀", words("ko")),
            ("눈물의 여왕", TierReason::Distinct),
            ("이태원 클라쓰", TierReason::Distinct),
            ("SKY 캐슬", TierReason::Distinct),
            ("信号", word("ja")),
            ("鬼滅", TierReason::Unspaced),
            ("シグナル", word("ja")),
            ("トッケビ", TierReason::Unspaced),
            ("涙の女王", TierReason::Distinct),
            ("รัก", word("th")),
            ("ซิกแนล", TierReason::Unspaced),
            ("ราชินีแห่งน้ำตา", TierReason::Distinct),
        ];
        for (text, expected) in table {
            assert_eq!(reason(text, &["ko", "ja", "th"]), expected, "{text}");
        }
    }

    #[test]
    fn an_alias_that_says_its_language_is_judged_by_that() {
        let spanish = Alias { language: Some(Language::new("es")), ..Alias::plain("Signal") };
        assert_eq!(of(&spanish, &[]), (Tier::Strong, TierReason::Distinct));
        let said = Alias { tier: Some(Tier::Strong), ..Alias::plain("Signal") };
        assert_eq!(of(&said, &[]), (Tier::Strong, TierReason::Said));
        let needy = Alias { needs: vec!["tvN".to_owned()], ..Alias::plain("Vincenzo") };
        assert_eq!(of(&needy, &[]), (Tier::Context, TierReason::Needs));
    }
}
