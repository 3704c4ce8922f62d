//! TikTok as vendors resell it: the site's own objects (`desc`, `createTime`, `stats`), its app's
//! (`aweme_id`, `create_time`, `statistics`), and flat records (`text`, `authorMeta`;
//! `description`, `profile_id`; `comment_text`, `commenter_id`).
//!
//! They differ in names only, so each field is looked for under every name it has.

use std::borrow::Cow;

use super::super::json::{Json, Object};
use super::super::{Counters, Kind};
use super::{Has, Parts, tags};

/// Keys that no other platform uses: one is enough.
const OWN_KEYS: [&str; 12] = [
    "diggCount",
    "digg_count",
    "aweme_id",
    "authorMeta",
    "authorStats",
    "authorStatsV2",
    "statsV2",
    "textExtra",
    "text_extra",
    "createTimeISO",
    "webVideoUrl",
    "videoWebUrl",
];

/// Keys of a comment; those that other platforms use too need one of [`OWN_KEYS`] beside them.
const COMMENT_KEYS: [&str; 3] = ["cid", "comment_id", "comment_text"];

/// Keys that a comment has all of, and a video never.
const ABOUT_KEYS: [&str; 3] = ["id", "video_id", "text"];

/// Where counters lie beside the object itself, the exact ones first.
const COUNTER_HOLDERS: [&str; 3] = ["statsV2", "stats", "statistics"];

/// Where an author lies, other than by name.
const AUTHOR_HOLDERS: [&str; 3] = ["author", "authorMeta", "user"];

/// An author's handle where it lies, and beside the post itself.
const HELD_HANDLES: [&str; 3] = ["uniqueId", "unique_id", "name"];
const HANDLES: [&str; 4] = ["author", "profile_username", "commenter_user_name", "uniqueId"];

/// What TikTok writes for a language that it cannot tell.
const UNKNOWN_LANGUAGE: &str = "un";

/// Whether it looks like a vendor's comment, by the keys that it `has`.
pub(super) fn is_comment<'a>(object: &Object<'a>, has: Has<'a>) -> bool {
    has(object, &["commenter_id", "commenter_user_name"])
        || (has(object, &COMMENT_KEYS) || ABOUT_KEYS.iter().all(|key| has(object, &[key])))
            && has(object, &OWN_KEYS)
}

/// Whether it looks like a vendor's video; a comment may look like one.
pub(super) fn is_video<'a>(object: &Object<'a>, has: Has<'a>) -> bool {
    has(object, &OWN_KEYS)
        || has(object, &["desc"]) && has_stats_or_time(object, has)
        || has(object, &["post_id"]) && has(object, &["profile_username", "play_count"])
}

/// A `desc` is anybody's, but not with a time so named, or with TikTok's own likes.
fn has_stats_or_time<'a>(object: &Object<'a>, has: Has<'a>) -> bool {
    has(object, &["createTime", "create_time"])
        || object.object("stats").is_some_and(|stats| stats.has_any(&["diggCount"]))
}

/// A video, which is an original: vendors do not mark reposts.
pub(super) fn video<'a>(video: &Object<'a>) -> Parts<'a> {
    let count = counters(video);
    Parts {
        kind: Kind::Original,
        id: ["id", "aweme_id", "video_id", "post_id"].into_iter().find_map(|key| video.id(key)),
        author: author(video),
        handle: handle(video),
        followers: followers(video),
        time: ["createTimeISO", "createTime", "create_time"]
            .into_iter()
            .find_map(|key| video.time(key)),
        text: first_text(video, &["desc", "text", "description", "title"]),
        hashtags: hashtags(video),
        language_hint: language(video, &["textLanguage", "desc_language"]),
        counters: Counters {
            likes: count(["diggCount", "digg_count"]),
            shares: count(["shareCount", "share_count"]),
            comments: count(["commentCount", "comment_count"]),
            views: count(["playCount", "play_count"]),
        },
    }
}

