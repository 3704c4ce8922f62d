//! When a title is shown: its premiere, and its episodes by a rule or one by one.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::super::raw::{Moment, Table, Value};
use super::super::rule::Rule;
use super::limit::{BREAKS_MAX, EPISODE_LENGTH, EPISODES_MAX};
use crate::campaign::Episode;
use crate::time::{Span, Timestamp};

/// Weekdays as campaign files call them.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Reads `premiere` and `episodes` of a title. The first of episodes that are listed is the
/// premiere where nothing else is said.
pub(super) fn read(table: &mut Table<'_>) -> (Option<Timestamp>, Vec<Episode>) {
    let said = table.may_have("premiere");
    let premiere = table.optional("premiere", Value::moment);
    let episodes = table.optional("episodes", |value| {
        if value.is_list() {
            listed(value, premiere)
        } else if !value.is_table() {
            value.wrong_type("expected a list of episodes, or a table with `count` and `length`");
            None
        } else if !said {
            let expected = "expected `premiere` above `episodes`: the first is on then";
            value.fault(Rule::MissingKey, "`premiere` is missing".to_owned(), expected);
            None
        } else {
            value.table(|table| by_rule(table, value, premiere))
        }
    });
    let episodes = episodes.unwrap_or_default();
    let first = episodes.first().map(|first| first.air);
    (premiere.map(|premiere| premiere.time).or(first), episodes)
}

/// Episodes one by one.
fn listed(value: Value<'_>, premiere: Option<Moment>) -> Option<Vec<Episode>> {
    let mut earliest = premiere.map(|premiere| (premiere.time, "the premiere"));
    value.some_of(EPISODES_MAX, |value| {
        let episode = value.table(|table| {
            let air = table.required("air", Value::moment);
            let length = table.required("length", |value| value.duration(EPISODE_LENGTH));
            Some(Episode { air: air?.time, length: length? })
        })??;
        if let Some((earliest, what)) = earliest.filter(|(earliest, _)| episode.air < *earliest) {
            let message = format!("an episode begins before {what}");
            let expected = format!("expected {earliest} or later, in order of time");
            value.fault(Rule::BadSchedule, message, expected);
        }
        earliest = Some((episode.air + episode.length, "the one above it ends"));
        Some(episode)
    })
}

/// Episodes at the premiere's time of day on some weekdays; without any, one behind the other from
/// the premiere on.
fn by_rule(table: &mut Table<'_>, value: Value<'_>, premiere: Option<Moment>) -> Vec<Episode> {
    let says_every = table.has("every");
    let every = table.optional("every", |value| Some((value, weekdays(value)?)));
    let count = table.required("count", |value| value.number(1..=EPISODES_MAX));
    let length = table.required("length", |value| value.duration(EPISODE_LENGTH));
    let breaks = table
        .optional("except", |value| value.some_of(BREAKS_MAX, |value| Some((value, value.day()?))));
    let (Some(premiere), Some(count), Some(length)) = (premiere, count, length) else {
        return Vec::new();
    };
    let Some((place, every)) = every else {
        if says_every {
            return Vec::new();
        }
        if let Some((value, _)) = breaks.iter().flatten().next() {
            let message = "`except` has no use without `every`".to_owned();
            value.fault(Rule::BadSchedule, message, "expected `every` beside it");
        }
        return one_behind_the_other(premiere.time, count, length);
    };
    if !every.contains(&premiere.day().weekday()) {
        let day = name(premiere.day().weekday());
        let message = format!("the premiere is on a `{day}` by its own clock");
        let expected = format!("expected `{day}` among them, or a list of `episodes`");
        place.fault(Rule::BadSchedule, message, expected);
        return Vec::new();
    }
    let breaks = breaks.unwrap_or_default();
    let days = days(premiere.day(), &every, count, &breaks);
    let air = |day| Some(Episode { air: premiere.on(day)?.time, length });
    let episodes: Vec<Episode> = days.into_iter().filter_map(air).collect();
    if episodes.len() < count {
        let message = "the last episodes are beyond the calendar".to_owned();
        value.fault(Rule::OutOfRange, message, "expected an earlier premiere");
    }
    episodes
}

fn one_behind_the_other(premiere: Timestamp, count: usize, length: Span) -> Vec<Episode> {
    let mut air = premiere;
    let mut next = || {
        let episode = Episode { air, length };
        air = air + length;
        episode
    };
    (0..count).map(|_| next()).collect()
}

/// The days of `count` episodes from `first` on; reports breaks on which there would be none.
fn days(first: Date, every: &[Weekday], count: usize, breaks: &[(Value<'_>, Date)]) -> Vec<Date> {
    let mut breaks_left: BTreeSet<Date> = breaks.iter().map(|(_, day)| *day).collect();
    // The premiere is no break.
    let is_break = |day: Date, left: &mut BTreeSet<Date>| day != first && left.remove(&day);
    // Each week has a day of `every`, so this ends even without the calendar's end.
    let days: Vec<Date> = first
        .series(jiff::Span::new().days(1))
        .filter(|day| every.contains(&day.weekday()))
        .filter(|day| !is_break(*day, &mut breaks_left))
        .take(count)
        .collect();
    for (value, day) in breaks.iter().filter(|(_, day)| breaks_left.contains(day)) {
        let message = format!("no episode behind the first would be on {day}");
        value.fault(Rule::BadSchedule, message, "expected a day of `every` before the last one");
    }
    days
}

fn weekdays(value: Value<'_>) -> Option<Vec<Weekday>> {
    let days = value.some_of(WEEKDAYS.len(), |value| Some(value.one_of("weekday", WEEKDAYS)));
    // Of days one of which is mistaken nothing can be said.
    days?.into_iter().collect()
}

fn name(weekday: Weekday) -> &'static str {
    let found = WEEKDAYS.into_iter().find(|(_, day)| *day == weekday);
    found.map_or("", |(name, _)| name)
}
