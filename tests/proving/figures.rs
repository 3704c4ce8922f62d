//! What panels show, by number: against the posts that the generator dealt.

use std::collections::BTreeMap;

use daebak::campaign::Name;
use daebak::time::{Span, Timestamp};

use super::asked::{Asked, Sort};
use super::judge::with;
use super::prometheus::Prometheus;
use super::variables::{Combination, combinations};
use super::world::{PLATFORMS, World};

/// By how much a number may be off, as a part of it: ratios are divided twice.
const ERROR: f64 = 1e-9;

/// Fewer mentions of all titles are no voices to share.
const MENTIONS_MIN: u64 = 20;

/// What the campaign file's languages leave.
const OTHER_LANGUAGES: [&str; 2] = ["other", "und"];
const KINDS: [&str; 4] = ["original", "share", "quote", "reply"];

/// What a panel says that it shows.
#[derive(Clone, Copy)]
enum Measure {
    Posts,
    PostsOfHour,
    AgainstDayBefore,
    Authors,
    ShareOfVoice,
    Rank,
}

/// A panel's number: dashboard, id, title, column or legend, measure, and what tells its series
/// apart.
type Figure = (&'static str, u64, &'static str, &'static str, Measure, &'static str);

const FIGURES: [Figure; 18] = [
    ("daebak-campaign", 3, "Mentions", "{{campaign}}", Measure::Posts, "campaign"),
    ("daebak-campaign", 8, "Titles", "Rank", Measure::Rank, "title"),
    ("daebak-campaign", 8, "Titles", "Posts", Measure::Posts, "title"),
    ("daebak-campaign", 8, "Titles", "Posts, 1h", Measure::PostsOfHour, "title"),
    ("daebak-campaign", 8, "Titles", "Against 24 h before", Measure::AgainstDayBefore, "title"),
    ("daebak-campaign", 8, "Titles", "Authors", Measure::Authors, "title"),
    ("daebak-campaign", 8, "Titles", "Share of voice", Measure::ShareOfVoice, "title"),
    ("daebak-campaign", 10, "Posts", "{{title}}", Measure::Posts, "title"),
    ("daebak-campaign", 11, "Share of voice", "{{title}}", Measure::ShareOfVoice, "title"),
    ("daebak-campaign", 18, "Platforms", "{{platform}}", Measure::Posts, "platform"),
    ("daebak-campaign", 19, "Languages", "{{language}}", Measure::Posts, "language"),
    ("daebak-title", 2, "Posts", "{{title}}", Measure::Posts, "title"),
    ("daebak-title", 3, "Authors", "{{title}}", Measure::Authors, "title"),
    ("daebak-title", 5, "Share of voice", "{{title}}", Measure::ShareOfVoice, "title"),
    ("daebak-title", 15, "Posts by platform", "{{platform}}", Measure::Posts, "platform"),
    ("daebak-title", 16, "Authors by platform", "{{platform}}", Measure::Authors, "platform"),
    ("daebak-title", 17, "Posts in every window", "{{window}}", Measure::Posts, "window"),
    ("daebak-title", 22, "Kinds of posts", "{{kind}}", Measure::Posts, "kind"),
];

/// Which posts are counted.
#[derive(Clone)]
struct Scope<'a> {
    world: &'a World,
    titles: Vec<String>,
    platforms: Vec<String>,
    window: String,
    kind: Option<String>,
    language: Option<String>,
    at: Timestamp,
}

