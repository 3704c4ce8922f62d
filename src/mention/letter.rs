//! Single characters: what each one is to a skeleton, and what is left of it there.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// What a character is to the skeleton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Leaves no trace.
    Ignorable,
    /// White space.
    Space,
    /// Any other separator.
    Punctuation,
    /// A separator that goes on with a hashtag.
    Underscore,
    /// An apostrophe between or after letters.
    Apostrophe,
    /// `# @ : / .`: may begin a hashtag, or belong to a name or URL.
    Sigil,
    /// A capital of Latin, Greek or Cyrillic.
    Upper,
    /// Any other letter of those.
    Lower,
    /// A numeral of any script.
    Digit,
    /// A Hangul syllable.
    Hangul,
    /// A single Hangul letter, as in `ㅋㅋ`.
    Jamo,
    /// Hiragana or katakana.
    Kana,
    /// A Han character.
    Han,
    /// Thai and its neighbours, which put no spaces between words.
    Thai,
    /// A letter of any other script.
    Other,
    /// A letter in a circle or square: one of a word of such letters, or an emoji behind another.
    Enclosed,
    /// Has to be reduced together with what follows or precedes it.
    Slow,
}

impl Sort {
    /// Whether it has a place in the skeleton.
    pub(super) const fn is_letter(self) -> bool {
        matches!(
            self,
            Self::Upper
                | Self::Lower
                | Self::Digit
                | Self::Hangul
                | Self::Jamo
                | Self::Kana
                | Self::Han
                | Self::Thai
                | Self::Other
                | Self::Enclosed
        )
    }
}

/// One character below [`LOW_END`], reduced.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    bytes: [u8; 4],
    len: u8,
    /// What it is.
    pub(super) sort: Sort,
}

impl Entry {
    /// What is left of it: UTF-8.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Above it, Hangul, kana, Han and emoji are told by their ranges.
const LOW_END: u32 = 0x3000;

/// Every character below [`LOW_END`]: 72 kB, of which a text touches a few lines.
pub(super) static LOW: LazyLock<Vec<Entry>> =
    LazyLock::new(|| (0..LOW_END).map(|code| char::from_u32(code).map_or(SLOW, entry)).collect());

const SLOW: Entry = Entry { bytes: [0; 4], len: 0, sort: Sort::Slow };

fn entry(c: char) -> Entry {
    let sort = match c {
        '#' | '@' | ':' | '/' | '.' => Sort::Sigil,
        '_' => Sort::Underscore,
        '\'' | '’' | 'ʼ' | '`' | '´' => Sort::Apostrophe,
        '™' | '℠' | 'ª' | 'º' | '№' | 'ℹ' => Sort::Punctuation,
        '\u{1100}'..='\u{115E}' => Sort::Slow,
        _ if composes(c) => Sort::Slow,
        _ => {
            let mut own = [0; 4];
            let (reduced, sorts): (String, Vec<_>) = reduced(c.encode_utf8(&mut own)).unzip();
            let mut sorts = sorts.into_iter();
            let first = sorts.next().unwrap_or(Sort::Ignorable);
            if sorts.any(|sort| sort != first) || reduced.len() > 4 {
                return SLOW;
            }
            let mut bytes = [0; 4];
            if let Some(to) = bytes.get_mut(..reduced.len()) {
                to.copy_from_slice(reduced.as_bytes());
            }
            return Entry { bytes, len: u8::try_from(reduced.len()).unwrap_or(0), sort: first };
        }
    };
    Entry { sort, ..SLOW }
}

/// Compatibility forms unified, case folded, accents of Latin, Greek and Cyrillic stripped; and
/// what each character is that is left.
pub(super) fn reduced(cluster: &str) -> impl Iterator<Item = (char, Sort)> {
    let is_enclosed = cluster.starts_with(is_enclosed);
    let capital = cluster.starts_with(char::is_uppercase);
    let kept = |c: &char| !is_traceless(*c) && *c != 'ʼ';
    let left = cluster.nfkd().filter(kept).flat_map(fold).nfkc().filter(kept);
    left.map(move |c| match sort_of(c, capital) {
        sort if is_enclosed && sort.is_letter() => (c, Sort::Enclosed),
        sort => (c, sort),
    })
}

/// How many bytes the first character takes with those behind it that may compose with it, and
/// what leaves no trace among them.
pub(super) fn cluster_len(rest: &str) -> usize {
    /// No script has so many for one letter.
    const COMPOSING_MAX: usize = 31;
    let mut composing = 0;
    let mut goes_on = |c| {
        composing += usize::from(composes(c));
        is_traceless(c) || (composes(c) && composing <= COMPOSING_MAX)
    };
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let behind = rest.get(first..).unwrap_or_default();
    first + behind.find(|c| !goes_on(c)).unwrap_or(behind.len())
}

/// Full case folding by way of the standard library's mappings: `ẞ`, `ß`, `SS` and `ss` are one,
/// and so are `ς` and `σ`. Unlike Unicode's own table it takes the dotless `ı` for an `i`.
fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase).map(plain)
}

