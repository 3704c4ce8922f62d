//! One post reads the same in whatever shape it is written, and no bytes break the reader.

use std::fs;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::fixtures::{folder, read_any};
use super::*;

/// A post before any platform wrote it down.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) serial: u64,
    pub(super) edits: u64,
    pub(super) kind: Kind,
    pub(super) author: u64,
    pub(super) millis: i64,
    pub(super) text: String,
    pub(super) counters: [Option<u64>; 4],
}

pub(super) fn model() -> impl Strategy<Value = Model> {
    let kind = prop::sample::select(Kind::ALL.to_vec());
    let count = || prop::option::of(prop_oneof![0_u64..1000, 0..=json::COUNT_MAX]);
    let counters = [count(), count(), count(), count()];
    (0_u64..1 << 20, 0_u64..5, kind, 1..u64::MAX, 1_400_000_000_000_i64..2_000_000_000_000)
        .prop_flat_map(move |(serial, edits, kind, author, millis)| {
            (".{1,40}", counters.clone()).prop_map(move |(text, counters)| Model {
                serial,
                edits,
                kind,
                author,
                millis,
                text,
                counters,
            })
        })
}

/// A value as JSON whose objects have their members in an order that `seed` decides.
pub(super) fn shuffled(value: &Value, seed: u64) -> String {
    let joined = |items: Vec<String>| items.join(",");
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| scrambled(key, seed));
            let member = |(key, value): (&String, &Value)| {
                format!("{}:{}", Value::from(key.as_str()), shuffled(value, seed))
            };
            format!("{{{}}}", joined(members.into_iter().map(member).collect()))
        }
        Value::Array(items) => {
            format!("[{}]", joined(items.iter().map(|item| shuffled(item, seed)).collect()))
        }
        plain => plain.to_string(),
    }
}

/// A number that is another for every key and seed.
fn scrambled(key: &str, seed: u64) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    key.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, mix)
}

/// Every fixture's bytes, in a fixed order.
fn fixtures() -> Vec<Vec<u8>> {
    let platforms = ["twitter", "tiktok", "instagram"];
    let mut paths: Vec<_> = platforms
        .iter()
        .flat_map(|platform| fs::read_dir(folder().join(platform)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// That a reading keeps its promise: posts are never an empty list.
fn has_one_outcome(payload: &[u8]) -> bool {
    !matches!(read_any(payload), Ok(Reading::Posts(_, posts)) if posts.is_empty())
}

proptest! {
    #[test]
    fn any_bytes_have_one_outcome(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(has_one_outcome(&payload));
    }

    #[test]
    fn a_broken_fixture_has_one_outcome(
        which in any::<Index>(),
        cut in any::<Index>(),
        flips in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
    ) {
        let all = fixtures();
        let mut payload = which.get(&all).clone();
        for (place, byte) in flips {
            let place = place.index(payload.len());
            payload[place] = byte;
        }
        prop_assert!(has_one_outcome(&payload));
        payload.truncate(cut.index(payload.len()));
        prop_assert!(has_one_outcome(&payload));
    }
}
