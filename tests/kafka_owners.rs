//! Any instance answers for every campaign, on real Kafka: the owners topic is compacted, and the
//! next owner of a campaign is found when the last one is killed.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a driver; it tells its figures")]

mod fleet;
mod oracle;
mod scrape;

use std::time::Duration;

use daebak::clock::Stopwatch;
use fleet::load::under_load;
use fleet::{Fleet, PATIENCE, Plan};

/// The answer of a member, if it is one.
fn ask(fleet: &Fleet, member: usize, path: &str) -> Option<String> {
    let url = format!("http://{}{path}", fleet.address(member));
    let asked = ureq::get(url).config().timeout_global(Some(Duration::from_secs(15))).build();
    asked.call().ok()?.into_body().read_to_string().ok()
}

fn until(what: &str, mut happens: impl FnMut() -> bool) {
    let since = Stopwatch::start();
    while !happens() {
        assert!(since.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        scrape::wait(Duration::from_millis(100));
    }
}

/// The campaigns that a member shows by itself.
fn here(fleet: &Fleet, member: usize) -> Vec<String> {
    let listed = ask(fleet, member, "/api/v1/campaigns?format=csv").unwrap_or_default();
    let own = listed.lines().filter(|row| row.split(',').nth(2) == Some("true"));
    own.filter_map(|row| row.split(',').next().map(ToOwned::to_owned)).collect()
}

/// Waits until both members give the same facts of every campaign, whoever shows it.
fn answer_alike(fleet: &Fleet, campaigns: &[String]) {
    for campaign in campaigns {
        let path = format!("/api/v1/campaigns/{campaign}/leaderboard?window=1h&limit=500");
        until("both answer alike", || {
            let answers = [0, 1].map(|member| ask(fleet, member, &path));
            answers[0].as_ref().is_some_and(|answer| answer.contains("\"rows\":[{"))
                && answers[0] == answers[1]
        });
    }
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn each_of_two_answers_for_all_campaigns_and_finds_the_next_owner() {
    let plan = Plan { name: "owners", campaigns: 6, members: 2, settings: "" };
    let mut fleet = Fleet::new(&plan);
    for member in 0..2 {
        let listen = format!("listen = \"{}\"", fleet.address(member));
        let advertise = format!("{listen}\nadvertise = \"http://{}\"", fleet.address(member));
        fleet.edit(member, &listen, &advertise);
    }
    let checked = fleet.daebak(0, &["topics", "--check"]);
    let checked = String::from_utf8(checked.stdout).unwrap();
    let topic = fleet.config.service.kafka.owners.clone().unwrap();
    assert!(checked.contains(&format!("{topic}: ok, partitions 1")), "{checked}");
    under_load(&mut fleet, 31, |fleet, _| {
        let campaigns = fleet.campaigns();
        (0..2).for_each(|member| fleet.start(member));
        let shared = |fleet: &Fleet| [0, 1].map(|member| here(fleet, member).len());
        until("they share", || {
            shared(fleet).iter().sum::<usize>() == 6 && !shared(fleet).contains(&0)
        });
        answer_alike(fleet, &campaigns);
        let lost = here(fleet, 0);
        fleet.kill(0);
        let since = Stopwatch::start();
        until("the other shows all", || here(fleet, 1).len() == 6);
        let n = lost.len();
        println!("{n} campaigns of a killed owner shown by the other after {:?}", since.elapsed());
        fleet.start(0);
        until("they share again", || {
            shared(fleet).iter().sum::<usize>() == 6 && !shared(fleet).contains(&0)
        });
        answer_alike(fleet, &campaigns);
    });
}
