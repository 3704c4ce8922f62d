//! Simulated posts by 5 min with events of known onset, and what the detectors make of them.

#![allow(dead_code, reason = "the driver and the tests take what each needs")]

pub(crate) mod chance;
pub(crate) mod found;

use chance::Chance;

/// Boundaries to an hour, a day and a week.
pub(crate) const HOUR: usize = 12;
pub(crate) const DAY: usize = 24 * HOUR;
pub(crate) const WEEK: usize = 7 * DAY;

/// How the counts scatter around their rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Noise {
    /// Negative binomial, its variance twice its mean, and a rate that wanders by a tenth.
    NegativeBinomial,
    /// Half of the posts are drawn by others, 15 min later on average: in an hour the variance is
    /// near four times the mean.
    SelfExciting,
}

/// What happens to a title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scenario {
    /// Nothing, all day the same.
    Steady,
    /// Nothing but day and night, four to one.
    DayNight,
    /// The same in the first two days that the title is tracked.
    New,
    /// After so long, at any hour: doubles every 30 min for 4 h and fades with a half-life of 6 h.
    Launch {
        /// Boundaries before it, at least.
        after: usize,
        /// Whether there are day and night, too.
        day_night: bool,
    },
    /// No post for 2 days, then at once as many as the size says, doubling as above.
    LaunchFromNothing,
    /// On Friday and Saturday at 21:00 for 75 min so many times the usual rate more, fading with
    /// a half-life of an hour.
    Weekends {
        /// How high above the usual rate.
        height: f64,
        /// Whether the title is tracked since three weeks, or since the Friday's noon.
        with_history: bool,
    },
    /// After 8 days, at any hour: ten times the usual rate for good, and a week later for 2 h five
    /// times that.
    Growth,
    /// After 8 days, at any hour: for 2 h so many times the usual rate.
    Burst {
        /// The factor.
        factor: f64,
    },
}

/// Simulated counts of one title, by 5 min from its first tracked minute on.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Oldest first.
    pub(crate) counts: Vec<u64>,
    /// The boundaries at which something begins.
    pub(crate) events: Vec<usize>,
}

impl Scenario {
    /// A title of `size` posts an hour on average to which this happens.
    pub(crate) fn simulate(self, noise: Noise, size: f64, seed: u64) -> Series {
        let mut chance = Chance::new(seed);
        let (n, events) = self.plan(&mut chance);
        // The clock's hour at which the title's first minute is.
        let noon =
            if matches!(self, Self::Weekends { .. }) { 12 * HOUR } else { chance.below(DAY) };
        let rates = (0..n).map(|at| {
            let day = if self.is_steady() { 1.0 } else { day_night(noon + at) };
            size / HOUR as f64 * self.factor(&events, at, day)
        });
        let rates: Vec<f64> = rates.collect();
        Series { counts: noise.counts(&rates, &mut chance), events }
    }

    /// Whether all hours of the day are the same.
    fn is_steady(self) -> bool {
        matches!(self, Self::Steady | Self::Launch { day_night: false, .. })
    }

    /// How many boundaries there are, and those at which something begins.
    fn plan(self, chance: &mut Chance) -> (usize, Vec<usize>) {
        match self {
            Self::Steady | Self::DayNight => (4 * WEEK, Vec::new()),
            Self::New => (2 * DAY, Vec::new()),
            Self::Launch { after, .. } => {
                let at = after + chance.below(DAY.min(after));
                (at + DAY, vec![at])
            }
            Self::LaunchFromNothing => (3 * DAY, vec![2 * DAY]),
            // A title is tracked since a Friday's noon, or since that three weeks before.
            Self::Weekends { with_history, .. } => {
                let weeks = if with_history { 6 } else { 1 };
                let evenings = (0..weeks)
                    .flat_map(|week| [week * WEEK + 9 * HOUR, week * WEEK + DAY + 9 * HOUR]);
                let n = if with_history { 6 * WEEK } else { 3 * DAY };
                (n, evenings.collect())
            }
            Self::Growth => {
                let at = 8 * DAY + chance.below(DAY);
                (at + WEEK + DAY, vec![at, at + WEEK])
            }
            Self::Burst { .. } => {
                let at = 8 * DAY + chance.below(DAY);
                (at + DAY, vec![at])
            }
        }
    }

    /// How many times the title's size it is at a boundary; `day` is what the hour makes of it.
    fn factor(self, events: &[usize], at: usize, day: f64) -> f64 {
        let since = events.iter().rev().find(|event| **event <= at).map(|event| at - event);
        let hours = since.map(|since| (since as f64 + 0.5) / HOUR as f64);
        match (self, hours) {
            (Self::LaunchFromNothing, None) => 0.0,
            (Self::Launch { .. }, Some(hours)) => day * launched(hours),
            (Self::LaunchFromNothing, Some(hours)) => launched(hours),
            (Self::Weekends { height, .. }, Some(hours)) => {
                day + height * (-(hours - 1.25).max(0.0)).exp2()
            }
            (Self::Growth, Some(hours)) => {
                let is_second = events.get(1).is_some_and(|second| *second <= at);
                day * if is_second && hours < 2.0 { 50.0 } else { 10.0 }
            }
            (Self::Burst { factor }, Some(hours)) if hours < 2.0 => day * factor,
            _ => day,
        }
    }
}

/// Four to one, the most at 21:00, one on average.
fn day_night(at: usize) -> f64 {
    let turn = (at % DAY) as f64 / DAY as f64 - 21.0 / 24.0;
    1.0 + 0.6 * (std::f64::consts::TAU * turn).cos()
}

/// Doubling every 30 min for 4 h, then fading with a half-life of 6 h.
fn launched(hours: f64) -> f64 {
    (2.0 * hours.min(4.0) - (hours - 4.0).max(0.0) / 6.0).exp2()
}

impl Noise {
    fn counts(self, rates: &[f64], chance: &mut Chance) -> Vec<u64> {
        match self {
            Self::NegativeBinomial => {
                let mut wander = 0.0;
                let scattered = rates.iter().map(|rate| {
                    // Forgets itself in 4 h, with a deviation of a tenth.
                    wander =
                        0.979 * wander + 0.1 * (1.0_f64 - 0.979 * 0.979).sqrt() * chance.normal();
                    let rate = rate * f64::exp(wander);
                    let drawn = chance.gamma(rate);
                    chance.poisson(drawn)
                });
                scattered.collect()
            }
            Self::SelfExciting => {
                // What others draw, as it is and as it is on average: the latter is left out of
                // the rate, so that the mean of the counts is the rate.
                let (mut drawn, mut drawn_on_average) =
                    (rates.first().copied().unwrap_or(0.0), rates.first().copied().unwrap_or(0.0));
                let scattered = rates.iter().map(|rate| {
                    let own = (rate - 0.5 * drawn_on_average).max(0.0);
                    let count = chance.poisson(own + 0.5 * drawn);
                    drawn += (count as f64 - drawn) / 3.0;
                    drawn_on_average += (rate - drawn_on_average) / 3.0;
                    count
                });
                scattered.collect()
            }
        }
    }
}