/// What panels show otherwise than the generator says. Expressions that were changed must be found.
pub fn compared(prometheus: &Prometheus, all: &[Asked], world: &World) -> Vec<String> {
    let mut failures = Vec::new();
    let mut n = 0;
    for figure in &FIGURES {
        match shown(figure, all) {
            Some(asked) => {
                let compared = compare(prometheus, figure, asked, world, &mut failures);
                assert!(compared > 0, "nothing was dealt for {}", asked.place);
                n += compared;
            }
            None => failures.push(format!("{}: no panel {} {}", figure.0, figure.1, figure.2)),
        }
    }
    println!("{} panels' columns show {n} numbers as they were generated", FIGURES.len());
    let posts = &FIGURES[2];
    let Some(asked) = shown(posts, all) else { return failures };
    let changed = [
        ("the greatest for the sum", asked.expr.replacen("sum", "max", 1)),
        ("a hundred times as much", format!("100 * ({})", asked.expr)),
        ("another family", asked.expr.replace("window_posts", "window_authors")),
        ("another window", asked.expr.replace("$window", "5m")),
    ];
    for (what, expr) in changed {
        let mut found = Vec::new();
        compare(prometheus, posts, &Asked { expr, ..asked.clone() }, world, &mut found);
        if found.is_empty() {
            failures.push(format!("not found: {what}"));
        }
    }
    failures
}

fn shown<'a>((uid, id, title, column, ..): &Figure, all: &'a [Asked]) -> Option<&'a Asked> {
    let shown = Some((*id, (*column).to_owned()));
    let place = format!("{uid} / {title}");
    all.iter().find(|it| it.sort == Sort::Panel && it.place == place && it.shown == shown)
}

/// Compares one number for some of its variables; returns how many there were.
fn compare(
    prometheus: &Prometheus,
    (_, _, _, column, measure, by): &Figure,
    asked: &Asked,
    world: &World,
    failures: &mut Vec<String>,
) -> usize {
    let mut n = 0;
    for combination in combinations(asked, world).unwrap().iter().filter(|it| is_asked(it)) {
        let text = with(&asked.expr, combination, "40m");
        let answer = prometheus.instant(&text, Some(world.end)).unwrap();
        let found: BTreeMap<String, f64> = answer
            .iter()
            .map(|it| (it.labels.get(*by).cloned().unwrap_or_default(), it.values[0]))
            .collect();
        let scope = Scope::of(combination, world);
        let expected: BTreeMap<String, f64> = scope
            .keys(by)
            .into_iter()
            .filter_map(|key| Some((key.clone(), scope.narrowed(by, key).number(*measure)?)))
            .collect();
        n += expected.len();
        let is_same = |key: &String, expected: &f64| {
            found.get(key).is_some_and(|it| (it - expected).abs() <= ERROR * expected.abs())
        };
        let is_right = answer.len() == expected.len()
            && expected.iter().all(|(key, expected)| is_same(key, expected));
        if !is_right {
            let place = &asked.place;
            failures.push(format!("{place}, {column}: {text}: {found:?}, dealt: {expected:?}"));
        }
    }
    n
}

/// One title and all, one platform and all, and as many lines as there are.
fn is_asked(combination: &Combination) -> bool {
    let is_one_of = |name: &str, first: &str| {
        combination.get(name).is_none_or(|value| value == first || value.contains('|'))
    };
    is_one_of("title", "starlight-sonata")
        && is_one_of("platform", PLATFORMS[1])
        && combination.get("top").is_none_or(|top| top == "50")
}

impl<'a> Scope<'a> {
    fn of(combination: &Combination, world: &'a World) -> Self {
        let several = |name: &str, all: Vec<String>| {
            let value = combination.get(name);
            value.map_or(all, |value| value.split('|').map(str::to_owned).collect())
        };
        let campaign = world.campaign();
        Self {
            world,
            titles: several("title", campaign.titles.iter().map(|it| it.id.to_string()).collect()),
            platforms: several("platform", PLATFORMS.map(str::to_owned).to_vec()),
            window: combination.get("window").cloned().unwrap_or_else(|| "1h".into()),
            kind: None,
            language: None,
            at: world.end,
        }
    }

    /// What a label may be.
    fn keys(&self, by: &str) -> Vec<String> {
        let campaign = self.world.campaign();
        match by {
            "title" => self.titles.clone(),
            "platform" => self.platforms.clone(),
            "kind" => KINDS.map(str::to_owned).to_vec(),
            "language" => {
                let named = campaign.languages.iter().map(Name::as_str);
                named.chain(OTHER_LANGUAGES).map(str::to_owned).collect()
            }
            "window" => {
                let windows = self.world.windows_of("daebak_window_posts").into_iter();
                windows.map(|it| it.length.to_string()).collect()
            }
            _ => vec![campaign.id.to_string()],
        }
    }

