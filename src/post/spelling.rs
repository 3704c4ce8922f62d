//! The ways in which one JSON value may be written and still mean the same.

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixtures::folder;
use super::properties::shuffled;
use super::*;

/// A sequence of choices.
#[derive(Clone, Debug)]
pub(super) struct Spelling(u64);

pub(super) fn spelling() -> impl Strategy<Value = Spelling> {
    any::<u64>().prop_map(Spelling)
}

impl Spelling {
    /// A number below `n`.
    pub(super) fn roll(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    pub(super) fn one_of(&mut self, values: &[Value]) -> Value {
        values[self.roll(values.len())].clone()
    }

    /// A number, bare or as a string.
    pub(super) fn number(&mut self, number: u64) -> Value {
        self.one_of(&[json!(number), json!(number.to_string())])
    }

    /// A counter; one that is not known is missing, or no number of things.
    pub(super) fn count(&mut self, count: Option<u64>) -> Value {
        match count {
            Some(count) => self.number(count),
            None => self.one_of(&[Value::Null, json!(-1), json!("")]),
        }
    }

    /// Seconds since the epoch.
    pub(super) fn unix(&mut self, time: Timestamp) -> Value {
        self.number(u64::try_from(time.as_millis() / 1000).unwrap())
    }

    /// A time in any of the forms that platforms and vendors use.
    pub(super) fn time(&mut self, time: Timestamp) -> Value {
        let civil = time.to_string();
        let unix = self.unix(time);
        self.one_of(&[
            unix,
            json!(time.as_millis()),
            json!(civil),
            json!(civil.replace('Z', "+0000")),
            json!(civil.replace('Z', ".000Z")),
        ])
    }

    /// JSON text with the fields of each object in any order; a null may be missing.
    pub(super) fn write(&mut self, value: &Value) -> String {
        let mut value = value.clone();
        self.drop_nulls(&mut value);
        shuffled(&value, self.0)
    }

    fn drop_nulls(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|_, value| !value.is_null() || self.roll(2) == 0);
                members.values_mut().for_each(|value| self.drop_nulls(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.drop_nulls(item)),
            _ => {}
        }
    }
}

/// Reads the one post that a record of a feed of any shape holds.
#[track_caller]
pub(super) fn read_one(record: &str) -> (Shape, Post<'_>) {
    let Ok(Reading::Posts(shape, mut posts)) = read(record.as_bytes(), &Format::Any) else {
        panic!("{record}")
    };
    assert_eq!(posts.len(), 1, "{record}");
    (shape, posts.remove(0).unwrap_or_else(|fault| panic!("{fault:?}: {record}")))
}

/// What is wrong with each post of a record of a feed of any shape.
#[track_caller]
pub(super) fn faults(record: &str) -> Vec<Option<PostFault>> {
    match read(record.as_bytes(), &Format::Any) {
        Ok(Reading::Posts(_, posts)) => posts.into_iter().map(Result::err).collect(),
        other => panic!("{record}: {other:?}"),
    }
}

/// That each fixture of `home` reads the same whether or not other platforms are asked, and that
/// a feed of one platform finds no posts in another's fixtures.
pub(super) fn foreign(home: Platform) {
    for path in fs::read_dir(folder().join(home.label())).unwrap() {
        let path = path.unwrap().path();
        let record = fs::read(&path).unwrap();
        let at_home = read(&record, &Format::Only(home));
        assert_eq!(at_home, read(&record, &Format::Any), "{}", path.display());
        for other in Platform::SHAPED.into_iter().filter(|other| *other != home) {
            let abroad = read(&record, &Format::Only(other));
            assert!(!matches!(abroad, Ok(Reading::Posts(..))), "{other:?}: {}", path.display());
        }
    }
}
