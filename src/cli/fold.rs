//! `daebak fold`: the whole mention log, folded without a service, becomes the titles' families.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;

use crate::buzz::{Applied, Buzz};
use crate::campaign::CampaignId;
use crate::clock::Stopwatch;
use crate::config::{self, Config};
use crate::kafka::mention_log::MentionLog;
use crate::metric::buzz::render;
use crate::record::{LogRecord, partition_of};
use crate::time::Timestamp;

/// How long a poll waits for a record.
const POLL_WAIT: Duration = Duration::from_millis(200);
/// How long a log that is not at its end may give nothing.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Fold the whole mention log as it stands, and print what /metrics would show of the titles
///
/// Reads only: no group, nothing committed. A line a campaign goes to the standard error. What a
/// running service shows for the same end of the windows must be the same.
#[derive(Debug, clap::Args)]
pub(super) struct Fold {
    /// From the log's oldest record to where it ends now.
    #[arg(long, required = true)]
    from_log: bool,
    /// The service's file, for the broker and the campaigns.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
}

impl Fold {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config::load(&self.config)?;
        let folds = fold(&config)?;
        for folded in folds.values() {
            writeln!(anstream::stderr(), "{}", folded.summary())?;
        }
        // At the least T no campaign's windows are too old to be shown.
        let now = folds.values().filter_map(|folded| folded.buzz.time()).min().unwrap_or_default();
        let page = render(folds.values().map(|folded| &folded.buzz), now);
        match io::stdout().lock().write_all(page.as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }
}

/// A campaign's fold, and how many log records went into it.
struct Folded {
    buzz: Buzz,
    partition: u32,
    records: u64,
}

/// Folds every campaign of `config` from the log, up to where it ended when it was opened.
fn fold(config: &Config) -> anyhow::Result<BTreeMap<CampaignId, Folded>> {
    let kafka = &config.service.kafka;
    let mut log = MentionLog::open(&kafka.connection, &kafka.mention_log)?;
    let folded = |campaign: &CampaignId| Folded {
        buzz: Buzz::new(campaign.clone()),
        partition: partition_of(campaign, log.partition_count()),
        records: 0,
    };
    let mut folds: BTreeMap<CampaignId, Folded> =
        config.campaigns.iter().map(|one| (one.id.clone(), folded(&one.id))).collect();
    let mut skipped = 0_u64;
    let mut silence = Stopwatch::start();
    while !log.is_caught_up() {
        let Some(entry) = log.poll(POLL_WAIT)? else {
            if silence.elapsed() > SILENCE_MAX {
                let (topic, secs) = (&kafka.mention_log, SILENCE_MAX.as_secs());
                bail!("{topic} gave no record and no end for {secs} s");
            }
            continue;
        };
        silence = Stopwatch::start();
        let (partition, offset, timestamp) = (entry.partition(), entry.offset(), entry.timestamp());
        let record = LogRecord::decode(entry.payload().unwrap_or_default());
        if !log.was_there(partition, offset) {
            continue;
        }
        match record {
            Ok(record) => apply(&mut folds, partition, timestamp, &record)?,
            Err(_) => skipped += 1,
        }
    }
    if skipped > 0 {
        writeln!(
            anstream::stderr(),
            "{skipped} log records of a newer daebak, or of none, skipped"
        )?;
    }
    Ok(folds)
}

/// Each record goes where the service's aggregator takes it: a campaign's own to its fold alone.
fn apply(
    folds: &mut BTreeMap<CampaignId, Folded>,
    partition: i32,
    timestamp: Timestamp,
    record: &LogRecord,
) -> anyhow::Result<()> {
    let campaign = record.campaign();
    let of_all = folds.values_mut().filter(|folded| {
        u32::try_from(partition) == Ok(folded.partition)
            && campaign.is_none_or(|campaign| folded.buzz.campaign() == campaign)
    });
    for folded in of_all {
        folded.buzz.apply(timestamp, record)?;
        folded.buzz.take_landed();
        folded.records += 1;
    }
    Ok(())
}

impl Folded {
    fn summary(&self) -> String {
        let Self { buzz, records, .. } = self;
        let campaign = buzz.campaign();
        if buzz.config().is_none() {
            return format!("{campaign}: no config record in the log: nothing to show");
        }
        let applied = &buzz.tally().applied;
        let mentions: u64 = applied.iter().sum();
        let duplicates = applied[Applied::Duplicate as usize];
        let time = buzz.time().map_or("none yet".into(), |time| time.to_string());
        format!(
            "{campaign}: {records} records, {mentions} mentions, {duplicates} duplicates, T {time}"
        )
    }
}
