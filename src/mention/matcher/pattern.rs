//! Regular expressions in the place of an alias's letters, for the analyst's special cases.
//!
//! One is tried only around its literal, over the text as written. The engine takes time linear in
//! what it looks through whatever the expression; that and the sizes are bounded here.

use regex::{Regex, RegexBuilder};

use crate::mention::hit::Passage;
use crate::mention::span;

/// The longest expression, in characters.
const CHARS_MAX: usize = 500;
/// The most a compiled expression takes, in bytes.
const SIZE_MAX: usize = 1 << 20;
/// The most its search takes beside that, in bytes.
const CACHE_MAX: usize = 1 << 20;
/// How far from its literal a match may begin or end, in bytes: a text with the literal a thousand
/// times is not looked through as often.
const REACH_BYTES_MAX: usize = 512;
/// How deep its groups may nest.
const NEST_MAX: u32 = 20;

/// Compiles an alias's expression.
///
/// # Errors
/// Why it cannot be used, in words.
pub(super) fn compile(expression: &str) -> Result<Regex, String> {
    let n = expression.chars().count();
    if n > CHARS_MAX {
        return Err(format!("{n} characters; the limit is {CHARS_MAX}"));
    }
    let compiled = RegexBuilder::new(expression)
        .size_limit(SIZE_MAX)
        .dfa_size_limit(CACHE_MAX)
        .nest_limit(NEST_MAX)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(max) => {
                format!("compiled, it takes more than {max} bytes")
            }
            error => error.to_string(),
        })?;
    if compiled.is_match("") {
        return Err("it matches where nothing stands".to_owned());
    }
    Ok(compiled)
}

/// The first match that overlaps the literal at bytes `literal` of the skeleton: its bytes in the
/// skeleton, and in the text, extended to whole grapheme clusters.
pub(super) fn find(
    regex: &Regex,
    passage: &Passage<'_>,
    literal: (usize, usize),
) -> Option<((usize, usize), (usize, usize))> {
    let skeleton = passage.skeleton;
    let (from, to) = span::byte_range(passage.written, skeleton, literal)?;
    let written = passage.written;
    let begin = written.floor_char_boundary(from.saturating_sub(REACH_BYTES_MAX));
    let within = written.get(..written.ceil_char_boundary(to + REACH_BYTES_MAX))?;
    let mut at = begin;
    let found = loop {
        let found = regex.find_at(within, at)?;
        if !found.is_empty() && found.end() > from {
            break found;
        }
        // Nothing stands where it matches.
        at = found.end() + usize::from(found.is_empty());
        if at >= to {
            return None;
        }
        at = within.ceil_char_boundary(at);
    };
    // Where the text was cut, no `$` and no end of a word is sure.
    let is_cut = found.end() == within.len() && within.len() < written.len();
    if is_cut || found.start() >= to {
        return None;
    }
    let last = found.as_str().char_indices().next_back()?.0;
    let range = span::clusters(written, found.start(), found.start() + last)?;
    let places = (skeleton.place_of(range.0), skeleton.place_of(range.1));
    (places.0 < places.1).then_some((places, range))
}
