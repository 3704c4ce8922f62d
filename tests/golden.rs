//! A page that a person has read line by line: posts of every platform, replayed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::path::Path;

use daebak::config;
use daebak::metric::buzz::render;
use daebak::replay::Replay;
use daebak::time::Timestamp;

#[test]
fn the_page_of_the_replayed_posts_is_the_one_that_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let config = config::load(&folder.join("daebak.toml")).unwrap();
    let mut replay = Replay::new(&config, Timestamp::from_secs(1_780_000_000)).unwrap();
    replay.read("posts.json", File::open(folder.join("posts.json")).unwrap()).unwrap();
    let replayed = replay.finish().unwrap();
    let time = replayed.folds[0].time().unwrap();
    let page = render(&replayed.folds, time);
    let golden = fs::read_to_string(folder.join("metrics.txt")).unwrap_or_default();
    assert!(page == golden, "tests/golden/metrics.txt should be, if you agree:\n{page}");
}
