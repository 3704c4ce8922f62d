//! An explanation as a program reads it. The keys are documented in docs/campaigns.md.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Explained, shown, words};
use crate::mention::tier::TierReason;
use crate::mention::verdict::{Finding, LanguageFinding, Role};

/// One post as one object on one line.
pub(super) fn object(explained: &Explained<'_>) -> Value {
    let findings = explained.seen.findings.iter().map(|one| finding(explained, one));
    json!({
        "text": explained.text,
        "titles": explained.titles(),
        "skeleton": explained.seen.skeleton,
        "findings": findings.collect::<Vec<_>>(),
        "languages": explained.seen.languages.iter().map(language).collect::<Vec<_>>(),
    })
}

fn finding(explained: &Explained<'_>, finding: &Finding) -> Value {
    let facet = match &finding.role {
        Role::Facet(id) => Some(id.as_str()),
        _ => None,
    };
    let has_tier = matches!(finding.role, Role::Alias | Role::Hashtag | Role::Facet(_));
    let range = finding.span.and_then(|span| shown::byte_range(explained.text, span));
    let (kind, word) = words::kind(&finding.verdict);
    json!({
        "campaign": finding.campaign,
        "title": finding.title,
        "written": finding.written,
        "role": words::role(&finding.role),
        "facet": facet,
        "tier": has_tier.then(|| finding.tier.label()),
        "tier_reason": explained.tier_reason(finding).as_ref().map(TierReason::label),
        "via": words::via(finding.via),
        "span": finding.span,
        "matched": range.and_then(|range| explained.text.get(range)),
        "counts": finding.verdict.counts(),
        "reason": kind,
        "word": word,
        "in_words": words::reason(finding),
    })
}

fn language(finding: &LanguageFinding) -> Value {
    #[derive(Serialize)]
    struct Score<'a> {
        language: &'a str,
        probability: f64,
    }
    let scores = finding.scores.iter();
    let scores = scores.map(|(language, probability)| Score {
        language: language.as_str(),
        probability: *probability,
    });
    json!({
        "campaign": finding.campaign,
        "language": finding.language,
        "source": finding.source,
        "sample": finding.sample,
        "scores": scores.collect::<Vec<_>>(),
    })
}
