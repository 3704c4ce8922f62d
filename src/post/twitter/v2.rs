//! v2, in its old spelling (`…tweet…`) and its new one (`…post…`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::id::PostId;
use super::super::json::Object;
use super::super::outcome::PostFault;
use super::super::{Counters, Post};
use super::{Parts, kind, shares};

/// What v2 sends beside the posts.
#[derive(Default)]
pub(super) struct Includes<'a> {
    posts: BTreeMap<PostId, Object<'a>>,
    followers: BTreeMap<Cow<'a, str>, u64>,
    handles: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

impl<'a> Includes<'a> {
    pub(super) fn of(record: &Object<'a>) -> Self {
        let Some(includes) = record.object("includes") else { return Self::default() };
        let posts = ["tweets", "posts"].into_iter().filter_map(|key| includes.objects(key));
        let users = includes.objects("users").unwrap_or_default();
        let followers_of = |user: &Object<'a>| {
            Some((user.id_text("id")?, user.object("public_metrics")?.count("followers_count")?))
        };
        let handle_of = |user: &Object<'a>| Some((user.id_text("id")?, user.text("username")?));
        Self {
            posts: posts.flatten().filter_map(|post| Some((post.id("id")?, post))).collect(),
            followers: users.iter().filter_map(followers_of).collect(),
            handles: users.iter().filter_map(handle_of).collect(),
        }
    }

    fn text_of(&self, id: Option<&PostId>) -> Option<Cow<'a, str>> {
        full_text(self.posts.get(id?)?)
    }
}

/// How a v2 post refers to others, and to which, where it says.
#[derive(Default)]
struct References {
    shares: bool,
    shared: Option<PostId>,
    quotes: bool,
    quoted: Option<PostId>,
    replies: bool,
}

impl References {
    fn of(post: &Object<'_>) -> Self {
        let mut references = Self::default();
        let spellings = ["referenced_tweets", "referenced_posts"].into_iter();
        let mut listed = spellings.filter_map(|key| post.objects(key));
        for reference in listed.find(|listed| !listed.is_empty()).unwrap_or_default() {
            match reference.text("type").as_deref() {
                Some("retweeted" | "reposted") => {
                    references.shares = true;
                    references.shared = reference.id("id");
                }
                Some("quoted") => {
                    references.quotes = true;
                    references.quoted = reference.id("id");
                }
                Some("replied_to") => references.replies = true,
                _ => {}
            }
        }
        references
    }
}

pub(super) fn read<'a>(post: &Object<'a>, includes: &Includes<'a>) -> Result<Post<'a>, PostFault> {
    let references = References::of(post);
    let shared = references.shared.as_ref().and_then(|id| includes.posts.get(id));
    let quoted = shared.and_then(|shared| References::of(shared).quoted).or(references.quoted);
    let history = ["edit_history_tweet_ids", "edit_history_post_ids"];
    let author = post.id_text("author_id");
    let parts = Parts {
        id: post.id("id"),
        root: history.into_iter().find_map(|key| post.list(key)?.first()?.id()),
        kind: kind(references.shares, references.quotes, references.replies),
        handle: author.as_ref().and_then(|author| includes.handles.get(author).cloned()),
        followers: author.as_ref().and_then(|author| includes.followers.get(author).copied()),
        author,
        created: post.get("created_at"),
        text: shared.and_then(full_text).or_else(|| full_text(post)),
        quoted: includes.text_of(quoted.as_ref()),
        language_hint: post.text("lang").or_else(|| shared?.text("lang")),
    };
    parts.into_post(|| {
        post.object("public_metrics").as_ref().map_or_else(Counters::default, counters)
    })
}

fn counters(metrics: &Object<'_>) -> Counters {
    Counters {
        likes: metrics.count("like_count"),
        shares: shares(metrics),
        comments: metrics.count("reply_count"),
        views: metrics.count("impression_count"),
    }
}

/// The longest text a post carries, still escaped.
fn full_text<'a>(post: &Object<'a>) -> Option<Cow<'a, str>> {
    let mut notes = ["note_tweet", "note_post"].into_iter();
    notes.find_map(|note| post.object(note)?.text("text")).or_else(|| post.text("text"))
}
