//! The leaderboard: a row a title, with what its chosen window and its last hour hold.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::answer::{Refusal, Told};
use super::csv::{Table, file};
use super::question::Question;
use crate::campaign::{CampaignId, Language, TitleId};
use crate::post::Platform;
use crate::time::{Span, Timestamp};
use crate::view::{CampaignView, Estimate, TitleView, WindowView, written};

/// How many counts a sparkline has: thirty hours.
const SPARKLINE: usize = 60;
/// How long each of them is.
const SPARKLINE_STEP: Span = Span::from_minutes(30);
/// The most titles that are said to be hot.
const HOT_MAX: usize = 20;
/// A title climbs whose posts of an hour surely double within so many seconds.
const CLIMBING_SECONDS: f64 = 7200.0;
/// What is usual of fewer titles than this is not told.
const USUAL_TITLES_MIN: usize = 3;
const HOUR: Span = Span::from_hours(1);

#[derive(Serialize)]
struct Leaderboard<'v> {
    campaign: &'v CampaignId,
    name: &'v str,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
    window: &'v str,
    /// Rows without `limit` and `offset`.
    total: usize,
    rows: Vec<Row<'v>>,
    /// Titles that burst, surge or climb, whatever rows are asked for.
    hot: Vec<Row<'v>>,
    /// The median of the titles' copies, whatever rows are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_copies: Option<f64>,
}

#[derive(Serialize)]
struct Row<'v> {
    title: &'v TitleId,
    name: &'v str,
    on_air: bool,
    bursting: bool,
    surging: bool,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    premiere: Option<Timestamp>,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    latest_episode: Option<Timestamp>,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    next_episode: Option<Timestamp>,
    posts_1h: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    authors_1h: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day_ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    novelty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reproduction: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    burst_score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank_before: Option<u64>,
    posts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    authors: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_voice: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    velocity_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acceleration_per_minute_squared: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    growth_per_hour: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    growth_standard_error_per_hour: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doubling_seconds: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    half_life_seconds: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amplification: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copies: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_author: Option<f64>,
    platforms: &'v BTreeMap<Platform, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<&'v BTreeMap<Language, u64>>,
    sparkline: Vec<Option<u64>>,
}

/// The titles by place, those without one by posts, then by name.
pub(super) fn tell(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    let window = question.window(view)?;
    let rows = question.rows()?;
    let sought = question.one("q")?.unwrap_or_default().to_lowercase();
    let form = question.form()?;
    question.end()?;

    let is_sought = |title: &&TitleView| {
        title.name.to_lowercase().contains(&sought) || title.title.as_str().contains(&sought)
    };
    let sought = view.titles.iter().filter(is_sought);
    let mut titles: Vec<_> =
        sought.filter_map(|title| Some((title, title.over(window)?))).collect();
    titles.sort_by_key(|(title, over)| {
        (over.rank.unwrap_or(u64::MAX), Reverse(over.posts), &title.name, &title.title)
    });
    let shape = Leaderboard {
        campaign: &view.campaign,
        name: &view.name,
        time: view.time,
        now: view.now,
        window,
        total: titles.len(),
        rows: rows.of(titles).into_iter().map(|(title, over)| row(view, title, over)).collect(),
        hot: hot(view, window),
        usual_copies: usual_copies(view, window),
    };
    let columns = COLUMNS.map(str::to_owned).into_iter().chain(posts_by(&view.platforms));
    Ok(form.tell(&file(view, "leaderboard"), &shape, columns, |table| {
        shape.rows.iter().for_each(|row| write(row, &shape, view, table));
    }))
}

/// The names of the columns with posts by platform.
pub(super) fn posts_by(platforms: &[Platform]) -> impl Iterator<Item = String> {
    platforms.iter().map(|platform| format!("posts_{}", platform.label()))
}

/// The titles that burst, surge or climb, those of the most posts first.
fn hot<'v>(view: &'v CampaignView, window: &str) -> Vec<Row<'v>> {
    let hour = view.windows.iter().find(|shape| shape.seconds == HOUR);
    let climbs = |title: &TitleView| {
        let doubling = hour.and_then(|hour| title.over(&hour.window)?.doubling_seconds);
        doubling.is_some_and(|doubling| doubling.value <= CLIMBING_SECONDS)
    };
    let is_hot = |title: &&TitleView| title.bursting || title.surging || climbs(title);
    let mut hot: Vec<_> = view.titles.iter().filter(is_hot).collect();
    hot.sort_by_key(|title| (Reverse(title.posts_1h), &title.name, &title.title));
    let rows = hot.into_iter().filter_map(|title| Some(row(view, title, title.over(window)?)));
    rows.take(HOT_MAX).collect()
}

