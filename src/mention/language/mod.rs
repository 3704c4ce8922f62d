//! The language of a post that names a title.
//!
//! The script decides where only one language uses it. Where several do, a table of what groups of
//! letters say, learnt by `tools/language`, gives each language it knows a probability; a
//! campaign's own languages start with better odds, but none is out of reach: Vietnamese is not
//! forced into English. The platform's own word changes the odds too, and is believed where the
//! text says too little. What daebak cannot tell is `und`.

mod chatter;
mod grams;
mod script;
mod table;

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

use crate::campaign::Language;
use crate::record::mention::LanguageSource;
use script::Writing;
use table::{Script, TABLE};

/// Below this probability the language is `und`. The probabilities are true ones: of the texts told
/// with one of 0.4, four of ten are told rightly.
const PROBABILITY_MIN: f64 = 0.4;
/// Below this one the platform is believed if it says a language that the table does not know.
const PROBABILITY_MIN_AGAINST: f64 = 0.7;
/// The odds of a language that the campaign has no series for, against one that it has: of those
/// that people write to the whole world in, and of others. Where a short text may be in two of
/// them, more people write the one.
const ODDS: [(f64, &[&str]); 3] = [
    (0.25, &["ar", "de", "es", "fr", "id", "it", "nl", "pl", "pt", "ru", "tl", "tr", "vi"]),
    (0.05, &["fa", "uk"]),
    (0.02, &["bg", "mk", "sr", "ur"]),
];
const ODDS_OF_OTHERS: f64 = 0.06;
/// Hashtags alone are names more than words: only from this probability on do they tell.
const PROBABILITY_MIN_OF_HASHTAGS: f64 = 0.9;
/// How many times the odds of a language grow when the platform says it.
const ODDS_BY_PLATFORM: f64 = 30.0;
/// As many ideographs as a Japanese post may have without one kana.
const IDEOGRAPHS_MAX: usize = 8;
/// The most bytes of a text that are looked at.
const SAMPLE_BYTES_MAX: usize = 1_000;
/// The end of the code of a habit to write a language in Latin letters; it tells no language.
const ROMANISED: &str = "-Latn";

/// Tells languages for one campaign.
#[derive(Clone, Debug)]
pub struct Languages {
    own: Box<[Language]>,
}

/// A language, and the logarithm of its odds or its probability.
type Told = (&'static str, f64);

/// The languages that can be told, as ISO 639-1 codes, in order. Malay counts as Indonesian.
pub fn detectable() -> &'static [&'static str] {
    &[
        "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "gu", "he",
        "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "km", "kn", "ko", "lo", "lt", "lv",
        "mk", "ml", "mr", "my", "ne", "nl", "no", "or", "pa", "pl", "pt", "ro", "ru", "si", "sk",
        "sl", "sr", "sv", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zh",
    ]
}

impl Languages {
    /// For a campaign with series for `languages`.
    pub fn new(languages: &[Language]) -> Self {
        // Read now, so that the first post does not wait for it.
        LazyLock::force(&TABLE);
        Self { own: languages.into() }
    }

    /// The language of `sample`, a text without its names, links and titles; `hint` is the
    /// platform's word, as it wrote it.
    pub fn tell(&self, sample: &str, hint: Option<&str>) -> (Language, LanguageSource) {
        let hint = hint.and_then(code_of_hint);
        let hint = hint.as_deref();
        let by_platform = || match hint {
            Some(hint) => (Language::new(hint), LanguageSource::Platform),
            None => (Language::new(Language::UNDETERMINED), LanguageSource::None),
        };
        let sample = &*folded(sample);
        let writing = self.writing(sample);
        match (writing, hint) {
            (Writing::Only(code), _) => return (Language::new(code), LanguageSource::Script),
            (Writing::Ideographs, Some("ja")) if sample.chars().count() <= IDEOGRAPHS_MAX => {
                return by_platform();
            }
            (Writing::Ideographs, _) => return (Language::new("zh"), LanguageSource::Script),
            _ => {}
        }
        if words(sample).all(chatter::is_chatter) {
            return by_platform();
        }
        let told = self.evidence(writing, sample);
        let is_known = hint.is_none_or(|hint| told.iter().any(|(code, _)| *code == hint));
        let (by_text, both) = (best(&told, None), best(&told, hint));
        if is_hashtags(sample)
            && by_text.is_none_or(|(_, probability)| probability < PROBABILITY_MIN_OF_HASHTAGS)
        {
            return by_platform();
        }
        let probability_min = if is_known { PROBABILITY_MIN } else { PROBABILITY_MIN_AGAINST };
        match (both, by_text) {
            (Some((code, probability)), Some((by_text, _)))
                if probability >= probability_min
                    && code == by_text
                    && !code.ends_with(ROMANISED) =>
            {
                (Language::new(code), LanguageSource::Text)
            }
            _ => by_platform(),
        }
    }

    /// The languages that `sample` may be in and their probabilities, the best first; none where
    /// it has no letters. Beside ISO 639-1 codes they hold `ko-Latn`, `ja-Latn` and `hi-Latn`:
    /// Korean, Japanese and Hindi romanised, which [`Languages::tell`] calls `und`.
    pub fn scores(&self, sample: &str) -> Vec<(Language, f64)> {
        let sample = &*folded(sample);
        let mut told = match self.writing(sample) {
            Writing::Only(code) => vec![(code, 0.0)],
            Writing::Ideographs => vec![("zh", 0.0)],
            writing => self.evidence(writing, sample),
        };
        told.sort_by(|a, b| b.1.total_cmp(&a.1));
        let most = told.first().map_or(0.0, |(_, odds)| *odds);
        let total: f64 = told.iter().map(|(_, odds)| (odds - most).exp()).sum();
        let share = |(code, odds): Told| (Language::new(code), (odds - most).exp() / total);
        told.into_iter().map(share).collect()
    }

