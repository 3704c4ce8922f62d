//! Every spelling of a title that a machine can think of, and how many of them the tagger survives.
//!
//! People write a title in full width, decomposed, with invisible characters, as a hashtag, with
//! other spaces, with particles glued on. Each spelling comes with the place where the title
//! stands in it, found here by rules of this file alone, so that the tagger's spans can be held
//! against it.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// How a title's spelling was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Perturbation {
    /// Not at all.
    AsWritten,
    /// Into base letters and marks, Hangul into its letters.
    Decomposed,
    /// ASCII into its full-width forms.
    FullWidth,
    /// Katakana into its half-width forms.
    HalfWidth,
    /// Latin letters into the bold ones of mathematics.
    Styled,
    /// One Latin letter into the Cyrillic one that looks like it.
    LookAlike,
    /// Invisible characters between the letters.
    ZeroWidth,
    /// Variation selectors behind the letters.
    Selectors,
    /// All in small letters.
    LowerCase,
    /// All in capitals.
    UpperCase,
    /// Each word with a capital.
    TitleCase,
    /// A hashtag without separators.
    Hashtag,
    /// A hashtag with a capital for each word.
    CamelHashtag,
    /// A hashtag with underscores for separators.
    UnderscoreHashtag,
    /// Separators left out.
    Joined,
    /// More than one space, or other spaces.
    Spaces,
    /// A line break in it.
    LineBreak,
    /// A space where the title has none, between Hangul syllables.
    Parted,
    /// Particles and copulas behind it.
    Particles,
    /// Punctuation around it.
    Punctuation,
    /// Emoji around it.
    Emoji,
    /// The number of an episode behind it.
    Episode,
    /// In a sentence.
    Sentence,
}

impl Perturbation {
    /// Its name in tables.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AsWritten => "as written",
            Self::Decomposed => "decomposed",
            Self::FullWidth => "full-width",
            Self::HalfWidth => "half-width",
            Self::Styled => "styled letters",
            Self::LookAlike => "look-alike",
            Self::ZeroWidth => "zero-width",
            Self::Selectors => "variation selectors",
            Self::LowerCase => "lower case",
            Self::UpperCase => "upper case",
            Self::TitleCase => "title case",
            Self::Hashtag => "hashtag",
            Self::CamelHashtag => "camelCase hashtag",
            Self::UnderscoreHashtag => "underscore hashtag",
            Self::Joined => "joined",
            Self::Spaces => "other spaces",
            Self::LineBreak => "line break",
            Self::Parted => "parted",
            Self::Particles => "particles",
            Self::Punctuation => "punctuation",
            Self::Emoji => "emoji",
            Self::Episode => "episode number",
            Self::Sentence => "sentence",
        }
    }
}

/// A title in another spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Perturbed {
    /// What was done to it.
    pub kind: Perturbation,
    /// A text that holds the title once.
    pub text: String,
    /// Its first code point there and one past its last, without punctuation at its ends, in whole
    /// grapheme clusters.
    pub span: (usize, usize),
}

/// A Latin title of fewer letters is not looked for with its spaces left out.
const JOINED_LETTERS_MIN: usize = 8;
/// A Hangul title of fewer syllables is not looked for with spaces that it does not have.
const PARTED_SYLLABLES_MIN: usize = 4;
const ZERO_WIDTH: [char; 7] =
    ['\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{AD}', '\u{200E}'];
const SPACES: [&str; 4] = ["  ", "\u{A0}", "\u{3000}", "\u{2009}"];
const PUNCTUATION: [(&str, &str); 10] = [
    ("\"", "\""),
    ("“", "”"),
    ("‘", "’,"),
    ("「", "」"),
    ("《", "》"),
    ("<", ">"),
    ("(", ")"),
    ("…", "!!!"),
    ("- ", "?"),
    ("*", "*"),
];
const EMOJI: [(&str, &str); 5] =
    [("❤️", "❤️"), ("🔥🔥", "😭"), ("👩‍👩‍👧‍👦", "🇰🇷"), ("👍🏽", "✨"), ("▶️", "1️⃣")];

