//! A post as X sends it: v2 in both spellings, and v1.1 in its three.

use serde_json::{Value, json};

use super::earned::Told;
use super::model::{Form, Kind, Post, civil};
use super::words::LONG;
use crate::time::Timestamp;

/// How v1.1 writes times.
pub(super) const V1_TIME: &str = "%a %b %d %H:%M:%S +0000 %Y";
/// How v2 writes times.
pub(super) const V2_TIME: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";
/// A share's text is cut here, and a streamed v1.1 post's.
const CUT: usize = 140;

/// The names of v2's fields that have been renamed.
struct Spelling {
    history: &'static str,
    referenced: &'static str,
    note: &'static str,
    shares: &'static str,
}

const TWEETS: Spelling = Spelling {
    history: "edit_history_tweet_ids",
    referenced: "referenced_tweets",
    note: "note_tweet",
    shares: "retweet_count",
};
const POSTS: Spelling = Spelling {
    history: "edit_history_post_ids",
    referenced: "referenced_posts",
    note: "note_post",
    shares: "repost_count",
};

/// v2 with expansions, as the filtered stream sends it.
pub(super) fn v2(post: &Post, renamed: bool, growth: u32) -> Value {
    let spelling = if renamed { &POSTS } else { &TWEETS };
    let mut data = v2_object(post, spelling, growth);
    let mut users: Vec<Value> = post.author.map(v2_user).into_iter().collect();
    let mut includes = json!({});
    if let Some(about) = &post.about {
        let relation = match post.kind {
            Kind::Share => "retweeted",
            Kind::Quote => "quoted",
            _ => "replied_to",
        };
        data[spelling.referenced] = json!([{ "type": relation, "id": about.id.to_string() }]);
        includes["tweets"] = json!([v2_object(about, spelling, growth)]);
        users.extend(about.author.map(v2_user));
    }
    includes["users"] = json!(users);
    // Rule ids have been seen as strings and as numbers.
    let rule = if renamed { json!(1_790_001) } else { json!("1790001") };
    json!({
        "data": data,
        "includes": includes,
        "matching_rules": [{ "id": rule, "tag": null }],
    })
}

/// v2 as it comes when no field was asked for.
pub(super) fn v2_bare(post: &Post) -> Value {
    json!({ "data": {
        "id": post.id.to_string(),
        "text": html(&post.text),
        "edit_history_tweet_ids": [post.id.to_string()],
    }})
}

fn v2_object(post: &Post, spelling: &Spelling, growth: u32) -> Value {
    let counts = counts(post, growth);
    let history: Vec<String> =
        post.edits.iter().chain([&post.id]).map(ToString::to_string).collect();
    let mut object = json!({
        "id": post.id.to_string(),
        "created_at": civil(created(post), V2_TIME),
        "lang": post.language.twitter_code(),
        "public_metrics": {
            spelling.shares: counts.shares,
            "reply_count": counts.replies,
            "like_count": counts.likes,
            "quote_count": counts.quotes,
            "impression_count": counts.views,
        },
    });
    object[spelling.history] = json!(history);
    if let Some(author) = post.author {
        object["author_id"] = json!(account(author));
    }
    object["text"] = json!(match &post.about {
        Some(about) if post.kind == Kind::Share => shared(about),
        _ => html(&cut(&post.text, LONG)),
    });
    if post.kind != Kind::Share && is_long(&post.text) {
        object[spelling.note] = json!({ "text": html(&post.text) });
    }
    object
}

fn v2_user(author: u32) -> Value {
    json!({
        "id": account(author),
        "username": handle(author),
        "name": format!("Viewer {author}"),
        "public_metrics": { "followers_count": followers(author) },
    })
}

