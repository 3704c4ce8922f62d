//! What was read from a record, for people to look at.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Read};

use super::values::Values;
use crate::mention::author::Authors;
use crate::post::format::Format;
use crate::post::outcome::{Invalid, InvalidReason, PostFault, PostOutcome, RecordOutcome};
use crate::post::{self, Counters, Gone, Post, Reading};

/// How many characters of a text are shown.
const TEXT_CHARS_SHOWN_MAX: usize = 160;
/// How many characters of an id, a hashtag or another short text are shown.
const WORD_CHARS_SHOWN_MAX: usize = 80;
/// How many hashtags of a post are shown.
const HASHTAGS_SHOWN_MAX: usize = 16;

/// How the records are read that are explained.
#[derive(Clone, Copy, Debug)]
pub struct Explainer<'a> {
    /// What they may be.
    pub format: &'a Format,
    /// What is shown of authors: what mentions would say.
    pub authors: &'a Authors,
    /// The largest record read, in bytes.
    pub record_bytes_max: usize,
}

/// How many records were explained, and how many of them belong to the dead letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// All of them.
    pub records: u64,
    /// Those that can't be read, or hold a post without an id or a time.
    pub faulty: u64,
}

/// What one record became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// In words, line by line, the last with its end.
    pub lines: String,
    /// Whether it belongs to the dead letters.
    pub is_faulty: bool,
    /// Its outcome.
    pub record: RecordOutcome,
    /// Each post in it: why it was not read, if it was not.
    pub posts: Vec<Option<PostFault>>,
    /// How many posts it takes back.
    pub n_gone: usize,
}

impl Explainer<'_> {
    /// Explains each JSON value of `input` as one record; `show` takes the lines of each, the
    /// last with its end.
    ///
    /// # Errors
    /// The input's, and those of `show`.
    pub fn explain_all(
        &self,
        input: impl Read,
        mut show: impl FnMut(&str) -> io::Result<()>,
    ) -> io::Result<Explained> {
        let mut values = Values::new(input, self.record_bytes_max);
        let mut explained = Explained::default();
        while let Some(value) = values.next_value()? {
            explained.records += 1;
            let Explanation { lines, is_faulty, .. } = self.explain(value.bytes);
            explained.faulty += u64::from(is_faulty);
            show(&format!("record {}, byte {}: {lines}", explained.records, value.offset))?;
        }
        Ok(explained)
    }

    /// What a record's bytes became.
    pub fn explain(&self, payload: &[u8]) -> Explanation {
        let mut lines = Lines::default();
        let (mut outcomes, mut n_gone) = (Vec::new(), 0);
        let record = match self.read(payload) {
            Ok(Reading::Posts(shape, posts)) => {
                lines.line(format_args!("{} ({})", RecordOutcome::Posts.label(), shape.label()));
                for (index, post) in posts.iter().enumerate() {
                    match post {
                        Ok(post) => lines.post(post, self.authors),
                        Err(fault) => lines.line(format_args!(
                            "  posts[{index}]: {}",
                            PostOutcome::from(*fault).label()
                        )),
                    }
                }
                outcomes = posts.into_iter().map(Result::err).collect();
                RecordOutcome::Posts
            }
            Ok(Reading::Control) => {
                lines.line(format_args!("{}", RecordOutcome::Control.label()));
                RecordOutcome::Control
            }
            Ok(Reading::Compliance(gone)) => {
                lines.line(format_args!("{}", RecordOutcome::Compliance.label()));
                for gone in &gone {
                    lines.gone(gone);
                }
                n_gone = gone.len();
                RecordOutcome::Compliance
            }
            Err(Invalid { reason, detail }) => {
                let (outcome, detail) = (RecordOutcome::Invalid(reason).label(), text(&detail));
                lines.line(format_args!("{outcome} ({}): {detail}", reason.label()));
                RecordOutcome::Invalid(reason)
            }
        };
        let is_faulty = matches!(record, RecordOutcome::Invalid(_))
            || outcomes
                .iter()
                .any(|fault| matches!(fault, Some(PostFault::NoId | PostFault::NoTime)));
        Explanation { lines: lines.0, is_faulty, record, posts: outcomes, n_gone }
    }

    fn read<'a>(&self, payload: &'a [u8]) -> Result<Reading<'a>, Invalid> {
        let bytes_max = self.record_bytes_max;
        if payload.len() > bytes_max {
            let detail = format!("more than {bytes_max} bytes");
            return Err(Invalid { reason: InvalidReason::TooLarge, detail });
        }
        post::read(payload, self.format)
    }
}

