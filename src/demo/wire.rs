//! A post as the bytes its platform sends.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::earned::Told;
use super::model::{Form, Kind, Platform, Post, civil};
use super::twitter;

/// Instagram's account ids are plain numbers of this size.
const INSTAGRAM_FIRST_ACCOUNT: u64 = 17_841_400_000_000_000;

/// A post as its platform writes it, with counters that have grown `growth` times.
pub(super) fn value(post: &Post, growth: u32) -> Value {
    match (post.platform, post.form) {
        (Platform::Twitter, Form::V2 { renamed }) => twitter::v2(post, renamed, growth),
        (Platform::Twitter, Form::V2Bare) => twitter::v2_bare(post),
        (Platform::Twitter, _) => twitter::v1(post, growth),
        (Platform::Tiktok, _) if post.id.is_multiple_of(2) => video(post, growth),
        (Platform::Tiktok, _) => batch(&[video(post, growth)]),
        (Platform::Instagram, _) => media(post, growth),
    }
}

/// What a reader of [`value`] learns of the post's own counters.
pub(super) fn told(post: &Post, growth: u32) -> Told {
    match post.platform {
        Platform::Twitter => twitter::told(post, growth),
        Platform::Tiktok => {
            let views = views(post, growth);
            [Some(views / 11), Some(views / 130), Some(views / 190), Some(views)]
        }
        Platform::Instagram => {
            let likes = likes(post, growth);
            [shows_likes(post).then_some(likes), None, Some(likes / 9), None]
        }
    }
}

/// Videos as one answer of the research API.
pub(super) fn batch(videos: &[Value]) -> Value {
    json!({
        "data": { "videos": videos, "cursor": 100, "has_more": true },
        "error": { "code": "ok", "message": "" },
    })
}

/// One video of the research API. Its id is a number above 2^53.
pub(super) fn video(post: &Post, growth: u32) -> Value {
    let in_text = post.text.split_whitespace().filter_map(|word| word.strip_prefix('#'));
    let hashtags: Vec<&str> = in_text.chain(post.hashtags.iter().copied()).collect();
    let views = views(post, growth);
    let mut video = json!({
        "create_time": post.event.as_millis() / 1000,
        "video_description": post.text,
        "hashtag_names": hashtags,
        "region_code": post.language.region(),
        "view_count": views,
        "like_count": views / 11,
        "comment_count": views / 190,
        "share_count": views / 130,
        "favorites_count": views / 70,
        "music_id": 703_847_506_349_838_790_u64,
    });
    let id = if post.appeal.is_multiple_of(2) { "id" } else { "video_id" };
    video[id] = json!(post.id);
    if let Some(author) = post.author {
        video["username"] = json!(format!("drama.nights.{author}"));
    }
    video
}

fn views(post: &Post, growth: u32) -> u64 {
    u64::from(post.appeal) * u64::from(growth + 1) * 40
}

fn likes(post: &Post, growth: u32) -> u64 {
    u64::from(post.appeal) * u64::from(growth + 1)
}

/// Some accounts hide them.
fn shows_likes(post: &Post) -> bool {
    !post.appeal.is_multiple_of(7)
}

fn media(post: &Post, growth: u32) -> Value {
    let likes = likes(post, growth);
    let mut media = json!({
        "id": post.id.to_string(),
        "media_type": if post.appeal.is_multiple_of(3) { "VIDEO" } else { "IMAGE" },
        "permalink": format!("https://www.instagram.com/p/{:x}/", post.id),
        "timestamp": civil(post.event, "%Y-%m-%dT%H:%M:%S+0000"),
        "comments_count": likes / 9,
    });
    if !post.text.is_empty() {
        media["caption"] = json!(post.text);
    }
    if shows_likes(post) {
        media["like_count"] = json!(likes);
    }
    if let Some(author) = post.author {
        media["username"] = json!(format!("seoul_evenings_{author}"));
        // Always or never for one account: to a reader its id and its name are two.
        if author.is_multiple_of(2) {
            let account = INSTAGRAM_FIRST_ACCOUNT + u64::from(author);
            media["owner"] = json!({ "id": account.to_string() });
        }
    }
    media
}

/// JSON text, in nothing but ASCII if `escaped`.
pub(super) fn bytes(value: &Value, escaped: bool) -> Vec<u8> {
    let text = value.to_string();
    if !escaped {
        return text.into_bytes();
    }
    // Whatever is not ASCII stands in a string, where an escape means the same.
    let mut ascii = String::with_capacity(text.len() * 2);
    for char in text.chars() {
        if char.is_ascii() {
            ascii.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii.into_bytes()
}

/// The object at `pointer`, to damage it.
pub(super) fn object<'a>(
    value: &'a mut Value,
    pointer: &str,
) -> Option<&'a mut Map<String, Value>> {
    value.pointer_mut(pointer).and_then(Value::as_object_mut)
}

/// A line of the platform that is no post.
pub(super) fn control(platform: Platform, number: u32) -> Vec<u8> {
    match (platform, number % 3) {
        (Platform::Twitter, 0) => b"\r\n".to_vec(),
        (Platform::Twitter, 1) => {
            br#"{"type":"connection_metadata","datacenter":"icn1","timestamp":1790000000000}"#.to_vec()
        }
        (Platform::Twitter, _) => br#"{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"This stream has been disconnected upstream for operational reasons.","type":"https://api.twitter.com/2/problems/operational-disconnect"}]}"#.to_vec(),
        (Platform::Tiktok, _) => br#"{"client_key":"demo","event":"video.upload.failed","create_time":1790000000,"user_openid":"demo.user","content":"{\"share_id\":\"video.demo\"}"}"#.to_vec(),
        (Platform::Instagram, _) => b"\n".to_vec(),
    }
}

/// Whether a form of X can carry what the post is.
pub(super) fn can_carry(form: Form, kind: Kind) -> bool {
    form != Form::V2Bare || kind == Kind::Original
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_is_ascii_and_means_the_same() {
        let value = json!({ "text": "별빛 소나타 😭 <3" });
        let escaped = bytes(&value, true);
        assert!(escaped.is_ascii());
        assert!(String::from_utf8_lossy(&escaped).contains("\\ud83d\\ude2d"));
        assert_eq!(serde_json::from_slice::<Value>(&escaped).unwrap(), value);
    }

    #[test]
    fn times_are_written_as_the_platforms_do() {
        let time = crate::time::Timestamp::from_millis(1_790_000_000_123);
        assert_eq!(civil(time, "%Y-%m-%dT%H:%M:%S+0000"), "2026-09-21T14:13:20+0000");
        assert_eq!(civil(time, twitter::V1_TIME), "Mon Sep 21 14:13:20 +0000 2026");
        assert_eq!(civil(time, twitter::V2_TIME), "2026-09-21T14:13:20.123Z");
    }
}
