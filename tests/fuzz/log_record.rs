//! Any bytes in the mention log, a record a line: what decodes can be written again and folded.

#![no_main]

use std::sync::LazyLock;

use daebak::buzz::Buzz;
use daebak::config;
use daebak::record::LogRecord;
use daebak::record::snapshot::{Manifest, SNAPSHOT_VERSION};
use daebak::time::{Span, Timestamp};
use libfuzzer_sys::fuzz_target;

/// The record with which every log of a campaign begins.
static CONFIG: LazyLock<LogRecord> = LazyLock::new(|| {
    let config = config::shipped().expect("the shipped config is sound");
    LogRecord::Config(Box::new(config.service.fold_config(&config.campaigns[0])))
});

const BEGIN: Timestamp = Timestamp::from_secs(1_794_000_000);

fuzz_target!(|input: &[u8]| {
    let records: Vec<LogRecord> = input
        .split(|byte| *byte == b'\n')
        .filter_map(|line| LogRecord::decode(line).ok())
        .collect();
    if records.is_empty() {
        return;
    }
    let campaign = CONFIG.campaign().expect("a config is of a campaign");
    let mut buzz = Buzz::new(campaign.clone());
    buzz.apply(BEGIN, &CONFIG).expect("a config is no mention");
    for (n, record) in (1..).zip(&records) {
        let bytes = record.encode().expect("it was read from the like");
        assert_eq!(LogRecord::decode(&bytes).as_ref(), Ok(record), "a record reads back");
        let time = BEGIN + Span::from_secs(n);
        buzz.apply(time, record).expect("it has its config");
    }
    check_snapshot(&buzz);
});

/// A state packed, read back and packed again is the same bytes.
fn check_snapshot(buzz: &Buzz) {
    let packed = buzz.pack().expect("it has its config").expect("it is small");
    let manifest = Manifest {
        v: SNAPSHOT_VERSION,
        log: "log".into(),
        partitions: 1,
        offset: 0,
        timestamp: BEGIN,
        chunks: u32::try_from(packed.chunks.len()).expect("it is small"),
        checksum: packed.checksum,
        taken: BEGIN,
    };
    let chunks = (0..).zip(packed.chunks.clone()).collect();
    let restored = Buzz::unpack(buzz.campaign(), &manifest, &chunks).expect("it reads back");
    assert_eq!(restored.pack(), Some(Ok(packed)));
}
