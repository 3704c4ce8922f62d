//! How an object is split into its members, an array into its objects, and a string decoded.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::super::POSTS_MAX;
use super::{Json, Object};

/// How many objects of an array are read: an empty one costs hundreds of bytes once it is split
/// into members. With one more than a record's posts may be, [`crate::post::read`] sees that there
/// are too many.
pub(super) const OBJECTS_MAX: usize = POSTS_MAX + 1;

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Object { plain: Vec::with_capacity(16), escaped: Vec::new() };
        while let Some((key, value)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
            let value = Json(value.get());
            match Json(key.get()).text().unwrap_or_default() {
                Cow::Borrowed(key) => object.plain.push((key, value)),
                Cow::Owned(key) => object.escaped.push((key.into(), value)),
            }
        }
        Ok(object)
    }
}

/// Decodes a string with escapes.
pub(super) fn decode(literal: &str) -> Option<String> {
    serde_json::Deserializer::from_str(literal).deserialize_bytes(Lossy).ok()
}

/// Takes a string as bytes, because half a surrogate pair is no `str`.
struct Lossy;

impl Visitor<'_> for Lossy {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(lossy(bytes))
    }
}

/// The text of bytes in which only half surrogate pairs are not UTF-8: three bytes each, the first
/// of which is never the first of a bad sequence otherwise.
fn lossy(bytes: &[u8]) -> String {
    const SURROGATE: u8 = 0xED;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().first() == Some(&SURROGATE) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

/// An array of nothing but objects, and the first [`OBJECTS_MAX`] of them.
pub(super) struct Objects<'a>(pub(super) Vec<Object<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Objects<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Elements).map(Objects)
    }
}

struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<Object<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut objects = Vec::new();
        while objects.len() < OBJECTS_MAX {
            match array.next_element()? {
                Some(object) => objects.push(object),
                None => return Ok(objects),
            }
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(objects)
    }
}
