//! What posts earned, recounted from the bytes.

use super::*;

/// A post's own counters as a reader in a hurry sees them: likes, shares, comments, views.
fn counters(platform: &str, post: &Value, kind: &str) -> [Option<u64>; 4] {
    let first = |keys: &[&str]| keys.iter().find_map(|key| post[*key].as_u64());
    let likes = first(&["like_count", "favorite_count"]);
    let comments = first(&["comment_count", "comments_count", "reply_count"]);
    let shares = first(&["share_count", "retweet_count", "repost_count"]);
    let shares = shares.map(|n| n + first(&["quote_count"]).unwrap_or(0));
    match (platform, kind) {
        ("twitter", "share") => [None; 4],
        _ => [likes, shares, comments, first(&["view_count", "impression_count"])],
    }
}

/// A sound post's version and its counters.
struct Counted {
    seen: Seen,
    second: i64,
    version: String,
    counters: [Option<u64>; 4],
}

/// Each sound post of a record with its counters.
fn sights(delivery: &Delivery) -> Vec<Counted> {
    let posts = read(delivery);
    let record: Value = match delivery.payload.as_deref().map(serde_json::from_slice) {
        Some(Ok(record)) if !posts.is_empty() => record,
        _ => return Vec::new(),
    };
    let list = record["data"]["videos"].as_array();
    let values = match list {
        Some(videos) => {
            videos.iter().filter(|v| v["id"].is_u64() || v["video_id"].is_u64()).collect()
        }
        None if record["data"].is_object() => vec![&record["data"]],
        None => vec![&record],
    };
    let of = |((second, seen), value): ((i64, Seen), &Value)| {
        let metrics =
            if value["public_metrics"].is_object() { &value["public_metrics"] } else { value };
        let id = [&value["id_str"], &value["id"], &value["video_id"]];
        let version = text_of(id.into_iter().find(|id| !id.is_null()).unwrap());
        let counters = counters(seen.platform, metrics, seen.kind);
        Counted { seen, second, version, counters }
    };
    posts.into_iter().zip(values).map(of).collect()
}

#[test]
fn the_truth_about_engagement_equals_a_naive_recount_of_the_bytes() {
    const ACTIONS: [&str; 4] = ["like", "share", "comment", "view"];
    let options = Options { length: Span::from_hours(12), ..options() };
    let (deliveries, generator) = deal(&options);
    let truth = generator.truth();
    let posts = recount(&deliveries);
    let mut highest: BTreeMap<_, u64> = BTreeMap::new();
    let mut recounted: BTreeMap<_, u64> = BTreeMap::new();
    let (mut bases, half) = (0, options.start + Span::from_hours(8));
    for delivery in &deliveries {
        for Counted { seen: Seen { platform, root, .. }, second, version, counters } in
            sights(delivery)
        {
            let titles = &posts[&(platform, root.clone())].2;
            let event = match platform {
                "twitter" => (root.parse::<i64>().unwrap() >> 22) + 1_288_834_974_657,
                _ => second * 1000,
            };
            let is_old = delivery.at.as_millis() - event > 3_600_000 && root == version;
            for (action, told) in ACTIONS.into_iter().zip(counters) {
                let Some(told) = told else { continue };
                let known = highest.get(&(platform, root.clone(), version.clone(), action));
                bases += u64::from(known.is_none() && is_old);
                let before = known.copied().unwrap_or(if is_old { told } else { 0 });
                highest.insert((platform, root.clone(), version.clone(), action), told.max(before));
                for title in titles {
                    let series = (*title, platform, action, delivery.at < half);
                    *recounted.entry(series).or_default() += told.saturating_sub(before);
                }
            }
        }
    }
    let (mut sum, end) = (0, options.start + Span::from_hours(48));
    for (number, title) in title_ids().into_iter().enumerate() {
        for platform in ["twitter", "tiktok", "instagram"] {
            for action in ACTIONS {
                for (is_first, from, to) in [(true, options.start, half), (false, half, end)] {
                    let said = truth.engagement(title, platform, action, from, to);
                    let mine = recounted.get(&(number, platform, action, is_first)).copied();
                    assert_eq!(said.unwrap_or(0), mine.unwrap_or(0), "{title} {platform} {action}");
                    sum += mine.unwrap_or(0);
                }
            }
        }
    }
    assert!(sum > 1_000_000 && bases > 10, "{sum} in all, {bases} bases");
    let unsaid = truth.engagement("starlight-sonata", "instagram", "view", options.start, end);
    assert_eq!(unsaid, None, "Instagram does not say");
}

#[test]
fn redeliveries_lie_in_the_partition_of_what_came_before() {
    let (deliveries, generator) = deal(&Options { length: Span::from_hours(8), ..options() });
    let mut keys: BTreeMap<(&str, String), Vec<u8>> = BTreeMap::new();
    for delivery in &deliveries {
        for Counted { seen: Seen { platform, root, .. }, .. } in sights(delivery) {
            let key = keys.entry((platform, root.clone())).or_insert_with(|| delivery.key.clone());
            assert_eq!(*key, delivery.key, "{root}");
        }
    }
    assert!(generator.truth().trouble().of("batches_with_a_redelivery") > 10);
}
