//! What the generator dealt, counted by itself: the oracle of the tests.
//!
//! It knows each counted post from when it was first delivered, and counts it once, at its event
//! time, for each title it names; and each record's word on its counters, at the record's time. A
//! query reads every kept post: 200,000 take about a millisecond.

use std::collections::{BTreeMap, BTreeSet};

use super::earned::{Earned, Sight};
use super::model::{Kind, Language, Platform, Post, Titles};
use super::names::{N_TITLES, TITLES};
use crate::time::Timestamp;

/// The exact counts of what has been delivered so far.
///
/// Titles, platforms, kinds and languages are given by their labels (`starlight-sonata`,
/// `twitter`, `share`, `ko`, `other`, …); an unknown label has no posts.
#[derive(Debug, Default)]
pub struct Truth {
    /// `None` when single posts are not kept.
    rows: Option<Vec<Row>>,
    earned: Earned,
    totals: [[u64; 3]; N_TITLES],
    trouble: Trouble,
}

/// How often each kind of trouble has been dealt, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble(BTreeMap<&'static str, u64>);

/// A counted post: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    event: Timestamp,
    author: Option<u32>,
    titles: Titles,
    platform: Platform,
    kind: Kind,
    language: Language,
}

impl From<&Post> for Row {
    fn from(post: &Post) -> Self {
        Self {
            event: post.event,
            author: post.author,
            titles: post.titles,
            platform: post.platform,
            kind: post.kind,
            language: post.language,
        }
    }
}

impl Truth {
    pub(super) fn new(keep: bool) -> Self {
        Self { rows: keep.then(Vec::new), ..Self::default() }
    }

    /// Counts a post on its first delivery.
    pub(super) fn count(&mut self, row: Row) {
        for (title, totals) in self.totals.iter_mut().enumerate() {
            if row.titles.has(title) {
                totals[row.platform as usize] += 1;
            }
        }
        if let Some(rows) = &mut self.rows {
            rows.push(row);
        }
    }

    /// Learns what a record says of a post's counters.
    pub(super) fn see(&mut self, sight: Sight) {
        if self.rows.is_some() {
            self.earned.see(sight);
        }
    }

    pub(super) fn deal(&mut self, trouble: &'static str) {
        *self.trouble.0.entry(trouble).or_default() += 1;
    }

    /// Posts that name `title`, with event times from `from` up to, not including, `to`; of one
    /// kind or language only, if given. 0 unless single posts are kept.
    pub fn posts(
        &self,
        title: &str,
        platform: &str,
        kind: Option<&str>,
        language: Option<&str>,
        from: Timestamp,
        to: Timestamp,
    ) -> u64 {
        let of = |row: &&Row| {
            kind.is_none_or(|kind| kind == row.kind.label())
                && language.is_none_or(|language| language == row.language.label())
        };
        self.naming(title, platform, from, to).filter(of).count() as u64
    }

    /// Distinct authors of those posts. Posts that do not say their author have none. 0 unless
    /// single posts are kept.
    pub fn authors(&self, title: &str, platform: &str, from: Timestamp, to: Timestamp) -> u64 {
        let authors = self.naming(title, platform, from, to).filter_map(|row| row.author);
        authors.collect::<BTreeSet<_>>().len() as u64
    }

    /// What posts that name `title` gained in records that came from `from` up to, not including,
    /// `to`: `like`, `share`, `comment` or `view`. `None` where no record has said, and unless
    /// single posts are kept.
    pub fn engagement(
        &self,
        title: &str,
        platform: &str,
        action: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<u64> {
        let title = TITLES.iter().position(|name| name.id == title);
        let platform = Platform::ALL.into_iter().find(|known| known.label() == platform)?;
        self.earned.of(title, platform, action, from, to)
    }

    fn naming(
        &self,
        title: &str,
        platform: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = &Row> {
        let title = TITLES.iter().position(|name| name.id == title);
        let platform = Platform::ALL.into_iter().find(|known| known.label() == platform);
        self.rows.iter().flatten().filter(move |row| {
            (from..to).contains(&row.event)
                && Some(row.platform) == platform
                && title.is_some_and(|title| row.titles.has(title))
        })
    }

    /// Posts by title and platform; every pair is there. Counted even if single posts are not
    /// kept.
    pub fn totals(&self) -> BTreeMap<(&'static str, &'static str), u64> {
        let pairs = TITLES.iter().zip(&self.totals).flat_map(|(name, totals)| {
            Platform::ALL.iter().zip(totals).map(|(platform, &n)| ((name.id, platform.label()), n))
        });
        pairs.collect()
    }

    /// The trouble dealt so far.
    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }
}

impl Trouble {
    /// How often the trouble called `name` was dealt.
    pub fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// Every trouble dealt at least once, by name.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.0
    }
}

/// The title ids of the demo's campaign, the launched one first.
pub fn title_ids() -> [&'static str; N_TITLES] {
    TITLES.each_ref().map(|name| name.id)
}
