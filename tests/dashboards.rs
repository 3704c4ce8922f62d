//! The guard of dashboards, rules and alerts: whoever looks at them is told what a panel says, and
//! none of them asks for what daebak does not export.
//!
//! Each rule is a function from a dashboard to the places that break it. Each test holds what is in
//! the repository to it, then plants violations to see the rule catch them.

#![expect(clippy::panic, reason = "a test fails by panicking, its functions too")]

mod board;
mod panels;
mod queries;

use board::{Board, Rules};
use panels::{explained, is_laid_out, says_where_it_is_not_measured, shows_now};
use queries::{Metrics, Names, placeholders};
use serde_json::{Value, json};

/// The dashboards and their uids, which links from elsewhere and bookmarks hold.
const BOARDS: [(&str, &str); 3] = [
    ("campaign", "daebak-campaign"),
    ("title", "daebak-title"),
    ("operations", "daebak-operations"),
];
/// Grafana 11's.
const SCHEMA_VERSION_MIN: u64 = 39;

/// A rule: what a dashboard breaks, one line each.
type Rule = fn(&Board, &Metrics) -> Vec<String>;

fn asks_by_variable(board: &Board, _: &Metrics) -> Vec<String> {
    let by_variable = json!({"type": "prometheus", "uid": "${datasource}"});
    let mut broken = Vec::new();
    board.visit(&mut |path, value| {
        if path.ends_with("/datasource") && *value != by_variable {
            broken.push(format!("{board}: {path} is not the variable"));
        }
    });
    let bare = board.panels().filter(|panel| panel.json.get("datasource").is_none());
    broken.extend(bare.map(|panel| format!("{panel}: no datasource")));
    let has_variable = |variable: &Value| {
        variable["name"] == "datasource"
            && variable["type"] == "datasource"
            && variable["query"] == "prometheus"
    };
    if !board.variables().any(has_variable) {
        broken.push(format!("{board}: no variable for the datasource"));
    }
    broken
}

fn is_provisioned(board: &Board, _: &Metrics) -> Vec<String> {
    let mut broken = Vec::new();
    let json = &board.json;
    if !BOARDS.iter().any(|(name, uid)| board.name == *name && json["uid"] == *uid) {
        broken.push(format!("{board}: another uid"));
    }
    for (key, value) in [("editable", json!(false)), ("timezone", json!("browser"))] {
        if json[key] != value {
            broken.push(format!("{board}: {key} is not {value}"));
        }
    }
    if json["schemaVersion"].as_u64().is_none_or(|version| version < SCHEMA_VERSION_MIN) {
        broken.push(format!("{board}: a schema of before Grafana 11"));
    }
    for at in ["/id", "/refresh", "/time/from"] {
        let text = json.pointer(at).and_then(Value::as_str);
        // An id is the database's: another one has another.
        if text.is_some_and(|text| !text.is_empty()) == (at == "/id") {
            broken.push(format!("{board}: {at}"));
        }
    }
    broken
}

fn variables_are_there(board: &Board, _: &Metrics) -> Vec<String> {
    let defined: Names =
        board.variables().filter_map(|variable| Some(variable["name"].as_str()?.into())).collect();
    let mut used = Names::new();
    board.visit(&mut |_, value| {
        used.extend(value.as_str().into_iter().flat_map(board::variables_in));
    });
    let undefined = used.difference(&defined).map(|name| format!("{board}: ${name} is undefined"));
    let unused = defined.difference(&used).map(|name| format!("{board}: ${name} is unused"));
    undefined.chain(unused).collect()
}

fn links_lead_somewhere(board: &Board, _: &Metrics) -> Vec<String> {
    let mut broken = Vec::new();
    let mut reached = Names::new();
    board.visit(&mut |path, value| {
        let Some(url) = path.ends_with("/url").then(|| value.as_str()).flatten() else { return };
        let (uid, query) = url.trim_start_matches("/d/").split_once('?').unwrap_or((url, ""));
        reached.insert(uid.into());
        if !BOARDS.iter().any(|(_, known)| uid == *known) || uid == board.json["uid"] {
            broken.push(format!("{board}: {path} leads nowhere"));
        }
        if !query.contains("${datasource:queryparam}") {
            broken.push(format!("{board}: {path} forgets the variables"));
        }
    });
    if reached.len() < BOARDS.len() - 1 {
        broken.push(format!("{board}: no link to each other dashboard"));
    }
    broken
}

fn queries_are_sound(board: &Board, metrics: &Metrics) -> Vec<String> {
    let mut broken = Vec::new();
    for (place, text) in board.queries() {
        let query = metrics.query(&text);
        broken.extend(query.faults.iter().map(|fault| format!("{place}: {fault}")));
        if !query.has_own_ranges {
            broken.push(format!("{place}: a range that is not $__rate_interval"));
        }
    }
    for panel in board.panels().filter(|panel| panel.targets().next().is_none()) {
        broken.push(format!("{panel}: asks nothing"));
    }
    broken
}

