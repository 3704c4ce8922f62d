//! Which settings are taken, which are refused, and how that is said.

use super::need::retention;
use super::*;
use crate::config;
use crate::kafka::embedded::Embedded;
use crate::time::Span;

fn shipped() -> Config {
    config::shipped().unwrap()
}

fn need(kind: TopicKind, replicas: usize, setting: &str) -> Option<Need> {
    let needs = needs(&shipped(), kind, replicas);
    needs.into_iter().find(|(name, _)| *name == setting).map(|(_, need)| need)
}

#[test]
fn the_log_is_kept_for_twice_the_longest_window_and_the_lateness() {
    let mut config = shipped();
    assert_eq!(retention(&config), Span::from_days(15));
    config.service.windows.truncate(1);
    assert_eq!(retention(&config), Span::from_days(2), "a part of a day is a day");
    let kept = need(TopicKind::MentionLog, 1, "retention.ms").unwrap();
    assert_eq!(kept.value(), "1296000000");
    for (found, met) in [("1296000000", true), ("1295999999", false), ("-1", true), ("?", false)] {
        assert_eq!(kept.is_met(found), met, "{found}");
    }
}

#[test]
fn only_compacted_snapshots_and_owners_and_only_an_uncompacted_log_will_do() {
    for (kind, taken) in [
        (TopicKind::MentionLog, "delete"),
        (TopicKind::Snapshots, "compact"),
        (TopicKind::Owners, "compact"),
    ] {
        let policy = need(kind, 1, "cleanup.policy").unwrap();
        for found in ["delete", "compact", "compact,delete"] {
            assert_eq!(policy.is_met(found), found == taken, "{kind:?} {found}");
        }
    }
}

#[test]
fn two_of_three_replicas_must_acknowledge_and_of_fewer_one_may() {
    let setting = "min.insync.replicas";
    assert_eq!(need(TopicKind::MentionLog, 3, setting), Some(Need::AtLeast(2)));
    assert_eq!(need(TopicKind::MentionLog, 2, setting), None);
}

#[test]
fn what_is_wrong_with_a_topic_is_said_in_one_line() {
    let missing = Fault::Missing { remedy: "do this".into() };
    let unfit = Fault::Unfit {
        setting: "cleanup.policy",
        found: "delete".into(),
        needed: "compact".into(),
        remedy: "do that".into(),
    };
    let said = |faults| Checked { topic: "t".into(), partitions: 3, faults }.to_string();
    assert_eq!(said(vec![]), "t: ok, partitions 3");
    assert_eq!(
        said(vec![missing, unfit]),
        "t: it does not exist; create it: do this; cleanup.policy is delete, must be compact: do that"
    );
}

/// The embedded broker's topics: name and partitions, and what a check says of them.
async fn verified(topics: &[(&str, u32)], feeds: bool) -> Result<(), KafkaError> {
    let broker = Embedded::start(topics).unwrap();
    let mut config = shipped();
    config.service.feeds.truncate(1);
    config.service.feeds[0].topics = vec!["feed".into()];
    config.service.kafka.connection = broker.connection();
    verify(&config, feeds).await
}

#[tokio::test]
async fn missing_topics_and_wrong_counts_are_refused_all_at_once() {
    let own = ("daebak.mentions", 3);
    let Err(KafkaError::TopicsUnfit(checked)) =
        verified(&[own, ("daebak.snapshots", 2)], true).await
    else {
        panic!("taken");
    };
    let topics: Vec<_> = checked.iter().map(|checked| checked.topic.as_str()).collect();
    let own = ["daebak.snapshots", "daebak.dead-letters", "daebak.bursts", "daebak.owners"];
    assert_eq!(topics[..4], own);
    assert_eq!(topics[4..], ["feed"]);
    let snapshots = checked[0].to_string();
    assert!(
        snapshots.contains("partition count is 2, must be 3, the mention log's"),
        "{snapshots}"
    );
    for own in &checked[1..4] {
        assert!(own.to_string().ends_with("create it: daebak topics --create"));
    }
    assert!(checked[4].to_string().contains("--create --topic feed"));
}

#[tokio::test]
async fn a_broker_that_describes_no_settings_is_taken_by_its_counts() {
    let names = ["mentions", "snapshots", "dead-letters", "bursts", "owners"];
    let names = names.map(|name| format!("daebak.{name}"));
    let own = names.each_ref().map(|name| (name.as_str(), 3));
    let since = Stopwatch::start();
    assert_eq!(verified(&own, false).await, Ok(()), "an aggregator needs no feed");
    assert!(since.elapsed() < ANSWER_WAIT, "it must say so and not be waited for");
}
