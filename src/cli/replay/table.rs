//! A replay's last state, for people: a table a campaign.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::buzz::Buzz;
use crate::campaign::TitleId;
use crate::post::Platform;
use crate::post::outcome::RecordOutcome;
use crate::replay::{Outcomes, Replayed};
use crate::window::Window;

/// Prints what became of the records, then the table of each campaign.
pub(super) fn print(out: &mut impl Write, replayed: &Replayed) -> io::Result<()> {
    // Count series alone have none.
    if !replayed.outcomes.records.is_empty() {
        print_records(out, &replayed.outcomes.records)?;
        print_posts(out, &replayed.outcomes)?;
    }
    for buzz in &replayed.folds {
        print_campaign(out, buzz)?;
    }
    Ok(())
}

/// `5 records: posts 3 compliance 2`
pub(super) fn print_records(
    out: &mut impl Write,
    records: &BTreeMap<RecordOutcome, u64>,
) -> io::Result<()> {
    write!(out, "{} records:", records.values().sum::<u64>())?;
    for (outcome, n) in records {
        match outcome {
            RecordOutcome::Invalid(reason) => write!(out, " invalid ({}) {n}", reason.label())?,
            read => write!(out, " {} {n}", read.label())?,
        }
    }
    writeln!(out)
}

fn print_posts(out: &mut impl Write, outcomes: &Outcomes) -> io::Result<()> {
    write!(out, "{} posts:", outcomes.posts.values().sum::<u64>())?;
    for (outcome, n) in &outcomes.posts {
        write!(out, " {} {n}", outcome.label())?;
    }
    if outcomes.future > 0 {
        write!(out, "\n{} mentions left out: later than now", outcomes.future)?;
    }
    writeln!(out)
}

fn print_campaign(out: &mut impl Write, buzz: &Buzz) -> io::Result<()> {
    let Some(config) = buzz.config() else { return Ok(()) };
    let (Some(time), campaign) = (buzz.time(), buzz.campaign()) else {
        return writeln!(out, "\n{}: no mention of any title", buzz.campaign());
    };
    let windows: Vec<Window> = buzz.layout().posts.iter().collect();
    let widest = config.titles.iter().map(|title| title.as_str().len()).max().unwrap_or(0).max(5);
    writeln!(out, "\n{campaign} at {time}")?;
    write!(out, "{:widest$} {:>9}", "title", "posts")?;
    for platform in &config.platforms {
        write!(out, " {:>9}", platform.label())?;
    }
    for window in &windows {
        write!(out, " {:>7}", window.length.to_string())?;
    }
    let longest = buzz.layout().authors.iter().map(|window| window.length).max();
    writeln!(out, " {:>12}", format!("authors {}", longest.unwrap_or_default()))?;
    for title in &config.titles {
        let on = |platform: &Platform| buzz.title_total(title, *platform);
        let totals: Vec<u64> = config.platforms.iter().map(on).collect();
        write!(out, "{:widest$} {:>9}", title.as_str(), totals.iter().sum::<u64>())?;
        for total in totals {
            write!(out, " {total:>9}")?;
        }
        for index in 0..windows.len() {
            write!(out, " {:>7}", posts(buzz, title, index))?;
        }
        writeln!(out, " {:>12}", authors(buzz, title).map_or("-".into(), |n| n.to_string()))?;
    }
    Ok(())
}

fn posts(buzz: &Buzz, title: &TitleId, index: usize) -> u64 {
    let windows = buzz.title(title);
    let on = |platform| windows.map_or(0, |windows| windows.posts(platform, index));
    Platform::ALL.into_iter().map(on).sum()
}

/// Distinct authors in the longest window that counts them, over all platforms; `None` where no
/// post says its author.
fn authors(buzz: &Buzz, title: &TitleId) -> Option<u64> {
    let (index, window) =
        buzz.layout().authors.iter().enumerate().max_by_key(|(_, window)| window.length)?;
    let start = window.start(buzz.time()?);
    let windows = buzz.title(title)?;
    let on = |platform| windows.authors(platform, index, start);
    let authors: u64 = Platform::ALL.into_iter().map(on).sum::<Option<u64>>()?;
    (authors > 0 || windows.is_empty()).then_some(authors)
}