/// v1.1, in the spelling of the post's form.
pub(super) fn v1(post: &Post, growth: u32) -> Value {
    let mut status = v1_object(post, growth);
    let Some(about) = &post.about else { return status };
    match post.kind {
        Kind::Share => {
            let key = if post.form == Form::Extended { "full_text" } else { "text" };
            status[key] = json!(shared(about));
            status["retweeted_status"] = v1_object(&of_form(about, post.form), growth);
        }
        Kind::Quote => {
            status["is_quote_status"] = json!(true);
            status["quoted_status_id_str"] = json!(about.id.to_string());
            status["quoted_status"] = v1_object(&of_form(about, post.form), growth);
        }
        _ => {
            status["in_reply_to_status_id"] = json!(about.id);
            status["in_reply_to_status_id_str"] = json!(about.id.to_string());
            status["in_reply_to_user_id_str"] = json!(about.author.map(account));
            status["in_reply_to_screen_name"] = json!(about.author.map(handle));
        }
    }
    status
}

fn v1_object(post: &Post, growth: u32) -> Value {
    let counts = counts(post, growth);
    let mut status = json!({
        "created_at": civil(created(post), V1_TIME),
        "id_str": post.id.to_string(),
        // Old writers have rounded it: a reader must prefer the string.
        "id": if post.form == Form::Streaming { post.id / 1000 * 1000 } else { post.id },
        "lang": post.language.twitter_code(),
        "truncated": false,
        "in_reply_to_status_id_str": null,
        "is_quote_status": false,
        "favorite_count": counts.likes,
        "retweet_count": counts.shares,
        "reply_count": counts.replies,
    });
    if growth != 0 {
        status["quote_count"] = json!(counts.quotes);
    }
    if let Some(author) = post.author {
        status["user"] = json!({
            "id": account(author).parse::<u64>().ok(),
            "id_str": account(author),
            "screen_name": handle(author),
            "followers_count": followers(author),
        });
    }
    if post.kind == Kind::Share {
        return status;
    }
    let whole = html(&post.text);
    match post.form {
        Form::Extended => status["full_text"] = json!(whole),
        Form::Streaming if post.text.chars().count() > CUT => {
            status["text"] = json!(html(&cut(&post.text, CUT)));
            status["truncated"] = json!(true);
            status["extended_tweet"] = json!({ "full_text": whole });
        }
        _ => status["text"] = json!(whole),
    }
    status
}

fn of_form(post: &Post, form: Form) -> Post {
    Post { form, ..post.clone() }
}

/// What a reader learns of the post's own counters: quotes are shares, and a share has none.
pub(super) fn told(post: &Post, growth: u32) -> Told {
    let counts = counts(post, growth);
    let (quotes, views) = match post.form {
        _ if post.kind == Kind::Share => return Told::default(),
        Form::V2Bare => return Told::default(),
        Form::V2 { .. } => (counts.quotes, Some(counts.views)),
        _ => (counts.quotes * u64::from(growth > 0), None),
    };
    [Some(counts.likes), Some(counts.shares + quotes), Some(counts.replies), views]
}

struct Counts {
    likes: u64,
    shares: u64,
    replies: u64,
    quotes: u64,
    views: u64,
}

/// A share carries the counters of the post it shares.
fn counts(post: &Post, growth: u32) -> Counts {
    let appeal = match &post.about {
        Some(about) if post.kind == Kind::Share => about.appeal,
        _ => post.appeal,
    };
    let likes = u64::from(appeal) * u64::from(growth + 1);
    Counts { likes, shares: likes / 4, replies: likes / 15, quotes: likes / 30, views: likes * 30 }
}

/// When this version of it was made.
fn created(post: &Post) -> Timestamp {
    super::model::twitter_time(post.id)
}

fn shared(about: &Post) -> String {
    let who = about.author.map(handle).unwrap_or_default();
    html(&cut(&format!("RT @{who}: {}", about.text), CUT))
}

fn is_long(text: &str) -> bool {
    text.chars().count() > LONG
}

fn cut(text: &str, at: usize) -> String {
    match text.char_indices().nth(at) {
        Some(_) => text.chars().take(at - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn account(author: u32) -> String {
    (2_300_000_000 + u64::from(author) * 17).to_string()
}

/// The name by which others answer the author.
pub(super) fn handle(author: u32) -> String {
    format!("viewer_{author}")
}

/// The first of a pool write most, and are followed most.
fn followers(author: u32) -> u32 {
    2_000_000 / (author + 1) + author % 300
}
