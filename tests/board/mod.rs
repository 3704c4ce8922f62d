//! Grafana's dashboards and Prometheus's rules, as they lie in `deploy/`.

#![allow(unreachable_pub, dead_code, reason = "each test uses its part of this")]
#![expect(clippy::panic, reason = "a test fails by panicking, its functions too")]

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::queries::Names;

/// One dashboard.
pub struct Board {
    /// Its file's, without the extension.
    pub name: String,
    /// Its file's text, read.
    pub json: Value,
}

impl fmt::Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// One panel of a dashboard.
pub struct Panel<'a> {
    board: &'a str,
    /// What its dashboard says of it.
    pub json: &'a Value,
}

impl fmt::Display for Panel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: panel {} {}", self.board, self.json["id"], self.json["title"])
    }
}

impl<'a> Panel<'a> {
    /// What it asks for.
    pub fn targets(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        list(&self.json["targets"])
    }
}

impl Board {
    /// The dashboard `deploy/grafana/NAME.json`.
    pub fn of_repository(name: &str) -> Self {
        let text = read(&deploy("grafana").join(format!("{name}.json")));
        let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.into(), json }
    }

    /// Its panels, also those that a closed row holds.
    pub fn panels(&self) -> impl Iterator<Item = Panel<'_>> {
        self.panels_and_rows().filter(|panel| panel.json["type"] != "row")
    }

    /// Its panels and the rows that hold them.
    pub fn panels_and_rows(&self) -> impl Iterator<Item = Panel<'_>> {
        let all = list(&self.json["panels"]);
        let all = all.flat_map(|panel| std::iter::once(panel).chain(list(&panel["panels"])));
        all.map(|json| Panel { board: &self.name, json })
    }

    /// Its variables.
    pub fn variables(&self) -> impl Iterator<Item = &Value> {
        list(&self.json["templating"]["list"])
    }

    /// What marks instants and spans in its graphs.
    pub fn annotations(&self) -> impl Iterator<Item = &Value> {
        list(&self.json["annotations"]["list"])
    }

    /// Every query of panels, annotations and variables, with the place where it stands.
    pub fn queries(&self) -> Vec<(String, String)> {
        let of_panels = self.panels().flat_map(|panel| {
            let place = panel.to_string();
            panel.targets().map(move |target| (place.clone(), self.filled(&target["expr"])))
        });
        let of_annotations = self.annotations().map(|annotation| {
            let place = format!("{self}: annotation {}", annotation["name"]);
            (place, self.filled(&annotation["expr"]))
        });
        let of_variables = self.variables().filter(|variable| variable["type"] == "query");
        let of_variables = of_variables.map(|variable| {
            let text = variable["query"]["query"].as_str().unwrap_or_default();
            (format!("{self}: variable {}", variable["name"]), values_query(text))
        });
        of_panels.chain(of_annotations).chain(of_variables).collect()
    }

    /// A query with the values that its variables have at first, where they stand for numbers.
    pub fn filled(&self, expr: &Value) -> String {
        let mut text = expr.as_str().unwrap_or_default().to_owned();
        for variable in self.variables().filter(|variable| variable["type"] == "custom") {
            let (name, value) = (variable["name"].as_str(), variable["current"]["value"].as_str());
            if let (Some(name), Some(value)) = (name, value) {
                text = text.replace(&format!("${name}"), value);
            }
        }
        text
    }

    /// Hands every value in it to `take`, with its path.
    pub fn visit<'a>(&'a self, take: &mut dyn FnMut(&str, &'a Value)) {
        visit("", &self.json, take);
    }
}

fn visit<'a>(path: &str, value: &'a Value, take: &mut dyn FnMut(&str, &'a Value)) {
    take(path, value);
    match value {
        Value::Array(items) => {
            (0..)
                .zip(items)
                .for_each(|(n, item): (usize, _)| visit(&format!("{path}/{n}"), item, take));
        }
        Value::Object(entries) => {
            entries.iter().for_each(|(key, item)| visit(&format!("{path}/{key}"), item, take));
        }
        _ => {}
    }
}

/// A list's items; none of what is no list.
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The names of the variables in a text, without those that Grafana defines.
pub fn variables_in(text: &str) -> Vec<String> {
    let after = text.split('$').skip(1).map(|rest| rest.strip_prefix('{').unwrap_or(rest));
    let names = after.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    names.filter(|name| !name.is_empty() && !name.starts_with("__")).map(Into::into).collect()
}

/// `label_values(SELECTOR, LABEL)` as a query; what it is not stays as it is, and is no query.
fn values_query(text: &str) -> String {
    let inside = text.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
    match inside.and_then(|inside| inside.rsplit_once(',')) {
        Some((selector, label)) => {
            format!("count by ({label}) (max without (instance, pod) ({}))", windowless(selector))
        }
        None => format!("{text} is no label_values(SELECTOR, LABEL)"),
    }
}

/// Which windows there are can only be asked of all.
fn windowless(selector: &str) -> String {
    match selector.split_once('{') {
        Some((name, matchers)) if selector.contains("daebak_window_") => {
            format!("{name}{{window=~\".+\",{matchers}")
        }
        _ => selector.into(),
    }
}

/// The recording rules and alerts of some files, in their order.
#[derive(Default)]
pub struct Rules {
    /// Each rule.
    pub rules: Vec<RuleOf>,
    /// What could not be read as one.
    pub broken: Vec<String>,
}

/// One rule.
#[derive(Default)]
pub struct RuleOf {
    /// Its file and name.
    pub place: String,
    /// The series that it records; none of an alert.
    pub record: Option<String>,
    /// What it asks for.
    pub expr: String,
    /// The labels that its annotations name.
    pub templated: Names,
}

impl Rules {
    /// Those of `deploy/prometheus/rules`, what is recorded first.
    pub fn of_repository() -> Self {
        let folder = deploy("prometheus").join("rules");
        let entries =
            folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        let mut all = Self::default();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let Self { rules, broken } = Self::read(&name, &read(&path));
            all.rules.extend(rules);
            all.broken.extend(broken);
        }
        assert!(!all.rules.is_empty(), "no rules in {}", folder.display());
        all.rules.sort_by_key(|rule| rule.record.is_none());
        all
    }

    /// Reads the lines of a rules file that say what is asked; an `expr` stands on one line.
    pub fn read(file: &str, text: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines().map(|line| line.trim().trim_start_matches("- ")) {
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            let value = unquoted(value.trim());
            match key {
                "alert" | "record" => {
                    let record = (key == "record").then(|| value.clone());
                    let place = format!("{file}: {value}");
                    read.rules.push(RuleOf { place, record, ..RuleOf::default() });
                }
                "expr" if ["", "|", "|-", ">", ">-"].contains(&value.as_str()) => {
                    read.broken.push(format!("{file}: an expr of several lines"));
                    read.rules.pop();
                }
                "expr" => read
                    .rules
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|rule| rule.expr.clone_from(&value)),
                _ => {}
            }
            if let Some(rule) = read.rules.last_mut() {
                rule.templated.extend(line.split("$labels.").skip(1).map(first_word));
            }
        }
        read
    }
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// A YAML scalar of one line.
fn unquoted(text: &str) -> String {
    let inside = |quote| text.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    match (inside('\''), inside('"')) {
        (Some(single), _) => single.replace("''", "'"),
        (_, Some(double)) => double.replace("\\\"", "\"").replace("\\\\", "\\"),
        _ => text.into(),
    }
}

fn deploy(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(part)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
