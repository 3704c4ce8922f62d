//! A record's content, taken out of its envelope once for every platform that may know it.

use super::json::{self, Json, Object, Record};
use super::outcome::Invalid;
use super::{POSTS_MAX, tiktok, twitter};

/// Where some platform or other puts what people wrote.
const WORD_KEYS: [&str; 15] = [
    "text",
    "full_text",
    "desc",
    "description",
    "video_description",
    "caption",
    "edge_media_to_caption",
    "title",
    "message",
    "body",
    "selftext",
    "content",
    "summary",
    "comment",
    "comment_text",
];

/// Keys that only platforms have whose shapes are not known: Weibo, Tumblr, Threads.
const ELSEWHERE_KEYS: [&str; 6] =
    ["idstr", "mid", "reposts_count", "attitudes_count", "blog_name", "is_quote_post"];

/// Keys of Threads that others may have too.
pub(super) const THREADS_KEYS: [&str; 4] = ["has_replies", "is_reply", "replied_to", "root_post"];

/// One feed record, opened.
#[derive(Clone, Debug)]
pub(super) struct Message<'a> {
    /// The record's own members; none when it is an array.
    pub(super) record: Object<'a>,
    place: Place,
    /// What lies in `data` or in the array; empty when the record is itself the content.
    held: Vec<Object<'a>>,
}

/// Where a record's content lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The record is itself the post or the message, or lists nothing.
    Bare,
    /// The record is an array of them.
    List,
    /// In `data`, which is one object.
    Data,
    /// In `data`, which is an array.
    DataList,
}

impl<'a> Message<'a> {
    /// Takes a record out of its envelope. An empty list in `data` is none: a post may stand
    /// beside it.
    ///
    /// # Errors
    /// When it is neither an object nor an array of objects, and when it lists more than a
    /// record's posts may be: an item may hold none, so their posts do not tell.
    pub(super) fn of(record: Record<'a>) -> Result<Self, Invalid> {
        let message = match record {
            Record::Blank => return Err(json::not_objects()),
            Record::Object(record) => {
                let data = record.get("data");
                let (place, held) = if let Some(data) = data.and_then(Json::object) {
                    (Place::Data, vec![data])
                } else {
                    let listed = data.and_then(objects).filter(|items| !items.is_empty());
                    listed.map_or((Place::Bare, Vec::new()), |items| (Place::DataList, items))
                };
                Self { record, place, held }
            }
            Record::Other(value) => {
                let held = objects(value).ok_or_else(json::not_objects)?;
                Self { record: Object::default(), place: Place::List, held }
            }
        };
        if message.held.len() > POSTS_MAX { Err(json::too_many()) } else { Ok(message) }
    }

    /// Whether it is an answer that found nothing, in which nobody says anything either.
    pub(super) fn is_nothing_new(&self) -> bool {
        let is_empty = |list: Json<'_>| list.list().is_some_and(|items| items.is_empty());
        let found_none = |object: &Object<'_>| {
            let lists = ["data"].into_iter().chain(twitter::LISTS).chain(tiktok::LISTS);
            lists.filter_map(|key| object.get(key)).any(is_empty)
        };
        let mut all = self.items().iter().chain([&self.record]);
        all.clone().any(found_none) && !all.any(has_words)
    }

    /// What tells its shape: the record, or the first item of an array.
    pub(super) fn first(&self) -> &Object<'a> {
        if self.place == Place::List {
            self.held.first().unwrap_or(&self.record)
        } else {
            &self.record
        }
    }

    /// Where its content lies.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// What may be posts: the record itself, or what lies in its `data` or array.
    pub(super) fn items(&self) -> &[Object<'a>] {
        match self.place {
            Place::Bare => std::slice::from_ref(&self.record),
            Place::List | Place::Data | Place::DataList => &self.held,
        }
    }
}

/// Whether somebody may have written something in it, or in an object right inside it. What a
/// refusal says nobody wrote.
pub(super) fn has_words(object: &Object<'_>) -> bool {
    let inside = |(key, value): (&str, Json<'_>)| {
        key != "error" && value.object().is_some_and(|held| held.sends_any(&WORD_KEYS))
    };
    object.sends_any(&WORD_KEYS) || object.sent().any(inside)
}

/// Whether it is of a platform whose shapes are not known.
pub(super) fn is_from_elsewhere(object: &Object<'_>) -> bool {
    object.sends_any(&ELSEWHERE_KEYS)
        || object.text("media_product_type").is_some_and(|product| product == "THREADS")
}

/// The objects of an array, which is empty or holds at least one.
pub(super) fn objects(value: Json<'_>) -> Option<Vec<Object<'_>>> {
    let objects = value.objects()?;
    (!objects.is_empty() || value.list()?.is_empty()).then_some(objects)
}
