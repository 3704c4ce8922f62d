//! The generator against a naive reading of its own bytes.

mod earned;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::TITLES;
use super::*;

const KINDS: [&str; 4] = ["original", "share", "quote", "reply"];

fn options() -> Options {
    Options {
        seed: 20_260_905,
        start: Timestamp::from_secs(1_788_600_000),
        posts_per_hour: 3_000.0,
        length: Span::from_hours(36),
        truth: true,
    }
}

/// Deliveries to an end, and the generator after them.
fn deal(options: &Options) -> (Vec<Delivery>, Generator) {
    let mut generator = Generator::new(*options);
    let deliveries = generator.by_ref().collect();
    (deliveries, generator)
}

/// A post as a reader in a hurry sees it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    platform: &'static str,
    root: String,
    text: String,
    kind: &'static str,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The longest text of an X post: what is cut is shorter.
fn longest(post: &Value) -> String {
    let texts = [
        &post["text"],
        &post["full_text"],
        &post["extended_tweet"]["full_text"],
        &post["note_tweet"]["text"],
        &post["note_post"]["text"],
    ];
    texts.map(text).into_iter().max_by_key(|text| text.len()).unwrap().to_owned()
}

fn tweet(record: &Value) -> Seen {
    let data = if record["data"].is_object() { &record["data"] } else { record };
    let history = ["edit_history_tweet_ids", "edit_history_post_ids"].map(|key| &data[key][0]);
    let root = [history[0], history[1], &data["id_str"]].into_iter().find(|id| id.is_string());
    let relation =
        ["referenced_tweets", "referenced_posts"].map(|key| text(&data[key][0]["type"])).concat();
    let about =
        [&record["includes"]["tweets"][0], &data["retweeted_status"], &data["quoted_status"]]
            .map(longest)
            .concat();
    let (kind, text) = if relation == "retweeted" || data["retweeted_status"].is_object() {
        ("share", about)
    } else if relation == "quoted" || data["quoted_status"].is_object() {
        ("quote", format!("{} {about}", longest(data)))
    } else if relation == "replied_to" || data["in_reply_to_status_id_str"].is_string() {
        ("reply", longest(data))
    } else {
        ("original", longest(data))
    };
    Seen { platform: "twitter", root: text_of(root.unwrap()), text, kind }
}

