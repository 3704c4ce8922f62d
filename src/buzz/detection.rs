//! Bursts and surges: each boundary is scored once, for every title, and never again.
//!
//! A boundary `b` is scored when T and every feed partition that T waits for have come to b + 1 min:
//! T leaves out a stalled one, whose posts are missing until it is back and has brought them. What
//! found a turn is a record with evidence. Records are part of the state for [`BURSTS_KEPT`] of
//! event time, an onset for as long as what it began lasts and its end is kept: who begins from a
//! snapshot is given them again, so that none is lost with an owner that had not yet written it;
//! they have the same keys then.

use std::collections::BTreeSet;

use super::Buzz;
use super::seats::{Seat, Seats};
use crate::campaign::TitleId;
use crate::post::Platform;
use crate::record::SCHEMA_VERSION;
use crate::record::burst::{BurstRecord, Detector, Phase};
use crate::record::config::FoldConfig;
use crate::time::{Span, Timestamp};
use crate::virality::burst::Burst;
use crate::virality::turn::{BOUNDARY, N_COUNTS, Turn};

/// So long after a boundary its posts have come.
const SETTLED: Span = Span::from_minutes(1);

/// A partition further behind T than this does not hold a boundary back any more: minutes are kept
/// 31 h, and 25 h of them are read.
pub(super) const STALL_WAIT_MAX: Span = Span::from_hours(5);

/// When T leaps further than this, the boundaries before are passed over: there were no posts to
/// find anything in.
pub(super) const LEAP_MAX: Span = Span::from_days(31);

/// How long found records are part of the state, in event time; an onset no shorter than its end.
pub(super) const BURSTS_KEPT: Span = Span::from_hours(24);

/// The most records that are kept, and the most that wait to be taken; beyond, the oldest go.
pub(super) const BURSTS_MAX: usize = 10_000;

impl Buzz {
    /// Moves the windows to end at `to`, in steps that score each boundary when it is due: then the
    /// windows hold its evidence, and no minute is lost.
    pub(super) fn advance(&mut self, to: Timestamp) {
        self.boundary = self.boundary.map(|next| next.max((to - LEAP_MAX).floor(BOUNDARY)));
        loop {
            let due = self.boundary.map(|next| self.due(next)).max(self.shown);
            let stop = due.map_or(to, |due| to.min(due));
            self.advance_windows(stop);
            self.score_boundaries();
            if stop >= to {
                return;
            }
        }
    }

    /// The T at which a boundary is scored, as far as the feeds have come.
    fn due(&self, boundary: Timestamp) -> Timestamp {
        let settled = self.config.as_ref().and_then(|config| self.clocks.settled(config));
        let is_settled = settled.is_some_and(|settled| boundary + SETTLED <= settled);
        boundary + if is_settled { SETTLED } else { STALL_WAIT_MAX }
    }

    /// Scores every boundary that is due.
    pub(super) fn score_boundaries(&mut self) {
        let Some(time) = self.shown else { return };
        let first = self.boundary.unwrap_or(time.floor(BOUNDARY) + BOUNDARY);
        let mut next = first;
        while self.due(next) <= time {
            self.score(next);
            next = next + BOUNDARY;
        }
        self.boundary = Some(next);
        if next > first {
            self.forget_bursts(next - BURSTS_KEPT);
        }
    }

    /// Forgets the records found before `begin`, save the onsets of what lasts or has ended since.
    fn forget_bursts(&mut self, begin: Timestamp) {
        let is_old = |record: &BurstRecord| record.at < begin;
        if !self.bursts.front().is_some_and(is_old) {
            return;
        }
        let id = |record: &BurstRecord| (record.title.clone(), record.detector, record.onset);
        let ends = self.bursts.iter().filter(|record| record.phase == Phase::End);
        let ended: BTreeSet<_> = ends.filter(|record| !is_old(record)).map(id).collect();
        let Self { bursts, seats, .. } = self;
        bursts.retain(|record| {
            let begins = record.phase == Phase::Onset;
            !is_old(record) || begins && (ended.contains(&id(record)) || lasts(seats, record))
        });
    }

