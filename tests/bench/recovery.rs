//! What it takes to have a day of five hundred titles again: from a snapshot, and from the log.
//!
//! `cargo bench --bench recovery`; `DAEBAK_MENTIONS` says how many.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

#[path = "../day/mod.rs"]
mod day;

use std::collections::BTreeMap;

use daebak::buzz::Buzz;
use daebak::campaign::CampaignId;
use daebak::clock::Stopwatch;
use daebak::config::{parse_campaign, shipped};
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::snapshot::{Manifest, SNAPSHOT_VERSION};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_770_000_000);

fn heartbeat(config: &FoldConfig) -> LogRecord {
    let progress = |topic: &str| Progress {
        topic: topic.into(),
        partition: 0,
        position: 0,
        watermark: Some(NOW),
        end_fetched: None,
    };
    LogRecord::Heartbeat(Heartbeat {
        v: SCHEMA_VERSION,
        tagger: "bench".into(),
        clock: NOW,
        revisions: BTreeMap::new(),
        partition_counts: BTreeMap::new(),
        partitions: config.topics.keys().map(|topic| progress(topic)).collect(),
    })
}

fn main() {
    let mentions: usize =
        std::env::var("DAEBAK_MENTIONS").map_or(1_200_000, |text| text.parse().unwrap());
    let campaign = parse_campaign(day::CAMPAIGN, "launch-0.toml", &day::campaign()).unwrap();
    let config = shipped().unwrap().service.fold_config(&campaign);
    let heartbeat = heartbeat(&config);
    let records = [LogRecord::Config(Box::new(config)), heartbeat];
    let log: Vec<Vec<u8>> = (0..mentions)
        .map(|n| LogRecord::Mention(day::mention(n, mentions, NOW).into()).encode().unwrap())
        .collect();
    let log_bytes: usize = log.iter().map(Vec::len).sum();

    let watch = Stopwatch::start();
    let mut buzz = Buzz::new(CampaignId::new(day::CAMPAIGN));
    for record in &records {
        buzz.apply(NOW, record).unwrap();
    }
    for bytes in &log {
        buzz.apply(NOW, &LogRecord::decode(bytes).unwrap()).unwrap();
    }
    let folded = watch.elapsed().as_secs_f64();
    assert_eq!(buzz.ledger_entries(), mentions, "each is a post of its own");

    let watch = Stopwatch::start();
    let packed = buzz.pack().unwrap().unwrap();
    let took = watch.elapsed().as_secs_f64();
    let manifest = Manifest {
        v: SNAPSHOT_VERSION,
        log: "log".into(),
        partitions: 1,
        offset: 0,
        timestamp: NOW,
        chunks: u32::try_from(packed.chunks.len()).unwrap(),
        checksum: packed.checksum,
        taken: NOW,
    };
    let chunks: BTreeMap<u32, Vec<u8>> = (0..).zip(packed.chunks.clone()).collect();
    let watch = Stopwatch::start();
    let restored = Buzz::unpack(&CampaignId::new(day::CAMPAIGN), &manifest, &chunks).unwrap();
    let unpacked = watch.elapsed().as_secs_f64();
    assert_eq!(restored.pack().unwrap().unwrap(), packed, "the same state gives the same bytes");

    println!(
        "{mentions} mentions of {} titles: log {:.0} MB, snapshot {:.1} MB\n\
         fold the log  {folded:.2} s\npack          {took:.2} s\nunpack        {unpacked:.2} s, \
         {:.0} times as fast as folding",
        day::TITLES,
        log_bytes as f64 / 1e6,
        packed.bytes() as f64 / 1e6,
        folded / unpacked
    );
}
