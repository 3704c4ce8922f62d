//! One window of a campaign, and which measures it has.

use crate::record::config::WindowConfig;
use crate::time::{Span, Timestamp};
use crate::window::Window;

/// Growth is of windows up to a day: over a longer one it says what the days' counts say.
const GROWTH_MAX: Span = Span::from_hours(24);
/// Titles are compared over at least an hour: below it their order is chance.
const VOICE_MIN: Span = Span::from_hours(1);
/// What has many values is measured over one window: the longest breakdown of at most a day.
const FINE_MAX: Span = Span::from_hours(24);

/// One of a campaign's windows, and which measures it has. Its numbers are those by which
/// [`Layout`](crate::window::layout::Layout) knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// How far back it reaches, and in what steps.
    pub window: Window,
    /// Its start at T.
    pub start: Timestamp,
    /// Its place among the campaign's windows.
    pub(super) number: usize,
    /// Whether posts are told.
    pub(super) posts: bool,
    pub(super) breakdown: Option<usize>,
    pub(super) authors: Option<usize>,
    /// Whether it is the one of what has many values.
    pub(super) fine: bool,
    label: Box<str>,
}

impl Over {
    /// The windows of a config at `time`.
    pub(super) fn all(windows: &[WindowConfig], time: Timestamp) -> Vec<Self> {
        let (mut breakdowns, mut authors) = (0.., 0..);
        let fine = fine(windows);
        let over = |(number, config): (usize, &WindowConfig)| {
            let window = Window { length: config.length, slide: config.slide };
            Self {
                window,
                start: window.start(time),
                number,
                posts: config.posts,
                breakdown: config.breakdown.then(|| breakdowns.next()).flatten(),
                authors: config.authors.then(|| authors.next()).flatten(),
                fine: fine == Some(config.length),
                label: config.length.to_string().into(),
            }
        };
        windows.iter().enumerate().map(over).collect()
    }

    /// The value of the `window` label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether posts by platform are told over it.
    pub fn tells_posts(&self) -> bool {
        self.posts
    }

    /// Whether growth is measured over it: where authors are, up to a day.
    pub fn has_growth(&self) -> bool {
        self.authors.is_some() && self.window.length <= GROWTH_MAX
    }

    /// Whether titles are compared over it: where authors are, from an hour on.
    pub fn has_voice(&self) -> bool {
        self.authors.is_some() && self.window.length >= VOICE_MIN
    }

    /// Whether posts by kind and the like are measured over it.
    pub fn has_breakdown(&self) -> bool {
        self.breakdown.is_some()
    }

    /// Whether it is the window of facets, hashtags and what else has many values.
    pub fn is_fine(&self) -> bool {
        self.fine
    }
}

/// The length of the window of what has many values.
fn fine(windows: &[WindowConfig]) -> Option<Span> {
    let breakdowns = windows.iter().filter(|config| config.breakdown);
    breakdowns.map(|config| config.length).filter(|length| *length <= FINE_MAX).max()
}

/// How many windows of a config have each sort of measure: what a count of series needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorts {
    /// With growth.
    pub growth: usize,
    /// With share of voice and rank.
    pub voice: usize,
    /// With breakdowns.
    pub breakdown: usize,
    /// With what has many values: one, or none.
    pub fine: usize,
}

impl Sorts {
    /// Those of `windows`.
    pub fn of(windows: &[WindowConfig]) -> Self {
        let all = Over::all(windows, Timestamp::default());
        let count = |has: fn(&Over) -> bool| all.iter().filter(|over| has(over)).count();
        Self {
            growth: count(Over::has_growth),
            voice: count(Over::has_voice),
            breakdown: count(Over::has_breakdown),
            fine: count(Over::is_fine),
        }
    }
}
