//! Any bytes in a feed of any shape: notices and stream messages too.

#![no_main]

mod reading;

use daebak::post::format::Format;
use daebak::post::{self, Platform};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    let any = reading::check(payload, &Format::Any);
    let only = |platform| post::read(payload, &Format::Only(platform)).ok();
    let first = Platform::SHAPED.into_iter().find_map(only);
    assert_eq!(any.ok(), first, "the first platform that knows a record reads it");
});
