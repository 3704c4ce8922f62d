//! TikTok: videos and comments of its research and display APIs, of vendors, and webhooks.
//!
//! They come one by one, in arrays, or in the lists of an answer. A speech transcript
//! (`voice_to_text`) is not read: what a video's sound says is not what its author wrote.
//! Bookmarks (`favorites_count`, `collectCount`) are no counter of ours: no other platform shows
//! them.

mod vendor;

use std::borrow::Cow;

use super::format::Shape;
use super::id::PostId;
use super::json::{Json, Object};
use super::message::{Message, has_words};
use super::outcome::PostFault;
use super::{Counters, Kind, POSTS_MAX, Platform, Post, Reading};
use crate::time::Timestamp;

/// The lists of an answer.
pub(super) const LISTS: [&str; 11] = [
    "videos",
    "comments",
    "itemList",
    "item_list",
    "aweme_list",
    "items",
    "user_liked_videos",
    "reposted_videos",
    "user_reposted_videos",
    "pinned_videos_list",
    "user_pinned_videos",
];

/// Keys of TikTok's own APIs of which every video has one, whatever fields were asked for.
const VIDEO_KEYS: [&str; 8] = [
    "video_description",
    "hashtag_names",
    "voice_to_text",
    "region_code",
    "effect_ids",
    "embed_link",
    "embed_html",
    "cover_image_url",
];

/// Keys that every comment of the research API has.
const COMMENT_KEYS: [&str; 3] = ["text", "video_id", "create_time"];

/// Reads TikTok's videos, comments and webhooks; `None` when the record is none of them.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<Reading<'a>> {
    let items = message.items();
    // No items at all are an answer with nothing new.
    if items.iter().all(is_webhook) {
        return Some(Reading::Control);
    }
    match items {
        // A video may hold a list of its own, so an answer is only what is no video.
        [item] => read_items(items, None).or_else(|| read_answer(item, &message.record)),
        _ => read_items(items, None),
    }
}

/// Whether it tells of the own account's life cycle, which is all that webhooks do.
fn is_webhook(object: &Object<'_>) -> bool {
    object.has_any(&["event"]) && object.has_any(&["client_key", "user_openid"])
}

/// Posts side by side; `None` when nothing tells what they are.
fn read_items<'a>(items: &[Object<'a>], expected: Option<Sort>) -> Option<Reading<'a>> {
    let first = items.iter().find_map(Sort::of).or(expected)?;
    let read = |item: &Object<'a>| match (Sort::of(item), expected) {
        (Some(sort), _) => sort.read(item),
        // TikTok's own, with no more than the fields that were asked for.
        (None, Some(sort)) => match sort.read(item) {
            Err(PostFault::NoText) if has_words(item) => Err(PostFault::NoId),
            read => read,
        },
        // Somebody else's words are not TikTok's, nor is the id.
        (None, None) if has_words(item) => Err(PostFault::NoId),
        (None, None) => first.read(item),
    };
    Some(Reading::Posts(first.shape(), items.iter().map(read).collect()))
}

/// The list of an answer; without one it is a refusal, or about no posts.
fn read_answer<'a>(answer: &Object<'a>, record: &Object<'a>) -> Option<Reading<'a>> {
    let error = record.object("error");
    let listed = LISTS
        .into_iter()
        .find_map(|name| Some((name, answer.get(name)?.list().filter(|items| !items.is_empty())?)));
    let Some((name, items)) = listed else {
        let error = error.filter(|error| error.has_any(&["log_id"]))?;
        let is_refused = error.text("code").is_some_and(|code| code != "ok");
        let lists_none = answer.sent().all(|(_, value)| value.is_empty() || value.list().is_none());
        return (is_refused || lists_none).then_some(Reading::Control);
    };
    // TikTok's own answers hold what they say, even where no more than ids were asked for.
    let own = error.is_some() || answer.has_any(&["cursor", "has_more"]);
    let expected = match name {
        "comments" if own => Some(Sort::Comment),
        "videos" if own => Some(Sort::Video),
        name if name.ends_with("_videos") || name == "pinned_videos_list" => Some(Sort::Video),
        _ => None,
    };
    let items: Vec<_> = items.into_iter().filter_map(Json::object).take(POSTS_MAX + 1).collect();
    if items.is_empty() { None } else { read_items(&items, expected) }
}

/// Whether an object has any of some keys.
type Has<'a> = fn(&Object<'a>, &[&str]) -> bool;

/// What an object is.
#[derive(Clone, Copy, Debug)]
enum Sort {
    Video,
    Comment,
    VendorVideo,
    VendorComment,
}

