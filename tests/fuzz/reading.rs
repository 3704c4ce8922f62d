//! What holds of any reading, whatever the bytes.

use daebak::post::format::Format;
use daebak::post::id::PostId;
use daebak::post::outcome::{Invalid, InvalidReason};
use daebak::post::{self, Counters, Gone, Kind, Post, Reading};
use serde::de::IgnoredAny;

/// Reads the payload as that format and asserts what every reading promises.
pub fn check<'a>(payload: &'a [u8], format: &Format) -> Result<Reading<'a>, Invalid> {
    let reading = post::read(payload, format);
    match &reading {
        Ok(Reading::Posts(shape, posts)) => {
            assert!(!posts.is_empty(), "posts are at least one");
            for post in posts.iter().flatten() {
                check_post(post);
                assert!(format.platforms().contains(&post.platform), "{post:?} from {format:?}");
                let platform = shape.label().split('_').next();
                assert!(platform == Some("mapped") || platform == Some(post.platform.label()));
            }
        }
        Ok(Reading::Control) => {}
        Ok(Reading::Compliance(gone)) => check_gone(gone, format),
        Err(invalid) => check_invalid(payload, invalid),
    }
    if reading.is_ok() {
        let padded = [b" \n", payload, b"\r\n\t"].concat();
        assert_eq!(post::read(&padded, format), reading, "space around a record means nothing");
    }
    reading
}

fn check_post(post: &Post<'_>) {
    check_id(&post.id);
    check_id(&post.root);
    let texts = [&post.author, &post.quoted, &post.language_hint];
    assert!(texts.into_iter().flatten().chain(&post.hashtags).all(|text| !text.is_empty()));
    assert!(
        !post.text.is_empty() || post.quoted.is_some() || !post.hashtags.is_empty(),
        "a post without anything to read is `no_text`"
    );
    assert!(post.kind != Kind::Share || post.counters == Counters::default());
}

fn check_id(id: &PostId) {
    let written = id.to_string();
    assert!(!written.is_empty());
    assert_eq!(PostId::parse(&written), *id, "an id reads back");
}

fn check_gone(gone: &[Gone], format: &Format) {
    for one in gone {
        check_id(&one.id);
        assert!(format.platforms().contains(&one.platform));
    }
}

fn check_invalid(payload: &[u8], invalid: &Invalid) {
    assert!(!invalid.detail.is_empty());
    let is_utf8 = std::str::from_utf8(payload).is_ok();
    assert_eq!(!is_utf8, invalid.reason == InvalidReason::NotUtf8);
    let is_json = serde_json::from_slice::<IgnoredAny>(payload).is_ok();
    match invalid.reason {
        InvalidReason::NotUtf8 | InvalidReason::TooDeep | InvalidReason::TooMany => {}
        InvalidReason::NotJson => {
            assert!(!is_json);
            let lines = 1 + payload.iter().filter(|byte| **byte == b'\n').count();
            let (_, place) = invalid.detail.rsplit_once(" at line ").expect("a place");
            let (line, column) = place.split_once(" column ").expect("a column");
            let (line, column): (usize, usize) = (line.parse().unwrap(), column.parse().unwrap());
            assert!((1..=lines).contains(&line) && column <= payload.len());
        }
        InvalidReason::UnknownShape => assert!(is_json),
        InvalidReason::TooLarge => panic!("only the tagger knows a record's limit"),
    }
}
