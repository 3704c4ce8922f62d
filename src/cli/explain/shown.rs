//! An explanation as a person reads it.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use super::{Explained, words};
use crate::mention::verdict::{Finding, LanguageFinding, Role, Verdict};
use crate::record::mention::Via;

/// How many of a language's scores are shown.
const SCORES_SHOWN: usize = 3;

/// The post with what was found in it underlined, and why each counts or does not.
pub(super) fn lines(explained: &Explained<'_>, renderer: &Renderer) -> String {
    let findings: Vec<&Finding> =
        explained.seen.findings.iter().filter(|finding| !is_echo(explained, finding)).collect();
    let named = explained.titles();
    let title = if named.is_empty() { "no title".to_owned() } else { named.join(", ") };
    let mut annotations = Vec::new();
    let mut places = BTreeSet::new();
    for finding in &findings {
        // One line under a place and title, however many of its words stand there.
        if places.insert((finding.span, &finding.campaign, &finding.title)) {
            annotations.extend(underlined(explained, finding));
        }
    }
    let snippet = Snippet::source(explained.text).fold(false).annotations(annotations);
    let group = Level::INFO.no_name().primary_title(&title).element(snippet);
    let mut shown = renderer.render(&[group]);
    shown.push_str("\n\n");
    for finding in findings {
        // Nothing fails to be written to a string.
        let _ = add_finding(&mut shown, explained, finding);
    }
    let _ = writeln!(shown, "  skeleton  {}", explained.seen.skeleton);
    for finding in &explained.seen.languages {
        shown.push_str(&language(finding));
    }
    shown
}

/// Whether a title's refused word lies within one of its words that counts, or what speaks for
/// titles is a part of a name: of no interest then.
fn is_echo(explained: &Explained<'_>, finding: &Finding) -> bool {
    let refused = matches!(finding.verdict, Verdict::Refused(_));
    if matches!(finding.role, Role::Context | Role::Need) && refused {
        return true;
    }
    let within = |(from, to): (u32, u32), (first, end): (u32, u32)| first <= from && to <= end;
    refused
        && explained.seen.findings.iter().any(|other| {
            other.verdict.counts()
                && (&other.campaign, &other.title, other.via == Via::Quoted)
                    == (&finding.campaign, &finding.title, finding.via == Via::Quoted)
                && finding.span.zip(other.span).is_some_and(|(one, other)| within(one, other))
        })
}

/// Under what counts stands its title, under the rest what it is.
fn underlined<'a>(explained: &Explained<'_>, finding: &'a Finding) -> Option<Annotation<'a>> {
    let at = byte_range(explained.text, finding.span?)?;
    let named = finding.title.as_ref().filter(|_| finding.is_name);
    let annotation = match (&finding.verdict, named) {
        (Verdict::Counts(_), Some(title)) => AnnotationKind::Primary.span(at).label(title.as_str()),
        (Verdict::Refused(_), Some(title)) => {
            AnnotationKind::Context.span(at).label(format!("{title}: refused"))
        }
        (_, None) => AnnotationKind::Context.span(at).label(words::role(&finding.role)),
    };
    Some(annotation)
}

fn add_finding(shown: &mut String, explained: &Explained<'_>, finding: &Finding) -> fmt::Result {
    let of = finding.title.as_ref().map_or("any title", |title| title.as_str());
    let of = finding.campaign.as_ref().map_or(of.to_owned(), |campaign| format!("{campaign}/{of}"));
    let role = match &finding.role {
        Role::Facet(id) => format!("facet {id}"),
        role => words::role(role).to_owned(),
    };
    let tier = explained.tier_reason(finding).map_or_else(String::new, |reason| {
        format!(", {} ({})", finding.tier.label(), reason.label())
    });
    let via = words::via(finding.via);
    let at = finding.span.map_or_else(String::new, |(from, to)| format!(" {from}-{to}"));
    let verdict = words::verdict(&finding.verdict);
    let reason = words::reason(finding);
    let written = &finding.written;
    writeln!(shown, "  {of}: {role} `{written}`{tier}, {via}{at}\n    {verdict}: {reason}")
}

fn language(finding: &LanguageFinding) -> String {
    let LanguageFinding { campaign, sample, language, source, scores } = finding;
    let sample = sample.split_whitespace().collect::<Vec<_>>().join(" ");
    let scores = scores.iter().take(SCORES_SHOWN);
    let scores: Vec<String> = scores.map(|(code, p)| format!("{code} {p:.2}")).collect();
    let scores =
        if scores.is_empty() { String::new() } else { format!(" ({})", scores.join(", ")) };
    let source = words::source(*source);
    format!("  language  {campaign}: {language} by {source}{scores}, of `{sample}`\n")
}

/// Code points as bytes.
pub(super) fn byte_range(text: &str, (from, to): (u32, u32)) -> Option<Range<usize>> {
    let ends = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let at = |place: u32| ends().nth(usize::try_from(place).ok()?);
    Some(at(from)?..at(to)?)
}
