//! Any text in a post: what is found in it lies in it, and what explains a post is what tags it.

#![no_main]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use daebak::campaign::{CampaignId, TitleId};
use daebak::config::{self, Config};
use daebak::mention::verdict::{Explanation, Finding, Role, Verdict};
use daebak::mention::{FeedRecord, Tagger};
use daebak::post::format::Format;
use daebak::post::outcome::PostOutcome;
use daebak::post::{self, Post, Reading};
use daebak::record::LogRecord;
use daebak::record::mention::{HASHTAGS_MAX, Mention, Via};
use daebak::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// A title's name, to be found between any other words.
const NAME: &str = "별빛 소나타";
const TITLE: &str = "starlight-sonata";

/// A campaign whose words play every role there is.
const ROLES: &str = r#"
name = "Roles"
languages = ["en", "ko", "ja"]
context = ["tvN", "주말극"]

[[titles]]
id = "signal"
name = "Signal"
aliases = [
    "시그널",
    { text = "signal", regex = '(?i)\bsignal\s+(season\s*)?2\b' },
    { text = "M", tier = "strong", case_sensitive = true },
]
hashtags = ["SignalDay", "시그널"]
exclude = ["signal strength", "신호등"]

[[titles.facets]]
id = "song"
kind = "ost"
name = "The Road"
aliases = [{ text = "The Road Home", tier = "strong" }]
names_title = true

[[titles.facets]]
id = "detective"
kind = "character"
name = "박해영"
aliases = ["박해영", "Park Haeyoung"]

[[titles]]
id = "night"
name = "별빛 소나타를 부르는 밤하늘"
aliases = [
    { text = "별빛 소나타를 부르는 밤하늘", fuzzy = true },
    { text = "Starlight Sonata Night", fuzzy = true },
    { text = "梨泰院クラスと愛の不時着", fuzzy = true },
    { text = "밤하늘", tier = "context", needs = ["소나타", "OST"] },
]
"#;

/// In a text this long no bound on hits bites, which are more when those refused are kept.
const AGREEING_BYTES_MAX: usize = 1_024;

thread_local! {
    static TAGGER: RefCell<Tagger> = RefCell::new(tagger());
}

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let mut config = config::shipped().expect("the shipped config is sound");
    let roles = config::parse_campaign("roles", "roles.toml", ROLES);
    config.campaigns.push(Arc::new(roles.expect("so is this campaign")));
    config
});

fn tagger() -> Tagger {
    Tagger::new(&CONFIG.campaigns, CONFIG.service.rules()).expect("its words can be matched")
}

fuzz_target!(|input: &[u8]| {
    let input = String::from_utf8_lossy(input);
    let (text, aside) = input.split_once('\0').unwrap_or((&input, ""));
    if !text.starts_with('!') {
        check(&quote(text, aside));
        check(&video(text, aside));
        return;
    }
    let named = check(&quote(&format!("{text}\n{NAME}\n{aside}"), ""));
    let titles = named.iter().flat_map(|mention| &mention.titles);
    assert!(titles.into_iter().any(|one| one.title.as_str() == TITLE), "{text:?} hides a name");
});

/// A quote of `quoted` that says `text`.
fn quote(text: &str, quoted: &str) -> Value {
    json!({
        "data": {
            "id": "2121573860766646273",
            "text": text,
            "author_id": "1",
            "referenced_tweets": [{ "type": "quoted", "id": "1" }],
        },
        "includes": { "tweets": [{ "id": "1", "text": quoted }] },
    })
}

/// A video that says `text`, and whose hashtags are listed.
fn video(text: &str, hashtags: &str) -> Value {
    let hashtags: Vec<&str> = hashtags.split_whitespace().collect();
    json!({ "data": { "videos": [{
        "id": "7707980237635584777",
        "create_time": 1_794_654_000,
        "username": "hana",
        "video_description": text,
        "hashtag_names": hashtags,
    }] } })
}

