//! No author is named behind the taggers, unless the service's file says so.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use daebak::config::{self, Config};
use daebak::mention::{FeedRecord, Tagger};
use daebak::metric::buzz::render;
use daebak::record::LogRecord;
use daebak::replay::Replay;
use daebak::time::Timestamp;

/// By topic, posts of one author each: both of theirs on TikTok, one elsewhere.
const RECORDS: [(&str, &str); 4] = [
    (
        "shaped",
        r#"{"data":{"id":"2121573860766646273","text":"Starlight Sonata","author_id":"author-of-x"}}"#,
    ),
    (
        "shaped",
        r#"{"data":{"videos":[
            {"id":"7707980237635584777","video_description":"Starlight Sonata","username":"author.of.tiktok"},
            {"id":"7707980237635584778","video_description":"Starlight Sonata!","username":"author.of.tiktok"}]}}"#,
    ),
    (
        "shaped",
        r#"{"id":"18004112233445566","caption":"Starlight Sonata","timestamp":"2026-11-14T12:00:00+0000","username":"author_of_instagram"}"#,
    ),
    (
        "jetstream",
        r#"{"did":"did:plc:authorofbluesky","rkey":"3k","text":"Starlight Sonata","at":"2026-11-14T12:00:00Z"}"#,
    ),
];

const AUTHORS: [&str; 4] =
    ["author-of-x", "author.of.tiktok", "author_of_instagram", "authorofbluesky"];

fn config(privacy: &str) -> Config {
    let service = format!(
        "kafka.brokers = 'k:1'\n[privacy]\n{privacy}\n[feeds.shaped]\ntopics = ['shaped']\n\
         [feeds.mapped]\ntopics = ['jetstream']\nformat = 'mapped'\n[feeds.mapped.map]\n\
         platform = 'bluesky'\nid = ['/did', '/rkey']\ntext = '/text'\ntime = '/at'\nauthor = '/did'\n"
    );
    let campaign = "name = 'C'\nlanguages = ['en']\n\
                    [[titles]]\nid = 'starlight'\nname = 'Starlight Sonata'\n";
    Config {
        service: config::parse_service("s.toml", &service).unwrap(),
        campaigns: vec![Arc::new(config::parse_campaign("c", "c.toml", campaign).unwrap())],
    }
}

/// All that is left of the records: the mention log, a snapshot, unpacked, and the page.
fn left(config: &Config) -> (String, String, String) {
    let mut tagger = Tagger::new(&config.campaigns, config.service.rules()).unwrap();
    let now = Timestamp::from_secs(1_800_000_000);
    let mut replay = Replay::new(config, now).unwrap();
    let mut log = Vec::new();
    for (offset, (topic, json)) in (0..).zip(RECORDS) {
        let payload = Some(json.as_bytes());
        let record = FeedRecord { topic, partition: 0, offset, timestamp: now, payload };
        for mention in tagger.tag(&record).mentions {
            log.extend(LogRecord::Mention(Box::new(mention)).encode().unwrap());
        }
        replay.read(topic, json.as_bytes()).unwrap();
    }
    let folds = replay.finish().unwrap().folds;
    let packed = folds[0].pack().unwrap().unwrap();
    let snapshot = zstd::decode_all(packed.chunks.concat().as_slice()).unwrap();
    let page = render(&folds, folds[0].time().unwrap());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&log), text(&snapshot), page)
}

fn authors_on(page: &str, platform: &str) -> Option<String> {
    let labels = format!("title=\"starlight\",platform=\"{platform}\",window=\"24h\"}} ");
    let mut lines = page.lines().filter(|line| line.starts_with("daebak_window_authors{"));
    lines.find_map(|line| Some(line.split_once(&labels)?.1.to_owned()))
}

#[test]
fn no_author_reaches_the_mention_log_snapshots_or_pages() {
    let (log, snapshot, page) = left(&config(""));
    for author in AUTHORS {
        assert!(!log.contains(author), "{author}: {log}");
        assert!(!snapshot.contains(author), "{author}");
        assert!(!page.contains(author), "{author}: {page}");
    }
    assert!(log.contains("\"author\":\""), "but a hash does: {log}");
}

#[test]
fn authors_who_are_kept_are_in_the_mention_log_and_nowhere_else() {
    let (log, snapshot, page) = left(&config("keep_authors = true"));
    for author in AUTHORS {
        assert!(log.contains(author), "{author}: {log}");
        assert!(!snapshot.contains(author), "a snapshot never names one: {author}");
        assert!(!page.contains(author), "nor does a page: {author}");
    }
}

#[test]
fn hashed_authors_count_as_kept_ones_do() {
    let [hashed, kept] = ["", "keep_authors = true"].map(|privacy| left(&config(privacy)).2);
    assert_eq!(hashed, kept);
    for platform in ["twitter", "tiktok", "instagram", "bluesky"] {
        assert_eq!(authors_on(&hashed, platform).as_deref(), Some("1"), "{platform}: {hashed}");
    }
}
