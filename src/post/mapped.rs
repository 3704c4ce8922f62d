//! Any other feed: its service's file says by JSON pointers where a post's fields are.
//!
//! Text is taken as it is. What leaves a field out, or has another type there, leaves it unknown,
//! as everywhere.

pub mod pointer;
pub mod time;

use std::borrow::Cow;

use super::format::Shape;
use super::id::PostId;
use super::json::{self, Json, Object, Record};
use super::message::objects;
use super::outcome::{Invalid, InvalidReason, PostFault};
use super::{Counters, Gone, Kind, POSTS_MAX, Platform, Post, Reading};
use crate::time::Timestamp;
use pointer::{Opened, Pointer};
use time::TimeFormat;

/// Where the fields of a feed's posts are. Pointers start at the post, but for `posts` and the
/// conditions of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Where the posts are made.
    pub platform: Platform,
    /// The array of posts in a record; without it the record is the post.
    pub posts: Option<Pointer>,
    /// What must be true of a record with posts; any other is a control line.
    pub only_if: Option<Condition>,
    /// What is true of a record that takes its posts back.
    pub gone_if: Option<Condition>,
    /// The post's id.
    pub id: IdPlace,
    /// The id of its first version, where that is another.
    pub root: Option<IdPlace>,
    /// The parts of its text, which are joined by line breaks.
    pub text: Vec<Pointer>,
    /// When it was made.
    pub time: Pointer,
    /// How that is written.
    pub time_format: TimeFormat,
    /// Its author.
    pub author: Option<Pointer>,
    /// The name by which its author is mentioned.
    pub handle: Option<Pointer>,
    /// Its author's followers.
    pub followers: Option<Pointer>,
    /// The platform's idea of its language.
    pub language: Option<Pointer>,
    /// Hashtags apart from the text.
    pub hashtags: Option<Hashtags>,
    /// What sort of post it is unless one of the following says otherwise.
    pub kind: Kind,
    /// What is true of shares.
    pub share_if: Option<Condition>,
    /// What is true of quotes.
    pub quote_if: Option<Condition>,
    /// What is true of replies.
    pub reply_if: Option<Condition>,
    /// Its likes.
    pub likes: Option<Pointer>,
    /// Its shares.
    pub shares: Option<Pointer>,
    /// Its comments.
    pub comments: Option<Pointer>,
    /// Its views.
    pub views: Option<Pointer>,
}

/// What may be true of a record or of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The value that tells.
    pub at: Pointer,
    /// One of these, as text; when there is none, anything but `false` and what is empty.
    pub is: Vec<String>,
}

/// Where a post's id is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdPlace {
    /// The value is the id.
    At(Pointer),
    /// These values together are; their hash is the id, so that an author among them is not told.
    Of(Vec<Pointer>),
}

/// Where a post's hashtags are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashtags {
    /// The array.
    pub at: Pointer,
    /// The text in each of its items; without it the items are texts.
    pub each: Option<Pointer>,
}

/// Reads a record as `mapping` says.
///
/// # Errors
/// [`Invalid`] when there are no posts where the mapping has them, and when there are too many.
pub(super) fn read<'a>(record: Record<'a>, mapping: &Mapping) -> Result<Reading<'a>, Invalid> {
    let records = match record {
        Record::Blank => return Ok(Reading::Control),
        Record::Object(record) => vec![record],
        Record::Other(value) => objects(value).ok_or_else(json::not_objects)?,
    };
    // Some may be no posts, so that the posts do not tell that there are more.
    if records.len() > POSTS_MAX {
        return Err(json::too_many());
    }
    let (mut posts, mut gone) = (Vec::new(), Vec::new());
    for record in records {
        let mut opened = Opened::new(record.clone());
        if mapping.only_if.as_ref().is_some_and(|only_if| !only_if.holds(&mut opened)) {
            continue;
        }
        let is_gone = mapping.gone_if.as_ref().is_some_and(|gone_if| gone_if.holds(&mut opened));
        for mut post in mapping.posts_of(&record, opened)? {
            if posts.len() + gone.len() >= POSTS_MAX {
                return Err(json::too_many());
            }
            if !is_gone {
                posts.push(mapping.post(&mut post));
            } else if let Some(id) = mapping.id.read(&mut post) {
                gone.push(Gone { platform: mapping.platform, id, time: None });
            } else {
                // Nothing could be taken back.
                posts.push(Err(PostFault::NoId));
            }
        }
    }
    match (posts.is_empty(), gone.is_empty()) {
        (true, true) => Ok(Reading::Control),
        (true, false) => Ok(Reading::Compliance(gone)),
        (false, true) => Ok(Reading::Posts(Shape::Mapped, posts)),
        (false, false) => {
            Err(unknown("posts beside posts that are gone: send them in records apart".to_owned()))
        }
    }
}

fn unknown(detail: String) -> Invalid {
    Invalid { reason: InvalidReason::UnknownShape, detail }
}

