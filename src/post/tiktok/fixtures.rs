//! Each shape of TikTok, read from `tests/fixtures/posts/tiktok`: one case a file.

use crate::post::fixtures::{at, counters, fixture, post, read_any, reads};
use crate::post::spelling::{faults, foreign};
use crate::post::*;

fn video(id: &str, time: &str, text: &'static str) -> Post<'static> {
    post(Platform::Tiktok, id, time, text)
}

fn comment(id: &str, time: &str, text: &'static str) -> Post<'static> {
    Post { kind: Kind::Reply, ..video(id, time, text) }
}

#[test]
fn videos_in_batches_and_alone() {
    let first = Post {
        author: Some("dance.with.hana".into()),
        hashtags: vec!["starlightsonata".into(), "대박".into()],
        counters: counters([5200, 98, 210, 90_100]),
        ..video("7707980237635584777", "11:00:00", "the rooftop dance 🌧️ #starlightsonata")
    };
    let hashtag_only = Post {
        hashtags: vec!["starlightsonata".into()],
        counters: Counters { views: Some(1050), ..Counters::default() },
        ..video("7707987990051565625", "11:30:05", "")
    };
    reads("tiktok/videos_batch", vec![Ok(first), Ok(hashtag_only), Err(PostFault::NoText)]);
    let alone = Post {
        author: Some("hana_cuts".into()),
        counters: Counters { shares: Some(1), ..Counters::default() },
        ..video("7707987990051565625", "11:30:05", "edit of the week")
    };
    reads("tiktok/video_by_itself", vec![Ok(alone)]);
}

#[test]
fn the_display_apis_videos_have_no_author_and_maybe_a_title_only() {
    let whole = Post {
        counters: counters([812, 22, 40, 15_300]),
        ..video("7707987990051565701", "11:30:05", "Behind the rain scene of Starlight Sonata #bts")
    };
    let title = video("7707987990051565702", "11:30:05", "only a title was asked for");
    reads("tiktok/display_videos", vec![Ok(whole), Ok(title), Err(PostFault::NoText)]);
}

#[test]
fn a_comment_is_a_reply_and_in_the_research_api_without_an_author() {
    let expected = Post {
        event_time: Timestamp::from_secs(1_794_656_000),
        counters: Counters { likes: Some(41), comments: Some(6), ..Counters::default() },
        ..comment("7707987990051565724", "00:00:00", "who plays the pianist?? 😭")
    };
    reads("tiktok/comments_batch", vec![Ok(expected)]);
}

#[test]
fn the_sites_objects_with_an_author_as_object_or_string() {
    let object = Post {
        author: Some("6900000000000000101".into()),
        followers: Some(5400),
        hashtags: vec!["starlightsonata".into()],
        language_hint: Some("en".into()),
        counters: counters([1234, 15, 61, 33_333]),
        ..video(
            "7707980237635584801",
            "11:00:00",
            "crying at the rooftop again #starlightsonata @hana",
        )
    };
    let string = Post {
        author: Some("6900000000000000102".into()),
        hashtags: vec!["스타라이트소나타".into()],
        counters: Counters { views: Some(7), ..Counters::default() },
        ..video("7707987990051565802", "11:30:05", "")
    };
    reads("tiktok/vendor_site_objects", vec![Ok(object), Ok(string)]);
}

#[test]
fn the_apps_objects_and_their_comments() {
    let expected = Post {
        author: Some("6900000000000000103".into()),
        followers: Some(77),
        hashtags: vec!["StarlightSonata".into()],
        language_hint: Some("ko".into()),
        counters: counters([9, 1, 2, 300]),
        ..video("7707980237635584803", "11:00:00", "소나타 챌린지 #StarlightSonata")
    };
    reads("tiktok/vendor_app_objects", vec![Ok(expected)]);
    let expected = Post {
        author: Some("6900000000000000104".into()),
        language_hint: Some("en".into()),
        counters: Counters { likes: Some(12), comments: Some(3), ..Counters::default() },
        ..comment("7707990000000000901", "11:35:00", "the rooftop!! who else?")
    };
    reads("tiktok/vendor_app_comments", vec![Ok(expected)]);
}

#[test]
fn flat_records_of_videos_and_comments() {
    let expected = Post {
        author: Some("6900000000000000105".into()),
        followers: Some(1500),
        hashtags: vec!["kdrama".into(), "소나타".into()],
        language_hint: Some("en".into()),
        counters: counters([44, 0, 5, 910]),
        ..video("7707980237635584804", "11:00:00", "rewatching Starlight Sonata tonight")
    };
    reads("tiktok/vendor_flat_video", vec![Ok(expected)]);
    let expected = Post {
        author: Some("6900000000000000106".into()),
        counters: Counters { likes: Some(2), comments: Some(0), ..Counters::default() },
        ..comment("7707990000000000902", "11:36:40", "same, third time")
    };
    reads("tiktok/vendor_flat_comments", vec![Ok(expected), Err(PostFault::NoText)]);
}

#[test]
fn data_sets_of_videos_and_comments() {
    let numbered = Post {
        author: Some("6900000000000000107".into()),
        followers: Some(120_000),
        hashtags: vec!["StarlightSonata".into(), "guide".into()],
        counters: counters([410, 12, 33, 8000]),
        ..video(
            "7707980237635584805",
            "11:00:00",
            "Starlight Sonata episode guide #StarlightSonata",
        )
    };
    let unnumbered = Post {
        author: Some("drama.desk".into()),
        event_time: at("2026-11-14T11:00:00.123Z"),
        ..video("unnumbered-1", "00:00:00", "by its own time")
    };
    reads("tiktok/vendor_dataset_videos", vec![Ok(numbered), Ok(unnumbered)]);
    let expected = Post {
        author: Some("6900000000000000108".into()),
        counters: Counters { likes: Some(31), comments: Some(4), ..Counters::default() },
        ..comment("7707990000000000904", "11:45:00", "thank you for the guide")
    };
    reads("tiktok/vendor_dataset_comments", vec![Ok(expected)]);
}

#[test]
fn a_vendor_may_wrap_its_videos_as_the_research_api_does() {
    let expected = Post {
        author: Some("6900000000000000109".into()),
        counters: counters([10, 0, 1, 100]),
        ..video("7707980237635584806", "11:00:00", "그 옥상 장면")
    };
    reads("tiktok/vendor_wrapped", vec![Ok(expected)]);
}

#[test]
fn what_holds_no_posts_is_control() {
    let only = Format::Only(Platform::Tiktok);
    for record in [
        fixture("tiktok/control_webhook"),
        fixture("tiktok/control_empty_batch"),
        fixture("tiktok/refused"),
        br#"{"itemList":[],"hasMore":false}"#.to_vec(),
        br#"{"data":[]}"#.to_vec(),
        b"[]".to_vec(),
    ] {
        assert_eq!(read_any(&record), Ok(Reading::Control));
        assert_eq!(read(&record, &only), Ok(Reading::Control));
    }
}

#[test]
fn a_video_is_not_lost_for_an_empty_list_beside_it() {
    let record = br#"{"id":"7707980237635584777","desc":"x","createTime":1,"comments":[]}"#;
    let Ok(Reading::Posts(Shape::TiktokVendor, posts)) = read_any(record) else { panic!() };
    assert_eq!(posts, [Ok(video("7707980237635584777", "11:00:00", "x"))]);
}

#[test]
fn each_fault_of_a_post() {
    for (record, fault) in [
        (r#"{"hashtag_names":[],"id":7707980237635584777}"#, PostFault::NoText),
        (r##"{"hashtag_names":["", "#"],"id":7707980237635584777}"##, PostFault::NoText),
        (r#"{"voice_to_text":"said aloud","id":7707980237635584777}"#, PostFault::NoText),
        (r#"{"video_description":"x"}"#, PostFault::NoId),
        (r#"{"video_description":"x","id":7}"#, PostFault::NoTime),
        (r#"{"text":"x","video_id":1,"create_time":1794656000}"#, PostFault::NoId),
        (r#"{"desc":"","createTime":1794656000,"id":"1"}"#, PostFault::NoText),
        (r#"{"desc":"x","createTime":1794656000}"#, PostFault::NoId),
        (r#"{"desc":"x","createTime":"today","id":"7"}"#, PostFault::NoTime),
        (r#"{"comment_text":"","commenter_id":"7"}"#, PostFault::NoText),
        (r#"{"comment_text":"x","commenter_id":"7"}"#, PostFault::NoId),
        (r#"{"cid":"7707980237635584777","text":"x","diggCount":1}"#, PostFault::NoTime),
    ] {
        assert_eq!(faults(record), [Some(fault)], "{record}");
    }
}

#[test]
fn what_only_looks_like_tiktok_is_of_unknown_shape() {
    for record in [
        r#"{"desc":"a task","id":7,"author":"somebody"}"#,
        r#"{"items":[{"id":"x","snippet":{"title":"x"}}]}"#,
        r#"{"data":{"comments":[{"id":"1","text":"x"}]}}"#,
        r#"{"comment_id":"1","comment_text":"x","user_id":"2","num_likes":1}"#,
        r#"{"videos":[7]}"#,
    ] {
        let invalid = read(record.as_bytes(), &Format::Only(Platform::Tiktok)).unwrap_err();
        assert_eq!(invalid.reason, outcome::InvalidReason::UnknownShape, "{record}");
    }
}

#[test]
fn no_other_platform_reads_tiktoks_posts_nor_tiktok_theirs() {
    foreign(Platform::Tiktok);
}
