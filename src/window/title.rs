//! All windows of one title.

pub mod names;
mod reading;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::{FacetId, GroupId};
use crate::post::{Action, Kind, Platform};
use crate::record::config::Show;
use crate::time::Timestamp;
use crate::window::Rings;
use crate::window::counts::Counts;
use crate::window::distinct::Distinct;
use crate::window::key::KeyHash;
use crate::window::landing::{Gain, Landing, LanguageIndex, Named};
use crate::window::layout::{Layout, Passed};
use crate::window::ledger::{Entry, Identity};
use crate::window::minutes::Minutes;
use crate::window::novelty::Novelty;
use crate::window::premiere::SincePremiere;
use crate::window::reach::Reach;
use crate::window::top::TopPosts;
use crate::window::words::Word;
use names::{ALIASES_MAX, TitleNames};

/// The most hashtags of a title that are counted at a time.
pub const HASHTAGS_MAX: usize = 20_000;

/// Where a post lands.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The windows.
    pub layout: &'a Layout,
    /// T, where they end.
    pub time: Timestamp,
    /// The most authors of a title that are told apart; beyond, they are estimated.
    pub distinct_max: usize,
    /// What the title is named by.
    pub names: &'a TitleNames,
}

/// Every window of one title. Each takes memory from its first post on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TitleWindows {
    platforms: [Option<Box<OnPlatform>>; Platform::ALL.len()],
    languages: Vec<Option<Box<InLanguage>>>,
    groups: Vec<Option<(Option<GroupId>, Rings)>>,
    facets: Vec<Option<(FacetId, Rings)>>,
    /// Whether one that is not among them has no place any more.
    are_facets_full: bool,
    engagement: BTreeMap<(Platform, Action), Rings>,
    /// Originals and replies that are long enough to tell copies by, by their text: over each
    /// window of a breakdown, from the first one on.
    texts: Vec<Counts<KeyHash>>,
    /// Posts by author, over a day.
    by_author: Option<Box<Counts<KeyHash>>>,
    /// Posts by hashtag, over a day.
    by_hashtag: Option<Box<Counts<Word>>>,
    /// Posts by the alias that named the title, over a day.
    by_alias: Option<Box<Counts<Word>>>,
    /// Of a day.
    top_posts: Option<Box<TopPosts>>,
    novelty: Option<Box<Novelty>>,
    reach: Option<Box<Reach>>,
    since_premiere: SincePremiere,
}

/// The posts of one platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OnPlatform {
    posts: Rings,
    kinds: [Option<Rings>; Kind::ALL.len()],
    authors: Option<Distinct>,
    minutes: Minutes,
    /// Shares, quotes and replies.
    spreading: Option<Minutes>,
}

/// The posts in one language.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct InLanguage {
    posts: Rings,
    authors: Option<Distinct>,
}

impl OnPlatform {
    fn new(layout: &Layout, time: Timestamp) -> Box<Self> {
        Box::new(Self {
            posts: Rings::new(&layout.posts, time),
            kinds: Default::default(),
            authors: None,
            minutes: Minutes::new(time),
            spreading: None,
        })
    }
}

impl TitleWindows {
    /// Takes what the config says of the title.
    pub fn show(&mut self, show: Option<&Show>) {
        self.since_premiere.change(show.and_then(|show| show.premiere));
    }

