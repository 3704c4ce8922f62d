//! Letters that only look like those around them: `Stаrlight` with a Cyrillic `а`.
//!
//! A word in one script is what it says. A word that mixes scripts is read in the one script that
//! all its letters can stand for, Latin before Cyrillic; if there is none, it stays as written.
//! Which letters look alike is a fact of Unicode's security mechanisms (UTS 39, confusables); the
//! table holds the pairs that readers cannot tell apart in common typefaces.

/// A script whose letters are taken for another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
}

/// What a word may be read in, in that order. Not Greek: `μA` is no word.
const READ_IN: [Script; 2] = [Script::Latin, Script::Cyrillic];

/// Cyrillic and Greek letters and the Latin ones they look like, each in its own case.
const LOOK_ALIKES: [(&str, char); 48] = [
    ("АΑ", 'A'),
    ("ВΒ", 'B'),
    ("С", 'C'),
    ("Ԁ", 'D'),
    ("ЕΕ", 'E'),
    ("Ԍ", 'G'),
    ("НΗ", 'H'),
    ("ІΙ", 'I'),
    ("Ј", 'J'),
    ("КΚ", 'K'),
    ("Ӏ", 'L'),
    ("МΜ", 'M'),
    ("Ν", 'N'),
    ("ОΟ", 'O'),
    ("РΡ", 'P'),
    ("Ԛ", 'Q'),
    ("Ѕ", 'S'),
    ("ТΤ", 'T'),
    ("Ѵ", 'V'),
    ("Ԝ", 'W'),
    ("ХΧ", 'X'),
    ("УҮΥ", 'Y'),
    ("Ζ", 'Z'),
    ("аα", 'a'),
    ("ь", 'b'),
    ("сϲ", 'c'),
    ("ԁ", 'd'),
    ("е", 'e'),
    ("ԍ", 'g'),
    ("һ", 'h'),
    ("іι", 'i'),
    ("јϳ", 'j'),
    ("кκ", 'k'),
    ("ӏ", 'l'),
    ("м", 'm'),
    ("н", 'h'),
    ("η", 'n'),
    ("оοσ", 'o'),
    ("рρ", 'p'),
    ("ԛ", 'q'),
    ("г", 'r'),
    ("ѕ", 's'),
    ("тτ", 't'),
    ("υ", 'u'),
    ("ѵν", 'v'),
    ("ԝω", 'w'),
    ("хχ", 'x'),
    ("уүγ", 'y'),
];

/// Whether `c` belongs to a script of which a letter in a Latin word is likely to be meant as
/// Latin.
pub(super) const fn is_suspect(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{52F}' | '\u{1F00}'..='\u{1FFF}')
}

const fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
            Some(Script::Latin)
        }
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Some(Script::Greek),
        '\u{400}'..='\u{52F}' => Some(Script::Cyrillic),
        _ => None,
    }
}

/// The one reading of a word that mixes scripts, letter by letter; none for any other word. Each
/// letter comes as it was written and as it is left in a skeleton.
pub(super) fn one_reading(word: &[(char, char)]) -> Option<Vec<char>> {
    let mut scripts = word.iter().filter_map(|&(_, left)| script(left));
    let first = scripts.next()?;
    if scripts.all(|of| of == first) {
        return None;
    }
    READ_IN.into_iter().find_map(|to| {
        word.iter()
            .map(|&(written, left)| match script(left) {
                Some(from) if from != to => alike(written, to).or_else(|| alike(left, to)),
                _ => Some(left),
            })
            .collect()
    })
}

/// The letter of `to` that `c` looks like, in lower case.
fn alike(c: char, to: Script) -> Option<char> {
    let (others, latin) =
        LOOK_ALIKES.iter().find(|(others, latin)| *latin == c || others.contains(c))?;
    let found = match to {
        Script::Latin => *latin,
        _ => others.chars().find(|&other| script(other) == Some(to))?,
    };
    found.to_lowercase().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::tests::assert_named;

    fn reading(word: &str) -> Option<String> {
        let pairs: Vec<_> = word.chars().map(|c| (c, c.to_lowercase().next().unwrap())).collect();
        one_reading(&pairs).map(|read| read.into_iter().collect())
    }

    #[test]
    fn a_word_of_two_scripts_is_read_in_the_one_it_can_be() {
        for (word, expected) in [
            ("Stаrlight", "starlight"),
            ("Signаl", "signal"),
            ("ЅΙGNΑL", "signal"),
            ("gоblin", "goblin"),
            ("ΝОТEВООК", "notebook"),
            ("Cигнал", "сигнал"),
            ("Мoсквa", "москва"),
        ] {
            assert_eq!(reading(word).as_deref(), Some(expected), "{word}");
        }
    }

    #[test]
    fn a_word_of_one_script_or_of_letters_of_its_own_is_what_it_says() {
        for word in ["Signal", "сор", "ΑΒ", "Жsignal", "λsignal", "μA", "18", ""] {
            assert_eq!(reading(word), None, "{word}");
        }
    }

    #[test]
    fn each_look_alike_is_of_a_suspect_script_and_named_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (others, latin) in LOOK_ALIKES {
            for other in others.chars() {
                assert!(is_suspect(other) && seen.insert(other), "{other}");
                assert_eq!(other.is_uppercase(), latin.is_uppercase(), "{other}");
            }
        }
    }

    #[test]
    fn letters_that_look_alike_are_read_as_the_word_they_stand_in() {
        assert_named(&[
            ("Stаrlight Sоnata", &["sonata"]),
            ("#Stаrlight_Sоnata then", &["#sonata"]),
            ("ЅΙGNΑL", &["signal"]),
            ("Сигнал Signal", &["signal"]),
            ("ｓｉgnаl", &["signal"]),
            ("ꜱɪɢɴᴀʟ", &["signal"]),
            ("🆂🅸🅶🅽🅰🅻 🅢🅘🅖🅝🅐🅛", &["signal"]),
        ]);
    }
}
