//! What the windows of a title show.

use super::TitleWindows;
use crate::campaign::{FacetId, GroupId};
use crate::post::{Action, Kind, Platform};
use crate::record::burst::TopPost;
use crate::time::Timestamp;
use crate::window::Rings;
use crate::window::distinct::Distinct;
use crate::window::landing::LanguageIndex;
use crate::window::minutes::Minutes;
use crate::window::premiere::SincePremiere;

impl TitleWindows {
    /// Whether no window holds or remembers anything.
    pub fn is_empty(&self) -> bool {
        let is_empty = |authors: &Option<Distinct>| authors.as_ref().is_none_or(Distinct::is_empty);
        let mut places = self.platforms.iter().flatten();
        places.all(|place| place.posts.is_empty() && is_empty(&place.authors))
            && self.engagement.values().all(Rings::is_empty)
    }

    /// Posts on a platform in window number `index` of [`Layout::posts`](super::Layout::posts).
    pub fn posts(&self, platform: Platform, index: usize) -> u64 {
        self.platforms[platform as usize].as_ref().map_or(0, |place| place.posts.sum(index))
    }

    /// Posts on a platform in two windows of exactly the length of window number `index` of
    /// [`Layout::posts`](super::Layout::posts), the earlier one first; the later one ends at T's
    /// slot.
    pub fn pair(&self, platform: Platform, index: usize) -> (u64, u64) {
        self.platforms[platform as usize].as_ref().map_or((0, 0), |place| place.posts.pair(index))
    }

    /// Posts of a kind on a platform in window number `index` of
    /// [`Layout::breakdown`](super::Layout::breakdown).
    pub fn posts_of_kind(&self, platform: Platform, kind: Kind, index: usize) -> u64 {
        let place = self.platforms[platform as usize].as_ref();
        sum(place.and_then(|place| place.kinds[kind as usize].as_ref()), index)
    }

    /// Posts in a language in window number `index` of
    /// [`Layout::breakdown`](super::Layout::breakdown).
    pub fn posts_in_language(&self, language: LanguageIndex, index: usize) -> u64 {
        let language = self.languages.get(usize::from(language)).and_then(Option::as_ref);
        sum(language.map(|language| &language.posts), index)
    }

    /// Posts that name a facet in window number `index` of [`Layout::day`](super::Layout::day).
    pub fn posts_of_facet(&self, facet: &FacetId, index: usize) -> u64 {
        let known = self.facets.iter().flatten().find(|(known, _)| known == facet);
        sum(known.map(|(_, rings)| rings), index)
    }

    /// Whether posts that name a facet are counted: one that came after
    /// [`FACETS_MAX`](super::names::FACETS_MAX) others had been named has no place.
    pub fn counts_facet(&self, facet: &FacetId) -> bool {
        !self.are_facets_full || self.facets.iter().flatten().any(|(known, _)| known == facet)
    }

    /// Posts of a group of accounts, or of all in none, in window number `index` of
    /// [`Layout::breakdown`](super::Layout::breakdown).
    pub fn posts_of_group(&self, group: Option<&GroupId>, index: usize) -> u64 {
        let known = self.groups.iter().flatten().find(|(known, _)| known.as_ref() == group);
        sum(known.map(|(_, rings)| rings), index)
    }

    /// Engagement earned on a platform in window number `index` of
    /// [`Layout::breakdown`](super::Layout::breakdown).
    pub fn engagement(&self, platform: Platform, action: Action, index: usize) -> u64 {
        sum(self.engagement.get(&(platform, action)), index)
    }

    /// Distinct authors on a platform in window number `index` of
    /// [`Layout::authors`](super::Layout::authors), which starts at `start`; `None` where they are
    /// unknown.
    pub fn authors(&self, platform: Platform, index: usize, start: Timestamp) -> Option<u64> {
        let place = self.platforms[platform as usize].as_ref();
        place.and_then(|place| place.authors.as_ref()).map_or(Some(0), |a| a.count(index, start))
    }

