//! What is asked: a query whose every parameter is known and makes sense, or a refusal.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::Query;
use axum::http::Uri;
use jiff::tz::TimeZone;

use super::answer::Refusal;
use crate::view::{CampaignView, TitleView, WindowShape};

/// How many rows there are unless the query says.
const ROWS_USUAL: usize = 50;
/// The most rows of one answer.
const ROWS_MAX: usize = 500;
/// The most titles of one comparison.
pub(super) const TITLES_MAX: usize = 10;
/// The window unless the query says, if the campaign has it.
const WINDOW_USUAL: &str = "1h";

/// A request's path and query; what the query has is taken out piece by piece.
#[derive(Debug)]
pub(super) struct Question {
    /// The path and the query as they came: equal ones have equal answers.
    pub(super) asked: String,
    /// The title that the path names, if it does.
    pub(super) title: String,
    given: Vec<(String, String)>,
    /// The parameters that were looked for.
    known: Vec<&'static str>,
}

/// The rows asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    limit: usize,
    offset: usize,
}

/// The form asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON, times in UTC.
    Json,
    /// CSV, times in this zone.
    Csv(TimeZone),
}

impl Question {
    /// The query of `uri`, about `title` if it is not empty.
    pub(super) fn of(uri: &Uri, title: &str) -> Result<Self, Refusal> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let Query(given) = query.map_err(|error| Refusal::NoQuery(error.to_string()))?;
        let (asked, title) = (uri.to_string(), title.to_owned());
        Ok(Self { asked, title, given, known: Vec::new() })
    }

    /// Takes the only value of `name`.
    pub(super) fn one(&mut self, name: &'static str) -> Result<Option<String>, Refusal> {
        let mut all = self.all(name);
        match all.len() {
            0 | 1 => Ok(all.pop()),
            _ => Err(Refusal::Twice(name)),
        }
    }

    /// Takes every value of `name`.
    pub(super) fn all(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        self.given.extract_if(.., |(key, _)| key == name).map(|(_, value)| value).collect()
    }

    /// Takes `limit` and `offset`.
    pub(super) fn rows(&mut self) -> Result<Rows, Refusal> {
        let limit = self.number("limit", 1..=ROWS_MAX)?.unwrap_or(ROWS_USUAL);
        let offset = self.number("offset", 0..=usize::MAX)?.unwrap_or(0);
        Ok(Rows { limit, offset })
    }

    /// Takes every `title`, of which a few are allowed.
    pub(super) fn titles(&mut self) -> Result<Vec<String>, Refusal> {
        let titles = self.all("title");
        if titles.len() > TITLES_MAX {
            return Err(Refusal::TooMany { name: "title", n: titles.len(), most: TITLES_MAX });
        }
        Ok(titles)
    }

    /// Takes a whole number.
    pub(super) fn number<N>(
        &mut self,
        name: &'static str,
        allowed: RangeInclusive<N>,
    ) -> Result<Option<N>, Refusal>
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let number = text.parse().ok().filter(|number| allowed.contains(number));
        let expected = || format!("a whole number from {} to {}", allowed.start(), allowed.end());
        number.map(Some).ok_or_else(|| Refusal::bad(name, &text, expected()))
    }

    /// Takes `window`: one of the campaign's.
    pub(super) fn window<'v>(&mut self, view: &'v CampaignView) -> Result<&'v str, Refusal> {
        let asked = self.one("window")?;
        let find = |label: &str| view.windows.iter().find(|shape| &*shape.window == label);
        let found = match &asked {
            Some(label) => find(label),
            None => find(WINDOW_USUAL).or(view.windows.last()),
        };
        let labels = view.windows.iter().map(|shape: &WindowShape| &*shape.window);
        found.map(|shape| &*shape.window).ok_or_else(|| {
            let labels = labels.collect::<Vec<_>>().join(", ");
            Refusal::bad("window", &asked.unwrap_or_default(), format!("one of {labels}"))
        })
    }

    /// Takes `format` and `tz`.
    pub(super) fn form(&mut self) -> Result<Form, Refusal> {
        let (format, zone) = (self.one("format")?, self.one("tz")?);
        match (format.as_deref(), zone) {
            (None | Some("json"), None) => Ok(Form::Json),
            (None | Some("json"), Some(_)) => Err(Refusal::ZoneOfJson),
            (Some("csv"), None) => Ok(Form::Csv(TimeZone::UTC)),
            (Some("csv"), Some(name)) => TimeZone::get(&name).map(Form::Csv).map_err(|_| {
                Refusal::bad("tz", &name, "an IANA time zone, such as Asia/Seoul".to_owned())
            }),
            (Some(other), _) => Err(Refusal::bad("format", other, "json or csv".to_owned())),
        }
    }

    /// Refuses what is left: nobody looked for it.
    pub(super) fn end(&self) -> Result<(), Refusal> {
        let Some((name, _)) = self.given.first() else { return Ok(()) };
        Err(Refusal::unknown_parameter(name, &self.known))
    }
}

/// A title of the campaign by its id, and its place.
pub(super) fn title<'v>(
    view: &'v CampaignView,
    id: &str,
) -> Result<(usize, &'v TitleView), Refusal> {
    let known = || view.titles.iter().map(|title| title.title.as_str());
    view.title(id).ok_or_else(|| Refusal::no_title(id, view.campaign.as_str(), known()))
}

impl Rows {
    /// The rows of `all` that were asked for.
    pub(super) fn of<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.offset).take(self.limit).collect()
    }
}
