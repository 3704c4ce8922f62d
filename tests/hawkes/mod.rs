//! Simulated titles whose posts bring forth shares: a Hawkes process, by its clusters.
//!
//! Plain posts come at random, each post brings forth a Poisson number of shares, and each share
//! comes after a lag thrown from the kernel of SEISMIC, written anew here from the paper so that it
//! can judge what is under test.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "each test uses its part of this; minutes are few and after the start"
)]

use std::ops::Range;

use daebak::virality::reproduction::{MINUTES, POSTS_MINUTES, Reproduction, reproduction};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Seconds for which the kernel is flat, and the share of all lags within them.
const FLAT: (f64, f64) = (300.0, 300.0 * 6.265_725e-4);
const DECAY: f64 = 0.231_484_3;
const DAY: usize = 1440;

/// A title to simulate.
#[derive(Clone, Copy)]
pub struct Title {
    /// Shares that a post brings forth on average: the truth.
    pub branching: f64,
    /// Posts, shares among them, once the title is in balance.
    pub posts_per_hour: f64,
    /// It begins without a post, and goes on for so long.
    pub minutes: usize,
    /// For an hour from this minute on, plain posts come so many times as often.
    pub shock: Option<(usize, f64)>,
    /// No share comes later, in seconds.
    pub lag_max: f64,
}

impl Title {
    /// Two days of it, by when it is in balance.
    pub fn steady(branching: f64, posts_per_hour: f64) -> Self {
        Self { branching, posts_per_hour, minutes: 2 * DAY, shock: None, lag_max: 86_400.0 }
    }

    /// Twenty times the plain posts from the end of the first day on, and what comes of them.
    pub fn shocked(branching: f64, posts_per_hour: f64) -> Self {
        let shock = Some((DAY, 20.0));
        Self { minutes: DAY + DAY / 2, shock, ..Self::steady(branching, posts_per_hour) }
    }

    fn plain_per_minute(&self, minute: usize) -> f64 {
        let in_shock = self.shock.filter(|(from, _)| (*from..from + 60).contains(&minute));
        let times = in_shock.map_or(1.0, |(_, times)| times);
        self.posts_per_hour * (1.0 - self.branching) / 60.0 * times
    }

    /// Its posts and shares, the same for the same seed.
    pub fn simulate(&self, seed: u64) -> Minutes {
        let mut chance = Chance(ChaCha8Rng::seed_from_u64(seed));
        let lags = Lags::up_to(self.lag_max);
        let mut counts = Minutes { posts: vec![0; self.minutes], shares: vec![0; self.minutes] };
        let mut parents = Vec::new();
        for minute in 0..self.minutes {
            let n = chance.poisson(self.plain_per_minute(minute));
            counts.posts[minute] += n;
            parents.extend((0..n).map(|_| 60.0 * (minute as f64 + chance.fraction())));
        }
        while let Some(parent) = parents.pop() {
            for _ in 0..chance.poisson(self.branching) {
                let at = parent + lags.at(chance.fraction());
                let minute = (at / 60.0) as usize;
                if minute < self.minutes {
                    counts.posts[minute] += 1;
                    counts.shares[minute] += 1;
                    parents.push(at);
                }
            }
        }
        counts
    }
}

/// Posts and shares by minute, the oldest first.
pub struct Minutes {
    pub posts: Vec<u64>,
    pub shares: Vec<u64>,
}

impl Minutes {
    /// R when so many `minutes` have passed, of which the last `known` are known.
    pub fn reproduction(&self, minutes: usize, known: usize) -> Option<Reproduction> {
        let posts = newest_first(&self.posts[..minutes], known.min(POSTS_MINUTES));
        reproduction(&posts, &newest_first(&self.shares[..minutes], MINUTES))
    }

    /// R as it would be if plain posts were taken for shares.
    pub fn reproduction_of_all(&self, minutes: usize) -> Option<Reproduction> {
        let posts = newest_first(&self.posts[..minutes], POSTS_MINUTES);
        reproduction(&posts, &posts)
    }
}

fn newest_first(counts: &[u64], n: usize) -> Vec<u64> {
    counts.iter().rev().take(n).copied().collect()
}

/// Lags in seconds, thrown by the inverse of their distribution.
pub struct Lags {
    /// The share of all lags that are below the latest.
    below_max: f64,
}

impl Lags {
    pub fn up_to(seconds: f64) -> Self {
        let tail = 1.0 - (seconds / FLAT.0).powf(-DECAY);
        Self { below_max: FLAT.1 * (1.0 + tail / DECAY) }
    }

    /// The lag below which lies so large a `share` of them.
    pub fn at(&self, share: f64) -> f64 {
        let mass = share * self.below_max / FLAT.1;
        if mass <= 1.0 {
            return FLAT.0 * mass;
        }
        FLAT.0 * (1.0 - (mass - 1.0) * DECAY).powf(-1.0 / DECAY)
    }
}

struct Chance(ChaCha8Rng);

impl Chance {
    /// At least 0 and below 1.
    fn fraction(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Arrivals of rate 1 in a time of `mean`.
    fn poisson(&mut self, mean: f64) -> u64 {
        let (mut n, mut time) = (0, 0.0);
        loop {
            time -= (1.0 - self.fraction()).ln();
            if time >= mean {
                return n;
            }
            n += 1;
        }
    }
}

/// What R says of many runs whose truth is the same.
pub struct Runs {
    truth: f64,
    read: Vec<Reproduction>,
    /// Runs in which R was absent.
    pub absent: usize,
}

impl Runs {
    /// R at the end of a run for each seed.
    pub fn at_the_end(title: Title, seeds: Range<u64>) -> Self {
        Self::of(title, seeds, |counts| counts.reproduction(title.minutes, title.minutes))
    }

    /// What `read` reads of a run for each seed.
    pub fn of(
        title: Title,
        seeds: Range<u64>,
        read: impl Fn(&Minutes) -> Option<Reproduction>,
    ) -> Self {
        let all: Vec<_> = seeds.map(|seed| read(&title.simulate(seed))).collect();
        let absent = all.iter().filter(|one| one.is_none()).count();
        Self { truth: title.branching, read: all.into_iter().flatten().collect(), absent }
    }

    pub fn mean(&self) -> f64 {
        self.average(|one| one.value)
    }

    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        self.average(|one| (one.value - mean).powi(2)).sqrt()
    }

    pub fn width(&self) -> f64 {
        self.average(|one| one.upper - one.lower)
    }

    /// The share of intervals that hold the truth.
    pub fn coverage(&self) -> f64 {
        self.average(|one| f64::from(u8::from((one.lower..=one.upper).contains(&self.truth))))
    }

    fn average(&self, of: impl Fn(&Reproduction) -> f64) -> f64 {
        self.read.iter().map(of).sum::<f64>() / self.read.len() as f64
    }
}