impl Sort {
    /// Told by its keys with a value, else by those without: a table of several sorts leaves the
    /// others' empty.
    fn of(object: &Object<'_>) -> Option<Self> {
        Self::by(object, Object::sends_any).or_else(|| Self::by(object, Object::has_any))
    }

    fn by<'a>(object: &Object<'a>, has: Has<'a>) -> Option<Self> {
        if vendor::is_comment(object, has) {
            Some(Self::VendorComment)
        } else if vendor::is_video(object, has) {
            Some(Self::VendorVideo)
        } else if has(object, &VIDEO_KEYS) {
            Some(Self::Video)
        } else if COMMENT_KEYS.iter().all(|key| has(object, &[key])) {
            Some(Self::Comment)
        } else {
            None
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Video => Shape::TiktokVideo,
            Self::Comment => Shape::TiktokComment,
            Self::VendorVideo | Self::VendorComment => Shape::TiktokVendor,
        }
    }

    fn read<'a>(self, object: &Object<'a>) -> Result<Post<'a>, PostFault> {
        match self {
            Self::Video => video(object).into_post(),
            Self::Comment => comment(object).into_post(),
            Self::VendorVideo => vendor::video(object).into_post(),
            Self::VendorComment => vendor::comment(object).into_post(),
        }
    }
}

/// What each shape says in its own words.
struct Parts<'a> {
    kind: Kind,
    id: Option<PostId>,
    author: Option<Cow<'a, str>>,
    handle: Option<Cow<'a, str>>,
    followers: Option<u64>,
    time: Option<Timestamp>,
    text: Option<Cow<'a, str>>,
    hashtags: Vec<Cow<'a, str>>,
    language_hint: Option<Cow<'a, str>>,
    counters: Counters,
}

impl<'a> Parts<'a> {
    /// A video's time is the one inside its id, where there is one. Of comment ids it is not
    /// documented that they hold one.
    fn into_post(self) -> Result<Post<'a>, PostFault> {
        if self.text.is_none() && self.hashtags.is_empty() {
            return Err(PostFault::NoText);
        }
        let id = self.id.ok_or(PostFault::NoId)?;
        let id_time = if self.kind == Kind::Original { id.tiktok_time() } else { None };
        Ok(Post {
            platform: Platform::Tiktok,
            root: id.clone(),
            id,
            kind: self.kind,
            author: self.author,
            handle: self.handle,
            followers: self.followers,
            event_time: id_time.or(self.time).ok_or(PostFault::NoTime)?,
            text: self.text.unwrap_or_default(),
            quoted: None,
            hashtags: self.hashtags,
            language_hint: self.language_hint,
            counters: self.counters,
        })
    }
}

/// A video of the research API, or of the display API, which has a `title` and no author.
fn video<'a>(video: &Object<'a>) -> Parts<'a> {
    Parts {
        kind: Kind::Original,
        id: video.id("id").or_else(|| video.id("video_id")),
        author: video.text("username"),
        handle: video.text("username"),
        followers: None,
        time: video.time("create_time"),
        text: video.text("video_description").or_else(|| video.text("title")),
        hashtags: tags(video.list("hashtag_names").unwrap_or_default().into_iter()),
        language_hint: None,
        counters: Counters {
            likes: video.count("like_count"),
            shares: video.count("share_count"),
            comments: video.count("comment_count"),
            views: video.count("view_count"),
        },
    }
}

/// A comment of the research API, which comes without its author.
fn comment<'a>(comment: &Object<'a>) -> Parts<'a> {
    Parts {
        kind: Kind::Reply,
        id: comment.id("id"),
        author: None,
        handle: None,
        followers: None,
        time: comment.time("create_time"),
        text: comment.text("text"),
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters {
            likes: comment.count("like_count"),
            comments: comment.count("reply_count"),
            ..Counters::default()
        },
    }
}

/// Hashtags as they are listed, with their `#` or without.
fn tags<'a>(listed: impl Iterator<Item = Json<'a>>) -> Vec<Cow<'a, str>> {
    listed.filter_map(Json::text).map(without_sign).filter(|tag| !tag.is_empty()).collect()
}

fn without_sign(tag: Cow<'_, str>) -> Cow<'_, str> {
    match tag {
        Cow::Borrowed(tag) => Cow::Borrowed(tag.trim_start_matches('#').trim()),
        Cow::Owned(tag) => Cow::Owned(tag.trim_start_matches('#').trim().to_owned()),
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod properties;
