//! What the windows held when something was found.

use super::Buzz;
use crate::campaign::Language;
use crate::post::{Kind, Platform};
use crate::record::burst::{EVIDENCE_TOP, Evidence};
use crate::time::Span;
use crate::virality::share;
use crate::window::title::TitleWindows;

/// No shorter window is evidence.
const WINDOW_MIN: Span = Span::from_hours(1);

impl Buzz {
    /// What the shortest window of at least an hour that has a breakdown holds, or the longest
    /// below.
    pub(super) fn evidence(&self, windows: &TitleWindows) -> Evidence {
        let breakdown = || self.layout.breakdown.iter().enumerate();
        let long = breakdown().filter(|(_, window)| window.length >= WINDOW_MIN);
        let chosen = long.min_by_key(|(_, window)| window.length);
        let chosen = chosen.or_else(|| breakdown().max_by_key(|(_, window)| window.length));
        let Some((index, window)) = chosen else { return Evidence::default() };
        let of_kind = |kind| {
            let on = |platform| windows.posts_of_kind(platform, kind, index);
            (kind, Platform::ALL.into_iter().map(on).sum::<u64>())
        };
        let among_all = self.layout.posts.iter().position(|other| other == window);
        let of_platform =
            |platform| (platform, among_all.map_or(0, |index| windows.posts(platform, index)));
        let of_language = |(language, number): (&Language, _)| {
            (language.clone(), windows.posts_in_language(number, index))
        };
        Evidence {
            window: window.length,
            platforms: Platform::ALL.into_iter().map(of_platform).filter(|(_, n)| *n > 0).collect(),
            kinds: Kind::ALL.into_iter().map(of_kind).filter(|(_, n)| *n > 0).collect(),
            languages: self.languages().map(of_language).filter(|(_, n)| *n > 0).collect(),
            hashtags: windows.hashtags(EVIDENCE_TOP),
            posts: windows.top_posts(EVIDENCE_TOP),
            copies: windows
                .copies(index)
                .and_then(|(distinct, posts)| share::copies(distinct, posts)),
            top_author: windows
                .top_author()
                .and_then(|(busiest, posts)| share::top_author(busiest, posts)),
        }
    }
}
