//! Each shape of X, read from `tests/fixtures/posts/twitter`: one case a file.

use crate::post::fixtures::{at, counters, post, read_any, reads};
use crate::post::outcome::InvalidReason;
use crate::post::*;

const FIRST: &str = "2121573860766646273";
const SHARE: &str = "2121576377349046275";
const QUOTE: &str = "2121577635640246276";
const EDIT: &str = "2121574993228726274";
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
fn a_long_post_is_read_whole_even_where_it_is_quoted() {
    let note = "the piano is out of tune in every flashback & in tune when she dreams. ".repeat(5);
    let expected = Post {
        kind: Kind::Quote,
        author: Some("90210".into()),
        followers: Some(5),
        counters: counters([7, 3, 0, 90]),
        quoted: Some(
            format!("Starlight Sonata, episode 1, everything I noticed: {}", note.trim()).into(),
        ),
        ..tweet(QUOTE, "12:15:00", "read this https://t.co/gggggggggg")
    };
    reads("twitter/v2_long_and_quoted", vec![Ok(expected)]);
}

#[test]
fn a_shared_quote_brings_both_texts() {
    let expected = Post {
        kind: Kind::Share,
        author: Some("771200345".into()),
        language_hint: Some("en".into()),
        quoted: Some("Episode 1 of Starlight Sonata & I am already crying".into()),
        ..tweet(SHARE, "12:10:00", "this. exactly this https://t.co/hhhhhhhhhh")
    };
    reads("twitter/v2_share_of_a_quote", vec![Ok(expected)]);
    let streamed = Post {
        kind: Kind::Share,
        author: Some("771200345".into()),
        followers: Some(18),
        language_hint: Some("en".into()),
        quoted: Some(V1_TEXT.into()),
        ..tweet(
            SHARE,
            "12:10:00",
            "this. exactly this, and the credits too, and the cat in the credits, and the song \
             under the cat <3",
        )
    };
    reads("twitter/v1_share_of_a_quote", vec![Ok(streamed)]);
}

#[test]
fn v1_in_extended_mode_edited_searched_and_quoting_what_is_gone() {
    let extended = Post {
        author: Some("3310044121".into()),
        followers: Some(2310),
        language_hint: Some("en".into()),
        counters: counters([140, 12]),
        ..tweet(FIRST, "12:00:00", V1_TEXT)
    };
    reads("twitter/v1_extended", vec![Ok(extended)]);
    let edited = Post {
        id: PostId::parse(EDIT),
        author: Some("3310044121".into()),
        followers: Some(2310),
        ..tweet(FIRST, "12:00:00", "Starlight Sonata, spelled right this time")
    };
    reads("twitter/v1_edited", vec![Ok(edited)]);
    let friend = |kind, id, time, text| Post {
        kind,
        author: Some("90210".into()),
        followers: Some(5),
        ..tweet(id, time, text)
    };
    let second = friend(Kind::Original, REPLY, "12:20:00", "second episode tonight!");
    let first = Post {
        author: Some("3310044121".into()),
        followers: Some(2310),
        ..tweet(FIRST, "12:00:00", "first episode tonight!")
    };
    reads("twitter/v1_search", vec![Ok(second), Ok(first)]);
    let text = "who deleted this https://t.co/ffffffffff";
    let quote = friend(Kind::Quote, QUOTE, "12:15:00", text);
    reads("twitter/v1_quote_of_a_post_that_is_gone", vec![Ok(quote)]);
}

#[test]
fn activities_are_posts_shares_quotes_replies_and_edits() {
    let by = |author: &'static str, followers, post: Post<'static>| Post {
        author: Some(author.into()),
        followers: Some(followers),
        language_hint: Some("en".into()),
        ..post
    };
    let first = Post {
        counters: counters([140, 17]),
        ..by("3310044121", 2310, tweet(FIRST, "12:00:00", V1_TEXT))
    };
    reads("twitter/activity_post", vec![Ok(first)]);
    let text = "this. exactly this >>> https://t.co/dddddddddd";
    let quote = Post {
        kind: Kind::Quote,
        counters: counters([7, 1]),
        quoted: Some(V1_TEXT.into()),
        ..by("90210", 5, tweet(QUOTE, "12:15:00", text))
    };
    reads("twitter/activity_quote", vec![Ok(quote)]);
    let share = Post {
        kind: Kind::Share,
        quoted: Some(V1_TEXT.into()),
        ..by("771200345", 18, tweet(SHARE, "12:10:00", text))
    };
    reads("twitter/activity_share", vec![Ok(share)]);
    let unloved = |post| Post { counters: counters([0, 0]), ..post };
    let reply = Post {
        kind: Kind::Reply,
        ..unloved(by("90210", 5, tweet(REPLY, "12:20:00", "@piano_noona same")))
    };
    reads("twitter/activity_reply", vec![Ok(reply)]);
    let text = "Starlight Sonata, spelled right this time";
    let edited = Post {
        id: PostId::parse(EDIT),
        ..unloved(by("3310044121", 2310, tweet(FIRST, "12:00:00", text)))
    };
    reads("twitter/activity_edited", vec![Ok(edited)]);
    let found = |id, time, text| Ok(unloved(by("3310044121", 2310, tweet(id, time, text))));
    reads(
        "twitter/activity_search",
        vec![
            found(REPLY, "12:20:00", "second episode tonight!"),
            found(FIRST, "12:00:00", "first episode tonight!"),
        ],
    );
}

