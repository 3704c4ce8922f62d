//! Any bytes in a feed of X's.

#![no_main]

mod reading;

use daebak::post::Platform;
use daebak::post::format::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    let _ = reading::check(payload, &Format::Only(Platform::Twitter));
});
