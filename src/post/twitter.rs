//! Twitter, now X: v2 posts in both spellings, and v1.1.
//!
//! Its text is HTML-escaped, in `&`, `<` and `>` only. A share's own text is cut at 140
//! characters, so the shared post's is read; a share's counters are the shared post's, so they
//! are not.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::format::Shape;
use super::id::PostId;
use super::json::Object;
use super::message::{Message, Place};
use super::outcome::PostFault;
use super::{Counters, Kind, Platform, Post, Reading};

/// Keys of a v2 post, in v2's two spellings. What has no more than a `created_at` may be either
/// version's, and reads the same.
const V2_KEYS: [&str; 10] = [
    "author_id",
    "edit_history_tweet_ids",
    "edit_history_post_ids",
    "public_metrics",
    "referenced_tweets",
    "referenced_posts",
    "note_tweet",
    "note_post",
    "conversation_id",
    "created_at",
];

/// Keys that only a v1.1 post has.
const V1_KEYS: [&str; 8] = [
    "id_str",
    "user",
    "truncated",
    "full_text",
    "extended_tweet",
    "retweeted_status",
    "retweet_count",
    "favorite_count",
];

/// Compliance events, apart from the accounts' (`user_…`).
const NOTICES: [&str; 9] = [
    "delete",
    "withheld",
    "status_withheld",
    "drop",
    "undrop",
    "scrub_geo",
    "tweet_edit",
    "post_edit",
    "unwithheld",
];

/// Messages of a stream about itself, each alone in its record.
const STREAM_MESSAGES: [&str; 7] =
    ["errors", "error", "disconnect", "limit", "warning", "info", "meta"];

/// Reads X's posts, notices and stream messages; `None` when the record is none of them.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<Reading<'a>> {
    let (record, items) = (&message.record, message.items());
    match message.place() {
        Place::Bare => read_bare(record)
            .or_else(|| read_compliance(record))
            .or_else(|| is_control(record).then_some(Reading::Control)),
        Place::Data => read_data(items, record).or_else(|| read_compliance(items.first()?)),
        Place::DataList | Place::List if items.is_empty() => Some(Reading::Control),
        Place::DataList => read_data(items, record),
        Place::List => None,
    }
}

/// The v2 posts of a record's `data`; `None` when it holds none.
fn read_data<'a>(data: &[Object<'a>], record: &Object<'a>) -> Option<Reading<'a>> {
    if !data.iter().any(has_text) {
        return None;
    }
    let includes = Includes::of(record);
    let posts = data.iter().map(|post| read_v2(post, &includes)).collect();
    Some(Reading::Posts(Shape::TwitterV2, posts))
}

/// A post that is a record by itself: v1.1, or v2 taken out of its `data`; or the posts of a v1.1
/// search.
fn read_bare<'a>(record: &Object<'a>) -> Option<Reading<'a>> {
    if let Some(statuses) = record.objects("statuses") {
        return Some(Reading::Posts(Shape::TwitterV1, statuses.iter().map(read_v1).collect()));
    }
    if !has_text(record) {
        return None;
    }
    let (shape, post) = if record.has_any(&V1_KEYS) {
        (Shape::TwitterV1, read_v1(record))
    } else if record.has_any(&V2_KEYS) {
        (Shape::TwitterV2, read_v2(record, &Includes::default()))
    } else {
        return None;
    };
    Some(Reading::Posts(shape, vec![post]))
}

/// A notice; which posts it takes back is not read yet.
fn read_compliance<'a>(object: &Object<'a>) -> Option<Reading<'a>> {
    is_compliance(object).then(|| Reading::Compliance(Vec::new()))
}

/// A deletion, withholding or account notice. A post may hold a `withheld` of its own, so posts
/// are looked for first.
fn is_compliance(object: &Object<'_>) -> bool {
    object.members().any(|(key, value)| {
        value.is_object() && (NOTICES.contains(&key) || key.starts_with("user_"))
    })
}

