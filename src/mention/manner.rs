//! How a name is written: what its own place in the text says of whether it is meant as a title.
//!
//! Titles are quoted, numbered by episode, and written with capitals where other words are not.

use super::verdict::Evidence;
use super::watching;

/// What stands around a title, left and right.
const QUOTES: [(char, char); 17] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('„', '“'),
    ('‘', '’'),
    ('«', '»'),
    ('<', '>'),
    ('〈', '〉'),
    ('《', '》'),
    ('＜', '＞'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('〔', '〕'),
    ('[', ']'),
    ('*', '*'),
    ('`', '`'),
];

/// Words that number an episode or season when digits follow.
const NUMBERED: [&str; 23] = [
    "ep",
    "eps",
    "epi",
    "episode",
    "episodes",
    "e",
    "s",
    "season",
    "cap",
    "capitulo",
    "capítulo",
    "episodio",
    "episódio",
    "épisode",
    "temporada",
    "saison",
    "folge",
    "staffel",
    "tập",
    "ตอนที่",
    "시즌",
    "part",
    "parte",
];
/// What stands behind the number of an episode.
const COUNTERS: [&str; 8] = ["화", "회", "부작", "話", "话", "集", "회차", "화차"];
/// Written before the number of an episode.
const ORDINAL: char = '第';
/// How much of a text is looked at on each side of a name, in bytes: a long text may repeat it.
const AROUND_MAX: usize = 1_500;
/// How far from a name the number of an episode may stand; in characters.
const REACH: usize = 24;
/// In letters: shorter words are written small even in a title, and tell nothing.
const SMALL_WORD_MAX: usize = 3;
/// How many words on each side of a name are looked at for their case.
const CASE_WORDS_MAX: usize = 100;

/// What says that the name at bytes `start..end` of `text` is meant as a title, if anything does.
pub(super) fn evidence(text: &str, (start, end): (usize, usize)) -> Option<Evidence> {
    let from = text.floor_char_boundary(start.saturating_sub(AROUND_MAX));
    let until = text.ceil_char_boundary(end.saturating_add(AROUND_MAX));
    let (before, name) = (text.get(from..start)?, text.get(start..end)?);
    let after = text.get(end..until)?;
    if is_quoted(before, after) {
        Some(Evidence::Quotes)
    } else if begins_with_episode(after) || ends_with_episode(before) {
        Some(Evidence::Episode)
    } else if watching::is_watched(before, after) {
        Some(Evidence::Watched)
    } else if is_foreign(before, name, after) {
        Some(Evidence::Script)
    } else if is_written_as_name(before, name, after) {
        Some(Evidence::Capitals)
    } else {
        None
    }
}

/// Whether bytes `start..end` of `text` are all of a hashtag but its `#`.
pub(super) fn is_whole_hashtag(text: &str, (start, end): (usize, usize)) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    before.ends_with(['#', '＃']) && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

fn is_quoted(before: &str, after: &str) -> bool {
    let mut left = before.trim_end().chars();
    let Some(opening) = left.next_back() else { return false };
    let starts_word = !left.next_back().is_some_and(char::is_alphanumeric);
    let inner = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '!' | '?' | '…');
    let Some(closing) = after.trim_start_matches(inner).chars().next() else { return false };
    starts_word && QUOTES.contains(&(opening, closing))
}

/// Whether `after`, what follows a name, starts with the number of an episode: `ep 5`, `S2E4`,
/// `3화`, `第4話`.
fn begins_with_episode(after: &str) -> bool {
    let near: String = after.chars().take(REACH).flat_map(char::to_lowercase).collect();
    let near = near.trim_start_matches(|c: char| !c.is_alphanumeric() && !is_quote(c));
    if let Some(number) = near.strip_prefix(ORDINAL) {
        return number.contains(['話', '话', '集', '回']);
    }
    let after_number = near.trim_start_matches(|c: char| c.is_ascii_digit());
    if after_number.len() < near.len() {
        let counter = after_number.trim_start();
        return COUNTERS.iter().any(|written| counter.starts_with(written));
    }
    NUMBERED.iter().any(|word| {
        let number = near.strip_prefix(word).map(|rest| rest.trim_start_matches(['.', ' ', '#']));
        number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Whether `before`, what precedes a name, ends with the number of an episode of it: `episode 5
/// of`.
fn ends_with_episode(before: &str) -> bool {
    const OF: [&str; 6] = ["of", "de", "do", "da", "di", "von"];
    let mut words = before.rsplit(char::is_whitespace).filter(|word| !word.is_empty());
    let of = words.next().is_some_and(|word| OF.contains(&word));
    let number = words.next().unwrap_or_default();
    let word = words.next().unwrap_or_default().to_lowercase();
    of && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && NUMBERED.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()))
}

fn is_quote(c: char) -> bool {
    QUOTES.iter().any(|&(opening, _)| opening == c)
}

/// Whether all around `name` is Latin, and it is not.
fn is_foreign(before: &str, name: &str, after: &str) -> bool {
    let is_latin = |c: char| matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}');
    let mut around = before.chars().chain(after.chars()).filter(|c| c.is_alphabetic()).peekable();
    let mut letters = name.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some()
        && !letters.any(is_latin)
        && around.peek().is_some()
        && around.all(is_latin)
}

