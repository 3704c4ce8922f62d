//! Notices of what is no longer there, of both generations and in Activity Streams.
//!
//! A post that was deleted, withheld (anywhere) or dropped is gone. A notice that gives one back
//! (`undrop`), tells of an edit (its new version comes as a post), of places or of an account
//! takes none.

use super::super::id::PostId;
use super::super::json::{Json, Object};
use super::super::outcome::{Invalid, InvalidReason};
use super::super::{Gone, Platform};
use super::{activity, v1};

/// Events that take a post back.
const TAKING: [&str; 4] = ["delete", "withheld", "status_withheld", "drop"];

/// Events that take none.
const OTHERS: [&str; 15] = [
    "undrop",
    "unwithheld",
    "status_unwithheld",
    "scrub_geo",
    "tweet_edit",
    "post_edit",
    "user_delete",
    "user_undelete",
    "user_protect",
    "user_unprotect",
    "user_suspend",
    "user_unsuspend",
    "user_withheld",
    "user_unwithheld",
    "user_profile_modification",
];

/// The posts that a notice takes back, none for many; `None` when it is no notice.
///
/// # Errors
/// [`InvalidReason::UnknownShape`] when a post is gone and the notice does not say which: to pass
/// over it would leave the post counted without a word.
pub(super) fn read(notice: &Object<'_>) -> Result<Option<Vec<Gone>>, Invalid> {
    if activity::is_activity(notice) {
        return read_activity(notice);
    }
    let mut events = notice.sent().peekable();
    let is_event = |(event, value): (&str, Json<'_>)| is_known(event) && value.is_object();
    if events.peek().is_none() || !events.all(is_event) {
        return Ok(None);
    }
    let mut gone = Vec::new();
    for (event, told) in notice.sent() {
        if TAKING.contains(&event)
            && let Some(told) = told.object()
        {
            gone.extend(read_taking(event, &told)?);
        }
    }
    Ok(Some(gone))
}

/// An event that takes back a post, or something else that was deleted or withheld.
fn read_taking(event: &str, told: &Object<'_>) -> Result<Option<Gone>, Invalid> {
    let post = ["status", "tweet", "post"].into_iter().find_map(|key| told.object(key));
    if post.is_none() && ["user", "favorite", "like"].iter().any(|key| told.object(key).is_some()) {
        return Ok(None);
    }
    // The first streams put the post's id right into the event.
    let post = post.as_ref().unwrap_or(told);
    gone(event, v1::id_of(post, "id_str", "id"), told).map(Some)
}

fn read_activity(notice: &Object<'_>) -> Result<Option<Vec<Gone>>, Invalid> {
    match notice.text("verb").as_deref() {
        Some(event) if TAKING.contains(&event) => {
            let id = notice.object("object").as_ref().and_then(activity::id);
            gone(event, id, notice).map(|gone| Some(vec![gone]))
        }
        Some(event) if is_known(event) => Ok(Some(Vec::new())),
        _ => Ok(None),
    }
}

fn is_known(event: &str) -> bool {
    TAKING.contains(&event) || OTHERS.contains(&event)
}

fn gone(event: &str, id: Option<PostId>, told: &Object<'_>) -> Result<Gone, Invalid> {
    let id = id.ok_or_else(|| Invalid {
        reason: InvalidReason::UnknownShape,
        detail: format!("{event} without the id of a post"),
    })?;
    let times = ["event_at", "timestamp_ms", "timestampMs"];
    let time = times.into_iter().find_map(|key| told.get(key)?.time_in_millis());
    Ok(Gone { platform: Platform::Twitter, id, time })
}
