//! JSON read on demand: an object is split into its members in one pass over its text, and each
//! value is decoded when a platform asks for it.
//!
//! Derived structs would be as fast, but refuse a whole post for one bad counter, one key sent
//! twice or half a surrogate pair. Here a value that makes no sense is a value that is missing.
//! Numbers never pass through `f64`, so ids above 2^53 stay whole.

mod split;

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::POSTS_MAX;
use super::id::PostId;
use super::outcome::{Invalid, InvalidReason};
use crate::time::Timestamp;
use split::{OBJECTS_MAX, Objects, decode};

/// How deep a record may nest. No platform's goes beyond a dozen.
pub(super) const DEPTH_MAX: usize = 128;

/// The longest id, in bytes. A longer one is none: it would make a retraction too large to write.
const ID_BYTES_MAX: usize = 512;

/// The highest counter: more people than there are, a hundred thousand times over. A sum of a
/// window's cannot overflow.
pub(super) const COUNT_MAX: u64 = 1_000_000_000_000_000;

/// How many keys, and how many characters of each, the detail of an unknown shape names.
const KEYS_SHOWN_MAX: usize = 8;
const KEY_CHARS_SHOWN_MAX: usize = 32;

/// X's v1.1 way to write a time: `Tue Mar 21 20:50:14 +0000 2006`.
const V1_TIME: &str = "%a %b %d %H:%M:%S %z %Y";

/// From here on a bare number counts milliseconds: as seconds it would be the year 5138, as
/// milliseconds it is 1973.
const UNIX_SECS_END: i64 = 100_000_000_000;

/// The text of one value, already known to be valid JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Json<'a>(&'a str);

/// The members of one object; `"\u0069d"` is the key `id`. A null is a member without a value; of
/// a key sent twice, the first that is not null counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object<'a> {
    /// Those whose keys are as they were written: nearly always all.
    plain: Vec<(&'a str, Json<'a>)>,
    /// Those whose keys were escaped, decoded.
    escaped: Vec<(Box<str>, Json<'a>)>,
}

/// A whole record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// No more than white space: a keep-alive.
    Blank,
    /// An object, as every platform sends.
    Object(Object<'a>),
    /// Some other JSON value.
    Other(Json<'a>),
}

/// Opens a record: exactly one JSON value, or nothing but white space. A byte order mark before it
/// is passed over.
pub(super) fn open(payload: &[u8]) -> Result<Record<'_>, Invalid> {
    let text = std::str::from_utf8(payload).map_err(|error| Invalid {
        reason: InvalidReason::NotUtf8,
        detail: format!("invalid UTF-8 at byte {}", error.valid_up_to()),
    })?;
    if let Some(byte) = too_deep(payload) {
        let detail = format!("nested deeper than {DEPTH_MAX} at byte {byte}");
        return Err(Invalid { reason: InvalidReason::TooDeep, detail });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let opened = match text.bytes().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Ok(Record::Blank),
        Some(b'{') => serde_json::from_str(text).map(Record::Object),
        Some(_) => {
            serde_json::from_str(text).map(|IgnoredAny| Record::Other(Json(text.trim_ascii())))
        }
    };
    opened.map_err(|error| not_json(text, &error))
}

/// The error for text that is not one JSON value, with the place of the last character read.
///
/// The parser counts a line's bytes, and names column 0 for a line break; people count characters.
fn not_json(text: &str, error: &serde_json::Error) -> Invalid {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let fault = message.strip_suffix(&place).unwrap_or(&message);
    let before = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let end = before.map(str::len).sum::<usize>().saturating_add(error.column());
    let read = text.as_bytes().get(..end).unwrap_or(text.as_bytes());
    let passed = read.split_last().map_or(read, |(_, passed)| passed);
    let line = 1 + memchr::memchr_iter(b'\n', passed).count();
    let line_start = memchr::memrchr(b'\n', passed).map_or(0, |at| at + 1);
    let is_first_byte = |byte: &&u8| **byte & 0xC0 != 0x80;
    let column = read.iter().skip(line_start).filter(is_first_byte).count().max(1);
    let detail = format!("{fault} at line {line} column {column}");
    Invalid { reason: InvalidReason::NotJson, detail }
}

