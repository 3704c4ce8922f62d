//! Everything that people look at has an answer: each expression of the dashboards, the recording
//! rules and the alerts is asked of a real Prometheus, with every combination of its variables that
//! the generator knows to exist. `tests/prometheus/run` runs it; the environment's
//! `PROOF_DASHBOARDS` and `PROOF_RULES` replace the folders.
//!
//! Two answer: one that scrapes a live `daebak run` every second, and one over nine replayed days
//! that end now. An answer is not empty, finite, and carries the labels that its legend names.
//! Where there is none, a rule of `docs/measures.md` must say so, judged by the generator's word.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking")]

mod child;
mod oracle;
mod proving;
mod scrape;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::PathBuf;

use daebak::clock::{Clock, Stopwatch};
use daebak::time::Span;
use proving::asked::{self, Asked, Choice, Sort};
use proving::judge::{Judge, Leg, table};
use proving::promql;
use proving::servers::{Days, Live, broker};
use proving::variables::{replaced, values};
use proving::world::World;
use proving::{figures, instances};

fn folder(variable: &str, shipped: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    env::var(variable).map_or_else(|_| root.join(shipped), PathBuf::from)
}

fn rule_files() -> Vec<PathBuf> {
    let files = fs::read_dir(folder("PROOF_RULES", "deploy/prometheus/rules")).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
#[ignore = "real Prometheus: tests/prometheus/run"]
fn every_expression_of_panels_rules_and_alerts_is_answered() {
    let since = Stopwatch::start();
    let work = tempfile::tempdir().unwrap();
    let broker = broker();
    let end = (Clock::system().now() - Span::from_minutes(2)).floor(Span::from_minutes(10));
    let listen = child::free_address();
    let brokers = broker.connection().brokers;
    let mut world = World::new(work.path(), &brokers, listen, end);
    let rules = rule_files();
    let live = Live::start(work.path(), &world.config, &rules);
    println!("a live service is scraped after {:.0?}", since.elapsed());
    let days = Days::start(work.path(), &mut world, &rules);

    let mut all = asked::dashboards(&folder("PROOF_DASHBOARDS", "deploy/grafana"));
    all.extend(asked::rules(&live.evaluated_rules()));
    let legs = vec![
        Leg { name: "live", prometheus: &live.prometheus, stretch: None, interval: "20s" },
        Leg {
            name: "9 days",
            prometheus: &days.prometheus,
            stretch: Some(Days::stretch(&world)),
            interval: "40m",
        },
    ];
    let judge = Judge { legs, world: &world };
    let asking = Stopwatch::start();
    let rows = judge.prove(&all);
    println!("\n{}", table(&rows, &judge.legs));
    println!("asked in {:.0?}, all in {:.0?}", asking.elapsed(), since.elapsed());

    let counts = days.prometheus.instant("daebak_window_posts", Some(end)).unwrap();
    for sample in &counts {
        let (shown, posts) = (sample.values[0], world.posts(&sample.labels));
        #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
        let posts = posts.map(|posts| posts as f64);
        assert_eq!(Some(shown), posts, "{:?}", sample.labels);
    }
    println!("{} windows hold as many posts as were generated", counts.len());

    let failures = figures::compared(&days.prometheus, &all, &world);
    assert!(failures.is_empty(), "{} panels show other numbers: {failures:#?}", failures.len());
    let failures = instances::doubled(&live, &all, &world);
    assert!(failures.is_empty(), "two instances, another answer: {failures:#?}");

    for (what, planted) in planted() {
        let rows = judge.prove(&[planted]);
        assert!(!rows[0].failures.is_empty(), "{what} is not found");
        println!("planted: {what} is found: {}", rows[0].failures[0]);
    }
    let failed = rows.iter().filter(|row| !row.failures.is_empty()).count();
    assert_eq!(failed, 0, "{failed} of {} places have expressions without an answer", rows.len());
}

/// Expressions that must fail.
fn planted() -> Vec<(&'static str, Asked)> {
    let title = BTreeMap::from([("title".to_owned(), Choice::default())]);
    let asked = |expr: &str, labels: &[&str]| Asked {
        place: "planted".into(),
        sort: Sort::Panel,
        expr: expr.into(),
        labels: labels.iter().map(ToString::to_string).collect(),
        variables: title.clone(),
        wanted: None,
        shown: None,
    };
    let posts = "daebak_window_posts{title=\"$title\",window=\"1h\"}";
    vec![
        ("an unknown name", asked(&posts.replace("posts", "post"), &[])),
        ("a label that is not there", asked(posts, &["title", "language"])),
        ("a label that is aggregated away", asked(&format!("sum({posts})"), &["title"])),
        ("a window that does not exist", asked(&posts.replace("1h", "2h"), &[])),
        ("a value that is no number", asked(&format!("{posts} * 0 / 0"), &[])),
        ("a variable that nobody has", asked(&posts.replace("$title", "$drama"), &[])),
        ("what is no expression", asked("sum(", &[])),
        ("a value that never occurs", asked("daebak_burst_active == 2", &["title"])),
        ("a comparison of what is not there", asked("daebak_window_post > 0", &[])),
    ]
}

#[test]
fn grafana_s_variables_are_replaced_in_each_of_their_forms() {
    let value = |name: &str| format!("<{name}>");
    let text = r#"a{b=~"$campaign",c="${title:regex}",d=~"x$"}[$__rate_interval]"#;
    let expected = r#"a{b=~"<campaign>",c="<title>",d=~"x$"}[<__rate_interval>]"#;
    assert_eq!(replaced(text, value), expected);
}

#[test]
fn a_variable_is_every_known_value_and_all_at_once_where_many_may_be() {
    let known = ["a".to_owned(), "b".to_owned()];
    let known = || Some(&known[..]);
    let one = Choice::default();
    assert_eq!(values("title", &one, known()).unwrap(), ["a", "b"]);
    let many = Choice { takes_many: true, ..Choice::default() };
    assert_eq!(values("title", &many, known()).unwrap(), ["a", "b", "a|b"]);
    let listed = Choice { listed: Some(vec!["c".into()]), ..Choice::default() };
    assert_eq!(values("top", &listed, None).unwrap(), ["c"]);
    assert!(values("title", &listed, known()).is_err(), "a value that does not exist");
    assert!(values("drama", &one, None).is_err(), "a variable that nobody knows");
}

#[test]
fn an_alert_is_taken_apart_into_what_must_be_there() {
    let parts = |text: &str| -> Vec<String> {
        promql::parts(&promql::read(text).unwrap()).iter().map(ToString::to_string).collect()
    };
    assert_eq!(parts("a > 1"), ["a > bool 1"]);
    assert_eq!(parts("a > on (c) group_left () b"), ["a > bool on (c) group_left () b"]);
    assert_eq!(parts("(a == 1) unless on (c) b"), ["a == bool 1", "b"]);
    assert_eq!(parts("a > 1 and on (c) b > 2"), ["(a > bool 1) and on (c) (b > bool 2)"]);
    assert_eq!(parts("absent(a{b=\"c\"})"), ["a{b=\"c\"}"]);
    assert_eq!(parts("sum by (c) (a > 0) > 2"), ["sum by (c) (a > bool 0) > bool 2"]);
    assert!(promql::filters(&promql::read("max(a > 0)").unwrap()));
    assert!(!promql::filters(&promql::read("max(a > bool 0)").unwrap()));
}

#[test]
fn an_expression_is_narrowed_to_an_instance_that_recorded_series_lack() {
    let narrowed = promql::of_instance(promql::read("sum(a) - rate(b[1m]) - c:d").unwrap(), "i");
    let expected = r#"sum(a{instance="i"}) - rate(b{instance="i"}[1m]) - c:d"#;
    assert_eq!(narrowed.to_string(), expected);
}

#[test]
fn a_dashboard_s_expressions_are_found_with_the_labels_that_they_need() {
    let dashboard = serde_json::json!({
        "uid": "u",
        "templating": { "list": [
            { "name": "title", "type": "query", "multi": true,
              "query": { "query": "label_values(a{b=\"$campaign\"}, title)" } },
            { "name": "window", "type": "custom", "query": "1h,24h" },
        ]},
        "annotations": { "list": [
            { "name": "Bursts", "expr": "b > 0", "titleFormat": "{{title}}", "tagKeys": "campaign" },
        ]},
        "panels": [{ "title": "Row", "panels": [{
            "title": "P", "id": 7, "targets": [{ "refId": "A", "expr": "c",
                "legendFormat": "{{ platform }} of {{title}}" }],
            "transformations": [{ "options": { "renameByName": { "Value #A": "Posts" } } }],
            "fieldConfig": { "links": "/d/x?var-group=${__field.labels.group}" },
        }]}],
    });
    let all = asked::dashboard(&dashboard);
    let labels = |asked: &Asked| asked.labels.iter().cloned().collect::<Vec<_>>().join(" ");
    let found: Vec<_> = all.iter().map(|it| (it.sort, it.expr.as_str(), labels(it))).collect();
    let expected = [
        (Sort::Variable, "a{b=\"$campaign\"}", String::new()),
        (Sort::Annotation, "b > 0", "campaign title".into()),
        (Sort::Panel, "c", "group platform title".into()),
    ];
    assert_eq!(found, expected);
    assert_eq!(all[2].shown, Some((7, "Posts".to_owned())));
    assert_eq!(all[0].wanted.as_deref(), Some("title"));
    let windows = Some(vec!["1h".to_owned(), "24h".to_owned()]);
    assert_eq!(all[0].variables["window"], Choice { listed: windows, ..Choice::default() });
    assert_eq!(all[0].variables["title"].family.as_deref(), Some("a"));
}

#[test]
fn a_rule_needs_the_labels_that_its_messages_name() {
    let said = serde_json::json!({ "data": { "groups": [{ "rules": [{
        "type": "alerting", "name": "Burst", "query": "a == 1", "labels": {},
        "annotations": { "summary": "{{ $labels.title }} of {{$labels.campaign}}" },
    }]}]}});
    let all = asked::rules(&said);
    assert_eq!(all[0].labels, BTreeSet::from(["campaign".to_owned(), "title".to_owned()]));
    assert_eq!((all[0].sort, all[0].expr.as_str()), (Sort::Alert, "a == 1"));
}
