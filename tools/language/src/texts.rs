//! Texts to learn from, made of drawn words the way people post.

use std::error::Error;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::romanised;
use crate::wordlists::{Wordlists, Words};

/// Words of chats that word lists know too little of, one language a line.
const CHAT: &str = include_str!("../chat.txt");

/// Draws texts.
pub struct Texts {
    languages: Vec<Urn>,
    /// The place of English, which posts in other languages are full of.
    english: Option<usize>,
    random: u64,
}

/// The words of one language, to be drawn by their frequency.
struct Urn {
    words: Vec<String>,
    /// The sum of the frequencies up to and with each word.
    sums: Vec<f64>,
    /// Words of chats, each as likely as the other.
    chat: Vec<String>,
}

/// Of this many texts in Latin letters, one has no accents at all.
const WITHOUT_ACCENTS: u64 = 3;
/// Of this many words, one is a word of chats.
const CHAT_WORD: u64 = 12;
/// Of this many texts, one has English words, and of so many words there, one is English.
const MIXED: u64 = 3;
const ENGLISH_WORD: u64 = 6;
/// Of this many longer texts, one has a word of any other language: names come from everywhere.
const WITH_STRANGER: u64 = 5;
/// The chances of the lengths of a text.
const LENGTHS: [(u64, u64); 4] = [(1, 2), (2, 3), (3, 8), (8, 20)];

impl Texts {
    /// Texts in the languages `codes`.
    pub fn new(codes: &[&str], wordlists: &Wordlists) -> Result<Self, Box<dyn Error>> {
        let urn = |code: &&str| Ok(Urn::new(code, words_of(code, wordlists)?));
        let languages = codes.iter().map(urn).collect::<Result<_, Box<dyn Error>>>()?;
        let english = codes.iter().position(|code| *code == "en");
        Ok(Self { languages, english, random: 0x5EED })
    }

    /// A text in the language `language`, a place in the codes.
    pub fn draw(&mut self, language: usize, text: &mut String) {
        text.clear();
        let (min, max) = LENGTHS[self.below(LENGTHS.len() as u64) as usize];
        let n_words = min + self.below(max - min + 1);
        let is_mixed = self.below(MIXED) == 0;
        let english = self.english.filter(|_| is_mixed);
        // Only Latin letters lose their accents: the marks of others are letters of their own.
        let without_accents = self.below(WITHOUT_ACCENTS) == 0 && self.english.is_some();
        let has_stranger = n_words > 2 && self.below(WITH_STRANGER) == 0;
        let stranger = if has_stranger { self.below(n_words) } else { n_words };
        for n in 0..n_words {
            let is_english = n > 0 && self.below(ENGLISH_WORD) == 0;
            let language = match english {
                _ if n == stranger => self.below(self.languages.len() as u64) as usize,
                Some(english) if is_english => english,
                _ => language,
            };
            let (chance, position) = (self.below(CHAT_WORD), self.next());
            let word = self.languages[language].word(chance == 0, position);
            if without_accents {
                text.extend(word.nfd().filter(|c| !is_combining_mark(*c)).map(|c| match c {
                    'đ' => 'd',
                    'ı' => 'i',
                    'ł' => 'l',
                    'ø' => 'o',
                    _ => c,
                }));
            } else {
                text.push_str(word);
            }
            text.push(' ');
        }
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    /// The next number of the sequence SplitMix64.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Urn {
    fn new(code: &str, words: Words) -> Self {
        let mut sum = 0.0;
        let sums = words.iter().map(|(_, frequency)| {
            sum += frequency;
            sum
        });
        let chat = CHAT.lines().find_map(|line| line.strip_prefix(code)?.strip_prefix(':'));
        Self {
            sums: sums.collect(),
            words: words.iter().map(|(word, _)| word.clone()).collect(),
            chat: chat.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        }
    }

    fn word(&self, chat: bool, position: u64) -> &str {
        let share = (position >> 11) as f64 / (1_u64 << 53) as f64;
        if chat && !self.chat.is_empty() {
            return &self.chat[(share * self.chat.len() as f64) as usize];
        }
        let at = share * self.sums.last().copied().unwrap_or_default();
        let place = self.sums.partition_point(|sum| *sum <= at);
        &self.words[place.min(self.words.len() - 1)]
    }
}

/// The words of a language, or of a habit of writing one.
fn words_of(code: &str, wordlists: &Wordlists) -> Result<Words, Box<dyn Error>> {
    let (list, rewritten): (&str, Option<fn(&str) -> Option<String>>) = match code {
        "tl" => ("fil", None),
        "no" => ("nb", None),
        "hr" => ("sh", None),
        "sr" => ("sh", Some(romanised::serbian)),
        "ko-Latn" => ("ko", Some(romanised::korean)),
        "ja-Latn" => ("ja", Some(romanised::japanese)),
        "hi-Latn" => ("hi", Some(romanised::hindi)),
        _ => (code, None),
    };
    let mut words = wordlists.words(list)?;
    if code == "id" {
        // A text can't be told to be the one or the other.
        words.extend(wordlists.words("ms")?);
    }
    if let Some(rewritten) = rewritten {
        let rewrite = |(word, frequency): &(String, f64)| Some((rewritten(word)?, *frequency));
        return Ok(words.iter().filter_map(rewrite).collect());
    }
    let is_own = |word: &str| word.chars().any(|c| c.is_alphabetic());
    words.retain(|(word, _)| is_own(word));
    if ["ru", "uk", "bg", "mk", "ar", "fa", "ur"].contains(&code) {
        words.retain(|(word, _)| !word.is_ascii());
    }
    Ok(words)
}