    fn narrowed(&self, by: &str, key: String) -> Self {
        let whole = self.clone();
        match by {
            "title" => Self { titles: vec![key], ..whole },
            "platform" => Self { platforms: vec![key], ..whole },
            "kind" => Self { kind: Some(key), ..whole },
            "language" => Self { language: Some(key), ..whole },
            "window" => Self { window: key, ..whole },
            _ => whole,
        }
    }

    /// What is to be shown; nothing where a post or an author is lacking.
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
    fn number(&self, measure: Measure) -> Option<f64> {
        let hour = || Self { window: "1h".into(), ..self.clone() };
        Some(match measure {
            Measure::Posts => self.is_broken_down().then(|| self.posts() as f64)?,
            Measure::PostsOfHour => hour().posts() as f64,
            Measure::AgainstDayBefore => {
                let before = Self { at: self.at - Span::from_days(1), ..hour() }.posts();
                (before > 0).then(|| hour().posts() as f64 / before as f64)?
            }
            Measure::Authors => self.authors()? as f64,
            Measure::ShareOfVoice => {
                let all: u64 = self.of_titles().iter().sum();
                let is_there = all >= MENTIONS_MIN && self.is_measured("share_of_voice_ratio");
                let title = self.everywhere(self.titles.clone()).posts() as f64;
                is_there.then_some(title / all as f64)?
            }
            Measure::Rank => {
                let posts = self.everywhere(self.titles.clone()).posts();
                let is_there = posts > 0 && self.is_measured("rank");
                is_there.then_some(())?;
                1.0 + self.of_titles().into_iter().filter(|other| *other > posts).count() as f64
            }
        })
    }

    /// On every platform.
    fn everywhere(&self, titles: Vec<String>) -> Self {
        let platforms = PLATFORMS.map(str::to_owned).to_vec();
        Self { titles, platforms, ..self.clone() }
    }

    /// The posts of each of the campaign's titles.
    fn of_titles(&self) -> Vec<u64> {
        let titles = self.world.campaign().titles.iter();
        titles.map(|title| self.everywhere(vec![title.id.to_string()]).posts()).collect()
    }

    fn from(&self) -> Timestamp {
        let window = self.world.window(&self.window).unwrap();
        (self.at - window.length).floor(window.slide)
    }

    fn posts(&self) -> u64 {
        let (kind, language) = (self.kind.as_deref(), self.language.as_deref());
        let (from, truth) = (self.from(), self.world.truth());
        let of = |(title, platform): (&String, &String)| {
            truth.posts(title, platform, kind, language, from, self.at)
        };
        self.pairs().map(of).sum()
    }

    /// Absent where there are posts, and none has an author.
    fn authors(&self) -> Option<u64> {
        self.is_measured("window_authors").then_some(())?;
        let (from, truth) = (self.from(), self.world.truth());
        let of = |(title, on): (&String, &String)| {
            let authors = truth.authors(title, on, from, self.at);
            let posts = truth.posts(title, on, None, None, from, self.at);
            (authors > 0 || posts == 0).then_some(authors)
        };
        self.pairs().filter_map(of).reduce(|sum, authors| sum + authors)
    }

    /// Whether posts are told by what is asked for.
    fn is_broken_down(&self) -> bool {
        (self.kind.is_none() || self.is_measured("window_posts_by_kind"))
            && (self.language.is_none() || self.is_measured("window_posts_by_language"))
    }

    /// Whether a family has this window.
    fn is_measured(&self, family: &str) -> bool {
        let windows = self.world.windows_of(family).into_iter();
        windows.map(|it| it.length.to_string()).any(|window| window == self.window)
    }

    fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        self.titles.iter().flat_map(|title| self.platforms.iter().map(move |on| (title, on)))
    }
}
