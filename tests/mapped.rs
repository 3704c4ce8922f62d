//! Feeds that are like no other, read by the maps of their service's file.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use daebak::config;
use daebak::post::format::{Format, Shape};
use daebak::post::id::PostId;
use daebak::post::outcome::{InvalidReason, PostFault};
use daebak::post::{Counters, Gone, Kind, Platform, Post, Reading, read};
use daebak::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapped")
}

/// The format of the feed `name` of a service's file.
fn format_of(text: &str, name: &str) -> Format {
    let service = config::parse_service("daebak.toml", text);
    let service = service.unwrap_or_else(|errors| panic!("{errors}"));
    service.feeds.into_iter().find(|feed| feed.name == name).unwrap().format
}

/// The format of a feed that has this map.
fn mapped(map: &str) -> Format {
    let feed = "[feeds.x]\ntopics = ['x']\nformat = 'mapped'\n[feeds.x.map]\n";
    format_of(&format!("kafka.brokers = 'k:1'\n{feed}{map}"), "x")
}

/// A map of flat records, and `more`.
fn flat(more: &str) -> Format {
    let base = "platform = 'other'\nid = '/id'\ntext = '/text'\ntime = '/time'\n";
    mapped(&format!("{base}{more}"))
}

fn posts<'a>(record: &'a str, format: &Format) -> Vec<Result<Post<'a>, PostFault>> {
    match read(record.as_bytes(), format) {
        Ok(Reading::Posts(Shape::Mapped, posts)) => posts,
        other => panic!("{record}: {other:?}"),
    }
}

fn post<'a>(record: &'a str, format: &Format) -> Post<'a> {
    posts(record, format).remove(0).unwrap()
}

