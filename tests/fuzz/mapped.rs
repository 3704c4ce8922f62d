//! Any bytes in feeds that are read by a map.

#![no_main]

mod reading;

use std::sync::LazyLock;

use daebak::config::{self, Feed};
use libfuzzer_sys::fuzz_target;

static FEEDS: LazyLock<Vec<Feed>> = LazyLock::new(|| {
    let text = include_str!("../mapped/daebak.toml");
    config::parse_service("daebak.toml", text).expect("the documented maps are sound").feeds
});

fuzz_target!(|payload: &[u8]| {
    for feed in &*FEEDS {
        let _ = reading::check(payload, &feed.format);
    }
});
