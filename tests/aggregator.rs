//! The aggregator's loop over a mention log that holds more than it should.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod oracle;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use daebak::aggregator::{Aggregator, AggregatorError, Parts};
use daebak::clock::{Clock, Stopwatch};
use daebak::config;
use daebak::kafka::embedded::Embedded;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds};
use daebak::metric::health::Health;
use daebak::record::{LogRecord, partition_of};
use daebak::status::{Readiness, Status};

const LOG: &str = "daebak.mentions";
const PARTITIONS: u32 = 2;
const PATIENCE: Duration = Duration::from_secs(30);

/// An aggregator of the shipped campaign, over a log that already holds `records`.
fn open(broker: &Embedded, records: Vec<(u32, Vec<u8>)>) -> (Aggregator, Parts) {
    let mut config = config::shipped().unwrap();
    config.service.kafka.connection = broker.connection();
    let producer = LogProducer::open(&broker.connection(), QueueBounds::default()).unwrap();
    for (partition, payload) in records {
        let record = Outgoing {
            topic: LOG.into(),
            partition,
            key: None,
            payload: Some(payload),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        producer.send(&record, Clock::system().now()).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
    let health = Arc::new(Health::new(&[], "1"));
    let status = Status::new(Arc::new(|| Clock::system().now()), Arc::clone(&health));
    let parts = Parts {
        config: Arc::new(config),
        clock: Clock::system(),
        producer: Arc::new(producer),
        health,
        status: Arc::new(status),
    };
    (Aggregator::open(parts.clone()).unwrap(), parts)
}

#[test]
fn records_it_cannot_use_are_counted_and_passed_over() {
    let broker = Embedded::start(&[(LOG, PARTITIONS)]).unwrap();
    let foreign = r#"{"config":{"v":1,"campaign":"elsewhere","revision":"r","titles":[],"languages":[],"windows":[{"length_ms":60000,"slide_ms":5000,"posts":true,"authors":false,"breakdown":false}],"allowed_lateness_ms":0,"engagement_horizon_ms":0,"stall_timeout_ms":0,"topics":{},"titles_max":1,"pending_max":1,"ledger_max":1,"distinct_max":1}}"#;
    let records = ["nonsense", r#"{"retraction":{"v":1}}"#, foreign, r#"{"heartbeat":{"v":9}}"#];
    let records = records.map(|record| (0, record.as_bytes().to_vec())).to_vec();
    let (aggregator, parts) = open(&broker, records);
    let stop = Arc::new(AtomicBool::new(false));
    let running = std::thread::spawn({
        let stop = Arc::clone(&stop);
        move || aggregator.run(&stop)
    });
    let since = Stopwatch::start();
    while *parts.status.readiness() != Readiness::Ready {
        assert!(since.elapsed() < PATIENCE, "it never became ready");
        std::thread::yield_now();
    }
    stop.store(true, Ordering::Relaxed);
    assert_eq!(running.join().unwrap(), Ok(()));
    let page = oracle::read_page(&parts.health.text());
    let skipped =
        |reason| page[&format!(r#"daebak_log_records_skipped_total{{reason="{reason}"}}"#)];
    let counts =
        ["unknown", "malformed", "foreign_campaign"].map(|reason| skipped(reason).to_string());
    assert_eq!(counts, ["2", "1", "1"]);
}

#[test]
fn a_log_whose_partition_count_was_changed_is_refused() {
    let broker = Embedded::start(&[(LOG, PARTITIONS)]).unwrap();
    let config = config::shipped().unwrap();
    let campaign = &config.campaigns[0];
    let home = partition_of(&campaign.id, PARTITIONS);
    let elsewhere = (home + 1) % PARTITIONS;
    let record = LogRecord::Config(Box::new(config.service.fold_config(campaign)));
    let (aggregator, _) = open(&broker, vec![(elsewhere, record.encode().unwrap())]);
    let refused = AggregatorError::Repartitioned {
        campaign: campaign.id.clone(),
        found: i32::try_from(elsewhere).unwrap(),
        expected: i32::try_from(home).unwrap(),
    };
    assert_eq!(aggregator.run(&AtomicBool::new(false)), Err(refused));
}
