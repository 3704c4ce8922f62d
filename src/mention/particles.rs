//! What may follow a Korean noun without a space: particles, copulas, and what fans write there.
//!
//! Korean writes particles and copulas onto the noun (`시그널이`, `시그널에서는`, `시그널입니다`),
//! and people in a hurry leave out the space behind them, or the one before the commonest words
//! about dramas (`시그널정주행`). Another noun there makes another word (`시그널링`), and is no tail.

/// How many particles may be stacked before the ending.
const STACKED_MAX: usize = 3;
/// A shorter name is taken with particles only: too many words begin with it.
const FOLLOWED_SYLLABLES_MIN: usize = 2;

/// Particles that others may follow.
const STACKED: &[&str] = &[
    "에",
    "에서",
    "에게",
    "께",
    "한테",
    "으로",
    "로",
    "보다",
    "처럼",
    "만큼",
    "까지",
    "부터",
    "마저",
    "조차",
    "밖에",
    "뿐",
    "대로",
    "마다",
    "만",
    "과",
    "와",
    "랑",
    "이랑",
    "하고",
    "의",
    "이라",
    "라",
    "들",
    "이",
    "같이",
    "치고",
    "으로서",
    "로서",
    "으로써",
    "로써",
];

/// Particles and endings that close the word, whatever the syllable before them: people misspell.
const CLOSING: &[&str] = &[
    "은",
    "는",
    "가",
    "을",
    "를",
    "도",
    "나",
    "이나",
    "든지",
    "이든지",
    "란",
    "이란",
    "여",
    "이여",
    "야",
    "아",
    "예요",
    "에요",
    "임",
    "인",
    "요",
    "용",
    "쯤",
    "랑은",
    "일까",
    "일까요",
    "일지",
    "일지도",
    "일듯",
    "일텐데",
    "일거야",
    "일뿐",
    "인걸",
    "인걸요",
    "인감",
    "인교",
    "땜에",
    "치곤",
    "라곤",
    "이여서",
    "엔",
    "론",
    "으론",
    "한텐",
    "로선",
    "까진",
    "부턴",
    "보단",
    "야말로",
    "이야말로",
    "말고",
    "빼고",
    "대신",
    "중",
    "중에",
    "속",
    "관련",
    "이래",
    "이건",
    "이게",
    "일때",
    "임에도",
];

/// Endings of the copula behind its `이`, which a name that ends in a vowel may go without.
const COPULA: &[&str] = &[
    "다",
    "라",
    "라고",
    "라는",
    "라며",
    "라면",
    "라면서",
    "라서",
    "라니",
    "라도",
    "라지만",
    "라던",
    "라는데",
    "란다",
    "야",
    "냐",
    "니",
    "네",
    "지",
    "고",
    "며",
    "면",
    "나",
    "든",
    "던",
    "구나",
    "군",
    "거든",
    "더라",
    "더라고",
    "잖아",
    "지만",
    "니까",
    "자",
    "죠",
    "예",
];

/// What makes any of those polite.
const POLITE: &[&str] = &["요", "용", "염", "여"];

/// Particles and copulas behind which the space is often left out: no word begins with them.
const OPEN: &[&str] = &[
    "를", "는", "을", "에서", "에게", "에대", "에관", "으로", "한테", "처럼", "만큼", "까지",
    "부터", "보다", "마저", "조차", "밖에", "같은", "같다", "같아", "같음", "같네", "같이", "라는",
    "라고", "이라", "이랑", "이란", "입니", "인데", "인줄", "인듯", "인지", "인가", "인거", "인것",
    "이었", "였", "이야", "이다",
];

/// More of them, which begin other words, yet those are not written onto a name this long.
const OPEN_BEHIND_LONG: &[&str] = &["은", "의", "에"];
/// How long.
const LONG_SYLLABLES_MIN: usize = 3;

/// Nouns that particles may follow.
const NOUNS: &[&str] = &[
    "팬", "급", "판", "때", "편", "본", "짤", "쪽", "님", "씨", "오빠", "언니", "누나", "선배",
    "배우", "형님",
];

/// What makes a verb of a noun, or says that it goes on.
const VERBAL: &[&str] =
    &["하", "했", "한", "할", "함", "합", "해", "되", "됐", "된", "될", "됨", "중"];

/// Words about dramas and watching them, and how people like them; anything may follow.
const WORDS: &[&str] = &[
    "드라마",
    "영화",
    "시리즈",
    "시즌",
    "방영",
    "방송",
    "종영",
    "본방",
    "재방",
    "막방",
    "첫방",
    "정주행",
    "다시보기",
    "몰아보기",
    "촬영",
    "출연",
    "주연",
    "원작",
    "감독",
    "작가",
    "명대사",
    "명장면",
    "결말",
    "줄거리",
    "엔딩",
    "리뷰",
    "후기",
    "스포",
    "예고",
    "티저",
    "포스터",
    "메이킹",
    "움짤",
    "앓이",
    "덕후",
    "덕질",
    "러버",
    "재밌",
    "재미",
    "잼있",
    "존잼",
    "꿀잼",
    "노잼",
    "개꿀",
    "핵잼",
    "최고",
    "대박",
    "명작",
    "진짜",
    "정말",
    "너무",
    "완전",
    "역시",
    "좋다",
    "좋아",
    "좋은",
    "보고",
    "보는",
    "보면",
    "보러",
    "보자",
    "보기",
    "봤",
    "봐",
    "볼까",
    "볼만",
    "덕분",
    "때문",
    "이후",
    "이전",
    "그자체",
    "자체",
];

