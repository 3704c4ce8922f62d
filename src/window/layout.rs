//! Which windows each sort of measure has.

use serde::{Deserialize, Serialize};

use crate::record::config::WindowConfig;
use crate::time::{Span, Timestamp};
use crate::window::minutes::MINUTE;
use crate::window::novelty::HOUR;
use crate::window::premiere::PHASE;
use crate::window::{Window, WindowSet};

/// The longest window over which facets, hashtags, aliases, single authors and posts are counted.
pub const DAY_MAX: Span = Span::from_hours(24);

/// The windows of each sort of measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Posts by platform: every window.
    pub posts: WindowSet,
    /// Posts by kind, language and group, texts, and engagement.
    pub breakdown: WindowSet,
    /// Distinct authors by platform.
    pub authors: WindowSet,
    /// Facets, hashtags, aliases, authors by language and by their posts, top posts and reach: the
    /// longest window of `breakdown` of at most [`DAY_MAX`], or none.
    pub day: WindowSet,
    /// What authors by language are counted over: `day`, from its windows' first posts on.
    pub day_authors: WindowSet,
}

impl Layout {
    /// Takes `windows` for its own; new ones start at `time`.
    pub fn change(&mut self, windows: &[WindowConfig], time: Option<Timestamp>) {
        let window = |config: &WindowConfig| Window { length: config.length, slide: config.slide };
        let breakdown = || windows.iter().filter(|w| w.breakdown).map(window);
        let day = breakdown().filter(|window| window.length <= DAY_MAX).max();
        self.posts.change(windows.iter().map(window), time);
        self.breakdown.change(breakdown(), time);
        self.day.change(day, time);
        // Authors are rebuilt from their last sights, so a new window of theirs has no start.
        self.authors.change(windows.iter().filter(|w| w.authors).map(window), None);
        self.day_authors.change(day, None);
    }

    /// The longest reach of any window.
    pub fn reach(&self) -> Span {
        self.posts.reach()
    }

    /// The window of [`day`](Self::day).
    pub fn day_window(&self) -> Option<Window> {
        self.day.iter().next()
    }

    /// From when on that window takes posts.
    pub fn day_from(&self) -> Timestamp {
        self.day.taken_from(0).unwrap_or_default()
    }
}

/// Which windows have passed into a new slot since T moved last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Any of [`Layout::breakdown`], or of those that are the same in every campaign.
    pub breakdown: bool,
    /// That of [`Layout::day`].
    pub day: bool,
    /// A minute of the clock.
    pub minute: bool,
}

impl Layout {
    /// What has passed between two times; all before the first.
    pub fn passed(&self, from: Option<Timestamp>, to: Timestamp) -> Passed {
        let passes = |slide| from.is_none_or(|from| from.slot(slide) != to.slot(slide));
        let any_passes = |set: &WindowSet| set.iter().any(|window| passes(window.slide));
        Passed {
            breakdown: any_passes(&self.breakdown)
                || [PHASE, HOUR.slide].map(passes).contains(&true),
            day: any_passes(&self.day),
            minute: passes(MINUTE),
        }
    }
}
