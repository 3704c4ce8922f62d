//! The common words of each language, by which a title that is made of them is told.
//!
//! Derived from open lists and from daebak's own: `vocabulary/NOTICE.md` says which, and their
//! licences. Words are kept as skeletons, so accents and case do not count.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::normalize::Skeleton;
use super::particles;

/// Each language and the files of its words, the commonest first: everyday words; common ones, of
/// which two in a phrase make it a name; and those that are common only alone. White space parts
/// them, `#` begins a comment line.
const LISTS: [(&str, [&[&str]; 3]); 12] = [
    ("de", [&[include_str!("vocabulary/de.txt")], &[], &[]]),
    (
        "en",
        [
            &[include_str!("vocabulary/en.txt")],
            &[include_str!("vocabulary/en.rarer.txt")],
            &[include_str!("vocabulary/en.alone.txt")],
        ],
    ),
    (
        "es",
        [&[include_str!("vocabulary/es.txt"), include_str!("vocabulary/es.more.txt")], &[], &[]],
    ),
    ("fr", [&[include_str!("vocabulary/fr.txt")], &[], &[]]),
    ("id", [&[include_str!("vocabulary/id.txt")], &[], &[]]),
    ("it", [&[include_str!("vocabulary/it.txt")], &[], &[]]),
    ("ja", [&[include_str!("vocabulary/ja.txt")], &[include_str!("vocabulary/ja.rarer.txt")], &[]]),
    (
        "ko",
        [
            &[include_str!("vocabulary/ko.more.txt")],
            &[include_str!("vocabulary/ko.txt"), include_str!("vocabulary/ko.rarer.txt")],
            &[],
        ],
    ),
    (
        "pt",
        [&[include_str!("vocabulary/pt.txt"), include_str!("vocabulary/pt.more.txt")], &[], &[]],
    ),
    ("th", [&[include_str!("vocabulary/th.txt")], &[], &[]]),
    ("vi", [&[include_str!("vocabulary/vi.txt")], &[], &[]]),
    ("zh", [&[include_str!("vocabulary/zh.more.txt")], &[include_str!("vocabulary/zh.txt")], &[]]),
];

/// A longer text is no everyday phrase; in characters.
const PHRASE_CHARS_MAX: usize = 12;

/// The words of a language as skeletons, and in which of its lists each is.
#[derive(Default)]
struct Words(BTreeMap<Box<[u8]>, usize>);

impl Words {
    /// How rare `word` is; none if it is no common word.
    fn rarity(&self, word: &str) -> Option<usize> {
        self.0.get(word.as_bytes()).copied()
    }
}

static WORDS: LazyLock<BTreeMap<&str, Words>> =
    LazyLock::new(|| LISTS.iter().map(|&(language, lists)| (language, read(lists))).collect());

fn read(lists: [&[&str]; 3]) -> Words {
    let mut skeleton = Skeleton::default();
    let mut words = Words::default();
    for (rarity, files) in lists.into_iter().enumerate() {
        let lines = files.iter().flat_map(|file| file.lines());
        let lines = lines.filter(|line| !line.starts_with('#'));
        for word in lines.flat_map(str::split_whitespace) {
            skeleton.read(word);
            words.0.entry(skeleton.bytes().into()).or_insert(rarity);
        }
    }
    words
}

/// Whether `word`, a skeleton, is a common one of `language`; none is of a language without a list.
pub(super) fn has(language: &str, word: &str) -> bool {
    WORDS.get(language).is_some_and(|words| words.rarity(word).is_some())
}

/// How rare the words of a phrase, skeletons, are together in `language`: each of the second list
/// counts one. None if one of them is no common word.
pub(super) fn phrase_rarity<'a>(
    language: &str,
    phrase: impl Iterator<Item = &'a str>,
) -> Option<usize> {
    let words = WORDS.get(language)?;
    phrase.map(|word| words.rarity(word)).sum()
}