    /// Distinct authors of posts in a language in the window of
    /// [`Layout::day`](super::Layout::day), which starts at `start`; `None` where they are unknown.
    pub fn authors_in_language(&self, language: LanguageIndex, start: Timestamp) -> Option<u64> {
        let language = self.languages.get(usize::from(language)).and_then(Option::as_ref);
        let authors = language.and_then(|language| language.authors.as_ref());
        authors.map_or(Some(0), |authors| authors.count(0, start))
    }

    /// Whether authors are counted, and not estimated: on every platform, in every language and
    /// since the premiere.
    pub fn authors_are_exact(&self) -> bool {
        let on_platforms = self.platforms.iter().flatten().map(|place| &place.authors);
        let in_languages = self.languages.iter().flatten().map(|language| &language.authors);
        on_platforms.chain(in_languages).flatten().all(Distinct::is_exact)
            && self.since_premiere.authors_are_exact()
    }

    /// Authors of the last hour who were not seen in the week before it, and all of the last hour,
    /// on all platforms; `None` where they are not known.
    pub fn novelty(&self) -> Option<(u64, u64)> {
        self.novelty.as_ref().map_or(Some((0, 0)), |novelty| novelty.parts())
    }

    /// Posts of the busiest author and posts of all known authors, in the window of
    /// [`Layout::day`](super::Layout::day); `None` where there were too many to count.
    pub fn top_author(&self) -> Option<(u64, u64)> {
        let Some(by_author) = &self.by_author else { return Some((0, 0)) };
        by_author.is_exact().then(|| (by_author.busiest(), by_author.total()))
    }

    /// Distinct texts and posts, of originals and replies long enough to tell copies by, in window
    /// number `index` of [`Layout::breakdown`](super::Layout::breakdown); `None` where there were
    /// too many texts to count, or not all are known.
    pub fn copies(&self, index: usize) -> Option<(u64, u64)> {
        let Some(texts) = self.texts.get(index) else { return Some((0, 0)) };
        texts.is_exact().then(|| (texts.len() as u64, texts.total()))
    }

    /// Posts on a platform by minute; `None` before the first.
    pub fn minutes(&self, platform: Platform) -> Option<&Minutes> {
        self.platforms[platform as usize].as_ref().map(|place| &place.minutes)
    }

    /// Shares, quotes and replies on a platform by minute; `None` before the first.
    pub fn spreading(&self, platform: Platform) -> Option<&Minutes> {
        self.platforms[platform as usize].as_ref()?.spreading.as_ref()
    }

    /// What has been counted since the premiere.
    pub fn since_premiere(&self) -> &SincePremiere {
        &self.since_premiere
    }

    /// The most used hashtags in the window of [`Layout::day`](super::Layout::day), in lower case,
    /// and how many posts have each.
    pub fn hashtags(&self, k: usize) -> Vec<(Box<str>, u64)> {
        let top = self.by_hashtag.as_ref().map(|counts| counts.top(k)).unwrap_or_default();
        top.into_iter().map(|(word, posts)| (Box::from(&*word), posts)).collect()
    }

    /// The aliases that named the title most often in the window of
    /// [`Layout::day`](super::Layout::day), and how many posts by each.
    pub fn aliases(&self, k: usize) -> Vec<(Box<str>, u64)> {
        let top = self.by_alias.as_ref().map(|counts| counts.top(k)).unwrap_or_default();
        top.into_iter().map(|(alias, posts)| (Box::from(&*alias), posts)).collect()
    }

    /// The posts of the window of [`Layout::day`](super::Layout::day) that have earned the most
    /// likes, shares and comments.
    pub fn top_posts(&self, k: usize) -> Vec<TopPost> {
        let top = self.top_posts.as_ref().map(|top| top.top(k)).unwrap_or_default();
        let post = |((platform, id), earned)| TopPost { platform, id, earned };
        top.into_iter().map(post).collect()
    }

    /// The followers of all authors of the last day whose posts say them; `None` where they are
    /// unknown.
    pub fn reach(&self) -> Option<u64> {
        self.reach.as_ref().map_or(Some(0), |reach| reach.followers())
    }
}

fn sum(rings: Option<&Rings>, index: usize) -> u64 {
    rings.map_or(0, |rings| rings.sum(index))
}
