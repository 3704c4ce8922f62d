//! Formats of feeds and their maps, and what is kept of authors.

use super::*;
use crate::post::mapped::pointer::Pointer;
use crate::post::mapped::time::TimeFormat;
use crate::post::mapped::{Condition, Hashtags, IdPlace, Mapping};
use crate::post::{Kind, Platform};

const MAP: &str = "format = 'mapped'\n[feeds.x.map]\nplatform = 'bluesky'\nid = '/id'\n\
                   text = '/text'\ntime = '/time'\n";

/// A service whose only feed has `lines`.
fn feed(lines: &str) -> Result<Service, ConfigErrors> {
    service(&format!("{MINIMAL_SERVICE}{lines}"))
}

fn at(pointer: &str) -> Pointer {
    Pointer::parse(pointer).unwrap()
}

#[test]
fn a_feed_has_the_format_that_it_names() {
    let format = |lines: &str| feed(lines).unwrap().feeds.remove(0).format;
    let timing = FeedTiming { delay: Span::ZERO, max_delay: Span::from_secs(60) };
    let (name, topics) = ("x".into(), vec!["x".into()]);
    let x = Feed { name, topics, format: Format::Any, threads: 1, timing };
    assert_eq!(feed("").unwrap().feeds, [x], "every default");
    assert_eq!(format("format = 'any'"), Format::Any);
    assert_eq!(format("format = 'tiktok'"), Format::Only(Platform::Tiktok));
    let minimal = Mapping {
        platform: Platform::Bluesky,
        posts: None,
        only_if: None,
        gone_if: None,
        id: IdPlace::At(at("/id")),
        root: None,
        text: vec![at("/text")],
        time: at("/time"),
        time_format: TimeFormat::Auto,
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
    };
    assert_eq!(format(MAP), Format::Mapped(minimal.clone().into()));
    let full = Mapping {
        posts: Some(at("/posts")),
        only_if: Some(Condition { at: at("/kind"), is: vec!["post".into(), "true".into()] }),
        gone_if: Some(Condition { at: at("/op"), is: vec!["delete".into()] }),
        id: IdPlace::Of(vec![at("/a"), at("/b~1c")]),
        root: Some(IdPlace::At(at("/root"))),
        text: vec![at("/title"), at("/body")],
        time_format: TimeFormat::pattern("%Y-%m-%d %H:%M").unwrap(),
        author: Some(at("/author/id")),
        handle: Some(at("/author/name")),
        followers: Some(at("/author/n")),
        language: Some(at("/langs/0")),
        hashtags: Some(Hashtags { at: at("/tags"), each: Some(at("/name")) }),
        kind: Kind::Reply,
        share_if: Some(Condition { at: at("/reblog"), is: Vec::new() }),
        quote_if: Some(Condition { at: at("/quote"), is: Vec::new() }),
        reply_if: Some(Condition { at: at("/parent"), is: Vec::new() }),
        likes: Some(at("/n/1")),
        shares: Some(at("/n/2")),
        comments: Some(at("/n/3")),
        views: Some(at("/n/4")),
        ..minimal
    };
    let lines = "format = 'mapped'\n[feeds.x.map]\nplatform = 'bluesky'\nposts = '/posts'\n\
        only_if = { at = '/kind', is = ['post', 'true'] }\ngone_if = { at = '/op', is = 'delete' }\n\
        id = ['/a', '/b~1c']\nroot = '/root'\ntext = ['/title', '/body']\ntime = '/time'\n\
        time_format = '%Y-%m-%d %H:%M'\nauthor = '/author/id'\nhandle = '/author/name'\nfollowers = '/author/n'\n\
        language = '/langs/0'\nhashtags = { at = '/tags', each = '/name' }\nkind = 'reply'\n\
        share_if = '/reblog'\nquote_if = '/quote'\nreply_if = '/parent'\n\
        likes = '/n/1'\nshares = '/n/2'\ncomments = '/n/3'\nviews = '/n/4'\n";
    assert_eq!(format(lines), Format::Mapped(full.into()));
}

