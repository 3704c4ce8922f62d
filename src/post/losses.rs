//! What stands beside a post, or is missing in it, does not lose it without a word.

use std::sync::Arc;

use super::fixtures::read_any;
use super::mapped::pointer::Pointer;
use super::mapped::time::TimeFormat;
use super::mapped::{Condition, IdPlace, Mapping};
use super::outcome::InvalidReason;
use super::*;

const TWEET: &str = r#"{"id_str":"2121573860766646273","text":"x"}"#;
const VIDEO: &str = r#"{"id":"7707980237635584777","desc":"x","createTime":1}"#;
const MEDIA: &str =
    r#"{"id":"18004112233445566","caption":"x","timestamp":"2026-11-14T12:30:00+0000"}"#;

/// The text or the fault of each post of a record, and its shape.
#[track_caller]
fn texts(record: &str) -> (Shape, Vec<Result<String, PostFault>>) {
    match read_any(record.as_bytes()) {
        Ok(Reading::Posts(shape, posts)) => {
            let text = |post: Result<Post<'_>, _>| post.map(|post| post.text.into_owned());
            (shape, posts.into_iter().map(text).collect())
        }
        other => panic!("{record}: {other:?}"),
    }
}

#[track_caller]
fn one(record: &str) -> Post<'_> {
    let Ok(Reading::Posts(_, mut posts)) = read_any(record.as_bytes()) else { panic!("{record}") };
    assert_eq!(posts.len(), 1, "{record}");
    posts.remove(0).unwrap_or_else(|fault| panic!("{record}: {fault:?}"))
}

#[track_caller]
fn refused(record: &str, format: &Format) -> InvalidReason {
    match read(record.as_bytes(), format) {
        Err(invalid) => invalid.reason,
        read => panic!("{}: {read:?}", &record[..record.len().min(200)]),
    }
}

fn mapping(posts: Option<&str>) -> Mapping {
    let at = |pointer: &str| Pointer::parse(pointer).unwrap();
    let is = |name: &str| Some(Condition { at: at(&format!("/{name}")), is: Vec::new() });
    Mapping {
        platform: Platform::Other,
        posts: posts.map(at),
        only_if: is("post"),
        gone_if: is("gone"),
        id: IdPlace::At(at("/id")),
        root: None,
        text: vec![at("/text")],
        time: at("/time"),
        time_format: TimeFormat::UnixS,
        author: None,
        handle: None,
        followers: None,
        language: None,
        hashtags: None,
        kind: Kind::Original,
        share_if: None,
        quote_if: None,
        reply_if: None,
        likes: None,
        shares: None,
        comments: None,
        views: None,
    }
}

