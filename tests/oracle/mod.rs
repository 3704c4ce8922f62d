//! Holds a page of metrics against the generator's truth, series by series.

#![allow(clippy::expect_used, reason = "a test fails by panicking, its functions too")]
#![allow(
    unreachable_pub,
    dead_code,
    clippy::print_stdout,
    reason = "each test uses its part of this"
)]

use std::collections::{BTreeMap, BTreeSet};

use daebak::campaign::Campaign;
use daebak::config::Config;
use daebak::demo::Truth;
use daebak::record::config::WindowConfig;
use daebak::time::Timestamp;

/// Series by name and labels, as the text format writes them but with labels in order.
pub type Series = BTreeMap<String, f64>;

/// The families whose every series the truth knows.
const KNOWN: [&str; 6] = [
    "daebak_window_posts",
    "daebak_window_posts_by_kind",
    "daebak_window_posts_by_language",
    "daebak_window_authors",
    "daebak_window_engagement",
    "daebak_title_posts_total",
];
const PLATFORMS: [&str; 3] = ["twitter", "tiktok", "instagram"];
const ACTIONS: [&str; 4] = ["like", "share", "comment", "view"];
const KINDS: [&str; 4] = ["original", "share", "quote", "reply"];

/// Reads a page in the text format.
pub fn read_page(page: &str) -> Series {
    let samples = page.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let mut labels: Vec<&str> = labels.trim_end_matches('}').split(',').collect();
            labels.sort_unstable();
            (format!("{name}{{{}}}", labels.join(",")), value.parse().expect("a number"))
        })
        .collect()
}

/// The series of a page that the truth knows: of its families, and of its platforms.
pub fn known(page: &Series) -> Series {
    let is_of = |series: &str, platform| series.contains(&format!("platform=\"{platform}\""));
    let is_known = |series: &str| {
        KNOWN.contains(&series.split('{').next().unwrap_or_default())
            && (!series.contains("platform=") || PLATFORMS.iter().any(|p| is_of(series, p)))
    };
    page.iter().filter(|(series, _)| is_known(series)).map(|(s, v)| (s.clone(), *v)).collect()
}

