//! What distinct counts cost: ns a sight, µs a count, bytes a key of each structure, on ids like
//! X's that come late and again. `cargo bench --bench authors`

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

use std::hint::black_box;

use daebak::clock::Stopwatch;
use daebak::post::Platform;
use daebak::time::{Span, TICK, Timestamp};
use daebak::window::distinct::Distinct;
use daebak::window::key::{AuthorKey, KeyHash};
use daebak::window::novelty::Novelty;
use daebak::window::reach::Reach;
use daebak::window::seen::Seen;
use daebak::window::{Window, WindowSet};

const SIGHTS: u64 = 600_000;
const SIZES: [u64; 3] = [1_000, 50_000, 400_000];
const COUNTS: u32 = 50;

/// A sight each 200 ms, up to an hour late.
fn sights(n_authors: u64) -> impl Iterator<Item = (KeyHash, Timestamp, Timestamp)> {
    (0..SIGHTS).map(move |n| {
        let id =
            AuthorKey::Number(1_600_000_000_000_000_000 + (((n * 1_299_709) % n_authors) << 22));
        let time = Timestamp::from_millis(1_700_000_000_000 + i64::try_from(n).unwrap() * 200);
        let late = Span::from_millis(1 + i64::try_from(n * 7919 % 3_600_000).unwrap());
        (KeyHash::author(Platform::Twitter, &id), time - late, time)
    })
}

/// The windows that count authors.
fn windows() -> WindowSet {
    let mut set = WindowSet::default();
    let of = |(minutes, slide)| Window {
        length: Span::from_minutes(minutes),
        slide: Span::from_secs(slide),
    };
    set.change([(5, 5), (60, 30), (24 * 60, 600), (7 * 24 * 60, 3600)].map(of), None);
    set
}

/// One line: what a sight takes, and what a key does in the end.
fn run<T>(
    name: &str,
    n_authors: u64,
    mut seen: T,
    see: impl Fn(&mut T, KeyHash, Timestamp, Timestamp),
    memory: impl Fn(&T) -> usize,
) -> T {
    let watch = Stopwatch::start();
    for (key, at, time) in sights(n_authors) {
        see(&mut seen, key, at, time);
    }
    let ns = watch.elapsed().as_secs_f64() * 1e9 / SIGHTS as f64;
    let (memory, n) = (memory(&seen), n_authors as f64);
    let each = memory as f64 / n;
    println!("{name:8} {n_authors:7} keys {ns:6.1} ns a sight {memory:9} B = {each:6.1} B a key");
    seen
}

/// What is asked less often.
fn read(distinct: &Distinct, start: Timestamp) {
    let watch = Stopwatch::start();
    for _ in 0..COUNTS {
        black_box(distinct.count(2, black_box(start)));
    }
    let us = watch.elapsed().as_secs_f64() * 1e6 / f64::from(COUNTS);
    let bytes = postcard::to_stdvec(distinct).unwrap().len();
    println!("{:22}{us:6.1} µs a count {bytes:9} B in a snapshot", "");
}

fn main() {
    let set = windows();
    let begun = sights(1).next().unwrap().2;
    let max = usize::MAX;
    for n in SIZES {
        run("hash", n, 0, |bits, key, _, _| *bits ^= black_box(key.bits()), |_| 0);
        for (name, is_sketch) in [("exact", false), ("sketch", true)] {
            let mut distinct = Distinct::new(&set, begun);
            if is_sketch {
                distinct.become_sketch();
            }
            let see =
                |(distinct, advanced): &mut (Distinct, Timestamp), key, at, time: Timestamp| {
                    // Once a tick, as the fold does.
                    if time - *advanced >= TICK {
                        *advanced = time.floor(TICK);
                        distinct.advance(*advanced, &set);
                    }
                    distinct.see(key, *advanced - (time - at), &set);
                };
            let (distinct, _) = run(name, n, (distinct, begun), see, |(one, _)| one.memory());
            read(&distinct, begun);
        }
        let see = |one: &mut Novelty, key, at, time| one.see(key, at, time, max);
        run("novelty", n, Novelty::new(begun), see, Novelty::memory);
        let see = |one: &mut Reach, key, at, time| one.see(key, at, 100, time, max);
        let day = Window { length: Span::from_hours(24), slide: Span::from_minutes(10) };
        run("reach", n, Reach::new(day, begun, begun), see, Reach::memory);
        run("seen", n, Seen::default(), |one, key, _, _| one.see(key, max), Seen::memory);
    }
}
