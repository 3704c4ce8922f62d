//! Activity Streams: posts and notices in the words of a format for any network.
//!
//! Ids are IRIs that end with X's own: `tag:search.twitter.com,2005:20`. A share's `object` is the
//! shared activity; a post's is a note that repeats it.

use std::borrow::Cow;

use super::super::id::PostId;
use super::super::json::{Json, Object};
use super::super::outcome::PostFault;
use super::super::{Counters, Post};
use super::v1;
use super::{Parts, kind};

/// Whose ids these are, before the last colon.
const AUTHORITIES: [&str; 6] = [
    "tag:search.twitter.com,2005",
    "tag:search.x.com,2005",
    "object:search.twitter.com,2005",
    "object:search.x.com,2005",
    "id:twitter.com",
    "id:x.com",
];

/// Whether it is an activity that made a post.
pub(super) fn is_post(item: &Object<'_>) -> bool {
    is_activity(item) && matches!(item.text("verb").as_deref(), Some("post" | "share"))
}

/// Whether it is an activity of any sort.
pub(super) fn is_activity(item: &Object<'_>) -> bool {
    item.has_any(&["verb"]) && item.text("objectType").is_some_and(|kind| kind == "activity")
}

pub(super) fn read<'a>(post: &Object<'a>) -> Result<Post<'a>, PostFault> {
    let object = post.object("object");
    let is_share = post.text("verb").is_some_and(|verb| verb == "share");
    let shared = object.as_ref().filter(|_| is_share);
    let quoted = shared
        .and_then(|shared| shared.filled("twitter_quoted_status"))
        .or_else(|| post.filled("twitter_quoted_status"));
    let is_reply = post.filled("inReplyTo").is_some();
    let actor = post.object("actor");
    let author = |actor: &Object<'a>| {
        actor.get("id").and_then(local).or_else(|| actor.id_text("preferredUsername"))
    };
    let parts = Parts {
        id: id(post),
        root: v1::first_version(post).and_then(local).map(|id| PostId::parse(&id)),
        kind: kind(is_share, quoted.is_some(), is_reply),
        author: actor.as_ref().and_then(author),
        handle: actor.as_ref().and_then(|actor| actor.text("preferredUsername")),
        followers: actor.as_ref().and_then(|actor| actor.count("followersCount")),
        created: post.get("postedTime"),
        text: shared
            .and_then(full_text)
            .or_else(|| full_text(post))
            .or_else(|| full_text(object.as_ref()?)),
        quoted: quoted.as_ref().and_then(full_text),
        language_hint: post.text("twitter_lang"),
    };
    parts.into_post(|| Counters {
        likes: post.count("favoritesCount"),
        shares: post.count("retweetCount"),
        comments: None,
        views: None,
    })
}

/// X's own id of an activity or of its object; `None` when it is another network's.
pub(super) fn id(item: &Object<'_>) -> Option<PostId> {
    item.get("id").and_then(local).map(|id| PostId::parse(&id))
}

/// An IRI's last part, where it is one of X's; an id that is no IRI as it is.
fn local(iri: Json<'_>) -> Option<Cow<'_, str>> {
    let iri = iri.id_text()?;
    let Some((authority, local)) = iri.rsplit_once(':') else { return Some(iri) };
    if local.is_empty() || !AUTHORITIES.contains(&authority) {
        return None;
    }
    Some(match &iri {
        Cow::Borrowed(whole) => Cow::Borrowed(whole.get(authority.len() + 1..)?),
        Cow::Owned(_) => Cow::Owned(local.to_owned()),
    })
}

/// The longest text an activity or a note carries, still escaped.
fn full_text<'a>(item: &Object<'a>) -> Option<Cow<'a, str>> {
    let long = item.object("long_object").and_then(|long| long.text("body"));
    long.or_else(|| item.text("body")).or_else(|| item.text("summary"))
}
