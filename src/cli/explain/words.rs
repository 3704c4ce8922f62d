//! What became of a word in a post, in words.

use crate::mention::verdict::{Evidence, Finding, Refusal, Verdict};

/// Why the word counts or does not, with the remedy where the campaign has one.
pub(in crate::cli) fn reason(finding: &Finding) -> String {
    match &finding.verdict {
        Verdict::Counts(evidence) => evidence_of(evidence),
        Verdict::Refused(refusal) => refusal_of(refusal),
    }
}

fn evidence_of(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Strong => "it needs no evidence".to_owned(),
        Evidence::Hashtag => "it is a hashtag".to_owned(),
        Evidence::Context(word) => format!("the context word `{word}` is in the post"),
        Evidence::Alias(alias) => format!("the title's `{alias}` is in the post too"),
        Evidence::Facet(facet) => format!("the title's facet `{facet}` is in the post"),
        Evidence::CampaignHashtag(hashtag) => format!("the hashtag `{hashtag}` is in the post"),
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
        Refusal::Excluded(phrase) => {
            format!("the post holds `{phrase}`, which is in the title's `exclude`")
        }
    }
}
