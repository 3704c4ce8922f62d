//! A campaign as the rest of the code sees it: validated, immutable, cheap to share.
//!
//! `config` is the only place that builds one from a file.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Span;

/// A shared string that names one sort of thing, so that a title's id is no campaign's slug.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<Of>(Arc<str>, PhantomData<Of>);

/// What a [`CampaignId`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfCampaign {}
/// What a [`TitleId`] names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfTitle {}
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
    /// How far behind the watermark a first sight still counts.
    pub allowed_lateness: Span,
    /// The content hash of all of the above.
    pub revision: Revision,
}

/// One title and the words by which posts name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The id that labels the title's series.
    pub id: TitleId,
    /// The name people read.
    pub name: String,
    /// Names and spellings matched in text, without repetition.
    pub aliases: Vec<String>,
    /// Hashtags without `#`, matched only as hashtags.
    pub hashtags: Vec<String>,
}
