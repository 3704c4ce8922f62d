//! How many series the titles of a campaign can have: what a config must keep to.

use crate::campaign::TitleId;
use crate::measure::Sorts;
use crate::post::{Action, Kind};
use crate::record::config::{FoldConfig, Show, WindowConfig};

/// Languages that are in no config: `other` and `und`.
const LANGUAGES_MORE: usize = 2;
/// `organic` is in no config.
const GROUPS_MORE: usize = 1;
/// Growth and its standard error; share of voice and rank; amplification and copies.
const PAIR: usize = 2;
/// Novelty, R and its bounds, a burst's score and what it expects, whether a burst, a surge or an
/// episode is on, history, and whether authors are exact.
const WITHOUT_WINDOW: usize = 11;
/// When it is, what came of it, and its info.
const OF_PREMIERE: usize = 4;

/// The most series that the titles of a campaign can have together, its own time included.
pub fn series(config: &FoldConfig) -> usize {
    config.titles.iter().map(|title| series_of_title(config, title)).sum::<usize>() + 1
}

/// The most series that one title can have.
pub fn series_of_title(config: &FoldConfig, title: &TitleId) -> usize {
    let none = Show::default();
    let show = config.shows.get(title).unwrap_or(&none);
    let sorts = Sorts::of(&config.windows);
    let languages = config.languages.len() + LANGUAGES_MORE;
    let groups = config.groups.len() + GROUPS_MORE;
    let by_platform = platforms(config, |window| window.posts)
        + platforms(config, |window| window.authors)
        + platforms(config, |window| window.breakdown) * Action::ALL.len()
        + config.platforms.len();
    let by_sort = sorts.breakdown * (Kind::ALL.len() + languages + groups + PAIR);
    let fine = sorts.fine * (languages + show.facets.len() + 1);
    let compared = (sorts.growth + sorts.voice) * PAIR;
    let premiere = show.premiere.map_or(0, |_| OF_PREMIERE);
    let next = usize::from(!show.episodes.is_empty());
    by_platform + by_sort + fine + compared + WITHOUT_WINDOW + premiere + next
}

/// Platforms of each window that has such a measure, added up.
fn platforms(config: &FoldConfig, has: impl Fn(&WindowConfig) -> bool) -> usize {
    let over = |window: &WindowConfig| {
        let trails = |platform| config.delays.get(platform).is_some_and(|d| *d > window.length);
        config.platforms.iter().filter(|platform| !trails(platform)).count()
    };
    config.windows.iter().filter(|window| has(window)).map(over).sum()
}
