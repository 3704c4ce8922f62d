//! From places in a skeleton back to places in the text a reader sees.

use unicode_segmentation::GraphemeCursor;

use super::normalize::Skeleton;

/// The bytes of `text` that bytes `start..end` of its skeleton came from, extended to whole
/// grapheme clusters: no accent or joiner of theirs is left out.
pub(super) fn byte_range(
    text: &str,
    skeleton: &Skeleton,
    (start, end): (usize, usize),
) -> Option<(usize, usize)> {
    let first = skeleton.origin(start)?;
    let last = skeleton.origin(end.checked_sub(1)?)?;
    clusters(text, first, last)
}

/// The whole grapheme clusters of `text` from that of the character at byte `first` to that of the
/// one at byte `last`.
pub(super) fn clusters(text: &str, first: usize, last: usize) -> Option<(usize, usize)> {
    let mut cursor = GraphemeCursor::new(first, text.len(), true);
    let from = if cursor.is_boundary(text, 0).ok()? {
        first
    } else {
        cursor.prev_boundary(text, 0).ok()??
    };
    let to = GraphemeCursor::new(last, text.len(), true).next_boundary(text, 0).ok()??;
    Some((from, to))
}

/// A byte range of `text`, in code points.
pub(super) fn code_points(text: &str, (from, to): (usize, usize)) -> Option<(u32, u32)> {
    let first = text.get(..from)?.chars().count();
    let length = text.get(from..to)?.chars().count();
    Some((u32::try_from(first).ok()?, u32::try_from(first + length).ok()?))
}
