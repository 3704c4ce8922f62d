//! What tells links from other text.

/// The longest name of a host, in bytes; what is longer belongs to no link. So that a long run of
/// letters and dots is not walked back over at each of them.
const HOST_BYTES_MAX: usize = 253;

/// How many bytes at the end of `text` are of the sort asked for, of a host's length at the most.
pub(super) fn tail_len(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes().rev().take(HOST_BYTES_MAX).take_while(|&b| belongs(b)).count()
}

/// How many bytes of a URL stand before `c`, which shows that one is there; none if it does not.
pub(super) fn begun(c: char, before: &str, after: &str) -> Option<usize> {
    match c {
        ':' if after.starts_with("//") => Some(tail_len(before, |b| b.is_ascii_alphanumeric())),
        '.' if is_www(before) => Some("www".len()),
        '.' if begins_with_top_level(after) => Some(tail_len(before, is_host)),
        '/' if is_domain(before) => Some(tail_len(before, is_host)),
        _ => None,
    }
}

/// Whether `b` may stand in an @name.
pub(super) const fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'.'
}

/// Whether `b` may stand before the `@` of an address.
pub(super) const fn is_local(b: u8) -> bool {
    is_name(b) || b == b'-'
}

/// Whether `b` may stand in a host's name.
const fn is_host(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'.' || b == b'-'
}

/// Whether `before` ends in a host `www`.
fn is_www(before: &str) -> bool {
    let Some((before, host)) = before.as_bytes().split_last_chunk::<3>() else { return false };
    host.eq_ignore_ascii_case(b"www") && !before.last().is_some_and(|&b| is_host(b))
}

/// Whether what follows a dot is one of the endings that people write without a path.
fn begins_with_top_level(after: &str) -> bool {
    ["com", "net", "org"].iter().any(|name| {
        after
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// Whether `before` ends in a host name such as `youtu.be`.
fn is_domain(before: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use crate::mention::normalize::Skeleton;

    #[test]
    fn a_text_of_nothing_but_the_signs_of_links_is_read() {
        const BYTES: usize = 1 << 20;
        let mut skeleton = Skeleton::default();
        let signs = ["a.", "...", "a@", "a/", "http:", "#", "@", "www.", "#a @b ", "a.b@c.d "];
        for sign in signs {
            let text = sign.repeat(BYTES / sign.len());
            skeleton.read(&text);
            assert!(skeleton.bytes().len() <= text.len(), "{sign}");
        }
        for (text, left) in [
            ("see www.site.tv/a now", "seenow"),
            ("see WWW.site now", "seenow"),
            ("see ww.site now", "seewwsitenow"),
            ("see awww.site now", "seeawwwsitenow"),
            ("see a.www.site now", "seeawwwsitenow"),
            ("www.site now", "now"),
        ] {
            skeleton.read(text);
            assert_eq!(str::from_utf8(skeleton.bytes()).unwrap(), left, "{text}");
        }
    }
}