/// The letter that a Latin one is a form of, where Unicode has no mapping: letters with a stroke,
/// which many people type without it, and small capitals and white letters, with which they
/// adorn posts.
fn plain(c: char) -> char {
    const SMALL_CAPITALS: [(char, char); 24] = [
        ('ᴀ', 'a'),
        ('ʙ', 'b'),
        ('ᴄ', 'c'),
        ('ᴅ', 'd'),
        ('ᴇ', 'e'),
        ('ꜰ', 'f'),
        ('ɢ', 'g'),
        ('ʜ', 'h'),
        ('ɪ', 'i'),
        ('ᴊ', 'j'),
        ('ᴋ', 'k'),
        ('ʟ', 'l'),
        ('ᴍ', 'm'),
        ('ɴ', 'n'),
        ('ᴏ', 'o'),
        ('ᴘ', 'p'),
        ('ʀ', 'r'),
        ('ꜱ', 's'),
        ('ᴛ', 't'),
        ('ᴜ', 'u'),
        ('ᴠ', 'v'),
        ('ᴡ', 'w'),
        ('ʏ', 'y'),
        ('ᴢ', 'z'),
    ];
    let nth = |first: u32| {
        u8::try_from(c as u32 - first).map_or(c, |n| char::from(b'a'.saturating_add(n)))
    };
    match c {
        'ø' => 'o',
        '\0'..='\u{10F}' => c,
        'đ' => 'd',
        'ł' => 'l',
        '🅐'..='🅩' => nth('🅐' as u32),
        '🅰'..='🆉' => nth('🅰' as u32),
        _ => SMALL_CAPITALS.iter().find(|(small, _)| *small == c).map_or(c, |&(_, plain)| plain),
    }
}

/// What a reduced character is; `capital` tells the case it had.
pub(super) fn sort_of(c: char, capital: bool) -> Sort {
    match c {
        _ if is_traceless(c) => Sort::Ignorable,
        _ if c.is_whitespace() => Sort::Space,
        _ if c.is_numeric() => Sort::Digit,
        _ if !c.is_alphabetic() && !is_combining_mark(c) => Sort::Punctuation,
        '\u{AC00}'..='\u{D7A3}' => Sort::Hangul,
        '\u{1100}'..='\u{11FF}'
        | '\u{3131}'..='\u{318E}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{D7B0}'..='\u{D7FF}' => Sort::Jamo,
        '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => Sort::Kana,
        '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' => Sort::Han,
        _ if is_thai(c) => Sort::Thai,
        '\0'..='\u{52F}' | '\u{1D00}'..='\u{1FFF}' | '\u{2C60}'..='\u{2C7F}' if capital => {
            Sort::Upper
        }
        '\0'..='\u{52F}' | '\u{1D00}'..='\u{1FFF}' | '\u{2C60}'..='\u{2C7F}' => Sort::Lower,
        _ => Sort::Other,
    }
}

/// Latin letters in circles and squares, a few of which are emoji.
const fn is_enclosed(c: char) -> bool {
    matches!(c, 'Ⓐ'..='ⓩ' | '🄰'..='🅉' | '🅐'..='🅩' | '🅰'..='🆉')
}

/// Thai, Lao, Myanmar and Khmer: no spaces between words.
const fn is_thai(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

/// Combining marks that go with Latin, Greek and Cyrillic, and with emoji.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{2DE0}'..='\u{2DFF}'
        | '\u{A66F}'..='\u{A67D}' | '\u{FE20}'..='\u{FE2F}')
}

/// Characters that leave no trace behind a letter.
const fn is_traceless(c: char) -> bool {
    is_ignorable(c) || is_accent(c)
}

/// Characters without a shape of their own.
const fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Characters that may compose with the one before them.
pub(super) fn composes(c: char) -> bool {
    let voiced = matches!(c, '\u{FF9E}' | '\u{FF9F}');
    voiced || (!is_accent(c) && is_nfkc_quick(std::iter::once(c)) == IsNormalized::Maybe)
}
