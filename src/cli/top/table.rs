//! The leaderboard as lines: a picture for people, in a given width, and rows for programs.

use std::fmt::Write;

use super::answer::{Board, Leaderboard, Row};
use super::width::{cut, pad, plain, width};
use crate::time::{Span, Timestamp};

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

/// Columns between two of the table.
const GAP: usize = 2;
/// A name is cut to so much before a column is left out, and shown up to so much.
const NAME_COLUMNS_MIN: usize = 16;
const NAME_COLUMNS_MAX: usize = 40;
/// How many bars a sparkline may have: what its sixty half hours can be parted in evenly.
const BARS: [usize; 4] = [60, 30, 20, 15];
/// From few posts to the title's most.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// An age of the windows' end that is worth a colour.
const OLD: Span = Span::from_minutes(5);

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Rank,
    Change,
    Title,
    Posts,
    Average,
    Share,
    Authors,
    Growth,
    Doubling,
    Reproduction,
    Copies,
    Badges,
    Episode,
    Spark,
}

/// As they stand, from left to right.
const COLUMNS: [Column; 14] = [
    Column::Rank,
    Column::Change,
    Column::Title,
    Column::Posts,
    Column::Average,
    Column::Share,
    Column::Authors,
    Column::Growth,
    Column::Doubling,
    Column::Reproduction,
    Column::Copies,
    Column::Badges,
    Column::Episode,
    Column::Spark,
];

/// Those that may be left out where there is no room, the first one first.
const SPARED: [Column; 11] = [
    Column::Copies,
    Column::Share,
    Column::Doubling,
    Column::Reproduction,
    Column::Spark,
    Column::Authors,
    Column::Average,
    Column::Episode,
    Column::Growth,
    Column::Change,
    Column::Rank,
];

impl Column {
    const fn header(self) -> &'static str {
        match self {
            Self::Rank => "#",
            Self::Change => "±",
            Self::Title => "title",
            Self::Posts => "posts",
            Self::Average => "× avg",
            Self::Share => "share",
            Self::Authors => "authors",
            Self::Growth => "growth/h",
            Self::Doubling => "×2 ÷2 in",
            Self::Reproduction => "R",
            Self::Copies => "copies",
            Self::Badges => "",
            Self::Episode => "episode",
            Self::Spark => "30 h",
        }
    }

    const fn is_right(self) -> bool {
        !matches!(self, Self::Title | Self::Badges | Self::Episode | Self::Spark | Self::Change)
    }

    /// The cell of a title; a sparkline is drawn once its width is known.
    fn cell(self, row: &Row, time: Timestamp) -> String {
        match self {
            Self::Rank => row.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            Self::Change => change(row),
            Self::Title => plain(&row.name),
            Self::Posts => grouped(row.posts),
            Self::Average => told(row.average_ratio, |ratio| format!("{ratio:.1}")),
            Self::Share => told(row.share_of_voice, percent),
            Self::Authors => row.authors.map(grouped).unwrap_or_default(),
            Self::Growth => told(row.growth_per_hour, growth),
            Self::Doubling => match (&row.doubling_seconds, &row.half_life_seconds) {
                (Some(doubling), _) => format!("×2 {}", length(doubling.value)),
                (None, Some(half_life)) => format!("÷2 {}", length(half_life.value)),
                (None, None) => String::new(),
            },
            Self::Reproduction => told(row.reproduction.map(|r| r.value), |r| format!("{r:.2}")),
            Self::Copies => told(row.copies, percent),
            Self::Badges => badges(row),
            Self::Episode => episode(row, time),
            Self::Spark => String::new(),
        }
    }

    /// The colour of a cell.
    fn colour(self, row: &Row, cell: &str) -> &'static str {
        match self {
            Self::Change if cell.starts_with('▲') => GREEN,
            Self::Change if cell.starts_with('▼') => RED,
            Self::Change | Self::Episode | Self::Spark => DIM,
            Self::Title if row.bursting || row.surging => BOLD,
            Self::Badges if row.bursting => RED,
            Self::Badges if row.surging => YELLOW,
            Self::Badges => GREEN,
            _ => "",
        }
    }
}

fn told(value: Option<f64>, tell: impl Fn(f64) -> String) -> String {
    value.filter(|value| value.is_finite()).map(tell).unwrap_or_default()
}

fn change(row: &Row) -> String {
    match (row.rank, row.rank_before) {
        (Some(now), Some(before)) if now < before => format!("▲{}", before - now),
        (Some(now), Some(before)) if now > before => format!("▼{}", now - before),
        (Some(_), None) => "new".to_owned(),
        _ => String::new(),
    }
}