/// The median of the titles' copies; none of too few titles.
fn usual_copies(view: &CampaignView, window: &str) -> Option<f64> {
    let mut copies: Vec<f64> =
        view.titles.iter().filter_map(|title| title.over(window)?.copies).collect();
    if copies.len() < USUAL_TITLES_MIN {
        return None;
    }
    copies.sort_by(f64::total_cmp);
    let (lower, upper) = (copies.get((copies.len() - 1) / 2)?, copies.get(copies.len() / 2)?);
    Some(f64::midpoint(*lower, *upper))
}

fn row<'v>(view: &CampaignView, title: &'v TitleView, over: &'v WindowView) -> Row<'v> {
    Row {
        title: &title.title,
        name: &title.name,
        on_air: title.on_air,
        bursting: title.bursting,
        surging: title.surging,
        premiere: title.premiere,
        latest_episode: title.latest_episode,
        next_episode: title.next_episode,
        posts_1h: title.posts_1h,
        authors_1h: title.authors_1h,
        day_ratio: title.day_ratio,
        novelty: title.novelty,
        reproduction: title.reproduction,
        burst_score: title.burst_score,
        rank: over.rank,
        rank_before: over.rank_before,
        posts: over.posts,
        authors: over.authors,
        average_ratio: over.average_ratio,
        share_of_voice: over.share_of_voice,
        velocity_per_minute: over.velocity_per_minute,
        acceleration_per_minute_squared: over.acceleration_per_minute_squared,
        growth_per_hour: over.growth_per_hour,
        growth_standard_error_per_hour: over.growth_standard_error_per_hour,
        doubling_seconds: over.doubling_seconds,
        half_life_seconds: over.half_life_seconds,
        amplification: over.amplification,
        copies: over.copies,
        top_author: over.top_author,
        platforms: &over.platforms,
        languages: over.languages.as_ref(),
        sparkline: sparkline(view, title),
    }
}

/// The counts of half hours, the last of which ends with the last five minutes.
fn sparkline(view: &CampaignView, title: &TitleView) -> Vec<Option<u64>> {
    let mut counts = title.posts_by(view.time, SPARKLINE_STEP);
    counts.reverse();
    counts.resize(SPARKLINE, None);
    counts.reverse();
    counts
}

/// The columns before those by platform.
const COLUMNS: [&str; 37] = [
    "time",
    "window",
    "rank",
    "rank_before",
    "title",
    "name",
    "on_air",
    "bursting",
    "surging",
    "premiere",
    "latest_episode",
    "next_episode",
    "posts_1h",
    "authors_1h",
    "day_ratio",
    "novelty",
    "reproduction",
    "reproduction_lower",
    "reproduction_upper",
    "burst_score",
    "posts",
    "authors",
    "average_ratio",
    "share_of_voice",
    "velocity_per_minute",
    "acceleration_per_minute_squared",
    "growth_per_hour",
    "growth_standard_error_per_hour",
    "doubling_seconds",
    "doubling_seconds_lower",
    "doubling_seconds_upper",
    "half_life_seconds",
    "half_life_seconds_lower",
    "half_life_seconds_upper",
    "amplification",
    "copies",
    "top_author",
];

fn write(row: &Row, shape: &Leaderboard, view: &CampaignView, table: &mut Table) {
    table.time(Some(shape.time)).text(shape.window).maybe(row.rank).maybe(row.rank_before);
    table.text(row.title.as_str()).text(row.name);
    table.number(row.on_air).number(row.bursting).number(row.surging);
    table.time(row.premiere).time(row.latest_episode).time(row.next_episode);
    table.number(row.posts_1h).maybe(row.authors_1h).maybe(row.day_ratio).maybe(row.novelty);
    table.estimate(row.reproduction).maybe(row.burst_score);
    table.number(row.posts).maybe(row.authors).maybe(row.average_ratio).maybe(row.share_of_voice);
    table.maybe(row.velocity_per_minute).maybe(row.acceleration_per_minute_squared);
    table.maybe(row.growth_per_hour).maybe(row.growth_standard_error_per_hour);
    table.estimate(row.doubling_seconds).estimate(row.half_life_seconds);
    table.maybe(row.amplification).maybe(row.copies).maybe(row.top_author);
    for platform in &view.platforms {
        table.maybe(row.platforms.get(platform));
    }
    table.end();
}