fn text_of(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn video(record: &Value) -> Seen {
    let id = [&record["id"], &record["video_id"]].into_iter().find(|id| id.is_u64()).unwrap();
    let mut text = text(&record["video_description"]).to_owned();
    for tag in record["hashtag_names"].as_array().unwrap() {
        text = text + " #" + tag.as_str().unwrap();
    }
    Seen { platform: "tiktok", root: text_of(id), text, kind: "original" }
}

/// The posts of a sound record, with their second of event time.
fn read(delivery: &Delivery) -> Vec<(i64, Seen)> {
    let Some(record) = delivery.payload.as_deref().and_then(|p| serde_json::from_slice(p).ok())
    else {
        return Vec::new();
    };
    let record: Value = record;
    let by_id = |root: &str| root.parse::<i64>().unwrap();
    match delivery.feed {
        "twitter" if has_id(&record) => {
            let seen = tweet(&record);
            vec![(((by_id(&seen.root) >> 22) + 1_288_834_974_657).div_euclid(1000), seen)]
        }
        "tiktok" => {
            let list = record["data"]["videos"].as_array();
            let videos = list.map_or_else(|| vec![&record], |videos| videos.iter().collect());
            let sound = videos.into_iter().filter(|v| v["id"].is_u64() || v["video_id"].is_u64());
            sound
                .map(|record| {
                    let seen = video(record);
                    assert_eq!(by_id(&seen.root) >> 32, record["create_time"].as_i64().unwrap());
                    (by_id(&seen.root) >> 32, seen)
                })
                .collect()
        }
        "instagram" if record["id"].is_string() && record["timestamp"].is_string() => {
            let time = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%z", text(&record["timestamp"]));
            let second = time.unwrap().to_timestamp().unwrap().as_second();
            let (root, text) = (text_of(&record["id"]), text(&record["caption"]).to_owned());
            vec![(second, Seen { platform: "instagram", root, text, kind: "original" })]
        }
        _ => Vec::new(),
    }
}

fn has_id(record: &Value) -> bool {
    record["data"]["id"].is_string() || record["id_str"].is_string()
}

/// Each post once: platform, kind and event second by identity, with the titles it names.
fn recount(deliveries: &[Delivery]) -> BTreeMap<(&'static str, String), (i64, Seen, Vec<usize>)> {
    let mut posts = BTreeMap::new();
    for (second, seen) in deliveries.iter().flat_map(read) {
        let titles = (0..TITLES.len()).filter(|n| TITLES[*n].is_in(&seen.text)).collect();
        posts.entry((seen.platform, seen.root.clone())).or_insert((second, seen, titles));
    }
    posts
}

#[test]
fn the_truth_equals_a_naive_recount_of_the_bytes() {
    let options = Options { length: Span::from_hours(12), ..options() };
    let (deliveries, generator) = deal(&options);
    let truth = generator.truth();
    let posts = recount(&deliveries);
    let (from, to) = (options.start, options.start + options.length);
    let mut compared = 0;
    for ((title, platform), total) in truth.totals() {
        let title_index = title_ids().iter().position(|id| *id == title).unwrap();
        let of_title: Vec<_> = posts
            .iter()
            .filter(|((on, _), (_, _, titles))| *on == platform && titles.contains(&title_index))
            .map(|(_, post)| post)
            .collect();
        assert_eq!(total, of_title.len() as u64, "{title} on {platform}");
        assert_eq!(total, truth.posts(title, platform, None, None, from, to));
        for kind in KINDS {
            let of_kind = of_title.iter().filter(|post| post.1.kind == kind).count() as u64;
            assert_eq!(of_kind, truth.posts(title, platform, Some(kind), None, from, to));
        }
        for hour in 0..12 {
            let (from, to) = (from + Span::from_hours(hour), from + Span::from_hours(hour + 1));
            let in_hour = |post: &&&(i64, Seen, Vec<usize>)| {
                (from..to).contains(&Timestamp::from_secs(post.0))
            };
            let recounted = of_title.iter().filter(in_hour).count() as u64;
            assert_eq!(recounted, truth.posts(title, platform, None, None, from, to));
            compared += recounted;
        }
    }
    assert!(compared > 5_000, "only {compared} posts compared");
}

#[test]
fn kinds_and_languages_each_split_the_whole() {
    let options = Options { length: Span::from_hours(8), ..options() };
    let (_, generator) = deal(&options);
    let (from, to) = (options.start, options.start + options.length);
    for ((title, platform), total) in generator.truth().totals() {
        let languages = ["en", "ko", "es", "pt", "id", "other"];
        let count =
            |kind, language| generator.truth().posts(title, platform, kind, language, from, to);
        let by_language: u64 = languages.iter().map(|language| count(None, Some(*language))).sum();
        let by_kind: u64 = KINDS.iter().map(|kind| count(Some(*kind), None)).sum();
        assert_eq!((by_language, by_kind), (total, total));
        let authors = generator.truth().authors(title, platform, from, to);
        assert!(authors > 0 && authors <= total, "{authors} authors of {total}");
    }
    assert_eq!(generator.truth().posts("no-such-title", "twitter", None, None, from, to), 0);
}

#[test]
fn the_same_seed_deals_the_same_bytes() {
    let short = Options { length: Span::from_hours(1), ..options() };
    let (one, other) = (deal(&short).0, deal(&short).0);
    assert_eq!(one, other);
    let (reseeded, _) = deal(&Options { seed: 1, ..short });
    assert_ne!(one, reseeded);
}

#[test]
fn records_come_in_order_and_never_before_their_posts() {
    let (deliveries, _) = deal(&Options { length: Span::from_hours(7), ..options() });
    assert!(deliveries.is_sorted_by_key(|delivery| delivery.at));
    let mut late = Span::ZERO;
    let mut first = BTreeSet::new();
    for delivery in &deliveries {
        for (second, seen) in read(delivery) {
            let behind = delivery.at - Timestamp::from_secs(second);
            assert!(behind > Span::ZERO, "{seen:?} is from the future");
            if first.insert((seen.platform, seen.root)) {
                late = late.max(behind);
            }
        }
    }
    assert!(late > Span::from_minutes(30), "no post was late");
    assert!(late <= Span::from_hours(3), "a post was {late} late");
}

#[test]
fn every_trouble_happens_in_twenty_thousand_records() {
    let mut generator = Generator::new(Options { posts_per_hour: 6_000.0, ..options() });
    assert_eq!(generator.by_ref().take(20_000).count(), 20_000);
    let trouble = generator.truth().trouble();
    let all = [
        "batches",
        "batches_with_a_redelivery",
        "control",
        "edits",
        "grown_counters",
        "hashtags_apart",
        "html_escapes",
        "json_escapes",
        "late_posts",
        "long_text",
        "multi_title",
        "no_author",
        "no_text",
        "other_language",
        "out_of_order",
        "poison",
        "poison_no_id",
        "poison_no_time",
        "poison_not_utf8",
        "poison_random_bytes",
        "poison_too_deep",
        "poison_truncated",
        "poison_unknown_shape",
        "quotes",
        "redeliveries",
        "renamed_fields",
        "replies",
        "replies_untagged",
        "shares",
        "tombstones",
        "untagged",
    ];
    let dealt: Vec<_> = trouble.counts().keys().copied().collect();
    assert_eq!(dealt, all);
    assert!((150..250).contains(&trouble.of("poison")), "{trouble:?}");
    assert!(trouble.of("poison_too_deep") <= 5, "{trouble:?}");
}

#[test]
fn what_is_not_poison_parses() {
    let (deliveries, generator) = deal(&Options { length: Span::from_hours(7), ..options() });
    let blank = |payload: &[u8]| payload.trim_ascii().is_empty();
    let broken = deliveries
        .iter()
        .filter_map(|delivery| delivery.payload.as_deref())
        .filter(|payload| !blank(payload) && serde_json::from_slice::<Value>(payload).is_err())
        .count() as u64;
    let poison = ["not_utf8", "truncated", "too_deep", "random_bytes"];
    let trouble = generator.truth().trouble();
    let dealt = poison.iter().map(|kind| trouble.of(&format!("poison_{kind}"))).sum::<u64>();
    assert_eq!(broken, dealt);
    assert!(broken > 0);
}

#[test]
fn the_launch_climbs_and_rivals_do_not() {
    let options = Options { posts_per_hour: 4_000.0, ..options() };
    let (_, generator) = deal(&options);
    let in_hour = |title, hour| -> u64 {
        let from = options.start + Span::from_hours(hour);
        let count = |platform: Platform| {
            generator.truth().posts(
                title,
                platform.label(),
                None,
                None,
                from,
                from + Span::from_hours(1),
            )
        };
        Platform::ALL.into_iter().map(count).sum()
    };
    assert_eq!(generator.premiere(), options.start + Span::from_hours(6));
    let (before, after) = (in_hour("starlight-sonata", 5), in_hour("starlight-sonata", 7));
    assert!(after > 10 * before, "{before} an hour before the premiere, {after} after");
    let second_night = in_hour("starlight-sonata", 31);
    assert!(second_night > 3 * in_hour("starlight-sonata", 28), "{second_night}");
    let rival = |hour| in_hour("queen-of-tears", hour);
    assert!(rival(7) < 3 * rival(5), "{} then {}", rival(5), rival(7));
    assert!(in_hour("lovely-runner", 20) > 2 * in_hour("lovely-runner", 17));
    let peak: u64 = title_ids().iter().map(|title| in_hour(title, 31)).sum();
    assert!((2_400..5_200).contains(&peak), "{peak} at a peak of 4,000 an hour");
}

#[test]
fn without_rows_the_totals_stay() {
    let options = Options { length: Span::from_hours(1), ..options() };
    let (_, kept) = deal(&options);
    let (_, light) = deal(&Options { truth: false, ..options });
    assert_eq!(kept.truth().totals(), light.truth().totals());
    let end = options.start + options.length;
    let posts = light.truth().posts("signal", "twitter", None, None, options.start, end);
    assert_eq!(posts, 0);
}

#[test]
fn a_rate_that_is_no_number_deals_nothing() {
    for posts_per_hour in [f64::NAN, -1.0, 0.0] {
        let options = Options { posts_per_hour, length: Span::from_hours(1), ..options() };
        assert_eq!(Generator::new(options).count(), 0);
    }
}
