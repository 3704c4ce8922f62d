//! Instagram: media, one by one or in lists, and webhooks.

use super::format::Shape;
use super::json::Object;
use super::message::{Message, Place};
use super::outcome::PostFault;
use super::{Counters, Kind, Platform, Post, Reading};

/// Keys of which every media has one, whatever fields were asked for.
const MEDIA_KEYS: [&str; 7] = [
    "caption",
    "media_type",
    "media_product_type",
    "media_url",
    "comments_count",
    "permalink",
    "shortcode",
];

/// Reads Instagram's media, comments and webhooks; `None` when the record is none of them.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<Reading<'a>> {
    match message.place() {
        Place::Bare => read_bare(&message.record),
        Place::DataList => read_list(message.items()),
        Place::List | Place::Data => None,
    }
}

/// The media of an answer's `data`; `None` when it holds none.
fn read_list<'a>(items: &[Object<'a>]) -> Option<Reading<'a>> {
    let posts = || Reading::Posts(Shape::InstagramMedia, items.iter().map(read_media).collect());
    items.iter().any(is_media).then(posts)
}

/// One media, or a webhook.
fn read_bare<'a>(record: &Object<'a>) -> Option<Reading<'a>> {
    if is_media(record) {
        return Some(Reading::Posts(Shape::InstagramMedia, vec![read_media(record)]));
    }
    if record.text("object").is_some_and(|object| object != "instagram") {
        return None;
    }
    let entries = record.objects("entry")?;
    let posts = entries.iter().flat_map(read_entry).collect();
    Some(Reading::Posts(Shape::InstagramWebhook, posts))
}

/// Whether it looks like a media; what has a `text` is a comment.
fn is_media(object: &Object<'_>) -> bool {
    object.has_any(&MEDIA_KEYS) && !object.has_any(&["text"])
}

fn read_media<'a>(media: &Object<'a>) -> Result<Post<'a>, PostFault> {
    let text = media.text("caption").ok_or(PostFault::NoText)?;
    let id = media.id("id").ok_or(PostFault::NoId)?;
    let owner = media.object("owner").and_then(|owner| owner.text("id"));
    Ok(Post {
        platform: Platform::Instagram,
        root: id.clone(),
        id,
        kind: Kind::Original,
        author: owner.or_else(|| media.text("username")),
        followers: None,
        event_time: media.time("timestamp").ok_or(PostFault::NoTime)?,
        text,
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters {
            likes: media.count("like_count"),
            shares: None,
            comments: media.count("comments_count"),
            views: None,
        },
    })
}

/// A webhook's changes lie in `changes`, or right in the entry. They carry ids only, or a
/// comment whose time is the envelope's.
fn read_entry<'a>(entry: &Object<'a>) -> Vec<Result<Post<'a>, PostFault>> {
    let changes = entry.objects("changes");
    let changes = changes.as_deref().unwrap_or(std::slice::from_ref(entry));
    changes
        .iter()
        .filter_map(|change| change.object("value"))
        .map(|value| read_change(&value))
        .collect()
}

fn read_change<'a>(value: &Object<'a>) -> Result<Post<'a>, PostFault> {
    Err(if value.get("text").is_none() { PostFault::NoText } else { PostFault::NoTime })
}
