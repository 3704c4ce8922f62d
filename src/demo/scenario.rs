//! What happens in the week: how fast people write, about which title and in which language.
//!
//! Rates are straight lines between knots, times the hour of day of each language's readers.
//! What posts set off (shares, quotes, replies) comes on top, in [`Heat`].

use super::dice::Dice;
use super::model::{Language, Platform};
use super::names::{LAUNCHED, N_TITLES, RIVALS_WITH_A_BURST};
use crate::time::{Span, Timestamp};

/// The premiere, after the start of the week.
pub(super) const PREMIERE: Span = Span::from_hours(6);

/// Streams of posts: one a title, and one of chatter about none.
pub(super) const N_STREAMS: usize = N_TITLES + 1;
/// The stream of chatter.
pub(super) const CHATTER: usize = N_TITLES;

/// Minutes since the start of the week, and posts there in thousandths of the launch peak.
type Knots = &'static [(u16, u16)];

/// Trailer, premiere, clip, the nights after it, second episode, and the week's end.
const LAUNCH: Knots = &[
    (0, 10),
    (110, 10),
    (120, 45),
    (180, 15),
    (355, 25),
    (360, 60),
    (380, 520),
    (430, 600),
    (470, 480),
    (560, 180),
    (570, 420),
    (590, 300),
    (720, 120),
    (900, 70),
    (1440, 60),
    (1790, 90),
    (1800, 160),
    (1820, 560),
    (1880, 650),
    (1920, 400),
    (2040, 150),
    (2400, 70),
    (2880, 60),
    (10_080, 30),
];
/// A rival's anniversary, and news of another's cast when there is a day of history to tell by.
const RIVAL_BURSTS: [(usize, Knots); 2] = [
    (RIVALS_WITH_A_BURST[0], &[(1195, 0), (1205, 140), (1230, 120), (1290, 0)]),
    (RIVALS_WITH_A_BURST[1], &[(1920, 0), (1925, 300), (1970, 240), (2010, 0)]),
];
/// Each stream's steady share; the launched title's is in [`LAUNCH`].
const STEADY: [u16; N_STREAMS] = [0, 40, 50, 25, 20, 30, 15, 30, 40, 100];

/// How many of a post's kind it sets off on average; below 1, or it would never end.
const BRANCHING: f64 = 0.35;
/// How much of the heat is gone after a second: half of it in seven minutes.
const COOLING: f64 = 1.0 / 600.0;

/// Posts by hour of day, local time, in thousandths of the average.
const DAY: [u16; 24] = [
    600, 400, 280, 220, 220, 280, 450, 700, 900, 1000, 1050, 1150, 1300, 1200, 1100, 1100, 1150,
    1250, 1450, 1650, 1850, 1950, 1650, 1100,
];
/// Hours ahead of UTC, and share of posts, in the order of [`Language::ALL`].
const REGIONS: [(i64, f64); 7] =
    [(-5, 30.0), (9, 28.0), (-6, 14.0), (-3, 12.0), (7, 13.0), (1, 2.0), (9, 1.0)];
/// How first posts (not what they set off) spread over [`Platform::ALL`].
const PLATFORMS: [f64; 3] = [52.0, 24.0, 24.0];

/// The rates of one minute.
pub(super) struct Rates {
    /// First posts a second in each stream.
    pub(super) streams: [f64; N_STREAMS],
    languages: [f64; 7],
}

/// What earlier posts still set off: posts a second in each stream.
#[derive(Default)]
pub(super) struct Heat([f64; N_STREAMS]);

impl Rates {
    /// The rates at `now`, in a week that began at `start`, when the launch's peak holds
    /// `posts_per_hour`.
    pub(super) fn at(now: Timestamp, start: Timestamp, posts_per_hour: f64) -> Self {
        let languages = REGIONS.map(|(ahead, share)| share * by_day(now + Span::from_hours(ahead)));
        let awake = languages.iter().sum::<f64>() / REGIONS.iter().map(|r| r.1).sum::<f64>();
        let minutes = (now - start).as_secs_f64() / 60.0;
        let scale = posts_per_hour * (1.0 - BRANCHING) / 3600.0 / 1000.0;
        let mut streams = STEADY.map(|share| f64::from(share) * awake * scale);
        // People stay up for a premiere: half of the night's quiet is lifted.
        streams[LAUNCHED] = between(LAUNCH, minutes) * f64::midpoint(1.0, awake) * scale;
        for (rival, burst) in RIVAL_BURSTS {
            streams[rival] += between(burst, minutes) * scale;
        }
        Self { streams, languages }
    }

    /// The language of a first post.
    pub(super) fn language(&self, dice: &mut Dice) -> Language {
        Language::ALL[dice.weighted(&self.languages)]
    }
}

/// The platform of a first post.
pub(super) fn platform(dice: &mut Dice) -> Platform {
    Platform::ALL[dice.weighted(&PLATFORMS)]
}

impl Heat {
    /// Posts a second that earlier ones set off in `stream`.
    pub(super) fn of(&self, stream: usize) -> f64 {
        self.0[stream]
    }

    /// A second has passed in `stream`, with `posts` new ones.
    pub(super) fn second(&mut self, stream: usize, posts: u32) {
        if stream != CHATTER {
            let added = f64::from(posts) * BRANCHING * COOLING;
            self.0[stream] = (self.0[stream] + added) * (1.0 - COOLING);
        }
    }
}

/// The line between the knots around `minutes`; the end knots go on for ever.
fn between(knots: Knots, minutes: f64) -> f64 {
    let mut before = knots.first().copied().unwrap_or_default();
    for &knot in knots {
        let (from, to) = (f64::from(before.0), f64::from(knot.0));
        if minutes < to && to > from {
            let part = ((minutes - from) / (to - from)).max(0.0);
            return f64::from(before.1) + part * (f64::from(knot.1) - f64::from(before.1));
        }
        before = knot;
    }
    f64::from(before.1)
}

/// How awake people are at `local` time, 1 on average.
fn by_day(local: Timestamp) -> f64 {
    let minutes = local.slot(Span::from_minutes(1)).rem_euclid(24 * 60);
    let hour = usize::try_from(minutes / 60).unwrap_or(0);
    let part = (minutes % 60) as f64 / 60.0;
    let (here, next) = (f64::from(DAY[hour % 24]), f64::from(DAY[(hour + 1) % 24]));
    (here + part * (next - here)) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "knots and middles are exact")]
    fn rates_are_straight_lines_between_knots() {
        assert_eq!(between(LAUNCH, -5.0), 10.0);
        assert_eq!(between(LAUNCH, 115.0), 27.5);
        assert_eq!(between(LAUNCH, 430.0), 600.0);
        assert_eq!(between(LAUNCH, 99_999.0), 30.0);
        assert_eq!(between(RIVAL_BURSTS[0].1, 0.0), 0.0);
    }

    #[test]
    fn a_day_is_about_one_on_average() {
        let sum: f64 = (0..24).map(|hour| by_day(Timestamp::from_secs(hour * 3600))).sum();
        assert!((sum / 24.0 - 1.0).abs() < 0.01, "{}", sum / 24.0);
    }

    #[test]
    fn a_quiet_title_cools_down() {
        let mut heat = Heat::default();
        heat.second(0, 1000);
        let hot = heat.of(0);
        for _ in 0..600 {
            heat.second(0, 0);
        }
        assert!(heat.of(0) < hot / 2.0 && heat.of(0) > 0.0);
    }
}
