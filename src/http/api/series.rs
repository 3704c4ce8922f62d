//! How measures went: of a few titles over the last hours, and since their premieres.

use std::cmp::Reverse;

use serde::Serialize;

use super::answer::{Refusal, Told};
use super::csv::file;
use super::question::{Question, TITLES_MAX, title};
use crate::campaign::{CampaignId, TitleId};
use crate::time::{Span, Timestamp};
use crate::view::history::{Measure, STEP};
use crate::view::{CampaignView, TitleView, written};

/// The step of the points of posts.
const MINUTE: Span = Span::from_minutes(1);
/// The longest step of posts.
const HOUR: Span = Span::from_hours(1);
/// Posts; all other measures have names of their own.
const POSTS: &str = "posts";
/// How many titles are put side by side unless the query says.
const CURVES_USUAL: usize = 12;
/// The most of them.
const CURVES_MAX: usize = 50;

#[derive(Serialize)]
struct Answer<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
    measure: &'static str,
    /// The instant of the first value; of posts where its step begins.
    #[serde(serialize_with = "written::time")]
    start: Timestamp,
    #[serde(serialize_with = "written::seconds")]
    step_seconds: Span,
    series: Vec<Line<'v>>,
}

#[derive(Serialize)]
struct Line<'v> {
    title: &'v TitleId,
    name: &'v str,
    values: Vec<Option<f64>>,
}

/// The series of one measure, of each title named.
pub(super) fn tell(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    let titles = question.titles()?;
    let measure = question.one("measure")?;
    let step = question.one("step")?;
    let form = question.form()?;
    question.end()?;

    if titles.is_empty() {
        let expected = format!("from 1 to {TITLES_MAX} titles");
        return Err(Refusal::Missing { name: "title", expected });
    }
    let titles = titles.iter().map(|id| title(view, id)).collect::<Result<Vec<_>, _>>()?;
    let measure = measure_of(measure.as_deref().unwrap_or(POSTS))?;
    let step = step_of(step.as_deref().unwrap_or("5m"), measure)?;
    let (start, values) = match measure {
        None => posts(view.time, &titles, step),
        Some(measure) => points(view, &titles, measure),
    };
    let lines = titles.iter().zip(values).map(|((_, title), values)| Line {
        title: &title.title,
        name: &title.name,
        values,
    });
    let measure = measure.map_or(POSTS, Measure::label);
    let shape = Answer {
        campaign: &view.campaign,
        time: view.time,
        now: view.now,
        measure,
        start,
        step_seconds: step,
        series: lines.collect(),
    };
    let columns = ["time", "title", "measure", "value"];
    Ok(form.tell(&file(view, measure), &shape, columns, |table| {
        for line in &shape.series {
            let mut at = shape.start;
            for value in &line.values {
                table.time(Some(at)).text(line.title.as_str()).text(measure).maybe(*value);
                table.end();
                at = at + step;
            }
        }
    }))
}

/// None for posts.
fn measure_of(name: &str) -> Result<Option<Measure>, Refusal> {
    let found = Measure::ALL.into_iter().find(|measure| measure.label() == name);
    if found.is_some() || name == POSTS {
        return Ok(found);
    }
    let others = Measure::ALL.map(Measure::label).join(", ");
    Err(Refusal::bad("measure", name, format!("one of {POSTS}, {others}")))
}

fn step_of(name: &str, measure: Option<Measure>) -> Result<Span, Refusal> {
    let allowed: &[Span] = if measure.is_none() { &[MINUTE, STEP, HOUR] } else { &[STEP] };
    allowed.iter().copied().find(|step| step.to_string() == name).ok_or_else(|| {
        let labels = allowed.iter().map(Span::to_string).collect::<Vec<_>>().join(", ");
        Refusal::bad("step", name, format!("one of {labels} for this measure"))
    })
}

type Values = Vec<Vec<Option<f64>>>;

/// Posts by minute, or by five minutes, or these added up to hours that end with the last.
fn posts(time: Timestamp, titles: &[(usize, &TitleView)], step: Span) -> (Timestamp, Values) {
    let of = |title: &TitleView| -> Vec<Option<f64>> {
        let counts = title.posts_by(time, step);
        counts.into_iter().map(|posts| posts.map(|posts| posts as f64)).collect()
    };
    let values: Values = titles.iter().map(|(_, title)| of(title)).collect();
    let n = values.iter().map(Vec::len).max().unwrap_or(0);
    let end = time.floor(if step == MINUTE { MINUTE } else { STEP });
    let length = Span::from_millis(step.as_millis() * i64::try_from(n).unwrap_or(0));
    (end - length, values)
}

/// Where a measure was at each point of the history.
fn points(
    view: &CampaignView,
    titles: &[(usize, &TitleView)],
    measure: Measure,
) -> (Timestamp, Values) {
    let of = |title: &TitleView| {
        let points = view.history.series(&title.title, measure);
        points.into_iter().map(|point| point.map(shortest)).collect()
    };
    let start = view.history.start().unwrap_or(view.time.floor(STEP));
    (start, titles.iter().map(|(_, title)| of(title)).collect())
}

/// The number that is written as `point` is: a widened one shows digits that nobody measured.
fn shortest(point: f32) -> f64 {
    point.to_string().parse().unwrap_or(f64::from(point))
}

#[derive(Serialize)]
struct Premieres<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    series: Vec<Curve<'v>>,
}

#[derive(Serialize)]
struct Curve<'v> {
    title: &'v TitleId,
    name: &'v str,
    #[serde(serialize_with = "written::time")]
    premiere: Timestamp,
    values: &'v [u32],
}

/// Posts of each full hour since each title's premiere, the latest premieres first: of the titles
/// that were watched from theirs on, as those are that the median is of.
pub(super) fn premieres(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    let only = question.titles()?;
    let limit = question.number("limit", 1..=CURVES_MAX)?.unwrap_or(CURVES_USUAL);
    let form = question.form()?;
    question.end()?;
    for id in &only {
        title(view, id)?;
    }
    let is_asked =
        |title: &&TitleView| only.is_empty() || only.iter().any(|id| id == title.title.as_str());
    let curves = view.titles.iter().filter(is_asked).filter_map(|title| {
        Some(Curve {
            title: &title.title,
            name: &title.name,
            premiere: title.premiere?,
            values: title.since_premiere.as_ref()?.by_hour.as_ref()?,
        })
    });
    let mut series: Vec<_> = curves.collect();
    series.sort_by_key(|curve| Reverse(curve.premiere));
    series.truncate(limit);
    let shape = Premieres { campaign: &view.campaign, time: view.time, series };
    let columns = ["title", "name", "premiere", "hour", "posts"];
    Ok(form.tell(&file(view, "premieres"), &shape, columns, |table| {
        for curve in &shape.series {
            for (hour, posts) in (0_u32..).zip(curve.values) {
                table.text(curve.title.as_str()).text(curve.name).time(Some(curve.premiere));
                table.number(hour).number(posts).end();
            }
        }
    }))
}
