//! What the reproduction number says of simulated titles whose truth is known, and what a title's
//! R costs. `cargo bench --bench reproduction`; `DAEBAK_RUNS` says of how many runs a line is.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

#[path = "../hawkes/mod.rs"]
mod hawkes;

use std::hint::black_box;

use daebak::clock::Stopwatch;
use daebak::virality::reproduction::{MINUTES, POSTS_MINUTES, reproduction};
use hawkes::{Runs, Title};

const BRANCHINGS: [f64; 3] = [0.3, 0.6, 0.9];
const POSTS_PER_HOUR: [f64; 4] = [30.0, 100.0, 300.0, 1000.0];

fn line(name: &str, truth: f64, runs: &Runs) {
    println!(
        "{name:<28} {truth:>5.2} {:>6.3} {:>6.3} {:>6.3} {:>7.1} % {:>6}",
        runs.mean(),
        runs.deviation(),
        runs.width(),
        100.0 * runs.coverage(),
        runs.absent
    );
}

fn main() {
    let n: u64 = std::env::var("DAEBAK_RUNS").map_or(1000, |text| text.parse().unwrap());
    println!("{n} runs a line");
    println!("{:<28} truth mean R     sd  width  coverage absent", "");
    for posts_per_hour in POSTS_PER_HOUR {
        for branching in BRANCHINGS {
            let runs = Runs::at_the_end(Title::steady(branching, posts_per_hour), 0..n);
            line(&format!("{posts_per_hour} posts/h"), branching, &runs);
        }
    }
    for hours in [6, 12] {
        for branching in BRANCHINGS {
            let title = Title::steady(branching, 300.0);
            let known = |counts: &hawkes::Minutes| counts.reproduction(title.minutes, 60 * hours);
            line(&format!("only {hours} h known"), branching, &Runs::of(title, 0..n, known));
        }
    }
    for branching in BRANCHINGS {
        let longer = Title {
            minutes: 10 * 1440,
            lag_max: 30.0 * 86_400.0,
            ..Title::steady(branching, 100.0)
        };
        line("lags of up to 30 days", branching, &Runs::at_the_end(longer, 0..n / 4));
    }
    let title = Title::shocked(0.5, 100.0);
    let (from, times) = title.shock.unwrap();
    for after in [0, 5, 10, 15, 30, 45, 60, 75, 90, 120, 240] {
        let at = from + after;
        let runs = Runs::of(title, 0..n, |counts| counts.reproduction(at, at));
        line(&format!("{after} min into news x{times}"), title.branching, &runs);
        if after == 15 {
            let runs = Runs::of(title, 0..n, |counts| counts.reproduction_of_all(at));
            line("  plain posts for shares", title.branching, &runs);
        }
    }
    cost();
}

fn cost() {
    const CALLS: u32 = 1000;
    for posts_per_minute in [1, 100, 1_600] {
        let posts = [posts_per_minute; POSTS_MINUTES];
        let watch = Stopwatch::start();
        for _ in 0..CALLS {
            black_box(reproduction(black_box(&posts), black_box(&posts[..MINUTES])));
        }
        let micros = 1e6 * watch.elapsed().as_secs_f64() / f64::from(CALLS);
        println!("{micros:>8.1} µs a call at {posts_per_minute} posts and shares a minute");
    }
}