/// `title` in every spelling that differs from another one; none for a title without letters.
pub fn perturbations(title: &str) -> Vec<Perturbed> {
    let mut spellings = Spellings { title, all: Vec::new() };
    spellings.add(Perturbation::AsWritten, "", title, "");
    spellings.add_letters();
    spellings.add_cases();
    spellings.add_hashtags();
    spellings.add_spacing();
    spellings.add_surroundings();
    spellings.all
}

struct Spellings<'a> {
    title: &'a str,
    all: Vec<Perturbed>,
}

impl Spellings<'_> {
    fn add(&mut self, kind: Perturbation, before: &str, body: &str, after: &str) {
        let text = [before, body, after].concat();
        let changed = kind == Perturbation::AsWritten || text != self.title;
        if changed && let Some(span) = span_in(&text, before.len(), before.len() + body.len()) {
            self.all.push(Perturbed { kind, text, span });
        }
    }

    fn add_letters(&mut self) {
        let title = self.title;
        self.add(Perturbation::Decomposed, "", &title.nfd().collect::<String>(), "");
        let wide: String = title.chars().map(full_width).collect();
        self.add(Perturbation::FullWidth, "", &wide, "");
        let narrow: String = title.chars().flat_map(half_width).collect();
        self.add(Perturbation::HalfWidth, "", &narrow, "");
        let styled: String = title.chars().map(bold).collect();
        self.add(Perturbation::Styled, "", &styled, "");
        if let Some(alike) = with_look_alike(title) {
            self.add(Perturbation::LookAlike, "", &alike, "");
        }
        for invisible in ZERO_WIDTH {
            let body = between(title, |_, _| true, invisible);
            self.add(Perturbation::ZeroWidth, "", &body, "");
        }
        for selector in ['\u{FE0E}', '\u{FE0F}'] {
            let body: String = title
                .chars()
                .flat_map(|c| [Some(c), c.is_alphabetic().then_some(selector)])
                .flatten()
                .collect();
            self.add(Perturbation::Selectors, "", &body, "");
        }
    }

    fn add_cases(&mut self) {
        let title = self.title;
        self.add(Perturbation::LowerCase, "", &title.to_lowercase(), "");
        self.add(Perturbation::UpperCase, "", &title.to_uppercase(), "");
        let words = title.split(' ').map(|word| capitalised(word, str::to_lowercase));
        self.add(Perturbation::TitleCase, "", &words.collect::<Vec<_>>().join(" "), "");
    }

    fn add_hashtags(&mut self) {
        let words = words(self.title);
        let camel: String = words.iter().map(|word| capitalised(word, str::to_owned)).collect();
        for (before, after) in [("", ""), ("so good ", " 🔥"), ("#drama#", "#kdrama")] {
            let before = format!("{before}#");
            self.add(Perturbation::Hashtag, &before, &words.concat(), after);
            self.add(Perturbation::Hashtag, &before, &words.concat().to_lowercase(), after);
            self.add(Perturbation::CamelHashtag, &before, &camel, after);
            self.add(Perturbation::UnderscoreHashtag, &before, &words.join("_"), after);
        }
    }

    fn add_spacing(&mut self) {
        let title = self.title;
        let joined = words(title).concat();
        let syllables = title.chars().filter(|&c| is_hangul(c)).count();
        if syllables > 0 || joined.chars().count() >= JOINED_LETTERS_MIN {
            self.add(Perturbation::Joined, "", &joined, "");
        }
        for space in SPACES {
            self.add(Perturbation::Spaces, "", &title.replace(' ', space), "");
        }
        self.add(Perturbation::LineBreak, "", &title.replacen(' ', "\n", 1), "");
        self.add(Perturbation::LineBreak, "", &title.replacen(' ', "\r\n", 1), "");
        if syllables >= PARTED_SYLLABLES_MIN {
            let all = between(title, |a, b| is_hangul(a) && is_hangul(b), ' ');
            self.add(Perturbation::Parted, "", &all, "");
        }
    }

    fn add_surroundings(&mut self) {
        let title = self.title;
        let Some(last) = title.chars().rev().find(|c| c.is_alphanumeric()) else { return };
        if is_hangul(last) || last.is_ascii_alphanumeric() {
            for particle in particles(last) {
                self.add(Perturbation::Particles, "", title, particle);
                self.add(Perturbation::Particles, "어제 ", title, &format!("{particle} 봤는데"));
            }
        }
        for (before, after) in PUNCTUATION {
            self.add(Perturbation::Punctuation, before, title, after);
        }
        if last.is_ascii_alphabetic() {
            self.add(Perturbation::Punctuation, "", title, "'s finale");
            self.add(Perturbation::Punctuation, "", title, "’s finale");
        }
        for (before, after) in EMOJI {
            // A keycap is a digit, too: behind another it would lengthen the number.
            let after = if last.is_numeric() { "🎬" } else { after };
            self.add(Perturbation::Emoji, before, title, after);
            self.add(Perturbation::Emoji, &format!("{before} "), title, &format!(" {after}"));
        }
        for episode in [" ep2", " EP.16", " E03", " 16회", " 2화", " 第3話"] {
            self.add(Perturbation::Episode, "", title, episode);
        }
        if is_hangul(last) {
            self.add(Perturbation::Episode, "", title, "2화");
            self.add(Perturbation::Episode, "", title, "16회");
        }
        for (before, after) in sentences(title) {
            self.add(Perturbation::Sentence, before, title, after);
        }
    }
}

