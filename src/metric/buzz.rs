//! What analysts watch: the families of each title, rendered from the folds.
//!
//! Undefined means absent, never 0; only counts start at 0.

use crate::buzz::Buzz;
use crate::campaign::TitleId;
use crate::metric::{Family, Samples, encode};
use crate::post::{Action, Kind, Platform};
use crate::record::config::FoldConfig;
use crate::time::{Span, Timestamp};
use crate::window::title::TitleWindows;
use crate::window::{Window, WindowSet};

/// While a campaign's time lags the clock by more than this its title gauges are absent: a
/// catch-up must not draw old windows at present time.
pub const TIME_LAG_MAX: Span = Span::from_minutes(10);

static WINDOW_POSTS: Family = Family::gauge(
    "daebak_window_posts",
    &["campaign", "title", "platform", "window"],
    "Posts that mention the title, with event time in the sliding window.",
);
static WINDOW_POSTS_BY_KIND: Family = Family::gauge(
    "daebak_window_posts_by_kind",
    &["campaign", "title", "kind", "window"],
    "Posts that mention the title in the sliding window, by kind: original, share, quote or reply.",
);
static WINDOW_POSTS_BY_LANGUAGE: Family = Family::gauge(
    "daebak_window_posts_by_language",
    &["campaign", "title", "language", "window"],
    "Posts that mention the title in the sliding window, by language; und could not be told.",
);
static WINDOW_AUTHORS: Family = Family::gauge(
    "daebak_window_authors",
    &["campaign", "title", "platform", "window"],
    "Distinct authors of posts that mention the title in the sliding window; absent where posts have none.",
);
static WINDOW_ENGAGEMENT: Family = Family::gauge(
    "daebak_window_engagement",
    &["campaign", "title", "platform", "action", "window"],
    "Likes, shares, comments and views that posts gained in the sliding window, by when that was seen; absent where the platform never told.",
);
static TITLE_POSTS: Family = Family::counter(
    "daebak_title_posts_total",
    &["campaign", "title", "platform"],
    "Posts that mention the title, counted since this process owns the campaign.",
);
static CAMPAIGN_TIME: Family = Family::gauge(
    "daebak_campaign_time_timestamp_seconds",
    &["campaign"],
    "Event time at which the campaign's windows end, in seconds since the Unix epoch.",
);

/// Every title family.
pub static FAMILIES: [&Family; 7] = [
    &WINDOW_POSTS,
    &WINDOW_POSTS_BY_KIND,
    &WINDOW_POSTS_BY_LANGUAGE,
    &WINDOW_AUTHORS,
    &WINDOW_ENGAGEMENT,
    &TITLE_POSTS,
    &CAMPAIGN_TIME,
];

/// The text of the title families of `folds` at `now`, by the clock.
pub fn render<'a>(folds: impl IntoIterator<Item = &'a Buzz>, now: Timestamp) -> String {
    let mut page = TitlePage::new();
    for buzz in folds {
        page.campaign(buzz, now);
    }
    page.into_text()
}

struct TitlePage {
    posts: Samples,
    kinds: Samples,
    languages: Samples,
    authors: Samples,
    engagement: Samples,
    totals: Samples,
    times: Samples,
}

impl TitlePage {
    fn new() -> Self {
        Self {
            posts: Samples::of(&WINDOW_POSTS),
            kinds: Samples::of(&WINDOW_POSTS_BY_KIND),
            languages: Samples::of(&WINDOW_POSTS_BY_LANGUAGE),
            authors: Samples::of(&WINDOW_AUTHORS),
            engagement: Samples::of(&WINDOW_ENGAGEMENT),
            totals: Samples::of(&TITLE_POSTS),
            times: Samples::of(&CAMPAIGN_TIME),
        }
    }

    fn campaign(&mut self, buzz: &Buzz, now: Timestamp) {
        let Some(config) = buzz.config() else { return };
        let campaign = buzz.campaign().as_str();
        for title in &config.titles {
            for &platform in &config.platforms {
                let labels = [campaign, title.as_str(), platform.label()];
                self.totals.push(&labels, buzz.title_total(title, platform) as f64);
            }
        }
        let Some(time) = buzz.time() else { return };
        self.times.push(&[campaign], time.as_secs_f64());
        if now - time > TIME_LAG_MAX {
            return;
        }
        for title in &config.titles {
            if let Some(windows) = buzz.title(title) {
                self.title(buzz, title, windows, time);
            }
        }
    }

    fn title(&mut self, buzz: &Buzz, title: &TitleId, windows: &TitleWindows, time: Timestamp) {
        let layout = buzz.layout();
        let names = [buzz.campaign().as_str(), title.as_str()];
        let Some(FoldConfig { platforms, windows: exported, .. }) = buzz.config() else { return };
        for (index, window) in layout.posts.iter().enumerate() {
            if exported.get(index).is_some_and(|config| config.posts) {
                for &platform in platforms {
                    let posts = windows.posts(platform, index);
                    push(&mut self.posts, names, platform.label(), window, posts);
                }
            }
        }
        for (index, window) in layout.breakdown.iter().enumerate() {
            for kind in Kind::ALL {
                let on = |platform| windows.posts_of_kind(platform, kind, index);
                let posts = Platform::ALL.into_iter().map(on).sum();
                push(&mut self.kinds, names, kind.label(), window, posts);
            }
            for (language, number) in buzz.languages() {
                let posts = windows.posts_in_language(number, index);
                push(&mut self.languages, names, language.as_str(), window, posts);
            }
            for &platform in platforms {
                for action in Action::ALL.into_iter().filter(|by| buzz.carries(platform, *by)) {
                    let earned = windows.engagement(platform, action, index);
                    let length = window.length.to_string();
                    let labels = [names[0], names[1], platform.label(), action.label(), &length];
                    self.engagement.push(&labels, earned as f64);
                }
            }
        }
        for (index, window) in layout.authors.iter().enumerate() {
            for &platform in platforms {
                let posts = posts_in(windows, &layout.posts, platform, window);
                match windows.authors(platform, index, window.start(time)) {
                    Some(authors) if authors > 0 || posts == 0 => {
                        push(&mut self.authors, names, platform.label(), window, authors);
                    }
                    _ => {}
                }
            }
        }
    }

    fn into_text(self) -> String {
        let windows = [self.posts, self.kinds, self.languages, self.authors, self.engagement];
        let families = windows.into_iter().chain([self.totals, self.times]);
        let mut text = String::new();
        encode(&families.map(Samples::into_family).collect::<Vec<_>>(), &mut text);
        text
    }
}

fn push(samples: &mut Samples, [campaign, title]: [&str; 2], by: &str, window: Window, n: u64) {
    samples.push(&[campaign, title, by, &window.length.to_string()], n as f64);
}

fn posts_in(windows: &TitleWindows, set: &WindowSet, platform: Platform, window: Window) -> u64 {
    let index = set.iter().position(|other| other == window);
    index.map_or(0, |index| windows.posts(platform, index))
}
