//! How well bursts and surges are found in simulated counts of known truth: recall, delay and
//! false onsets per title-day, by scenario and size. `cargo bench --bench detection` prints the
//! table in about half a minute; `DAEBAK_COUNTS=folder` also reads the published count series
//! there: a file `*.csv` is a title, a row the posts of 5 minutes in its last column.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

#[path = "../counts/mod.rs"]
mod counts;

use std::fs;
use std::path::Path;

use counts::found::{Tally, turns};
use counts::{DAY, HOUR, Noise, Scenario};

/// Posts an hour on average.
const SIZES: [f64; 6] = [1.0, 5.0, 20.0, 200.0, 2000.0, 20000.0];
/// Titles of each scenario, size and noise.
const TITLES: u64 = 100;
const NOISES: [Noise; 2] = [Noise::NegativeBinomial, Noise::SelfExciting];
/// What an event leaves behind is no false onset for so long.
const TAIL: usize = DAY;

/// A name, what happens, the first event that counts, and within how many boundaries it is to be
/// found.
type Row = (&'static str, Scenario, usize, usize);

const ROWS: [Row; 17] = [
    ("steady", Scenario::Steady, 0, 0),
    ("day and night", Scenario::DayNight, 0, 0),
    ("  its first 2 days", Scenario::New, 0, 0),
    ("launch after 8 d", Scenario::Launch { after: 8 * DAY, day_night: false }, 0, 4 * HOUR),
    ("  by day and night", Scenario::Launch { after: 8 * DAY, day_night: true }, 0, 4 * HOUR),
    ("launch after 3 h", Scenario::Launch { after: 3 * HOUR, day_night: false }, 0, 4 * HOUR),
    ("  by day and night", Scenario::Launch { after: 3 * HOUR, day_night: true }, 0, 4 * HOUR),
    ("launch from nothing", Scenario::LaunchFromNothing, 0, 4 * HOUR),
    ("weekends x20, known", Scenario::Weekends { height: 20.0, with_history: true }, 6, 2 * HOUR),
    ("weekends x8, known", Scenario::Weekends { height: 8.0, with_history: true }, 6, 2 * HOUR),
    ("weekends x4, known", Scenario::Weekends { height: 4.0, with_history: true }, 6, 2 * HOUR),
    ("weekend x8, new", Scenario::Weekends { height: 8.0, with_history: false }, 0, 2 * HOUR),
    ("grown x10 for good", Scenario::Growth, 0, 2 * HOUR),
    ("  burst x5 later", Scenario::Growth, 1, 2 * HOUR),
    ("burst x3 for 2 h", Scenario::Burst { factor: 3.0 }, 0, 2 * HOUR),
    ("burst x5 for 2 h", Scenario::Burst { factor: 5.0 }, 0, 2 * HOUR),
    ("burst x10 for 2 h", Scenario::Burst { factor: 10.0 }, 0, 2 * HOUR),
];

fn main() {
    println!("Found within 2 h, a launch within 4 h; 60' and 90': within so many minutes.\n");
    println!("{:<27}{:^44}{:^44}{:^14}", "", "burst", "surge", "either");
    let columns = "   found   60'   90'    50 %  90 %   false/d";
    println!("{:<19} {:>6}/h{columns}{columns}      60'   90'", "", "posts");
    for row in ROWS {
        for size in SIZES {
            show(row, size);
        }
    }
    if let Some(folder) = std::env::var_os("DAEBAK_COUNTS") {
        show_published(folder.as_ref());
    }
}

/// One line: a scenario at a size.
fn show((name, scenario, first, limit): Row, size: f64) {
    let (mut burst, mut surge, mut either) = (Tally::default(), Tally::default(), Tally::default());
    for noise in NOISES {
        for seed in 0..TITLES {
            let series = scenario.simulate(noise, size, seed);
            let (bursts, surges) = turns(&series.counts);
            burst.take(&series, &bursts, first, limit, TAIL);
            surge.take(&series, &surges, first, limit, TAIL);
            either.take(&series, &bursts.or(&surges), first, limit, TAIL);
        }
    }
    let (hour, longer) = (percent(&either, HOUR), percent(&either, HOUR + HOUR / 2));
    println!(
        "{name:<19} {size:>6}  {}{}    {hour:>5} {longer:>5}",
        columns(&burst, limit),
        columns(&surge, limit)
    );
}

fn columns(tally: &Tally, limit: usize) -> String {
    let minutes = |part| tally.delay(part).map_or("-".into(), |m| format!("{m}'"));
    format!(
        "   {:>5} {:>5} {:>5}   {:>5} {:>5}   {:>7.4}",
        percent(tally, limit),
        percent(tally, HOUR),
        percent(tally, HOUR + HOUR / 2),
        minutes(0.5),
        minutes(0.9),
        tally.false_a_day(),
    )
}

fn percent(tally: &Tally, limit: usize) -> String {
    tally.recall(limit).map_or("-".into(), |recall| format!("{:.0} %", 100.0 * recall))
}

/// Onsets in real series, whose truth is not known here.
fn show_published(folder: &Path) {
    println!("\n{:<32} {:>6} {:>7} {:>8} {:>8}", "", "days", "posts/h", "bursts/d", "surges/d");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let counts = text.lines().filter_map(|line| line.rsplit(',').next()?.trim().parse().ok());
        let counts: Vec<u64> = counts.collect();
        let days = counts.len() as f64 / DAY as f64;
        let (bursts, surges) = turns(&counts);
        println!(
            "{:<32} {days:>6.1} {:>7.0} {:>8.3} {:>8.3}",
            path.file_stem().unwrap().to_string_lossy(),
            counts.iter().sum::<u64>() as f64 / days / 24.0,
            bursts.onsets.len() as f64 / days,
            surges.onsets.len() as f64 / days,
        );
    }
}
