//! How wide text is on a terminal, and what of it must not reach one.

/// What takes the place of a character that a terminal would obey.
const NEUTRAL: char = '\u{fffd}';

/// Characters of two columns, as ranges: Hangul, kana, Han, full-width forms, pictures.
const WIDE: [(u32, u32); 16] = [
    (0x1100, 0x115f),
    (0x231a, 0x231b),
    (0x23e9, 0x23ec),
    (0x2614, 0x2615),
    (0x2705, 0x2705),
    (0x2728, 0x2728),
    (0x274c, 0x274c),
    (0x2b50, 0x2b50),
    (0x2e80, 0x303e),
    (0x3041, 0xa4cf),
    (0xa960, 0xa97c),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0x1f300, 0x3fffd),
];

/// Characters of no column of their own: marks on the one before, joiners, the second halves of
/// Hangul written by letters.
const MARKS: [(u32, u32); 15] = [
    (0x0300, 0x036f),
    (0x0591, 0x05bd),
    (0x064b, 0x065f),
    (0x093a, 0x093c),
    (0x0941, 0x094d),
    (0x0e31, 0x0e31),
    (0x0e34, 0x0e3a),
    (0x0e47, 0x0e4e),
    (0x1160, 0x11ff),
    (0x1ab0, 0x1aff),
    (0x200b, 0x200d),
    (0x20d0, 0x20f0),
    (0x3099, 0x309a),
    (0xfe00, 0xfe0f),
    (0xfe20, 0xfe2f),
];

fn within(ranges: &[(u32, u32)], character: char) -> bool {
    let code = u32::from(character);
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// How many columns a character takes.
fn columns(character: char) -> usize {
    match character {
        _ if within(&MARKS, character) => 0,
        _ if within(&WIDE, character) => 2,
        _ => 1,
    }
}

/// How many columns `text` takes; it has no control characters.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Text from elsewhere as text and nothing else: what moves a cursor, starts a sequence, breaks a
/// line or turns the direction of reading is replaced.
pub(super) fn plain(text: &str) -> String {
    let obeyed = |character: char| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|character| if obeyed(character) { NEUTRAL } else { character }).collect()
}

/// `text` in at most so many columns: cut before a whole character with its marks, and `…` says so.
pub(super) fn cut(text: &str, columns_max: usize) -> String {
    if width(text) <= columns_max {
        return text.to_owned();
    }
    let room = columns_max.saturating_sub(1);
    let mut taken = 0;
    let fits = |character: &char| {
        taken += columns(*character);
        taken <= room
    };
    let mut short: String = text.chars().take_while(fits).collect();
    if columns_max > 0 {
        short.push('…');
    }
    short
}

/// `text` in exactly so many columns, at the left or at the right of them.
pub(super) fn pad(text: &str, columns: usize, right: bool) -> String {
    let text = cut(text, columns);
    let space = " ".repeat(columns - width(&text));
    if right { space + &text } else { text + &space }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hangul_is_two_wide_and_a_thai_mark_none() {
        assert_eq!(width("Starlight"), 9);
        assert_eq!(width("별빛 소나타"), 11);
        // Four letters, and a vowel and a tone above them.
        assert_eq!(width("น้ำตา"), 5 - 1);
        assert_eq!(width("ドラマ🔥"), 8);
        assert_eq!(width("e\u{301}"), 1);
    }

    #[test]
    fn a_name_is_cut_between_characters_and_says_so() {
        assert_eq!(cut("별빛 소나타", 11), "별빛 소나타");
        assert_eq!(cut("별빛 소나타", 10), "별빛 소나…");
        assert_eq!(cut("별빛 소나타", 9), "별빛 소…");
        assert_eq!(cut("Cafe\u{301}s", 5), "Cafe\u{301}s");
        assert_eq!(cut("Cafe\u{301}s", 4), "Caf…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(pad("별", 4, true), "  별");
        assert_eq!(pad("별빛", 3, false), "별…");
    }

    #[test]
    fn what_a_terminal_would_obey_is_only_shown() {
        let evil = "a\x1b[2J\u{9b}31m\r\nb\u{202e}c\u{2028}d\x07\u{7f}\te";
        let shown = plain(evil);
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
        assert_eq!(
            shown,
            "a\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}\u{fffd}\u{fffd}e"
        );
        assert_eq!(plain("별빛 น้ำ e\u{301}"), "별빛 น้ำ e\u{301}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn padded_text_is_as_wide_as_it_was_told(text in "\\PC{0,30}", columns in 0_usize..40) {
            let text = plain(&text);
            prop_assert_eq!(width(&pad(&text, columns, false)), columns);
            prop_assert_eq!(width(&pad(&text, columns, true)), columns);
            prop_assert!(width(&cut(&text, columns)) <= columns);
        }
    }
}