    /// Counts one post, which must lie before T; `group` is its author's. Returns whether one more
    /// count of authors is an estimate from now on.
    pub fn land(
        &mut self,
        post: &Landing,
        named: Named,
        group: Option<&GroupId>,
        ground: Ground<'_>,
    ) -> bool {
        let Ground { layout, time, .. } = ground;
        let (at, sort) = (post.event_time, post.content.sort);
        let breakdown = || Rings::new(&layout.breakdown, time);
        let place = &mut self.platforms[post.platform as usize];
        let place = place.get_or_insert_with(|| OnPlatform::new(layout, time));
        place.posts.add(at, 1);
        place.kinds[sort.kind as usize].get_or_insert_with(breakdown).add(at, 1);
        place.minutes.add(at, 1);
        if sort.kind != Kind::Original {
            place.spreading.get_or_insert_with(|| Minutes::new(time)).add(at, 1);
        }
        let language = self.language(sort.language, ground);
        language.posts.add(at, 1);
        let group_rings = slot_mut(&mut self.groups, usize::from(sort.group));
        group_rings.get_or_insert_with(|| (group.cloned(), breakdown())).1.add(at, 1);
        self.are_facets_full = ground.names.are_facets_full();
        for (place, facet) in ground.names.facets(named.facets) {
            let rings = slot_mut(&mut self.facets, place);
            rings
                .get_or_insert_with(|| (facet.clone(), Rings::new(&layout.day, time)))
                .1
                .add(at, 1);
        }
        if let Some(text) = post.content.text {
            if self.texts.is_empty() {
                let counts = |window| Counts::new(window, ground.distinct_max);
                self.texts = layout.breakdown.iter().map(counts).collect();
            }
            self.texts.iter_mut().for_each(|texts| texts.add(&text, at, time));
        }
        self.since_premiere.add(at, 1, time);
        self.count_by_key(post, named, ground);
        self.see_author(post, ground)
    }

    fn language(&mut self, language: LanguageIndex, ground: Ground<'_>) -> &mut InLanguage {
        let Ground { layout, time, .. } = ground;
        slot_mut(&mut self.languages, usize::from(language)).get_or_insert_with(|| {
            Box::new(InLanguage { posts: Rings::new(&layout.breakdown, time), authors: None })
        })
    }

    fn count_by_key(&mut self, post: &Landing, named: Named, ground: Ground<'_>) {
        let Ground { layout, time, distinct_max, names } = ground;
        let Some(day) = layout.day_window() else { return };
        let at = post.event_time;
        if let Some(author) = post.content.author {
            let by_author =
                self.by_author.get_or_insert_with(|| Box::new(Counts::new(day, distinct_max)));
            by_author.add(&author, at, time);
        }
        for hashtag in post.content.hashtags() {
            let new = || Box::new(Counts::new(day, HASHTAGS_MAX));
            self.by_hashtag.get_or_insert_with(new).add(hashtag, at, time);
        }
        if let Some(alias) = named.alias.and_then(|alias| names.alias(alias)) {
            let new = || Box::new(Counts::new(day, ALIASES_MAX));
            self.by_alias.get_or_insert_with(new).add(alias, at, time);
        }
    }

    fn see_author(&mut self, post: &Landing, ground: Ground<'_>) -> bool {
        let Ground { layout, time, distinct_max, .. } = ground;
        let Some(author) = post.content.author else { return false };
        let at = post.event_time;
        if let (Some(followers), Some(day)) = (post.followers, layout.day_window()) {
            let new = || Box::new(Reach::new(day, layout.day_from(), time));
            let reach = self.reach.get_or_insert_with(new);
            reach.see(author, at, followers, time, distinct_max);
        }
        let novelty = self.novelty.get_or_insert_with(|| Box::new(Novelty::new(time)));
        novelty.see(author, at, time, distinct_max);
        self.since_premiere.see(author, at, distinct_max);
        let language = self.language(post.content.sort.language, ground);
        let new = || Distinct::new(&layout.day_authors, time);
        let authors = language.authors.get_or_insert_with(new);
        authors.advance(time, &layout.day_authors);
        authors.see(author, at, &layout.day_authors);
        let Some(place) = &mut self.platforms[post.platform as usize] else { return false };
        let authors = place.authors.get_or_insert_with(|| Distinct::new(&layout.authors, time));
        authors.see(author, at, &layout.authors);
        self.bound_authors(distinct_max)
    }