/// The byte at which brackets nest deeper than [`DEPTH_MAX`].
///
/// A record with few brackets cannot be deep, which a plain count tells without looking at
/// strings.
fn too_deep(payload: &[u8]) -> Option<usize> {
    let opened = |bracket: u8| memchr::memchr_iter(bracket, payload).count();
    if opened(b'{') + opened(b'[') <= DEPTH_MAX {
        return None;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    payload.iter().position(|&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH_MAX
    })
}

/// The error for an object that no platform sends.
pub(super) fn unknown(record: &Object<'_>) -> Invalid {
    let detail = format!("an object with the keys {}", record.keys_shown());
    Invalid { reason: InvalidReason::UnknownShape, detail }
}

/// The error for a record with more posts than are read from one.
pub(super) fn too_many() -> Invalid {
    let detail = format!("more than {POSTS_MAX} posts in one record; send them in several");
    Invalid { reason: InvalidReason::TooMany, detail }
}

/// The error for what is neither an object nor an array of objects.
pub(super) fn not_objects() -> Invalid {
    let detail = "not an object".to_owned();
    Invalid { reason: InvalidReason::UnknownShape, detail }
}

impl<'a> Json<'a> {
    /// A string or a number as text; `None` when empty. Half a surrogate pair becomes U+FFFD; a NUL
    /// (`\u0000`) stays, as any other character does.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self.0.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some("") => None,
            Some(plain) if memchr::memchr(b'\\', plain.as_bytes()).is_none() => {
                Some(Cow::Borrowed(plain))
            }
            Some(_) => decode(self.0).map(Cow::Owned),
            None if self.0.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                Some(Cow::Borrowed(self.0))
            }
            None => None,
        }
    }

    /// A counter: a whole number up to [`COUNT_MAX`]; -1 and anything else is unknown.
    pub(super) fn count(self) -> Option<u64> {
        self.whole().filter(|count| *count <= COUNT_MAX)
    }

    /// A whole number from 0 on, bare or as a string. `12.0` is whole: some programs write every
    /// number as a float.
    fn whole(self) -> Option<u64> {
        let text = self.text()?;
        text.strip_suffix(".0").unwrap_or(&text).parse().ok()
    }

    /// An id: a string, or a bare number without sign, fraction or exponent. A number that some
    /// program wrote as a float has lost digits and is no id.
    pub(super) fn id(self) -> Option<PostId> {
        let whole = self.0.starts_with('"') || self.0.bytes().all(|byte| byte.is_ascii_digit());
        let text = if whole { self.text()? } else { return None };
        (text.len() <= ID_BYTES_MAX).then(|| PostId::parse(&text))
    }

    /// An id that is only compared with others, as text.
    pub(super) fn id_text(self) -> Option<Cow<'a, str>> {
        self.id().and_then(|_| self.text())
    }

    /// A time: seconds or milliseconds since the Unix epoch, ISO 8601 with any sort of offset, or
    /// X's v1.1 form.
    pub(super) fn time(self) -> Option<Timestamp> {
        if let Some(since) = self.whole() {
            let since = i64::try_from(since).ok()?;
            let in_secs = since < UNIX_SECS_END;
            return Some(if in_secs { Timestamp::from_secs } else { Timestamp::from_millis }(
                since,
            ));
        }
        let text = self.text()?;
        let civil: jiff::Timestamp =
            text.parse().or_else(|_| jiff::Timestamp::strptime(V1_TIME, text.as_bytes())).ok()?;
        Some(Timestamp::from_millis(civil.as_millisecond()))
    }

    /// A time as [`Json::time`] reads it, but with milliseconds for seconds.
    pub(super) fn time_in_millis(self) -> Option<Timestamp> {
        match self.whole() {
            Some(millis) => i64::try_from(millis).ok().map(Timestamp::from_millis),
            None => self.time(),
        }
    }

    /// A string, a number, `true` or `false` as text; `None` when empty.
    pub(super) fn word(self) -> Option<Cow<'a, str>> {
        if matches!(self.0, "true" | "false") { Some(Cow::Borrowed(self.0)) } else { self.text() }
    }

    /// Whether it is an empty string, object or array.
    pub(super) fn is_empty(self) -> bool {
        let inside = self.0.get(1..self.0.len().saturating_sub(1)).unwrap_or_default();
        self.0.starts_with(['"', '{', '[']) && inside.trim_ascii().is_empty()
    }

    /// Whether it is null.
    pub(super) fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// Whether it is `true`.
    pub(super) fn is_true(self) -> bool {
        self.0 == "true"
    }

    /// Whether it is an object.
    pub(super) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    /// The members of an object.
    pub(super) fn object(self) -> Option<Object<'a>> {
        if self.is_object() { serde_json::from_str(self.0).ok() } else { None }
    }

    /// The items of an array.
    pub(super) fn list(self) -> Option<Vec<Self>> {
        if !self.0.starts_with('[') {
            return None;
        }
        let items: Vec<&'a RawValue> = serde_json::from_str(self.0).ok()?;
        Some(items.into_iter().map(|item| Self(item.get())).collect())
    }

    /// The objects of an array, at most [`OBJECTS_MAX`]; items that are none are skipped.
    pub(super) fn objects(self) -> Option<Vec<Object<'a>>> {
        if !self.0.starts_with('[') {
            return None;
        }
        if let Ok(Objects(objects)) = serde_json::from_str(self.0) {
            return Some(objects);
        }
        Some(self.list()?.into_iter().filter_map(Self::object).take(OBJECTS_MAX).collect())
    }
}