/// What the page must show when T is `time`.
fn expected(
    truth: &Truth,
    campaign: &Campaign,
    windows: &[WindowConfig],
    time: Timestamp,
) -> Series {
    let mut series = Series::new();
    let totals = truth.totals();
    for title in &campaign.titles {
        let title = title.id.as_str();
        for platform in PLATFORMS {
            let labels =
                format!(r#"campaign="{}",platform="{platform}",title="{title}""#, campaign.id);
            let total = totals.get(&(title, platform)).copied().unwrap_or_default();
            series.insert(format!("daebak_title_posts_total{{{labels}}}"), total as f64);
        }
        for window in windows {
            expect_window(&mut series, truth, campaign, title, window, time);
        }
    }
    series
}

fn expect_window(
    series: &mut Series,
    truth: &Truth,
    campaign: &Campaign,
    title: &str,
    window: &WindowConfig,
    time: Timestamp,
) {
    let from = (time - window.length).floor(window.slide);
    let (name, label) = (&campaign.id, window.length);
    let posts = |platform, kind, language| truth.posts(title, platform, kind, language, from, time);
    let everywhere = |kind, language| -> u64 {
        PLATFORMS.into_iter().map(|platform| posts(platform, kind, language)).sum()
    };
    for platform in PLATFORMS {
        let labels =
            format!(r#"campaign="{name}",platform="{platform}",title="{title}",window="{label}""#);
        let posts = posts(platform, None, None);
        if window.posts {
            series.insert(format!("daebak_window_posts{{{labels}}}"), posts as f64);
        }
        let authors = truth.authors(title, platform, from, time);
        if window.authors && (authors > 0 || posts == 0) {
            series.insert(format!("daebak_window_authors{{{labels}}}"), authors as f64);
        }
    }
    if window.breakdown {
        for (platform, action) in PLATFORMS.into_iter().flat_map(|p| ACTIONS.map(|a| (p, a))) {
            let labels = format!(
                r#"action="{action}",campaign="{name}",platform="{platform}",title="{title}",window="{label}""#
            );
            if let Some(earned) = truth.engagement(title, platform, action, from, time) {
                series.insert(format!("daebak_window_engagement{{{labels}}}"), earned as f64);
            }
        }
        for kind in KINDS {
            let labels =
                format!(r#"campaign="{name}",kind="{kind}",title="{title}",window="{label}""#);
            let posts = everywhere(Some(kind), None);
            series.insert(format!("daebak_window_posts_by_kind{{{labels}}}"), posts as f64);
        }
        let languages = campaign.languages.iter().map(daebak::campaign::Name::as_str);
        for language in languages.chain(["other", "und"]) {
            let labels = format!(
                r#"campaign="{name}",language="{language}",title="{title}",window="{label}""#
            );
            let posts = everywhere(None, Some(language));
            series.insert(format!("daebak_window_posts_by_language{{{labels}}}"), posts as f64);
        }
    }
}

/// Requires that the page, whose T is `time`, shows exactly what the truth says.
pub fn assert_exact(page: &Series, truth: &Truth, config: &Config, time: Timestamp) {
    let truth = expected(truth, &config.campaigns[0], &config.service.windows, time);
    assert_same(&known(page), &truth, time);
}

/// Requires that the page shows the campaign's windows exactly when its T is `time`. Totals are
/// left out: they are of the process.
pub fn assert_windows(
    page: &Series,
    truth: &Truth,
    campaign: &Campaign,
    windows: &[WindowConfig],
    time: Timestamp,
) {
    let label = format!("campaign=\"{}\"", campaign.id);
    let is_window = |series: &String| series.starts_with("daebak_window_");
    let mut page = known(page);
    page.retain(|series, _| is_window(series) && series.contains(&label));
    let mut truth = expected(truth, campaign, windows, time);
    truth.retain(|series, _| is_window(series));
    assert_same(&page, &truth, time);
}

/// The same after a restart: totals began at 0 when the campaign was served again, so they can only
/// be bounded; all else is exact.
pub fn assert_exact_windows(page: &Series, truth: &Truth, config: &Config, time: Timestamp) {
    let is_total = |series: &str| series.starts_with("daebak_title_posts_total{");
    let truth = expected(truth, &config.campaigns[0], &config.service.windows, time);
    let page = known(page);
    let (totals, page): (Series, Series) =
        page.into_iter().partition(|(series, _)| is_total(series));
    let (all, truth): (Series, Series) =
        truth.into_iter().partition(|(series, _)| is_total(series));
    assert_eq!(totals.keys().collect::<Vec<_>>(), all.keys().collect::<Vec<_>>());
    for (series, total) in &totals {
        assert!(total <= &all[series], "{series}: page {total}, truth {}", all[series]);
    }
    assert_same(&page, &truth, time);
}

fn assert_same(page: &Series, truth: &Series, time: Timestamp) {
    assert!(!truth.is_empty());
    let all: BTreeSet<&String> = page.keys().chain(truth.keys()).collect();
    let differences: Vec<String> = all
        .into_iter()
        .filter(|series| page.get(*series) != truth.get(*series))
        .map(|series| {
            format!("{series}: page {:?}, truth {:?}", page.get(series), truth.get(series))
        })
        .collect();
    let (n, of) = (differences.len(), truth.len());
    let some = differences.get(..n.min(50)).unwrap_or_default().join("\n");
    assert!(n == 0, "at {time}, {n} of {of} series differ:\n{some}");
}

/// Requires that every kind of trouble happened, and prints how often.
pub fn assert_trouble(truth: &Truth) {
    let counts = truth.trouble().counts();
    println!("trouble dealt: {counts:?}");
    for trouble in [
        "redeliveries",
        "grown_counters",
        "late_posts",
        "out_of_order",
        "edits",
        "batches",
        "poison",
        "poison_not_utf8",
        "poison_truncated",
        "poison_unknown_shape",
        "poison_no_id",
        "poison_no_time",
        "poison_random_bytes",
        "control",
        "tombstones",
        "shares",
        "quotes",
        "replies",
    ] {
        assert!(truth.trouble().of(trouble) > 0, "no {trouble}");
    }
}
