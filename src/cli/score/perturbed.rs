//! Which spellings of a list of titles are found, as a person or a program reads it.

use std::fmt::{self, Write};

use serde_json::{Value, json};

use crate::score::survival::Survival;

/// One row a kind of spelling, then the sum; after it the first `lost_max` of each that were lost.
pub(super) fn text(rows: &[Survival], lost_max: usize) -> String {
    let mut shown = String::new();
    // Nothing fails to be written to a string.
    let _ = add(&mut shown, rows, lost_max);
    shown
}

fn add(to: &mut String, rows: &[Survival], lost_max: usize) -> fmt::Result {
    writeln!(
        to,
        "{:20} {:>8} {:>8} {:>7} {:>7} {:>7} {:>13}",
        "spelling", "titles", "found", "recall", "spans", "within", "short"
    )?;
    for row in rows {
        add_row(to, row.kind.label(), row)?;
    }
    if let Some(all) = rows.iter().cloned().reduce(|sum, row| Survival {
        n: sum.n + row.n,
        found: sum.found + row.found,
        spans: sum.spans + row.spans,
        within: sum.within + row.within,
        short: sum.short + row.short,
        short_found: sum.short_found + row.short_found,
        ..sum
    }) {
        add_row(to, "all", &all)?;
    }
    for row in rows {
        for lost in row.lost.iter().take(lost_max) {
            let (from, to_place) = lost.span;
            writeln!(to, "{}: {:?} at {from}-{to_place}", row.kind.label(), lost.text)?;
        }
    }
    Ok(())
}

fn add_row(to: &mut String, label: &str, row: &Survival) -> fmt::Result {
    let percent = |part: usize, whole: usize| {
        if whole == 0 {
            "-".to_owned()
        } else {
            format!("{:.2}", part as f64 / whole as f64 * 100.0)
        }
    };
    writeln!(
        to,
        "{label:20} {:>8} {:>8} {:>7} {:>7} {:>7} {:>13}",
        row.n,
        row.found,
        percent(row.found, row.n),
        percent(row.spans, row.found),
        row.within,
        format!("{} of {}", row.short_found, row.short)
    )
}

/// One object, whose list has an object a kind of spelling.
pub(super) fn object(rows: &[Survival], lost_max: usize) -> Value {
    let row = |row: &Survival| {
        let lost = row.lost.iter().take(lost_max);
        let lost = lost.map(|lost| json!({ "text": lost.text, "span": lost.span }));
        json!({
            "spelling": row.kind.label(),
            "titles": row.n,
            "found": row.found,
            "spans": row.spans,
            "within": row.within,
            "short": row.short,
            "short_found": row.short_found,
            "lost": lost.collect::<Vec<_>>(),
        })
    };
    json!({ "perturbed": rows.iter().map(row).collect::<Vec<_>>() })
}
