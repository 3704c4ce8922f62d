//! Every alert says what it is, links to a heading of README that tells what to do, and has a case
//! of promtool's that fires and one that stays silent; every metric that rules name is exported.
//!
//! What the rules find is promtool's to say (`tests/prometheus/check`); this needs no Prometheus.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use daebak::metric::{self, Kind};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const SECTION: &str = "\n## When an alert fires\n";
const RUNBOOKS: &str = "{{ $externalLabels.runbooks }}#";

/// An alert as its file has it: the lines from its name to the next rule.
struct Alert {
    name: String,
    lines: Vec<String>,
}

impl Alert {
    /// The text after `key:`, without quotes.
    fn value(&self, key: &str) -> Option<&str> {
        let start = format!("{key}:");
        let mut found = self.lines.iter().filter_map(|line| line.trim().strip_prefix(&start));
        found.next().map(|value| value.trim().trim_matches('\''))
    }
}

/// The alerts of a rule file.
fn alerts(rules: &str) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = Vec::new();
    for line in rules.lines() {
        if let Some(name) = line.trim().strip_prefix("- alert: ") {
            alerts.push(Alert { name: name.into(), lines: Vec::new() });
        } else if let Some(alert) = alerts.last_mut() {
            alert.lines.push(line.into());
        }
    }
    alerts
}

/// What is wrong with the alerts of `rules`, told by `readme`.
fn faults_of_alerts(rules: &str, readme: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let alerts = alerts(rules);
    for alert in &alerts {
        let name = &alert.name;
        for key in ["expr", "severity", "audience", "summary", "description"] {
            if alert.value(key).is_none_or(str::is_empty) {
                faults.push(format!("{name} has no {key}"));
            }
        }
        let runbook = format!("{RUNBOOKS}{}", name.to_lowercase());
        if alert.value("runbook_url") != Some(&runbook) {
            faults.push(format!("{name} does not link to {runbook}"));
        }
    }
    let named: BTreeSet<&str> = alerts.iter().map(|alert| alert.name.as_str()).collect();
    if named.len() < alerts.len() {
        faults.push("two alerts have one name".into());
    }
    let section = readme.split_once(SECTION).map_or("", |(_, after)| after);
    let section = section.split("\n## ").next().unwrap_or_default();
    let told: BTreeSet<&str> =
        section.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    faults.extend(named.difference(&told).map(|name| format!("README does not tell of {name}")));
    faults.extend(told.difference(&named).map(|name| format!("README tells of {name}: no alert")));
    faults
}

/// The alerts of `rules` without a case that fires or one that is silent, and cases whose names
/// say something else than what they expect.
fn faults_of_cases(rules: &str, cases: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut fire, mut silent) = (BTreeSet::new(), BTreeSet::new());
    for case in cases.split("\n  - name: ").skip(1) {
        let title = case.lines().next().unwrap_or_default();
        let alert = case.lines().find_map(|line| line.trim().strip_prefix("- alertname: "));
        let expects_none = case.contains("exp_alerts: []");
        let expects_some = case.contains("- exp_labels:");
        let Some(alert) = alert.filter(|_| expects_some != expects_none) else {
            faults.push(format!("`{title}` is of no alert, or expects nothing"));
            continue;
        };
        let verb = if expects_some { "fires" } else { "is silent" };
        if !title.starts_with(&format!("{alert} {verb} ")) {
            faults.push(format!("`{title}`: {alert} {verb} in it"));
        }
        if expects_some {
            fire.insert(alert)
        } else {
            silent.insert(alert)
        };
    }
    for Alert { name, .. } in alerts(rules) {
        if !fire.contains(&*name) {
            faults.push(format!("{name} has no case that fires"));
        }
        if !silent.contains(&*name) {
            faults.push(format!("{name} has no case that is silent"));
        }
    }
    faults
}

