//! Titles with all that is measured of them; in CSV a row a title and window.

use std::collections::BTreeMap;

use serde::Serialize;

use super::answer::{Refusal, Told};
use super::csv::{Table, file};
use super::leaderboard::posts_by;
use super::question::{Question, title};
use crate::campaign::{CampaignId, Language};
use crate::post::Kind;
use crate::time::{Span, Timestamp};
use crate::view::{CampaignView, SincePremiereView, TitleView, WindowView, written};

#[derive(Serialize)]
struct All<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
    /// Titles without `limit` and `offset`.
    total: usize,
    titles: Vec<&'v TitleView>,
}

#[derive(Serialize)]
struct One<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
    title: &'v TitleView,
}

/// One title, which the path names.
pub(super) fn one(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    let form = question.form()?;
    question.end()?;
    let (_, title) = title(view, &question.title)?;
    let shape = One { campaign: &view.campaign, time: view.time, now: view.now, title };
    Ok(form.tell(&file(view, title.title.as_str()), &shape, columns(view), |table| {
        write(title, view, table);
    }))
}

/// All of them, in the order of the campaign's file.
pub(super) fn all(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    let rows = question.rows()?;
    let form = question.form()?;
    question.end()?;
    let shape = All {
        campaign: &view.campaign,
        time: view.time,
        now: view.now,
        total: view.titles.len(),
        titles: rows.of(view.titles.iter().collect()),
    };
    Ok(form.tell(&file(view, "titles"), &shape, columns(view), |table| {
        shape.titles.iter().for_each(|title| write(title, view, table));
    }))
}

/// The columns before those by platform and language.
const COLUMNS: [&str; 52] = [
    "time",
    "title",
    "name",
    "on_air",
    "bursting",
    "surging",
    "premiere",
    "latest_episode",
    "next_episode",
    "history_seconds",
    "authors_exact",
    "posts_1h",
    "authors_1h",
    "day_ratio",
    "reproduction",
    "reproduction_lower",
    "reproduction_upper",
    "burst_score",
    "burst_expected_posts",
    "novelty",
    "since_premiere_posts",
    "since_premiere_authors",
    "since_premiere_median_ratio",
    "since_premiere_rank",
    "since_episode_posts",
    "same_phase_ratio",
    "window",
    "posts",
    "authors",
    "rank",
    "rank_before",
    "share_of_voice",
    "average_ratio",
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
    "top_author",
    "copies",
    "platform_entropy_bits",
    "reach",
    "posts_original",
    "posts_share",
    "posts_quote",
    "posts_reply",
];

fn columns(view: &CampaignView) -> impl Iterator<Item = String> {
    let languages = languages(view).map(|language| format!("posts_language_{language}"));
    COLUMNS.map(str::to_owned).into_iter().chain(posts_by(&view.platforms)).chain(languages)
}

/// The languages that posts are told by.
fn languages(view: &CampaignView) -> impl Iterator<Item = &str> {
    let own = view.languages.iter().map(Language::as_str);
    own.chain([Language::OTHER, Language::UNDETERMINED])
}

fn write(title: &TitleView, view: &CampaignView, table: &mut Table) {
    for over in &title.windows {
        write_title(title, view, table);
        write_window(over, view, table);
        table.end();
    }
}

fn write_title(title: &TitleView, view: &CampaignView, table: &mut Table) {
    table.time(Some(view.time)).text(title.title.as_str()).text(&title.name);
    table.number(title.on_air).number(title.bursting).number(title.surging);
    table.time(title.premiere).time(title.latest_episode).time(title.next_episode);
    table.maybe(title.history_seconds.map(Span::as_secs_f64)).number(title.authors_exact);
    table.number(title.posts_1h).maybe(title.authors_1h).maybe(title.day_ratio);
    table.estimate(title.reproduction).maybe(title.burst_score);
    table.maybe(title.burst_expected_posts).maybe(title.novelty);
    let since = title.since_premiere.as_ref();
    let of = |value: fn(&SincePremiereView) -> Option<u64>| since.and_then(value);
    table.maybe(of(|since| Some(since.posts))).maybe(of(|since| since.authors));
    table.maybe(since.and_then(|since| since.median_ratio)).maybe(of(|since| since.rank));
    table.maybe(title.since_episode_posts).maybe(title.same_phase_ratio);
}

fn write_window(over: &WindowView, view: &CampaignView, table: &mut Table) {
    table.text(&over.window).number(over.posts).maybe(over.authors);
    table.maybe(over.rank).maybe(over.rank_before);
    table.maybe(over.share_of_voice).maybe(over.average_ratio);
    table.maybe(over.velocity_per_minute).maybe(over.acceleration_per_minute_squared);
    table.maybe(over.growth_per_hour).maybe(over.growth_standard_error_per_hour);
    table.estimate(over.doubling_seconds).estimate(over.half_life_seconds);
    table.maybe(over.amplification).maybe(over.top_author).maybe(over.copies);
    table.maybe(over.platform_entropy_bits).maybe(over.reach);
    for kind in Kind::ALL {
        table.maybe(over.kinds.as_ref().and_then(|kinds| kinds.get(&kind)));
    }
    for platform in &view.platforms {
        table.maybe(over.platforms.get(platform));
    }
    let by_name: BTreeMap<&str, u64> =
        over.languages.iter().flatten().map(|(key, n)| (key.as_str(), *n)).collect();
    for language in languages(view) {
        table.maybe(by_name.get(language));
    }
}
