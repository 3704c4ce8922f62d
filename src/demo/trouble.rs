//! What goes wrong on the way: damage, disorder and repetition, each at a rate of its own.

use serde_json::{Value, json};

use super::dice::Dice;
use super::model::{Form, Kind, Platform, Post};
use super::wire;
use super::words::LONG;

/// How often each trouble happens, in 100,000 posts it can happen to.
pub(super) mod rate {
    pub(in crate::demo) const NO_TEXT: u32 = 3_000;
    pub(in crate::demo) const NO_AUTHOR: u32 = 30_000;
    pub(in crate::demo) const BARE: u32 = 6_000;
    pub(in crate::demo) const LONG: u32 = 4_000;
    pub(in crate::demo) const MULTI_TITLE: u32 = 6_000;
    pub(in crate::demo) const HASHTAGS_APART: u32 = 35_000;
    pub(in crate::demo) const QUOTES_THAT_NAME: u32 = 50_000;
    pub(in crate::demo) const REPLIES_WITHOUT_TITLE: u32 = 20_000;
    pub(in crate::demo) const JSON_ESCAPES: u32 = 10_000;
    pub(in crate::demo) const EDITS: u32 = 3_000;
    pub(in crate::demo) const BATCHES: u32 = 10_000;
    pub(in crate::demo) const BATCHES_WITH_A_REDELIVERY: u32 = 30_000;
    pub(in crate::demo) const REDELIVERIES: u32 = 4_000;
    pub(in crate::demo) const REDELIVERIES_GROWN: u32 = 90_000;
    pub(in crate::demo) const LATE: u32 = 1_000;
    pub(in crate::demo) const CONTROL: u32 = 300;
    pub(in crate::demo) const TOMBSTONES: u32 = 60;
    pub(in crate::demo) const POISON: u32 = 1_000;
    /// These records are 200 kB each.
    pub(in crate::demo) const TOO_DEEP: u32 = 15;
}

/// How deep the deepest poison nests.
const DEEP: usize = 100_000;

/// A way in which a record cannot be read, or a post in it not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Poison {
    NotUtf8,
    Truncated,
    TooDeep,
    UnknownShape,
    NoId,
    NoTime,
    RandomBytes,
}

impl Poison {
    /// One of those that `platform` can be struck by, the deep ones apart.
    pub(super) fn pick(dice: &mut Dice, platform: Platform) -> Self {
        const ALL: [Poison; 6] = [
            Poison::NotUtf8,
            Poison::Truncated,
            Poison::UnknownShape,
            Poison::NoId,
            Poison::RandomBytes,
            Poison::NoTime,
        ];
        // Only Instagram's ids hold no time.
        dice.pick(if platform == Platform::Instagram { &ALL } else { &ALL[..5] }).to_owned()
    }

    /// Its name in the account of trouble.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NotUtf8 => "poison_not_utf8",
            Self::Truncated => "poison_truncated",
            Self::TooDeep => "poison_too_deep",
            Self::UnknownShape => "poison_unknown_shape",
            Self::NoId => "poison_no_id",
            Self::NoTime => "poison_no_time",
            Self::RandomBytes => "poison_random_bytes",
        }
    }

    /// The bytes of `post`, poisoned.
    pub(super) fn bytes(self, dice: &mut Dice, post: &Post) -> Vec<u8> {
        let mut value = wire::value(post, 0);
        match self {
            Self::NotUtf8 => {
                let mut bytes = wire::bytes(&value, false);
                let middle = bytes.len() / 2;
                bytes.insert(middle, 0xff);
                bytes
            }
            Self::Truncated => {
                // In ASCII every cut is between characters.
                let mut bytes = wire::bytes(&value, true);
                bytes.truncate(bytes.len() * 3 / 5);
                bytes
            }
            Self::TooDeep => [vec![b'['; DEEP], vec![b']'; DEEP]].concat(),
            Self::UnknownShape => {
                let reading = dice.below(400);
                wire::bytes(&json!({ "sensor": "rain-gauge-7", "reading": [reading, 3, 1] }), false)
            }
            Self::NoId => {
                without(&mut value, &["id", "id_str", "video_id"]);
                without(&mut value, &["edit_history_tweet_ids", "edit_history_post_ids"]);
                wire::bytes(&value, false)
            }
            Self::NoTime => {
                without(&mut value, &["timestamp"]);
                wire::bytes(&value, false)
            }
            Self::RandomBytes => {
                let mut bytes = vec![0; 64];
                dice.fill(&mut bytes);
                // A byte that no text begins with, so that chance never writes JSON.
                bytes.insert(0, 0xc1);
                // In a file it stays one line.
                bytes.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = 0);
                bytes
            }
        }
    }
}

/// Takes fields from the post in a record, wherever its shape puts the post.
fn without(value: &mut Value, fields: &[&str]) {
    for pointer in ["", "/data", "/data/videos/0"] {
        if let Some(object) = wire::object(value, pointer) {
            for field in fields {
                object.remove(*field);
            }
        }
    }
}

/// What is difficult about a sound post, by name.
pub(super) fn of(post: &Post) -> Vec<&'static str> {
    let twitter = post.platform == Platform::Twitter;
    let about_a_title = post.about.as_ref().is_some_and(|about| !about.titles.is_empty());
    let marks = [
        (post.kind == Kind::Share, "shares"),
        (post.kind == Kind::Quote, "quotes"),
        (post.kind == Kind::Reply, "replies"),
        (post.kind == Kind::Reply && about_a_title && post.titles.is_empty(), "replies_untagged"),
        (post.edits.is_some(), "edits"),
        (post.text.is_empty(), "no_text"),
        (post.author.is_none(), "no_author"),
        (post.titles.is_empty() && !post.text.is_empty(), "untagged"),
        (post.titles.len() > 1, "multi_title"),
        (!post.hashtags.is_empty(), "hashtags_apart"),
        (post.escaped && !post.text.is_ascii(), "json_escapes"),
        (twitter && post.text.contains(['&', '<', '>']), "html_escapes"),
        (twitter && post.text.chars().count() > LONG, "long_text"),
        (twitter && post.form == Form::V2 { renamed: true }, "renamed_fields"),
        (post.language.label() == "other", "other_language"),
    ];
    marks.into_iter().filter_map(|(is, name)| is.then_some(name)).collect()
}
