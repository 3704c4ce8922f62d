//! Any bytes as a file to be replayed: each is in one record or is the space between two.

#![no_main]

use daebak::replay::values::Values;
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

/// What some editors put at the beginning of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// As small as a fuzzer's inputs, so that it bites.
const VALUE_BYTES_MAX: usize = 256;

fuzz_target!(|input: &[u8]| {
    let mut values = Values::new(input, VALUE_BYTES_MAX);
    let mut behind = if input.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut was_too_large = false;
    while let Some(value) = values.next_value().expect("bytes in memory can be read") {
        let begin = usize::try_from(value.offset).expect("it lies in memory");
        let end = begin + value.bytes.len();
        assert_eq!(&input[begin..end], value.bytes, "a record is what lies at its offset");
        assert!(!value.bytes.is_empty() && begin >= behind);
        let mut between = input[behind..begin].iter();
        if was_too_large {
            between.find(|byte| **byte == b'\n');
        }
        assert!(between.all(u8::is_ascii_whitespace), "nothing else is left out");
        let text = std::str::from_utf8(value.bytes);
        let is_value = text.is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        assert!(is_value || value.bytes.len() <= VALUE_BYTES_MAX + 1);
        // A line too long is cut there, and its beginning may well be a value.
        was_too_large = value.bytes.len() == VALUE_BYTES_MAX + 1;
        behind = end;
    }
});
