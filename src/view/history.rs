//! Where measures were: a point each five minutes of event time, kept in memory for a day. It
//! begins with the process; posts by minute do not need it, for the fold keeps them.
//!
//! A point never changes once it is made, so a board shares those of the board before it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{TitleView, WindowShape};
use crate::campaign::TitleId;
use crate::time::{Span, Timestamp};

/// The distance of two points.
pub const STEP: Span = Span::from_minutes(5);
/// How many points are kept.
pub const POINTS_KEPT: usize = 288;
/// How long that is.
const KEPT: Span = Span::from_days(1);

/// What is kept, all of one hour unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Distinct authors.
    Authors,
    /// Share of voice.
    ShareOfVoice,
    /// Growth an hour.
    Growth,
    /// The reproduction number.
    Reproduction,
    /// The burst score.
    BurstScore,
    /// The part of copies.
    Copies,
    /// Place by posts.
    Rank,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Authors,
        Self::ShareOfVoice,
        Self::Growth,
        Self::Reproduction,
        Self::BurstScore,
        Self::Copies,
        Self::Rank,
    ];

    /// Its name in the API.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authors => "authors",
            Self::ShareOfVoice => "share_of_voice",
            Self::Growth => "growth_per_hour",
            Self::Reproduction => "reproduction",
            Self::BurstScore => "burst_score",
            Self::Copies => "copies",
            Self::Rank => "rank",
        }
    }
}

/// The points of every title of a campaign, as far back as [`POINTS_KEPT`] of them reach. Where T
/// leapt over one there is a gap.
///
/// Memory: 28 bytes a title and point, 16 MB for a day of 2,000 titles (`cargo bench --bench page`);
/// the board before has no more of its own than the point that left.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Oldest first, each in five minutes of its own.
    points: VecDeque<Arc<Point>>,
}

/// What every title had at one point.
#[derive(Debug)]
struct Point {
    /// The start of the five minutes within which its values were first seen.
    time: Timestamp,
    /// In order; the same as those of the point before, mostly.
    titles: Arc<[TitleId]>,
    /// By title; no number where there was none.
    values: Box<[[f32; Measure::ALL.len()]]>,
}

impl History {
    /// Takes what titles have at T, unless there is a point of these five minutes already.
    pub(super) fn take(&mut self, time: Timestamp, windows: &[WindowShape], titles: &[TitleView]) {
        let time = time.floor(STEP);
        if self.points.back().is_some_and(|last| last.time >= time) {
            return;
        }
        let hour = windows.iter().position(|window| window.seconds == Span::from_hours(1));
        let mut rows: Vec<_> =
            titles.iter().map(|title| (&title.title, values(title, hour))).collect();
        rows.sort_by_key(|(title, _)| *title);
        let before = self.points.back().map(|last| Arc::clone(&last.titles));
        let is_same =
            |known: &Arc<[TitleId]>| known.iter().eq(rows.iter().map(|(title, _)| *title));
        let known = before.filter(is_same);
        let titles =
            known.unwrap_or_else(|| rows.iter().map(|(title, _)| (*title).clone()).collect());
        let values = rows.into_iter().map(|(_, values)| values).collect();
        self.points.push_back(Arc::new(Point { time, titles, values }));
        while self.points.front().is_some_and(|first| time - first.time >= KEPT) {
            self.points.pop_front();
        }
    }

    /// When the oldest point was; `None` before the first.
    pub fn start(&self) -> Option<Timestamp> {
        Some(self.points.front()?.time)
    }

    /// What a title had at each [`STEP`] from the [`start`](Self::start) on, the newest point last;
    /// `None` where it was undefined or there is no point.
    pub fn series(&self, title: &TitleId, measure: Measure) -> Vec<Option<f32>> {
        let (Some(start), Some(last)) = (self.start(), self.points.back()) else {
            return Vec::new();
        };
        let place = |time: Timestamp| usize::try_from((time - start).steps(STEP)).unwrap_or(0);
        let mut series = vec![None; place(last.time) + 1];
        for point in &self.points {
            if let Some(there) = series.get_mut(place(point.time)) {
                *there = point.value(title, measure);
            }
        }
        series
    }

    /// Bytes that its points take, without the titles' ids.
    pub fn memory(&self) -> usize {
        self.points.iter().map(|point| size_of::<Point>() + size_of_val(&*point.values)).sum()
    }
}

impl Point {
    fn value(&self, title: &TitleId, measure: Measure) -> Option<f32> {
        let place = self.titles.binary_search(title).ok()?;
        let value = *self.values.get(place)?.get(measure as usize)?;
        (!value.is_nan()).then_some(value)
    }
}

/// A title's values in the order of [`Measure::ALL`]; `hour` is the place of the window of one.
#[expect(clippy::cast_possible_truncation, reason = "what is drawn needs no more digits")]
fn values(title: &TitleView, hour: Option<usize>) -> [f32; Measure::ALL.len()] {
    let over = hour.and_then(|hour| title.windows.get(hour));
    let value = |measure| match measure {
        Measure::Authors => over?.authors.map(|n| n as f64),
        Measure::ShareOfVoice => over?.share_of_voice,
        Measure::Growth => over?.growth_per_hour,
        Measure::Reproduction => title.reproduction.map(|r| r.value),
        Measure::BurstScore => title.burst_score,
        Measure::Copies => over?.copies,
        Measure::Rank => over?.rank.map(|n| n as f64),
    };
    Measure::ALL.map(|measure| value(measure).map_or(f32::NAN, |value| value as f32))
}