    /// Makes the largest count of authors a sketch when those on all platforms, or those in all
    /// languages, have too many keys. Returns whether it did.
    fn bound_authors(&mut self, distinct_max: usize) -> bool {
        let keys = |authors: &Option<Distinct>| authors.as_ref().map_or(0, Distinct::keys);
        let platforms = self.platforms.iter().flatten().map(|place| keys(&place.authors));
        let languages = self.languages.iter().flatten().map(|language| keys(&language.authors));
        if platforms.sum::<usize>().max(languages.sum()) <= distinct_max {
            return false;
        }
        let largest = self.each_authors().max_by_key(|authors| authors.keys());
        largest.into_iter().for_each(Distinct::become_sketch);
        true
    }

    /// Counts `n` posts of which nothing is known but when and where they were made.
    pub fn count(
        &mut self,
        platform: Platform,
        event_time: Timestamp,
        n: u64,
        layout: &Layout,
        time: Timestamp,
    ) {
        let place = &mut self.platforms[platform as usize];
        let place = place.get_or_insert_with(|| OnPlatform::new(layout, time));
        place.posts.add(event_time, n);
        place.minutes.add(event_time, n);
        self.since_premiere.add(event_time, n, time);
    }

    /// Takes a post that has landed out of every window that still has it. Its author stays.
    pub fn retract(
        &mut self,
        platform: Platform,
        entry: &Entry,
        named: Named,
        of_title: &TitleNames,
    ) {
        let (at, sort) = (entry.event_time, entry.content.sort);
        if let Some(place) = &mut self.platforms[platform as usize] {
            place.posts.remove(at, 1);
            place.kinds[sort.kind as usize].iter_mut().for_each(|rings| rings.remove(at, 1));
            place.minutes.remove(at);
            if sort.kind != Kind::Original {
                place.spreading.iter_mut().for_each(|minutes| minutes.remove(at));
            }
        }
        if let Some(Some(language)) = self.languages.get_mut(usize::from(sort.language)) {
            language.posts.remove(at, 1);
        }
        if let Some(Some((_, rings))) = self.groups.get_mut(usize::from(sort.group)) {
            rings.remove(at, 1);
        }
        for (place, _) in of_title.facets(named.facets) {
            if let Some(Some((_, rings))) = self.facets.get_mut(place) {
                rings.remove(at, 1);
            }
        }
        if let Some(text) = entry.content.text {
            self.texts.iter_mut().for_each(|texts| texts.remove(&text, at));
        }
        if let (Some(author), Some(by_author)) = (entry.content.author, &mut self.by_author) {
            by_author.remove(&author, at);
        }
        if let Some(by_hashtag) = &mut self.by_hashtag {
            entry.content.hashtags().iter().for_each(|hashtag| by_hashtag.remove(hashtag, at));
        }
        let alias = named.alias.and_then(|alias| of_title.alias(alias));
        if let (Some(alias), Some(by_alias)) = (alias, &mut self.by_alias) {
            by_alias.remove(alias, at);
        }
        self.since_premiere.remove(at);
    }

    /// Counts a gain, which must have been seen before T.
    pub fn earn(&mut self, gain: Gain, layout: &Layout, time: Timestamp) {
        let rings = self.engagement.entry((gain.platform, gain.action));
        let rings = rings.or_insert_with(|| Rings::new(&layout.breakdown, time));
        rings.add(gain.observed, gain.amount);
    }

    /// Takes note of what a post has earned in all.
    pub fn rank(
        &mut self,
        identity: &Identity,
        event_time: Timestamp,
        earned: u64,
        layout: &Layout,
    ) {
        if let Some(day) = layout.day_window() {
            let top = self.top_posts.get_or_insert_with(|| Box::new(TopPosts::new(day)));
            top.earn(identity, event_time, earned);
        }
    }

    /// Takes a post out of those that have earned the most.
    pub fn unrank(&mut self, identity: &Identity) {
        self.top_posts.iter_mut().for_each(|top| top.remove(identity));
    }

