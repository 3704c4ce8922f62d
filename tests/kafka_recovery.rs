//! How fast a deployment recovers, on real Kafka, and that it is exact when it has.
//!
//! `DAEBAK_MENTIONS` says how many mentions are restored.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a driver; it tells its figures")]

mod day;
mod fleet;
mod oracle;
mod scrape;

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use daebak::campaign::CampaignId;
use daebak::clock::{Clock, Pace, Stopwatch};
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use daebak::record::snapshot::SNAPSHOT_VERSION;
use daebak::record::{LogRecord, partition_of};
use fleet::load::under_load;
use fleet::{Fleet, LOG_PARTITIONS, PATIENCE, Plan, setting};

/// Pages are looked at so often, and a scrape is one look in so many: every 15 s.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
const LOOKS_A_SCRAPE: usize = 30;

/// Seconds until `campaigns` are all served by another member than `gone`.
fn served_elsewhere(fleet: &Fleet, campaigns: &[String], gone: usize) -> f64 {
    let since = Stopwatch::start();
    let elsewhere = |campaign: &String| fleet.owners(campaign).iter().any(|(n, _)| *n != gone);
    while !campaigns.iter().all(elsewhere) {
        assert!(since.elapsed() < PATIENCE, "nobody serves {campaigns:?}");
        scrape::wait(Duration::from_millis(50));
    }
    since.elapsed().as_secs_f64()
}

/// Waits until every campaign has one owner and each member of `members` owns one.
fn settled(fleet: &Fleet, members: &[usize]) {
    let since = Stopwatch::start();
    loop {
        let owners: Vec<Vec<usize>> = fleet
            .campaigns()
            .iter()
            .map(|campaign| fleet.owners(campaign).into_iter().map(|(n, _)| n).collect())
            .collect();
        let one_each = owners.iter().all(|owners| owners.len() == 1);
        if one_each && members.iter().all(|member| owners.iter().flatten().any(|n| n == member)) {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "owners by campaign: {owners:?}");
        scrape::wait(Duration::from_millis(100));
    }
}

