//! Posts made for the laws, a fold driven by hand, and the numbers it should show.

use std::collections::BTreeSet;

use daebak::buzz::{Applied, Buzz, Retracted};
use daebak::campaign::{CampaignId, Language, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Kind, Platform};
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::Progress;
use daebak::record::mention::Mention;
use daebak::time::Timestamp;
use proptest::prelude::*;

use super::written::{self, CAMPAIGN, LANGUAGES, TITLES, at, config, mention, progress};

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
        LogRecord::Mention(Box::new(Mention {
            id: PostId::Number(id),
            platform: Platform::SHAPED[self.platform],
            kind: Kind::ALL[self.kind],
            author: self.author.map(|author| author.to_string().into()),
            language: Language::new(LANGUAGES[self.language]),
            ..mention(self.id, self.secs, titles)
        }))
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

    /// Every number the windows show.
    pub(crate) fn numbers(&self) -> Vec<Option<u64>> {
        let config = self.0.config().unwrap();
        let time = self.0.time().unwrap();
        let mut numbers = Vec::new();
        for title in &config.titles {
            let windows = self.0.title(title).unwrap();
            for (index, window) in self.0.layout().posts.iter().enumerate() {
                for platform in Platform::SHAPED {
                    numbers.push(Some(windows.posts(platform, index)));
                    numbers.push(windows.authors(platform, index, window.start(time)));
                }
                let of_kind = |kind| {
                    let on = |platform| windows.posts_of_kind(platform, kind, index);
                    Some(Platform::SHAPED.into_iter().map(on).sum())
                };
                numbers.extend(Kind::ALL.map(of_kind));
                let languages = self.0.languages();
                numbers.extend(languages.map(|(_, n)| Some(windows.posts_in_language(n, index))));
            }
        }
        numbers
    }
}

/// The same numbers from the definition: every post counted by hand.
pub(crate) fn brute_force(posts: &[Made], time: Timestamp) -> Vec<Option<u64>> {
    let mut numbers = Vec::new();
    for title in 0..TITLES.len() {
        for config in config().windows {
            let from = (time - config.length).floor(config.slide);
            let inside: Vec<&Made> = posts
                .iter()
                .filter(|p| p.titles.contains(&title) && at(p.secs) >= from && at(p.secs) < time)
                .collect();
            let count = |keep: &dyn Fn(&Made) -> bool| {
                Some(inside.iter().filter(|post| post.counts && keep(post)).count() as u64)
            };
            for platform in 0..Platform::SHAPED.len() {
                numbers.push(count(&|post| post.platform == platform));
                let on_it =
                    inside.iter().filter(|post| post.shows_author && post.platform == platform);
                let authors: BTreeSet<u64> = on_it.filter_map(|post| post.author).collect();
                numbers.push(Some(authors.len() as u64));
            }
            numbers.extend((0..Kind::ALL.len()).map(|kind| count(&|post| post.kind == kind)));
            // ko, en, other (vi), und
            numbers.extend([0, 1, 3, 2].map(|language| count(&|post| post.language == language)));
        }
    }
    numbers
}

pub(crate) fn made(id: u64, secs: std::ops::Range<i64>) -> impl Strategy<Value = Made> {
    let titles = prop::sample::subsequence(vec![0, 1, 2], 1..3);
    let labels = (0_usize..3, 0_usize..4, 0_usize..4, prop::option::of(0_u64..6));
    (secs, titles, labels).prop_map(move |(secs, titles, (platform, kind, language, author))| {
        Made { titles, platform, kind, language, author, ..post(id, secs) }
    })
}
