//! What became of a word in a post, in words.

use crate::mention::verdict::{Evidence, Finding, Refusal, Role, Verdict};
use crate::record::mention::{LanguageSource, Via};

/// Why the word counts or does not, with the remedy where the campaign has one.
pub(in crate::cli) fn reason(finding: &Finding) -> String {
    match &finding.verdict {
        Verdict::Counts(_) if finding.role == Role::Exclusion => {
            "it speaks against its title".to_owned()
        }
        // A facet that asks for nothing, and all that is there to speak for others.
        Verdict::Counts(Evidence::Strong) if !finding.is_name => "it speaks for titles".to_owned(),
        Verdict::Counts(evidence) => evidence_of(evidence),
        Verdict::Refused(refusal) => refusal_of(refusal),
    }
}

fn evidence_of(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Strong => "it needs no evidence".to_owned(),
        Evidence::Hashtag => "it is a hashtag".to_owned(),
        Evidence::Context(word) => format!("the context word `{word}` is in the post"),
        Evidence::Alias(alias) => format!("`{alias}` is in the post too"),
        Evidence::Facet(facet) => format!("the title's facet `{facet}` is in the post"),
        Evidence::CampaignHashtag(hashtag) => format!("the hashtag `{hashtag}` is in the post"),
        Evidence::Quotes => "it stands in quotation marks or brackets".to_owned(),
        Evidence::Episode => "the number of an episode or season stands beside it".to_owned(),
        Evidence::Watched => "the words around it say that it is watched".to_owned(),
        Evidence::Script => "it is in another script than the rest".to_owned(),
        Evidence::Capitals => "it is written as a name, other words are not".to_owned(),
    }
}

fn refusal_of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::LeftBoundary => "a letter stands right before it".to_owned(),
        Refusal::RightBoundary => {
            "what stands right behind it is neither a boundary nor a particle".to_owned()
        }
        Refusal::Gaps => "its spaces are not where the alias has them".to_owned(),
        Refusal::Case => "its case is another; drop `case_sensitive` to take it".to_owned(),
        Refusal::Regex => "the alias's `regex` does not match there".to_owned(),
        Refusal::NoHashtag => "it counts only as a hashtag".to_owned(),
        Refusal::Within(longer) => format!("it is part of `{longer}`"),
        Refusal::NoEvidence => "nothing in the post says that it means the title; add a `context` \
                                word, or `tier = \"strong\"` to the alias"
            .to_owned(),
        Refusal::NoNeed => "none of the words that it `needs` is in the post".to_owned(),
        Refusal::Excluded(phrase) => {
            format!("the post holds `{phrase}`, which is in the title's `exclude`")
        }
    }
}

/// The evidence or refusal as a stable name, and the word it goes by.
pub(in crate::cli) fn kind(verdict: &Verdict) -> (&'static str, Option<&str>) {
    match verdict {
        Verdict::Counts(evidence) => match evidence {
            Evidence::Strong => ("strong", None),
            Evidence::Hashtag => ("hashtag", None),
            Evidence::Context(word) => ("context", Some(word)),
            Evidence::Alias(alias) => ("alias", Some(alias)),
            Evidence::Facet(facet) => ("facet", Some(facet.as_str())),
            Evidence::CampaignHashtag(hashtag) => ("campaign_hashtag", Some(hashtag)),
            Evidence::Quotes => ("quotes", None),
            Evidence::Episode => ("episode", None),
            Evidence::Watched => ("watched", None),
            Evidence::Script => ("script", None),
            Evidence::Capitals => ("capitals", None),
        },
        Verdict::Refused(refusal) => match refusal {
            Refusal::LeftBoundary => ("left_boundary", None),
            Refusal::RightBoundary => ("right_boundary", None),
            Refusal::Gaps => ("gaps", None),
            Refusal::Case => ("case", None),
            Refusal::Regex => ("regex", None),
            Refusal::NoHashtag => ("no_hashtag", None),
            Refusal::Within(longer) => ("within", Some(longer)),
            Refusal::NoEvidence => ("no_evidence", None),
            Refusal::NoNeed => ("no_need", None),
            Refusal::Excluded(phrase) => ("excluded", Some(phrase)),
        },
    }
}

/// Whether the word counts, in one word.
pub(in crate::cli) fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Counts(_) => "taken",
        Verdict::Refused(_) => "refused",
    }
}

/// What the word is to the campaign.
pub(super) fn role(role: &Role) -> &'static str {
    match role {
        Role::Alias => "alias",
        Role::Hashtag => "hashtag",
        Role::Facet(_) => "facet",
        Role::Context => "context",
        Role::Need => "need",
        Role::Exclusion => "exclusion",
    }
}

/// The part of the post.
pub(super) fn via(via: Via) -> &'static str {
    match via {
        Via::Text => "text",
        Via::Hashtag => "hashtag",
        Via::Quoted => "quoted",
        Via::Facet => "facet",
    }
}

/// What told the language.
pub(super) fn source(source: LanguageSource) -> &'static str {
    match source {
        LanguageSource::Script => "script",
        LanguageSource::Text => "text",
        LanguageSource::Platform => "platform",
        LanguageSource::None => "none",
    }
}
