//! What `daebak check` says of titles and of rules.

use std::fmt::Write;

use crate::campaign::{Alias, Campaign, FacetKind, Tier, Title};
use crate::config::limit::{FACET_KINDS, TIERS};
use crate::config::{Page, Rule, Severity};
use crate::mention::tier::{self, TierReason};

/// The most aliases whose reasons are given in a title's line.
const REASONS_MAX: usize = 3;

/// A title's line: how many aliases of each tier, and why some ask for evidence. Every word of it
/// follows if `verbose`.
pub(super) fn title(title: &Title, campaign: &Campaign, verbose: bool) -> String {
    let judged: Vec<(&Alias, Tier, TierReason)> = title
        .aliases
        .iter()
        .map(|alias| {
            let (tier, reason) = tier::of(alias, &campaign.languages);
            (alias, tier, reason)
        })
        .collect();
    let mut parts = Vec::new();
    for (name, tier) in TIERS {
        let of_tier = || judged.iter().filter(move |(_, one, _)| *one == tier);
        let n = of_tier().count();
        let unsaid = of_tier().filter(|(_, _, reason)| *reason != TierReason::Said);
        let reasons: Vec<String> = unsaid
            .filter(|_| tier == Tier::Context && !verbose)
            .take(REASONS_MAX)
            .map(|(alias, _, reason)| format!("`{}`: {}", alias.text, reason.label()))
            .collect();
        let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
        parts.push((n, format!("{name}{why}")));
    }
    parts.push((title.hashtags.len(), "hashtags".to_owned()));
    parts.push((title.facets.len(), "facets".to_owned()));
    parts.push((title.exclude.len(), "excluding".to_owned()));
    let counted = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    let mut said = format!("  {}: {}\n", title.id, counted.collect::<Vec<_>>().join(", "));
    if verbose {
        for (alias, tier, reason) in &judged {
            let _ = writeln!(said, "    {:9} {} ({})", tier_name(*tier), alias.text, reason.label());
        }
        words(&mut said, title);
    }
    said
}

fn words(said: &mut String, title: &Title) {
    for hashtag in &title.hashtags {
        let _ = writeln!(said, "    {:9} #{hashtag}", "hashtag");
    }
    for facet in &title.facets {
        let names: Vec<&str> = facet.aliases.iter().map(|alias| alias.text.as_str()).collect();
        let _ = writeln!(said, "    {:9} {}", kind_name(facet.kind), names.join(", "));
    }
    for phrase in &title.exclude {
        let _ = writeln!(said, "    {:9} {phrase}", "exclude");
    }
}

fn tier_name(tier: Tier) -> &'static str {
    TIERS.iter().find(|(_, one)| *one == tier).map_or("", |(name, _)| name)
}

fn kind_name(kind: FacetKind) -> &'static str {
    FACET_KINDS.iter().find(|(_, one)| *one == kind).map_or("", |(name, _)| name)
}

/// Whether breaking a rule is an error.
pub(super) fn severity(rule: Rule) -> &'static str {
    match rule.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// What a rule is about.
pub(super) fn page(page: &Page) -> String {
    let Page { rule, means, example, remedy } = page;
    let indented: Vec<String> = example.lines().map(|line| format!("    {line}")).collect();
    let (severity, id, example) = (severity(*rule), rule.id(), indented.join("\n"));
    format!("{severity}[{id}]\n\n{means}\n\nFor example:\n\n{example}\n\n{remedy}\n")
}