/// Whether `tail`, which runs from the end of `name` up to the next boundary, is one that the noun
/// may carry. An empty one is, and so is the name once more.
pub(super) fn is_tail(tail: &str, name: &str) -> bool {
    let mut tail = tail;
    while let Some(rest) = tail.strip_prefix(name)
        && !name.is_empty()
    {
        tail = rest;
    }
    let closed = name.chars().next_back().is_some_and(ends_in_consonant);
    if is_closed(tail, closed, 0) {
        return true;
    }
    let begins = |word: &&str| tail.starts_with(word);
    let syllables = name.chars().count();
    syllables >= FOLLOWED_SYLLABLES_MIN
        && (OPEN.iter().chain(WORDS).any(begins)
            || (syllables >= LONG_SYLLABLES_MIN && OPEN_BEHIND_LONG.iter().any(begins))
            || NOUNS.iter().any(|noun| {
                tail.strip_prefix(noun)
                    .is_some_and(|rest| is_closed(rest, noun.ends_with(ends_in_consonant), 0))
            }))
}

/// Whether `tail` begins as that of a verb made of a noun does: `정주행하는`, `종영했다`, `방영중`.
pub(super) fn is_verbal(tail: &str) -> bool {
    VERBAL.iter().any(|verb| tail.starts_with(verb))
}

/// Whether nothing but particles and one ending is left; `closed` says whether they follow a
/// consonant.
fn is_closed(tail: &str, closed: bool, stacked: usize) -> bool {
    tail.is_empty()
        || CLOSING.contains(&tail)
        || is_copula(tail, closed)
        || (stacked < STACKED_MAX
            && STACKED.iter().any(|particle| {
                tail.strip_prefix(particle).is_some_and(|rest| {
                    is_closed(rest, particle.ends_with(ends_in_consonant), stacked + 1)
                })
            }))
}

fn is_copula(tail: &str, closed: bool) -> bool {
    let ending = match tail.strip_prefix('이') {
        Some(ending) => ending,
        None if closed => return false,
        None => tail,
    };
    let plain = POLITE.iter().find_map(|polite| ending.strip_suffix(polite));
    COPULA.contains(&ending) || plain.is_some_and(|plain| COPULA.contains(&plain))
}

/// Whether a syllable ends in a consonant; what is no syllable does not.
fn ends_in_consonant(c: char) -> bool {
    /// How many endings a syllable may have, the first of which is none.
    const ENDINGS: u32 = 28;
    matches!(c, '가'..='힣') && !(c as u32 - '가' as u32).is_multiple_of(ENDINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_stack_and_one_ending_closes() {
        let tails = [
            "",
            "이",
            "가",
            "에서는",
            "에서만큼은",
            "까지도",
            "입니다",
            "이라는",
            "보다는",
            "이네요",
            "이었어요",
            "이죠",
            "들은",
            "이야",
            "일까",
            "이라면서요",
            "만으로도",
            "으론",
            "보단",
            "이야말로",
            "말고",
        ];
        for tail in tails {
            assert!(is_tail(tail, "시그널"), "{tail}");
        }
    }

    #[test]
    fn nouns_and_endless_tails_are_no_particles() {
        let tails =
            ["링", "나라", "이가은는", "에에에에에", "다이어리", "등", "워크", "하는", "한"];
        for tail in tails {
            assert!(!is_tail(tail, "무빙"), "{tail}");
        }
    }

    #[test]
    fn a_copula_goes_without_its_vowel_only_behind_another() {
        for tail in ["다", "네요", "고", "지만"] {
            assert!(is_tail(tail, "도깨비"), "{tail}");
            assert!(!is_tail(tail, "시그널"), "{tail}");
        }
    }

    #[test]
    fn what_fans_write_without_a_space_is_a_tail() {
        let tails = [
            "정주행중",
            "본방사수",
            "같은드라마",
            "급이다",
            "때부터",
            "보고옴",
            "를보다가",
            "팬이라면",
            "입니다여러분",
            "시그널",
        ];
        for tail in tails {
            assert!(is_tail(tail, "시그널"), "{tail}");
        }
        assert!(!is_tail("보고옴", "널"), "too many words begin with one syllable");
        assert!(is_tail("의음악에", "시그널") && !is_tail("의음악에", "무빙"));
    }
}
