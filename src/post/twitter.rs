//! Twitter, now X: v2, v1.1 and Activity Streams, notices of posts that are gone, and what a
//! stream says about itself.
//!
//! Its text is HTML-escaped, in `&`, `<` and `>` only. A share's own text is cut at 140
//! characters, so the shared post's is read; a share's counters are the shared post's, so they
//! are not.

mod activity;
mod compliance;
mod v1;
mod v2;

use std::borrow::Cow;

use super::format::Shape;
use super::id::PostId;
use super::json::{Json, Object, Record};
use super::message::{Message, Place, THREADS_KEYS, has_words, is_from_elsewhere, objects};
use super::outcome::{Invalid, InvalidReason, PostFault};
use super::{Counters, Kind, POSTS_MAX, Platform, Post, Reading};

/// Where searches of v1.1 and Activity Streams put their posts.
pub(super) const LISTS: [&str; 2] = ["statuses", "results"];

const TEXT_KEYS: [&str; 3] = ["text", "full_text", "extended_tweet"];

/// Keys that only a v1.1 post has.
const V1_KEYS: [&str; 5] =
    ["id_str", "truncated", "full_text", "extended_tweet", "retweeted_status"];

/// Keys that only a v2 post has, in its two spellings.
const V2_KEYS: [&str; 9] = [
    "author_id",
    "edit_history_tweet_ids",
    "edit_history_post_ids",
    "public_metrics",
    "conversation_id",
    "referenced_tweets",
    "referenced_posts",
    "note_tweet",
    "note_post",
];

/// Keys of a v1.1 post that a v2 post has too, where somebody took its metrics apart.
const V1_COUNTERS: [&str; 2] = ["retweet_count", "favorite_count"];

/// Keys that other platforms put beside a `text`.
const FOREIGN_KEYS: [&str; 13] = [
    "user",
    "media",
    "account",
    "visibility",
    "content",
    "timestamp",
    "username",
    "from",
    "like_count",
    "create_time",
    "createTime",
    "createTimeISO",
    "video_id",
];

/// What a private message may have.
const PRIVATE_KEYS: [&str; 5] =
    ["dm_conversation_id", "event_type", "sender_id", "direct_message", "direct_message_events"];

/// Where the types of X's problems lie.
const PROBLEMS: [&str; 2] =
    ["https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/"];

/// How many bytes of text a record's posts may refer to: each of the largest answer's 500 to a
/// text of X's longest, 128 KiB. A short record could refer to one text thousands of times.
const TEXT_BYTES_MAX: usize = 500 * 128 * 1024;

/// Messages of a stream about itself, each alone in its record.
const STREAM_MESSAGES: [&str; 7] =
    ["errors", "error", "disconnect", "limit", "warning", "info", "meta"];

/// Reads X's posts, notices and stream messages; `None` when the record is none of them.
///
/// # Errors
/// [`InvalidReason::UnknownShape`] for a notice that does not say of which post, and for an array
/// of posts and notices: a reading is of one or the other.
pub(super) fn read<'a>(message: &Message<'a>) -> Result<Option<Reading<'a>>, Invalid> {
    let (record, items) = (&message.record, message.items());
    if message.place() == Place::List {
        return read_list(items);
    }
    // Private messages are never read.
    if is_private(record) || items.iter().all(is_private) {
        return Ok(Some(Reading::Control));
    }
    // A post may stand beside an empty list.
    let listed = LISTS.into_iter().filter_map(|key| objects(record.get(key)?));
    let posts = match listed.into_iter().find(|listed| !listed.is_empty()) {
        Some(listed) => read_posts(&listed, record, Place::Bare)?,
        None => read_posts(items, record, message.place())?,
    };
    if posts.is_some() {
        return Ok(posts);
    }
    let notices: Option<Vec<_>> = items.iter().map(compliance::read).collect::<Result<_, _>>()?;
    Ok(match notices {
        Some(gone) => Some(Reading::Compliance(gone.into_iter().flatten().collect())),
        None => is_control(record).then_some(Reading::Control),
    })
}

