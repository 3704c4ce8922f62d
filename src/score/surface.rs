//! What daebak is compared with: titles looked for as they are written, without a thought.

use std::cmp::Reverse;

/// A title found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// The place of the title.
    pub(super) title: usize,
    /// First code point and one past the last.
    pub(super) span: (usize, usize),
}

/// A text as a comparison reads it.
#[derive(Clone, Debug, Default)]
pub(super) struct Folded {
    chars: Vec<char>,
    /// The code point of the text that each came from.
    places: Vec<usize>,
}

impl Folded {
    /// In lower case.
    pub(super) fn lower(text: &str) -> Self {
        Self::of(text, |_| true)
    }

    /// In lower case, its letters and digits only.
    pub(super) fn squeezed(text: &str) -> Self {
        Self::of(text, char::is_alphanumeric)
    }

    fn of(text: &str, keeps: impl Fn(char) -> bool) -> Self {
        let mut folded = Self::default();
        for (place, c) in text.chars().enumerate().filter(|&(_, c)| keeps(c)) {
            for lower in c.to_lowercase() {
                folded.chars.push(lower);
                folded.places.push(place);
            }
        }
        folded
    }

    /// How many characters are left of it.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }
}

/// Names of titles, sorted, so that all that begin alike are found together.
#[derive(Clone, Debug, Default)]
pub(super) struct Surfaces(Vec<(Vec<char>, usize)>);

impl Surfaces {
    /// Names that were folded as the texts will be, each with the place of its title.
    pub(super) fn new(names: impl Iterator<Item = (Folded, usize)>) -> Self {
        let names = names.map(|(folded, title)| (folded.chars, title));
        let mut sorted: Vec<_> = names.filter(|(chars, _)| !chars.is_empty()).collect();
        sorted.sort();
        sorted.dedup();
        Self(sorted)
    }

    /// Every name in `text`, those inside others too.
    pub(super) fn find(&self, text: &Folded) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for start in 0..text.chars.len() {
            let mut alike = self.0.as_slice();
            let rest = text.chars.get(start..).unwrap_or_default();
            for (depth, c) in rest.iter().enumerate() {
                let from = alike.partition_point(|(name, _)| name.get(depth) < Some(c));
                let to = alike.partition_point(|(name, _)| name.get(depth) <= Some(c));
                alike = alike.get(from..to).unwrap_or_default();
                if alike.is_empty() {
                    break;
                }
                let whole = alike.iter().take_while(|(name, _)| name.len() == depth + 1);
                found.extend(whole.filter_map(|&(_, title)| {
                    let first = *text.places.get(start)?;
                    let last = *text.places.get(start + depth)?;
                    Some(Occurrence { title, span: (first, last + 1) })
                }));
            }
        }
        found
    }
}

/// Drops what lies within a longer one.
pub(super) fn keep_longest(found: &mut Vec<Occurrence>) {
    found.sort_by_key(|one| (one.span.0, Reverse(one.span.1)));
    let mut widest = (0, 0);
    found.retain(|one| {
        let is_within = one.span.1 <= widest.1 && one.span != widest;
        if !is_within {
            widest = one.span;
        }
        !is_within
    });
}

/// Whether no letter, digit or underscore stands against one of the name's own ends.
pub(super) fn stands_alone(text: &[char], (start, end): (usize, usize)) -> bool {
    let is_word = |at: Option<usize>| {
        let c = at.and_then(|at| text.get(at));
        c.is_some_and(|&c| c.is_alphanumeric() || c == '_')
    };
    let parts = |left: Option<usize>, right: Option<usize>| !(is_word(left) && is_word(right));
    parts(start.checked_sub(1), Some(start)) && parts(end.checked_sub(1), Some(end))
}

/// Whether a capital is in the name as the text writes it.
pub(super) fn has_capital(text: &[char], (start, end): (usize, usize)) -> bool {
    text.get(start..end).is_some_and(|name| name.iter().any(|c| c.is_uppercase()))
}
