//! Who posts: how many, how new, how alike.

use super::{Measures, Over};
use crate::post::Platform;
use crate::time::Span;
use crate::virality::share;
use crate::window::landing::LanguageIndex;

/// A title younger than this has no novelty: whom it calls new may have been there before.
const NOVELTY_HISTORY: Span = Span::from_days(7);

impl Measures<'_> {
    /// Distinct authors on a platform; `None` where there are posts and none has an author.
    pub fn authors(&self, platform: Platform, over: &Over) -> Option<u64> {
        let index = over.authors?;
        if !self.is_in(platform, over) {
            return None;
        }
        let authors = self.windows.authors(platform, index, over.start)?;
        let posts = || self.windows.posts(platform, over.number);
        (authors > 0 || posts() == 0).then_some(authors)
    }

    /// Distinct authors of posts in a language; `None` where there are posts and none has one.
    pub fn authors_in_language(&self, language: LanguageIndex, over: &Over) -> Option<u64> {
        let index = over.breakdown.filter(|_| over.fine)?;
        let authors = self.windows.authors_in_language(language, over.start)?;
        let posts = || self.windows.posts_in_language(language, index);
        (authors > 0 || posts() == 0).then_some(authors)
    }

    /// Whether distinct authors are counted exactly, not estimated.
    pub fn authors_are_exact(&self) -> bool {
        self.windows.authors_are_exact()
    }

    /// The part of the last hour's authors who had not been seen in the seven days before; `None`
    /// below 10 authors, where they are estimated, or while the title is known for less.
    pub fn novelty(&self) -> Option<f64> {
        if !self.has_history(NOVELTY_HISTORY) {
            return None;
        }
        let (novel, authors) = self.windows.novelty()?;
        share::novelty(novel, authors)
    }

    /// The busiest author's part of the posts with an author; `None` below 10 posts.
    pub fn top_author(&self, over: &Over) -> Option<f64> {
        let (busiest, posts) = self.windows.top_author().filter(|_| over.fine)?;
        share::top_author(busiest, posts)
    }

    /// The part of longer originals and replies that repeat another's text; `None` below 20.
    pub fn copies(&self, over: &Over) -> Option<f64> {
        let (distinct, posts) = self.windows.copies(over.breakdown?)?;
        share::copies(distinct, posts)
    }

    /// Followers of the distinct authors, each one's latest number; `None` where no platform says.
    pub fn reach(&self, over: &Over) -> Option<u64> {
        self.windows.reach().filter(|followers| over.fine && *followers > 0)
    }
}
