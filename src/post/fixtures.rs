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

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "cases are written as literals")]
pub(super) fn reads(case: &str, expected: Vec<Result<Post<'_>, PostFault>>) {
    let record = fixture(case);
    let Ok(Reading::Posts(_, posts)) = read_any(&record) else { panic!("{case}") };
    assert_eq!(posts, expected, "{case}");
}

#[test]
fn tiktok_videos_in_batches_and_alone() {
    let tiktok = |id, time, text| post(Platform::Tiktok, id, time, text);
    let first = Post {
        author: Some("dance.with.hana".into()),
        hashtags: vec!["starlightsonata".into(), "대박".into()],
        counters: counters([5200, 98, 210, 90_100]),
        ..tiktok("7707980237635584777", "11:00:00", "the rooftop dance 🌧️ #starlightsonata")
    };
    let hashtag_only = Post {
        hashtags: vec!["starlightsonata".into()],
        counters: Counters { views: Some(1050), ..Counters::default() },
        ..tiktok("7707987990051565625", "11:30:05", "")
    };
    reads("tiktok/videos_batch", vec![Ok(first), Ok(hashtag_only), Err(PostFault::NoText)]);
    let alone = Post {
        author: Some("hana_cuts".into()),
        counters: Counters { shares: Some(1), ..Counters::default() },
        ..tiktok("7707987990051565625", "11:30:05", "edit of the week")
    };
    reads("tiktok/video_by_itself", vec![Ok(alone)]);
}

#[test]
fn a_tiktok_comment_is_a_reply_without_an_author() {
    let expected = Post {
        kind: Kind::Reply,
        event_time: Timestamp::from_secs(1_794_656_000),
        counters: Counters { likes: Some(41), comments: Some(6), ..Counters::default() },
        ..post(Platform::Tiktok, "7707987990051565724", "00:00:00", "who plays the pianist?? 😭")
    };
    reads("tiktok/comments_batch", vec![Ok(expected)]);
}

#[test]
fn instagram_media_alone_and_in_lists() {
    let instagram = |id, time, text| post(Platform::Instagram, id, time, text);
    let media = Post {
        author: Some("17841400000000001".into()),
        counters: Counters { likes: Some(77), comments: Some(4), ..Counters::default() },
        ..instagram(
            "18004112233445566",
            "12:30:00",
            "Starlight Sonata tonight 🎹\n#스타라이트소나타 R&amp;B",
        )
    };
    reads("instagram/media", vec![Ok(media)]);
    let hidden = Post {
        counters: Counters { comments: Some(0), ..Counters::default() },
        ..instagram("18004112233445577", "12:31:00", "second lead syndrome again")
    };
    reads("instagram/media_with_hidden_likes", vec![Ok(hidden.clone())]);
    reads("instagram/media_without_caption", vec![Err(PostFault::NoText)]);
    reads("instagram/media_list", vec![Ok(hidden), Err(PostFault::NoText)]);
}

#[test]
fn a_webhook_with_ids_only_has_no_text_and_a_comment_in_one_no_time() {
    reads("instagram/webhook_mentions", vec![Err(PostFault::NoText), Err(PostFault::NoText)]);
    reads("instagram/webhook_comments", vec![Err(PostFault::NoTime)]);
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
        (r#"{"hashtag_names":[],"id":7707980237635584777}"#, PostFault::NoText),
        (r#"{"video_description":"x"}"#, PostFault::NoId),
        (r#"{"video_description":"x","id":7}"#, PostFault::NoTime),
        (r#"{"text":"x","video_id":1,"create_time":1794656000}"#, PostFault::NoId),
        (r#"{"caption":null,"timestamp":"2026-11-14T12:30:00+0000"}"#, PostFault::NoText),
        (r#"{"caption":"x","timestamp":"2026-11-14T12:30:00+0000"}"#, PostFault::NoId),
        (r#"{"caption":"x","id":"18004112233445566","timestamp":""}"#, PostFault::NoTime),
    ] {
        assert_eq!(fault(payload), [Some(expected)], "{payload}");
    }
}
