//! What may follow a Korean noun without a space: particles, copulas and their endings.
//!
//! Korean writes them onto the noun (`시그널이`, `시그널에서는`, `시그널입니다`), while a noun of
//! its own there makes another word (`시그널링`). So a name is taken with a tail of particles, at
//! most [`STACKED_MAX`] of them and at most one ending, and with no other tail.

/// How many particles may be stacked before the ending.
const STACKED_MAX: usize = 3;

/// Particles that others may follow.
const STACKED: [&str; 30] = [
    "에", "에서", "에게", "께", "한테", "으로", "로", "보다", "처럼", "만큼", "까지", "부터",
    "마저", "조차", "밖에", "뿐", "대로", "마다", "만", "과", "와", "랑", "이랑", "하고", "의",
    "이라", "라", "들", "이", "같이",
];

/// Particles and endings that close the word.
const CLOSING: [&str; 93] = [
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
    "라도",
    "이라도",
    "란",
    "이란",
    "여",
    "이여",
    "야",
    "이야",
    "아",
    "라는",
    "이라는",
    "라고",
    "이라고",
    "라며",
    "이라며",
    "라서",
    "이라서",
    "라면",
    "이라면",
    "라니",
    "이라니",
    "라지만",
    "이라지만",
    "랑은",
    "다",
    "이다",
    "였다",
    "이었다",
    "였어",
    "이었어",
    "였어요",
    "이었어요",
    "였는데",
    "이었는데",
    "였던",
    "이었던",
    "였음",
    "이었음",
    "예요",
    "이에요",
    "이예요",
    "에요",
    "입니다",
    "입니까",
    "입니당",
    "임",
    "인데",
    "인데요",
    "인듯",
    "인줄",
    "인가",
    "인가요",
    "인지",
    "인",
    "고",
    "이고",
    "며",
    "이며",
    "지",
    "이지",
    "지만",
    "이지만",
    "죠",
    "이죠",
    "지요",
    "네",
    "이네",
    "네요",
    "이네요",
    "군",
    "이군",
    "군요",
    "이군요",
    "요",
    "이요",
    "님",
    "쯤",
    "같은",
    "같다",
    "같아",
    "같아요",
    "급",
    "용",
];

/// Whether `tail`, which runs from the end of a name up to the next boundary, is one that a noun
/// may carry. An empty one is.
pub(super) fn is_tail(tail: &[u8]) -> bool {
    is_tail_after(tail, 0)
}

fn is_tail_after(tail: &[u8], stacked: usize) -> bool {
    tail.is_empty()
        || CLOSING.iter().any(|closing| closing.as_bytes() == tail)
        || (stacked < STACKED_MAX
            && STACKED.iter().any(|particle| {
                tail.strip_prefix(particle.as_bytes())
                    .is_some_and(|rest| is_tail_after(rest, stacked + 1))
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_stack_and_one_ending_closes() {
        for tail in ["", "이", "가", "에서는", "에서만큼은", "까지도", "입니다", "이라는", "보다는"]
        {
            assert!(is_tail(tail.as_bytes()), "{tail}");
        }
    }

    #[test]
    fn nouns_and_endless_tails_are_no_particles() {
        for tail in ["링", "촬영지", "나라", "은는이가", "에에에에에", "다이어리"]
        {
            assert!(!is_tail(tail.as_bytes()), "{tail}");
        }
    }
}
