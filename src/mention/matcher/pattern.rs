//! Regular expressions in the place of an alias's letters, for the analyst's special cases.
//!
//! One is tried only where its literal stands, over the text as written. The engine takes time
//! linear in the text whatever the expression; the sizes are bounded here.

use regex::{Regex, RegexBuilder};

use crate::mention::hit::Passage;
use crate::mention::span;

/// The longest expression, in characters.
const CHARS_MAX: usize = 500;
/// The most a compiled expression takes, in bytes.
const SIZE_MAX: usize = 1 << 20;
/// The most its search takes beside that, in bytes.
const CACHE_MAX: usize = 1 << 20;
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
    let found = regex
        .find_iter(passage.written)
        .find(|found| !found.is_empty() && found.end() > from)
        .filter(|found| found.start() < to)?;
    let last = found.as_str().char_indices().next_back()?.0;
    let range = span::clusters(passage.written, found.start(), found.start() + last)?;
    let place = |byte: usize| {
        let before = |&at: &usize| skeleton.origin(at).is_some_and(|origin| origin < byte);
        (0..skeleton.bytes().len()).take_while(before).count()
    };
    let within = (place(range.0), place(range.1));
    (within.0 < within.1).then_some((within, range))
}
