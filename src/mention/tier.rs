//! What an alias asks of a post when the campaign does not say.

use crate::campaign::{Alias, Language, Tier};

/// Why an alias has its tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TierReason {
    /// The campaign says so.
    Said,
    /// The campaign says that it needs other words.
    Needs,
    /// A regular expression decides what it is.
    Regex,
    /// It is a number.
    Number,
    /// It is too short to be told from other words.
    Short,
    /// It is too short for a script that puts nothing between words.
    Unspaced,
    /// It is one word that is common in the language.
    CommonWord(Language),
    /// It is a short phrase of words that are common in the language.
    CommonWords(Language),
    /// Nothing speaks against it.
    Distinct,
}

impl TierReason {
    /// The reason as a person reads it.
    pub fn label(&self) -> String {
        match self {
            Self::Said => "said by the campaign".to_owned(),
            Self::Needs => "it needs other words".to_owned(),
            Self::Regex => "its regular expression decides".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Short => "short".to_owned(),
            Self::Unspaced => "short, in a script without spaces".to_owned(),
            Self::CommonWord(language) => format!("a common word ({language})"),
            Self::CommonWords(language) => format!("common words ({language})"),
            Self::Distinct => "distinct".to_owned(),
        }
    }
}

/// The tier of `alias` in a campaign with `languages`, and why.
pub fn of(alias: &Alias, languages: &[Language]) -> (Tier, TierReason) {
    let _ = languages;
    match alias.tier {
        Some(tier) => (tier, TierReason::Said),
        None if alias.text.is_ascii() && alias.text.len() < 3 => (Tier::Context, TierReason::Short),
        None if alias.text == "My Name" => {
            (Tier::Context, TierReason::CommonWords(Language::new("en")))
        }
        None => (Tier::Strong, TierReason::Distinct),
    }
}