    /// Which script decides. English words stand in posts of every language.
    fn writing(&self, sample: &str) -> Writing {
        let is_english = || {
            let told = self.evidence(Writing::Latin, sample);
            best(&told, None).is_some_and(|(code, _)| code == "en")
        };
        script::writing(sample, is_english)
    }

    /// What the letters of `sample` and the campaign's languages say for each language of the
    /// script.
    fn evidence(&self, writing: Writing, sample: &str) -> Vec<Told> {
        let Some(table) = TABLE.as_ref() else { return Vec::new() };
        let is_cyrillic = |c| ('\u{400}'..='\u{52F}').contains(&c);
        let is_arabic = |c: char| !c.is_ascii() && c.is_alphabetic();
        match writing {
            Writing::Latin => self.weighed(&table.latin, sample, script::is_latin),
            Writing::Cyrillic => self.weighed(&table.cyrillic, sample, is_cyrillic),
            Writing::Arabic => self.weighed(&table.arabic, sample, is_arabic),
            Writing::Only(_) | Writing::Ideographs | Writing::None => Vec::new(),
        }
    }

    fn weighed<const N: usize>(
        &self,
        script: &'static Script<N>,
        sample: &str,
        is_letter: impl Fn(char) -> bool,
    ) -> Vec<Told> {
        let evidence = script.evidence(sample, is_letter);
        let weighed = |(code, evidence)| (code, f64::from(evidence) + self.odds_of(code).ln());
        script.codes().zip(evidence).map(weighed).collect()
    }

    /// The odds of a language before anything is read.
    fn odds_of(&self, code: &str) -> f64 {
        if code == "en" || self.own.iter().any(|own| own.as_str() == code) {
            return 1.0;
        }
        let graded = ODDS.iter().find(|(_, codes)| codes.contains(&code));
        graded.map_or(ODDS_OF_OTHERS, |(odds, _)| *odds)
    }
}

/// The best language and its probability, once the platform's word has changed the odds.
fn best(told: &[Told], hint: Option<&str>) -> Option<Told> {
    let by_platform = ODDS_BY_PLATFORM.ln();
    let odds = |&(code, odds): &Told| odds + if hint == Some(code) { by_platform } else { 0.0 };
    let best = told.iter().max_by(|a, b| odds(a).total_cmp(&odds(b)))?;
    let total: f64 = told.iter().map(|told| (odds(told) - odds(best)).exp()).sum();
    Some((best.0, total.recip()))
}

/// `text` as it was learnt: accents typed apart from their letters, full-width letters and such of
/// other styles (`𝓲`) are the plain letters. Single parts of syllables stay what they are.
fn folded(text: &str) -> Cow<'_, str> {
    let is_accent = |c| ('\u{300}'..='\u{36F}').contains(&c);
    let is_syllable_part = |c| ('\u{1100}'..='\u{11FF}').contains(&c);
    let is_styled = |c| {
        matches!(c, '\u{2460}'..='\u{24FF}' | '\u{FB00}'..='\u{FB06}' | '\u{FF01}'..='\u{FF9F}'
            | '\u{1D400}'..='\u{1D7FF}' | '\u{1F110}'..='\u{1F149}')
    };
    if text.is_ascii() || !text.contains(|c| is_accent(c) || is_syllable_part(c) || is_styled(c)) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_styled(c) {
            decompose_compatible(c, |c| plain.push(c));
        } else {
            plain.push(c);
        }
    }
    plain.nfc().collect::<String>().into()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Whether all words of `text` are in hashtags.
fn is_hashtags(text: &str) -> bool {
    let with_letters = |word: &&str| has_letters(word);
    text.split_whitespace().filter(with_letters).all(|word| word.starts_with(['#', '＃']))
}

/// Whether `sample` holds any letter at all.
pub(super) fn has_letters(sample: &str) -> bool {
    sample.chars().any(char::is_alphabetic)
}

/// `text` without the byte ranges `excluded`, in any order, and cut to a bounded length.
pub(super) fn sample(text: &str, excluded: &mut [(usize, usize)]) -> String {
    excluded.sort_unstable();
    let mut sample = String::with_capacity(text.len().min(SAMPLE_BYTES_MAX));
    let mut from = 0;
    for &(start, end) in excluded.iter().chain([&(text.len(), text.len())]) {
        let room = SAMPLE_BYTES_MAX.saturating_sub(sample.len());
        let part = text.get(from..start.max(from)).unwrap_or_default();
        sample.push_str(part.get(..part.floor_char_boundary(room)).unwrap_or_default());
        sample.push(' ');
        from = end.max(from);
    }
    sample
}

/// The platform's word as an ISO 639-1 code: `in` and `ms` are `id`; X's codes for "no language"
/// (`und`, `zxx`, `qme`, …) are none.
pub fn code_of_hint(hint: &str) -> Option<String> {
    let code = hint.split(['-', '_']).next()?.trim().to_ascii_lowercase();
    match code.as_str() {
        "in" | "ms" => Some("id".to_owned()),
        "iw" => Some("he".to_owned()),
        "fil" => Some("tl".to_owned()),
        _ if code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase()) => Some(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
