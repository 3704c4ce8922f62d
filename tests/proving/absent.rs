//! Why there may rightly be nothing: the rules of `docs/measures.md`, judged by what the generator
//! knows at the end of its nine days.

use daebak::record::config::WindowConfig;
use daebak::time::{Span, Timestamp};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

use super::promql;
use super::world::{PLATFORMS, World};

/// A rule by its name, and whether it says that a selector finds nothing.
type Rule = (&'static str, fn(&Selected<'_>) -> bool);

const RULES: [Rule; 9] = [
    ("not measured over this window", no_such_window),
    ("title without facets", no_facets),
    ("title without a premiere", no_premiere),
    ("no post in the window", no_post),
    ("posts, and none has an author", no_author),
    ("counter never sent by the platform", no_counter),
    ("growth of fewer than 10 posts", too_few_to_grow),
    ("amplification of fewer than 5 originals", too_few_originals),
    ("novelty of fewer than 10 authors", too_few_authors),
];

/// What a selector asks for.
struct Selected<'a> {
    world: &'a World,
    family: &'a str,
    selector: &'a VectorSelector,
}

/// The rule by which `text`, an expression, rightly has no answer.
pub fn explanation(text: &str, world: &World) -> Option<&'static str> {
    let expr = promql::read(text).ok()?;
    promql::selectors(&expr).iter().find_map(|selector| {
        let family = selector.name.as_deref()?;
        let selected = Selected { world, family, selector };
        RULES.iter().find(|(_, holds)| holds(&selected)).map(|(name, _)| *name)
    })
}

impl<'a> Selected<'a> {
    /// The one value that a label must have.
    fn only(&self, label: &str) -> Option<&'a str> {
        let is_one = |matcher: &&Matcher| match matcher.op {
            MatchOp::Equal => true,
            MatchOp::Re(_) => !matcher.value.contains(['|', '.', '(', '*', '+']),
            _ => false,
        };
        let mut matchers = self.selector.matchers.matchers.iter();
        let found = matchers.find(|matcher| matcher.name == label && is_one(matcher));
        found.map(|matcher| matcher.value.as_str())
    }

    fn is(&self, families: &[&str]) -> bool {
        families.iter().any(|family| self.family == format!("daebak_{family}"))
    }

    fn window(&self) -> Option<&'a WindowConfig> {
        self.world.window(self.only("window")?)
    }

    /// When the window begins that ends at the end of the nine days.
    fn start(&self) -> Option<Timestamp> {
        self.window().map(|window| (self.world.end - window.length).floor(window.slide))
    }

    /// Posts of the title, on the selector's platform if it names one.
    fn posts(&self, kind: Option<&str>, from: Timestamp, to: Timestamp) -> Option<u64> {
        let title = self.only("title")?;
        let platforms = PLATFORMS
            .iter()
            .filter(|&platform| self.only("platform").is_none_or(|only| only == *platform));
        let truth = self.world.truth();
        Some(platforms.map(|platform| truth.posts(title, platform, kind, None, from, to)).sum())
    }

    fn authors(&self, from: Timestamp) -> Option<u64> {
        let title = self.only("title")?;
        let platforms = PLATFORMS
            .iter()
            .filter(|&platform| self.only("platform").is_none_or(|only| only == *platform));
        let (truth, to) = (self.world.truth(), self.world.end);
        Some(platforms.map(|platform| truth.authors(title, platform, from, to)).sum())
    }
}

fn no_such_window(selected: &Selected<'_>) -> bool {
    let windows = selected.world.windows_of(selected.family);
    selected.window().is_some_and(|window| !windows.contains(&window))
}

fn no_facets(selected: &Selected<'_>) -> bool {
    let title = selected.only("title").and_then(|title| selected.world.title(title));
    selected.is(&["window_posts_by_facet"]) && title.is_some_and(|title| title.facets.is_empty())
}

fn no_premiere(selected: &Selected<'_>) -> bool {
    let title = selected.only("title").and_then(|title| selected.world.title(title));
    let of_premieres = [
        "since_premiere_posts",
        "since_premiere_authors",
        "title_premiere_timestamp_seconds",
        "title_next_episode_timestamp_seconds",
        "title_info",
    ];
    selected.is(&of_premieres) && title.is_some_and(|title| title.premiere.is_none())
}

fn no_post(selected: &Selected<'_>) -> bool {
    let posts = || selected.posts(None, selected.start()?, selected.world.end);
    selected.is(&["rank"]) && posts() == Some(0)
}

fn no_author(selected: &Selected<'_>) -> bool {
    let absent = || {
        let from = selected.start()?;
        let posts = selected.posts(None, from, selected.world.end)?;
        Some(posts > 0 && selected.authors(from)? == 0)
    };
    selected.is(&["window_authors"])
        && selected.only("platform").is_some()
        && absent() == Some(true)
}

fn no_counter(selected: &Selected<'_>) -> bool {
    let absent = || {
        let (title, platform) = (selected.only("title")?, selected.only("platform")?);
        let (from, to, truth) = (selected.start()?, selected.world.end, selected.world.truth());
        Some(truth.engagement(title, platform, selected.only("action")?, from, to).is_none())
    };
    selected.is(&["window_engagement"]) && absent() == Some(true)
}

fn too_few_to_grow(selected: &Selected<'_>) -> bool {
    let few = || {
        let window = selected.window()?;
        let to = selected.world.end.floor(window.slide);
        Some(selected.posts(None, to - window.length - window.length, to)? < 10)
    };
    let growth = ["growth_per_hour", "growth_standard_error_per_hour"];
    selected.is(&growth) && few() == Some(true)
}

fn too_few_originals(selected: &Selected<'_>) -> bool {
    // Of the three, only Twitter marks shares.
    let few = || {
        let (title, truth) = (selected.only("title")?, selected.world.truth());
        let (from, to) = (selected.start()?, selected.world.end);
        Some(truth.posts(title, "twitter", Some("original"), None, from, to) < 5)
    };
    selected.is(&["amplification_ratio"]) && few() == Some(true)
}

fn too_few_authors(selected: &Selected<'_>) -> bool {
    let hour = selected.world.end - Span::from_hours(1);
    selected.is(&["novelty_ratio"]) && selected.authors(hour).is_some_and(|authors| authors < 10)
}