    fn score(&mut self, boundary: Timestamp) {
        let Self { config: Some(config), seats, .. } = self else { return };
        let mut turns = Vec::new();
        for title in &config.titles {
            let Some(seat) = seats.number(title).and_then(|number| seats.get_mut(number)) else {
                continue;
            };
            let posts = counts(seat, config, boundary);
            let history = seat.history.map_or(Span::ZERO, |start| boundary - start);
            let burst = seat.burst.step(boundary, history, &posts);
            let surge = seat.surge.step(boundary, history, &posts);
            let found = [(Detector::Burst, burst), (Detector::Surge, surge)];
            for (detector, turn) in found {
                turns.extend(turn.map(|turn| (title.clone(), detector, turn, hour(&posts))));
            }
        }
        for (title, detector, turn, posts) in turns {
            self.found(boundary, &title, detector, turn, posts);
        }
    }

    fn found(
        &mut self,
        boundary: Timestamp,
        title: &TitleId,
        detector: Detector,
        turn: Turn,
        posts: u64,
    ) {
        let (Some(config), Some(seat)) = (&self.config, self.seats.of(title)) else { return };
        let (phase, onset) = match turn {
            Turn::Onset => (Phase::Onset, boundary),
            Turn::End { onset } => (Phase::End, onset),
        };
        let of_burst = (detector == Detector::Burst).then_some(&seat.burst);
        let record = BurstRecord {
            v: SCHEMA_VERSION,
            campaign: self.campaign.clone(),
            revision: config.revision.clone(),
            title: title.clone(),
            detector,
            phase,
            onset,
            at: boundary,
            score: of_burst.and_then(Burst::score),
            posts,
            expected_posts: of_burst.and_then(Burst::expected_posts),
            evidence: self.evidence(&seat.windows),
        };
        for list in [&mut self.bursts, &mut self.untaken] {
            list.push_back(record.clone());
            if list.len() > BURSTS_MAX {
                list.pop_front();
            }
        }
    }

    /// The onsets and ends found since this was last called, and at first those that the state was
    /// restored with. To be written to the bursts topic at each page, from when the log has been
    /// caught up with; what was found while catching up is among them, because whoever found it
    /// before may not have written it.
    pub fn take_bursts(&mut self) -> Vec<BurstRecord> {
        std::mem::take(&mut self.untaken).into()
    }
}

/// Whether what the onset began is not over.
fn lasts(seats: &Seats, record: &BurstRecord) -> bool {
    let onset = seats.of(&record.title).and_then(|seat| match record.detector {
        Detector::Burst => seat.burst.onset(),
        Detector::Surge => seat.surge.onset(),
    });
    onset == Some(record.onset)
}

/// Posts of each of the 5 minutes before `boundary`, newest first, on all platforms that come in
/// time.
fn counts(seat: &Seat, config: &FoldConfig, boundary: Timestamp) -> Vec<u64> {
    let mut posts = vec![0_u64; N_COUNTS];
    for platform in Platform::ALL {
        let is_delayed = config.delays.get(&platform).is_some_and(|delay| *delay > Span::ZERO);
        if let Some(minutes) = seat.windows.minutes(platform).filter(|_| !is_delayed) {
            let of_platform = minutes.newest_first(boundary, N_COUNTS, BOUNDARY);
            for (all, of_platform) in posts.iter_mut().zip(of_platform) {
                *all = all.saturating_add(of_platform);
            }
        }
    }
    posts
}

fn hour(posts: &[u64]) -> u64 {
    let boundaries = usize::try_from(Span::from_hours(1).steps(BOUNDARY)).unwrap_or_default();
    posts.iter().take(boundaries).fold(0, |sum, posts| sum.saturating_add(*posts))
}