/// The same of `text`, a skeleton of words one after the other; in Korean, each may take particles.
pub(super) fn spelled_rarity(language: &str, text: &str) -> Option<usize> {
    let words = WORDS.get(language)?;
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    if ends.len() > PHRASE_CHARS_MAX + 1 {
        return None;
    }
    let rarity = |from: usize, to: usize| {
        let stems = ends.iter().copied().filter(|&stem| from < stem && stem <= to);
        let with_tail = stems.filter(|&stem| stem == to || language == "ko").filter(|&stem| {
            let (tail, stem) = (text.get(stem..to), text.get(from..stem));
            tail.zip(stem).is_some_and(|(tail, stem)| particles::is_tail(tail, stem))
        });
        with_tail.filter_map(|stem| words.rarity(text.get(from..stem)?)).min()
    };
    // To each end that words lead to, how rare they are at the least.
    let mut reached = vec![(0, 0)];
    for &to in ends.iter().skip(1) {
        let ways = reached.iter().filter_map(|&(from, n)| Some(n + rarity(from, to)?));
        if let Some(n) = ways.min() {
            reached.push((to, n));
        }
    }
    reached.last().filter(|&&(end, _)| 0 < end && end == text.len()).map(|&(_, n)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether but one of a phrase's words is of the second list.
    fn is_everyday(rarity: Option<usize>) -> bool {
        rarity.is_some_and(|n| n <= 1)
    }

    #[test]
    fn everyday_words_are_known_in_each_language() {
        let table = [
            (
                "en",
                "signal goblin moving healer mine move heaven name business proposal reply happiness",
            ),
            ("es", "corazon destino perfecto amor senal"),
            ("pt", "coracao segredo amor sinal"),
            ("id", "cinta hati rahasia pindah"),
            ("ko", "사랑 친구 도깨비 시그널 무빙 아저씨 나"),
            ("ja", "信号 友達 シグナル 初恋"),
            ("zh", "信号 名字 朋友 移动 我的"),
            ("th", "สัญญาณ ความรัก เพื่อน"),
            ("vi", "tinh yeu ban"),
            ("fr", "amour bonheur"),
            ("de", "liebe herz"),
            ("it", "amore"),
        ];
        for (language, words) in table {
            for word in words.split(' ') {
                assert!(has(language, word), "{language} {word}");
            }
        }
    }

    #[test]
    fn names_are_no_common_words() {
        let table = [
            ("en", "vincenzo minecraft starlightsonata zombieverse"),
            ("ko", "빈센조 펜트하우스 킹더랜드"),
            ("ja", "半沢直樹"),
            ("xx", "signal"),
        ];
        for (language, words) in table {
            for word in words.split(' ') {
                assert!(!has(language, word), "{language} {word}");
                assert!(language == "en" || spelled_rarity(language, word).is_none(), "{word}");
            }
        }
    }

    #[test]
    fn two_rarer_words_make_a_name() {
        let table = [
            ("move to heaven", true),
            ("business proposal", true),
            ("twin peaks", false),
            ("squid game", false),
        ];
        for (phrase, expected) in table {
            let rarity = phrase_rarity("en", phrase.split(' '));
            assert_eq!(is_everyday(rarity), expected, "{phrase}");
        }
    }

    #[test]
    fn phrases_of_common_words_are_seen_through() {
        let table = [
            ("ko", "나의아저씨", true),
            ("ko", "친구의비밀을", true),
            ("ko", "눈물의여왕", false),
            ("ko", "이태원클라쓰", false),
            ("ko", "별빛소나타", false),
            ("zh", "我的名字", true),
            ("zh", "天空之城", false),
            ("ja", "涙の女王", false),
            ("ja", "彼女の友達", true),
            ("th", "ความรักของเรา", false),
            ("ko", "", false),
        ];
        for (language, text, expected) in table {
            assert_eq!(is_everyday(spelled_rarity(language, text)), expected, "{language} {text}");
        }
    }
}