/// A comment, or a reply to one.
pub(super) fn comment<'a>(comment: &Object<'a>) -> Parts<'a> {
    let count = |names: &[&str]| names.iter().find_map(|name| comment.count(name));
    Parts {
        kind: Kind::Reply,
        id: ["cid", "comment_id", "id"].into_iter().find_map(|key| comment.id(key)),
        author: author(comment),
        handle: handle(comment),
        followers: followers(comment),
        time: ["createTimeISO", "createTime", "create_time", "date_created"]
            .into_iter()
            .find_map(|key| comment.time(key)),
        text: first_text(comment, &["text", "comment_text"]),
        hashtags: Vec::new(),
        language_hint: language(comment, &["comment_language"]),
        counters: Counters {
            likes: count(&["diggCount", "digg_count", "num_likes"]),
            comments: count(&[
                "replyCommentTotal",
                "reply_comment_total",
                "reply_total",
                "num_replies",
            ]),
            ..Counters::default()
        },
    }
}

/// Looks a counter up by its names, wherever `object` keeps its counters.
fn counters(object: &Object<'_>) -> impl Fn([&str; 2]) -> Option<u64> {
    let holders: Vec<_> = COUNTER_HOLDERS.iter().filter_map(|key| object.object(key)).collect();
    move |names| {
        let mut places = holders.iter().chain([object]);
        places.find_map(|holder| names.iter().find_map(|name| holder.count(name)))
    }
}

/// The author's id, else the handle.
fn author<'a>(object: &Object<'a>) -> Option<Cow<'a, str>> {
    let held = AUTHOR_HOLDERS.iter().find_map(|key| object.object(key));
    held.and_then(|author| {
        first_text(&author, &["id", "uid"]).or_else(|| first_text(&author, &HELD_HANDLES))
    })
    .or_else(|| first_text(object, &["authorId", "profile_id", "commenter_id", "uid"]))
    .or_else(|| first_text(object, &HANDLES))
}

/// The author's handle, where it stands beside the id too.
fn handle<'a>(object: &Object<'a>) -> Option<Cow<'a, str>> {
    let held = AUTHOR_HOLDERS.iter().find_map(|key| object.object(key));
    held.and_then(|author| first_text(&author, &HELD_HANDLES))
        .or_else(|| first_text(object, &HANDLES))
}

fn followers(object: &Object<'_>) -> Option<u64> {
    let places = [
        ("authorStatsV2", "followerCount"),
        ("authorStats", "followerCount"),
        ("authorMeta", "fans"),
        ("author", "followerCount"),
        ("author", "follower_count"),
    ];
    places
        .into_iter()
        .find_map(|(holder, name)| object.object(holder)?.count(name))
        .or_else(|| object.count("profile_followers"))
}

/// The first list that names any: the same hashtags stand in several.
fn hashtags<'a>(object: &Object<'a>) -> Vec<Cow<'a, str>> {
    let lists = [
        ("hashtags", "name"),
        ("textExtra", "hashtagName"),
        ("challenges", "title"),
        ("text_extra", "hashtag_name"),
    ];
    let named = lists.into_iter().map(|(list, name)| {
        let items = object.list(list).unwrap_or_default().into_iter();
        tags(items.filter_map(|item| name_in(item, name)))
    });
    named.into_iter().find(|tags| !tags.is_empty()).unwrap_or_default()
}

/// A hashtag's name, which is the item itself or one of its members.
fn name_in<'a>(item: Json<'a>, name: &str) -> Option<Json<'a>> {
    if item.is_object() { item.object()?.get(name) } else { Some(item) }
}

fn language<'a>(object: &Object<'a>, names: &[&str]) -> Option<Cow<'a, str>> {
    first_text(object, names).filter(|language| language != UNKNOWN_LANGUAGE)
}

fn first_text<'a>(object: &Object<'a>, names: &[&str]) -> Option<Cow<'a, str>> {
    names.iter().find_map(|name| object.text(name))
}