impl<'a> Object<'a> {
    /// The value of a key, unless it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Json<'a>> {
        let plain = self.plain.iter().find(|(name, value)| *name == key && !value.is_null());
        if plain.is_some() || self.escaped.is_empty() {
            return plain.map(|(_, value)| *value);
        }
        let is_sent = |(name, value): &&(Box<str>, Json<'_>)| **name == *key && !value.is_null();
        self.escaped.iter().find(is_sent).map(|(_, value)| *value)
    }

    /// Whether it has any of the keys, even without a value.
    pub(super) fn has_any(&self, keys: &[&str]) -> bool {
        self.plain.iter().any(|(name, _)| keys.contains(name))
            || self.escaped.iter().any(|(name, _)| keys.contains(&name.as_ref()))
    }

    /// Whether any of the keys has a value that is not empty.
    pub(super) fn sends_any(&self, keys: &[&str]) -> bool {
        self.members()
            .any(|(name, value)| keys.contains(&name) && !value.is_null() && !value.is_empty())
    }

    /// Its members, in the order they were sent but that escaped keys come last.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        let escaped = self.escaped.iter().map(|(key, value)| (key.as_ref(), *value));
        self.plain.iter().copied().chain(escaped)
    }

    /// Its members that are not null.
    pub(super) fn sent(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        self.members().filter(|(_, value)| !value.is_null())
    }

    /// [`Json::text`] of a key.
    pub(super) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key)?.text()
    }

    /// [`Json::count`] of a key.
    pub(super) fn count(&self, key: &str) -> Option<u64> {
        self.get(key)?.count()
    }

    /// [`Json::id`] of a key.
    pub(super) fn id(&self, key: &str) -> Option<PostId> {
        self.get(key)?.id()
    }

    /// [`Json::id_text`] of a key.
    pub(super) fn id_text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key)?.id_text()
    }

    /// [`Json::time`] of a key.
    pub(super) fn time(&self, key: &str) -> Option<Timestamp> {
        self.get(key)?.time()
    }

    /// [`Json::object`] of a key.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        self.get(key)?.object()
    }

    /// An object that says anything.
    pub(super) fn filled(&self, key: &str) -> Option<Self> {
        let is_filled = |object: &Self| object.sent().any(|(_, value)| !value.is_empty());
        self.object(key).filter(is_filled)
    }

    /// [`Json::list`] of a key.
    pub(super) fn list(&self, key: &str) -> Option<Vec<Json<'a>>> {
        self.get(key)?.list()
    }

    /// [`Json::objects`] of a key.
    pub(super) fn objects(&self, key: &str) -> Option<Vec<Self>> {
        self.get(key)?.objects()
    }

    /// The objects of an array, or the one object that stands where an array might.
    pub(super) fn one_or_more(&self, key: &str) -> Option<Vec<Self>> {
        self.object(key).map(|one| vec![one]).or_else(|| self.objects(key))
    }

    fn keys_shown(&self) -> String {
        let shown = self.members().take(KEYS_SHOWN_MAX);
        let keys: Vec<String> =
            shown.map(|(key, _)| key.chars().take(KEY_CHARS_SHOWN_MAX).collect()).collect();
        keys.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        match open(text.as_bytes()).unwrap() {
            Record::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_value_that_makes_no_sense_is_missing() {
        for value in ["null", "-1", "1e400", "1.5", "true", "{}", "[1]", r#""""#, r#""many""#] {
            let text = format!(r#"{{"n":{value}}}"#);
            assert_eq!(object(&text).count("n"), None, "{value}");
        }
        assert_eq!(object(r#"{"n":"12"}"#).count("n"), Some(12));
        assert_eq!(object(r#"{"n":1000000000000000}"#).count("n"), Some(COUNT_MAX));
        assert_eq!(object(r#"{"n":1000000000000001}"#).count("n"), None);
        let micros = object(r#"{"t":1794654000000000}"#).get("t").and_then(Json::time);
        assert_eq!(micros, Some(Timestamp::from_millis(1_794_654_000_000_000)), "times are whole");
    }

    #[test]
    fn ids_keep_every_digit_or_are_no_ids() {
        let id = |value: &str| object(&format!(r#"{{"id":{value}}}"#)).id("id");
        assert_eq!(id("1349969223154606081"), Some(PostId::Number(1_349_969_223_154_606_081)));
        assert_eq!(id(r#""1349969223154606081""#), id("1349969223154606081"));
        assert_eq!(id("99999999999999999999"), Some(PostId::Text("99999999999999999999".into())));
        for value in ["1.349969223154606e18", "1349969223154606081.0", "-5", "null", r#""""#] {
            assert_eq!(id(value), None, "{value}");
        }
    }

    #[test]
    fn of_a_key_sent_twice_the_first_with_a_value_counts() {
        let twice = object(r#"{"a":null,"a":"x","a":"y"}"#);
        assert_eq!(twice.text("a").as_deref(), Some("x"));
    }

    #[test]
    fn text_is_borrowed_unless_an_escape_stands_in_the_way() {
        let record = object(r#"{"a":"대박","b":"\ub300\ubc15\n","c":"x\ud83dy","d":7}"#);
        assert!(matches!(record.text("a"), Some(Cow::Borrowed("대박"))));
        assert_eq!(record.text("b").as_deref(), Some("대박\n"));
        assert!(record.text("c").unwrap().contains('\u{fffd}'));
        assert_eq!(record.text("d").as_deref(), Some("7"));
    }

    #[test]
    fn every_platforms_time_is_read() {
        let time = |value: &str| object(&format!(r#"{{"t":{value}}}"#)).time("t");
        let expected = Some(Timestamp::from_secs(1_519_293_629));
        for value in [
            r#""2018-02-22T10:00:29+0000""#,
            r#""2018-02-22T10:00:29.000Z""#,
            r#""2018-02-22T19:00:29+09:00""#,
            r#""Thu Feb 22 10:00:29 +0000 2018""#,
            "1519293629",
            r#""1519293629""#,
            "1519293629000",
        ] {
            assert_eq!(time(value), expected, "{value}");
        }
        for value in ["-1", "1e400", r#""yesterday""#, r#""2018-02-22""#] {
            assert_eq!(time(value), None, "{value}");
        }
    }

    #[test]
    fn depth_counts_brackets_outside_strings_only() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(open(nested(DEPTH_MAX).as_bytes()).is_ok());
        let deep = open(nested(DEPTH_MAX + 1).as_bytes()).unwrap_err();
        assert_eq!(deep.reason, InvalidReason::TooDeep);
        let flat = format!(
            r#"{{"text":"{}\"{}","list":[{}0]}}"#,
            "[".repeat(200),
            "{".repeat(9),
            "[],".repeat(200)
        );
        assert!(open(flat.as_bytes()).is_ok());
    }
}