fn badges(row: &Row) -> String {
    let all = [(row.bursting, "BURST"), (row.surging, "SURGE"), (row.on_air, "ON AIR")];
    let shown: Vec<_> = all.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    shown.join(" ")
}

/// The nearer of the next episode and the latest.
fn episode(row: &Row, time: Timestamp) -> String {
    let next = row.next_episode.map(|next| (next - time).as_secs_f64());
    let latest = row.latest_episode.map(|latest| (time - latest).as_secs_f64());
    match (next, latest) {
        (Some(next), Some(latest)) if latest < next => format!("{} ago", length(latest)),
        (Some(next), _) => format!("in {}", length(next)),
        (None, Some(latest)) => format!("{} ago", length(latest)),
        (None, None) => String::new(),
    }
}

/// A share from 0 to 1.
fn percent(share: f64) -> String {
    if share < 0.1 { format!("{:.1}%", share * 100.0) } else { format!("{:.0}%", share * 100.0) }
}

/// Logarithmic growth an hour as the part by which posts grow in it.
fn growth(rate: f64) -> String {
    let part = rate.exp_m1() * 100.0;
    if part < 1000.0 { format!("{part:+.0}%") } else { format!("×{:.0}", rate.exp()) }
}

/// Seconds in the two largest units that say something.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; a negative length is none"
)]
fn length(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => format!("{seconds:.0}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, minutes) => format!("{hours}h{minutes:02}m"),
        (days, hours, _) => format!("{days}d{hours:02}h"),
    }
}

/// With a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// So many bars, as high as the title's highest is a whole block.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; of nothing at all there is no highest"
)]
fn sparkline(counts: &[Option<u64>], bars: usize) -> String {
    let each = counts.len().div_ceil(bars.max(1)).max(1);
    let sum = |part: &[Option<u64>]| part.iter().flatten().map(|posts| *posts as f64).sum::<f64>();
    let bars: Vec<f64> = counts.chunks(each).map(sum).collect();
    let most = bars.iter().copied().fold(0.0, f64::max);
    let block = |posts: &f64| {
        let height = (posts / most * BLOCKS.len() as f64) as usize;
        if *posts > 0.0 { BLOCKS[height.clamp(1, BLOCKS.len()) - 1] } else { ' ' }
    };
    bars.iter().map(block).collect()
}

/// Which columns there is room for, and how wide each is.
fn fitted(leaderboard: &Leaderboard, columns_max: usize) -> Vec<(Column, usize)> {
    let natural = |column: Column| {
        let cells = leaderboard.rows.iter().map(|row| width(&column.cell(row, leaderboard.time)));
        cells.chain([width(column.header())]).max().unwrap_or_default()
    };
    let mut columns: Vec<_> = COLUMNS.iter().map(|column| (*column, natural(*column))).collect();
    columns.retain(|(_, width)| *width > 0);
    let name = natural(Column::Title);
    set(&mut columns, Column::Title, name.min(NAME_COLUMNS_MIN));
    let spark = BARS[BARS.len() - 1];
    set(&mut columns, Column::Spark, spark);
    for spared in SPARED {
        if total(&columns) <= columns_max {
            break;
        }
        columns.retain(|(column, _)| *column != spared);
    }
    let mut room = columns_max.saturating_sub(total(&columns));
    let longer = name.min(NAME_COLUMNS_MAX).saturating_sub(NAME_COLUMNS_MIN).min(room);
    set(&mut columns, Column::Title, name.min(NAME_COLUMNS_MIN) + longer);
    room -= longer;
    let bars = BARS.iter().find(|bars| **bars <= spark + room).unwrap_or(&spark);
    set(&mut columns, Column::Spark, *bars);
    columns
}

fn set(columns: &mut [(Column, usize)], which: Column, width: usize) {
    for (_, old) in columns.iter_mut().filter(|(column, _)| *column == which) {
        *old = width;
    }
}

fn total(columns: &[(Column, usize)]) -> usize {
    columns.iter().map(|(_, width)| width + GAP).sum::<usize>().saturating_sub(GAP)
}