#[test]
fn a_bad_format_or_map_is_said_with_its_place() {
    let map = |from: &str, to: &str| MAP.replace(from, to);
    let cases = [
        (
            "format = 'twiter'".to_owned(),
            "5:10 unknown-name: `twiter` is no format; did you mean `twitter`?".to_owned(),
        ),
        (
            "format = 'bluesky'".to_owned(),
            "5:10 unknown-name: `bluesky` is no format; \
             expected one of any, mapped, twitter, tiktok, instagram"
                .to_owned(),
        ),
        (
            "format = 'mapped'".to_owned(),
            "3:1 missing-key: `map` is missing; expected `map` in `x`".to_owned(),
        ),
        (
            map("format = 'mapped'\n", ""),
            "5:1 unknown-key: `map` has no use here; expected format = \"mapped\" beside it"
                .to_owned(),
        ),
        (
            map("mapped", "tiktok"),
            "6:1 unknown-key: `map` has no use here; expected format = \"mapped\" beside it"
                .to_owned(),
        ),
        (
            map("bluesky", "blusky"),
            "7:12 unknown-name: `blusky` is no platform; did you mean `bluesky`?".to_owned(),
        ),
        (
            map("id = '/id'\n", ""),
            "6:1 missing-key: `id` is missing; expected `id` in `map`".to_owned(),
        ),
        (
            map("text = '/text'\n", ""),
            "6:1 missing-key: `text` is missing; expected `text` in `map`".to_owned(),
        ),
        (
            map("time = '/time'\n", ""),
            "6:1 missing-key: `time` is missing; expected `time` in `map`".to_owned(),
        ),
        (
            map("platform = 'bluesky'\n", ""),
            "6:1 missing-key: `platform` is missing; expected `platform` in `map`".to_owned(),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(said(feed(&lines)), [expected], "{lines}");
    }
}

#[test]
fn a_bad_value_of_a_map_is_said_with_its_place() {
    let map = |from: &str, to: &str| MAP.replace(from, to);
    let with = |line: &str| format!("{MAP}{line}\n");
    let pointer = "expected \"/\" and names with \"/\" between";
    let cases = [
        (map("'/id'", "'id'"), format!("8:6 bad-pointer: `id` is no JSON pointer; {pointer}")),
        (
            map("'/text'", "['/a', '/b~2']"),
            format!("9:15 bad-pointer: `/b~2` is no JSON pointer; {pointer}"),
        ),
        (
            map("'/text'", "[]"),
            "9:8 empty: `text` is empty; expected at least one entry".to_owned(),
        ),
        (
            with("likes = 7"),
            "11:9 wrong-type: `likes` holds an integer; expected a string".to_owned(),
        ),
        (
            with("like = '/n'"),
            "11:1 unknown-key: unknown key `like`; did you mean `likes`?".to_owned(),
        ),
        (
            with("kind = 'comment'"),
            "11:8 unknown-name: `comment` is no kind; \
             expected one of original, share, quote, reply"
                .to_owned(),
        ),
        (
            with("time_format = 'unix'"),
            "11:15 unknown-name: `unix` is no time format; did you mean `unix_s`?".to_owned(),
        ),
        (
            with("time_format = '%Y-%m-%d'"),
            "11:15 bad-time-format: `%Y-%m-%d` tells no day and time of day; \
             expected a pattern such as \"%Y-%m-%d %H:%M:%S\""
                .to_owned(),
        ),
        (
            with("gone_if = { at = '/op' }"),
            "11:11 missing-key: `is` is missing; expected `is` in `gone_if`".to_owned(),
        ),
        (
            with("only_if = { at = '/op', is = 7 }"),
            "11:30 wrong-type: `is` holds an integer; expected a string or a list of strings"
                .to_owned(),
        ),
        (
            with("hashtags = { at = '/tags' }"),
            "11:12 missing-key: `each` is missing; expected `each` in `hashtags`".to_owned(),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(said(feed(&lines)), [expected], "{lines}");
    }
}

#[test]
fn all_mistakes_of_a_map_are_said_at_once() {
    let lines = "format = 'mapped'\n[feeds.x.map]\nid = 'id'\nlikes = 'n'\nviws = '/n'\n";
    let places: Vec<_> = feed(lines)
        .unwrap_err()
        .into_vec()
        .into_iter()
        .map(|error| (error.line, error.rule))
        .collect();
    assert_eq!(
        places,
        [
            (6, Rule::MissingKey),
            (6, Rule::MissingKey),
            (6, Rule::MissingKey),
            (7, Rule::BadPointer),
            (8, Rule::BadPointer),
            (9, Rule::UnknownKey),
        ]
    );
}

#[test]
fn a_page_has_the_platforms_that_may_come_and_no_others() {
    let campaign = campaign(MINIMAL_CAMPAIGN).unwrap();
    let platforms = |lines: &str| feed(lines).unwrap().fold_config(&campaign).platforms;
    assert_eq!(platforms(""), Platform::SHAPED);
    assert_eq!(platforms("format = 'tiktok'"), [Platform::Tiktok]);
    let others = "[feeds.y]\ntopics = ['y', 'z']\nformat = 'twitter'\n[feeds.w]\ntopics = ['w']\n\
                  format = 'twitter'\n";
    let both = format!("{MAP}{others}");
    assert_eq!(platforms(&both), [Platform::Twitter, Platform::Bluesky], "each once");
    let formats = feed(&both).unwrap().rules().formats;
    let topics: Vec<_> = formats.iter().map(|(topic, format)| (&**topic, format.clone())).collect();
    let twitter = Format::Only(Platform::Twitter);
    assert_eq!(topics[..1], [("w", twitter.clone())]);
    assert!(matches!(topics[1], ("x", Format::Mapped(_))));
    assert_eq!(topics[2..], [("y", twitter.clone()), ("z", twitter)]);
}

#[test]
fn authors_are_hashed_with_a_secret_salt_unless_they_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("salt"), "pepper\n").unwrap();
    let read = |privacy: &str| {
        let text = format!("{MINIMAL_SERVICE}[privacy]\n{privacy}\n");
        service::read("s.toml", &text, Pointed::Read(folder.path()))
    };
    let without = feed("").unwrap();
    assert_eq!(without.authors(), Authors::hashed("daebak.mentions"), "of the mention log's topic");
    assert!(without.shows_authors());
    assert_eq!(without.rules().authors, without.authors());
    let salted = read("author_salt = { file = 'salt' }").unwrap();
    assert_eq!(salted.authors(), Authors::hashed("pepper"));
    assert!(!salted.shows_authors());
    assert!(!format!("{salted:?}").contains("pepper"));
    let kept = read("keep_authors = true").unwrap();
    assert_eq!(kept.authors(), Authors::Kept);
    assert!(!kept.shows_authors());
}

#[test]
fn a_salt_in_the_file_is_refused_and_never_shown() {
    for (line, expected) in [
        ("author_salt = 'hunter2'", "written here for all to read"),
        ("author_salt = hunter2", "author_salt*********"),
        ("author_sal = 'hunter2'", "did you mean `author_salt`?"),
        ("author_salt = { env = 'A', file = 'b' }", "`author_salt` has two sources"),
        ("keep_authors = 'hunter2'", "`keep_authors` holds a string"),
    ] {
        let text = format!("{MINIMAL_SERVICE}[privacy]\n{line}\n");
        let printed = service(&text).unwrap_err().to_string();
        assert!(printed.contains(expected), "{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
