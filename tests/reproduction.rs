//! The reproduction number against simulated titles whose truth is known.

mod hawkes;

use daebak::virality::kernel;
use hawkes::{Lags, Runs, Title};

const RUNS: u64 = 300;

#[test]
fn the_truth_is_found_and_lies_within_the_bounds() {
    for branching in [0.3, 0.6, 0.9] {
        for posts_per_hour in [100.0, 300.0] {
            let runs = Runs::at_the_end(Title::steady(branching, posts_per_hour), 0..RUNS);
            assert_eq!(runs.absent, 0);
            let (mean, coverage) = (runs.mean(), runs.coverage());
            let about = format!("{branching} at {posts_per_hour}: {mean:.3}, {coverage:.3}");
            assert!((mean - branching).abs() <= 0.03, "{about}");
            assert!(coverage >= 0.9, "{about}");
            // Bounds that held the truth always would be too wide.
            assert!(coverage <= 0.99, "{about}");
        }
    }
}

#[test]
fn a_shock_of_news_is_not_taken_for_spreading() {
    const SHOCKS: u64 = 50;
    let title = Title::shocked(0.5, 100.0);
    let all: Vec<_> = (0..SHOCKS).map(|seed| title.simulate(seed)).collect();
    let (from, _) = title.shock.unwrap();
    let mean = |of: &dyn Fn(&hawkes::Minutes) -> Option<f64>| {
        all.iter().filter_map(of).sum::<f64>() / SHOCKS as f64
    };
    let mut of_all_max = 0.0_f64;
    for minutes in (from..=title.minutes).step_by(5) {
        let told = mean(&|counts| counts.reproduction(minutes, minutes).map(|r| r.value));
        assert!((0.45..0.6).contains(&told), "{told} after {} min", minutes - from);
        let of_all = mean(&|counts| counts.reproduction_of_all(minutes).map(|r| r.value));
        of_all_max = of_all_max.max(of_all);
    }
    // Plain posts in the numerator would have raised an alarm.
    assert!(of_all_max > 1.5, "{of_all_max}");
}

#[test]
fn the_kernel_is_the_one_lags_are_thrown_from() {
    let lags = Lags::up_to(86_400.0);
    for n in 0..=1_000 {
        let share = f64::from(n) / 1_000.0;
        let told = kernel::mass_before(lags.at(share));
        assert!((told - share).abs() < 1e-9, "{told}, not {share}");
    }
}
