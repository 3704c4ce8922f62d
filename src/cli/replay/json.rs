//! A replay's last state, for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::buzz::Buzz;
use crate::metric::buzz::samples;
use crate::post::outcome::RecordOutcome;
use crate::replay::{Outcomes, Replayed};

/// All of it.
#[derive(Serialize)]
struct State<'a> {
    records: BTreeMap<String, u64>,
    posts: BTreeMap<&'static str, u64>,
    future_mentions: u64,
    campaigns: Vec<Campaign<'a>>,
}

#[derive(Serialize)]
struct Campaign<'a> {
    #[serde(rename = "campaign")]
    id: &'a str,
    /// T, in RFC 3339; null where nothing mentions a title.
    time: Option<String>,
    measures: Vec<Measure>,
}

/// One measure: its labels, without the campaign's, and its value.
#[derive(Serialize)]
struct Measure {
    #[serde(rename = "measure")]
    name: &'static str,
    labels: BTreeMap<&'static str, String>,
    value: f64,
}

/// Writes the state as one JSON object.
pub(super) fn print(out: &mut impl Write, replayed: &Replayed) -> io::Result<()> {
    let Replayed { folds, outcomes: Outcomes { records, posts, future } } = replayed;
    let state = State {
        records: records.iter().map(|(outcome, n)| (label(*outcome), *n)).collect(),
        posts: posts.iter().map(|(outcome, n)| (outcome.label(), *n)).collect(),
        future_mentions: *future,
        campaigns: folds.iter().map(campaign).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &state)?;
    writeln!(out)
}

fn label(outcome: RecordOutcome) -> String {
    match outcome {
        RecordOutcome::Invalid(reason) => format!("invalid_{}", reason.label()),
        read => read.label().to_owned(),
    }
}

fn campaign(buzz: &Buzz) -> Campaign<'_> {
    Campaign {
        id: buzz.campaign().as_str(),
        time: buzz.time().map(|time| time.to_string()),
        measures: measures(buzz),
    }
}

fn measures(buzz: &Buzz) -> Vec<Measure> {
    let mut measures = Vec::new();
    samples(buzz, &mut |family, labels, value| {
        let labels = family.labels.iter().copied().zip(labels);
        let labels = labels.filter(|(name, _)| *name != "campaign");
        measures.push(Measure {
            name: family.name,
            labels: labels.map(|(name, value)| (name, (*value).to_owned())).collect(),
            value,
        });
    });
    measures
}