fn at(time: &str) -> Timestamp {
    Timestamp::from_millis(time.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn documented(name: &str) -> (Format, String) {
    let service = fs::read_to_string(folder().join("daebak.toml")).unwrap();
    let sample = fs::read_to_string(folder().join(name).with_extension("json")).unwrap();
    (format_of(&service, name), sample)
}

#[test]
fn a_bluesky_feed_is_read_as_documented() {
    let (format, sample) = documented("bluesky");
    let records: Vec<&str> = sample.lines().collect();
    let first = post(records[0], &format);
    let expected = Post {
        platform: Platform::Bluesky,
        id: first.id.clone(),
        root: first.id.clone(),
        kind: Kind::Original,
        author: Some("did:plc:pianonoona22222222222222".into()),
        handle: None,
        followers: None,
        event_time: at("2026-11-14T12:00:00.25Z"),
        text: "Episode 1 of Starlight Sonata & the rain scene <3".into(),
        quoted: None,
        hashtags: vec!["StarlightSonata".into()],
        language_hint: Some("en".into()),
        counters: Counters::default(),
    };
    assert_eq!(first, expected);
    assert!(matches!(first.id, PostId::Number(_)), "an id of parts is their hash");
    let second = post(records[2], &format);
    assert_eq!(second.kind, Kind::Quote, "a quote that replies is a quote");
    assert_eq!(
        (second.event_time, &*second.text),
        (at("2026-11-14T12:02:00Z"), "스타라이트 소나타 같이 봐요")
    );
    assert_ne!(second.id, first.id);
    for other in [records[1], records[3]] {
        assert_eq!(read(other.as_bytes(), &format), Ok(Reading::Control), "{other}");
    }
    let gone = Gone { platform: Platform::Bluesky, id: first.id, time: None };
    assert_eq!(read(records[4].as_bytes(), &format), Ok(Reading::Compliance(vec![gone])));
}

#[test]
fn a_youtube_comment_feed_is_read_as_documented() {
    let (format, sample) = documented("youtube");
    let posts = posts(&sample, &format);
    let id = PostId::parse("UgyPianoInTheRain00001AaABAg");
    let expected = Post {
        platform: Platform::Youtube,
        root: id.clone(),
        id,
        kind: Kind::Reply,
        author: Some("UCpianoNoonaPianoNoona01".into()),
        handle: None,
        followers: None,
        event_time: at("2026-11-14T12:05:00Z"),
        text: "Who else is here for Starlight Sonata?\nThe piano!".into(),
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters { likes: Some(41), comments: Some(6), ..Counters::default() },
    };
    assert_eq!(posts[0], Ok(expected));
    assert_eq!(posts[1].as_ref().unwrap().author, None);
    assert_eq!(posts.len(), 2);
    let empty = r#"{"kind":"youtube#commentThreadListResponse","items":[]}"#;
    assert_eq!(read(empty.as_bytes(), &format), Ok(Reading::Control), "nothing new");
}

#[test]
fn readme_shows_the_maps_that_are_tested() {
    let readme = fs::read_to_string(folder().join("../../README.md")).unwrap();
    let service = fs::read_to_string(folder().join("daebak.toml")).unwrap();
    let feeds = service.find("[feeds.bluesky]").unwrap();
    assert!(readme.contains(&service[feeds..]), "README shows tests/mapped/daebak.toml");
}

#[test]
fn each_fault_of_a_mapped_post_is_told_apart() {
    let format = flat("");
    for (record, fault) in [
        (r#"{"id":"a","time":1794656000}"#, PostFault::NoText),
        (r#"{"id":"a","time":1794656000,"text":{}}"#, PostFault::NoText),
        (r#"{"text":"x","time":1794656000}"#, PostFault::NoId),
        (r#"{"id":1e5,"text":"x","time":1794656000}"#, PostFault::NoId),
        (r#"{"id":"a","text":"x","time":"soon"}"#, PostFault::NoTime),
        (r#"{"id":"a","text":"x"}"#, PostFault::NoTime),
    ] {
        assert_eq!(posts(record, &format), [Err(fault)], "{record}");
    }
    let parts = mapped("platform = 'other'\nid = ['/a', '/b']\ntext = '/t'\ntime = '/c'\n");
    assert_eq!(posts(r#"{"t":"x","a":"1","c":1794656000}"#, &parts), [Err(PostFault::NoId)]);
}

#[test]
fn a_record_without_its_posts_is_of_unknown_shape() {
    let format = flat("posts = '/page/items'\ngone_if = '/gone'\n");
    for (record, detail) in [
        (r#"{"page":{"items":7}}"#, "no array at /page/items in an object with the keys page"),
        (r#"{"next":null}"#, "no array at /page/items in an object with the keys next"),
        ("7", "not an object"),
        (
            r#"[{"gone":1,"page":{"items":[{"id":1}]}},{"page":{"items":[{"id":2}]}}]"#,
            "posts beside posts that are gone: send them in records apart",
        ),
    ] {
        let invalid = read(record.as_bytes(), &format).unwrap_err();
        assert_eq!((invalid.reason, &*invalid.detail), (InvalidReason::UnknownShape, detail));
    }
}

#[test]
fn arrays_of_records_and_records_with_arrays_hold_many_posts() {
    let post = |id: u64| json!({"id": id, "text": "x", "time": 1_794_656_000_u64});
    let ids = |record: Value, format: &Format| {
        let record = record.to_string();
        let read = posts(&record, format).into_iter();
        read.map(|post| post.unwrap().id.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids(json!([post(1), 7, post(2)]), &flat("")), "1 2");
    let paged = flat("posts = '/items'");
    assert_eq!(ids(json!({"items": [post(1), null, post(2)]}), &paged), "1 2");
    assert_eq!(ids(json!([{"items": [post(1)]}, {"items": [post(2)]}]), &paged), "1 2");
    assert_eq!(read(b"[]", &paged), Ok(Reading::Control));
    assert_eq!(read(b"  ", &paged), Ok(Reading::Control));
}

#[test]
fn conditions_ask_for_something_or_for_one_of_some_values() {
    let format = flat(
        "share_if = '/s'\nquote_if = { at = '/q', is = 'yes' }\nreply_if = { at = '/r', is = ['a', 'true', '7'] }\n",
    );
    let kind = |more: &str| {
        let record = format!(r#"{{"id":1,"text":"x","time":1794656000{more}}}"#);
        post(&record, &format).kind
    };
    for nothing in [
        "",
        r#","s":null"#,
        r#","s":false"#,
        r#","s":"""#,
        r#","s":{}"#,
        r#","s":[ ]"#,
        r#","q":"no""#,
        r#","q":{"yes":1}"#,
        r#","r":"b""#,
        r#","r":false"#,
    ] {
        assert_eq!(kind(nothing), Kind::Original, "{nothing}");
    }
    for something in [r#","s":true"#, r#","s":"x""#, r#","s":0"#, r#","s":{"id":1},"q":"yes""#] {
        assert_eq!(kind(something), Kind::Share, "{something}");
    }
    assert_eq!(kind(r#","q":"yes","r":"a""#), Kind::Quote);
    for reply in [r#","r":"a""#, r#","r":true"#, r#","r":7"#] {
        assert_eq!(kind(reply), Kind::Reply, "{reply}");
    }
}

#[test]
fn a_retraction_without_an_id_is_a_dead_letter() {
    let format = flat("gone_if = '/gone'");
    let gone = Gone { platform: Platform::Other, id: PostId::parse("a"), time: None };
    assert_eq!(
        read(br#"{"id":"a","gone":true}"#, &format),
        Ok(Reading::Compliance(vec![gone])),
        "without a text"
    );
    assert_eq!(posts(r#"{"gone":true}"#, &format), [Err(PostFault::NoId)]);
}

#[test]
fn a_shares_counters_are_not_its_own_and_a_negative_one_is_unknown() {
    let format = flat("share_if = '/s'\nlikes = '/n'\nviews = '/v'\n");
    let record = r#"{"id":1,"text":"x","time":1794656000,"n":4,"v":-1}"#;
    let counters = Counters { likes: Some(4), ..Counters::default() };
    assert_eq!(post(record, &format).counters, counters);
    let shared = record.replace("\"n\"", "\"s\":1,\"n\"");
    assert_eq!(post(&shared, &format).counters, Counters::default());
}

#[test]
fn text_has_parts_and_hashtags_may_lie_in_objects() {
    let format = mapped(
        "platform = 'reddit'\nid = '/name'\ntext = ['/title', '/selftext']\ntime = '/created_utc'\n\
         hashtags = { at = '/tags', each = '/text/0' }\n",
    );
    let record = r#"{"name":"t3_1","title":"Sonata &amp;","selftext":"","created_utc":1794656000.0,
        "tags":[{"text":["a"]},{"text":[]},"b",{"text":["c"]}]}"#;
    let read = post(record, &format);
    assert_eq!((&*read.text, read.hashtags), ("Sonata &amp;", vec!["a".into(), "c".into()]));
    let both = record.replace("\"\"", "\"ep 1\"");
    assert_eq!(post(&both, &format).text, "Sonata &amp;\nep 1");
}

#[test]
fn a_mapped_post_of_x_has_the_time_in_its_id() {
    let format = mapped(
        "platform = 'twitter'\nid = '/id'\nroot = '/first'\ntext = '/text'\ntime = '/time'\n",
    );
    let record =
        r#"{"id":"2121574993228726274","first":"2121573860766646273","text":"x","time":7}"#;
    let read = post(record, &format);
    assert_eq!(read.event_time, at("2026-11-14T12:00:00Z"));
    assert_eq!(read.root, PostId::parse("2121573860766646273"));
    let old = post(r#"{"id":"20","text":"x","time":1142974214}"#, &format);
    assert_eq!(old.event_time, at("2006-03-21T20:50:14Z"));
}

/// A model post, whatever a platform may say of one.
#[derive(Clone, Debug)]
struct Model {
    platform: usize,
    id: String,
    root: Option<String>,
    text: String,
    author: Option<String>,
    followers: Option<u64>,
    secs: i64,
    language: Option<String>,
    hashtags: Vec<String>,
    kind: usize,
    counters: [Option<u64>; 4],
}

fn model() -> impl Strategy<Value = Model> {
    // No counter is higher.
    let of = || prop::option::of(0..=1_000_000_000_000_000_u64);
    let ids = ("[a-z]{1,3}[0-9]{0,20}", prop::option::of("[a-z]{1,3}[0-9]{0,20}"));
    // Platforms whose ids hold times keep theirs.
    let labels = (2..Platform::ALL.len(), 0..Kind::ALL.len(), 0_i64..4_000_000_000);
    let words = ("\\PC{1,30}|[ -~\n\"\\\\]{1,30}", prop::option::of("[a-zA-Z_.:가-힣]{1,12}"));
    let more = (of(), prop::option::of("[a-z]{2}"), prop::collection::vec("[a-z가]{1,8}", 0..4));
    let counters = [of(), of(), of(), of()];
    (ids, labels, words, more, counters).prop_map(
        |(
            (id, root),
            (platform, kind, secs),
            (text, author),
            (followers, language, hashtags),
            counters,
        )| Model {
            platform,
            id,
            root,
            text,
            author,
            followers,
            secs,
            language,
            hashtags,
            kind,
            counters,
        },
    )
}

/// A record being laid out, and the map that says where everything went.
#[derive(Default)]
struct Layout {
    post: Value,
    map: Vec<String>,
}

impl Layout {
    /// Puts `value` at a way that ends in a name of its own, if there is a value.
    fn put(&mut self, key: &str, way: &[String], value: Option<Value>) {
        let mut place = &mut self.post;
        let mut pointer = String::new();
        for name in way.iter().map(String::as_str).chain([key]) {
            place = &mut place[name];
            pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        }
        *place = value.unwrap_or_default();
        self.map.push(format!("{key} = '{pointer}'"));
    }
}

proptest! {
    /// Wherever a feed has its fields, they read back as they are.
    #[test]
    fn a_model_post_reads_back_from_any_layout(
        model in model(),
        ways in prop::collection::vec(prop::collection::vec("[A-C~/]{1,2}", 0..4), 16),
        posts_at in prop::option::of("[A-C]"),
        in_millis in prop::bool::ANY,
    ) {
        let (platform, kind) = (Platform::ALL[model.platform], Kind::ALL[model.kind]);
        let mut layout = Layout::default();
        let time = if in_millis { json!(model.secs * 1000) } else { json!(model.secs) };
        let [likes, shares, comments, views] = model.counters;
        let is = |of: Kind| (kind == of).then_some(Value::Bool(true));
        let handle = model.author.as_ref().map(|author| format!("@{author}"));
        let fields = [
            ("id", Some(json!(model.id))),
            ("root", model.root.clone().map(Value::from)),
            ("text", Some(json!(model.text))),
            ("time", Some(time)),
            ("author", model.author.clone().map(Value::from)),
            ("handle", handle.clone().map(Value::from)),
            ("followers", model.followers.map(|n| json!(n.to_string()))),
            ("language", model.language.clone().map(Value::from)),
            ("hashtags", Some(json!(model.hashtags))),
            ("likes", likes.map(Value::from)),
            ("shares", shares.map(Value::from)),
            ("comments", comments.map(Value::from)),
            ("views", views.map(Value::from)),
            ("share_if", is(Kind::Share)),
            ("quote_if", is(Kind::Quote)),
            ("reply_if", is(Kind::Reply)),
        ];
        for ((key, value), way) in fields.into_iter().zip(&ways) {
            layout.put(key, way, value);
        }
        let Layout { post: laid_out, mut map } = layout;
        map.push(format!("platform = '{}'", platform.label()));
        map.push(format!("time_format = '{}'", if in_millis { "unix_ms" } else { "auto" }));
        let record = match posts_at {
            None => laid_out,
            Some(at) => {
                map.push(format!("posts = '/{at}'"));
                json!({ at: [laid_out] })
            }
        };
        let (map, record) = (map.join("\n"), record.to_string());
        let expected = Post {
            platform,
            id: PostId::parse(&model.id),
            root: PostId::parse(model.root.as_ref().unwrap_or(&model.id)),
            kind,
            author: model.author.map(Into::into),
            handle: handle.map(Into::into),
            followers: model.followers,
            event_time: Timestamp::from_secs(model.secs),
            text: model.text.into(),
            quoted: None,
            hashtags: model.hashtags.into_iter().map(Into::into).collect(),
            language_hint: model.language.map(Into::into),
            counters: match kind {
                Kind::Share => Counters::default(),
                _ => Counters { likes, shares, comments, views },
            },
        };
        prop_assert_eq!(posts(&record, &mapped(&map)), [Ok(expected)], "{}\n{}", map, record);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(record in "(?s).{0,60}|[\\[{\"a:1,}\\]]{0,40}") {
        let format = flat("posts = '/a/0'\ngone_if = '/b'\nonly_if = '/a'\n");
        let _ = read(record.as_bytes(), &format);
    }
}