/// Tags a record of one post, and explains the post.
fn check(record: &Value) -> Vec<Mention> {
    let payload = record.to_string();
    let tagged = TAGGER.with_borrow_mut(|tagger| tagger.tag(&feed_record(&payload)));
    let [outcome] = tagged.posts.as_slice() else { panic!("one post: {tagged:?}") };
    assert_eq!(*outcome == PostOutcome::Tagged, !tagged.mentions.is_empty());
    let Ok(Reading::Posts(_, posts)) = post::read(payload.as_bytes(), &Format::Any) else {
        panic!("posts: {payload}")
    };
    let Ok(post) = &posts[0] else { return Vec::new() };
    let campaigns: BTreeSet<_> = tagged.mentions.iter().map(|one| &one.campaign).collect();
    assert_eq!(campaigns.len(), tagged.mentions.len(), "one a campaign");
    for mention in &tagged.mentions {
        check_mention(mention, post);
    }
    check_explanation(&tagged.mentions, post);
    tagged.mentions
}

fn feed_record(payload: &str) -> FeedRecord<'_> {
    FeedRecord {
        topic: "posts",
        partition: 0,
        offset: 0,
        timestamp: Timestamp::from_secs(1_794_000_000),
        payload: Some(payload.as_bytes()),
    }
}

fn check_mention(mention: &Mention, post: &Post<'_>) {
    assert!(!mention.titles.is_empty());
    let titles: BTreeSet<_> = mention.titles.iter().map(|one| &one.title).collect();
    assert_eq!(titles.len(), mention.titles.len(), "each title once");
    for one in &mention.titles {
        check_span(one.span, one.via, post);
    }
    assert!(mention.hashtags.len() <= HASHTAGS_MAX);
    assert!(mention.hashtags.iter().all(|hashtag| !hashtag.is_empty()));
    assert!(!mention.language.as_str().is_empty());
    let record = LogRecord::Mention(Box::new(mention.clone()));
    let bytes = record.encode().expect("it can be written");
    assert_eq!(LogRecord::decode(&bytes), Ok(record), "a mention reads back");
}

/// A span lies in the text that it is of. Of a facet no one says which that is.
fn check_span(span: Option<(u32, u32)>, via: Via, post: &Post<'_>) {
    let Some((start, end)) = span else {
        assert!(!post.hashtags.is_empty() && matches!(via, Via::Hashtag | Via::Facet));
        return;
    };
    let text = post.text.chars().count();
    let quoted = post.quoted.as_deref().unwrap_or_default().chars().count();
    let length = match via {
        Via::Text | Via::Hashtag => text,
        Via::Quoted => quoted,
        Via::Facet => text.max(quoted),
    };
    assert!(start < end && end as usize <= length, "{start}..{end} of {post:?}");
}

/// What explains the post names what its mentions do.
fn check_explanation(mentions: &[Mention], post: &Post<'_>) {
    let explained = TAGGER.with_borrow_mut(|tagger| tagger.explain(post));
    for finding in &explained.findings {
        check_span(finding.span, finding.via, post);
    }
    let aside = post.quoted.as_deref().map_or(0, str::len);
    if post.text.len() + aside > AGREEING_BYTES_MAX {
        return;
    }
    let tagged: BTreeSet<_> = mentions
        .iter()
        .flat_map(|mention| {
            mention.titles.iter().map(|one| (mention.campaign.clone(), one.title.clone()))
        })
        .collect();
    assert_eq!(named(&explained), tagged, "{post:?}: {:#?}", explained.findings);
}

fn named(explained: &Explanation) -> BTreeSet<(CampaignId, TitleId)> {
    let names_title = |finding: &Finding| match &finding.role {
        Role::Alias | Role::Hashtag => true,
        Role::Facet(id) => CONFIG
            .campaigns
            .iter()
            .filter(|campaign| Some(&campaign.id) == finding.campaign.as_ref())
            .flat_map(|campaign| &campaign.titles)
            .filter(|title| Some(&title.id) == finding.title.as_ref())
            .flat_map(|title| &title.facets)
            .any(|facet| facet.id == *id && facet.names_title),
        _ => false,
    };
    let counts = |finding: &&Finding| matches!(finding.verdict, Verdict::Counts(_));
    let naming = explained.findings.iter().filter(counts).filter(|one| names_title(one));
    naming.filter_map(|one| Some((one.campaign.clone()?, one.title.clone()?))).collect()
}