fn legends_name_what_is_there(board: &Board, metrics: &Metrics) -> Vec<String> {
    let mut broken = Vec::new();
    for panel in board.panels() {
        for target in panel.targets().filter(|target| target["format"] != "table") {
            let legend = target["legendFormat"].as_str().unwrap_or_default();
            if legend.is_empty() || legend == "__auto" {
                broken.push(format!("{panel}: no legend"));
            }
            let labels = metrics.query(&board.filled(&target["expr"])).labels;
            for label in placeholders(legend).iter().filter(|label| !labels.contains(**label)) {
                broken.push(format!("{panel}: its series have no {label}"));
            }
        }
    }
    for annotation in board.annotations() {
        let labels = metrics.query(&board.filled(&annotation["expr"])).labels;
        let title = annotation["titleFormat"].as_str().unwrap_or_default();
        let tags = annotation["tagKeys"].as_str().unwrap_or_default();
        let named = placeholders(title).into_iter().chain(tags.split(',').map(str::trim));
        for label in named.filter(|label| !labels.contains(*label)) {
            broken.push(format!("{board}: annotation {}: no {label}", annotation["name"]));
        }
    }
    broken
}

/// What no panel, annotation, rule or alert asks for.
fn unshown(boards: &[Board], rules: &Rules, metrics: &Metrics) -> Vec<String> {
    let in_boards = boards.iter().flat_map(Board::queries).map(|(_, text)| text);
    let in_rules = rules.rules.iter().map(|rule| rule.expr.clone());
    let mut left = queries::to_show();
    for text in in_boards.chain(in_rules) {
        let asked = metrics.query(&text).asked;
        left.retain(|family| !asked.contains(family));
    }
    left.into_iter().map(|family| format!("{family} is shown nowhere")).collect()
}

/// The rules and alerts that ask for what is not there.
fn unsound(rules: &Rules, metrics: &Metrics) -> Vec<String> {
    let mut broken: Vec<_> = rules.broken.clone();
    for rule in &rules.rules {
        let query = metrics.query(&rule.expr);
        broken.extend(query.faults.iter().map(|fault| format!("{}: {fault}", rule.place)));
        for label in rule.templated.difference(&query.labels) {
            broken.push(format!("{}: its series have no {label}", rule.place));
        }
    }
    broken
}

/// What there is to ask for: daebak's families and what rules record.
fn metrics(rules: &Rules) -> Metrics {
    let mut metrics = Metrics::exported();
    for rule in &rules.rules {
        let labels = metrics.query(&rule.expr).labels;
        rule.record.iter().for_each(|name| metrics.record(name, labels.clone()));
    }
    metrics
}

/// The rule sees nothing in the repository, and each planted change of the title's dashboard.
fn hold(rule: Rule, planted: &[(&str, Value)]) {
    let metrics = metrics(&Rules::of_repository());
    for (name, _) in BOARDS {
        let broken = rule(&Board::of_repository(name), &metrics);
        assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    }
    for (at, value) in planted {
        let mut board = Board::of_repository("title");
        let place = board.json.pointer_mut(at).unwrap_or_else(|| panic!("{at} is not there"));
        *place = value.clone();
        assert_eq!(rule(&board, &metrics).len(), 1, "not seen once: {at} = {value}");
    }
}

#[test]
fn every_panel_says_what_it_shows_and_in_which_unit() {
    hold(
        explained,
        &[
            ("/panels/0/title", json!("")),
            ("/panels/0/description", json!("TBD")),
            ("/panels/0/fieldConfig/defaults/unit", Value::Null),
        ],
    );
}

#[test]
fn the_datasource_is_chosen_by_its_variable() {
    hold(
        asks_by_variable,
        &[
            ("/panels/0/datasource", json!({"type": "prometheus", "uid": "mine"})),
            ("/annotations/list/0/datasource", json!("Prometheus")),
            ("/templating/list/1/datasource", Value::Null),
            ("/templating/list/0/query", json!("loki")),
        ],
    );
}

#[test]
fn a_dashboard_is_found_where_it_was_and_changed_in_its_file_only() {
    hold(
        is_provisioned,
        &[
            ("/uid", json!("new")),
            ("/editable", json!(true)),
            ("/timezone", json!("utc")),
            ("/schemaVersion", json!(36)),
            ("/refresh", json!("")),
        ],
    );
}

#[test]
fn panels_have_ids_and_places_of_their_own() {
    let first = Board::of_repository("title").json["panels"][0].clone();
    hold(
        is_laid_out,
        &[
            ("/panels/1/id", first["id"].clone()),
            ("/panels/1/gridPos", first["gridPos"].clone()),
            ("/panels/0/gridPos/w", json!(25)),
            ("/panels/0/targets/0/refId", Value::Null),
        ],
    );
}

#[test]
fn what_is_shown_as_the_present_is_asked_of_the_present() {
    hold(
        shows_now,
        &[
            ("/panels/0/targets/0/instant", json!(false)),
            ("/panels/0/targets/0/range", json!(true)),
            ("/panels/0/targets/0", json!({"expr": "up"})),
        ],
    );
}