fn owned(fleet: &Fleet, member: usize) -> Vec<String> {
    let is_owner = |campaign: &String| fleet.owners(campaign).iter().any(|(n, _)| *n == member);
    fleet.campaigns().into_iter().filter(is_owner).collect()
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn campaigns_of_a_gone_owner_are_served_by_the_other() {
    let plan = Plan { name: "gone-owner", campaigns: 6, members: 2, settings: "" };
    let mut fleet = Fleet::new(&plan);
    under_load(&mut fleet, 11, |fleet, _| {
        fleet.start(0);
        fleet.start(1);
        settled(fleet, &[0, 1]);
        let campaigns = owned(fleet, 0);
        fleet.kill(0);
        let crash = served_elsewhere(fleet, &campaigns, 0);
        let n = campaigns.len();
        println!("figure 4: {n} campaigns of a killed owner served again after {crash:.1} s");
        fleet.start(0);
        settled(fleet, &[0, 1]);
        let campaigns = owned(fleet, 0);
        fleet.signal(0, "TERM");
        let stop = served_elsewhere(fleet, &campaigns, 0);
        let n = campaigns.len();
        println!("figure 4: {n} campaigns of a stopped owner served again after {stop:.1} s");
        assert_eq!(fleet.stop(0), Some(0));
    });
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_rolling_restart_loses_nothing_and_hardly_a_scrape() {
    let plan = Plan { name: "rolling", campaigns: 6, members: 3, settings: "" };
    let mut fleet = Fleet::new(&plan);
    let mut gaps = Vec::new();
    under_load(&mut fleet, 12, |fleet, _| {
        (0..3).for_each(|member| fleet.start(member));
        settled(fleet, &[0, 1, 2]);
        let over = AtomicBool::new(false);
        let (addresses, campaigns) = (fleet.addresses(), fleet.campaigns());
        gaps = std::thread::scope(|threads| {
            let looks = threads.spawn(|| unserved(&addresses, &campaigns, &over));
            let restarted = catch_unwind(AssertUnwindSafe(|| {
                for member in 0..3 {
                    assert_eq!(fleet.stop(member), Some(0));
                    fleet.start(member);
                    settled(fleet, &[0, 1, 2]);
                    scrape::wait(Duration::from_secs(10));
                }
            }));
            over.store(true, Ordering::Relaxed);
            let looks = looks.join().unwrap();
            restarted.map_or_else(|panic| resume_unwind(panic), |()| looks)
        });
    });
    let missed = gaps.iter().map(|looks| missed_scrapes(looks)).max().unwrap();
    let unserved = gaps.iter().map(|looks| looks.iter().filter(|served| !*served).count()).max();
    let seconds = unserved.unwrap() as f64 * LOOK_INTERVAL.as_secs_f64();
    println!(
        "figure 6: rolling restart of 3: 0 lost, {missed} missed scrape(s) of every 15 s, and \
         {seconds:.1} s unserved in all, for the campaign that fared worst"
    );
    // The figure is one; a crowded machine may miss one at each restart.
    assert!(missed <= 3, "{missed} missed scrapes");
}

/// For each campaign, at each look whether any page served it.
fn unserved(addresses: &[SocketAddr], campaigns: &[String], over: &AtomicBool) -> Vec<Vec<bool>> {
    let mut looks = vec![Vec::new(); campaigns.len()];
    let mut pace = Pace::every(LOOK_INTERVAL);
    while !over.load(Ordering::Relaxed) {
        if !pace.due() {
            scrape::wait(Duration::from_millis(10));
            continue;
        }
        let pages: Vec<_> = addresses.iter().filter_map(|address| scrape::page(*address)).collect();
        for (campaign, looks) in campaigns.iter().zip(&mut looks) {
            looks.push(pages.iter().any(|page| fleet::shows(page, campaign)));
        }
    }
    looks
}

/// How many scrapes found nothing, at the worst of all times to begin with them.
fn missed_scrapes(looks: &[bool]) -> usize {
    let missed = |first: usize| {
        looks.iter().skip(first).step_by(LOOKS_A_SCRAPE).filter(|served| !*served).count()
    };
    (0..LOOKS_A_SCRAPE).map(missed).max().unwrap_or_default()
}

fn write_mentions(fleet: &Fleet, mentions: usize) {
    let kafka = &fleet.config.service.kafka;
    let producer = LogProducer::open(&kafka.connection, QueueBounds::default()).unwrap();
    let partition = partition_of(&CampaignId::new(day::CAMPAIGN), LOG_PARTITIONS);
    let now = Clock::system().now();
    for n in 0..mentions {
        let record = LogRecord::Mention(day::mention(n, mentions, now).into());
        let outgoing = Outgoing {
            topic: kafka.mention_log.as_str().into(),
            partition,
            key: None,
            payload: Some(record.encode().unwrap()),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        while let Err(error) = producer.send(&outgoing, now) {
            assert_eq!(error, SendError::QueueFull);
            producer.wait(Duration::from_millis(5));
        }
    }
    producer.flush(PATIENCE).unwrap();
}

/// Waits until a member shows so many posts in the week's window; returns the seconds.
fn shows(fleet: &Fleet, member: usize, posts: u64) -> f64 {
    let since = Stopwatch::start();
    loop {
        let page = fleet.page(member).unwrap_or_default();
        let shown: f64 = page
            .iter()
            .filter(|(s, _)| s.starts_with("daebak_window_posts{") && s.contains("window=\"7d\""))
            .map(|(_, posts)| posts)
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        if shown >= posts as f64 {
            assert!((shown - posts as f64).abs() < 0.5, "{shown} posts of {posts}");
            return since.elapsed().as_secs_f64();
        }
        assert!(since.elapsed() < PATIENCE, "{shown} posts of {posts}");
        scrape::wait(Duration::from_millis(50));
    }
}

fn restore_seconds(fleet: &Fleet, member: usize) -> f64 {
    let page = fleet.page(member).unwrap();
    page["daebak_restore_seconds{campaign=\"launch-0\"}"]
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_day_of_five_hundred_titles_is_restored_in_seconds() {
    let mentions = setting("DAEBAK_MENTIONS", 200_000);
    let plan = Plan { name: "restore", campaigns: 1, members: 2, settings: "" };
    let mut fleet = Fleet::with_campaign(&plan, &day::campaign());
    fleet.start(0);
    settled(&fleet, &[0]);
    write_mentions(&fleet, mentions);
    shows(&fleet, 0, mentions as u64);
    assert_eq!(fleet.stop(0), Some(0));
    fleet.start(0);
    let wall = shows(&fleet, 0, mentions as u64);
    let snapshot = restore_seconds(&fleet, 0);
    let page = fleet.page(0).unwrap();
    let bytes = page["daebak_snapshot_bytes{campaign=\"launch-0\"}"];
    assert_eq!(fleet.stop(0), Some(0));
    // The other member is pointed at a topic that holds no snapshot.
    fleet.edit(1, ".snapshots\"", ".none\"");
    let created = fleet.daebak(1, &["topics", "--create", "--partitions", "6"]);
    assert!(created.status.success(), "{created:?}");
    fleet.start(1);
    shows(&fleet, 1, mentions as u64);
    let log = restore_seconds(&fleet, 1);
    println!(
        "figure 5: {} titles, {mentions} mentions of 24 h: restored in {snapshot:.2} s from \
         a snapshot of {:.1} MB, {log:.1} s from the log alone; served {wall:.1} s after the start",
        day::TITLES,
        bytes / 1e6
    );
}

/// What lies in a topic's partition, and writes to it.
fn spoil(fleet: &Fleet, how: impl Fn(&str, &[u8]) -> Option<Vec<u8>>) -> usize {
    let kafka = &fleet.config.service.kafka;
    let topic = kafka.snapshots.as_deref().unwrap();
    let producer = LogProducer::open(&kafka.connection, QueueBounds::default()).unwrap();
    let mut spoilt = 0;
    for (partition, key, value) in fleet::load::records(&fleet.config, topic) {
        let Some(payload) = how(&key, &value) else { continue };
        let outgoing = Outgoing {
            topic: topic.into(),
            partition,
            key: Some(key.into_bytes()),
            payload: Some(payload),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        producer.send(&outgoing, Clock::system().now()).unwrap();
        spoilt += 1;
    }
    producer.flush(PATIENCE).unwrap();
    spoilt
}

fn skipped(fleet: &Fleet) -> u64 {
    scrape::sum(&fleet.page(0).unwrap(), "daebak_snapshots_skipped_total")
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn spoilt_snapshots_are_passed_over_and_the_measures_stay_exact() {
    let plan = Plan { name: "spoilt", campaigns: 2, members: 1, settings: "" };
    let mut fleet = Fleet::new(&plan);
    let cut = |value: &[u8]| value[..value.len() / 2].to_vec();
    let flip = |value: &[u8]| {
        let mut flipped = value.to_vec();
        flipped[value.len() / 2] ^= 1;
        flipped
    };
    let newer = |value: &[u8]| {
        let text = String::from_utf8(value.to_vec()).unwrap();
        let ours = format!("\"v\":{SNAPSHOT_VERSION}");
        assert!(text.contains(&ours), "{text}");
        text.replacen(&ours, "\"v\":99", 1).into_bytes()
    };
    under_load(&mut fleet, 13, |fleet, _| {
        fleet.start(0);
        settled(fleet, &[0]);
        for (name, manifests, how) in [
            ("chunks cut", false, &cut as &dyn Fn(&[u8]) -> Vec<u8>),
            ("chunks flipped", false, &flip),
            ("manifests cut", true, &cut),
            ("manifests of an unknown version", true, &newer),
        ] {
            scrape::wait(Duration::from_secs(3));
            assert_eq!(fleet.stop(0), Some(0));
            let spoilt = spoil(fleet, |key, value| {
                (key.ends_with("manifest") == manifests).then(|| how(value))
            });
            fleet.start(0);
            settled(fleet, &[0]);
            let skipped = skipped(fleet);
            println!("figure 15: {name}: {spoilt} spoilt, {skipped} snapshot(s) skipped");
            assert!(spoilt > 0 && skipped > 0);
        }
    });
    println!("figure 15: measures equal the truth, on the page and by an offline fold");
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_snapshots_topic_that_takes_nothing_stops_no_count() {
    let plan = Plan { name: "full", campaigns: 2, members: 1, settings: "" };
    let mut fleet = Fleet::new(&plan);
    let topic = fleet.config.service.kafka.snapshots.clone().unwrap();
    under_load(&mut fleet, 14, |fleet, _| {
        fleet.start(0);
        settled(fleet, &[0]);
        scrape::wait(Duration::from_secs(3));
        // The broker refuses every snapshot, as one whose disk is full would.
        let connection = fleet.config.service.kafka.connection.clone();
        let limit = |bytes| {
            let settings = [
                ("cleanup.policy", "compact"),
                ("message.timestamp.type", "LogAppendTime"),
                ("max.message.bytes", bytes),
            ];
            fleet::load::set_topic(&connection, &topic, &settings);
        };
        limit("60");
        assert_eq!(fleet.stop(0), Some(0), "a refused snapshot is no failure of the process");
        assert!(fleet.log(0).contains("napshot"), "a refused snapshot is told");
        limit("1048576");
        fleet.start(0);
    });
    println!("figure 15: snapshots refused by the broker: measures equal the truth");
}
