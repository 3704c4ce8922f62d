//! TikTok: videos and comments of the research API, in batches or one by one, and webhooks.
//!
//! A speech transcript (`voice_to_text`) is not read: what a video's sound says is not what its
//! author wrote. `favorites_count` counts bookmarks, which no other platform shows, so it is not
//! a counter of ours.

use super::format::Shape;
use super::json::{Json, Object};
use super::message::{Message, Place};
use super::outcome::PostFault;
use super::{Counters, Kind, Platform, Post, Reading};

/// Keys of which every video has one, whatever fields were asked for.
const VIDEO_KEYS: [&str; 5] =
    ["video_description", "hashtag_names", "voice_to_text", "region_code", "effect_ids"];

/// Reads TikTok's videos, comments and webhooks; `None` when the record is none of them.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<Reading<'a>> {
    match message.place() {
        Place::Bare => read_bare(&message.record),
        Place::Data => read_batch(message.items().first()?),
        Place::List | Place::DataList => None,
    }
}

/// The videos or comments of an answer's `data`; `None` when it holds neither.
fn read_batch<'a>(data: &Object<'a>) -> Option<Reading<'a>> {
    if let Some(videos) = data.objects("videos") {
        let videos = videos.iter().map(read_video).collect();
        return Some(Reading::Posts(Shape::TiktokVideo, videos));
    }
    let comments = data.objects("comments")?.iter().map(read_comment).collect();
    Some(Reading::Posts(Shape::TiktokComment, comments))
}

/// One video or comment, or a webhook, which tells of the own account's life cycle only.
fn read_bare<'a>(record: &Object<'a>) -> Option<Reading<'a>> {
    if record.has_any(&["event"]) && record.has_any(&["client_key", "user_openid"]) {
        Some(Reading::Control)
    } else if record.has_any(&VIDEO_KEYS) {
        Some(Reading::Posts(Shape::TiktokVideo, vec![read_video(record)]))
    } else if ["text", "video_id", "create_time"].iter().all(|key| record.has_any(&[key])) {
        Some(Reading::Posts(Shape::TiktokComment, vec![read_comment(record)]))
    } else {
        None
    }
}

fn read_video<'a>(video: &Object<'a>) -> Result<Post<'a>, PostFault> {
    let text = video.text("video_description");
    let hashtags: Vec<_> = video
        .list("hashtag_names")
        .unwrap_or_default()
        .into_iter()
        .filter_map(Json::text)
        .collect();
    if text.is_none() && hashtags.is_empty() {
        return Err(PostFault::NoText);
    }
    let id = video.id("id").or_else(|| video.id("video_id")).ok_or(PostFault::NoId)?;
    let event_time =
        id.tiktok_time().or_else(|| video.time("create_time")).ok_or(PostFault::NoTime)?;
    Ok(Post {
        platform: Platform::Tiktok,
        root: id.clone(),
        id,
        kind: Kind::Original,
        author: video.text("username"),
        followers: None,
        event_time,
        text: text.unwrap_or_default(),
        quoted: None,
        hashtags,
        language_hint: None,
        counters: Counters {
            likes: video.count("like_count"),
            shares: video.count("share_count"),
            comments: video.count("comment_count"),
            views: video.count("view_count"),
        },
    })
}

/// A comment comes without its author. Its `create_time` is its time: only of video ids is it
/// documented that they hold one.
fn read_comment<'a>(comment: &Object<'a>) -> Result<Post<'a>, PostFault> {
    let text = comment.text("text").ok_or(PostFault::NoText)?;
    let id = comment.id("id").ok_or(PostFault::NoId)?;
    Ok(Post {
        platform: Platform::Tiktok,
        root: id.clone(),
        id,
        kind: Kind::Reply,
        author: None,
        followers: None,
        event_time: comment.time("create_time").ok_or(PostFault::NoTime)?,
        text,
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters {
            likes: comment.count("like_count"),
            shares: None,
            comments: comment.count("reply_count"),
            views: None,
        },
    })
}
