//! v1.1: compatibility, extended and streaming forms, and the enriched archives'.

use std::borrow::Cow;

use super::super::id::PostId;
use super::super::json::{Json, Object};
use super::super::outcome::PostFault;
use super::super::{Counters, Post};
use super::{Parts, kind, shares};

pub(super) fn read<'a>(post: &Object<'a>) -> Result<Post<'a>, PostFault> {
    let shared = post.filled("retweeted_status");
    let quoted = shared
        .as_ref()
        .and_then(|shared| shared.filled("quoted_status"))
        .or_else(|| post.filled("quoted_status"));
    let is_quote = quoted.is_some()
        || id_of(post, "quoted_status_id_str", "quoted_status_id").is_some()
        // The quoted post is gone: nothing else is left of it.
        || post.get("is_quote_status").is_some_and(Json::is_true);
    let is_reply = id_of(post, "in_reply_to_status_id_str", "in_reply_to_status_id").is_some();
    let user = post.object("user");
    let parts = Parts {
        id: id_of(post, "id_str", "id"),
        root: first_version(post).and_then(Json::id),
        kind: kind(shared.is_some(), is_quote, is_reply),
        author: user.as_ref().and_then(|user| {
            ["id_str", "id", "screen_name"].into_iter().find_map(|key| user.id_text(key))
        }),
        handle: user.as_ref().and_then(|user| user.text("screen_name")),
        followers: user.as_ref().and_then(|user| user.count("followers_count")),
        created: post.get("created_at"),
        text: shared.as_ref().and_then(full_text).or_else(|| full_text(post)),
        quoted: quoted.as_ref().and_then(full_text),
        language_hint: post.text("lang").or_else(|| shared.as_ref()?.text("lang")),
    };
    parts.into_post(|| Counters {
        likes: post.count("favorite_count"),
        shares: shares(post),
        comments: post.count("reply_count"),
        views: None,
    })
}

/// A v1.1 id: as a string where there is one, because the number may have been rounded.
pub(super) fn id_of(post: &Object<'_>, string: &str, number: &str) -> Option<PostId> {
    post.id(string).or_else(|| post.id(number))
}

/// The id of an edited post's first version.
pub(super) fn first_version<'a>(post: &Object<'a>) -> Option<Json<'a>> {
    let history = post.object("edit_history")?;
    let first = history.list("edit_tweet_ids").unwrap_or_default().into_iter().next();
    first.or_else(|| history.get("initial_tweet_id"))
}

/// The longest text a post carries, still escaped.
fn full_text<'a>(post: &Object<'a>) -> Option<Cow<'a, str>> {
    let within = |object: &str, text: &str| post.object(object)?.text(text);
    within("note_tweet", "text")
        .or_else(|| within("extended_tweet", "full_text"))
        .or_else(|| post.text("full_text"))
        .or_else(|| post.text("text"))
}