/// An array in which each item is what a record by itself could be.
fn read_list<'a>(items: &[Object<'a>]) -> Result<Option<Reading<'a>>, Invalid> {
    let (mut shape, mut posts) = (None, Vec::new());
    let (mut notices, mut control, mut gone) = (false, items.is_empty(), Vec::new());
    let mut text_bytes = 0;
    for item in items {
        if posts.len() > POSTS_MAX {
            break;
        }
        let message = Message::of(Record::Object(item.clone()))?;
        match read(&message)? {
            Some(Reading::Posts(first, read)) => {
                shape.get_or_insert(first);
                for post in &read {
                    add_text(&mut text_bytes, post)?;
                }
                posts.extend(read);
            }
            Some(Reading::Compliance(read)) => {
                notices = true;
                gone.extend(read);
            }
            Some(Reading::Control) => control = true,
            None if message.is_nothing_new() => control = true,
            None => posts.push(Err(no_post(item))),
        }
    }
    match shape {
        Some(_) if notices => Err(Invalid {
            reason: InvalidReason::UnknownShape,
            detail: "an array of posts and notices; send them in records apart".to_owned(),
        }),
        Some(shape) => Ok(Some(Reading::Posts(shape, posts))),
        None if !posts.is_empty() => Ok(None),
        None if notices => Ok(Some(Reading::Compliance(gone))),
        None => Ok(control.then_some(Reading::Control)),
    }
}

/// The posts among `items`; `None` when there is none.
fn read_posts<'a>(
    items: &[Object<'a>],
    record: &Object<'a>,
    place: Place,
) -> Result<Option<Reading<'a>>, Invalid> {
    let Some(first) = items.iter().find_map(|item| shape_of(item, place)) else { return Ok(None) };
    let includes = v2::Includes::of(record);
    let read = |item: &Object<'a>| match shape_of(item, place) {
        Some(Shape::TwitterActivity) => activity::read(item),
        Some(Shape::TwitterV1) => v1::read(item),
        Some(_) => v2::read(item, &includes),
        None => Err(no_post(item)),
    };
    let (mut posts, mut text_bytes) = (Vec::with_capacity(items.len()), 0);
    for post in items.iter().map(read) {
        add_text(&mut text_bytes, &post)?;
        posts.push(post);
    }
    Ok(Some(Reading::Posts(first, posts)))
}

/// Adds a post's texts to those of a record.
fn add_text(bytes: &mut usize, post: &Result<Post<'_>, PostFault>) -> Result<(), Invalid> {
    let Ok(post) = post else { return Ok(()) };
    *bytes += post.text.len() + post.quoted.as_ref().map_or(0, |quoted| quoted.len());
    if *bytes <= TEXT_BYTES_MAX {
        return Ok(());
    }
    let detail = format!(
        "its posts refer to more than {TEXT_BYTES_MAX} bytes of text; send them in several records"
    );
    Err(Invalid { reason: InvalidReason::TooMany, detail })
}

/// The shape of a post of X; `None` when it does not look like one.
///
/// What lies in `data` needs no more than a text, unless it has a key that other platforms put
/// beside their texts and X does not.
fn shape_of(item: &Object<'_>, place: Place) -> Option<Shape> {
    if activity::is_post(item) {
        return Some(Shape::TwitterActivity);
    }
    if !item.has_any(&TEXT_KEYS) || is_from_elsewhere(item) || is_private(item) {
        return None;
    }
    // A table of several platforms leaves the others' keys without values.
    let version = version_of(item, Object::sends_any);
    if version.is_some() {
        return version;
    }
    if item.sends_any(&FOREIGN_KEYS) || item.sends_any(&THREADS_KEYS) {
        None
    } else if let Some(version) = version_of(item, Object::has_any) {
        Some(version)
    } else if item.has_any(&V1_COUNTERS) {
        Some(Shape::TwitterV1)
    } else {
        // With no more than a time it may be either version's, and reads the same.
        let known = place != Place::Bare || item.has_any(&["created_at"]);
        known.then_some(Shape::TwitterV2)
    }
}

/// The version of X's API that has such keys.
fn version_of<'a>(item: &Object<'a>, has: fn(&Object<'a>, &[&str]) -> bool) -> Option<Shape> {
    if has(item, &V1_KEYS) || has(item, &["user"]) && has(item, &["created_at"]) {
        Some(Shape::TwitterV1)
    } else {
        has(item, &V2_KEYS).then_some(Shape::TwitterV2)
    }
}