/// Whether `name` has the capitals of a name, and what stands around it has not.
fn is_written_as_name(before: &str, name: &str, after: &str) -> bool {
    let words = || name.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
    let has_small = words().any(|word| word.starts_with(char::is_lowercase) && !is_small(word));
    let n_capitals = words().filter(|word| starts_name(word)).count();
    if has_small || n_capitals == 0 {
        return false;
    }
    let starts = starts_sentence(before);
    let (n_names, n_others) = cases(before, after);
    // All in capitals, it may only be loud.
    let is_loud = !name.contains(char::is_lowercase);
    if words().nth(1).is_some() && !is_loud {
        let first_is_capital = words().next().is_some_and(starts_name);
        return n_capitals > usize::from(starts && first_is_capital)
            && n_names <= n_others + 1
            && (n_others > 0 || !has_named_neighbour(before, after));
    }
    !starts && n_others > 0 && n_others >= n_names && !has_named_neighbour(before, after)
}

/// Part of a word, as an apostrophe is.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

fn is_small(word: &str) -> bool {
    word.chars().count() <= SMALL_WORD_MAX
}

fn starts_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Whether a sentence starts behind `before`, so that any word there has a capital.
fn starts_sentence(before: &str) -> bool {
    let line = before.trim_end_matches([' ', '\t']);
    let trimmed =
        line.trim_end_matches(|c: char| is_quote(c) || matches!(c, ' ' | '(' | '“' | '‘'));
    // Behind a dash stands what it is about: `artist - title`.
    let dashed = trimmed.trim_end_matches(['-', '–', '—', ' ']);
    let trimmed = if dashed.ends_with('\n') || dashed.is_empty() { trimmed } else { dashed };
    let last = trimmed.rsplit(char::is_whitespace).next().unwrap_or_default();
    is_address(last)
        || !trimmed
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '&' | '/' | '\'' | '’'))
}

/// Whether the word is an @name, a hashtag or a link.
fn is_address(word: &str) -> bool {
    word.starts_with(['@', '#', '＠', '＃']) || word.contains("://")
}

/// How many words around a name start like one, and how many do not. Small words and those that
/// start a sentence do not tell.
fn cases(before: &str, after: &str) -> (usize, usize) {
    let (mut n_names, mut n_others) = (0, 0);
    let mut count = |text: &str, mut starts: bool| {
        for chunk in text.split_whitespace().take(CASE_WORDS_MAX) {
            let word = chunk.trim_matches(|c: char| !c.is_alphanumeric());
            if !starts && !is_address(chunk) && !is_small_latin(word) {
                match word.chars().next() {
                    Some(c) if c.is_uppercase() => n_names += 1,
                    Some(c) if c.is_alphabetic() => n_others += 1,
                    _ => {}
                }
            }
            starts = is_address(chunk) || chunk.ends_with(['.', '!', '?', '…', ':']);
        }
    };
    count(before, true);
    count(after, false);
    (n_names, n_others)
}

/// Whether the word is a short one of a script that has cases.
fn is_small_latin(word: &str) -> bool {
    is_small(word) && word.starts_with(|c: char| c.is_uppercase() || c.is_lowercase())
}

/// Whether a capital right before or behind the name makes both one name: `Signal Hill`.
fn has_named_neighbour(before: &str, after: &str) -> bool {
    let next = after.strip_prefix(' ').is_some_and(|next| next.starts_with(char::is_uppercase));
    let mut chunks = before.strip_suffix(' ').unwrap_or_default().rsplit(char::is_whitespace);
    let last = chunks.next().unwrap_or_default();
    let starts = chunks.next().is_none_or(|before| before.ends_with(['.', '!', '?', '…', ':']));
    let is_name = last.starts_with(char::is_uppercase) && last.ends_with(char::is_alphanumeric);
    next || (is_name && !starts && last.chars().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_make_a_name_foreign() {
        assert!(is_foreign("just finished ", "나의 아저씨", " with dad"));
        assert!(!is_foreign("it costs ", "2521", " in all"));
        assert!(!is_foreign("우리 dad ", "무빙", ""));
        assert!(!is_foreign("", "무빙", " 14!"));
    }

    #[test]
    fn numbers_of_episodes_are_told_from_other_numbers() {
        for after in [" ep 5", " S2E4!", ": Episode 12", " 3화", "은 14화", "第4話", " part 2"]
        {
            assert_eq!(begins_with_episode(after), after != "은 14화", "{after}");
        }
        for after in ["", " 1988", " 3 times", " e", " season of love", "第 一 次"] {
            assert!(!begins_with_episode(after), "{after}");
        }
        assert!(ends_with_episode("episode 5 of "));
        assert!(!ends_with_episode("5 of ") && !ends_with_episode("part of "));
    }

    #[test]
    fn a_name_is_quoted_when_nothing_else_is() {
        for (before, after) in [("“", "”"), ("say \"", "!\""), ("< ", " >"), ("'", "'")] {
            assert!(is_quoted(before, after), "{before}x{after}");
        }
        for (before, after) in [("“the ", "”"), ("", "\""), ("it'", "'"), ("“", " again”")]
        {
            assert!(!is_quoted(before, after), "{before}x{after}");
        }
    }
}
