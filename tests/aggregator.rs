//! The aggregator's loop: what it passes over, what it refuses, and what it writes to the log.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod oracle;
mod owner;

use daebak::aggregator::{Aggregator, AggregatorError};
use daebak::campaign::CampaignId;
use daebak::kafka::embedded::Embedded;
use daebak::post::Platform;
use daebak::record::LogRecord;
use daebak::record::burst::{Detector, Phase};
use daebak::time::{Span, Timestamp};
use owner::{Deployment, LOG, PARTITIONS, SNAPSHOTS, START, mention, until};

#[test]
fn records_it_cannot_use_are_counted_and_passed_over() {
    let deployment = Deployment::start();
    let home = deployment.home();
    let config = r#"{"config":{"v":1,"campaign":"elsewhere","revision":"r","titles":[],"languages":[],"windows":[{"length_ms":60000,"slide_ms":5000,"posts":true,"authors":false,"breakdown":false}],"allowed_lateness_ms":0,"engagement_horizon_ms":0,"stall_timeout_ms":0,"topics":{},"titles_max":1,"pending_max":1,"ledger_max":1,"distinct_max":1}}"#;
    for record in ["nonsense", r#"{"news":{"v":1}}"#, config, r#"{"heartbeat":{"v":9}}"#] {
        deployment.write(LOG, home, None, Some(record.into()));
    }
    deployment.write(LOG, home, Some("elsewhere"), Some("never looked at".into()));
    deployment.flush();
    let owner = deployment.own();
    owner.wait_until_ready();
    let page = oracle::read_page(&owner.parts.health.text());
    let skipped =
        |reason| page[&format!(r#"daebak_log_records_skipped_total{{reason="{reason}"}}"#)];
    let counts =
        ["unknown", "malformed", "foreign_campaign"].map(|reason| skipped(reason).to_string());
    assert_eq!(counts, ["2", "1", "2"]);
    assert_eq!(owner.stop(), Ok(()));
}

#[test]
fn a_log_whose_partition_count_was_changed_is_refused() {
    let deployment = Deployment::start();
    let campaign = deployment.campaign();
    let elsewhere = (deployment.home() + 1) % PARTITIONS;
    let config = deployment.config.service.fold_config(&deployment.config.campaigns[0]);
    let record = LogRecord::Config(Box::new(config)).encode().unwrap();
    deployment.write(LOG, elsewhere, Some(campaign.as_str()), Some(record));
    deployment.flush();
    let refused = AggregatorError::Repartitioned {
        campaign,
        found: i32::try_from(elsewhere).unwrap(),
        expected: i32::try_from(deployment.home()).unwrap(),
    };
    assert_eq!(deployment.own().ended(), Err(refused));
}

#[test]
fn snapshots_that_lie_in_other_partitions_are_refused() {
    let mut deployment = Deployment::start();
    deployment.broker = Embedded::start(&[(LOG, 4), (SNAPSHOTS, 3)]).unwrap();
    deployment.config.service.kafka.connection = deployment.broker.connection();
    let refused =
        AggregatorError::SnapshotPartitions { topic: SNAPSHOTS.into(), found: 3, expected: 4 };
    assert_eq!(Aggregator::open(deployment.parts()).err(), Some(refused));
}

#[test]
fn a_config_is_written_once_a_load_and_again_after_many_live_mentions_only() {
    // More than the mentions after which a config is repeated, and far fewer than twice that.
    const MANY: usize = 60_000;
    let deployment = Deployment::start();
    let campaign = &deployment.config.campaigns[0];
    let one = mention(&campaign.id, campaign.titles[0].id.clone(), 1);
    let one = LogRecord::Mention(Box::new(one)).encode().unwrap();
    let copies = || {
        for _ in 0..MANY {
            let slug = Some(campaign.id.as_str());
            deployment.write(LOG, deployment.home(), slug, Some(one.clone()));
        }
        deployment.flush();
    };
    deployment.configure();
    copies();
    let owner = deployment.own();
    owner.wait_until_ready();
    let configs = || {
        let log = deployment.log();
        assert_eq!(log.first().unwrap().0, 0, "the embedded broker still has the whole log");
        log.iter().filter(|(_, _, record)| matches!(record, LogRecord::Config(_))).count()
    };
    until("the config of this load is written", || configs() == 2);
    copies();
    let applied = || oracle::read_page(&owner.parts.health.text())[r#"daebak_mentions_applied_total{outcome="duplicate"}"#];
    until("all are applied", || applied() > 1.9 * MANY as f64);
    until("another is written", || configs() == 3);
    assert_eq!(owner.stop(), Ok(()));
    assert_eq!(configs(), 3);
}

/// Three hours of five posts, and then two posts a minute.
fn take_off(deployment: &Deployment) {
    let home = deployment.home();
    let campaign = deployment.campaign();
    let settings = deployment.config.service.fold_config(&deployment.config.campaigns[0]);
    let title = settings.titles[0].clone();
    let mut revised = deployment.heartbeat(START);
    revised.revisions = [(campaign.clone(), settings.revision.clone())].into();
    let write = |record: &LogRecord, at| {
        let slug = record.campaign().map(CampaignId::as_str);
        deployment.write_at(LOG, home, slug, Some(record.encode().unwrap()), at);
    };
    write(&LogRecord::Config(Box::new(settings)), START);
    let beat = |at: Timestamp| {
        let mut heartbeat = revised.clone();
        heartbeat.partitions.iter_mut().for_each(|progress| progress.watermark = Some(at));
        write(&LogRecord::Heartbeat(heartbeat), at);
    };
    let (quiet, end) = (Span::from_minutes(12), START + Span::from_minutes(220));
    let (mut number, mut at) = (0, START);
    while at < end {
        let mut mention = mention(&campaign, title.clone(), number);
        mention.platform = Platform::Twitter;
        mention.event_time = at;
        write(&LogRecord::Mention(Box::new(mention)), at);
        let is_quiet = at < START + Span::from_hours(3);
        (number, at) = (number + 1, at + if is_quiet { quiet } else { Span::from_secs(30) });
        beat(at);
    }
    deployment.flush();
}

#[test]
fn an_onset_reaches_the_bursts_topic_and_again_with_the_next_owner_under_the_same_key() {
    let deployment = Deployment::start();
    take_off(&deployment);
    let owner = deployment.own();
    until("a burst is written", || deployment.bursts().len() == 1);
    let is_counted = || owner.parts.health.text().contains("daebak_burst_records_total 1\n");
    until("it is counted", is_counted);
    assert_eq!(owner.stop(), Ok(()));
    let next = deployment.own();
    until("it is written again", || deployment.bursts().len() == 2);
    assert_eq!(next.stop(), Ok(()));
    let [first, second] = deployment.bursts().try_into().unwrap();
    assert_eq!(first, second);
    let (key, record) = first;
    assert_eq!((record.detector, record.phase), (Detector::Surge, Phase::Onset));
    assert_eq!((&record.campaign, key), (&deployment.campaign(), record.key()));
    assert!(record.posts >= 30, "{}", record.posts);
}
