//! Instagram: media and comments, one by one or in lists, and webhooks.
//!
//! Comments that an answer holds inside a media or a comment are posts of their own: each has an
//! id, a text and a time. An album's `children` are not: they are pictures of one post. Hashtags
//! stand in the caption only.

mod webhook;

use std::borrow::Cow;

use super::format::Shape;
use super::json::Object;
use super::message::{Message, THREADS_KEYS, has_words, is_from_elsewhere};
use super::outcome::PostFault;
use super::{Counters, Kind, POSTS_MAX, Platform, Post, Reading};
use crate::time::Timestamp;

/// Keys of which every media has one, whatever fields were asked for.
const MEDIA_KEYS: [&str; 8] = [
    "caption",
    "media_type",
    "media_product_type",
    "media_url",
    "comments_count",
    "permalink",
    "shortcode",
    "ig_id",
];

/// A media or a comment.
type Read<'a> = Result<Post<'a>, PostFault>;

/// Reads Instagram's media, comments and webhooks; `None` when the record is none of them.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<Reading<'a>> {
    let items = message.items();
    if items.is_empty() {
        return Some(Reading::Control);
    }
    match items {
        [item] => read_items(items).or_else(|| read_asked_for(item)).or_else(|| {
            let refused = message.record.object("error")?.has_any(&["fbtrace_id"]);
            refused.then_some(Reading::Control)
        }),
        _ => read_items(items),
    }
}

/// An account may have no media.
fn read_asked_for<'a>(answer: &Object<'a>) -> Option<Reading<'a>> {
    let posts = asked_for(answer)?;
    if posts.is_empty() { Some(Reading::Control) } else { read_items(&posts) }
}

/// What an answer about a mention or about an account holds.
fn asked_for<'a>(answer: &Object<'a>) -> Option<Vec<Object<'a>>> {
    let mentioned = ["mentioned_media", "mentioned_comment"];
    if let Some(post) = mentioned.into_iter().find_map(|key| answer.object(key)) {
        return Some(vec![post]);
    }
    let account = answer.object("business_discovery");
    account.as_ref().unwrap_or(answer).object("media")?.objects("data")
}

/// Posts side by side; `None` when nothing tells what they are.
fn read_items<'a>(items: &[Object<'a>]) -> Option<Reading<'a>> {
    let first = items.iter().find_map(shape_of)?;
    let mut posts = Vec::with_capacity(items.len());
    for item in items {
        match shape_of(item) {
            Some(Shape::InstagramWebhook) => {
                let room = (POSTS_MAX + 1).saturating_sub(posts.len());
                posts.extend(webhook::read(item).take(room));
            }
            Some(shape) => read_thread(item, shape, &mut posts),
            // Somebody else's words are not Instagram's, nor is the id.
            None if has_words(item) || item.id("id").is_none() => posts.push(Err(PostFault::NoId)),
            None => posts.push(Err(PostFault::NoText)),
        }
    }
    Some(Reading::Posts(first, posts))
}

/// What an object looks like. With a text and keys of a media it is of Threads, which is another
/// platform.
fn shape_of(object: &Object<'_>) -> Option<Shape> {
    if is_from_elsewhere(object) || object.sends_any(&THREADS_KEYS) {
        return None;
    }
    // A table of both leaves the other's keys without values.
    let is_comment = object.has_any(&["text"]) && object.has_any(&["timestamp"]);
    match (object.sends_any(&["text"]), object.sends_any(&MEDIA_KEYS)) {
        // A scraper's: the caption is elsewhere.
        (false, _) if object.has_any(&["edge_media_to_caption"]) => None,
        (false, true) => Some(Shape::InstagramMedia),
        (false, false) if webhook::is_webhook(object) => Some(Shape::InstagramWebhook),
        (_, false) if is_comment => Some(Shape::InstagramComment),
        (false, false) => object.has_any(&MEDIA_KEYS).then_some(Shape::InstagramMedia),
        _ => None,
    }
}

/// Reads a post and the comments inside it, which nest no deeper than a record may, until there
/// are more than a record's posts may be.
fn read_thread<'a>(post: &Object<'a>, shape: Shape, posts: &mut Vec<Read<'a>>) {
    if posts.len() > POSTS_MAX {
        return;
    }
    posts.push(match shape {
        Shape::InstagramMedia => read_media(post),
        _ => read_comment(post, None),
    });
    for held in ["comments", "replies"] {
        let comments = post.object(held).and_then(|held| held.objects("data"));
        for comment in comments.unwrap_or_default() {
            read_thread(&comment, Shape::InstagramComment, posts);
        }
    }
}

fn read_media<'a>(media: &Object<'a>) -> Read<'a> {
    let counters = Counters {
        likes: media.count("like_count"),
        shares: None,
        comments: media.count("comments_count"),
        views: media.count("view_count"),
    };
    let caption = media.text("caption").or_else(|| media.object("caption")?.text("text"));
    into_post(media, Kind::Original, caption, media.time("timestamp"), counters)
}

/// A comment, whose time is that of its delivery where it has none of its own.
fn read_comment<'a>(comment: &Object<'a>, delivered: Option<Timestamp>) -> Read<'a> {
    let counters = Counters { likes: comment.count("like_count"), ..Counters::default() };
    let time = comment.time("timestamp").or(delivered);
    into_post(comment, Kind::Reply, comment.text("text"), time, counters)
}

fn into_post<'a>(
    object: &Object<'a>,
    kind: Kind,
    text: Option<Cow<'a, str>>,
    time: Option<Timestamp>,
    counters: Counters,
) -> Read<'a> {
    let text = text.ok_or(PostFault::NoText)?;
    let id = object.id("id").ok_or(PostFault::NoId)?;
    Ok(Post {
        platform: Platform::Instagram,
        root: id.clone(),
        id,
        kind,
        author: author(object),
        handle: handle(object),
        followers: None,
        event_time: time.ok_or(PostFault::NoTime)?,
        text,
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters,
    })
}

/// The author's id, else the handle; a hashtag search has neither.
fn author<'a>(object: &Object<'a>) -> Option<Cow<'a, str>> {
    let id = author_holders(object).find_map(|holder| holder.text("id"));
    id.or_else(|| username(object))
}

/// The author's handle, which some scrapers call by another name.
fn handle<'a>(object: &Object<'a>) -> Option<Cow<'a, str>> {
    username(object).or_else(|| object.text("ownerUsername"))
}

fn username<'a>(object: &Object<'a>) -> Option<Cow<'a, str>> {
    let held = || author_holders(object).find_map(|holder| holder.text("username"));
    object.text("username").or_else(held)
}

/// Where an author lies.
fn author_holders<'a>(object: &Object<'a>) -> impl Iterator<Item = Object<'a>> {
    ["owner", "from", "user"].into_iter().filter_map(|key| object.object(key))
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod properties;
