//! An explanation as a person reads it.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use super::{Explained, words};
use crate::mention::verdict::{Finding, LanguageFinding, Role, Verdict};

/// How many of a language's scores are shown.
const SCORES_SHOWN: usize = 3;

/// The post with what was found in it underlined, and why each counts or does not.
pub(super) fn lines(explained: &Explained<'_>, renderer: &Renderer) -> String {
    let findings = &explained.seen.findings;
    let named = explained.titles();
    let title = if named.is_empty() { "no title".to_owned() } else { named.join(", ") };
    let annotations = findings.iter().filter_map(|finding| underlined(explained, finding));
    let snippet = Snippet::source(explained.text).fold(false).annotations(annotations);
    let group = Level::INFO.no_name().primary_title(&title).element(snippet);
    let mut shown = renderer.render(&[group]);
    shown.push_str("\n\n");
    for finding in findings {
        add_finding(&mut shown, explained, finding);
    }
    shown.push_str(&format!("  skeleton  {}\n", explained.seen.skeleton));
    for finding in &explained.seen.languages {
        shown.push_str(&language(finding));
    }
    shown
}

/// Under what counts stands its title, under the rest what it is.
fn underlined<'a>(explained: &Explained<'_>, finding: &'a Finding) -> Option<Annotation<'a>> {
    let at = byte_range(explained.text, finding.span?)?;
    let named = finding.title.as_ref().filter(|_| explained.names_title(finding));
    let annotation = match (&finding.verdict, named) {
        (Verdict::Counts(_), Some(title)) => {
            AnnotationKind::Primary.span(at).label(title.as_str())
        }
        (Verdict::Refused(_), Some(title)) => {
            AnnotationKind::Context.span(at).label(format!("{title}: refused"))
        }
        (_, None) => AnnotationKind::Context.span(at).label(words::role(&finding.role)),
    };
    Some(annotation)
}

fn add_finding(shown: &mut String, explained: &Explained<'_>, finding: &Finding) {
    let of = finding.title.as_ref().map_or("any title", |title| title.as_str());
    let of = finding.campaign.as_ref().map_or(of.to_owned(), |campaign| format!("{campaign}/{of}"));
    let role = match &finding.role {
        Role::Facet(id) => format!("facet {id}"),
        role => words::role(role).to_owned(),
    };
    let tier = explained.tier_reason(finding).map_or_else(String::new, |reason| {
        format!(", {} ({})", words::tier(finding.tier), words::tier_reason(&reason))
    });
    let via = words::via(finding.via);
    let at = finding.span.map_or_else(String::new, |(from, to)| format!(" {from}-{to}"));
    let verdict = words::verdict(&finding.verdict);
    let reason = words::reason(finding);
    shown.push_str(&format!(
        "  {of}: {role} `{}`{tier}, {via}{at}\n    {verdict}: {reason}\n",
        finding.written
    ));
}

fn language(finding: &LanguageFinding) -> String {
    let LanguageFinding { campaign, sample, language, source, scores } = finding;
    let sample = sample.split_whitespace().collect::<Vec<_>>().join(" ");
    let scores = scores.iter().take(SCORES_SHOWN);
    let scores: String = scores.map(|(code, p)| format!(" {code} {p:.2}")).collect();
    let scores = if scores.is_empty() { scores } else { format!(" ({})", scores.trim_start()) };
    let source = words::source(*source);
    format!("  language  {campaign}: {language} by {source}{scores}, of `{sample}`\n")
}

/// Code points as bytes.
pub(super) fn byte_range(text: &str, (from, to): (u32, u32)) -> Option<Range<usize>> {
    let ends = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let at = |place: u32| ends().nth(usize::try_from(place).ok()?);
    Some(at(from)?..at(to)?)
}
