//! The common words of each language, by which a title that is made of them is told.
//!
//! Derived from open lists and from daebak's own: `vocabulary/NOTICE.md` says which, and their
//! licences. Words are kept as skeletons, so accents and case do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::normalize::Skeleton;
use super::particles;

/// The words of one language: white space parts them, `#` begins a comment line.
struct Lists {
    language: &'static str,
    /// The commonest.
    everyday: &'static [&'static str],
    /// Common too, but such that two of them in a phrase make it a name.
    rarer: &'static [&'static str],
}

const LISTS: [Lists; 12] = [
    lists("de", &[include_str!("vocabulary/de.txt")]),
    Lists {
        language: "en",
        everyday: &[include_str!("vocabulary/en.txt")],
        rarer: &[
            include_str!("vocabulary/en.rarer.txt"),
            include_str!("vocabulary/en.more.txt"),
        ],
    },
    lists("es", &[include_str!("vocabulary/es.txt"), include_str!("vocabulary/es.more.txt")]),
    lists("fr", &[include_str!("vocabulary/fr.txt")]),
    lists("id", &[include_str!("vocabulary/id.txt")]),
    lists("it", &[include_str!("vocabulary/it.txt")]),
    lists("ja", &[include_str!("vocabulary/ja.txt")]),
    lists("ko", &[include_str!("vocabulary/ko.txt"), include_str!("vocabulary/ko.more.txt")]),
    lists("pt", &[include_str!("vocabulary/pt.txt"), include_str!("vocabulary/pt.more.txt")]),
    lists("th", &[include_str!("vocabulary/th.txt")]),
    lists("vi", &[include_str!("vocabulary/vi.txt")]),
    lists("zh", &[include_str!("vocabulary/zh.txt"), include_str!("vocabulary/zh.more.txt")]),
];

const fn lists(language: &'static str, everyday: &'static [&'static str]) -> Lists {
    Lists { language, everyday, rarer: &[] }
}

/// How many words of a phrase may be of the rarer ones.
const RARER_MAX: usize = 1;
/// A longer text is no everyday phrase; in characters.
const PHRASE_CHARS_MAX: usize = 12;

/// The words of a language as skeletons.
#[derive(Default)]
struct Words {
    everyday: BTreeSet<Box<[u8]>>,
    rarer: BTreeSet<Box<[u8]>>,
}

static WORDS: LazyLock<BTreeMap<&str, Words>> = LazyLock::new(|| {
    let words = |lists: &Lists| Words {
        everyday: skeletons(lists.everyday),
        rarer: skeletons(lists.rarer),
    };
    LISTS.iter().map(|lists| (lists.language, words(lists))).collect()
});

fn skeletons(files: &[&str]) -> BTreeSet<Box<[u8]>> {
    let mut skeleton = Skeleton::default();
    let lines = files.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(str::split_whitespace).map(|word| {
        skeleton.read(word);
        Box::from(skeleton.bytes())
    });
    words.collect()
}

/// Whether `word`, a skeleton, is a common one of `language`; none is of a language without a list.
pub(super) fn has(language: &str, word: &str) -> bool {
    WORDS.get(language).is_some_and(|words| {
        words.everyday.contains(word.as_bytes()) || words.rarer.contains(word.as_bytes())
    })
}

/// Whether each of the words, skeletons, is a common one of `language`, and most are everyday ones.
pub(super) fn has_phrase<'a>(language: &str, mut phrase: impl Iterator<Item = &'a str>) -> bool {
    let Some(words) = WORDS.get(language) else { return false };
    let mut n_rarer = 0;
    phrase.all(|word| {
        let is_everyday = words.everyday.contains(word.as_bytes());
        n_rarer += usize::from(!is_everyday);
        is_everyday || (n_rarer <= RARER_MAX && words.rarer.contains(word.as_bytes()))
    })
}

/// Whether `text`, a skeleton, is common words of `language` one after the other; in Korean, each
/// may take particles.
pub(super) fn spells(language: &str, text: &str) -> bool {
    let ends: Vec<usize> =
        text.char_indices().map(|(at, _)| at).chain([text.len()]).take(PHRASE_CHARS_MAX + 2).collect();
    if ends.len() > PHRASE_CHARS_MAX + 1 {
        return false;
    }
    let is_word = |from: usize, to: usize| {
        let whole = text.get(from..to).unwrap_or_default();
        has(language, whole)
            || (language == "ko"
                && ends.iter().filter(|&&stem| from < stem && stem < to).any(|&stem| {
                    has(language, text.get(from..stem).unwrap_or_default())
                        && particles::is_tail(text.as_bytes().get(stem..to).unwrap_or_default())
                }))
    };
    let mut reached = vec![0];
    for &to in ends.iter().skip(1) {
        if reached.iter().any(|&from| is_word(from, to)) {
            reached.push(to);
        }
    }
    !text.is_empty() && reached.last() == Some(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_are_known_in_each_language() {
        let table = [
            ("en", "signal goblin moving healer mine move heaven name business proposal reply happiness"),
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
                assert!(language == "en" || !spells(language, word), "{language} {word}");
            }
        }
    }

    #[test]
    fn two_rarer_words_make_a_name() {
        let table = [("move to heaven", true), ("business proposal", true), ("twin peaks", false)];
        for (phrase, expected) in table {
            assert_eq!(has_phrase("en", phrase.split(' ')), expected, "{phrase}");
        }
    }

    #[test]
    fn phrases_of_common_words_are_seen_through() {
        let table = [
            ("ko", "나의아저씨", true),
            ("ko", "비밀의숲", true),
            ("ko", "이태원클라쓰", false),
            ("ko", "별빛소나타", false),
            ("zh", "我的名字", true),
            ("ja", "星光のソナタ", false),
            ("th", "ความรักของเรา", false),
            ("ko", "", false),
        ];
        for (language, text, expected) in table {
            assert_eq!(spells(language, text), expected, "{language} {text}");
        }
    }
}