#[test]
fn a_mapped_record_of_too_many_posts_is_refused_and_not_cut_short() {
    let records = Format::Mapped(Arc::new(mapping(None)));
    let listed = Format::Mapped(Arc::new(mapping(Some("/items"))));
    let many = |item: &str, n: usize| vec![item; n].join(",");
    let post = r#"{"post":1,"id":"1","text":"x","time":1}"#;
    let gone = r#"{"post":1,"gone":1,"id":"1"}"#;
    let over = POSTS_MAX + 1;
    for record in [
        format!("[{}]", many(post, over)),
        format!("[{}]", many(gone, over)),
        format!("[{},{post}]", many("{}", over)),
        format!("[{},{}]", many(post, POSTS_MAX / 2), many(gone, POSTS_MAX / 2 + 1)),
    ] {
        assert_eq!(refused(&record, &records), InvalidReason::TooMany);
    }
    let record = format!(r#"{{"post":1,"items":[{}]}}"#, many(post, over));
    assert_eq!(refused(&record, &listed), InvalidReason::TooMany);
    let full = format!("[{}]", many(post, POSTS_MAX));
    let Ok(Reading::Posts(_, posts)) = read(full.as_bytes(), &records) else { panic!() };
    assert_eq!(posts.len(), POSTS_MAX);
}

#[test]
fn a_mapped_array_of_no_objects_is_of_unknown_shape() {
    let records = Format::Mapped(Arc::new(mapping(None)));
    let listed = Format::Mapped(Arc::new(mapping(Some("/items"))));
    assert_eq!(refused(r#"["x", 7]"#, &records), InvalidReason::UnknownShape);
    let record = r#"{"post":1,"items":["x"]}"#;
    assert_eq!(refused(record, &listed), InvalidReason::UnknownShape);
    assert_eq!(read(b"[]", &records), Ok(Reading::Control));
}

#[test]
fn items_that_hold_no_posts_do_not_hide_that_there_are_too_many() {
    let undrop = r#"{"undrop":{"status":{"id":9}}}"#;
    let delete = r#"{"delete":{"status":{"id":9}}}"#;
    let limit = r#"{"limit":{"track":1}}"#;
    for (first, rest) in [(undrop, delete), (limit, TWEET)] {
        let record = format!("[{first},{first},{}]", vec![rest; 15_000].join(","));
        assert_eq!(refused(&record, &Format::Any), InvalidReason::TooMany);
    }
}

#[test]
fn anothers_post_in_an_array_goes_to_the_dead_letters() {
    let video = r#"{"snippet":{"title":"x"},"id":"1"}"#;
    let message = r#"{"id":"1","message":"x","created_time":"2026-11-14T12:30:00+0000"}"#;
    for first in [TWEET, VIDEO, MEDIA] {
        for other in [video, message, TWEET, VIDEO, MEDIA] {
            if other != first {
                let (_, read) = texts(&format!("[{first},{other}]"));
                let faults = read.iter().filter(|read| **read == Err(PostFault::NoId)).count();
                assert_eq!((read.len(), faults), (2, 1), "{first} {other}: {read:?}");
            }
        }
    }
}

#[test]
fn a_post_without_words_beside_others_is_legitimate() {
    for record in [
        format!(r#"[{TWEET},{{"id":"2121574993228726274","edit_history_tweet_ids":[]}}]"#),
        format!(r#"[{VIDEO},{{"id":"7707980237635584778"}}]"#),
        format!(r#"[{MEDIA},{{"id":"18004112233445567"}}]"#),
    ] {
        let (_, read) = texts(&record);
        assert_eq!(read, [Ok("x".to_owned()), Err(PostFault::NoText)], "{record}");
    }
}

#[test]
fn each_list_of_tiktoks_research_api_holds_videos() {
    for list in [
        "user_liked_videos",
        "reposted_videos",
        "user_reposted_videos",
        "pinned_videos_list",
        "user_pinned_videos",
    ] {
        let record = format!(
            r#"{{"data":{{"{list}":[{{"id":7707980237635584777,"title":"x"}}]}},
            "error":{{"code":"ok","message":"","log_id":"1"}}}}"#
        );
        assert_eq!(texts(&record), (Shape::TiktokVideo, vec![Ok("x".to_owned())]), "{list}");
    }
    let answer = |code: &str, data: &str| {
        format!(r#"{{"data":{data},"error":{{"code":"{code}","message":"m","log_id":"1"}}}}"#)
    };
    let list = r#"{"new_list":[{"id":"1"}]}"#;
    assert_eq!(refused(&answer("ok", list), &Format::Any), InvalidReason::UnknownShape);
    for record in [answer("access_denied", list), answer("ok", r#"{"followers":1,"list":[]}"#)] {
        assert_eq!(read_any(record.as_bytes()), Ok(Reading::Control), "{record}");
    }
}

#[test]
fn a_key_without_a_value_says_no_more_than_one_that_is_missing() {
    for record in [
        r#"{"id":"2121573860766646273","text":"x","created_at":"2026-11-14T12:00:00Z","username":null,"from":""}"#,
        r#"{"id":"7707980237635584777","desc":"x","diggCount":1,"cid":null,"commenter_id":null}"#,
        r#"{"id":"7707980237635584777","video_description":"x","aweme_id":null,"desc":""}"#,
        r#"{"id":"18004112233445566","caption":"x","text":null,"timestamp":"2026-11-14T12:30:00+0000"}"#,
    ] {
        let post = one(record);
        assert_eq!((post.kind, &*post.text), (Kind::Original, "x"), "{record}");
    }
    for record in [
        r#"{"id":"7","video_id":1,"create_time":1794656000,"text":"x","video_description":null}"#,
        r#"{"id":"7","text":"x","timestamp":"2026-11-14T12:30:00+0000","caption":null,"media_url":""}"#,
    ] {
        let post = one(record);
        assert_eq!((post.kind, &*post.text), (Kind::Reply, "x"), "{record}");
    }
}

#[test]
fn a_caption_may_be_an_object_and_one_elsewhere_is_of_unknown_shape() {
    let caption = MEDIA.replace(r#""x""#, r#"{"text":"x","pk":"1"}"#);
    assert_eq!(one(&caption).text, "x");
    let scraped =
        r#"{"id":"1","shortcode":"Cx","edge_media_to_caption":{"edges":[{"node":{"text":"x"}}]}}"#;
    assert_eq!(refused(scraped, &Format::Any), InvalidReason::UnknownShape);
}

#[test]
fn a_webhook_may_hold_one_object_where_a_list_might_be() {
    let change = r#"{"field":"comments","value":{"id":"17900000000000061","text":"x"}}"#;
    for record in [
        format!(r#"{{"object":"instagram","entry":[{{"time":1794659400,"changes":{change}}}]}}"#),
        format!(r#"{{"object":"instagram","entry":{{"time":1794659400,"changes":[{change}]}}}}"#),
    ] {
        assert_eq!(one(&record).text, "x", "{record}");
    }
    for entry in [r#"[{"id":"1","comments":[{"text":"x"}]}]"#, "7", "null", "{}"] {
        let record = format!(r#"{{"object":"instagram","entry":{entry}}}"#);
        assert_eq!(refused(&record, &Format::Any), InvalidReason::UnknownShape, "{record}");
    }
}

#[test]
fn an_empty_list_beside_a_post_does_not_hide_it() {
    for list in ["data", "statuses", "results", "items", "comments", "item_list"] {
        for post in [TWEET, VIDEO, MEDIA] {
            let record = post.replacen('{', &format!(r#"{{"{list}":[],"#), 1);
            assert_eq!(one(&record).text, "x", "{record}");
        }
        let alone = format!(r#"{{"{list}":[],"has_more":false}}"#);
        assert_eq!(read_any(alone.as_bytes()), Ok(Reading::Control), "{alone}");
        let elses = format!(r#"{{"{list}":[],"id":"1","message":"x"}}"#);
        assert_eq!(refused(&elses, &Format::Any), InvalidReason::UnknownShape, "{elses}");
    }
}

#[test]
fn an_array_may_hold_whole_answers() {
    let videos = format!(r#"{{"data":{{"videos":[{VIDEO}]}},"error":{{"code":"ok"}}}}"#);
    let none = r#"{"data":{"videos":[]},"error":{"code":"ok","log_id":"1"}}"#;
    let media = format!(r#"{{"data":[{MEDIA}]}}"#);
    let record = format!("[{videos},{none},{videos}]");
    assert_eq!(texts(&record), (Shape::TiktokVendor, vec![Ok("x".to_owned()); 2]));
    assert_eq!(texts(&format!("[{media},{media}]")).0, Shape::InstagramMedia);
    for other in [&media, r#"{"rows":[1]}"#] {
        let record = format!("[{videos},{other}]");
        assert_eq!(refused(&record, &Format::Any), InvalidReason::UnknownShape, "{record}");
    }
    let unknown = read_any(br#"[{"rows":[1]}]"#).unwrap_err();
    assert_eq!(unknown.detail, "an object with the keys rows");
}

#[test]
fn many_references_to_one_long_text_are_refused_before_they_fill_the_memory() {
    let text = r"\uc640".repeat(40_000);
    let posts: Vec<_> = (0..1_000)
        .map(|id| {
            format!(
                r#"{{"id":"{id}","text":"x","referenced_tweets":[{{"type":"retweeted","id":"1"}}],
            "created_at":"2026-11-14T12:00:00Z"}}"#
            )
        })
        .collect();
    let record = |posts: &[String]| {
        let posts = posts.join(",");
        format!(r#"{{"data":[{posts}],"includes":{{"tweets":[{{"id":"1","text":"{text}"}}]}}}}"#)
    };
    let invalid = read_any(record(&posts).as_bytes()).unwrap_err();
    assert_eq!(invalid.reason, InvalidReason::TooMany);
    assert!(invalid.detail.contains("bytes of text"), "{invalid}");
    let apart = [record(&posts[..400]), record(&posts[..400])];
    assert!(read_any(apart[0].as_bytes()).is_ok());
    assert_eq!(refused(&format!("[{}]", apart.join(",")), &Format::Any), InvalidReason::TooMany);
}

#[test]
fn empty_objects_and_lists_neither_share_nor_quote_nor_hide_the_other_spelling() {
    for record in [
        r#"{"id_str":"2121573860766646273","text":"x","retweeted_status":{},"quoted_status":{"id":null}}"#,
        r#"{"id":"tag:search.twitter.com,2005:2121573860766646273","objectType":"activity","verb":"post",
            "body":"x","twitter_quoted_status":{}}"#,
    ] {
        let post = one(record);
        assert_eq!((post.kind, &*post.text), (Kind::Original, "x"), "{record}");
    }
    let post = one(
        r#"{"data":{"id":"2121574993228726274","text":"cut","note_tweet":{},"note_post":{"text":"x"},
        "edit_history_tweet_ids":[],"edit_history_post_ids":["2121573860766646273"],
        "referenced_tweets":[],"referenced_posts":[{"type":"quoted","id":"1"}]}}"#,
    );
    assert_eq!((post.kind, &*post.text), (Kind::Quote, "x"));
    assert_eq!(post.root, PostId::Number(2_121_573_860_766_646_273));
}

#[test]
fn a_vendors_comment_without_a_number_of_its_own_kind_is_no_video() {
    let post = one(r#"{"data":{"comments":[{"id":"7707990000000000901","video_id":"7","text":"x",
        "create_time":1794656000,"digg_count":1,"reply_total":4,"user":{"id":"9"}}]}}"#);
    assert_eq!((post.kind, post.counters.comments), (Kind::Reply, Some(4)));
}

#[test]
fn posts_of_platforms_whose_shapes_are_not_known_are_nobodys() {
    for record in [
        r#"{"created_at":"Sat Nov 14 12:00:00 +0800 2026","id":1,"idstr":"1","mid":"1","text":"x","user":{"id":1},"truncated":false}"#,
        r#"{"id":"1","text":"x","created_at":"2026-11-14T12:00:00Z","user":{"id":1},"reposts_count":1,"attitudes_count":2}"#,
        r#"{"data":[{"id":"1","text":"x","is_quote_post":false}]}"#,
        r#"{"data":[{"id":"1","text":"x","has_replies":true,"is_reply":false}]}"#,
        r#"{"id":"1","text":"x","timestamp":"2026-11-14T12:30:00+0000","is_reply":true}"#,
        r#"{"id":"1","media_product_type":"THREADS","media_type":"IMAGE"}"#,
        r#"{"blog_name":"x","id":1,"timestamp":1794656000,"caption":"x"}"#,
        r#"{"id":"1","text":"x","created_at":"2026-11-14T12:00:00Z","content":"<p>x</p>","visibility":"public","account":{"id":"1"}}"#,
        r#"{"data":[{"id":"1","text":"x","user":{"id":"1"}}]}"#,
        r#"{"data":[{"id":"1","text":"x","media":{"id":"1"}}]}"#,
    ] {
        assert_eq!(refused(record, &Format::Any), InvalidReason::UnknownShape, "{record}");
    }
}

#[test]
fn private_messages_are_never_read() {
    for record in [
        r#"{"data":[{"id":"1","text":"x","event_type":"MessageCreate"}],"meta":{"result_count":1}}"#,
        r#"{"data":[{"id":"1","text":"x","dm_conversation_id":"1-2","sender_id":"1","created_at":"2026-11-14T12:00:00Z"}]}"#,
        r#"{"id":1,"text":"x","created_at":"Sat Nov 14 12:00:00 +0000 2026","sender_id":1,"recipient_id":2,"sender":{},"recipient":{}}"#,
        r#"{"for_user_id":"1","direct_message_events":[{"id":"1"}]}"#,
        r#"{"title":"x","detail":"x","type":"https://api.twitter.com/2/problems/operational-disconnect","status":503}"#,
        r#"{"errors":[{"message":"x"}],"title":"x","type":"https://api.x.com/2/problems/invalid-request"}"#,
    ] {
        assert_eq!(read_any(record.as_bytes()), Ok(Reading::Control), "{record}");
    }
}

#[test]
fn a_notice_takes_its_post_back_whatever_is_beside_it() {
    for record in [
        r#"{"delete":{"status":{"id_str":"9"}},"matching_rules":[{"id":1}]}"#,
        r#"{"data":{"delete":{"tweet":{"id":"9"}}},"errors":[{"title":"x"}]}"#,
    ] {
        let Ok(Reading::Compliance(gone)) = read_any(record.as_bytes()) else { panic!("{record}") };
        assert_eq!(gone[0].id, PostId::Number(9));
    }
}

#[test]
fn a_sum_with_a_part_that_is_sent_and_unknown_is_unknown() {
    let shares = |metrics: &str| {
        let record = format!(
            r#"{{"data":{{"id":"2121573860766646273","text":"x","public_metrics":{metrics}}}}}"#
        );
        one(&record).counters.shares
    };
    assert_eq!(shares(r#"{"retweet_count":3,"quote_count":2}"#), Some(5));
    assert_eq!(shares(r#"{"retweet_count":3}"#), Some(3));
    assert_eq!(shares(r#"{"repost_count":3,"retweet_count":null}"#), Some(3));
    for unknown in ["null", "-1", r#""""#] {
        assert_eq!(shares(&format!(r#"{{"retweet_count":3,"quote_count":{unknown}}}"#)), None);
        assert_eq!(shares(&format!(r#"{{"repost_count":{unknown},"quote_count":3}}"#)), None);
    }
}