    /// Moves the windows to end at T. Those of whose slots none has `passed` have nothing to do.
    pub fn advance(&mut self, passed: Passed, layout: &Layout, time: Timestamp) {
        for place in self.platforms.iter_mut().flatten() {
            place.posts.advance(time);
            place.authors.iter_mut().for_each(|authors| authors.advance(time, &layout.authors));
            if passed.minute {
                place.minutes.advance(time);
                place.spreading.iter_mut().for_each(|minutes| minutes.advance(time));
            }
        }
        if passed.breakdown {
            self.each_breakdown().for_each(|rings| rings.advance(time));
            self.texts.iter_mut().for_each(|texts| texts.advance(time));
            self.since_premiere.advance(time);
            self.novelty.iter_mut().for_each(|novelty| novelty.advance(time));
        }
        if passed.day {
            self.advance_day(layout, time);
        }
    }

    fn advance_day(&mut self, layout: &Layout, time: Timestamp) {
        self.facets.iter_mut().flatten().for_each(|(_, rings)| rings.advance(time));
        for language in self.languages.iter_mut().flatten() {
            let authors = language.authors.iter_mut();
            authors.for_each(|authors| authors.advance(time, &layout.day_authors));
        }
        self.by_author.iter_mut().for_each(|counts| counts.advance(time));
        self.by_hashtag.iter_mut().for_each(|counts| counts.advance(time));
        self.by_alias.iter_mut().for_each(|counts| counts.advance(time));
        self.top_posts.iter_mut().for_each(|top| top.advance(time));
        self.reach.iter_mut().for_each(|reach| reach.advance(time));
    }

    /// Takes the windows of a changed layout.
    pub fn change(&mut self, layout: &Layout, time: Timestamp) {
        for place in self.platforms.iter_mut().flatten() {
            place.posts.change(&layout.posts, time);
            place.authors.iter_mut().for_each(|authors| authors.change(&layout.authors));
        }
        self.each_breakdown().for_each(|rings| rings.change(&layout.breakdown, time));
        Counts::change_each(&mut self.texts, &layout.breakdown, time);
        for (_, rings) in self.facets.iter_mut().flatten() {
            rings.change(&layout.day, time);
        }
        for language in self.languages.iter_mut().flatten() {
            language.authors.iter_mut().for_each(|authors| authors.change(&layout.day_authors));
        }
        self.reach = self.reach.take().filter(|reach| Some(reach.window()) == layout.day_window());
        if let Some(day) = layout.day_window() {
            self.by_author.iter_mut().for_each(|counts| counts.change(day, time));
            self.by_hashtag.iter_mut().for_each(|counts| counts.change(day, time));
            self.by_alias.iter_mut().for_each(|counts| counts.change(day, time));
            self.top_posts.iter_mut().for_each(|top| top.change(day, time));
        }
    }

    fn each_breakdown(&mut self) -> impl Iterator<Item = &mut Rings> {
        let kinds =
            self.platforms.iter_mut().flatten().flat_map(|place| &mut place.kinds).flatten();
        let languages = self.languages.iter_mut().flatten().map(|language| &mut language.posts);
        let groups = self.groups.iter_mut().flatten().map(|(_, rings)| rings);
        kinds.chain(languages).chain(groups).chain(self.engagement.values_mut())
    }

    fn each_authors(&mut self) -> impl Iterator<Item = &mut Distinct> {
        let languages = self.languages.iter_mut().flatten();
        let platforms = self.platforms.iter_mut().flatten();
        let of_languages = languages.filter_map(|language| language.authors.as_mut());
        platforms.filter_map(|place| place.authors.as_mut()).chain(of_languages)
    }
}

/// The place of that number in a list, which grows to have it.
fn slot_mut<T>(list: &mut Vec<Option<T>>, number: usize) -> &mut Option<T> {
    if list.len() <= number {
        list.resize_with(number + 1, || None);
    }
    &mut list[number]
}
