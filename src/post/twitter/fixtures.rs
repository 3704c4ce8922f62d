//! Each shape of X, read from `tests/fixtures/posts/twitter`: one case a file.

use crate::post::fixtures::{at, counters, post, read_any, reads};
use crate::post::*;

const FIRST: &str = "2121573860766646273";
const SHARE: &str = "2121576377349046275";
const QUOTE: &str = "2121577635640246276";
const REPLY: &str = "2121578893931446277";

fn tweet(id: &str, time: &str, text: &'static str) -> Post<'static> {
    post(Platform::Twitter, id, time, text)
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
