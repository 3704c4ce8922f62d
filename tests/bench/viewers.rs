//! A server of two thousand titles whose numbers move each second, for `tests/browser/load`, which
//! looks at it with a browser and fifty viewers.
//!
//! `cargo bench --bench viewers -- --serve 120` serves for so many seconds; without it nothing
//! runs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a driver"
)]

#[path = "../shown/mod.rs"]
mod shown;
#[path = "../site/mod.rs"]
mod site;
#[path = "../watched/mod.rs"]
mod watched;

use std::time::Duration;

use daebak::campaign::TitleId;
use daebak::http::connection::Limits;
use daebak::time::Span;
use daebak::view::{CampaignView, TitleView};

const TITLES: u64 = 2_000;

fn main() {
    let seconds = std::env::args().skip_while(|arg| arg != "--serve").nth(1);
    let Some(seconds) = seconds else { return println!("viewers: --serve SECONDS serves") };
    let server = site::Server::start(Limits::default());
    let mut view = shown::view();
    let first = view.titles[0].clone();
    view.titles = (0..TITLES).map(|place| title(&first, place)).collect();
    println!("{}", server.address);
    for number in 1..=seconds.parse().unwrap() {
        server.status.show(shown::shown(&server, number, moved(&mut view, number)));
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// A title like `first`, with numbers of its own.
fn title(first: &TitleView, place: u64) -> TitleView {
    let mut title = first.clone();
    title.title = TitleId::new(&format!("title-{place}"));
    title.name = format!("Title {place}");
    title.bursting = place < 3;
    title.surging = place < 3;
    for over in &mut title.windows {
        over.rank = Some(place + 1);
        over.posts += TITLES - place;
    }
    title
}

/// The view a second later: every title has a post more.
fn moved(view: &mut CampaignView, number: u64) -> CampaignView {
    view.time = view.time + Span::from_secs(1);
    view.now = view.now + Span::from_secs(1);
    for title in &mut view.titles {
        title.posts_1h += 1;
        for over in &mut title.windows {
            over.posts += number % 2;
        }
        if let Some(last) = title.bins.last_mut() {
            *last += 1;
        }
    }
    view.clone()
}
