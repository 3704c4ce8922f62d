//! ns a record on the pure path, from bytes to outcome: small and large payloads, matching and
//! not, with the shipped campaign; then what the mention log costs. `cargo bench --bench pure_path`.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a driver")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use daebak::buzz::Buzz;
use daebak::clock::Stopwatch;
use daebak::config;
use daebak::mention::{FeedRecord, Tagger};
use daebak::record::LogRecord;
use daebak::time::Timestamp;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(200);

const NAMING: &str = "first episode of Starlight Sonata was everything I hoped for, the piano \
                      scene on the roof alone is worth the subscription";
const PLAIN: &str = "finally got around to fixing the bike this weekend, the chain was older \
                     than my patience and twice as rusty, never again";

/// A v2 stream record of about 500 bytes.
fn small(text: &str) -> String {
    format!(
        r#"{{"data":{{"id":"1830000000000000001","text":"{text}","author_id":"2244994945","lang":"en","created_at":"2024-09-01T00:00:00.000Z","edit_history_tweet_ids":["1830000000000000001"],"public_metrics":{{"retweet_count":3,"reply_count":1,"like_count":17,"quote_count":0,"bookmark_count":2,"impression_count":901}}}},"includes":{{"users":[{{"id":"2244994945","name":"Some One","username":"someone"}}]}},"matching_rules":[{{"id":"1","tag":null}}]}}"#
    )
}

/// A v1.1 record of about 5.6 kB: a user with all the ornaments of the old interface.
fn large(text: &str) -> String {
    let ornaments: Vec<String> = (0..60)
        .map(|n| format!(r#""profile_ornament_{n:02}":"https://example.invalid/images/{n:032}""#))
        .collect();
    format!(
        r#"{{"created_at":"Sun Sep 01 00:00:00 +0000 2024","id":1830000000000000001,"id_str":"1830000000000000001","full_text":"{text}","truncated":false,"user":{{"id":2244994945,"id_str":"2244994945","screen_name":"someone","followers_count":12,{}}},"entities":{{"hashtags":[],"urls":[]}},"is_quote_status":false,"retweet_count":3,"favorite_count":17,"lang":"en"}}"#,
        ornaments.join(",")
    )
}

fn record(payload: &str) -> FeedRecord<'_> {
    FeedRecord {
        topic: "posts",
        partition: 0,
        offset: 0,
        timestamp: Timestamp::from_secs(1_725_148_800),
        payload: Some(payload.as_bytes()),
    }
}

/// Prints the best of [`ROUNDS`] rounds of [`ROUND`] each.
fn measure<T>(name: &str, bytes: usize, mut call: impl FnMut() -> T) {
    let round = |_| {
        let (watch, mut calls) = (Stopwatch::start(), 0_u32);
        while watch.elapsed() < ROUND {
            black_box(call());
            calls += 1;
        }
        watch.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    let best = (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min);
    println!("{name:<24} {bytes:>6} B {best:>8.0} ns {:>8.0} MB/s", bytes as f64 * 1e3 / best);
}

fn main() {
    let config = config::shipped().expect("the shipped config is valid");
    let mut tagger =
        Tagger::new(&config.campaigns, config.service.rules()).expect("it makes a matcher");
    let cases = [
        ("tag small/untagged", small(PLAIN)),
        ("tag small/tagged", small(NAMING)),
        ("tag large/untagged", large(PLAIN)),
        ("tag large/tagged", large(NAMING)),
    ];
    for (name, payload) in &cases {
        let is_tagged = !tagger.tag(&record(payload)).mentions.is_empty();
        assert_eq!(is_tagged, name.ends_with("/tagged"), "{name}");
        measure(name, payload.len(), || tagger.tag(&record(black_box(payload))));
    }

    let mention = tagger.tag(&record(&cases[1].1)).mentions.remove(0);
    let mention = LogRecord::Mention(Box::new(mention));
    let bytes = mention.encode().expect("it has a JSON form");
    measure("log encode", bytes.len(), || black_box(&mention).encode());
    measure("log decode", bytes.len(), || LogRecord::decode(black_box(&bytes)));
    let campaign = Arc::clone(&config.campaigns[0]);
    let mut buzz = Buzz::new(campaign.id.clone());
    let at = Timestamp::from_secs(1_725_148_800);
    let settings = LogRecord::Config(Box::new(config.service.fold_config(&campaign)));
    buzz.apply(at, &settings).expect("a config applies");
    buzz.apply(at, &mention).expect("a mention applies");
    measure("log apply a duplicate", bytes.len(), || buzz.apply(at, black_box(&mention)));
}
