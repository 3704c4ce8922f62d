//! Any text in a post: what is found in it lies in it.

#![no_main]

use std::cell::RefCell;

use daebak::config;
use daebak::mention::{FeedRecord, Tagged, Tagger};
use daebak::post::format::Format;
use daebak::post::outcome::PostOutcome;
use daebak::post::{self, Reading};
use daebak::record::LogRecord;
use daebak::record::mention::{HASHTAGS_MAX, Mention, Via};
use daebak::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// A title's name, to be found between any other words.
const NAME: &str = "별빛 소나타";
const TITLE: &str = "starlight-sonata";

thread_local! {
    static TAGGER: RefCell<Tagger> = RefCell::new(tagger());
}

fn tagger() -> Tagger {
    let config = config::shipped().expect("the shipped config is sound");
    Tagger::new(&config.campaigns, config.service.rules()).expect("its words can be matched")
}

fuzz_target!(|input: &[u8]| {
    let input = String::from_utf8_lossy(input);
    let (text, quoted) = input.split_once('\0').unwrap_or((&input, ""));
    if !text.starts_with('!') {
        check(text, quoted);
        return;
    }
    let named = check(&format!("{text}\n{NAME}\n{quoted}"), "");
    let titles = named.iter().flat_map(|mention| &mention.titles);
    assert!(titles.into_iter().any(|one| one.title.as_str() == TITLE), "{text:?} hides a name");
});

/// Tags a quote of `quoted` that says `text`.
fn check(text: &str, quoted: &str) -> Vec<Mention> {
    let record = json!({
        "data": {
            "id": "2121573860766646273",
            "text": text,
            "author_id": "1",
            "referenced_tweets": [{ "type": "quoted", "id": "1" }],
        },
        "includes": { "tweets": [{ "id": "1", "text": quoted }] },
    });
    let payload = record.to_string();
    let tagged = tag(&payload);
    let Ok(Reading::Posts(_, posts)) = post::read(payload.as_bytes(), &Format::Any) else {
        panic!("posts: {payload}")
    };
    let [outcome] = tagged.posts.as_slice() else { panic!("one post: {tagged:?}") };
    assert_eq!(*outcome == PostOutcome::Tagged, !tagged.mentions.is_empty());
    assert!(tagged.mentions.len() <= 1, "one a campaign");
    for mention in &tagged.mentions {
        let post = posts[0].as_ref().expect("it was tagged");
        check_mention(mention, &post.text, post.quoted.as_deref().unwrap_or_default());
    }
    tagged.mentions
}

fn tag(payload: &str) -> Tagged {
    let record = FeedRecord {
        topic: "posts",
        partition: 0,
        offset: 0,
        timestamp: Timestamp::from_secs(1_794_000_000),
        payload: Some(payload.as_bytes()),
    };
    TAGGER.with_borrow_mut(|tagger| tagger.tag(&record))
}

fn check_mention(mention: &Mention, text: &str, quoted: &str) {
    assert!(!mention.titles.is_empty());
    let mut titles: Vec<_> = mention.titles.iter().map(|one| one.title.as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), mention.titles.len(), "each title once");
    for one in &mention.titles {
        let (start, end) = one.span.expect("nothing is listed apart from the text");
        let read = if one.via == Via::Quoted { quoted } else { text };
        assert!(start < end && end as usize <= read.chars().count(), "{one:?}");
    }
    assert!(mention.hashtags.len() <= HASHTAGS_MAX);
    assert!(mention.hashtags.iter().all(|hashtag| !hashtag.is_empty()));
    assert!(!mention.language.as_str().is_empty());
    let record = LogRecord::Mention(Box::new(mention.clone()));
    let bytes = record.encode().expect("it can be written");
    assert_eq!(LogRecord::decode(&bytes), Ok(record), "a mention reads back");
}
