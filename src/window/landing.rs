//! What lands in the windows: posts, and what posts gain.

use std::num::NonZeroU16;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::post::{Action, Kind, Platform};
use crate::time::Timestamp;
use crate::window::key::KeyHash;
use crate::window::words::Word;

/// A title by its number in the fold's list, which never changes its meaning.
pub type TitleIndex = u16;
/// A language by its number in the fold's list.
pub type LanguageIndex = u8;
/// A group of accounts by its number in the fold's list; 0 is none of them.
pub type GroupIndex = u8;
/// An alias by its number in its title's list, from 1.
pub type AliasIndex = NonZeroU16;

/// By what else than its platform a post is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// Its kind.
    pub kind: Kind,
    /// Its language.
    pub language: LanguageIndex,
    /// The group of its author.
    pub group: GroupIndex,
}

/// What of a post can be counted again when it is retracted: as its first sight said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its kind, language and group.
    pub sort: Sort,
    /// Its author, where known.
    pub author: Option<KeyHash>,
    /// Its text, if it is an original or a reply whose copies tell of copying.
    pub text: Option<KeyHash>,
    /// Its hashtags in lower case, each once; `None` without any.
    pub hashtags: Option<Arc<[Word]>>,
}

impl Content {
    /// Its hashtags.
    pub fn hashtags(&self) -> &[Word] {
        self.hashtags.as_deref().unwrap_or_default()
    }
}

/// A title of a post and how it was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The title.
    pub title: TitleIndex,
    /// By which alias; `None` for one too many.
    pub alias: Option<AliasIndex>,
    /// Its facets that were named: bit `n` is number `n` in the title's list.
    pub facets: u64,
}

/// One post as the windows count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// When it was made.
    pub event_time: Timestamp,
    /// Where it was made.
    pub platform: Platform,
    /// What it holds.
    pub content: Content,
    /// Its author's followers, where known.
    pub followers: Option<u64>,
}

/// What a post's counter has gained, or the counters of several posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// When it was seen.
    pub observed: Timestamp,
    /// Where the post was made.
    pub platform: Platform,
    /// What the counter counts.
    pub action: Action,
    /// How often that was done.
    pub amount: u64,
}
