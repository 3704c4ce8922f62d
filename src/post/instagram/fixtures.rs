//! Each shape of Instagram, read from `tests/fixtures/posts/instagram`: one case a file.

use crate::post::fixtures::{at, fixture, post, read_any, reads};
use crate::post::spelling::{faults, foreign};
use crate::post::*;

fn media(id: &str, time: &str, text: &'static str) -> Post<'static> {
    post(Platform::Instagram, id, time, text)
}

fn comment(id: &str, time: &str, text: &'static str) -> Post<'static> {
    Post { kind: Kind::Reply, ..media(id, time, text) }
}

fn likes(likes: u64) -> Counters {
    Counters { likes: Some(likes), ..Counters::default() }
}

#[test]
fn media_alone_and_in_lists() {
    let album = Post {
        author: Some("17841400000000001".into()),
        counters: Counters { comments: Some(4), ..likes(77) },
        ..media(
            "18004112233445566",
            "12:30:00",
            "Starlight Sonata tonight 🎹\n#스타라이트소나타 R&amp;B",
        )
    };
    reads("instagram/media", vec![Ok(album)]);
    let hidden = Post {
        counters: Counters { comments: Some(0), ..Counters::default() },
        ..media("18004112233445577", "12:31:00", "second lead syndrome again")
    };
    reads("instagram/media_with_hidden_likes", vec![Ok(hidden.clone())]);
    reads("instagram/media_without_caption", vec![Err(PostFault::NoText)]);
    reads("instagram/media_list", vec![Ok(hidden), Err(PostFault::NoText)]);
}

#[test]
fn an_answer_about_an_account_or_a_mention_holds_posts() {
    let of_account = Post {
        counters: Counters { comments: Some(12), views: Some(4100), ..Counters::default() },
        ..media("18004112233445601", "12:50:00", "read-through day")
    };
    reads("instagram/account_media", vec![Ok(of_account)]);
    let mention = Post {
        counters: likes(2),
        ..comment("17900000000000041", "12:45:00", "@sonata.official renew it")
    };
    reads("instagram/mentioned_comment", vec![Ok(mention)]);
}

#[test]
fn a_comments_author_may_stand_in_any_of_its_places_or_nowhere() {
    let by_from = Post {
        author: Some("17841400000000021".into()),
        counters: likes(1),
        ..comment("17900000000000021", "12:42:00", "named by from")
    };
    let by_handle = Post {
        author: Some("handle.only".into()),
        ..comment("17900000000000022", "12:43:00", "named by handle")
    };
    let by_nobody = comment("17900000000000023", "12:44:00", "named by nobody");
    reads("instagram/comments_list", vec![Ok(by_from), Ok(by_handle), Ok(by_nobody)]);
}

#[test]
fn comments_inside_a_post_are_posts_of_their_own() {
    let asked = Post {
        author: Some("17841400000000011".into()),
        counters: likes(8),
        ..comment("17900000000000011", "12:40:00", "the OST of Starlight Sonata 😭")
    };
    let answer = comment("17900000000000012", "12:41:00", "on repeat");
    let thread = vec![Ok(asked), Ok(answer), Err(PostFault::NoText)];
    reads("instagram/comment_with_replies", thread);
    let night = Post {
        author: Some("stream.and.tea".into()),
        counters: Counters { comments: Some(1), ..likes(3) },
        ..media("18004112233445599", "12:33:00", "finale night")
    };
    let first = Post {
        author: Some("late_viewer".into()),
        ..comment("17900000000000031", "12:34:00", "see you at nine")
    };
    let second = Post {
        author: Some("stream.and.tea".into()),
        ..comment("17900000000000032", "12:35:00", "bring tissues")
    };
    reads("instagram/media_with_comments", vec![Ok(night), Ok(first), Ok(second)]);
}

#[test]
fn a_webhooks_comment_has_the_time_of_its_notification() {
    let in_changes = Post {
        author: Some("17841400000000009".into()),
        event_time: Timestamp::from_secs(1_794_659_400),
        ..comment("17900000000000002", "00:00:00", "when is episode two?")
    };
    reads("instagram/webhook_comments", vec![Ok(in_changes)]);
    let in_entry = Post {
        author: Some("17841400000000061".into()),
        event_time: at("2026-11-14T12:30:00.123Z"),
        ..comment("17900000000000061", "00:00:00", "hello from the live")
    };
    reads("instagram/webhook_comment_right_in_entry", vec![Ok(in_entry)]);
    reads("instagram/webhook_change_by_itself", vec![Err(PostFault::NoTime)]);
}

#[test]
fn a_mention_has_ids_only_and_insights_are_no_post() {
    reads("instagram/webhook_mentions", vec![Err(PostFault::NoText)]);
}

#[test]
fn what_holds_no_public_posts_is_control() {
    let only = Format::Only(Platform::Instagram);
    for record in [
        fixture("instagram/webhook_private"),
        br#"{"object":"instagram","entry":[]}"#.to_vec(),
        br#"{"field":"messages","value":{"message":{"text":"private"}}}"#.to_vec(),
        br#"{"field":"story_insights","value":{"media_id":"1","reach":-1}}"#.to_vec(),
        br#"{"error":{"message":"x","code":190,"fbtrace_id":"A"}}"#.to_vec(),
        br#"{"data":[],"paging":{}}"#.to_vec(),
    ] {
        assert_eq!(read_any(&record), Ok(Reading::Control));
        assert_eq!(read(&record, &only), Ok(Reading::Control));
    }
}

#[test]
fn posts_inside_posts_and_webhooks_are_bounded_as_posts_side_by_side_are() {
    let comments = vec![r#"{"text":"x"}"#; POSTS_MAX].join(",");
    let changes = vec![r#"{"field":"comments","value":{}}"#; POSTS_MAX / 2 + 1].join(",");
    for record in [
        format!(r#"{{"caption":"x","comments":{{"data":[{comments}]}}}}"#),
        format!(r#"{{"entry":[{{"changes":[{changes}]}},{{"changes":[{changes}]}}]}}"#),
    ] {
        let invalid = read_any(record.as_bytes()).unwrap_err();
        assert_eq!(invalid.reason, outcome::InvalidReason::TooMany);
    }
}

#[test]
fn each_fault_of_a_post() {
    for (record, fault) in [
        (r#"{"caption":null,"timestamp":"2026-11-14T12:30:00+0000"}"#, PostFault::NoText),
        (r#"{"caption":"x","timestamp":"2026-11-14T12:30:00+0000"}"#, PostFault::NoId),
        (r#"{"caption":"x","ig_id":"7","timestamp":"2026-11-14T12:30:00+0000"}"#, PostFault::NoId),
        (r#"{"caption":"x","id":"18004112233445566","timestamp":""}"#, PostFault::NoTime),
        (
            r#"{"text":"","id":"17900000000000002","timestamp":"2026-11-14T12:30:00+0000"}"#,
            PostFault::NoText,
        ),
        (r#"{"text":"x","timestamp":"2026-11-14T12:30:00+0000"}"#, PostFault::NoId),
        (r#"{"text":"x","id":"17900000000000002","timestamp":"soon"}"#, PostFault::NoTime),
    ] {
        assert_eq!(faults(record), [Some(fault)], "{record}");
    }
}

#[test]
fn what_only_looks_like_instagram_is_of_unknown_shape() {
    for record in [
        // A page of Facebook.
        r#"{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{}}]}]}"#,
        r#"{"object":"page","entry":[{"changes":[{"field":"mentions","value":{}}]}]}"#,
        r#"{"object":"page","entry":[]}"#,
        r#"{"entry":[{"id":"1","changes":[{"field":"feed","value":{"message":"x"}}]}]}"#,
        r#"{"object":"instagram"}"#,
        r#"{"field":"price","value":{"text":"x"}}"#,
        // Threads.
        r#"{"id":"1","media_type":"TEXT","text":"x","timestamp":"2026-11-14T12:30:00+0000"}"#,
    ] {
        let invalid = read(record.as_bytes(), &Format::Only(Platform::Instagram)).unwrap_err();
        assert_eq!(invalid.reason, outcome::InvalidReason::UnknownShape, "{record}");
        assert!(read_any(record.as_bytes()).is_err(), "{record}");
    }
}

#[test]
fn no_other_platform_reads_instagrams_posts_nor_instagram_theirs() {
    foreign(Platform::Instagram);
}
