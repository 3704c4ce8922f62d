//! Every number that the windows show, and the same from the definition: each post counted by
//! hand.

use std::collections::{BTreeMap, BTreeSet};

use daebak::campaign::{FacetId, GroupId, TitleId};
use daebak::post::{Kind, Platform};
use daebak::record::config::{FoldConfig, WindowConfig};
use daebak::time::{Span, Timestamp};
use daebak::window::title::TitleWindows;

use super::{ALIASES, HASHTAGS, Log, Made};
use crate::written::{FACETS, GROUPS, PREMIERE, TITLES, at};

/// So many minutes are looked at.
const MINUTES: u8 = 30;

/// What is shown, of which title and window, and how much.
type Number = (String, Option<u64>);

/// What is not the same in both.
pub(crate) fn differences(shown: Vec<Number>, truth: Vec<Number>) -> Vec<(Number, Number)> {
    assert_eq!(shown.len(), truth.len(), "{:?}, {:?}", shown.last(), truth.last());
    shown.into_iter().zip(truth).filter(|(shown, truth)| shown != truth).collect()
}

fn list(name: &str, counts: Vec<(Box<str>, u64)>) -> Vec<Number> {
    let mut counts = counts;
    counts.sort_unstable();
    counts.into_iter().map(|(key, n)| (format!("{name} {key}"), Some(n))).collect()
}

impl Log {
    /// Every number the windows show.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        let config = self.0.config().unwrap();
        let mut numbers = Vec::new();
        for title in &config.titles {
            let windows = self.0.title(title).unwrap();
            for index in 0..config.windows.len() {
                self.windows(windows, index, &mut numbers);
            }
            self.day(windows, &mut numbers);
        }
        numbers
    }

    fn windows(&self, shown: &TitleWindows, index: usize, numbers: &mut Vec<Number>) {
        let time = self.0.time().unwrap();
        let start = self.0.layout().posts.iter().nth(index).unwrap().start(time);
        let mut add = |name: &str, n| numbers.push((format!("{name} {index}"), n));
        for platform in Platform::SHAPED {
            add("posts", Some(shown.posts(platform, index)));
            add("authors", shown.authors(platform, index, start));
            let (before, now) = shown.pair(platform, index);
            add("before", Some(before));
            add("now", Some(now));
            for kind in Kind::ALL {
                add("kind", Some(shown.posts_of_kind(platform, kind, index)));
            }
        }
        for (_, number) in self.0.languages() {
            add("language", Some(shown.posts_in_language(number, index)));
        }
        for group in GROUPS {
            add("group", Some(shown.posts_of_group(Some(&GroupId::new(group)), index)));
        }
        add("organic", Some(shown.posts_of_group(None, index)));
        let copies = shown.copies(index);
        add("texts", copies.map(|(distinct, _)| distinct));
        add("texts' posts", copies.map(|(_, posts)| posts));
    }

    fn day(&self, shown: &TitleWindows, numbers: &mut Vec<Number>) {
        let time = self.0.time().unwrap();
        let start = self.0.layout().day_window().unwrap().start(time);
        let mut add = |name: &str, n| numbers.push((name.to_owned(), n));
        for facet in FACETS {
            add("facet", Some(shown.posts_of_facet(&FacetId::new(facet), 0)));
        }
        for (_, number) in self.0.languages() {
            add("language's authors", shown.authors_in_language(number, start));
        }
        let top = shown.top_author();
        add("busiest", top.map(|(busiest, _)| busiest));
        add("authored", top.map(|(_, posts)| posts));
        let novelty = shown.novelty();
        add("novel", novelty.map(|(novel, _)| novel));
        add("of the hour", novelty.map(|(_, authors)| authors));
        add("reach", shown.reach());
        for platform in Platform::SHAPED {
            let minute = Span::from_minutes(1);
            let minutes = |shown: Option<&daebak::window::minutes::Minutes>| {
                shown.map_or(vec![0; MINUTES.into()], |by| {
                    by.newest_first(time, MINUTES.into(), minute)
                })
            };
            let all = minutes(shown.minutes(platform));
            for n in all {
                add("minute", Some(n));
            }
            let spreading = minutes(shown.spreading(platform));
            for n in spreading {
                add("spreading", Some(n));
            }
        }
        let since = shown.since_premiere();
        add("since premiere", since.posts());
        add("authors since premiere", since.authors());
        add("first hour", since.posts_in_hours(1));
        add("phase", Some(since.posts_between(at(0)..at(600))));
        numbers.extend(list("hashtag", shown.hashtags(100)));
        numbers.extend(list("alias", shown.aliases(100)));
    }
}

/// Posts that name a title, and the times that are looked at.
struct Named<'a> {
    posts: Vec<&'a Made>,
}

impl<'a> Named<'a> {
    fn between(&self, from: Timestamp, to: Timestamp) -> Named<'a> {
        let covers = |post: &&&Made| (from..to).contains(&at(post.secs));
        Named { posts: self.posts.iter().filter(covers).copied().collect() }
    }

    fn count(&self, keep: impl Fn(&Made) -> bool) -> u64 {
        self.posts.iter().filter(|post| post.counts && keep(post)).count() as u64
    }

    fn distinct<K: Ord>(&self, key: impl Fn(&Made) -> Option<K>) -> u64 {
        let seen = self.posts.iter().filter(|post| post.shows_author);
        seen.filter_map(|post| key(post)).collect::<BTreeSet<K>>().len() as u64
    }

    fn by_key<K: Ord>(&self, keys: impl Fn(&Made) -> Vec<K>) -> BTreeMap<K, u64> {
        let mut counts = BTreeMap::new();
        for post in self.posts.iter().filter(|post| post.counts) {
            for key in keys(post) {
                *counts.entry(key).or_default() += 1;
            }
        }
        counts
    }
}

