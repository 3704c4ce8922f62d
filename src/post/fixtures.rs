//! Each shape of each platform, read from `tests/fixtures/posts`: one case a file.

use std::fs;
use std::path::PathBuf;

use super::outcome::InvalidReason;
use super::*;

const FIRST: &str = "2121573860766646273";
const SHARE: &str = "2121576377349046275";
const QUOTE: &str = "2121577635640246276";
const REPLY: &str = "2121578893931446277";

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/posts")
}

fn fixture(case: &str) -> Vec<u8> {
    fs::read(folder().join(case).with_extension("json")).unwrap()
}

fn at(time: &str) -> Timestamp {
    Timestamp::from_millis(time.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// A post that says nothing but its text, made at `time` on that November day.
fn post(platform: Platform, id: &str, time: &str, text: &'static str) -> Post<'static> {
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

fn tweet(id: &str, time: &str, text: &'static str) -> Post<'static> {
    post(Platform::Twitter, id, time, text)
}

fn counters<const N: usize>(known: [u64; N]) -> Counters {
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
fn reads(case: &str, expected: Vec<Result<Post<'_>, PostFault>>) {
    let record = fixture(case);
    let Ok(Reading::Posts(_, posts)) = read_any(&record) else { panic!("{case}") };
    assert_eq!(posts, expected, "{case}");
}

#[test]
fn a_v2_post_with_its_author_and_counters() {
    let expected = Post {
        author: Some("3310044121".into()),
        followers: Some(2310),
        language_hint: Some("en".into()),
        counters: counters([140, 17, 3, 8100]),
        ..tweet(
            FIRST,
            "12:00:00",
            "Episode 1 of Starlight Sonata & I am already crying <3 #StarlightSonata",
        )
    };
    reads("twitter/v2_original", vec![Ok(expected)]);
}

#[test]
fn v2s_new_names_mean_what_the_old_ones_did() {
    let expected = Post {
        kind: Kind::Reply,
        author: Some("3310044121".into()),
        language_hint: Some("ko".into()),
        counters: counters([31, 4, 0, 502]),
        ..tweet(
            "2121580152222646278",
            "12:25:00",
            "스타라이트 소나타 1화 감상: 첫 장면의 피아노부터 마지막 비 내리는 골목까지, \
             모든 장면이 노래처럼 이어진다. 대박.",
        )
    };
    reads("twitter/v2_renamed_fields", vec![Ok(expected)]);
}

#[test]
fn a_v2_share_has_the_shared_text_and_no_counters() {
    let expected = Post {
        kind: Kind::Share,
        author: Some("771200345".into()),
        followers: Some(18),
        language_hint: Some("en".into()),
        ..tweet(
            SHARE,
            "12:10:00",
            "Episode 1 of Starlight Sonata & I am already crying <3 and the rooftop scene has \
             not even happened yet, how is this legal #StarlightSonata",
        )
    };
    reads("twitter/v2_share", vec![Ok(expected)]);
    let alone = Post {
        kind: Kind::Share,
        ..tweet(SHARE, "12:10:00", "RT @piano_noona: Episode 1 of Starlight Sonata…")
    };
    reads("twitter/v2_share_without_includes", vec![Ok(alone)]);
}

#[test]
fn a_v2_quote_that_replies_is_a_quote_and_carries_the_quoted_text() {
    let expected = Post {
        kind: Kind::Quote,
        author: Some("90210".into()),
        language_hint: Some("en".into()),
        counters: Counters { views: None, ..counters([7, 1, 0]) },
        quoted: Some("Episode 1 of Starlight Sonata & I am already crying".into()),
        ..tweet(QUOTE, "12:15:00", "this. exactly this. https://t.co/bbbbbbbbbb")
    };
    reads("twitter/v2_quote", vec![Ok(expected)]);
}

#[test]
fn an_edit_keeps_the_identity_and_the_time_of_its_first_version() {
    let expected = Post {
        id: PostId::parse("2121574993228726274"),
        ..tweet(FIRST, "12:00:00", "Starlight Sonata, spelled right this time")
    };
    reads("twitter/v2_edited", vec![Ok(expected)]);
}

#[test]
fn a_v2_answer_holds_many_posts_each_with_an_outcome_of_its_own() {
    let first = Post {
        author: Some("3310044121".into()),
        followers: Some(2310),
        ..tweet(FIRST, "12:00:00", "first episode tonight!")
    };
    let second = tweet(REPLY, "12:20:00", "second episode tonight!");
    reads("twitter/v2_search", vec![Ok(second), Err(PostFault::NoId), Ok(first)]);
    let bare = Post {
        author: Some("3310044121".into()),
        ..tweet(FIRST, "12:00:00", "a collector kept only what was in data")
    };
    reads("twitter/v2_out_of_its_data", vec![Ok(bare)]);
}

const V1_TEXT: &str = "Starlight Sonata opens with a piano in the rain and then it simply never \
                       lets go of you & I mean never, not even in the credits.";

#[test]
fn a_truncated_v1_post_is_read_whole_and_by_its_unrounded_id() {
    let expected = Post {
        author: Some("3310044121".into()),
        followers: Some(2310),
        language_hint: Some("en".into()),
        counters: counters([140, 17, 3]),
        ..tweet(FIRST, "12:00:00", V1_TEXT)
    };
    reads("twitter/v1_truncated", vec![Ok(expected)]);
}

#[test]
fn v1_shares_quotes_and_replies() {
    let share = Post {
        kind: Kind::Share,
        author: Some("771200345".into()),
        followers: Some(18),
        language_hint: Some("en".into()),
        ..tweet(SHARE, "12:10:00", V1_TEXT)
    };
    reads("twitter/v1_share", vec![Ok(share)]);
    let quote = Post {
        kind: Kind::Quote,
        author: Some("90210".into()),
        followers: Some(5),
        language_hint: Some("en".into()),
        counters: counters([7, 1]),
        quoted: Some(V1_TEXT.into()),
        ..tweet(QUOTE, "12:15:00", "@friend read this >>> https://t.co/dddddddddd")
    };
    reads("twitter/v1_quote", vec![Ok(quote)]);
    let reply = Post {
        kind: Kind::Reply,
        author: Some("90210".into()),
        counters: Counters { comments: Some(2), ..Counters::default() },
        ..tweet(REPLY, "12:20:00", "@piano_noona same")
    };
    reads("twitter/v1_reply_with_unknown_counters", vec![Ok(reply)]);
}

#[test]
fn an_id_without_a_time_leaves_the_payloads_own() {
    let expected = Post {
        author: Some("piano_noona".into()),
        event_time: at("2006-03-21T20:50:14Z"),
        counters: Counters { shares: Some(0), ..Counters::default() },
        ..tweet("20", "00:00:00", "just setting up my piano")
    };
    reads("twitter/v1_before_ids_held_times", vec![Ok(expected)]);
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
fn lines_that_are_no_posts_are_told_apart_by_name() {
    let mut seen = 0;
    for platform in ["twitter", "tiktok", "instagram"] {
        for entry in fs::read_dir(folder().join(platform)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let expected = match name.split_once('_').unwrap_or_default().0 {
                "control" => Reading::Control,
                "compliance" => Reading::Compliance(Vec::new()),
                _ => continue,
            };
            assert_eq!(read_any(&fs::read(&path).unwrap()), Ok(expected), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 16);
    for blank in ["", " ", "\r\n"] {
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

#[test]
fn each_reason_of_an_unreadable_record_says_where() {
    let deep = "[".repeat(100_000);
    let deep_field = format!(r#"{{"data":{{"text":"x","a":{}"#, r#"{"a":"#.repeat(100_000));
    for (payload, reason, detail) in [
        (&b"{\"text\":\"\xff\"}"[..], InvalidReason::NotUtf8, "invalid UTF-8 at byte 9"),
        (b"{\"text\":\n \"x", InvalidReason::NotJson, "line 2 column 3"),
        (b"{\"text\":\"x\"} {}", InvalidReason::NotJson, "line 1 column 14"),
        (b"hello", InvalidReason::NotJson, "line 1 column 1"),
        (deep.as_bytes(), InvalidReason::TooDeep, "nested deeper than 128 at byte 128"),
        (deep_field.as_bytes(), InvalidReason::TooDeep, "nested deeper than 128 at byte 654"),
        (b"[1, 2]", InvalidReason::UnknownShape, "not an object"),
        (b"{\"verb\":\"post\",\"body\":\"x\"}", InvalidReason::UnknownShape, "keys verb, body"),
        (b"{}", InvalidReason::UnknownShape, "an object"),
        (b"{\"data\":[7]}", InvalidReason::UnknownShape, "keys data"),
        (b"{\"data\":{\"id\":\"1\",\"name\":\"x\"}}", InvalidReason::UnknownShape, "keys data"),
        (b"{\"object\":\"page\",\"entry\":[]}", InvalidReason::UnknownShape, "object, entry"),
    ] {
        let invalid = read_any(payload).unwrap_err();
        assert_eq!(invalid.reason, reason, "{invalid}");
        assert!(invalid.detail.contains(detail), "{invalid}");
    }
}

#[test]
fn one_bad_field_never_costs_a_post() {
    let post = r#"{"data":{"id":2121573860766646273,"id":"2121573860766646273","text":"\ud83d ok",
        "public_metrics":{"like_count":1e400,"reply_count":-3,"impression_count":"12"},
        "edit_history_tweet_ids":"none","referenced_tweets":[null,{"type":7}],"lang":{},
        "withheld":{"copyright":false,"country_codes":["XY"]}},
        "includes":{"users":7,"tweets":[1e400]}}"#;
    let Ok(Reading::Posts(_, posts)) = read_any(post.as_bytes()) else { panic!() };
    let post = posts[0].as_ref().unwrap();
    assert_eq!(post.id, PostId::parse(FIRST));
    assert!(post.text.ends_with(" ok"));
    assert_eq!(post.counters, Counters { views: Some(12), ..Counters::default() });
}

#[test]
fn text_is_unescaped_once_and_only_what_x_escapes() {
    for (sent, shown) in [
        ("&amp;lt;3", "&lt;3"),
        ("&amp;amp;", "&amp;"),
        ("Q&A &quot; &", "Q&A &quot; &"),
        ("&lt;&gt;&amp;", "<>&"),
    ] {
        let record = format!(r#"{{"data":{{"id":"{FIRST}","text":"{sent}"}}}}"#);
        let Ok(Reading::Posts(_, posts)) = read_any(record.as_bytes()) else { panic!() };
        assert_eq!(posts[0].as_ref().unwrap().text, shown);
    }
}
