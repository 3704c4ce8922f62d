//! How people write a title otherwise, and what they write around it.

use unicode_normalization::UnicodeNormalization;

/// The runs of letters and digits; an apostrophe parts none.
pub(super) fn words(title: &str) -> Vec<String> {
    let is_mark = |c: char| unicode_normalization::char::is_combining_mark(c);
    let parts = |c: char| !c.is_alphanumeric() && !is_mark(c) && !matches!(c, '\'' | '’' | 'ー');
    let words = title.split(parts).map(|word| word.replace(['\'', '’'], ""));
    words.filter(|word| !word.is_empty()).collect()
}

/// `word` with its first letter a capital and the rest as `rest` makes it.
pub(super) fn capitalised(word: &str, rest: impl Fn(&str) -> String) -> String {
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.collect::<String>() + &rest(characters.as_str())
}

/// `text` with `inserted` between two letters that stand together, where `fits` says so.
pub(super) fn between(text: &str, fits: impl Fn(char, char) -> bool, inserted: char) -> String {
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

/// Whether `c` is a Hangul syllable.
pub(super) const fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// ASCII in full width.
pub(super) fn full_width(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Katakana in half width, where it has such a form: one character, or two with a voiced mark.
pub(super) fn half_width(c: char) -> Vec<char> {
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
pub(super) fn bold(c: char) -> char {
    let shifted = |first: char, to: u32| char::from_u32(c as u32 - first as u32 + to).unwrap_or(c);
    match c {
        'A'..='Z' => shifted('A', 0x1D5D4),
        'a'..='z' => shifted('a', 0x1D5EE),
        _ => c,
    }
}

/// `title` with one Latin letter turned Cyrillic, in a word that keeps another Latin letter.
pub(super) fn with_look_alike(title: &str) -> Option<String> {
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
pub(super) fn particles(last: char) -> &'static [&'static str] {
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
pub(super) fn sentences(title: &str) -> &'static [(&'static str, &'static str)] {
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
