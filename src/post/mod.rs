//! A feed record's bytes become posts: one [`Post`] type, one file a platform.
//!
//! [`read`] chooses the platform and the shape by what the record holds, so one topic may carry
//! any mix of them. Nothing on the wire is guaranteed: a missing, null or empty field is the same
//! thing everywhere.

pub mod id;
pub mod outcome;
mod json;
mod twitter;
mod tiktok;
mod instagram;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use id::PostId;
use json::{Json, Object, Record};
use outcome::{Invalid, PostFault};

/// Where a post was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Twitter, now X.
    Twitter,
    /// TikTok.
    Tiktok,
    /// Instagram.
    Instagram,
}

impl Platform {
    /// Every platform, in the order of their labels' discriminants.
    pub const ALL: [Self; 3] = [Self::Twitter, Self::Tiktok, Self::Instagram];

    /// The value of the `platform` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Twitter => "twitter",
            Self::Tiktok => "tiktok",
            Self::Instagram => "instagram",
        }
    }
}

/// What sort of post it is. One that is several counts as the first of share, quote, reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A post of its own.
    Original,
    /// A repost of another post, without words of its own.
    Share,
    /// A repost with words of its own.
    Quote,
    /// An answer to a post, or a comment on one.
    Reply,
}

impl Kind {
    /// Every kind, in the order of their labels' discriminants.
    pub const ALL: [Self; 4] = [Self::Original, Self::Share, Self::Quote, Self::Reply];

    /// The value of the `kind` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Share => "share",
            Self::Quote => "quote",
            Self::Reply => "reply",
        }
    }
}

/// Public counters of a post, cumulative at the time they were read; `None` where the platform
/// did not say (or said -1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Likes, favourites, hearts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Shares: reposts and quotes on X.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Comments or replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<u64>,
    /// Views, plays, impressions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
}

impl Counters {
    /// Whether the platform said nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One post as a platform sent it, borrowing from the record where no escape stood in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post<'a> {
    /// Where it was made.
    pub platform: Platform,
    /// The id of this version of it.
    pub id: PostId,
    /// The id of its first version: with `platform`, the post's identity.
    pub root: PostId,
    /// What sort of post it is.
    pub kind: Kind,
    /// Its author's id on the platform, else the handle; `None` where the platform does not say.
    pub author: Option<Cow<'a, str>>,
    /// Its author's followers, where the platform says.
    pub followers: Option<u64>,
    /// When it was made: a function of the identity (the time inside `root` where there is one).
    pub event_time: Timestamp,
    /// The text a reader sees, unescaped; of a share, the shared post's. May be empty.
    pub text: Cow<'a, str>,
    /// The text of the post it quotes, when the record holds it.
    pub quoted: Option<Cow<'a, str>>,
    /// Hashtags without `#` that the platform lists apart from the text.
    pub hashtags: Vec<Cow<'a, str>>,
    /// The platform's own idea of the language, as it wrote it.
    pub language_hint: Option<Cow<'a, str>>,
    /// Its counters; always empty on a share, whose counters are the original's.
    pub counters: Counters,
}

/// What one feed record turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// Posts, each read or faulty by itself; at least one.
    Posts(Vec<Result<Post<'a>, PostFault>>),
    /// A line that is no post: keep-alive, stream notice, own account's life cycle.
    Control,
    /// A deletion, withholding or account notice.
    Compliance,
}

/// Reads one feed record.
///
/// # Errors
/// [`Invalid`] with its reason and place when the bytes are not one JSON value of a known shape.
pub fn read(payload: &[u8]) -> Result<Reading<'_>, Invalid> {
    let record = json::open(payload)?;
    let reading = match &record {
        Record::Blank => Some(Reading::Control),
        Record::Object(object) => match object.get("data") {
            Some(data) => read_data(data, object),
            None => read_bare(object),
        },
        Record::Other => None,
    };
    match reading {
        // An empty batch: the feed has nothing new.
        Some(Reading::Posts(posts)) if posts.is_empty() => Ok(Reading::Control),
        Some(reading) => Ok(reading),
        None => Err(json::unknown(&record)),
    }
}

/// Reads an answer or stream message whose content lies in its `data`.
fn read_data<'a>(data: Json<'a>, record: &Object<'a>) -> Option<Reading<'a>> {
    if let Some(items) = data.objects() {
        return twitter::read_data(&items, record)
            .or_else(|| instagram::read_list(&items))
            .or_else(|| data.list()?.is_empty().then_some(Reading::Control));
    }
    let data = data.object()?;
    tiktok::read_batch(&data)
        .or_else(|| twitter::read_data(std::slice::from_ref(&data), record))
        .or_else(|| twitter::is_compliance(&data).then_some(Reading::Compliance))
}

/// Reads an object that is itself the post or the message.
fn read_bare<'a>(record: &Object<'a>) -> Option<Reading<'a>> {
    twitter::read_bare(record)
        .or_else(|| tiktok::read_bare(record))
        .or_else(|| instagram::read_bare(record))
        .or_else(|| twitter::is_compliance(record).then_some(Reading::Compliance))
        .or_else(|| twitter::is_control(record).then_some(Reading::Control))
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod properties;