/// The picture: what and as of when, whether to believe it, and the titles, as lines that each take
/// at most so many columns.
pub(super) fn picture(board: &Board, columns_max: usize) -> Vec<String> {
    let leaderboard = &board.leaderboard;
    let mut lines = head(board, columns_max);
    lines.push(String::new());
    let columns = fitted(leaderboard, columns_max);
    let gap = " ".repeat(GAP);
    let header: Vec<_> = columns
        .iter()
        .map(|(column, width)| pad(column.header(), *width, column.is_right()))
        .collect();
    lines.push(format!("{DIM}{}{RESET}", cut(header.join(&gap).trim_end(), columns_max)));
    for row in &leaderboard.rows {
        let cells = columns.iter().map(|(column, width)| {
            let cell = match column {
                Column::Spark => sparkline(&row.sparkline, *width),
                column => column.cell(row, leaderboard.time),
            };
            let padded = pad(&cell, *width, column.is_right());
            // What a colour encloses is not trimmed at the line's end.
            let (text, space) = padded.split_at(padded.trim_end().len());
            coloured(text, column.colour(row, &cell)) + space
        });
        lines.push(cells.collect::<Vec<_>>().join(&gap).trim_end().to_owned());
    }
    let more = leaderboard.total.saturating_sub(leaderboard.rows.len() as u64);
    if more > 0 {
        lines.push(coloured(&cut(&format!("and {more} more: --rows"), columns_max), DIM));
    }
    lines
}

fn coloured(text: &str, colour: &str) -> String {
    if colour.is_empty() || text.is_empty() {
        text.to_owned()
    } else {
        format!("{colour}{text}{RESET}")
    }
}

/// The campaign and its T, and how the feeds are.
fn head(board: &Board, columns_max: usize) -> Vec<String> {
    let Leaderboard { name, time, now, window, .. } = &board.leaderboard;
    let age = *now - *time;
    let what = format!("{}, {} to {}", plain(name), plain(window), clock_time(*time));
    let what = cut(&what, columns_max);
    let old = format!(" ({} old)", length(age.as_secs_f64().max(0.0)));
    let old = cut(&old, columns_max - width(&what));
    let old = coloured(&old, if age > OLD { YELLOW } else { DIM });
    let (health, is_well) = health(board);
    let health = cut(&health, columns_max);
    vec![format!("{BOLD}{what}{RESET}{old}"), coloured(&health, if is_well { DIM } else { RED })]
}

/// `2026-02-06 12:00:00 UTC`.
fn clock_time(time: Timestamp) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", clock.get(..8).unwrap_or(clock))
}

/// Whether to believe the numbers, in words.
fn health(board: &Board) -> (String, bool) {
    let health = &board.health;
    let stalled: Vec<_> = health.feeds.iter().filter(|feed| feed.stalled).collect();
    let letters: u64 = health.dead_letters.values().sum();
    let mut said =
        String::from(if health.ready { "ready" } else { "not ready: numbers still grow" });
    match (health.feeds.len(), stalled.first()) {
        (0, _) => {}
        (all, None) => _ = write!(said, ", {all} feed partitions flow"),
        (all, Some(first)) => {
            let (n, topic, partition) = (stalled.len(), plain(&first.topic), first.partition);
            _ = write!(said, ", {n} of {all} feed partitions stalled: {topic}/{partition}");
        }
    }
    if letters > 0 {
        _ = write!(said, ", {} dead letters", grouped(letters));
    }
    (said, health.ready && stalled.is_empty())
}

/// The names of the fields of [`rows`].
pub(super) const FIELDS: &str = "time\tcampaign\twindow\ttitle\tname\trank\trank_before\tposts\taverage_ratio\tshare_of_voice\tauthors\tgrowth_per_hour\tdoubling_seconds\thalf_life_seconds\treproduction\tcopies\tbursting\tsurging\ton_air\tlatest_episode\tnext_episode";

/// A line a title, for programs: the API's numbers between tabs, nothing where one is undefined.
pub(super) fn rows(board: &Board) -> Vec<String> {
    let leaderboard = &board.leaderboard;
    let same =
        [leaderboard.time.to_string(), plain(&leaderboard.campaign), plain(&leaderboard.window)];
    leaderboard.rows.iter().map(|row| [same.join("\t"), fields(row)].join("\t")).collect()
}

fn fields(row: &Row) -> String {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let count = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let when = |value: Option<Timestamp>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        plain(&row.title),
        plain(&row.name),
        count(row.rank),
        count(row.rank_before),
        row.posts.to_string(),
        number(row.average_ratio),
        number(row.share_of_voice),
        count(row.authors),
        number(row.growth_per_hour),
        number(row.doubling_seconds.map(|doubling| doubling.value)),
        number(row.half_life_seconds.map(|half_life| half_life.value)),
        number(row.reproduction.map(|reproduction| reproduction.value)),
        number(row.copies),
        u8::from(row.bursting).to_string(),
        u8::from(row.surging).to_string(),
        u8::from(row.on_air).to_string(),
        when(row.latest_episode),
        when(row.next_episode),
    ]
    .join("\t")
}

#[cfg(test)]
mod tests;