/// The names in `rules` that begin with `daebak_`, or are recorded by nobody.
fn unknown_names(rules: &str) -> Vec<String> {
    let recorded: BTreeSet<&str> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("- record: ")).collect();
    let exported: BTreeSet<String> = metric::families()
        .filter(|family| family.is_scraped)
        .flat_map(|family| match family.kind {
            Kind::Histogram => {
                ["_bucket", "_sum", "_count"].map(|end| family.name.to_owned() + end).into()
            }
            Kind::Counter | Kind::Gauge => vec![family.name.to_owned()],
        })
        .collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    let code = rules.lines().filter(|line| !line.trim().starts_with('#'));
    let words = code.flat_map(|line| line.split(|c| !is_part(c)));
    let names = words.filter(|word| word.contains("daebak_"));
    names
        .filter(|name| !exported.contains(*name) && !recorded.contains(name))
        .map(Into::into)
        .collect()
}

/// The files of a directory of the repository, one after the other.
fn texts(directory: &str) -> String {
    let entries = std::fs::read_dir(Path::new(ROOT).join(directory)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn rules() -> String {
    texts("deploy/prometheus/rules")
}

const RULE: &str = "
      - record: title:daebak_posts:sum
        expr: sum(daebak_window_posts)
      - alert: TooLoud
        expr: title:daebak_posts:sum > 1
        labels:
          severity: info
          audience: analysts
        annotations:
          summary: 'It is loud'
          description: >-
            Very.
          runbook_url: '{{ $externalLabels.runbooks }}#tooloud'
";
const TOLD: &str = "\n## When an alert fires\n\n### TooLoud\n\nHush.\n\n## Else\n### Not here\n";
const CASES: &str = "
  - name: TooLoud fires at two
      - alertname: TooLoud
          - exp_labels:
  - name: TooLoud is silent at one
      - alertname: TooLoud
        exp_alerts: []
";

#[test]
fn every_alert_says_what_it_is_and_readme_what_to_do() {
    assert_eq!(faults_of_alerts(RULE, TOLD), [""; 0]);
    for (planted, fault) in [
        (RULE.replace("severity", "sever"), "TooLoud has no severity"),
        (RULE.replace("'It is loud'", ""), "TooLoud has no summary"),
        (
            RULE.replace("#tooloud", "#loud"),
            "TooLoud does not link to {{ $externalLabels.runbooks }}#tooloud",
        ),
        (RULE.to_owned() + RULE, "two alerts have one name"),
    ] {
        assert_eq!(faults_of_alerts(&planted, TOLD), [fault]);
    }
    assert_eq!(faults_of_alerts("", TOLD), ["README tells of TooLoud: no alert"]);
    assert_eq!(faults_of_alerts(RULE, ""), ["README does not tell of TooLoud"]);

    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    assert!(alerts(&rules()).len() > 20, "the rules are read");
    assert_eq!(faults_of_alerts(&rules(), &readme), [""; 0]);
}

#[test]
fn every_alert_has_a_case_that_fires_and_one_that_is_silent() {
    assert_eq!(faults_of_cases(RULE, CASES), [""; 0]);
    let (fires, silent) = CASES.split_once("\n  - name: TooLoud is").unwrap();
    assert_eq!(faults_of_cases(RULE, fires), ["TooLoud has no case that is silent"]);
    let silent = format!("\n  - name: TooLoud is{silent}");
    assert_eq!(faults_of_cases(RULE, &silent), ["TooLoud has no case that fires"]);
    let swapped = CASES.replace("silent at one", "loud at one");
    assert_eq!(
        faults_of_cases(RULE, &swapped),
        ["`TooLoud is loud at one`: TooLoud is silent in it"]
    );

    assert_eq!(faults_of_cases(&rules(), &texts("deploy/prometheus/tests")), [""; 0]);
}

#[test]
fn rules_and_their_texts_name_only_metrics_that_are_there() {
    assert_eq!(unknown_names(RULE), [""; 0]);
    let planted = RULE.replace("daebak_window_posts", "daebak_window_post");
    assert_eq!(unknown_names(&planted), ["daebak_window_post"]);
    let planted = RULE.replace("Very.", "{{ query `daebak_loudness` }}");
    assert_eq!(unknown_names(&planted), ["daebak_loudness"]);
    assert_eq!(
        unknown_names(&RULE.replace("- record: title:", "- record: ")),
        ["title:daebak_posts:sum"]
    );

    assert_eq!(unknown_names(&rules()), [""; 0]);
}
