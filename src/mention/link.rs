//! What tells links from other text.

/// How many bytes at the end of `text` are of the sort asked for.
pub(super) fn tail_len(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes().rev().take_while(|&b| belongs(b)).count()
}

/// Whether `b` may stand in a host's name.
pub(super) const fn is_host(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'.' || b == b'-'
}

/// Whether `before` ends in a host `www`.
pub(super) fn is_www(before: &str) -> bool {
    let host = before.len() - tail_len(before, is_host);
    before.get(host..).is_some_and(|host| host.eq_ignore_ascii_case("www"))
}

/// Whether what follows a dot is one of the endings that people write without a path.
pub(super) fn begins_with_top_level(after: &str) -> bool {
    ["com", "net", "org"].iter().any(|name| {
        after
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// Whether `before` ends in a host name such as `youtu.be`.
pub(super) fn is_domain(before: &str) -> bool {
    let host = before.get(before.len() - tail_len(before, is_host)..).unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(name, top)| {
        !name.is_empty()
            && (2..=6).contains(&top.len())
            && top.bytes().all(|b| b.is_ascii_lowercase())
    })
}

/// Whether `c` ends a URL.
pub(super) fn ends_url(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\u{3000}'..='\u{303F}' | '（' | '）')
}
