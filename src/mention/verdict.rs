//! What became of a word that was found in a post, and why: the same data tags a post and explains
//! it.

use crate::campaign::{CampaignId, FacetId, Language, Tier, TitleId};
use crate::record::mention::{LanguageSource, Via};

/// What a word is to the campaign that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// An alias of a title.
    Alias,
    /// A hashtag of a title.
    Hashtag,
    /// An alias of a facet.
    Facet(FacetId),
    /// A context word, the campaign's or daebak's own.
    Context,
    /// A word that one of the title's aliases needs.
    Need,
    /// A phrase that excludes the title.
    Exclusion,
}

/// Whether a word that was found counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It names its title, or speaks for or against it.
    Counts(Evidence),
    /// It does not.
    Refused(Refusal),
}

impl Verdict {
    /// Whether the word counts.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Counts(_))
    }
}

/// Why a word counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It needs none.
    Strong,
    /// It is a hashtag.
    Hashtag,
    /// A word of its campaign's context, or of its own, stands in the post.
    Context(Box<str>),
    /// Another alias of the title does.
    Alias(Box<str>),
    /// A facet of the title does.
    Facet(FacetId),
    /// A hashtag of the campaign's does.
    CampaignHashtag(Box<str>),
    /// It stands in quotation marks or brackets, and nothing else does with it.
    Quotes,
    /// The number of an episode or season stands beside it.
    Episode,
    /// The words right before or behind it say that it is watched.
    Watched,
    /// It is in another script than all the rest, which is Latin.
    Script,
    /// It is written as a name is, where other words are not.
    Capitals,
}

/// Why a word does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A letter stands right before it.
    LeftBoundary,
    /// What stands right behind it is neither a boundary nor a particle.
    RightBoundary,
    /// Its spaces are not where the word may have them.
    Gaps,
    /// It is written in another case, and the alias says that case counts.
    Case,
    /// The regular expression of the alias does not match there.
    Regex,
    /// It counts only as a hashtag.
    NoHashtag,
    /// It lies within a longer name of the campaign.
    Within(Box<str>),
    /// The post holds no evidence that it means the title.
    NoEvidence,
    /// The post holds none of the words that the alias needs.
    NoNeed,
    /// The post holds a phrase that excludes the title.
    Excluded(Box<str>),
}

/// A word found in a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The campaign that looks for it; none for daebak's own context words.
    pub campaign: Option<CampaignId>,
    /// The title; none for context words.
    pub title: Option<TitleId>,
    /// As the campaign writes it.
    pub written: Box<str>,
    /// What it is to the campaign.
    pub role: Role,
    /// Whether it names its title by itself where it counts: an alias, a hashtag, or a facet that
    /// stands for its title.
    pub is_name: bool,
    /// What it asks of a post.
    pub tier: Tier,
    /// The part of the post where it stands: text, hashtag (in it or listed) or quoted text.
    pub via: Via,
    /// First code point and one past the last, in the text (or quoted text) that a reader sees;
    /// none in a hashtag that the platform lists apart.
    pub span: Option<(u32, u32)>,
    /// What became of it.
    pub verdict: Verdict,
}

impl Finding {
    /// Whether the post names the title by this word.
    pub fn names_title(&self) -> bool {
        self.is_name && self.verdict.counts()
    }
}

/// Everything that was seen in one post.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What is left of the text when nothing but its letters and digits counts.
    pub skeleton: String,
    /// Every word found, in order of campaign, title and place.
    pub findings: Vec<Finding>,
    /// What each campaign takes the post's language for, in their order.
    pub languages: Vec<LanguageFinding>,
}

/// What a campaign takes a post's language for.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageFinding {
    /// The campaign.
    pub campaign: CampaignId,
    /// The text that was judged: without links, @names and the campaign's titles.
    pub sample: String,
    /// The language.
    pub language: Language,
    /// What told it.
    pub source: LanguageSource,
    /// The likeliest languages and their probabilities, the best first; none where the script
    /// decides.
    pub scores: Vec<(Language, f64)>,
}