impl Mapping {
    /// The posts of a record, each to be searched by pointers.
    fn posts_of<'a, 'm>(
        &'m self,
        record: &Object<'a>,
        mut opened: Opened<'a, 'm>,
    ) -> Result<Vec<Opened<'a, 'm>>, Invalid> {
        let Some(at) = &self.posts else { return Ok(vec![opened]) };
        let posts = opened.find(at).and_then(objects);
        let missing = || unknown(format!("no array at {at} in {}", json::unknown(record).detail));
        Ok(posts.ok_or_else(missing)?.into_iter().map(Opened::new).collect())
    }

    fn post<'a, 'm>(&'m self, post: &mut Opened<'a, 'm>) -> Result<Post<'a>, PostFault> {
        let text = self.text(post);
        let hashtags = self.hashtags.as_ref().map(|hashtags| hashtags.read(post));
        let hashtags = hashtags.unwrap_or_default();
        if text.is_none() && hashtags.is_empty() {
            return Err(PostFault::NoText);
        }
        let id = self.id.read(post).ok_or(PostFault::NoId)?;
        let root = self.root.as_ref().and_then(|root| root.read(post));
        let root = root.unwrap_or_else(|| id.clone());
        let kind = self.kind(post);
        let event_time = self
            .time_inside(&root, kind)
            .or_else(|| self.time_format.read(post.find(&self.time)?))
            .ok_or(PostFault::NoTime)?;
        let mut number = |at: &'m Option<Pointer>| post.find(at.as_ref()?)?.count();
        let counters = Counters {
            likes: number(&self.likes),
            shares: number(&self.shares),
            comments: number(&self.comments),
            views: number(&self.views),
        };
        let followers = number(&self.followers);
        let mut word = |at: &'m Option<Pointer>| post.find(at.as_ref()?)?.text();
        Ok(Post {
            platform: self.platform,
            id,
            root,
            kind,
            author: word(&self.author),
            handle: word(&self.handle),
            followers,
            event_time,
            text: text.unwrap_or_default(),
            quoted: None,
            hashtags,
            language_hint: word(&self.language),
            // A share's are the shared post's.
            counters: if kind == Kind::Share { Counters::default() } else { counters },
        })
    }

    /// Its text; what has one part only is not copied.
    fn text<'a, 'm>(&'m self, post: &mut Opened<'a, 'm>) -> Option<Cow<'a, str>> {
        let mut parts = self.text.iter().filter_map(|at| post.find(at)?.text());
        let first = parts.next()?;
        Some(parts.fold(first, |joined, part| joined + "\n" + part))
    }

    fn kind<'m>(&'m self, post: &mut Opened<'_, 'm>) -> Kind {
        let told = [
            (&self.share_if, Kind::Share),
            (&self.quote_if, Kind::Quote),
            (&self.reply_if, Kind::Reply),
        ];
        let mut holds = |when: &'m Option<Condition>| when.as_ref()?.holds(post).then_some(());
        let told = told.into_iter().find(|(when, _)| holds(when).is_some());
        told.map_or(self.kind, |(_, kind)| kind)
    }

    /// The time inside the ids of the platforms that have one there: whatever brings such a post
    /// gives it the same time.
    fn time_inside(&self, root: &PostId, kind: Kind) -> Option<Timestamp> {
        match self.platform {
            Platform::Twitter => root.twitter_time(),
            Platform::Tiktok if kind != Kind::Reply => root.tiktok_time(),
            _ => None,
        }
    }
}

impl Condition {
    fn holds<'m>(&'m self, opened: &mut Opened<'_, 'm>) -> bool {
        let Some(value) = opened.find(&self.at) else { return false };
        match value.word() {
            Some(word) if self.is.is_empty() => word != "false",
            Some(word) => self.is.iter().any(|is| *is == word),
            None => self.is.is_empty() && !value.is_empty(),
        }
    }
}

impl IdPlace {
    fn read<'m>(&'m self, post: &mut Opened<'_, 'm>) -> Option<PostId> {
        match self {
            Self::At(at) => post.find(at)?.id(),
            Self::Of(parts) => {
                let mut hash = blake3::Hasher::new();
                for at in parts {
                    let part = post.find(at)?.id()?.to_string();
                    // Behind its length, so that no two ids read the same.
                    hash.update(&part.len().to_le_bytes()).update(part.as_bytes());
                }
                let hash = hash.finalize();
                Some(PostId::Number(u64::from_le_bytes(*hash.as_bytes().first_chunk()?)))
            }
        }
    }
}

impl Hashtags {
    fn read<'a, 'm>(&'m self, post: &mut Opened<'a, 'm>) -> Vec<Cow<'a, str>> {
        let Some(items) = post.find(&self.at) else { return Vec::new() };
        match &self.each {
            None => items.list().unwrap_or_default().into_iter().filter_map(Json::text).collect(),
            Some(each) => {
                let items = items.objects().unwrap_or_default().into_iter().map(Opened::new);
                items.filter_map(|mut item| item.find(each)?.text()).collect()
            }
        }
    }
}
