//! Bursts and surges in simulated counts: what is found, how soon, and how seldom without cause.
//!
//! A few seeds of what `cargo bench --bench detection` tabulates, with room to the goals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

mod counts;

use counts::found::{Tally, Turns, turns};
use counts::{DAY, HOUR, Noise, Scenario, WEEK};

const NOISES: [Noise; 2] = [Noise::NegativeBinomial, Noise::SelfExciting];
const TITLES: u64 = 10;

/// How well bursts, surges and the first of either are found in titles of `size` posts an hour.
fn tallies(scenario: Scenario, size: f64, first: usize) -> [Tally; 3] {
    let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
    for noise in NOISES {
        for seed in 0..TITLES {
            let series = scenario.simulate(noise, size, seed);
            let (bursts, surges) = turns(&series.counts);
            let either = bursts.or(&surges);
            for (tally, turns) in tallies.iter_mut().zip([bursts, surges, either]) {
                tally.take(&series, &turns, first, 2 * HOUR, DAY);
            }
        }
    }
    tallies
}

#[test]
fn titles_to_which_nothing_happens_rarely_burst_or_surge() {
    for scenario in [Scenario::Steady, Scenario::DayNight] {
        for size in [3.0, 20.0, 200.0, 2000.0] {
            let [burst, surge, _] = tallies(scenario, size, 0);
            let (burst, surge) = (burst.false_a_day(), surge.false_a_day());
            assert!(burst <= 0.01, "{scenario:?} of {size}: {burst} false bursts a day");
            assert!(surge <= 0.01, "{scenario:?} of {size}: {surge} false surges a day");
        }
    }
}

#[test]
fn weekend_evenings_are_found_week_after_week() {
    for (size, height) in [(5.0, 20.0), (20.0, 8.0), (200.0, 4.0), (2000.0, 4.0)] {
        let weekends = Scenario::Weekends { height, with_history: true };
        let [burst, _, _] = tallies(weekends, size, 6);
        let recall = burst.recall(2 * HOUR).unwrap();
        assert!(recall >= 0.95, "x{height} of {size}: {recall}");
    }
}

#[test]
fn a_launch_is_found_while_it_doubles() {
    let launch = Scenario::Launch { after: 8 * DAY, day_night: false };
    let [_, surge, either] = tallies(launch, 20.0, 0);
    assert!(either.recall(18).unwrap() >= 0.8, "{either:?}");
    assert!(either.delay(0.5).unwrap() <= 90 && surge.delay(0.5).unwrap() <= 95, "{surge:?}");
    let [burst, surge, either] = tallies(launch, 200.0, 0);
    assert!(either.recall(HOUR).unwrap() >= 0.95, "{either:?}");
    assert!(burst.delay(0.5).unwrap() <= 60 && surge.delay(0.5).unwrap() <= 60, "{surge:?}");
}

#[test]
fn a_new_title_is_found_without_history() {
    let [_, surge, _] = tallies(Scenario::Launch { after: 3 * HOUR, day_night: false }, 200.0, 0);
    assert!(surge.recall(HOUR).unwrap() >= 0.85, "{surge:?}");
    let [_, surge, _] = tallies(Scenario::LaunchFromNothing, 20.0, 0);
    assert!(surge.recall(18).unwrap() >= 0.95, "{surge:?}");
    let [_, surge, _] = tallies(Scenario::LaunchFromNothing, 200.0, 0);
    assert!(surge.recall(6).unwrap() >= 0.95, "{surge:?}");
}

#[test]
fn a_title_that_has_grown_for_good_is_quiet_again_in_days() {
    for size in [20.0, 2000.0] {
        let series = Scenario::Growth.simulate(Noise::NegativeBinomial, size, 1);
        let (Turns { onsets, ends }, _) = turns(&series.counts);
        let lasted = ends.first().unwrap() - onsets.first().unwrap();
        assert!(lasted < WEEK / 2, "{size}: {lasted} boundaries");
    }
}

#[test]
fn the_simulated_counts_have_the_mean_and_the_scatter_they_are_said_to_have() {
    for (noise, scatter) in [(Noise::NegativeBinomial, 2.0..4.5), (Noise::SelfExciting, 2.5..4.5)] {
        let series = Scenario::Steady.simulate(noise, 120.0, 7);
        let hours: Vec<f64> =
            series.counts.chunks(HOUR).map(|hour| hour.iter().sum::<u64>() as f64).collect();
        let n = hours.len() as f64;
        let mean = hours.iter().sum::<f64>() / n;
        let variance = hours.iter().map(|hour| (hour - mean).powi(2)).sum::<f64>() / n;
        assert!((mean - 120.0).abs() < 6.0, "{noise:?}: {mean}");
        assert!(scatter.contains(&(variance / mean)), "{noise:?}: {}", variance / mean);
    }
}
