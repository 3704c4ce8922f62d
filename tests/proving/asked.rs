//! What people ask: the expressions of dashboards, recording rules and alerts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A panel's target.
    Panel,
    /// Where a dashboard's variable takes its values from.
    Variable,
    /// What marks moments on every panel: normally nothing.
    Annotation,
    /// A recording rule.
    Recorded,
    /// An alert: normally nothing.
    Alert,
}

/// One expression, and what its answer is to carry.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where it stands.
    pub place: String,
    /// What it is for.
    pub sort: Sort,
    /// As it stands there, with Grafana's variables.
    pub expr: String,
    /// The labels that its legend, links or messages name.
    pub labels: BTreeSet<String>,
    /// The dashboard's variables.
    pub variables: BTreeMap<String, Choice>,
    /// Of [`Sort::Variable`]: the label whose values it wants.
    pub wanted: Option<String>,
    /// Of [`Sort::Panel`]: the panel's id, and the column or legend that shows the answer.
    pub shown: Option<(u64, String)>,
}

/// What a dashboard's variable may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Several at once, or all.
    pub takes_many: bool,
    /// The values that the dashboard itself lists.
    pub listed: Option<Vec<String>>,
    /// The family whose labels it lists.
    pub family: Option<String>,
}

/// Every expression of the dashboards in a folder.
pub fn dashboards(folder: &Path) -> Vec<Asked> {
    let files =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    assert!(!paths.is_empty(), "no dashboard in {}", folder.display());
    let read = |path: &std::path::PathBuf| -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    paths.iter().flat_map(|path| dashboard(&read(path))).collect()
}

/// Every expression of one dashboard.
pub fn dashboard(dashboard: &Value) -> Vec<Asked> {
    let name = text(&dashboard["uid"]);
    let list = each(&dashboard["templating"]["list"]);
    let variables: BTreeMap<_, _> = list.iter().map(|it| (text(&it["name"]), choice(it))).collect();
    let asked = |place: String, sort, expr: String| Asked {
        place: format!("{name} / {place}"),
        sort,
        expr,
        labels: BTreeSet::new(),
        variables: variables.clone(),
        wanted: None,
        shown: None,
    };
    let mut all: Vec<Asked> = Vec::new();
    for variable in list.iter().filter(|variable| variable["type"] == "query") {
        let place = format!("${}", text(&variable["name"]));
        let (series, label) = label_values(&query(variable));
        all.push(Asked { wanted: Some(label), ..asked(place, Sort::Variable, series) });
    }
    for annotation in each(&dashboard["annotations"]["list"]) {
        let expr = if annotation["expr"].is_string() { annotation } else { &annotation["target"] };
        let expr = text(&expr["expr"]);
        if expr.is_empty() {
            continue;
        }
        let said =
            format!("{} {}", text(&annotation["titleFormat"]), text(&annotation["textFormat"]));
        let tags = text(&annotation["tagKeys"]);
        let tags = tags.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
        let labels = between(&said, "{{", "}}").into_iter().chain(tags).collect();
        let place = text(&annotation["name"]);
        all.push(Asked { labels, ..asked(place, Sort::Annotation, expr) });
    }
    let mut panels = Vec::new();
    flatten(each(&dashboard["panels"]), &mut panels);
    for panel in panels {
        let linked = linked(&panel.to_string());
        for target in each(&panel["targets"]) {
            let mut labels = linked.clone();
            labels.extend(between(&text(&target["legendFormat"]), "{{", "}}"));
            let expr = text(&target["expr"]);
            assert!(!expr.is_empty(), "{name} / {}: a target without expr", panel["title"]);
            let shown = panel["id"].as_u64().map(|id| (id, column(panel, target)));
            all.push(Asked { labels, shown, ..asked(text(&panel["title"]), Sort::Panel, expr) });
        }
    }
    all
}

/// Every rule that a Prometheus has loaded, from what it says of them.
pub fn rules(said: &Value) -> Vec<Asked> {
    let groups = each(&said["data"]["groups"]).iter();
    let rules = groups.flat_map(|group| each(&group["rules"]));
    rules
        .map(|rule| {
            let sort = if rule["type"] == "alerting" { Sort::Alert } else { Sort::Recorded };
            let said = format!("{} {}", rule["annotations"], rule["labels"]);
            let labels = said.match_indices("$labels.").map(|(at, mark)| {
                let rest = &said[at + mark.len()..];
                rest[..rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())].to_owned()
            });
            Asked {
                place: format!("rule {}", text(&rule["name"])),
                sort,
                expr: text(&rule["query"]),
                labels: labels.collect(),
                variables: BTreeMap::new(),
                wanted: None,
                shown: None,
            }
        })
        .collect()
}

/// Panels, and those inside rows.
fn flatten<'a>(panels: &'a [Value], all: &mut Vec<&'a Value>) {
    for panel in panels {
        all.push(panel);
        flatten(each(&panel["panels"]), all);
    }
}

/// The column of a table that a target fills, else its legend.
fn column(panel: &Value, target: &Value) -> String {
    let named = format!("Value #{}", text(&target["refId"]));
    let columns = each(&panel["transformations"]).iter();
    let mut columns = columns.map(|it| text(&it["options"]["renameByName"][&named]));
    columns.find(|it| !it.is_empty()).unwrap_or_else(|| text(&target["legendFormat"]))
}

fn choice(variable: &Value) -> Choice {
    let many = [&variable["multi"], &variable["includeAll"]];
    let takes_many = many.into_iter().any(|many| many == &Value::Bool(true));
    let listed = (variable["type"] == "custom")
        .then(|| query(variable).split(',').map(|value| value.trim().to_owned()).collect());
    let family = (variable["type"] == "query").then(|| {
        let (series, _) = label_values(&query(variable));
        series.split('{').next().unwrap_or_default().to_owned()
    });
    Choice { takes_many, listed, family }
}

fn query(variable: &Value) -> String {
    match &variable["query"] {
        Value::String(query) => query.clone(),
        query => text(&query["query"]),
    }
}

/// `label_values(series, label)`.
fn label_values(query: &str) -> (String, String) {
    let inside = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
    let parts = inside.and_then(|inside| inside.rsplit_once(','));
    let Some((series, label)) = parts else { panic!("no label_values(series, label): {query}") };
    (series.trim().to_owned(), label.trim().to_owned())
}

/// The labels that a panel's links name.
fn linked(panel: &str) -> BTreeSet<String> {
    let mark = "__field.labels.";
    let names = panel.match_indices(mark).map(|(at, _)| {
        let rest = &panel[at + mark.len()..];
        rest[..rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())].to_owned()
    });
    names.collect()
}

fn between(said: &str, from: &str, to: &str) -> Vec<String> {
    let parts = said.split(from).skip(1).filter_map(|rest| rest.split_once(to));
    parts.map(|(name, _)| name.trim().trim_start_matches("$labels.").to_owned()).collect()
}

fn each(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
