//! A feed record's bytes become posts: one [`Post`] type, one file a platform.
//!
//! [`read`] chooses the platform and the shape by what the record holds, so one topic may carry
//! any mix of them. Nothing on the wire is guaranteed: a missing, null or empty field is the same
//! thing everywhere.

pub mod format;
pub mod id;
pub mod mapped;
pub mod outcome;
mod json;
mod message;
mod twitter;
mod tiktok;
mod instagram;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use format::{Format, Shape};
use id::PostId;
use json::Record;
use message::{Message, Place};
use outcome::{Invalid, PostFault};

/// How many posts are read from one record. No platform's answer has more than 500; an array of
/// a million empty objects should not become a million faulty posts.
pub const POSTS_MAX: usize = 10_000;

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
    /// Google's video platform.
    Youtube,
    /// Bluesky.
    Bluesky,
    /// Threads.
    Threads,
    /// Facebook.
    Facebook,
    /// Reddit.
    Reddit,
    /// Mastodon, and what else speaks its protocol.
    Mastodon,
    /// Weibo.
    Weibo,
    /// Any other.
    Other,
}

impl Platform {
    /// Every platform, in the order of their discriminants. New ones come last: snapshots number
    /// them.
    pub const ALL: [Self; 11] = [
        Self::Twitter,
        Self::Tiktok,
        Self::Instagram,
        Self::Youtube,
        Self::Bluesky,
        Self::Threads,
        Self::Facebook,
        Self::Reddit,
        Self::Mastodon,
        Self::Weibo,
        Self::Other,
    ];

    /// The platforms whose shapes are known, so that any feed may bring them; the others come
    /// through a mapping only.
    pub const SHAPED: [Self; 3] = [Self::Twitter, Self::Tiktok, Self::Instagram];

    /// The value of the `platform` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Twitter => "twitter",
            Self::Tiktok => "tiktok",
            Self::Instagram => "instagram",
            Self::Youtube => "youtube",
            Self::Bluesky => "bluesky",
            Self::Threads => "threads",
            Self::Facebook => "facebook",
            Self::Reddit => "reddit",
            Self::Mastodon => "mastodon",
            Self::Weibo => "weibo",
            Self::Other => "other",
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

    /// What the platform said, by what was counted.
    pub fn each(&self) -> impl Iterator<Item = (Action, u64)> {
        let said = [self.likes, self.shares, self.comments, self.views];
        Action::ALL.into_iter().zip(said).filter_map(|(action, count)| Some((action, count?)))
    }
}

/// What people do with a post: what its counters count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A like, favourite or heart.
    Like,
    /// A share: a repost or a quote.
    Share,
    /// A comment or reply.
    Comment,
    /// A view, play or impression.
    View,
}

impl Action {
    /// Every action, in the order of their discriminants.
    pub const ALL: [Self; 4] = [Self::Like, Self::Share, Self::Comment, Self::View];

    /// The value of the `action` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Share => "share",
            Self::Comment => "comment",
            Self::View => "view",
        }
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
    /// The name by which its author is mentioned, as the platform wrote it; `None` where the record
    /// does not hold it.
    pub handle: Option<Cow<'a, str>>,
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

impl<'a> Post<'a> {
    /// A post of which no more is known than its text.
    pub fn of_text(text: &'a str) -> Self {
        Self {
            platform: Platform::Twitter,
            id: PostId::Number(0),
            root: PostId::Number(0),
            kind: Kind::Original,
            author: None,
            handle: None,
            followers: None,
            event_time: Timestamp::default(),
            text: Cow::Borrowed(text),
            quoted: None,
            hashtags: Vec::new(),
            language_hint: None,
            counters: Counters::default(),
        }
    }
}

/// What one feed record turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// Posts, each read or faulty by itself; at least one.
    Posts(Shape, Vec<Result<Post<'a>, PostFault>>),
    /// A line that is no post: keep-alive, stream notice, own account's life cycle.
    Control,
    /// Compliance notices: the posts that are no longer there. None for a notice that takes
    /// nothing back (`undrop`, of an account, of an edit).
    Compliance(Vec<Gone>),
}

/// A post that was deleted, withheld or dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Where it was made.
    pub platform: Platform,
    /// The id of any of its versions.
    pub id: PostId,
    /// When it went, where the platform says.
    pub time: Option<Timestamp>,
}

/// Reads one feed record of a feed of this `format`.
///
/// # Errors
/// [`Invalid`] with its reason and place when the bytes are not one JSON value of a known shape.
pub fn read<'a>(payload: &'a [u8], format: &Format) -> Result<Reading<'a>, Invalid> {
    let record = json::open(payload)?;
    if matches!(record, Record::Blank) {
        return Ok(Reading::Control);
    }
    if let Format::Mapped(mapping) = format {
        return mapped::read(record, mapping);
    }
    let message = Message::of(record)?;
    let reading = match read_message(&message, format)? {
        None if message.place() == Place::List => read_answers(&message, format)?,
        reading => reading,
    };
    match reading {
        // An empty batch: the feed has nothing new.
        Some(Reading::Posts(_, posts)) if posts.is_empty() => Ok(Reading::Control),
        Some(Reading::Posts(_, posts)) if posts.len() > POSTS_MAX => Err(json::too_many()),
        Some(Reading::Compliance(gone)) if gone.len() > POSTS_MAX => Err(json::too_many()),
        Some(reading) => Ok(reading),
        None if message.is_nothing_new() => Ok(Reading::Control),
        None => Err(json::unknown(message.first())),
    }
}

/// Asks each platform of the format.
fn read_message<'a>(
    message: &Message<'a>,
    format: &Format,
) -> Result<Option<Reading<'a>>, Invalid> {
    Ok(match format {
        Format::Any => twitter::read(message)?
            .or_else(|| tiktok::read(message))
            .or_else(|| instagram::read(message)),
        Format::Only(Platform::Twitter) => twitter::read(message)?,
        Format::Only(Platform::Tiktok) => tiktok::read(message),
        Format::Only(Platform::Instagram) => instagram::read(message),
        Format::Only(_) | Format::Mapped(_) => None,
    })
}

/// An array of one platform's answers, each as it could be a record by itself.
fn read_answers<'a>(list: &Message<'a>, format: &Format) -> Result<Option<Reading<'a>>, Invalid> {
    for platform in format.platforms() {
        let read = read_each(list, &Format::Only(*platform))?;
        if read.is_some() {
            return Ok(read);
        }
    }
    Ok(None)
}

/// `None` when an item is none of that one platform's.
fn read_each<'a>(list: &Message<'a>, format: &Format) -> Result<Option<Reading<'a>>, Invalid> {
    let (mut shape, mut posts) = (None, Vec::new());
    for item in list.items() {
        let answer = Message::of(Record::Object(item.clone()))?;
        match read_message(&answer, format)? {
            Some(Reading::Posts(first, read)) => {
                shape.get_or_insert(first);
                posts.extend(read);
            }
            Some(Reading::Control) => {}
            None if answer.is_nothing_new() => {}
            Some(Reading::Compliance(_)) | None => return Ok(None),
        }
        if posts.len() > POSTS_MAX {
            break;
        }
    }
    Ok(Some(shape.map_or(Reading::Control, |shape| Reading::Posts(shape, posts))))
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod losses;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod spelling;
