//! Posts made for the laws, a fold driven by hand, and the numbers it should show.

pub(crate) mod truth;

use daebak::buzz::{Applied, Buzz, Retracted};
use daebak::campaign::{CampaignId, FacetId, GroupId, Language, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Kind, Platform};
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::Progress;
use daebak::record::mention::Mention;
use proptest::prelude::*;

use super::written::{self, CAMPAIGN, FACETS, GROUPS, LANGUAGES, TITLES, at, mention, progress};

pub(crate) const ALIASES: [&str; 3] = ["the sonata", "sonata", "소나타"];
/// Two of them are one.
pub(crate) const HASHTAGS: [&str; 4] = ["ost", "OST", "Finale", "방탄"];

/// One post of the tests' world, and what should be left of it.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) id: u64,
    pub(crate) secs: i64,
    pub(crate) titles: Vec<usize>,
    pub(crate) platform: usize,
    pub(crate) kind: usize,
    pub(crate) language: usize,
    pub(crate) author: Option<u64>,
    pub(crate) followers: Option<u64>,
    pub(crate) group: Option<usize>,
    pub(crate) text: Option<u64>,
    pub(crate) alias: usize,
    pub(crate) facets: Vec<usize>,
    pub(crate) hashtags: Vec<usize>,
    /// It has not been retracted.
    pub(crate) counts: bool,
    /// Its author has been seen.
    pub(crate) shows_author: bool,
}

impl Made {
    pub(crate) fn mention(&self) -> LogRecord {
        self.version(self.id)
    }

    /// A sight of the version of that id.
    pub(crate) fn version(&self, id: u64) -> LogRecord {
        let titles = self.titles.iter().map(|title| TITLES[*title]);
        let mut mention = Mention {
            id: PostId::Number(id),
            platform: Platform::SHAPED[self.platform],
            kind: Kind::ALL[self.kind],
            author: self.author.map(|author| author.to_string().into()),
            followers: self.followers,
            group: self.group.map(|group| GroupId::new(GROUPS[group])),
            language: Language::new(LANGUAGES[self.language]),
            fingerprint: self.text,
            hashtags: self.hashtags.iter().map(|tag| HASHTAGS[*tag].into()).collect(),
            ..mention(self.id, self.secs, titles)
        };
        for named in &mut mention.titles {
            named.alias = ALIASES[self.alias].into();
            named.facets = self.facets.iter().map(|facet| FacetId::new(FACETS[*facet])).collect();
        }
        LogRecord::Mention(Box::new(mention))
    }

    /// A retraction of the version of that id, of any time.
    pub(crate) fn retraction(&self, id: u64) -> LogRecord {
        written::retraction(Platform::SHAPED[self.platform], id, -1_000_000)
    }
}

pub(crate) fn post(id: u64, secs: i64) -> Made {
    Made {
        id,
        secs,
        titles: vec![0],
        platform: 0,
        kind: 0,
        language: 0,
        author: Some(id),
        followers: None,
        group: None,
        text: None,
        alias: 0,
        facets: Vec::new(),
        hashtags: Vec::new(),
        counts: true,
        shows_author: true,
    }
}

pub(crate) fn heartbeat(partitions: Vec<Progress>) -> LogRecord {
    let counts = partitions.iter().map(|p| (p.topic.clone(), p.partition + 1)).collect();
    written::heartbeat(0, counts, partitions)
}

/// A fold that has its config, driven by hand.
pub(crate) struct Log(pub(crate) Buzz);

impl Log {
    pub(crate) fn new(config: FoldConfig) -> Self {
        let mut log = Self(Buzz::new(CampaignId::new(CAMPAIGN)));
        log.config(0, config);
        log
    }

    pub(crate) fn apply(&mut self, log_secs: i64, record: &LogRecord) {
        self.0.apply(at(log_secs), record).unwrap();
    }

    pub(crate) fn config(&mut self, log_secs: i64, config: FoldConfig) {
        self.apply(log_secs, &LogRecord::Config(Box::new(config)));
    }

    /// The feed's only partition has come to `secs`.
    pub(crate) fn watermark(&mut self, secs: i64) {
        self.apply(secs, &heartbeat(vec![progress(written::FEED, 0, Some(at(secs)))]));
    }

    pub(crate) fn posts(&self, title: usize, window: usize) -> u64 {
        let windows = self.0.title(&TitleId::new(TITLES[title]));
        let on = |platform| windows.map_or(0, |windows| windows.posts(platform, window));
        Platform::SHAPED.into_iter().map(on).sum()
    }

    pub(crate) fn applied(&self, outcome: Applied) -> u64 {
        self.0.tally().applied[outcome as usize]
    }

    pub(crate) fn retracted(&self, outcome: Retracted) -> u64 {
        self.0.tally().retracted[outcome as usize]
    }
}

pub(crate) fn made(id: u64, secs: std::ops::Range<i64>) -> impl Strategy<Value = Made> {
    let titles = prop::sample::subsequence(vec![0, 1, 2], 1..3);
    let labels = (0_usize..3, 0_usize..4, 0_usize..4, prop::option::of(0_u64..6));
    let words = (
        0..ALIASES.len(),
        prop::sample::subsequence(vec![0, 1, 2], 0..3),
        prop::sample::subsequence(vec![0, 1, 2, 3], 0..4),
        prop::option::of(0_u64..4),
    );
    let account = (prop::option::of(0_usize..2), prop::option::of(0_u64..1_000));
    (secs, titles, labels, words, account).prop_map(
        move |(secs, titles, labels, words, (group, followers))| {
            let (platform, kind, language, author) = labels;
            let (alias, facets, hashtags, text) = words;
            let words = Made { text, alias, facets, hashtags, ..post(id, secs) };
            Made { titles, platform, kind, language, author, followers, group, ..words }
        },
    )
}
