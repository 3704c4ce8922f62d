//! All windows of one title.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::post::{Action, Kind, Platform};
use crate::record::config::WindowConfig;
use crate::time::{Span, Timestamp};
use crate::window::distinct::Distinct;
use crate::window::key::{AuthorKey, KeyHash};
use crate::window::{Rings, Window, WindowSet};

/// A language by its number in the fold's list.
pub type LanguageIndex = u8;

/// The windows of each sort of measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Posts by platform: every window.
    pub posts: WindowSet,
    /// Posts by kind and by language, and engagement.
    pub breakdown: WindowSet,
    /// Distinct authors by platform.
    pub authors: WindowSet,
}

impl Layout {
    /// Takes `windows` for its own; new ones start at `time`.
    pub fn change(&mut self, windows: &[WindowConfig], time: Option<Timestamp>) {
        let window = |config: &WindowConfig| Window { length: config.length, slide: config.slide };
        self.posts.change(windows.iter().map(window), time);
        self.breakdown.change(windows.iter().filter(|w| w.breakdown).map(window), time);
        // Authors are rebuilt from their last sights, so a new window of theirs has no start.
        self.authors.change(windows.iter().filter(|w| w.authors).map(window), None);
    }

    /// The longest reach of any window.
    pub fn reach(&self) -> Span {
        self.posts.reach()
    }
}

/// By what else than its platform a post is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// Its kind.
    pub kind: Kind,
    /// Its language.
    pub language: LanguageIndex,
}

/// One post as the windows count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// When it was made.
    pub event_time: Timestamp,
    /// Where it was made.
    pub platform: Platform,
    /// Its kind and language.
    pub sort: Sort,
    /// Its author, where known.
    pub author: Option<AuthorKey>,
}

/// What a post's counter has gained, or the counters of several posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// When it was seen.
    pub observed: Timestamp,
    /// Where the post was made.
    pub platform: Platform,
    /// What the counter counts.
    pub action: Action,
    /// How often that was done.
    pub amount: u64,
}

/// Every ring of one title. A ring takes memory from its first post on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleWindows {
    platforms: [Option<Rings>; Platform::ALL.len()],
    kinds: [Option<Rings>; Kind::ALL.len()],
    languages: Vec<Option<Rings>>,
    engagement: BTreeMap<(Platform, Action), Rings>,
    authors: [Option<Distinct>; Platform::ALL.len()],
}

impl TitleWindows {
    /// Counts one post, which must lie before `time`. Returns whether its author was one too many.
    pub fn land(
        &mut self,
        post: &Landing,
        layout: &Layout,
        time: Timestamp,
        authors_max: usize,
    ) -> bool {
        let at = post.event_time;
        let posts = || Rings::new(&layout.posts, time);
        let breakdown = || Rings::new(&layout.breakdown, time);
        self.platforms[post.platform as usize].get_or_insert_with(posts).add(at, 1);
        self.kinds[post.sort.kind as usize].get_or_insert_with(breakdown).add(at, 1);
        let language = usize::from(post.sort.language);
        if self.languages.len() <= language {
            self.languages.resize(language + 1, None);
        }
        self.languages[language].get_or_insert_with(breakdown).add(at, 1);
        let Some(author) = &post.author else { return false };
        self.authors[post.platform as usize]
            .get_or_insert_with(|| Distinct::new(&layout.authors, time))
            .see(KeyHash::author(post.platform, author), at, &layout.authors);
        let authors = self.authors.iter().flatten().map(Distinct::keys).sum::<usize>();
        let are_too_many = authors > authors_max;
        if are_too_many {
            self.authors.iter_mut().flatten().for_each(Distinct::become_sketch);
        }
        are_too_many
    }

    /// Takes a post that has landed out of every window that still has it. Its author stays.
    pub fn retract(&mut self, event_time: Timestamp, platform: Platform, sort: Sort) {
        let language = self.languages.get_mut(usize::from(sort.language));
        let rings = [
            self.platforms[platform as usize].as_mut(),
            self.kinds[sort.kind as usize].as_mut(),
            language.and_then(Option::as_mut),
        ];
        rings.into_iter().flatten().for_each(|rings| rings.remove(event_time, 1));
    }

    /// Counts a gain, which must have been seen before `time`.
    pub fn earn(&mut self, gain: Gain, layout: &Layout, time: Timestamp) {
        let rings = self.engagement.entry((gain.platform, gain.action));
        let rings = rings.or_insert_with(|| Rings::new(&layout.breakdown, time));
        rings.add(gain.observed, gain.amount);
    }

    /// Moves every window to end at `time`.
    pub fn advance(&mut self, layout: &Layout, time: Timestamp) {
        self.rings().for_each(|rings| rings.advance(time));
        for authors in self.authors.iter_mut().flatten() {
            authors.advance(time, &layout.authors);
        }
    }

    /// Takes the windows of a changed layout.
    pub fn change(&mut self, layout: &Layout, time: Timestamp) {
        for rings in self.platforms.iter_mut().flatten() {
            rings.change(&layout.posts, time);
        }
        let sorts = self.kinds.iter_mut().chain(&mut self.languages).flatten();
        for rings in sorts.chain(self.engagement.values_mut()) {
            rings.change(&layout.breakdown, time);
        }
        for authors in self.authors.iter_mut().flatten() {
            authors.change(&layout.authors);
        }
    }

    /// Whether no window holds or remembers anything.
    pub fn is_empty(&self) -> bool {
        self.platforms.iter().flatten().all(Rings::is_empty)
            && self.authors.iter().flatten().all(Distinct::is_empty)
            && self.engagement.values().all(Rings::is_empty)
    }

    /// Posts on a platform in window number `index` of [`Layout::posts`].
    pub fn posts(&self, platform: Platform, index: usize) -> u64 {
        sum(self.platforms[platform as usize].as_ref(), index)
    }

    /// Posts of a kind in window number `index` of [`Layout::breakdown`].
    pub fn posts_of_kind(&self, kind: Kind, index: usize) -> u64 {
        sum(self.kinds[kind as usize].as_ref(), index)
    }

    /// Posts in a language in window number `index` of [`Layout::breakdown`].
    pub fn posts_in_language(&self, language: LanguageIndex, index: usize) -> u64 {
        sum(self.languages.get(usize::from(language)).and_then(Option::as_ref), index)
    }

    /// Engagement earned on a platform in window number `index` of [`Layout::breakdown`].
    pub fn engagement(&self, platform: Platform, action: Action, index: usize) -> u64 {
        sum(self.engagement.get(&(platform, action)), index)
    }

    /// Distinct authors on a platform in window number `index` of [`Layout::authors`], which
    /// starts at `start`; `None` where they are unknown.
    pub fn authors(&self, platform: Platform, index: usize, start: Timestamp) -> Option<u64> {
        match &self.authors[platform as usize] {
            Some(authors) => authors.count(index, start),
            None => Some(0),
        }
    }

    fn rings(&mut self) -> impl Iterator<Item = &mut Rings> {
        let posts = self.platforms.iter_mut().chain(&mut self.kinds).chain(&mut self.languages);
        posts.flatten().chain(self.engagement.values_mut())
    }
}

fn sum(rings: Option<&Rings>, index: usize) -> u64 {
    rings.map_or(0, |rings| rings.sum(index))
}
