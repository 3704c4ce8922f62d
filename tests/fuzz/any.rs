//! Any bytes in a feed of any shape: notices and stream messages too; and what is said of them.

#![no_main]

mod reading;

use daebak::mention::author::Authors;
use daebak::post::format::Format;
use daebak::post::{self, Platform};
use daebak::replay::explain::Explainer;
use libfuzzer_sys::fuzz_target;

const EXPLAINER: Explainer<'_> =
    Explainer { format: &Format::Any, authors: &Authors::Kept, record_bytes_max: usize::MAX };

fuzz_target!(|payload: &[u8]| {
    let any = reading::check(payload, &Format::Any);
    let only = Platform::SHAPED.map(|platform| post::read(payload, &Format::Only(platform)));
    assert!(only.contains(&any), "it is read or refused as by the one whose it is");
    let explained = EXPLAINER.explain(payload);
    assert!(explained.lines.lines().all(|line| !line.contains(char::is_control)));
    assert!(explained.lines.ends_with('\n'));
});
