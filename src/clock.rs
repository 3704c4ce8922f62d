//! The only reader of clocks: what time it is, and how long something took.
//!
//! A [`Clock`] tells the time that goes into records and is compared with them; it may run faster
//! than the wall's. A [`Stopwatch`] and a [`Pace`] always follow the wall: they say how often a
//! loop does something, never what it writes.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::time::{Span, Timestamp};

/// What time it is: the system's, or a virtual time that runs at its own speed.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Source);

#[derive(Clone, Copy, Debug)]
enum Source {
    System,
    Running { start: Timestamp, since: Stopwatch, speed: f64 },
}

impl Clock {
    /// The system's time.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A virtual time that is `start` now and passes `speed` times as fast as the wall's. Copies
    /// agree with each other.
    pub fn running(start: Timestamp, speed: f64) -> Self {
        Self(Source::Running { start, since: Stopwatch::start(), speed })
    }

    /// How much of its time passes in so much of the wall's.
    pub fn passes_in(self, wall: Duration) -> Span {
        match self.0 {
            Source::System => span(wall),
            Source::Running { speed, .. } => span(wall.mul_f64(speed.max(0.0))),
        }
    }

    /// The time it is now.
    pub fn now(self) -> Timestamp {
        match self.0 {
            Source::System => system_now(),
            Source::Running { start, since, .. } => start + self.passes_in(since.elapsed()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this file is the only reader of clocks")]
fn system_now() -> Timestamp {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Timestamp::default() + span(since),
        Err(before) => Timestamp::default() - span(before.duration()),
    }
}

fn span(duration: Duration) -> Span {
    Span::from_millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// Measures wall time, unmoved by changes of the system's clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts at zero.
    #[expect(clippy::disallowed_methods, reason = "this file is the only reader of clocks")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The wall time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Says when something that happens once an interval of wall time is due again.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    interval: Duration,
    last: Option<Stopwatch>,
}

impl Pace {
    /// Due at once, and then at most once every `interval`.
    pub const fn every(interval: Duration) -> Self {
        Self { interval, last: None }
    }

    /// Whether it is due; if so, the next interval starts now.
    pub fn due(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= self.interval);
        if due {
            self.last = Some(Stopwatch::start());
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_clock_starts_where_it_is_told_and_copies_agree() {
        let start = Timestamp::from_secs(1_000_000);
        let clock = Clock::running(start, 0.0);
        let copy = clock;
        assert_eq!(clock.now(), start);
        assert_eq!(copy.now(), start);
        assert!(Clock::running(start, 1e6).now() >= start);
    }

    #[test]
    fn the_system_clock_knows_the_century() {
        assert!(Clock::system().now() > Timestamp::from_secs(1_600_000_000));
    }

    #[test]
    fn a_pace_is_due_at_once_and_then_not_before_its_interval() {
        let mut pace = Pace::every(Duration::from_hours(1));
        assert!(pace.due());
        assert!(!pace.due());
        let mut always = Pace::every(Duration::ZERO);
        assert!(always.due());
        assert!(always.due());
    }
}