#[test]
fn an_activity_of_another_network_has_no_id_of_x() {
    let record = r#"{"objectType":"activity","verb":"post","body":"x","postedTime":
        "2026-11-14T12:00:00Z","id":"tag:blogs.example,2005:2121573860766646273"}"#;
    let Ok(Reading::Posts(shape, posts)) = read_any(record.as_bytes()) else { panic!() };
    assert_eq!((shape, posts), (Shape::TwitterActivity, vec![Err(PostFault::NoId)]));
}

#[test]
fn an_array_holds_what_could_be_records_of_any_generation() {
    let by =
        |author: &'static str, post: Post<'static>| Post { author: Some(author.into()), ..post };
    let first = by("3310044121", tweet(FIRST, "12:00:00", "first episode tonight!"));
    let second = by("90210", tweet(QUOTE, "12:15:00", "second, in older words"));
    let third = by("90210", tweet(REPLY, "12:20:00", "third, in the words of any network"));
    let fourth = by("771200345", tweet(SHARE, "12:10:00", "fourth, still in its envelope"));
    reads(
        "twitter/list_of_all_generations",
        vec![
            Ok(first),
            Ok(Post { followers: Some(5), ..second }),
            Ok(Post {
                followers: Some(5),
                language_hint: Some("en".into()),
                counters: counters([0, 0]),
                ..third
            }),
            Ok(Post { followers: Some(18), ..fourth }),
            Err(PostFault::NoText),
            Err(PostFault::NoId),
        ],
    );
}

#[test]
fn a_post_of_v1_stays_one_wherever_it_lies() {
    let record =
        r#"{"data":[{"id":2121573860766646300,"id_str":"2121573860766646273","text":"x"}]}"#;
    let Ok(Reading::Posts(shape, posts)) = read_any(record.as_bytes()) else { panic!() };
    assert_eq!((shape, posts), (Shape::TwitterV1, vec![Ok(tweet(FIRST, "12:00:00", "x"))]));
}

#[test]
fn a_reference_without_an_id_still_says_what_kind_a_post_is() {
    let record = r#"{"data":{"id":"2121573860766646273","text":"x","referenced_tweets":
        [{"type":"replied_to"},{"type":"retweeted","id":null}]}}"#;
    let Ok(Reading::Posts(_, posts)) = read_any(record.as_bytes()) else { panic!() };
    assert_eq!(posts, [Ok(Post { kind: Kind::Share, ..tweet(FIRST, "12:00:00", "x") })]);
}

#[test]
fn texts_of_other_platforms_are_not_claimed() {
    for payload in [
        r#"{"data":[{"id":"17841400000000001","text":"x","timestamp":"2026-11-14T12:30:00+0000"}]}"#,
        r#"{"data":[{"id":"17841400000000001","text":"x","username":"hana"}]}"#,
        r#"[{"id":"7707980237635584777","text":"x","createTimeISO":"2026-11-14T12:30:00Z"}]"#,
        r#"{"id":"17841400000000001","text":"x","user":{"id":"1"}}"#,
        r#"{"id":"17841400000000001","text":"x"}"#,
        r#"{"user_info":{"id":"1"},"desc":"x"}"#,
        r#"{"results":[{"title":"x"}]}"#,
    ] {
        let read = read(payload.as_bytes(), &Format::Only(Platform::Twitter));
        assert_eq!(read.unwrap_err().reason, InvalidReason::UnknownShape, "{payload}");
    }
}

#[test]
fn a_notice_among_the_posts_of_an_answer_is_a_post_without_an_id() {
    let record =
        r#"{"data":[{"id":"2121573860766646273","text":"x"},{"delete":{"tweet":{"id":"9"}}}]}"#;
    let Ok(Reading::Posts(_, posts)) = read_any(record.as_bytes()) else { panic!() };
    assert_eq!(posts, [Ok(tweet(FIRST, "12:00:00", "x")), Err(PostFault::NoId)]);
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
