//! A campaign as the rest of the code sees it: validated, immutable, cheap to share.
//!
//! `config` is the only place that builds one from a file.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::post::Platform;
use crate::time::{Span, Timestamp};

/// A shared string that names one sort of thing, so that a title's id is no campaign's slug.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<Of>(Arc<str>, PhantomData<Of>);

/// What a [`CampaignId`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfCampaign {}
/// What a [`TitleId`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfTitle {}
/// What a [`FacetId`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfFacet {}
/// What a [`GroupId`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfGroup {}
/// What a [`Language`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfLanguage {}
/// What a [`Revision`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfRevision {}

/// A campaign's slug: lower-case letters, digits and hyphens; the name of its file.
pub type CampaignId = Name<OfCampaign>;
/// A title's id within its campaign: lower-case letters, digits and hyphens.
pub type TitleId = Name<OfTitle>;
/// A facet's id within its title: lower-case letters, digits and hyphens.
pub type FacetId = Name<OfFacet>;
/// A group of accounts of a campaign: lower-case letters, digits and hyphens.
pub type GroupId = Name<OfGroup>;
/// A language as its lower-case ISO 639-1 code; Malay and Indonesian count as one, `id`.
pub type Language = Name<OfLanguage>;
/// The content hash of a campaign, as 16 hexadecimal digits: two instances that read the same
/// file agree on it.
pub type Revision = Name<OfRevision>;

impl<Of> Name<Of> {
    /// Wraps a name that has been checked where it came in.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name), PhantomData)
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<Of> fmt::Display for Name<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<Of> Serialize for Name<Of> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, Of> Deserialize<'de> for Name<Of> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Arc::deserialize(deserializer)?, PhantomData))
    }
}

impl GroupId {
    /// All accounts that are in no group.
    pub const ORGANIC: &'static str = "organic";
}

impl Language {
    /// No language could be told.
    pub const UNDETERMINED: &'static str = "und";
    /// A language outside the campaign's list.
    pub const OTHER: &'static str = "other";
}

/// One campaign: what to look for, and how long a late post may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// The slug that labels every series of the campaign.
    pub id: CampaignId,
    /// The name people read.
    pub name: String,
    /// Languages with a series of their own, in file order; all others count as `other`.
    pub languages: Vec<Language>,
    /// Titles, in file order; ids are unique.
    pub titles: Vec<Title>,
    /// Words that speak for a title of the campaign when they stand beside it: genre, network,
    /// platform.
    pub context: Vec<String>,
    /// Whether daebak's own context words speak for its titles too.
    pub builtin_context: bool,
    /// Accounts whose posts have series of their own, in file order; an account is in one group at
    /// the most.
    pub groups: Vec<AccountGroup>,
    /// How far behind the watermark a first sight still counts.
    pub allowed_lateness: Span,
    /// The content hash of all of the above.
    pub revision: Revision,
    /// Posts and the titles they name, by which the campaign is tested; not part of the revision.
    pub tests: Vec<Example>,
}

/// One title and the words by which posts name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The id that labels the title's series.
    pub id: TitleId,
    /// The name people read.
    pub name: String,
    /// Names and spellings matched in text, without repetition.
    pub aliases: Vec<Alias>,
    /// Hashtags without `#`, matched only as hashtags.
    pub hashtags: Vec<String>,
    /// Phrases of which one in a post says that the post does not mean the title.
    pub exclude: Vec<String>,
    /// What belongs to the title and has names of its own.
    pub facets: Vec<Facet>,
    /// When it is first shown.
    pub premiere: Option<Timestamp>,
    /// When it is on the air, in order of time; none overlaps the next.
    pub episodes: Vec<Episode>,
}

/// One episode's time on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// When it begins.
    #[serde(rename = "air_ms")]
    pub air: Timestamp,
    /// How long it is.
    #[serde(rename = "length_ms")]
    pub length: Span,
}

/// Accounts that are counted apart: the title's own, influencers, the press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountGroup {
    /// The id that labels the group's series.
    pub id: GroupId,
    /// Its accounts.
    pub accounts: Vec<Account>,
}

/// One account on one platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// Where.
    pub platform: Platform,
    /// Its id there, or its handle in lower case without `@`.
    pub name: Box<str>,
}

/// A name or spelling of a title or facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The words; of a regular expression, what must stand in the text for it to be tried.
    pub text: String,
    /// What else a post needs for the alias to count; computed where the campaign does not say.
    pub tier: Option<Tier>,
    /// The language it is in, by whose common words it is judged; else all of the campaign's.
    pub language: Option<Language>,
    /// Whether it counts only in the case in which it is written.
    pub case_sensitive: bool,
    /// Words of which one must stand in the post, whatever else does and whatever the tier.
    pub needs: Vec<String>,
    /// Whether one character may be missing, added, another, or swapped with its neighbour.
    pub fuzzy: bool,
    /// A regular expression that decides in the place of the text's letters, over the text as
    /// written.
    pub regex: Option<String>,
}

impl Alias {
    /// The fewest letters and digits of one that is found with a mistake in it: in shorter ones a
    /// mistake makes other words.
    pub const FUZZY_LETTERS_MIN: usize = 10;

    /// An alias of which the campaign says its text only.
    pub fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            tier: None,
            language: None,
            case_sensitive: false,
            needs: Vec::new(),
            fuzzy: false,
            regex: None,
        }
    }
}

/// What a post needs besides an alias for the alias to count.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Nothing.
    #[default]
    Strong,
    /// Evidence that it means the title: a context word, another alias, a facet, a hashtag of the
    /// campaign's, or capitals.
    Context,
    /// To be a hashtag.
    Hashtag,
}

impl Tier {
    /// Every tier.
    pub const ALL: [Self; 3] = [Self::Strong, Self::Context, Self::Hashtag];

    /// As campaign files call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Context => "context",
            Self::Hashtag => "hashtag",
        }
    }
}

/// Something of a title that posts name by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The id that labels the facet's series.
    pub id: FacetId,
    /// What it is of the title.
    pub kind: FacetKind,
    /// The name people read.
    pub name: String,
    /// Its names, without repetition.
    pub aliases: Vec<Alias>,
    /// Whether a post that names the facet alone names the title: an OST song of its own, a
    /// character known by no other drama.
    pub names_title: bool,
}

/// What a facet is of its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetKind {
    /// A player.
    Cast,
    /// A character.
    Character,
    /// A song.
    Ost,
}

impl FacetKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Cast, Self::Character, Self::Ost];

    /// As campaign files call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cast => "cast",
            Self::Character => "character",
            Self::Ost => "ost",
        }
    }
}

/// A post's text and the titles that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// The titles, in any order.
    pub expect: Vec<TitleId>,
    /// Its line in the campaign's file, from 1.
    pub line: usize,
}
