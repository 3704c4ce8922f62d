//! The share of dead letters among a feed's latest records, which says that a feed has changed its
//! ways before anybody misses its posts.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::metric::health::{FeedCounts, FeedHealth};

/// The share is that of the records of so long.
const SPAN: Duration = Duration::from_mins(5);
/// How far two samples are apart at the least, so that there are at most [`SAMPLES_MAX`].
const SAMPLE_INTERVAL: Duration = Duration::from_secs(10);
/// One a [`SAMPLE_INTERVAL`], and the one before them.
const SAMPLES_MAX: usize = 32;
/// How often the share is told.
const TELL_INTERVAL: Duration = Duration::from_secs(1);

/// The dead letters' share of one feed; all its threads in a process share it.
#[derive(Debug)]
pub struct DeadLetterRatio {
    feed: FeedHealth,
    name: String,
    max: f64,
    since: Stopwatch,
    /// When it is to be told again, in milliseconds since the start: looked at for every record.
    due_millis: AtomicU64,
    latest: Mutex<Latest>,
}

#[derive(Debug, Default)]
struct Latest {
    samples: Samples,
    exceeded: bool,
}

impl DeadLetterRatio {
    /// That of the feed called `name`, counted in `feed`; more than `max` of it is too much.
    pub fn new(feed: FeedHealth, name: &str, max: f64) -> Self {
        Self {
            feed,
            name: name.to_owned(),
            max,
            since: Stopwatch::start(),
            due_millis: AtomicU64::default(),
            latest: Mutex::default(),
        }
    }

    /// The counters of its feed.
    pub fn feed(&self) -> &FeedHealth {
        &self.feed
    }

    /// Tells it, if that is due; to be called many times a second.
    pub fn refresh(&self) {
        let now = self.since.elapsed();
        if millis(now) < self.due_millis.load(Ordering::Relaxed) {
            return;
        }
        self.due_millis.store(millis(now + TELL_INTERVAL), Ordering::Relaxed);
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let ratio = latest.samples.ratio(now, self.feed.counts());
        let exceeded = ratio.is_some_and(|ratio| ratio > self.max);
        if exceeded && !latest.exceeded {
            let (feed, max) = (&self.name, self.max);
            tracing::warn!(
                feed,
                ratio,
                max,
                "many records are dead letters: see `daebak dead-letters list`"
            );
        }
        latest.exceeded = exceeded;
        self.feed.dead_letter_ratio(ratio, exceeded);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What had been counted, and when: the newest sample of each interval, and one from before
/// [`SPAN`].
#[derive(Debug, Default)]
struct Samples(VecDeque<(Duration, FeedCounts)>);

impl Samples {
    /// The share since five minutes ago, give or take an interval; `None` without records.
    fn ratio(&mut self, now: Duration, counts: FeedCounts) -> Option<f64> {
        let Self(samples) = self;
        while samples.get(1).is_some_and(|(at, _)| *at + SPAN <= now) {
            samples.pop_front();
        }
        if samples.back().is_none_or(|(at, _)| *at + SAMPLE_INTERVAL <= now) {
            if samples.len() == SAMPLES_MAX {
                samples.pop_front();
            }
            samples.push_back((now, counts));
        }
        let (_, before) = samples.front()?;
        let records = counts.records.checked_sub(before.records).filter(|records| *records > 0)?;
        let dead = counts.dead_letters.saturating_sub(before.dead_letters);
        Some(dead as f64 / records as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::health::Health;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn counts(records: u64, dead_letters: u64) -> FeedCounts {
        FeedCounts { records, dead_letters }
    }

    #[test]
    fn the_share_is_that_of_the_last_five_minutes() {
        let mut samples = Samples::default();
        assert_eq!(samples.ratio(secs(0), counts(0, 0)), None, "no records");
        assert_eq!(samples.ratio(secs(1), counts(100, 50)), Some(0.5));
        // A hundred good records a second from then on.
        let mut last = None;
        for second in 2..=301 {
            last = samples.ratio(secs(second), counts(second * 100, 50));
        }
        assert_eq!(last, Some(50.0 / 30_100.0), "the bad second is in it");
        let mut later = None;
        for second in 302..=320 {
            later = samples.ratio(secs(second), counts(second * 100, 50));
        }
        assert_eq!(later, Some(0.0), "it no longer is");
    }

    #[test]
    fn a_feed_that_falls_silent_has_no_share() {
        let mut samples = Samples::default();
        samples.ratio(secs(0), counts(0, 0));
        assert_eq!(samples.ratio(secs(5), counts(10, 10)), Some(1.0));
        let quiet: Vec<_> =
            (6..700).map(|second| samples.ratio(secs(second), counts(10, 10))).collect();
        assert_eq!(quiet.first(), Some(&Some(1.0)));
        assert_eq!(quiet.last(), Some(&None));
    }

    #[test]
    fn a_loop_that_stood_still_begins_anew_and_samples_stay_few() {
        let mut samples = Samples::default();
        samples.ratio(secs(0), counts(0, 0));
        samples.ratio(secs(10), counts(10, 0));
        assert_eq!(samples.ratio(secs(10_000), counts(20, 10)), Some(1.0), "since the last");
        for tenth in 0..10_000 {
            samples.ratio(secs(10_000) + Duration::from_millis(tenth * 100), counts(tenth, 0));
            assert!(samples.0.len() < SAMPLES_MAX, "{}", samples.0.len());
        }
    }

    #[test]
    fn what_is_too_much_is_told_and_taken_back() {
        let health = Health::new(&["x"], "1");
        let exceeded = |n: u8| {
            let series = format!("daebak_dead_letter_ratio_exceeded{{feed=\"x\"}} {n}\n");
            assert!(health.text().contains(&series), "{}", health.text());
        };
        let series = "daebak_dead_letter_ratio{feed=\"x\"}";
        exceeded(0);
        assert!(!health.text().contains(series), "absent without records");
        let feed = health.feed("x");
        let ratio = DeadLetterRatio::new(feed.clone(), "x", 0.1);
        ratio.refresh();
        for n in 0..5 {
            feed.read();
            if n == 0 {
                feed.dead_letter("not_json");
            }
        }
        ratio.refresh();
        exceeded(0);
        let refresh = || {
            ratio.due_millis.store(0, Ordering::Relaxed);
            ratio.refresh();
        };
        refresh();
        exceeded(1);
        assert!(health.text().contains(&format!("{series} 0.2\n")));
        (0..5).for_each(|_| feed.read());
        refresh();
        exceeded(0);
        assert!(health.text().contains(&format!("{series} 0.1\n")));
        feed.dead_letter_ratio(None, false);
        assert!(!health.text().contains(series));
    }
}
