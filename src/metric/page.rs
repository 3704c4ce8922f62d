//! The page that a scrape gets: rendered at most a few times a second, then only copied.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::metric::health::Health;
use crate::time::{Span, Timestamp};

/// A page older than this is not served: an owner that stands still falls silent.
pub const AGE_MAX: Span = Span::from_secs(30);

/// One rendering of every metric, plain and gzipped.
#[derive(Clone, Debug)]
pub struct Page {
    plain: Arc<[u8]>,
    gzip: Arc<[u8]>,
    rendered_at: Timestamp,
}

impl Page {
    /// The title families' text, then the operators' families as they stand.
    ///
    /// `titles` is empty or ends in a newline; `now` is the wall clock's. The size it notes in
    /// `health` shows on the next page.
    pub fn render(titles: &[u8], health: &Health, now: Timestamp) -> Self {
        let mut plain = titles.to_vec();
        plain.extend_from_slice(health.text().as_bytes());
        health.page_rendered(plain.len());
        Self {
            gzip: gzip(&plain, Compression::fast()).into(),
            plain: plain.into(),
            rendered_at: now,
        }
    }

    /// The text.
    pub fn plain(&self) -> Arc<[u8]> {
        Arc::clone(&self.plain)
    }

    /// The same text, gzipped.
    pub fn gzip(&self) -> Arc<[u8]> {
        Arc::clone(&self.gzip)
    }

    /// How old the page is at `now`.
    pub fn age(&self, now: Timestamp) -> Span {
        now - self.rendered_at
    }
}

/// The gzip form; what lives for a second is worth the fastest level only.
#[expect(clippy::expect_used, reason = "writing into a Vec does not fail")]
pub(crate) fn gzip(plain: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 8), level);
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("a Vec takes it all")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_forms_hold_titles_then_health() {
        let health = Health::new(&["x"], "1.2.3");
        let page = Page::render(b"daebak_window_posts 1\n", &health, Timestamp::from_secs(100));
        let plain = String::from_utf8(page.plain().to_vec()).unwrap();
        assert!(plain.starts_with("daebak_window_posts 1\n# HELP daebak_"), "{plain}");
        assert!(plain.ends_with('\n'));
        let mut unzipped = String::new();
        flate2::read::GzDecoder::new(&*page.gzip()).read_to_string(&mut unzipped).unwrap();
        assert_eq!(unzipped, plain);
    }

    #[test]
    fn a_page_ages_by_the_clock_it_is_given() {
        let page = Page::render(b"", &Health::new(&[], "1"), Timestamp::from_secs(100));
        assert_eq!(page.age(Timestamp::from_secs(131)), Span::from_secs(31));
    }

    #[test]
    fn a_page_says_how_large_the_one_before_was() {
        let health = Health::new(&[], "1");
        let first = Page::render(b"", &health, Timestamp::default());
        let second = Page::render(b"", &health, Timestamp::default());
        let text = String::from_utf8(second.plain().to_vec()).unwrap();
        assert!(text.contains(&format!("daebak_page_bytes {}\n", first.plain().len())), "{text}");
    }
}
