//! Posts and words that are shown by name.

use serde::Serialize;

use crate::buzz::Buzz;
use crate::post::id::PostId;
use crate::post::{Kind, Platform};
use crate::record::burst::TopPost;

/// How long the code is that stands in a link to a post on Instagram.
const INSTAGRAM_CODE: std::ops::RangeInclusive<usize> = 5..=14;

/// A word and how many posts have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The word, as a post wrote it: never to be taken for markup.
    pub name: Box<str>,
    /// Posts that have it.
    pub posts: u64,
}

/// A post by what it has earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostView {
    /// Where it was made.
    pub platform: Platform,
    /// Its id there.
    pub id: Box<str>,
    /// Where people see it, where that follows from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<str>>,
    /// Likes, shares and comments that it has gained since it is known.
    pub earned: u64,
}

impl Named {
    /// A word and its count.
    pub(super) fn of((name, posts): (Box<str>, u64)) -> Self {
        Self { name, posts }
    }
}

impl PostView {
    /// A post that the fold may still remember.
    pub(super) fn of(buzz: &Buzz, post: &TopPost) -> Self {
        let kind = || buzz.kind_of(post.platform, &post.id);
        Self {
            platform: post.platform,
            id: post.id.to_string().into(),
            link: link(post.platform, &post.id, kind).map(Box::from),
            earned: post.earned,
        }
    }
}

/// Where people see a post, where that follows from its id. A link holds nothing of an id but
/// digits, or the letters of a code.
fn link(platform: Platform, id: &PostId, kind: impl FnOnce() -> Option<Kind>) -> Option<String> {
    match (platform, id) {
        (Platform::Twitter, PostId::Number(id)) => Some(format!("https://x.com/i/status/{id}")),
        // The site finds the video without its author's name. A comment's id looks the same.
        (Platform::Tiktok, PostId::Number(number))
            if id.tiktok_time().is_some() && kind() == Some(Kind::Original) =>
        {
            Some(format!("https://www.tiktok.com/@/video/{number}"))
        }
        (Platform::Instagram, PostId::Text(code)) if is_instagram_code(code) => {
            Some(format!("https://www.instagram.com/p/{code}/"))
        }
        _ => None,
    }
}

/// Whether it is the code of a link, and not an id of the platform's programs, which are digits.
fn is_instagram_code(id: &str) -> bool {
    let is_of_code = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    INSTAGRAM_CODE.contains(&id.len())
        && id.bytes().all(is_of_code)
        && id.bytes().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_made_of_a_sound_id_only() {
        let of = |platform, id: &str, kind| link(platform, &PostId::parse(id), || kind);
        let original = Some(Kind::Original);
        let found = |link: &str| Some(link.to_owned());
        let tweet = of(Platform::Twitter, "1445078208190291973", None);
        assert_eq!(tweet, found("https://x.com/i/status/1445078208190291973"));
        assert_eq!(of(Platform::Twitter, "javascript:alert(1)", original), None);
        let video = of(Platform::Tiktok, "6975999471107443969", original);
        assert_eq!(video, found("https://www.tiktok.com/@/video/6975999471107443969"));
        for kind in [Some(Kind::Reply), None] {
            assert_eq!(of(Platform::Tiktok, "6975999471107443969", kind), None, "a comment");
        }
        assert_eq!(of(Platform::Tiktok, "77", original), None, "no time in it");
        let image = of(Platform::Instagram, "CxY_z-12345", original);
        assert_eq!(image, found("https://www.instagram.com/p/CxY_z-12345/"));
        for id in ["17895695668004550", "123456_78901", "CxY/../12345", "Cx\"><b>12", "Cxyz", ""] {
            assert_eq!(of(Platform::Instagram, id, original), None, "{id}");
        }
        assert_eq!(of(Platform::Other, "CxY_z-12345", original), None);
    }
}
