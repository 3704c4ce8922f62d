//! A score as a person reads it.

use std::fmt::{self, Write};

use super::{Outcome, Pace};
use crate::cli::explain::words;
use crate::score::language::{self, ByLength, LanguageReport, Share};
use crate::score::titles::{self, LengthRow, Method, Mistake, Report};

/// How many pairs of confused languages are shown.
const CONFUSED_SHOWN: usize = 10;

/// All tables.
pub(super) fn text(outcome: &Outcome<'_>) -> String {
    let mut shown = String::new();
    // Nothing fails to be written to a string.
    let _ = add(&mut shown, outcome);
    shown
}

fn add(to: &mut String, outcome: &Outcome<'_>) -> fmt::Result {
    if let Some(report) = outcome.titles {
        add_titles(to, report, outcome.mute_names)?;
    }
    let languages = outcome.languages;
    if languages.total().all.n > 0 {
        if outcome.titles.is_some() {
            writeln!(to)?;
        }
        add_languages(to, languages, outcome.pace)?;
    } else if outcome.titles.is_none() {
        writeln!(to, "no text with a language")?;
    }
    Ok(())
}

fn add_titles(to: &mut String, report: &Report, mute_names: u64) -> fmt::Result {
    let labels: u64 = report.lengths.iter().map(|row| row.labels).sum();
    write!(to, "{} posts, {labels} labels", report.posts)?;
    if report.left_out > 0 {
        write!(to, "; {} posts left out, without their titles", report.left_out)?;
    }
    if mute_names > 0 {
        write!(to, "; {mute_names} labels without letters or digits")?;
    }
    writeln!(to, "\n")?;
    writeln!(
        to,
        "{:18} {:>7} {:>7} {:>7} {:>9} {:>7} {:>7}",
        "titles", "TP", "FP", "FN", "precision", "recall", "F1"
    )?;
    for (method, tally) in Method::ALL.iter().zip(report.methods) {
        writeln!(
            to,
            "{:18} {:>7} {:>7} {:>7} {:>9} {:>7} {:>7}",
            method.label(),
            tally.true_positives,
            tally.false_positives,
            tally.false_negatives,
            percent(tally.precision()),
            percent(tally.recall()),
            percent(tally.f1()),
        )?;
    }
    if labels > 0 {
        add_lengths(to, &report.lengths)?;
    }
    add_mistakes(to, "taken, not labelled", &report.false_positives)?;
    add_mistakes(to, "labelled, not taken", &report.false_negatives)
}

fn add_lengths(to: &mut String, lengths: &[LengthRow]) -> fmt::Result {
    writeln!(
        to,
        "\nrecall by letters and digits of the title, where squeezed it is in the text\n\
         {:7} {:>7} {:>9} {:>14} {:>15} {:>13}",
        "letters", "labels", "squeezed", "word boundary", "daebak matched", "daebak taken"
    )?;
    for (label, row) in titles::LENGTH_LABELS.iter().zip(lengths).filter(|(_, row)| row.labels > 0)
    {
        let [alone, _, squeezed, matched, taken] = row.found_of_squeezed;
        let share = |n: u64| percent((squeezed > 0).then(|| n as f64 / squeezed as f64));
        writeln!(
            to,
            "{label:7} {:>7} {squeezed:>9} {:>14} {:>15} {:>13}",
            row.labels,
            share(alone),
            share(matched),
            share(taken)
        )?;
    }
    Ok(())
}

fn add_mistakes(to: &mut String, heading: &str, mistakes: &[Mistake]) -> fmt::Result {
    if mistakes.is_empty() {
        return Ok(());
    }
    writeln!(to, "\n{heading}")?;
    for mistake in mistakes {
        let (file, line) = &mistake.place;
        writeln!(to, "{file}:{line}: {}\n  {}", mistake.title, mistake.text)?;
        if mistake.findings.is_empty() {
            writeln!(to, "  not found")?;
        }
        for finding in &mistake.findings {
            let verdict = words::verdict(&finding.verdict);
            writeln!(to, "  {verdict} `{}`: {}", finding.written, words::reason(finding))?;
        }
    }
    Ok(())
}

fn add_languages(to: &mut String, report: &LanguageReport, pace: Option<Pace>) -> fmt::Result {
    write!(to, "{:8} {:>7} {:>8}", "language", "texts", "right")?;
    for label in language::LENGTH_LABELS {
        write!(to, " {:>16}", format!("{label} characters"))?;
    }
    writeln!(to)?;
    for (language, listed, sum) in report.languages() {
        // An unlisted language is told rightly by telling none of the listed ones.
        let name = if listed { language.to_string() } else { format!("{language} *") };
        add_language(to, &name, sum)?;
    }
    add_language(to, "all", report.total())?;
    if report.languages().any(|(_, listed, _)| !listed) {
        writeln!(to, "* not in the list: right as `other`")?;
    }
    let confused = report.confused();
    if !confused.is_empty() {
        write!(to, "confused:")?;
        for (place, (labelled, told, n)) in confused.iter().take(CONFUSED_SHOWN).enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(to, "{comma} {labelled} as {told} {n}")?;
        }
        writeln!(to)?;
    }
    if let Some(Pace { texts, micros_per_text }) = pace {
        writeln!(to, "{micros_per_text:.2} µs a text, over {texts} texts")?;
    }
    Ok(())
}

fn add_language(to: &mut String, name: &str, sum: ByLength) -> fmt::Result {
    write!(to, "{name:8} {:>7} {:>8}", sum.all.n, percent(sum.all.accuracy()))?;
    for share in sum.lengths {
        let Share { n, .. } = share;
        let shown =
            if n == 0 { "-".to_owned() } else { format!("{} of {n}", percent(share.accuracy())) };
        write!(to, " {shown:>16}")?;
    }
    writeln!(to)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1}", share * 100.0))
}
