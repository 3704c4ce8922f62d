//! What a fold shows of what posts say, held against the definition over what was counted.

use std::collections::BTreeMap;

use daebak::campaign::{FacetId, GroupId, TitleId};
use daebak::post::{Kind, Platform};
use daebak::record::config::WindowConfig;
use daebak::time::{Span, Timestamp};
use daebak::window::title::TitleWindows;

use super::content;
use super::fault::Fault;
use super::feeds::{Post, REMOVED};
use super::observed::{Known, Observed};
use super::written::{FACETS, GROUPS, PREMIERE, TITLES, at};

/// More than there are of anything.
const ALL: usize = 1_000;
const MINUTE: Span = Span::from_minutes(1);

fn is_text(post: &Post) -> bool {
    [Kind::Original, Kind::Reply].contains(&post.kind) && content::text(post.root).is_some()
}

/// How many posts have each key.
fn by_key<'a, K: Ord>(posts: &[&'a Post], keys: impl Fn(&'a Post) -> Vec<K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for post in posts {
        for key in keys(post) {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

fn probe_minutes(shown: &TitleWindows, counted: &[&Post], time: Timestamp, context: &str) {
    for platform in Platform::SHAPED {
        let minutes = |spreading: bool| {
            let is_it = |post: &&&Post| {
                post.platform == platform && (!spreading || post.kind != Kind::Original)
            };
            let by = by_key(&counted.iter().filter(is_it).copied().collect::<Vec<_>>(), |post| {
                vec![at(post.event).floor(MINUTE)]
            });
            (0..40)
                .map(|n: i64| {
                    let minute = time.floor(MINUTE) - Span::from_minutes(n + 1);
                    by.get(&minute).copied().unwrap_or_default()
                })
                .collect::<Vec<u64>>()
        };
        for (by, spreading) in [(shown.minutes(platform), false), (shown.spreading(platform), true)]
        {
            let by = by.map_or(vec![0; 40], |by| by.newest_first(time, 40, MINUTE));
            assert_eq!(by, minutes(spreading), "minutes, {platform:?}, {context}");
        }
    }
}

impl Observed<'_> {
    pub(super) fn probe_groups(
        &self,
        title: &TitleId,
        window: &WindowConfig,
        posts: &[&Post],
        context: &str,
    ) {
        let Some(index) = self.index(window, |window| window.breakdown) else { return };
        let shown = self.fold.title(title);
        for group in [None, Some(GROUPS[0]), Some(GROUPS[1])] {
            let id = group.map(GroupId::new);
            let sum = shown.map_or(0, |windows| windows.posts_of_group(id.as_ref(), index));
            let truth = posts.iter().filter(|post| content::group(post.author) == group).count();
            assert_eq!(sum, truth as u64, "{group:?}, {context}");
        }
    }

    /// Of more texts than are counted at a time nothing is shown.
    pub(super) fn probe_texts(
        &self,
        title: &TitleId,
        window: &WindowConfig,
        posts: &[&Post],
        context: &str,
    ) {
        let Some(index) = self.index(window, |window| window.breakdown) else { return };
        let posts: Vec<&Post> = posts.iter().filter(|post| is_text(post)).copied().collect();
        let texts = by_key(&posts, |post| vec![content::text(post.root)]).len() as u64;
        let windows = self.fold.title(title);
        let shown = windows.map_or(Some((0, 0)), |windows| windows.copies(index));
        if shown.is_some() || !self.world.has(Fault::FewAuthors) {
            assert_eq!(shown, Some((texts, posts.len() as u64)), "texts, {context}");
        }
    }

    /// What is counted over a day at the most, by minute, and since the premiere.
    pub(super) fn probe_day(&self, title: &TitleId, landed: &[(&Post, &Known)], time: Timestamp) {
        let Some(shown) = self.fold.title(title) else { return };
        let counted = landed.iter().filter(|(_, known)| !known.retracted);
        let counted: Vec<&Post> = counted.map(|(post, _)| *post).collect();
        let context = format!("{title}, T {time}");
        // A title that no config named for long begins anew.
        let is_known = TITLES.iter().any(|known| *known == title.as_str());
        if is_known && !(self.world.has(Fault::TitleRemoved) && title.as_str() == TITLES[REMOVED]) {
            probe_minutes(shown, &counted, time, &context);
            let since = counted.iter().filter(|post| post.event >= PREMIERE).count();
            assert_eq!(shown.since_premiere().posts(), Some(since as u64), "{context}");
        }
        let Some((day, start)) = self.day else { return };
        let from = (time - day.length).floor(day.slide);
        let inside = |post: &&&Post| at(post.event) >= from.max(start);
        let inside: Vec<&Post> = counted.iter().filter(inside).copied().collect();
        let has_series = |facet: &str| FACETS[..2].contains(&facet) && is_known;
        let facets = by_key(&inside, |post| content::facets(post.root));
        for facet in FACETS {
            let truth = facets.get(facet).copied().filter(|_| has_series(facet));
            let sum = shown.posts_of_facet(&FacetId::new(facet), 0);
            assert_eq!(sum, truth.unwrap_or_default(), "{facet}, {context}");
        }
        // Keys begin anew with another window.
        if from > start {
            self.probe_keys(title, &inside, &context);
        }
    }

    fn probe_keys(&self, title: &TitleId, posts: &[&Post], context: &str) {
        let Some(shown) = self.fold.title(title) else { return };
        let account = |post: &Post| post.author.map(|author| (post.platform, author));
        let authors = by_key(posts, |post| account(post).into_iter().collect());
        let busiest = authors.values().max().copied().unwrap_or_default();
        if !self.world.has(Fault::FewAuthors) {
            let truth = Some((busiest, authors.values().sum()));
            assert_eq!(shown.top_author(), truth, "{context}");
        }
        let hashtags =
            by_key(posts, |post| content::lower_hashtags(post.root).into_iter().collect());
        let top: BTreeMap<String, u64> =
            shown.hashtags(ALL).into_iter().map(|(tag, n)| (tag.into(), n)).collect();
        assert_eq!(top, hashtags, "{context}");
        let aliases = by_key(posts, |post| vec![content::alias(post.root).to_owned()]);
        let top: BTreeMap<String, u64> =
            shown.aliases(ALL).into_iter().map(|(alias, n)| (alias.into(), n)).collect();
        assert_eq!(top, aliases, "{context}");
    }
}