/// A stream's message about itself.
fn is_control(record: &Object<'_>) -> bool {
    let mut sent = record.members().filter(|(_, value)| !value.is_null()).peekable();
    sent.peek().is_some() && sent.all(|(key, _)| STREAM_MESSAGES.contains(&key))
        || record.text("type").is_some_and(|kind| kind == "connection_metadata")
}

/// Whether it looks like a post of X; a `timestamp` makes it an Instagram comment.
fn has_text(object: &Object<'_>) -> bool {
    object.has_any(&["text", "full_text", "extended_tweet"]) && !object.has_any(&["timestamp"])
}

/// What v2 sends beside the posts.
#[derive(Default)]
struct Includes<'a> {
    posts: BTreeMap<PostId, Object<'a>>,
    followers: BTreeMap<Cow<'a, str>, u64>,
}

impl<'a> Includes<'a> {
    fn of(record: &Object<'a>) -> Self {
        let Some(includes) = record.object("includes") else { return Self::default() };
        let posts = ["tweets", "posts"].into_iter().filter_map(|key| includes.objects(key));
        let users = includes.objects("users").unwrap_or_default();
        let followers_of = |user: &Object<'a>| {
            Some((user.text("id")?, user.object("public_metrics")?.count("followers_count")?))
        };
        Self {
            posts: posts.flatten().filter_map(|post| Some((post.id("id")?, post))).collect(),
            followers: users.iter().filter_map(followers_of).collect(),
        }
    }
}

/// The posts that a v2 post refers to.
#[derive(Default)]
struct References {
    shared: Option<PostId>,
    quoted: Option<PostId>,
    replied_to: Option<PostId>,
}

impl References {
    fn of(post: &Object<'_>) -> Self {
        let mut references = Self::default();
        let listed = post.objects("referenced_tweets").or_else(|| post.objects("referenced_posts"));
        for reference in listed.unwrap_or_default() {
            match reference.text("type").as_deref() {
                Some("retweeted" | "reposted") => references.shared = reference.id("id"),
                Some("quoted") => references.quoted = reference.id("id"),
                Some("replied_to") => references.replied_to = reference.id("id"),
                _ => {}
            }
        }
        references
    }

    fn kind(&self) -> Kind {
        kind(self.shared.is_some(), self.quoted.is_some(), self.replied_to.is_some())
    }
}

fn kind(shares: bool, quotes: bool, replies: bool) -> Kind {
    match (shares, quotes, replies) {
        (true, _, _) => Kind::Share,
        (_, true, _) => Kind::Quote,
        (_, _, true) => Kind::Reply,
        _ => Kind::Original,
    }
}

fn read_v2<'a>(post: &Object<'a>, includes: &Includes<'a>) -> Result<Post<'a>, PostFault> {
    let references = References::of(post);
    let shared = references.shared.as_ref().and_then(|id| includes.posts.get(id));
    let quoted = match shared {
        Some(shared) => References::of(shared).quoted,
        None => references.quoted.clone(),
    };
    let history =
        post.list("edit_history_tweet_ids").or_else(|| post.list("edit_history_post_ids"));
    let author = post.text("author_id");
    let parts = Parts {
        id: post.id("id"),
        root: history.unwrap_or_default().first().and_then(|first| first.id()),
        kind: references.kind(),
        followers: author.as_ref().and_then(|author| includes.followers.get(author).copied()),
        author,
        body: shared.unwrap_or(post),
        quoted: quoted.and_then(|id| includes.posts.get(&id)),
    };
    parts.into_post(post, || {
        let metrics = post.object("public_metrics")?;
        let reposts = metrics.count("retweet_count").or_else(|| metrics.count("repost_count"));
        Some(Counters {
            likes: metrics.count("like_count"),
            shares: sum(reposts, metrics.count("quote_count")),
            comments: metrics.count("reply_count"),
            views: metrics.count("impression_count"),
        })
    })
}

