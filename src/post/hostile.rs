//! Records that no platform sends: each is read for what is certain in it, or says what is wrong
//! and where.

use super::fixtures::read_any;
use super::outcome::InvalidReason;
use super::*;

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

/// The invalid record's reason and detail.
#[track_caller]
fn invalid(payload: &str) -> (InvalidReason, String) {
    let invalid = read_any(payload.as_bytes()).unwrap_err();
    (invalid.reason, invalid.detail)
}

#[track_caller]
fn one_post(payload: &str) -> Post<'_> {
    let Ok(Reading::Posts(_, mut posts)) = read_any(payload.as_bytes()) else {
        panic!("{payload}")
    };
    assert_eq!(posts.len(), 1);
    posts.remove(0).unwrap()
}

#[test]
fn the_place_of_a_syntax_error_is_where_a_person_would_look() {
    for (payload, place) in [
        // Characters count, not bytes, and the mark before them does not.
        ("{\"제목\" 1}", "line 1 column 7"),
        ("\u{feff}{\"제목\" 1}", "line 1 column 7"),
        ("{\n  \"id\": \"1\"\n  \"text\": \"x\"\n}", "line 3 column 3"),
        ("{\r\n\"id\": 01}", "line 2 column 8"),
        // A text that ends too soon does so at its last character, a line break as well.
        ("{\"text\": \"대박", "line 1 column 12"),
        ("{\n", "line 1 column 2"),
        ("{\"text\": \"two\nlines\"}", "line 1 column 13"),
        ("\u{feff}]", "line 1 column 1"),
    ] {
        let (reason, detail) = invalid(payload);
        assert_eq!(reason, InvalidReason::NotJson);
        assert!(detail.ends_with(&format!(" at {place}")), "{payload}: {detail}");
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let post = one_post("\u{feff}{\"data\":{\"id\":\"2121573860766646273\",\"text\":\"x\"}}");
    assert_eq!(post.text, "x");
}

#[test]
fn a_nul_in_a_text_stays_and_one_outside_an_escape_is_no_json() {
    let post = one_post(r#"{"data":{"id":"2121573860766646273","text":"a\u0000b"}}"#);
    assert_eq!(post.text, "a\0b");
    let (reason, _) = invalid("{\"data\":{\"id\":\"2121573860766646273\",\"text\":\"a\0b\"}}");
    assert_eq!(reason, InvalidReason::NotJson);
}

#[test]
fn half_a_surrogate_pair_becomes_one_replacement_character() {
    for (sent, shown) in [
        (r"x\ud83dy", "x\u{fffd}y"),
        (r"x\udca9", "x\u{fffd}"),
        (r"\ud83d\ud83d\udca9", "\u{fffd}💩"),
        (r"\udca9\ud83d 대박", "\u{fffd}\u{fffd} 대박"),
    ] {
        let record = format!(r#"{{"data":{{"id":"2121573860766646273","text":"{sent}"}}}}"#);
        assert_eq!(one_post(&record).text, shown);
    }
}

#[test]
fn an_escaped_key_is_the_key_it_means() {
    let record = r#"{"d\u0061ta":{"\u0069d":"2121573860766646273","te\u0078t":"x"}}"#;
    assert_eq!(one_post(record).text, "x");
}

#[test]
fn half_a_surrogate_pair_in_a_key_costs_that_member_only() {
    let record =
        r#"{"\ud83d":1,"data":{"id":"2121573860766646273","\udca9":{"\ud83d":2},"text":"x"}}"#;
    assert_eq!(one_post(record).text, "x");
}

#[test]
fn numbers_beyond_every_type_cost_their_field_only() {
    let huge = "9".repeat(400);
    for number in ["1e400", "-1e400", "1e-400", "18446744073709551616", "-3", "0.5", &huge] {
        let record = format!(
            r#"{{"data":{{"id":"2121573860766646273","text":"x","author_id":1e400,
            "public_metrics":{{"like_count":{number},"reply_count":"{number}","impression_count":7}}}}}}"#
        );
        let post = one_post(&record);
        assert_eq!(post.counters, Counters { views: Some(7), ..Counters::default() }, "{number}");
        assert_eq!(post.author, None);
    }
}

#[test]
fn ids_above_2_53_keep_every_digit_and_a_float_is_none() {
    let read = |id: &str| {
        let record = format!(r#"{{"data":{{"id":{id},"text":"x"}}}}"#);
        match read_any(record.as_bytes()) {
            Ok(Reading::Posts(_, posts)) => posts[0].as_ref().map(|post| post.id.clone()).ok(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(read("2121573860766646273"), Some(PostId::Number(2_121_573_860_766_646_273)));
    assert_eq!(read("2121573860766646273"), read(r#""2121573860766646273""#));
    assert_eq!(read("2.121573860766646e18"), None);
    assert_eq!(read("2121573860766646273.0"), None);
    assert_eq!(read(&format!("\"{}\"", "7".repeat(513))), None);
}

#[test]
fn an_array_of_a_million_items_is_refused_and_not_unfolded() {
    let million = |item: &str| vec![item; 1_000_000].join(",");
    let empty = format!("[{}]", million("{}"));
    assert_eq!(invalid(&empty).0, InvalidReason::TooMany);
    let post = r#"{"id_str":"2121573860766646273","text":"x"}"#;
    for record in [
        format!("[{post},{}]", million("{}")),
        format!(r#"{{"statuses":[{post},{}]}}"#, million("{}")),
        format!(r#"{{"data":[{post},{},7]}}"#, million("{}")),
        format!("[{}]", vec![r#"{"delete":{"status":{"id":9}}}"#; 10_001].join(",")),
    ] {
        let (reason, detail) = invalid(&record);
        assert_eq!(reason, InvalidReason::TooMany, "{}", &record[..60]);
        assert_eq!(detail, "more than 10000 posts in one record; send them in several");
    }
    let beside = format!(r#"{{"data":[{},{post}]}}"#, million("7"));
    assert_eq!(one_post(&beside).text, "x", "what is no object is passed over");
    let full = format!("[{}]", vec![post; POSTS_MAX].join(","));
    let Ok(Reading::Posts(_, posts)) = read_any(full.as_bytes()) else { panic!() };
    assert_eq!(posts.len(), POSTS_MAX);
}
