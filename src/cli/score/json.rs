//! A score as a program reads it. The keys are documented in docs/campaigns.md.

use serde_json::{Map, Value, json};

use super::Outcome;
use crate::cli::explain::words;
use crate::score::language::{ByLength, LENGTH_LABELS, LanguageReport, Share};
use crate::score::titles::{self, Method, Mistake, Report, Tally};

/// All tables as one object.
pub(super) fn object(outcome: &Outcome<'_>) -> Value {
    let languages = outcome.languages;
    let has_languages = languages.total().all.n > 0;
    json!({
        "titles": outcome.titles.map(|report| of_titles(report, outcome.mute_names)),
        "language": has_languages.then(|| of_languages(languages)),
        "language_micros_per_text": outcome.pace.map(|pace| pace.micros_per_text),
    })
}

fn of_titles(report: &Report, mute_names: u64) -> Value {
    let methods = Method::ALL.iter().zip(report.methods);
    let methods = methods.map(|(method, tally)| (key(method.label()), of_tally(tally)));
    let lengths = titles::LENGTH_LABELS.iter().zip(report.lengths).map(|(label, row)| {
        json!({
            "letters": label,
            "labels": row.labels,
            "found": by_method(row.found),
            "found_of_squeezed": by_method(row.found_of_squeezed),
        })
    });
    json!({
        "posts": report.posts,
        "posts_left_out": report.left_out,
        "labels_without_letters": mute_names,
        "methods": methods.collect::<Map<_, _>>(),
        "lengths": lengths.collect::<Vec<_>>(),
        "false_positives": report.false_positives.iter().map(of_mistake).collect::<Vec<_>>(),
        "false_negatives": report.false_negatives.iter().map(of_mistake).collect::<Vec<_>>(),
    })
}

fn key(label: &str) -> String {
    label.replace(' ', "_")
}

fn by_method(counts: [u64; 5]) -> Map<String, Value> {
    let counts = Method::ALL.iter().zip(counts);
    counts.map(|(method, n)| (key(method.label()), n.into())).collect()
}

fn of_tally(tally: Tally) -> Value {
    json!({
        "true_positives": tally.true_positives,
        "false_positives": tally.false_positives,
        "false_negatives": tally.false_negatives,
        "precision": tally.precision(),
        "recall": tally.recall(),
        "f1": tally.f1(),
    })
}

fn of_mistake(mistake: &Mistake) -> Value {
    let (file, line) = &mistake.place;
    let findings = mistake.findings.iter().map(|finding| {
        let (kind, word) = words::kind(&finding.verdict);
        json!({
            "written": finding.written,
            "verdict": words::verdict(&finding.verdict),
            "reason": kind,
            "word": word,
            "in_words": words::reason(finding),
        })
    });
    json!({
        "file": **file,
        "line": line,
        "title": mistake.title,
        "text": mistake.text,
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn of_languages(report: &LanguageReport) -> Value {
    let languages = report.languages().map(|(language, listed, sum)| {
        json!({ "language": language, "listed": listed, "told": of_lengths(sum) })
    });
    let confused = report.confused().into_iter().map(
        |(labelled, told, texts)| json!({ "labelled": labelled, "told": told, "texts": texts }),
    );
    json!({
        "all": of_lengths(report.total()),
        "languages": languages.collect::<Vec<_>>(),
        "confused": confused.collect::<Vec<_>>(),
    })
}

fn of_lengths(sum: ByLength) -> Value {
    let share = |share: Share| json!({ "right": share.right, "texts": share.n });
    let lengths = LENGTH_LABELS.iter().zip(sum.lengths);
    let lengths = lengths.map(|(label, one)| ((*label).to_owned(), share(one)));
    json!({ "all": share(sum.all), "by_characters": lengths.collect::<Map<_, _>>() })
}
