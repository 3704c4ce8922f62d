//! How much is posted, how it moves, and what of it spreads.

use super::{Measures, Over};
use crate::campaign::{FacetId, GroupId};
use crate::post::{Action, Kind, Platform};
use crate::record::burst::TopPost;
use crate::time::Span;
use crate::virality::growth::{self, Growth};
use crate::virality::reproduction::{self, POSTS_MINUTES, Reproduction, reproduction};
use crate::virality::share;
use crate::virality::spread::{Spread, spread};
use crate::window::landing::LanguageIndex;
use crate::window::minutes::Minutes;

/// A title younger than this has no R: too few of the posts that its shares answer are known.
const REPRODUCTION_HISTORY: Span = Span::from_hours(6);
/// The fold counts what has many values over one window only.
const FINE: usize = 0;
const MINUTE: Span = Span::from_minutes(1);

/// The most hashtags, aliases and posts that are told.
pub const TOP: usize = 10;

impl Measures<'_> {
    /// Posts on a platform; `None` where the window does not tell them, or the platform trails
    /// the world by more than the window's length.
    pub fn posts(&self, platform: Platform, over: &Over) -> Option<u64> {
        let is_told = over.posts && self.is_in(platform, over);
        is_told.then(|| self.windows.posts(platform, over.number))
    }

    /// Whether a window knows more of its posts than how many they are; those of a count series
    /// have no kind, no language, no author.
    pub fn knows_posts(&self, over: &Over) -> bool {
        let platforms = || self.campaign.platforms_over(over.window.length);
        let mut of_any_kind =
            Kind::ALL.into_iter().filter_map(|kind| self.posts_of_kind(kind, over));
        of_any_kind.any(|posts| posts > 0)
            || platforms().all(|platform| self.windows.posts(platform, over.number) == 0)
    }

    /// Posts of a kind.
    pub fn posts_of_kind(&self, kind: Kind, over: &Over) -> Option<u64> {
        let index = over.breakdown?;
        let platforms = self.campaign.platforms_over(over.window.length);
        Some(platforms.map(|platform| self.windows.posts_of_kind(platform, kind, index)).sum())
    }

    /// Posts in a language.
    pub fn posts_in_language(&self, language: LanguageIndex, over: &Over) -> Option<u64> {
        Some(self.windows.posts_in_language(language, over.breakdown?))
    }

    /// Posts that name the title by way of a facet; `None` for one that came when as many as are
    /// counted had been named.
    pub fn posts_of_facet(&self, facet: &FacetId, over: &Over) -> Option<u64> {
        let is_counted = over.fine && self.windows.counts_facet(facet);
        is_counted.then(|| self.windows.posts_of_facet(facet, FINE))
    }

    /// Posts of a group's accounts; of those in no group for `None`.
    pub fn posts_of_group(&self, group: Option<&GroupId>, over: &Over) -> Option<u64> {
        Some(self.windows.posts_of_group(group, over.breakdown?))
    }

    /// What posts on a platform gained; `None` where the platform never told.
    pub fn engagement(&self, platform: Platform, action: Action, over: &Over) -> Option<u64> {
        let index = over.breakdown?;
        let is_told = self.campaign.buzz.carries(platform, action) && self.is_in(platform, over);
        is_told.then(|| self.windows.engagement(platform, action, index))
    }

    /// Posts counted since this process owns the campaign.
    pub fn total(&self, platform: Platform) -> u64 {
        self.campaign.buzz.title_total(self.title, platform)
    }

    /// Growth from the window before to the last; `None` below 10 posts in both, or while the
    /// title is not known for both, or the window came in between.
    pub fn growth(&self, over: &Over) -> Option<Growth> {
        let (before, now) = self.pair(over)?;
        growth::growth(before, now, over.window.length)
    }

    /// Posts a minute.
    pub fn velocity(&self, over: &Over) -> Option<f64> {
        let (_, now) = self.pair(over)?;
        Some(growth::velocity_per_minute(now, over.window.length))
    }

    /// By how much posts a minute change a minute.
    pub fn acceleration(&self, over: &Over) -> Option<f64> {
        let (before, now) = self.pair(over)?;
        Some(growth::acceleration(before, now, over.window.length))
    }

    /// Shares an original, on platforms that mark shares; `None` below 5 originals.
    pub fn amplification(&self, over: &Over) -> Option<f64> {
        let index = over.breakdown?;
        let platforms = self.campaign.platforms_over(over.window.length);
        let (mut shares, mut originals) = (0, 0);
        for platform in platforms.filter(|platform| self.campaign.marks_shares(*platform)) {
            shares += self.windows.posts_of_kind(platform, Kind::Share, index);
            originals += self.windows.posts_of_kind(platform, Kind::Original, index);
        }
        share::amplification(shares, originals)
    }

    /// How posts are spread over the platforms that could have them; `None` without posts.
    pub fn spread(&self, over: &Over) -> Option<Spread> {
        over.breakdown?;
        let platforms = self.campaign.platforms_over(over.window.length);
        spread(platforms.map(|platform| self.windows.posts(platform, over.number)))
    }

    /// Shares, quotes and replies that a post brings about, over the last hour; `None` where too
    /// few were to be expected, or the title is known for less than six hours.
    pub fn reproduction(&self) -> Option<Reproduction> {
        if !self.has_history(REPRODUCTION_HISTORY) {
            return None;
        }
        let mut posts = vec![0; POSTS_MINUTES];
        let mut spreading = vec![0; reproduction::MINUTES];
        let platforms = self.campaign.prompt_platforms();
        for platform in platforms.filter(|platform| self.campaign.marks_shares(*platform)) {
            self.add_minutes(&mut posts, self.windows.minutes(platform));
            self.add_minutes(&mut spreading, self.windows.spreading(platform));
        }
        reproduction(&posts, &spreading)
    }

    /// The hashtags that most posts carry, and how many do.
    pub fn hashtags(&self) -> Vec<(Box<str>, u64)> {
        self.windows.hashtags(TOP)
    }

    /// The aliases by which most posts name it, and how many do.
    pub fn aliases(&self) -> Vec<(Box<str>, u64)> {
        self.windows.aliases(TOP)
    }

    /// The posts that have earned the most.
    pub fn top_posts(&self) -> Vec<TopPost> {
        self.windows.top_posts(TOP)
    }

    /// Posts of the window before and of the last one, both exactly as long.
    fn pair(&self, over: &Over) -> Option<(u64, u64)> {
        let length = over.window.length;
        if !over.has_growth() || !self.has_history_over(over, length + length) {
            return None;
        }
        let pairs = self.campaign.prompt_platforms().map(|p| self.windows.pair(p, over.number));
        Some(pairs.fold((0, 0), |(before, now), pair| (before + pair.0, now + pair.1)))
    }

    fn add_minutes(&self, sums: &mut [u64], minutes: Option<&Minutes>) {
        let Some(minutes) = minutes else { return };
        let end = self.campaign.time.floor(MINUTE);
        let counts = minutes.newest_first(end, sums.len(), MINUTE);
        sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
    }
}