/// What is wrong with an item beside posts that is none. One of X with an id has no text; whatever
/// else it is must not pass for that, so its id is none of X.
fn no_post(item: &Object<'_>) -> PostFault {
    let is_own = item.has_any(&V1_KEYS) || item.has_any(&V2_KEYS);
    let has_id = v1::id_of(item, "id_str", "id").is_some();
    if is_own && has_id && !has_words(item) { PostFault::NoText } else { PostFault::NoId }
}

/// Whether it is a private message, of either version.
fn is_private(item: &Object<'_>) -> bool {
    if !item.sends_any(&PRIVATE_KEYS) {
        return false;
    }
    let event = item.text("event_type");
    item.sends_any(&["dm_conversation_id", "direct_message", "direct_message_events"])
        || item.sends_any(&["sender_id"]) && item.sends_any(&["recipient_id"])
        || matches!(
            event.as_deref(),
            Some("MessageCreate" | "ParticipantsJoin" | "ParticipantsLeave")
        )
}

/// A stream's message about itself.
fn is_control(record: &Object<'_>) -> bool {
    let mut sent = record.sent().peekable();
    sent.peek().is_some() && sent.all(|(key, _)| STREAM_MESSAGES.contains(&key))
        || record.text("type").is_some_and(|kind| {
            kind == "connection_metadata" || PROBLEMS.iter().any(|place| kind.starts_with(place))
        })
}

/// Of several sorts at once, the first of share, quote, reply.
fn kind(shares: bool, quotes: bool, replies: bool) -> Kind {
    match (shares, quotes, replies) {
        (true, _, _) => Kind::Share,
        (_, true, _) => Kind::Quote,
        (_, _, true) => Kind::Reply,
        _ => Kind::Original,
    }
}

/// What each shape says in its own way.
struct Parts<'a> {
    id: Option<PostId>,
    root: Option<PostId>,
    kind: Kind,
    author: Option<Cow<'a, str>>,
    handle: Option<Cow<'a, str>>,
    followers: Option<u64>,
    created: Option<Json<'a>>,
    /// The text a reader sees, still escaped: of a share, the shared post's.
    text: Option<Cow<'a, str>>,
    /// The quoted text, still escaped.
    quoted: Option<Cow<'a, str>>,
    language_hint: Option<Cow<'a, str>>,
}

impl<'a> Parts<'a> {
    /// Builds the post, with the counters only where they are its own.
    fn into_post(self, counters: impl FnOnce() -> Counters) -> Result<Post<'a>, PostFault> {
        if self.text.is_none() && self.quoted.is_none() {
            return Err(PostFault::NoText);
        }
        let id = self.id.ok_or(PostFault::NoId)?;
        let root = self.root.unwrap_or_else(|| id.clone());
        let created = || self.created.and_then(Json::time);
        let event_time = root.twitter_time().or_else(created).ok_or(PostFault::NoTime)?;
        Ok(Post {
            platform: Platform::Twitter,
            id,
            root,
            kind: self.kind,
            author: self.author,
            handle: self.handle,
            followers: self.followers,
            event_time,
            text: self.text.map(unescape).unwrap_or_default(),
            quoted: self.quoted.map(unescape),
            hashtags: Vec::new(),
            language_hint: self.language_hint,
            counters: if self.kind == Kind::Share { Counters::default() } else { counters() },
        })
    }
}

/// Undoes X's HTML escapes, once: `&amp;lt;` is a `&lt;` that somebody typed.
fn unescape(text: Cow<'_, str>) -> Cow<'_, str> {
    const ESCAPES: [(&str, char); 3] = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some((before, after)) = rest.split_once('&') {
        let unescaped = ESCAPES
            .into_iter()
            .find_map(|(escape, character)| Some((character, after.strip_prefix(escape)?)));
        let (character, remainder) = unescaped.unwrap_or(('&', after));
        plain.push_str(before);
        plain.push(character);
        rest = remainder;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Reposts and quotes together, where either is sent. One that is sent and not known leaves the
/// sum unknown: what is known of it later would seem to be new.
fn shares(counts: &Object<'_>) -> Option<u64> {
    let mut sum = None;
    for names in [&["retweet_count", "repost_count"][..], &["quote_count"]] {
        match names.iter().find_map(|name| counts.count(name)) {
            Some(count) => sum = Some(sum.unwrap_or(0) + count),
            None if counts.has_any(names) => return None,
            None => {}
        }
    }
    sum
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod properties;
