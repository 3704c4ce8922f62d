//! What a page of two thousand titles costs: its text, its gzip, every sample for files, and the
//! board.
//!
//! `cargo bench --bench page`; `DAEBAK_TITLES` says how many.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

#[path = "../watched/mod.rs"]
mod watched;

use std::time::Duration;

use daebak::campaign::{Episode, FacetId, GroupId, Language, TitleId};
use daebak::clock::Stopwatch;
use daebak::metric::buzz::{render, samples, series};
use daebak::metric::health::Health;
use daebak::metric::page::Page;
use daebak::post::{Counters, Kind, Platform};
use daebak::record::config::{FoldConfig, Show};
use daebak::time::Span;
use daebak::view::CampaignView;
use daebak::view::history::POINTS_KEPT;
use watched::{START, Watched, config};

const ROUNDS: u32 = 5;
const POSTS: usize = 120;

fn main() {
    let titles: usize = std::env::var("DAEBAK_TITLES").map_or(2_000, |text| text.parse().unwrap());
    let config = whole(titles);
    let most = series(&config);
    let mut watched = Watched::new(config);
    watched.pass_until(START + Span::from_days(8));
    fill(&mut watched, titles);
    let time = watched.buzz.time().unwrap();
    let (text, took) = best(|| render([&watched.buzz], time));
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    println!("{titles} titles, at most {most} series, {lines} lines, {} bytes", text.len());
    println!("text: {} ms", took.as_millis());
    let health = Health::new(&[], "1");
    let (page, took) = best(|| Page::render(text.as_bytes(), &health, time));
    println!("page with its gzip of {} bytes: {} ms", page.gzip().len(), took.as_millis());
    let (n, took) = best(|| {
        let mut n = 0_u64;
        samples(&watched.buzz, &mut |_, _, _| n += 1);
        n
    });
    println!("{n} samples for files: {} ms", took.as_millis());
    board(&watched, titles);
}

fn board(watched: &Watched, titles: usize) {
    let names = watched.names();
    let time = watched.buzz.time().unwrap();
    let (view, took) = best(|| CampaignView::of(&watched.buzz, &names, time, None).unwrap());
    let bytes = serde_json::to_vec(&view).unwrap().len();
    println!("board, {bytes} bytes as JSON: {} ms", took.as_millis());
    let kept = view.history.memory() * POINTS_KEPT;
    println!("a day of its history for {titles} titles: {kept} bytes");
}

/// Titles with five languages, five facets, three groups, a premiere and episodes.
fn whole(titles: usize) -> FoldConfig {
    let mut config = config((0..titles).map(|n| format!("title-{n}")));
    config.languages = ["en", "ko", "es", "id", "ja"].map(Language::new).to_vec();
    config.groups = ["official", "influencer", "press"].map(GroupId::new).to_vec();
    let episode = |n: i64| Episode {
        air: START + Span::from_days(1 + 7 * n),
        length: Span::from_minutes(70),
    };
    let show = Show {
        facets: ["a", "b", "c", "d", "e"].map(FacetId::new).to_vec(),
        premiere: Some(START + Span::from_days(1)),
        episodes: (0..16).map(episode).collect(),
    };
    config.shows =
        (0..titles).map(|n| (TitleId::new(&format!("title-{n}")), show.clone())).collect();
    config
}

/// Posts of every sort within the last minutes, so that every measure is defined.
fn fill(watched: &mut Watched, titles: usize) {
    let end = START + Span::from_days(8);
    for pick in 0..POSTS {
        let at = end + Span::from_secs(i64::try_from(pick).unwrap() * 4);
        for title in 0..titles {
            watched.post(&format!("title-{title}"), at, |post| {
                post.platform = Platform::SHAPED[pick % 3];
                post.kind = Kind::ALL[pick % 4];
                post.language = Language::new(["en", "ko", "es", "id", "fr"][pick % 5]);
                post.author = Some(format!("author-{}", pick % 40).into());
                post.followers = Some(10);
                post.fingerprint = Some(pick as u64 % 30);
                post.hashtags = vec![format!("tag{}", pick % 12).into()];
                post.counters =
                    Counters { likes: Some(1), shares: Some(1), comments: Some(1), views: Some(1) };
            });
        }
    }
    watched.until(end + Span::from_minutes(10));
}

fn best<T>(work: impl Fn() -> T) -> (T, Duration) {
    let rounds = (0..ROUNDS).map(|_| {
        let watch = Stopwatch::start();
        let done = work();
        (done, watch.elapsed())
    });
    rounds.min_by_key(|(_, took)| *took).unwrap()
}