fn account(post: &Made) -> Option<(usize, u64)> {
    post.author.map(|author| (post.platform, author))
}

fn text(post: &Made) -> Option<u64> {
    post.text.filter(|_| [Kind::Original, Kind::Reply].contains(&Kind::ALL[post.kind]))
}

/// The same numbers from the definition, for the windows of `config`.
pub(crate) fn brute_force(posts: &[Made], config: &FoldConfig, time: Timestamp) -> Vec<Number> {
    let mut numbers = Vec::new();
    for title in &config.titles {
        let number = TITLES.iter().position(|known| TitleId::new(known) == *title).unwrap();
        let named = Named { posts: posts.iter().filter(|p| p.titles.contains(&number)).collect() };
        for (index, window) in config.windows.iter().enumerate() {
            windows(&named, index, *window, time, &mut numbers);
        }
        let longest = config.windows.iter().max_by_key(|window| window.length).unwrap();
        day(&named, *longest, time, &mut numbers);
    }
    numbers
}

fn windows(
    named: &Named<'_>,
    index: usize,
    window: WindowConfig,
    time: Timestamp,
    numbers: &mut Vec<Number>,
) {
    let inside = named.between((time - window.length).floor(window.slide), time);
    let end = time.floor(window.slide);
    let now = named.between(end - window.length, end);
    let before = named.between(end - window.length - window.length, end - window.length);
    let mut add = |name: &str, n| numbers.push((format!("{name} {index}"), Some(n)));
    for platform in 0..Platform::SHAPED.len() {
        add("posts", inside.count(|post| post.platform == platform));
        add("authors", inside.distinct(|post| post.author.filter(|_| post.platform == platform)));
        add("before", before.count(|post| post.platform == platform));
        add("now", now.count(|post| post.platform == platform));
        for kind in 0..Kind::ALL.len() {
            add("kind", inside.count(|post| (post.platform, post.kind) == (platform, kind)));
        }
    }
    // ko, en, other (vi), und
    for language in [0, 1, 3, 2] {
        add("language", inside.count(|post| post.language == language));
    }
    for group in 0..GROUPS.len() {
        add("group", inside.count(|post| post.group == Some(group)));
    }
    add("organic", inside.count(|post| post.group.is_none()));
    add("texts", inside.by_key(|post| text(post).into_iter().collect()).len() as u64);
    add("texts' posts", inside.count(|post| text(post).is_some()));
}

fn day(named: &Named<'_>, window: WindowConfig, time: Timestamp, numbers: &mut Vec<Number>) {
    let inside = named.between((time - window.length).floor(window.slide), time);
    let all = named.between(at(-1_000_000), time);
    let mut add = |name: &str, n| numbers.push((name.to_owned(), Some(n)));
    // The last facet has no series of its own.
    for facet in 0..2 {
        add("facet", inside.count(|post| post.facets.contains(&facet)));
    }
    add("facet", 0);
    for language in [0, 1, 3, 2] {
        let in_it = |post: &Made| account(post).filter(|_| post.language == language);
        add("language's authors", inside.distinct(in_it));
    }
    let by_author = inside.by_key(|post| account(post).into_iter().collect());
    add("busiest", by_author.values().max().copied().unwrap_or_default());
    add("authored", by_author.values().sum());
    // All that is made lies within the hour.
    let authors = all.distinct(account);
    add("novel", authors);
    add("of the hour", authors);
    add("reach", reach(&inside));
    for platform in 0..Platform::SHAPED.len() {
        let minute = |n: i64| {
            let end = time.floor(Span::from_minutes(1)) - Span::from_secs(60 * n);
            named.between(end - Span::from_secs(60), end)
        };
        let on_it = |post: &Made| post.platform == platform;
        for n in 0..i64::from(MINUTES) {
            add("minute", minute(n).count(on_it));
        }
        for n in 0..i64::from(MINUTES) {
            add("spreading", minute(n).count(|post| on_it(post) && post.kind > 0));
        }
    }
    let since = named.between(at(PREMIERE), time);
    add("since premiere", since.count(|_| true));
    add("authors since premiere", since.distinct(account));
    let hour = named.between(at(PREMIERE), time.min(at(PREMIERE + 3_600)));
    add("first hour", hour.count(|_| true));
    add("phase", named.between(at(0), time.min(at(600))).count(|_| true));
    let boxed = |counts: BTreeMap<String, u64>| {
        counts.into_iter().map(|(key, n)| (key.into_boxed_str(), n)).collect()
    };
    let hashtags = |post: &Made| -> Vec<String> {
        let lower = post.hashtags.iter().map(|tag| HASHTAGS[*tag].to_lowercase());
        lower.collect::<BTreeSet<_>>().into_iter().collect()
    };
    numbers.extend(list("hashtag", boxed(inside.by_key(hashtags))));
    let alias = |post: &Made| vec![ALIASES[post.alias].to_owned()];
    numbers.extend(list("alias", boxed(inside.by_key(alias))));
}

/// Each author's followers as the latest post says that says them.
fn reach(posts: &Named<'_>) -> u64 {
    let mut latest = BTreeMap::new();
    for post in posts.posts.iter().filter(|post| post.shows_author) {
        if let (Some(account), Some(followers)) = (account(post), post.followers) {
            let said: &mut (i64, u64) = latest.entry(account).or_default();
            *said = (*said).max((post.secs, followers));
        }
    }
    latest.values().map(|(_, followers)| followers).sum()
}
