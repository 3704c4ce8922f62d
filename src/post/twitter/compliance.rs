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

/// What may stand beside an event.
const BESIDE: [&str; 5] = ["matching_rules", "errors", "meta", "includes", "for_user_id"];

/// The posts that a notice takes back, none for many; `None` when it is no notice.
///
/// # Errors
/// [`InvalidReason::UnknownShape`] when a post is gone and the notice does not say which: to pass
/// over it would leave the post counted without a word.
pub(super) fn read(notice: &Object<'_>) -> Result<Option<Vec<Gone>>, Invalid> {
    if activity::is_activity(notice) {
        return read_activity(notice);
    }
    let mut events = notice.sent().filter(|(key, _)| !BESIDE.contains(key)).peekable();
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;
    use crate::post::Reading;
    use crate::post::fixtures::{at, folder, read_any};

    const FIRST: &str = "2121573860766646273";
    const SHARE: &str = "2121576377349046275";

    #[test]
    fn notices_take_back_posts_or_nothing() {
        let gone = |id: &str, time: Option<&str>| Gone {
            platform: Platform::Twitter,
            id: PostId::parse(id),
            time: time.map(|time| at(&format!("2026-11-14T{time}Z"))),
        };
        let first = || vec![gone(FIRST, Some("13:00:00"))];
        let mut expected = BTreeMap::from([
            ("compliance_activity_delete", first()),
            ("compliance_activity_user_suspend", vec![]),
            ("compliance_list", vec![first().remove(0), gone(SHARE, Some("13:00:01.5"))]),
            ("compliance_v1_delete", first()),
            ("compliance_v1_drop", first()),
            ("compliance_v1_like_withdrawn", vec![]),
            ("compliance_v1_scrub_geo", vec![]),
            ("compliance_v1_status_withheld", first()),
            ("compliance_v1_status_withheld_flat", vec![gone(FIRST, None)]),
            ("compliance_v1_tweet_edit", vec![]),
            ("compliance_v1_undrop", vec![]),
            ("compliance_v1_user_protect", vec![]),
            ("compliance_v1_user_withheld", vec![]),
            ("compliance_v2_delete", first()),
            ("compliance_v2_delete_renamed", first()),
            ("compliance_v2_drop", first()),
            ("compliance_v2_post_edit", vec![]),
            ("compliance_v2_undrop", vec![]),
            ("compliance_v2_user_suspend", vec![]),
            ("compliance_v2_withheld", first()),
        ]);
        for entry in fs::read_dir(folder().join("twitter")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if name.starts_with("compliance_") {
                let gone = expected.remove(name).unwrap();
                assert_eq!(
                    read_any(&fs::read(&path).unwrap()),
                    Ok(Reading::Compliance(gone)),
                    "{name}"
                );
            }
        }
        assert!(expected.is_empty(), "{expected:?}");
    }

    #[test]
    fn a_notice_that_does_not_say_which_post_is_gone_is_not_passed_over() {
        for (payload, detail) in [
            (r#"{"delete":{"status":{"user_id":1}}}"#, "delete without the id of a post"),
            (r#"{"delete":{}}"#, "delete without the id of a post"),
            (r#"{"data":{"delete":{"tweet":{"id":""},"event_at":null}}}"#, "delete without the id"),
            (
                r#"{"data":{"withheld":{"tweet":{"id":6.0e17}}}}"#,
                "withheld without the id of a post",
            ),
            (r#"[{"drop":{"status":{"id":9}}},{"drop":{"status":{}}}]"#, "drop without the id"),
            (
                r#"{"objectType":"activity","verb":"delete","object":{"id":"tag:x,1:9"}}"#,
                "delete without",
            ),
            (r#"[{"id_str":"20","text":"x"},{"delete":{"status":{"id":9}}}]"#, "posts and notices"),
        ] {
            let invalid = read_any(payload.as_bytes()).unwrap_err();
            assert_eq!(invalid.reason, InvalidReason::UnknownShape, "{payload}");
            assert!(invalid.detail.contains(detail), "{invalid}");
        }
    }
}
