//! A mention: one post that names titles of one campaign.

use serde::{Deserialize, Serialize};

use crate::campaign::{CampaignId, FacetId, GroupId, Language, Revision, Tier, TitleId};
use crate::post::id::PostId;
use crate::post::{Counters, Kind, Platform};
use crate::time::Timestamp;

/// One post that names one or more titles of one campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Schema version.
    pub v: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// The revision of the campaign that it was tagged with.
    pub revision: Revision,
    /// The titles named, each once, in the campaign's order; at least one.
    pub titles: Vec<TitleMatch>,
    /// Where the post was made.
    pub platform: Platform,
    /// The id of this version of the post.
    pub id: PostId,
    /// The id of its first version: with `platform`, the post's identity.
    pub root: PostId,
    /// What sort of post it is.
    pub kind: Kind,
    /// Its author, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Box<str>>,
    /// Its author's followers, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<u64>,
    /// The campaign's group that its author is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// When the post was made.
    #[serde(rename = "event_time_ms")]
    pub event_time: Timestamp,
    /// When the post was seen as it is here: the feed record's timestamp.
    #[serde(rename = "observed_ms")]
    pub observed: Timestamp,
    /// The language: an ISO 639-1 code, or `und`.
    pub language: Language,
    /// What told the language.
    pub language_source: LanguageSource,
    /// The post's counters as of `observed`.
    #[serde(default, skip_serializing_if = "Counters::is_empty")]
    pub counters: Counters,
    /// Its hashtags without `#`, in order, at most [`HASHTAGS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<Box<str>>,
    /// A hash of the text's skeleton: equal for copies of one text. None of a text whose skeleton
    /// is shorter than [`COPY_CHARS_MIN`]: short ones are alike by chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<u64>,
    /// The feed record it was read from.
    pub source: Source,
}

/// The fewest characters of a skeleton whose copies tell of copying.
pub const COPY_CHARS_MIN: usize = 20;

/// How many hashtags a mention carries at the most.
pub const HASHTAGS_MAX: usize = 16;

/// How one title was named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TitleMatch {
    /// The title.
    pub title: TitleId,
    /// The alias or hashtag as the campaign writes it.
    pub alias: Box<str>,
    /// What that alias asks of a post, and got.
    #[serde(default)]
    pub tier: Tier,
    /// Where in the post it was found.
    pub via: Via,
    /// First code point and one past the last, in the text a reader sees (of the quoted text for
    /// [`Via::Quoted`]); absent for a hashtag that the platform lists apart from the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(u32, u32)>,
    /// The title's facets that the post names, in the campaign's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<FacetId>,
}

/// The part of a post that named a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The text.
    Text,
    /// A hashtag.
    Hashtag,
    /// Only the text of the post it quotes.
    Quoted,
    /// Only a facet that stands for the title.
    Facet,
}

/// What told a mention's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageSource {
    /// The script alone.
    Script,
    /// The detector, over the text without the title.
    Text,
    /// The platform's own word, where the text told nothing.
    Platform,
    /// Nothing did: `und`.
    None,
}

/// The feed record a mention was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Topic, or file in a replay.
    pub topic: Box<str>,
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
}