fn read_v1<'a>(post: &Object<'a>) -> Result<Post<'a>, PostFault> {
    let shared = post.object("retweeted_status");
    let body = shared.as_ref().unwrap_or(post);
    let quoted = body.object("quoted_status");
    let kind = kind(
        shared.is_some(),
        quoted.is_some() || id_of(post, "quoted_status_id_str", "quoted_status_id").is_some(),
        id_of(post, "in_reply_to_status_id_str", "in_reply_to_status_id").is_some(),
    );
    let user = post.object("user");
    let user = user.as_ref();
    let author = user.and_then(|user| {
        ["id_str", "id", "screen_name"].into_iter().find_map(|key| user.text(key))
    });
    let edits = post.object("edit_history").and_then(|history| history.list("edit_tweet_ids"));
    let parts = Parts {
        id: id_of(post, "id_str", "id"),
        root: edits.unwrap_or_default().first().and_then(|first| first.id()),
        kind,
        author,
        followers: user.and_then(|user| user.count("followers_count")),
        body,
        quoted: quoted.as_ref(),
    };
    parts.into_post(post, || {
        Some(Counters {
            likes: post.count("favorite_count"),
            shares: sum(post.count("retweet_count"), post.count("quote_count")),
            comments: post.count("reply_count"),
            views: None,
        })
    })
}

/// A v1.1 id: as a string where there is one, because the number may have been rounded.
fn id_of(post: &Object<'_>, string: &str, number: &str) -> Option<PostId> {
    post.id(string).or_else(|| post.id(number))
}

/// What v2 and v1.1 say each in its own way.
struct Parts<'a, 'b> {
    id: Option<PostId>,
    root: Option<PostId>,
    kind: Kind,
    author: Option<Cow<'a, str>>,
    followers: Option<u64>,
    /// The post whose text a reader sees: the shared one of a share.
    body: &'b Object<'a>,
    quoted: Option<&'b Object<'a>>,
}

impl<'a> Parts<'a, '_> {
    /// Builds the post, with the counters only where they are its own.
    fn into_post(
        self,
        post: &Object<'a>,
        counters: impl FnOnce() -> Option<Counters>,
    ) -> Result<Post<'a>, PostFault> {
        let text = full_text(self.body).or_else(|| full_text(post));
        let quoted = self.quoted.and_then(full_text);
        if text.is_none() && quoted.is_none() {
            return Err(PostFault::NoText);
        }
        let id = self.id.ok_or(PostFault::NoId)?;
        let root = self.root.unwrap_or_else(|| id.clone());
        let event_time =
            root.twitter_time().or_else(|| post.time("created_at")).ok_or(PostFault::NoTime)?;
        let own_counters = self.kind != Kind::Share;
        Ok(Post {
            platform: Platform::Twitter,
            id,
            root,
            kind: self.kind,
            author: self.author,
            followers: self.followers,
            event_time,
            text: text.unwrap_or_default(),
            quoted,
            hashtags: Vec::new(),
            language_hint: post.text("lang").or_else(|| self.body.text("lang")),
            counters: own_counters.then(counters).flatten().unwrap_or_default(),
        })
    }
}

/// The longest text a post carries, as a reader sees it.
fn full_text<'a>(post: &Object<'a>) -> Option<Cow<'a, str>> {
    let note = post.object("note_tweet").or_else(|| post.object("note_post"));
    note.and_then(|note| note.text("text"))
        .or_else(|| post.object("extended_tweet")?.text("full_text"))
        .or_else(|| post.text("full_text"))
        .or_else(|| post.text("text"))
        .map(unescape)
}

/// Undoes X's HTML escapes, once: `&amp;lt;` is a `&lt;` that somebody typed.
fn unescape(text: Cow<'_, str>) -> Cow<'_, str> {
    const ESCAPES: [(&str, char); 3] = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some((before, after)) = rest.split_once('&') {
        let unescaped = ESCAPES
            .into_iter()
            .find_map(|(escape, character)| Some((character, after.strip_prefix(escape)?)));
        let (character, remainder) = unescaped.unwrap_or(('&', after));
        plain.push_str(before);
        plain.push(character);
        rest = remainder;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The sum of what is known; `None` when nothing is.
fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod properties;
