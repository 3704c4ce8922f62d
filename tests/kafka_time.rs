//! T under what holds it back or would drive it forward, on real Kafka.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a driver; it tells its figures")]

mod fleet;
mod oracle;
mod scrape;

use std::sync::Arc;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::service::{Role, Service};
use daebak::time::{Span, TICK, Timestamp};
use fleet::load::under_load;
use fleet::{Fleet, PATIENCE, Plan};

/// What T trails the clock by at rest: `max_delay` of the fleet's feeds, and up to a tick.
const AT_REST: Span = Span::from_secs(1 + TICK.as_millis() / 1000);

/// A feed whose records come two days late, of a platform that no other feed brings: what is
/// delayed is left out of shorter windows.
const ARCHIVE: &str = "[feeds.archive]\ntopics = [\"NAME.archive\"]\ndelay = \"48h\"\n\
                       format = \"mapped\"\n[feeds.archive.map]\nplatform = \"reddit\"\n\
                       id = \"/id\"\ntext = \"/text\"\ntime = \"/at\"\n";

fn plan_of<'a>(name: &'a str, settings: &'a str) -> Plan<'a> {
    Plan { name, campaigns: 2, members: 2, settings }
}

fn time(fleet: &Fleet, campaign: &str) -> Option<Timestamp> {
    fleet.owners(campaign).iter().filter_map(|(_, page)| fleet::time(page, campaign)).max()
}

/// The most seconds by which T trailed beyond what it does at rest, over a while.
fn trail(fleet: &Fleet, how_long: Duration) -> f64 {
    let since = Stopwatch::start();
    let mut most = f64::MIN;
    while since.elapsed() < how_long {
        for campaign in fleet.campaigns() {
            let now = Clock::system().now();
            let time = time(fleet, &campaign).unwrap();
            most = most.max((now - time).as_secs_f64() - AT_REST.as_secs_f64());
        }
        scrape::wait(Duration::from_millis(200));
    }
    most
}

fn settled(fleet: &Fleet) {
    let since = Stopwatch::start();
    let served = |campaign: &String| time(fleet, campaign).is_some();
    while !fleet.campaigns().iter().all(served) {
        assert!(since.elapsed() < PATIENCE, "no T");
        scrape::wait(Duration::from_millis(100));
    }
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn idle_and_delayed_feeds_do_not_hold_time_back() {
    let mut fleet = Fleet::new(&plan_of("idle", ARCHIVE));
    fleet.start(0);
    settled(&fleet);
    let idle = trail(&fleet, Duration::from_secs(20));
    println!("figure 11: idle and delayed feeds: T trails by {idle:.1} s more than at rest");
    under_load(&mut fleet, 21, |fleet, _| {
        scrape::wait(Duration::from_secs(5));
        let loaded = trail(fleet, Duration::from_secs(20));
        println!("figure 11: under load: T trails by {loaded:.1} s more than at rest");
    });
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_frozen_tagger_and_a_fleet_that_comes_back_one_by_one_lose_nothing() {
    let mut fleet = Fleet::new(&plan_of("fleet-down", ""));
    under_load(&mut fleet, 22, |fleet, _| {
        fleet.start_with(0, &["--role", "aggregator"]);
        fleet.start_with(1, &["--role", "tagger"]);
        settled(fleet);
        fleet.signal(1, "STOP");
        scrape::wait(Duration::from_secs(12));
        fleet.signal(1, "CONT");
        scrape::wait(Duration::from_secs(8));
        assert_eq!((fleet.stop(0), fleet.stop(1)), (Some(0), Some(0)));
        scrape::wait(Duration::from_secs(10));
        fleet.start(1);
        scrape::wait(Duration::from_secs(10));
        fleet.start(0);
    });
    let trailing = trail(&fleet, Duration::from_secs(15));
    println!(
        "figure 11: a frozen tagger, the fleet down and back one by one: 0 lost, T trails by \
         {trailing:.1} s more than at rest"
    );
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_cold_start_on_a_backlog_loses_nothing() {
    let mut fleet = Fleet::new(&plan_of("cold", ""));
    under_load(&mut fleet, 23, |fleet, _| {
        scrape::wait(Duration::from_secs(15));
        fleet.start(0);
        scrape::wait(Duration::from_secs(2));
        fleet.start(1);
    });
    println!("figure 11: a cold start on a backlog: 0 lost");
}

/// Runs a member's tagger in this process for a while, with a clock that is wrong by `skew`.
fn tag_with_a_wrong_clock(fleet: &Fleet, member: usize, skew: Span, how_long: Duration) {
    let config = Arc::new(fleet.config_of(member));
    let clock = Clock::running(Clock::system().now() + skew, 1.0);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let heartbeats = Duration::from_secs(1);
        let service = Service::open(&config, Role::Tagger, clock, heartbeats).await.unwrap();
        let positions = service.positions();
        service.run(tokio::time::sleep(how_long)).await.unwrap();
        assert!(positions.total() > 0, "the tagger with the wrong clock has read nothing");
    });
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_tagger_an_hour_fast_moves_nothing() {
    let mut fleet = Fleet::new(&plan_of("fast", ""));
    under_load(&mut fleet, 24, |fleet, _| {
        fleet.start(0);
        tag_with_a_wrong_clock(fleet, 1, Span::from_hours(1), Duration::from_secs(25));
        let now = Clock::system().now();
        let ahead = fleet.campaigns().iter().filter_map(|c| time(fleet, c)).max().unwrap();
        assert!(ahead <= now, "T is {ahead}, and it is {now}");
    });
    println!("figure 12: a tagger's clock an hour fast: 0 wrong, 0 lost");
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn a_tagger_an_hour_slow_loses_nothing() {
    let mut fleet = Fleet::new(&plan_of("slow", ""));
    under_load(&mut fleet, 25, |fleet, _| {
        fleet.start(0);
        // It holds T back by its hour, until its partitions go to the other.
        tag_with_a_wrong_clock(fleet, 1, Span::from_secs(-3_600), Duration::from_secs(25));
    });
    println!("figure 12: a tagger's clock an hour slow: 0 wrong, 0 lost");
}
