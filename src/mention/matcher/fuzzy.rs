//! A name with one slip of the finger: a letter missing, added, another, or swapped with its
//! neighbour.
//!
//! One slip leaves either the first half of the name whole or the second, so both are patterns of
//! the automaton, and what stands in the place of the other half is compared. Digits are no slips:
//! they tell one season from the next.

use super::index::{Found, Piece};
use crate::campaign::Alias;
use crate::mention::letter::{Sort, sort_of};

/// The two halves of a skeleton that is long enough. The character between them belongs to
/// neither, so that a swap spares one of them wherever it is.
pub(super) fn halves(skeleton: &str) -> Option<(&str, &str)> {
    let n = skeleton.chars().count();
    if n < Alias::FUZZY_LETTERS_MIN {
        return None;
    }
    let (middle, between) = skeleton.char_indices().nth(n / 2)?;
    Some((skeleton.get(..middle)?, skeleton.get(middle + between.len_utf8()..)?))
}

/// Where the whole of `name` may stand in the skeleton `text` of which a half was found, with one
/// slip, likeliest length first. Where it stands without one, that place comes first.
pub(super) fn ranges<'a>(
    text: &'a [u8],
    name: &'a str,
    found: Found,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    /// The longest character, in bytes.
    const CHAR_BYTES_MAX: usize = 4;
    let n = name.chars().count();
    let lengths = [n, n + 1, n - 1];
    // What stands right behind a name in full is another word, not a slip.
    let tried = if is_whole(text, name, found) { 1 } else { lengths.len() };
    lengths.into_iter().take(tried).filter_map(move |length| {
        let reach = CHAR_BYTES_MAX * length;
        let (start, end) = if found.piece == Piece::Head {
            let reached = text.get(found.start..text.len().min(found.start + reach))?;
            (found.start, found.start + bytes_from_start(reached, length)?)
        } else {
            let reached = text.get(found.end.saturating_sub(reach)..found.end)?;
            (found.end - bytes_from_end(reached, length)?, found.end)
        };
        let there = str::from_utf8(text.get(start..end)?).ok()?;
        (there == name || is_one_slip(there, name)).then_some((start, end))
    })
}

/// Whether all of a name stands where its half was found, and its other end is in a script that
/// writes the next word onto it.
fn is_whole(text: &[u8], name: &str, found: Found) -> bool {
    let (stands, edge) = if found.piece == Piece::Head {
        let behind = text.get(found.start..).unwrap_or_default();
        (behind.starts_with(name.as_bytes()), name.chars().next_back())
    } else {
        let before = text.get(..found.end).unwrap_or_default();
        (before.ends_with(name.as_bytes()), name.chars().next())
    };
    let is_unspaced =
        |c| matches!(sort_of(c, false), Sort::Hangul | Sort::Kana | Sort::Han | Sort::Thai);
    stands && edge.is_some_and(is_unspaced)
}

/// How many bytes the first `n` characters take.
fn bytes_from_start(text: &[u8], n: usize) -> Option<usize> {
    let starts = text.iter().enumerate().filter(|(_, byte)| begins_char(**byte));
    let ends = starts.map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().nth(n)
}

/// How many bytes the last `n` characters take.
fn bytes_from_end(text: &[u8], n: usize) -> Option<usize> {
    let mut starts = text.iter().enumerate().filter(|(_, byte)| begins_char(**byte));
    let (at, _) = starts.nth_back(n.checked_sub(1)?)?;
    Some(text.len() - at)
}

/// Whether a byte of UTF-8 is the first of a character.
pub(super) const fn begins_char(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Whether two words differ by exactly one slip.
fn is_one_slip(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
    let start: usize = same.sum();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let (mut a, mut b) = (a.chars(), b.chars());
    while let (Some(last_a), Some(last_b)) = (a.clone().next_back(), b.clone().next_back())
        && last_a == last_b
    {
        a.next_back();
        b.next_back();
    }
    if a.clone().chain(b.clone()).any(char::is_numeric) {
        return false;
    }
    match (a.clone().count(), b.clone().count()) {
        (0, 1) | (1, 0 | 1) => true,
        (2, 2) => a.eq(b.rev()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_one_letter_or_one_swap() {
        for (there, slip) in [
            ("starlightsonata", false),
            ("starlightsonat", true),
            ("tarlightsonata", true),
            ("starlightsonataa", true),
            ("starlihgtsonata", true),
            ("starlightsomata", true),
            ("starlightsomatta", false),
            ("tsralightsonata", false),
            ("starlightsonata2", false),
            ("별빛소나타", false),
        ] {
            assert_eq!(is_one_slip(there, "starlightsonata"), slip, "{there}");
        }
    }

    /// What `name` may be in `text`, first to last, where a half of it is found.
    fn there<'a>(name: &str, text: &'a str) -> Vec<Vec<&'a str>> {
        let (head, tail) = halves(name).unwrap();
        let pieces = [(Piece::Head, head), (Piece::Tail, tail)];
        let at = |(piece, half): (Piece, &str)| {
            let start = text.find(half)?;
            let found = Found { word: 0, piece, start, end: start + half.len() };
            let ranges = ranges(text.as_bytes(), name, found);
            Some(ranges.map(|(start, end)| &text[start..end]).collect())
        };
        pieces.into_iter().filter_map(at).collect()
    }

    #[test]
    fn a_name_in_full_takes_no_neighbour_in() {
        for (name, text) in [
            ("별빛소나타를부르는밤하늘", "드라마별빛소나타를부르는밤하늘봤다"),
            ("별빛소나타를부르는밤하늘", "별빛소나타를부르는밤하늘이"),
            ("梨泰院クラスと愛の不時着", "今日は梨泰院クラスと愛の不時着を見た"),
        ] {
            assert_eq!(there(name, text), [[name], [name]], "{text}");
        }
        let name = "starlightsonata";
        assert_eq!(there(name, "starlightsonatas")[0][..2], [name, "starlightsonatas"]);
        assert_eq!(there(name, "starlightsonta x"), [["starlightsonta"]]);
    }

    #[test]
    fn every_slip_spares_a_half() {
        let name = "abcdefghij";
        let (head, tail) = halves(name).unwrap();
        for at in 0..name.len() {
            let mut missing = name.to_owned();
            missing.remove(at);
            let mut swapped: Vec<char> = name.chars().collect();
            swapped.swap(at, (at + 1).min(name.len() - 1));
            for slipped in [missing, swapped.iter().collect()] {
                assert!(slipped.contains(head) || slipped.contains(tail), "{slipped}");
            }
        }
        assert_eq!(halves("abcdefghi"), None);
    }
}
