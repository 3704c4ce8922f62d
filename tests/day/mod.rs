//! A day of mentions of five hundred titles, as the log holds them.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part of this, and fails by panicking"
)]

use daebak::campaign::{CampaignId, Language, Revision, Tier, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Counters, Kind, Platform};
use daebak::record::SCHEMA_VERSION;
use daebak::record::mention::{LanguageSource, Mention, Source, TitleMatch, Via};
use daebak::time::{Span, Timestamp};

/// The campaign's slug.
pub const CAMPAIGN: &str = "launch-0";

/// How many titles it has.
pub const TITLES: usize = 500;

/// The campaign's file.
pub fn campaign() -> String {
    let title = |n| format!("[[titles]]\nid = \"t{n}\"\nname = \"The {n}th Sonata\"\n\n");
    let head = "name = \"A launch\"\nlanguages = [\"ko\"]\n\n".to_owned();
    (0..TITLES).map(title).fold(head, |text, title| text + &title)
}

/// Mention number `n` of `of`, which are spread over the 23 hours before `now`: a post of its own,
/// by an author of three.
pub fn mention(n: usize, of: usize, now: Timestamp) -> Mention {
    let age = Span::from_hours(23).as_millis() * i64::try_from(of - n).unwrap();
    let event_time = now - Span::from_millis(age / i64::try_from(of).unwrap());
    let id = PostId::Number(1_900_000_000_000_000_000 + n as u64);
    Mention {
        v: SCHEMA_VERSION,
        campaign: CampaignId::new(CAMPAIGN),
        revision: Revision::new("r"),
        titles: vec![TitleMatch {
            title: TitleId::new(&format!("t{}", n % TITLES)),
            alias: "Sonata".into(),
            via: Via::Text,
            span: Some((0, 6)),
            tier: Tier::Strong,
            facets: Vec::new(),
        }],
        platform: Platform::SHAPED[n % 3],
        root: id.clone(),
        id,
        kind: Kind::ALL[n % 4],
        author: Some((n / 3).to_string().into()),
        followers: None,
        event_time,
        observed: event_time,
        language: Language::new("ko"),
        language_source: LanguageSource::Script,
        counters: Counters::default(),
        hashtags: Vec::new(),
        group: None,
        fingerprint: Some(n as u64),
        source: Source { topic: "feed".into(), partition: 0, offset: 0 },
    }
}