/// The code points of the clusters from the first letter or digit in the bytes `from..to` to the
/// last one.
fn span_in(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let body = text.get(from..to)?;
    let first = from + body.find(char::is_alphanumeric)?;
    let last = from + body.rfind(char::is_alphanumeric)?;
    let mut edges = text.grapheme_indices(true).map(|(at, cluster)| (at, at + cluster.len()));
    let (start, mut end) = edges.find(|&(_, end)| first < end)?;
    if end <= last {
        end = edges.find(|&(_, end)| last < end)?.1;
    }
    let points = |bytes: &str| bytes.chars().count();
    Some((points(text.get(..start)?), points(text.get(..end)?)))
}

/// The runs of letters and digits; an apostrophe parts none.
fn words(title: &str) -> Vec<String> {
    let is_mark = |c: char| unicode_normalization::char::is_combining_mark(c);
    let parts = |c: char| !c.is_alphanumeric() && !is_mark(c) && !matches!(c, '\'' | '’' | 'ー');
    let words = title.split(parts).map(|word| word.replace(['\'', '’'], ""));
    words.filter(|word| !word.is_empty()).collect()
}

/// `word` with its first letter a capital and the rest as `rest` makes it.
fn capitalised(word: &str, rest: impl Fn(&str) -> String) -> String {
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.collect::<String>() + &rest(characters.as_str())
}

/// `text` with `inserted` between two letters that stand together, where `fits` says so.
fn between(text: &str, fits: impl Fn(char, char) -> bool, inserted: char) -> String {
    let mut result = String::new();
    let mut last: Option<char> = None;
    for c in text.chars() {
        if last.is_some_and(|l| l.is_alphanumeric() && c.is_alphanumeric() && fits(l, c)) {
            result.push(inserted);
        }
        result.push(c);
        last = Some(c);
    }
    result
}

const fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// ASCII in full width.
fn full_width(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Katakana in half width, where it has such a form: one character, or two with a voiced mark.
fn half_width(c: char) -> Vec<char> {
    let mut decomposed = c.to_string().nfd().collect::<Vec<_>>();
    let narrow = |wide: char| match wide {
        '\u{3099}' => Some('\u{FF9E}'),
        '\u{309A}' => Some('\u{FF9F}'),
        _ => ('\u{FF65}'..='\u{FF9D}').find(|n| n.to_string().nfkc().eq([wide])),
    };
    if !matches!(c, 'ァ'..='ー') || !decomposed.iter().all(|&wide| narrow(wide).is_some()) {
        return vec![c];
    }
    for wide in &mut decomposed {
        *wide = narrow(*wide).unwrap_or(*wide);
    }
    decomposed
}

/// A Latin letter among the bold letters of mathematics.
fn bold(c: char) -> char {
    let shifted = |first: char, to: u32| char::from_u32(c as u32 - first as u32 + to).unwrap_or(c);
    match c {
        'A'..='Z' => shifted('A', 0x1D5D4),
        'a'..='z' => shifted('a', 0x1D5EE),
        _ => c,
    }
}

/// `title` with one Latin letter turned Cyrillic, in a word that keeps another Latin letter.
fn with_look_alike(title: &str) -> Option<String> {
    const ALIKE: [(char, char); 9] = [
        ('a', 'а'),
        ('e', 'е'),
        ('o', 'о'),
        ('c', 'с'),
        ('p', 'р'),
        ('x', 'х'),
        ('A', 'А'),
        ('E', 'Е'),
        ('O', 'О'),
    ];
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    title.char_indices().find_map(|(at, c)| {
        let (_, alike) = ALIKE.iter().find(|(latin, _)| *latin == c)?;
        let (before, after) = (title.get(..at)?, title.get(at + 1..)?);
        let mixed = is_latin(before.chars().next_back()) || is_latin(after.chars().next());
        mixed.then(|| format!("{before}{alike}{after}"))
    })
}

/// What Korean glues to a noun that ends in `last`.
fn particles(last: char) -> &'static [&'static str] {
    /// Behind a syllable that ends in a consonant.
    const CLOSED: [&str; 25] = [
        "이",
        "은",
        "을",
        "의",
        "에",
        "에서",
        "도",
        "만",
        "과",
        "으로",
        "이라는",
        "보다",
        "처럼",
        "부터",
        "까지",
        "에게",
        "하고",
        "이다",
        "입니다",
        "이에요",
        "이랑",
        "에서는",
        "까지도",
        "ㅋㅋ",
        "ㅠㅠ",
    ];
    /// Behind one that ends in a vowel.
    const OPEN: [&str; 25] = [
        "가",
        "는",
        "를",
        "의",
        "에",
        "에서",
        "도",
        "만",
        "와",
        "로",
        "라는",
        "보다",
        "처럼",
        "부터",
        "까지",
        "에게",
        "하고",
        "다",
        "입니다",
        "예요",
        "랑",
        "에서는",
        "까지도",
        "ㅋㅋ",
        "ㅠㅠ",
    ];
    let final_consonant = (last as u32).checked_sub('가' as u32).is_some_and(|n| n % 28 != 0);
    if is_hangul(last) && final_consonant { &CLOSED } else { &OPEN }
}

/// What may stand around a title in its language.
fn sentences(title: &str) -> &'static [(&'static str, &'static str)] {
    let has = |of: fn(char) -> bool| title.chars().any(of);
    if has(is_hangul) {
        &[
            ("어제 밤에 ", " 보다가 울었어요"),
            ("요즘 제일 재밌는 드라마는 ", "!!"),
            ("다들 ", " 언제 정주행했어?"),
        ]
    } else if has(|c| matches!(c, 'ก'..='๛')) {
        &[("เมื่อคืนดู", "แล้วร้องไห้"), ("ชอบ ", " มากที่สุด"), ("ใครดู", "บ้าง")]
    } else if has(|c| matches!(c, 'ぁ'..='ヿ')) {
        &[("昨日", "を見て泣いた"), ("来週の", "が楽しみ"), ("今期は", "一択です。")]
    } else if has(|c| matches!(c, '一'..='鿿')) {
        &[("昨晚追完了", "，哭了"), ("大家都在看", "吗？"), ("我最喜欢", "的结局")]
    } else {
        &[
            ("finally watching ", " and I am in tears"),
            ("anoche terminé ", " y no paro de llorar"),
            ("quem mais está assistindo ", " hoje?"),
            ("siapa yang sudah nonton ", " semalam"),
            ("mọi người xem ", " chưa"),
        ]
    }
}