#[test]
fn a_panel_says_that_the_chosen_window_may_not_be_measured() {
    hold(
        says_where_it_is_not_measured,
        &[
            ("/panels/2/fieldConfig/defaults/noValue", json!("No data")),
            ("/panels/2/description", json!("Distinct authors.")),
            ("/templating/list/4/current/value", json!("1m")),
            (
                "/templating/list/4/query/query",
                json!("label_values(daebak_rank{campaign=\"$campaign\"}, window)"),
            ),
        ],
    );
}

#[test]
fn each_variable_is_defined_and_used() {
    hold(
        variables_are_there,
        &[
            ("/panels/0/title", json!("Of ${nobody:queryparam}")),
            ("/panels/0/description", json!("Of $nobody.")),
            ("/templating/list/0/name", json!("window")),
        ],
    );
}

#[test]
fn dashboards_lead_to_each_other_with_their_variables() {
    hold(
        links_lead_somewhere,
        &[
            ("/links/0/url", json!("/d/daebak-titles?${datasource:queryparam}")),
            ("/links/0/url", json!("/d/daebak-campaign?from=now")),
            ("/links/0", json!({})),
        ],
    );
}

#[test]
fn every_query_asks_for_what_there_is() {
    let asks = |expr: &str| ("/panels/0/targets/0/expr", json!(expr));
    hold(
        queries_are_sound,
        &[
            asks("sum(daebak_build_info"),
            asks("daebak_build_infos"),
            asks("{job=\"daebak\"}"),
            asks("daebak_build_info{revision=\"1\"}"),
            asks("daebak_event_delay_seconds"),
            asks("rate(daebak_feed_records_total[5m])"),
            asks("sum(increase(daebak_feed_records_total[$__range]))"),
            asks("daebak_burst_active"),
            asks("sum without (instance, pod) (daebak_burst_active)"),
            asks("max without (instance) (daebak_burst_active)"),
            asks("max by (title) (daebak_burst_active)"),
            asks("max without (instance, pod) (daebak_rank)"),
            asks("max without (instance, pod) (daebak_rank{window!=\"1h\"})"),
            asks("sum by (title) (max without (instance, pod) (daebak_rank{window=~\"1h|24h\"}))"),
            asks("sum by (feed) (daebak_build_info)"),
            asks("sum without (platform) (daebak_build_info)"),
            asks("daebak_page_bytes / daebak_build_info"),
            asks("daebak_page_bytes / on (version) daebak_build_info"),
            asks("daebak_page_bytes / ignoring (job) daebak_build_info"),
            ("/panels/0/targets", json!([])),
            ("/annotations/list/0/expr", json!("daebak_bursts")),
            ("/templating/list/1/query/query", json!("label_values(daebak_build_info, campaign)")),
            ("/templating/list/1/query/query", json!("label_values(campaign)")),
        ],
    );
}

#[test]
fn a_legend_names_only_labels_that_are_left() {
    hold(
        legends_name_what_is_there,
        &[
            ("/panels/0/targets/0/legendFormat", json!("{{title}}")),
            ("/panels/0/targets/0/legendFormat", json!("")),
            ("/panels/0/targets/0/legendFormat", json!("__auto")),
            ("/panels/0/targets/0/expr", json!("sum(daebak_page_bytes)")),
            ("/annotations/list/0/titleFormat", json!("{{platform}}")),
            ("/annotations/list/0/tagKeys", json!("title, windows")),
        ],
    );
}

#[test]
fn every_family_is_shown_somewhere() {
    let rules = Rules::of_repository();
    let metrics = metrics(&rules);
    let mut boards = BOARDS.map(|(name, _)| Board::of_repository(name));
    assert_eq!(unshown(&boards, &rules, &metrics), [""; 0]);
    boards[2].json["panels"].as_array_mut().unwrap().clear();
    let unshown = unshown(&boards, &Rules::default(), &metrics);
    assert!(unshown.contains(&"daebak_event_delay_seconds is shown nowhere".into()));
    assert!(unshown.iter().all(|family| !family.contains("daebak_rank")), "{unshown:?}");
}

#[test]
fn rules_and_alerts_ask_for_what_there_is() {
    let planted = [
        "- alert: A\n  expr: daebak_burst_active == 1",
        "- alert: A\n  expr: up == 0\n  annotations:\n    summary: '{{ $labels.title }}'",
        "- alert: A\n  expr: |\n    up == 0",
        "- alert: A\n  expr:",
        "- record: a:b:c\n  expr: a:b:d",
    ];
    for text in planted {
        let rules = Rules::read("planted.yml", text);
        assert_eq!(unsound(&rules, &metrics(&rules)).len(), 1, "not seen once: {text}");
    }
    let clean = "- record: a:b:c\n  expr: sum(up)\n- alert: A\n  expr: 'a:b:c > 0'";
    let rules = Rules::read("clean.yml", clean);
    assert_eq!(unsound(&rules, &metrics(&rules)), [""; 0]);
    let rules = Rules::of_repository();
    let broken = unsound(&rules, &metrics(&rules));
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}
