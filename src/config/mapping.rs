//! What a feed's records may be, and the map of one that is like no other.

use super::raw::{Table, Value};
use super::rule::Rule;
use crate::post::format::Format;
use crate::post::mapped::pointer::Pointer;
use crate::post::mapped::time::TimeFormat;
use crate::post::mapped::{Condition, Hashtags, IdPlace, Mapping};
use crate::post::{Kind, Platform};

/// The most pointers that make one field, and the most values of a condition.
const PARTS_MAX: usize = 16;

/// What `format` names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Any,
    Only(Platform),
    Mapped,
}

/// Reads `format` and `map` of a feed.
pub(super) fn format(table: &mut Table<'_>) -> Format {
    let shaped = Platform::SHAPED.map(|platform| (platform.label(), Named::Only(platform)));
    let names = [("any", Named::Any), ("mapped", Named::Mapped)].into_iter().chain(shaped);
    let format = if table.has("format") {
        table.optional("format", |value| value.one_of("format", names))
    } else {
        Some(Named::Any)
    };
    let map = if format == Some(Named::Mapped) {
        table.required("map", |value| value.table(map)?)
    } else {
        table.optional("map", |value| {
            let map = value.table(map)?;
            if format.is_some() {
                let message = "`map` has no use here".to_owned();
                value.fault(Rule::UnknownKey, message, "expected format = \"mapped\" beside it");
            }
            map
        })
    };
    match format {
        Some(Named::Mapped) => map.map_or(Format::Any, |map| Format::Mapped(map.into())),
        Some(Named::Only(platform)) => Format::Only(platform),
        Some(Named::Any) | None => Format::Any,
    }
}

/// Reads `[feeds.NAME.map]`.
fn map(table: &mut Table<'_>) -> Option<Mapping> {
    let platforms = Platform::ALL.map(|platform| (platform.label(), platform));
    let kinds = Kind::ALL.map(|kind| (kind.label(), kind));
    let platform = table.required("platform", |value| value.one_of("platform", platforms));
    let id = table.required("id", id_place);
    let text = table.required("text", pointers);
    let time = table.required("time", pointer);
    let time_format = table.optional("time_format", time_format).unwrap_or_default();
    let kind = table.optional("kind", |value| value.one_of("kind", kinds));
    let hashtags = table.optional("hashtags", hashtags);
    let root = table.optional("root", id_place);
    let mut condition = |key| table.optional(key, condition);
    let (only_if, gone_if) = (condition("only_if"), condition("gone_if"));
    let share_if = condition("share_if");
    let (quote_if, reply_if) = (condition("quote_if"), condition("reply_if"));
    let mut field = |key| table.optional(key, pointer);
    Some(Mapping {
        posts: field("posts"),
        author: field("author"),
        handle: field("handle"),
        followers: field("followers"),
        language: field("language"),
        likes: field("likes"),
        shares: field("shares"),
        comments: field("comments"),
        views: field("views"),
        platform: platform?,
        only_if,
        gone_if,
        id: id?,
        root,
        text: text?,
        time: time?,
        time_format,
        hashtags,
        kind: kind.unwrap_or(Kind::Original),
        share_if,
        quote_if,
        reply_if,
    })
}

fn pointer(value: Value<'_>) -> Option<Pointer> {
    let text = value.text()?;
    let pointer = Pointer::parse(text);
    if pointer.is_none() {
        let message = format!("`{text}` is no JSON pointer");
        value.fault(Rule::BadPointer, message, "expected \"/\" and names with \"/\" between");
    }
    pointer
}

/// What `read` makes of a text, or of each in a list of them.
fn one_or_some<'a, T>(
    value: Value<'a>,
    mut read: impl FnMut(Value<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    if value.is_text() {
        return Some(vec![read(value)?]);
    }
    if !value.is_list() {
        value.wrong_type("expected a string or a list of strings");
        return None;
    }
    value.some_of(PARTS_MAX, read)
}

/// One pointer, or a list of them.
fn pointers(value: Value<'_>) -> Option<Vec<Pointer>> {
    one_or_some(value, pointer)
}

fn id_place(value: Value<'_>) -> Option<IdPlace> {
    if value.is_text() {
        pointer(value).map(IdPlace::At)
    } else {
        one_or_some(value, pointer).map(IdPlace::Of)
    }
}

/// A pointer to what must be there, or `{ at = POINTER, is = … }`.
fn condition(value: Value<'_>) -> Option<Condition> {
    if !value.is_table() {
        return Some(Condition { at: pointer(value)?, is: Vec::new() });
    }
    value.table(|table| {
        let at = table.required("at", pointer);
        let text = |value: Value<'_>| value.text().map(str::to_owned);
        let is = table.required("is", |value| one_or_some(value, text));
        Some(Condition { at: at?, is: is? })
    })?
}

/// A pointer to an array of texts, or `{ at = POINTER, each = POINTER }`.
fn hashtags(value: Value<'_>) -> Option<Hashtags> {
    if !value.is_table() {
        return Some(Hashtags { at: pointer(value)?, each: None });
    }
    value.table(|table| {
        let at = table.required("at", pointer);
        let each = table.required("each", pointer);
        Some(Hashtags { at: at?, each: Some(each?) })
    })?
}

fn time_format(value: Value<'_>) -> Option<TimeFormat> {
    let text = value.text()?;
    if !text.contains('%') {
        return value.one_of("time format", TimeFormat::NAMED);
    }
    let pattern = TimeFormat::pattern(text);
    if pattern.is_none() {
        let message = format!("`{text}` tells no day and time of day");
        value.fault(
            Rule::BadTimeFormat,
            message,
            "expected a pattern such as \"%Y-%m-%d %H:%M:%S\"",
        );
    }
    pattern
}