/// The lines of one record.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn line(&mut self, line: fmt::Arguments<'_>) {
        // A String takes all.
        let _ = writeln!(self.0, "{line}");
    }

    /// One of a post's fields, if it has it.
    fn field(&mut self, name: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.line(format_args!("    {name:<9} {value}"));
        }
    }

    fn post(&mut self, post: &Post<'_>, authors: &Authors) {
        let (platform, id) = (post.platform, post.id.to_string());
        self.line(format_args!("  {} {} {}", platform.label(), post.kind.label(), word(&id)));
        let root = post.root.to_string();
        self.field("root", (post.root != post.id).then(|| word(&root)));
        let author = post.author.as_deref().map(|author| authors.of(platform, author));
        self.field("author", author.as_deref().map(word));
        self.field("followers", post.followers);
        self.field("time", Some(post.event_time));
        self.field("text", Some(text(&post.text)).filter(|text| !text.is_empty()));
        self.field("quoted", post.quoted.as_deref().map(text));
        let hashtags: Vec<_> =
            post.hashtags.iter().take(HASHTAGS_SHOWN_MAX).map(|hashtag| word(hashtag)).collect();
        let more = if post.hashtags.len() > HASHTAGS_SHOWN_MAX { " …" } else { "" };
        let hashtags = (!hashtags.is_empty()).then(|| hashtags.join(" ") + more);
        self.field("hashtags", hashtags);
        self.field("language", post.language_hint.as_deref().map(word));
        self.field("counters", counters(post.counters));
    }

    fn gone(&mut self, Gone { platform, id, time }: &Gone) {
        let (platform, id) = (platform.label(), id.to_string());
        self.line(format_args!("  {platform} gone {}", word(&id)));
        self.field("time", *time);
    }
}

/// `likes 140, views 8100`; `None` when nothing is known.
fn counters(Counters { likes, shares, comments, views }: Counters) -> Option<String> {
    let known = [("likes", likes), ("shares", shares), ("comments", comments), ("views", views)];
    let known = known.into_iter().filter_map(|(name, n)| Some(format!("{name} {}", n?)));
    Some(known.collect::<Vec<_>>().join(", ")).filter(|known| !known.is_empty())
}

fn word(text: &str) -> Cow<'_, str> {
    shown(text, WORD_CHARS_SHOWN_MAX)
}

fn text(text: &str) -> Cow<'_, str> {
    shown(text, TEXT_CHARS_SHOWN_MAX)
}

/// At most `max` characters of a text on one line, nothing of which moves a terminal's cursor.
fn shown(text: &str, max: usize) -> Cow<'_, str> {
    let cut = text.char_indices().nth(max).map(|(at, _)| at);
    if cut.is_none() && !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len().min(4 * max));
    for c in text.chars().take(max) {
        if is_unseen(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    if cut.is_some() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// What is shown as an escape: what does not print, what makes others print elsewhere, and the
/// escapes' own mark. The joiners stay: emoji and Persian are written with them.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || c == '\\'
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(input: &str) -> (String, Explained) {
        let authors = Authors::hashed("pepper");
        let explainer =
            Explainer { format: &Format::Any, authors: &authors, record_bytes_max: 1000 };
        let mut shown = String::new();
        let told = explainer.explain_all(input.as_bytes(), |lines| {
            shown.push_str(lines);
            Ok(())
        });
        (shown, told.unwrap())
    }

    #[test]
    fn a_post_is_shown_field_by_field() {
        let (shown, explained) = explain(
            r#"{"data":{"id":"2121573860766646273","text":"Starlight\n\u202eSonata \\o/","lang":"en",
            "author_id":"3310044121","public_metrics":{"like_count":140,"impression_count":8100}}}"#,
        );
        let author = Authors::hashed("pepper").of(post::Platform::Twitter, "3310044121");
        let expected = format!(
            r"record 1, byte 0: posts (twitter_v2)
  twitter original 2121573860766646273
    author    {author}
    time      2026-11-14T12:00:00Z
    text      Starlight\n\u{{202e}}Sonata \\o/
    language  en
    counters  likes 140, views 8100
"
        );
        assert_eq!(shown, expected);
        assert_eq!(explained, Explained { records: 1, faulty: 0 });
    }

    #[test]
    fn what_is_no_post_is_shown_with_its_reason() {
        let (shown, explained) = explain(
            "{\"errors\":[]}\n{\"verb\":\"\u{202e}x\",\"n\":1}\n\
             {\"caption\":null} {\"caption\":\"x\"} {\"user_protect\":{}}\nnothing",
        );
        let expected = "record 1, byte 0: control
record 2, byte 14: invalid (unknown_shape): an object with the keys verb, n
record 3, byte 36: posts (instagram_media)
  posts[0]: no_text
record 4, byte 53: posts (instagram_media)
  posts[0]: no_id
record 5, byte 69: compliance
record 6, byte 89: invalid (not_json): expected ident at line 1 column 2
";
        assert_eq!(shown, expected);
        assert_eq!(explained, Explained { records: 6, faulty: 3 });
    }

    #[test]
    fn a_record_beyond_the_limit_is_too_large() {
        let (shown, explained) =
            explain(&format!("{{\"text\":\"{}\"}}\n{{\"info\":1}}", "x".repeat(1000)));
        assert_eq!(
            shown,
            "record 1, byte 0: invalid (too_large): more than 1000 bytes\n\
             record 2, byte 1012: control\n"
        );
        assert_eq!(explained, Explained { records: 2, faulty: 1 });
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(shown("대박이다", 2), "대박…");
        assert_eq!(shown("대박", 2), "대박");
        assert_eq!(shown("👩\u{200d}🎤", 9), "👩\u{200d}🎤");
    }
}
