//! Each shape of each platform, read from `tests/fixtures/posts`: one case a file.

use std::fs;
use std::path::PathBuf;

use super::*;

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/posts")
}

pub(super) fn fixture(case: &str) -> Vec<u8> {
    fs::read(folder().join(case).with_extension("json")).unwrap()
}

pub(super) fn at(time: &str) -> Timestamp {
    Timestamp::from_millis(time.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// A post that says nothing but its text, made at `time` on that November day.
pub(super) fn post(platform: Platform, id: &str, time: &str, text: &'static str) -> Post<'static> {
    Post {
        platform,
        id: PostId::parse(id),
        root: PostId::parse(id),
        kind: Kind::Original,
        author: None,
        handle: None,
        followers: None,
        event_time: at(&format!("2026-11-14T{time}Z")),
        text: text.into(),
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters::default(),
    }
}

pub(super) fn counters<const N: usize>(known: [u64; N]) -> Counters {
    let mut known = known.into_iter();
    Counters {
        likes: known.next(),
        shares: known.next(),
        comments: known.next(),
        views: known.next(),
    }
}

/// Reads a record of a feed that may hold any shape.
pub(super) fn read_any(payload: &[u8]) -> Result<Reading<'_>, Invalid> {
    read(payload, &Format::Any)
}

/// Holds the posts of a case to `expected`, but for handles.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "cases are written as literals")]
pub(super) fn reads(case: &str, expected: Vec<Result<Post<'_>, PostFault>>) {
    let record = fixture(case);
    let Ok(Reading::Posts(_, posts)) = read_any(&record) else { panic!("{case}") };
    let unnamed = |post: Result<_, _>| post.map(|post| Post { handle: None, ..post });
    assert_eq!(posts.into_iter().map(unnamed).collect::<Vec<_>>(), expected, "{case}");
}

#[test]
fn a_posts_handle_is_its_own_authors_where_the_record_holds_it() {
    for (case, expected) in [
        ("twitter/v2_original", &[Some("piano_noona")][..]),
        ("twitter/v2_share", &[Some("late_viewer")]),
        ("twitter/v2_quote", &[None]),
        ("twitter/v2_search", &[None, Some("piano_noona")]),
        ("twitter/v1_share", &[Some("late_viewer")]),
        ("twitter/v1_quote", &[Some("rooftop_scene")]),
        ("twitter/activity_share", &[Some("late_fan")]),
        ("twitter/activity_quote", &[Some("friend")]),
        ("tiktok/videos_batch", &[Some("dance.with.hana"), None]),
        ("tiktok/vendor_site_objects", &[Some("rooftop.tears"), Some("piano.boy")]),
        ("tiktok/vendor_app_comments", &[Some("comment.lee")]),
        ("tiktok/vendor_flat_video", &[Some("rewatcher")]),
        ("tiktok/vendor_dataset_comments", &[Some("thankful")]),
        ("tiktok/comments_batch", &[None]),
        ("instagram/media", &[Some("stream.and.tea")]),
        ("instagram/comments_list", &[Some("from.her"), Some("handle.only"), None]),
        ("instagram/webhook_comments", &[Some("late_viewer")]),
    ] {
        let record = fixture(case);
        let Ok(Reading::Posts(_, posts)) = read_any(&record) else { panic!("{case}") };
        let posts: Vec<Post<'_>> = posts.into_iter().filter_map(Result::ok).collect();
        let handles: Vec<_> = posts.iter().map(|post| post.handle.as_deref()).collect();
        assert_eq!(handles, expected, "{case}");
    }
}

#[test]
fn control_lines_are_told_apart_by_name() {
    for platform in ["twitter", "tiktok", "instagram"] {
        for entry in fs::read_dir(folder().join(platform)).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with("control_") {
                let record = fs::read(&path).unwrap();
                assert_eq!(read_any(&record), Ok(Reading::Control), "{}", path.display());
            }
        }
    }
    for blank in ["", " ", "\r\n", "\u{feff}\r\n"] {
        assert_eq!(read_any(blank.as_bytes()), Ok(Reading::Control));
    }
}

#[test]
fn each_post_fault_in_each_shape() {
    let fault = |payload: &str| match read_any(payload.as_bytes()) {
        Ok(Reading::Posts(_, posts)) => posts.into_iter().map(Result::err).collect::<Vec<_>>(),
        other => panic!("{payload}: {other:?}"),
    };
    for (payload, expected) in [
        (r#"{"data":{"id":"2121573860766646273","text":""}}"#, PostFault::NoText),
        (r#"{"data":{"id":2.1215738607666463e18,"text":"x"}}"#, PostFault::NoId),
        (r#"{"data":{"id":"20","text":"x"}}"#, PostFault::NoTime),
        (r#"{"id_str":"20","text":"x","created_at":"long ago"}"#, PostFault::NoTime),
        (r#"{"text":"x","user":{"id":1},"created_at":"long ago"}"#, PostFault::NoId),
    ] {
        assert_eq!(fault(payload), [Some(expected)], "{payload}");
    }
}
