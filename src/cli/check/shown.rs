//! What `daebak check` says of titles and of rules.

use std::fmt::Write;

use crate::campaign::{AccountGroup, Alias, Campaign, Tier, Title};
use crate::config::{Page, Rule, Severity};
use crate::mention::tier::{self, TierReason};
use crate::time::Timestamp;

/// The most characters of a line of prose.
const LINE_CHARS_MAX: usize = 80;
/// The most aliases whose reasons are given in a title's line.
const REASONS_MAX: usize = 3;

/// A title's line: how many aliases of each tier, and why some ask for evidence. Every word of it
/// follows, and when it is shown, as of the time in `verbose`, if there is one.
pub(super) fn title(title: &Title, campaign: &Campaign, verbose: Option<Timestamp>) -> String {
    let judged: Vec<(&Alias, Tier, TierReason)> = title
        .aliases
        .iter()
        .map(|alias| {
            let (tier, reason) = tier::of(alias, &campaign.languages);
            (alias, tier, reason)
        })
        .collect();
    let mut parts = Vec::new();
    for tier in Tier::ALL {
        let of_tier = || judged.iter().filter(move |(_, one, _)| *one == tier);
        let n = of_tier().count();
        let unsaid = of_tier().filter(|(_, _, reason)| *reason != TierReason::Said);
        let reasons: Vec<String> = unsaid
            .filter(|_| tier == Tier::Context && verbose.is_none())
            .take(REASONS_MAX)
            .map(|(alias, _, reason)| format!("`{}`: {}", alias.text, reason.label()))
            .collect();
        let why =
            if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
        parts.push((n, format!("{}{why}", tier.label())));
    }
    let plural = |n: usize, noun: &str| (n, format!("{noun}{}", if n == 1 { "" } else { "s" }));
    parts.push(plural(title.hashtags.len(), "hashtag"));
    parts.push(plural(title.facets.len(), "facet"));
    parts.push(plural(title.exclude.len(), "exclusion"));
    parts.push(plural(title.episodes.len(), "episode"));
    let counted = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    let mut said = format!("  {}: {}\n", title.id, counted.collect::<Vec<_>>().join(", "));
    if let Some(now) = verbose {
        for (alias, tier, reason) in &judged {
            let _ = writeln!(said, "    {:9} {} ({})", tier.label(), alias.text, reason.label());
        }
        words(&mut said, title, campaign);
        shows(&mut said, title, now);
    }
    said
}

/// When a title is shown, as of `now`.
fn shows(said: &mut String, title: &Title, now: Timestamp) {
    if let Some(premiere) = title.premiere {
        let _ = writeln!(said, "    {:9} {premiere}", "premiere");
    }
    let Some(last) = title.episodes.last() else { return };
    let n = title.episodes.len();
    let next = title.episodes.iter().map(|episode| episode.air).find(|air| *air >= now);
    let when = match next {
        Some(air) => format!("the next at {air}"),
        None => format!("the last was at {}", last.air),
    };
    let _ = writeln!(said, "    {:9} {n}, {when}", "episodes");
}

/// How many accounts each group has.
pub(super) fn accounts(campaign: &Campaign) -> String {
    let group = |group: &AccountGroup| format!("{} {}", group.accounts.len(), group.id);
    let groups: Vec<String> = campaign.groups.iter().map(group).collect();
    if groups.is_empty() { String::new() } else { format!("  accounts: {}\n", groups.join(", ")) }
}

fn words(said: &mut String, title: &Title, campaign: &Campaign) {
    for hashtag in &title.hashtags {
        let _ = writeln!(said, "    {:9} #{hashtag}", "hashtag");
    }
    for facet in &title.facets {
        let with_tier = |alias: &Alias| {
            let tier = tier::of_facet(alias, facet, &campaign.languages);
            format!("{} ({})", alias.text, tier.label())
        };
        let names: Vec<String> = facet.aliases.iter().map(with_tier).collect();
        let _ = writeln!(said, "    {:9} {}", facet.kind.label(), names.join(", "));
    }
    for phrase in &title.exclude {
        let _ = writeln!(said, "    {:9} {phrase}", "exclude");
    }
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
    let (means, remedy) = (filled(means), filled(remedy));
    format!("{severity}[{id}]\n\n{means}\n\nFor example:\n\n{example}\n\n{remedy}\n")
}

/// The words of `text` in lines that fit a terminal.
fn filled(text: &str) -> String {
    let (mut filled, mut length) = (String::new(), 0);
    for word in text.split_whitespace() {
        let chars = word.chars().count();
        let fits = length + 1 + chars <= LINE_CHARS_MAX;
        if length > 0 {
            filled.push(if fits { ' ' } else { '\n' });
        }
        length = if length > 0 && fits { length + 1 + chars } else { chars };
        filled.push_str(word);
    }
    filled
}
