//! Rules of the dashboards' panels: each is explained, has its place, and does not pass off the past,
//! or what nobody measures, as the present.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::board::Board;
use crate::queries::Metrics;

const GRID_WIDTH: u64 = 24;

/// Panels that show one moment. Over a range they would show the last value that ever was.
const OF_ONE_MOMENT: [&str; 5] = ["bargauge", "gauge", "piechart", "stat", "table"];

/// The family that is measured over every window, and the window that every family has.
const IN_EVERY_WINDOW: &str = "daebak_window_posts";
const WINDOW_OF_ALL: &str = "1h";
const CHOSEN_WINDOW: &str = "window=\"$window\"";

pub(super) fn explained(board: &Board, _: &Metrics) -> Vec<String> {
    let mut broken = Vec::new();
    for panel in board.panels() {
        let text = |at: &str| panel.json.pointer(at).and_then(Value::as_str).unwrap_or_default();
        if text("/title").is_empty() {
            broken.push(format!("{panel}: no title"));
        }
        if !text("/description").ends_with('.') {
            broken.push(format!("{panel}: its description is no sentence"));
        }
        if text("/fieldConfig/defaults/unit").is_empty() {
            broken.push(format!("{panel}: no unit"));
        }
    }
    broken
}

pub(super) fn is_laid_out(board: &Board, _: &Metrics) -> Vec<String> {
    let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
    let mut broken = Vec::new();
    for panel in board.panels_and_rows() {
        if !ids.insert(panel.json["id"].as_u64()) {
            broken.push(format!("{panel}: its id is another's"));
        }
        let [x, y, w, h] = ["x", "y", "w", "h"]
            .map(|side| panel.json["gridPos"][side].as_u64().unwrap_or(GRID_WIDTH + 1));
        if x + w > GRID_WIDTH {
            broken.push(format!("{panel}: beyond the grid"));
            continue;
        }
        let mut taken = (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y)));
        // All are noted, also after one that is taken.
        if taken.by_ref().map(|cell| cells.insert(cell)).filter(|is_free| !is_free).count() > 0 {
            broken.push(format!("{panel}: over another"));
        }
        let mut refs = BTreeSet::new();
        for target in panel.targets() {
            if !target["refId"].as_str().is_some_and(|id| refs.insert(id)) {
                broken.push(format!("{panel}: a refId is missing or another's"));
            }
        }
    }
    broken
}

pub(super) fn shows_now(board: &Board, _: &Metrics) -> Vec<String> {
    let shows = |kind: &Value| kind.as_str().is_some_and(|kind| OF_ONE_MOMENT.contains(&kind));
    let of_one_moment = board.panels().filter(|panel| shows(&panel.json["type"]));
    let targets = of_one_moment.flat_map(|panel| {
        let place = panel.to_string();
        panel.targets().map(move |target| (place.clone(), target))
    });
    targets
        .filter(|(_, target)| target["instant"] != true || target["range"] != false)
        .map(|(place, _)| format!("{place}: may show the past as the present"))
        .collect()
}

pub(super) fn says_where_it_is_not_measured(board: &Board, _: &Metrics) -> Vec<String> {
    let mut broken = Vec::new();
    for variable in board.variables().filter(|variable| variable["name"] == "window") {
        let query = variable["query"]["query"].as_str().unwrap_or_default();
        if !query.starts_with(&format!("label_values({IN_EVERY_WINDOW}{{")) {
            broken.push(format!("{board}: $window is not of {IN_EVERY_WINDOW}"));
        }
        if variable["current"]["value"] != WINDOW_OF_ALL {
            broken.push(format!("{board}: $window is not {WINDOW_OF_ALL} at first"));
        }
    }
    for panel in board.panels() {
        let text = |at: &str| panel.json.pointer(at).and_then(Value::as_str).unwrap_or_default();
        let may_lack = panel.targets().any(|target| {
            families_over_chosen(target["expr"].as_str().unwrap_or_default())
                .any(|family| family != IN_EVERY_WINDOW)
        });
        if !may_lack {
            continue;
        }
        if !text("/description").contains("measured over ") {
            broken.push(format!("{panel}: does not say over which windows it is measured"));
        }
        // A table has it once for each cell: there it is a gap.
        let no_value = text("/fieldConfig/defaults/noValue");
        if text("/type") != "table" && !no_value.contains("not measured over this window") {
            broken.push(format!("{panel}: its noValue does not say why there is none"));
        }
    }
    broken
}

/// The families that a query asks for over the window that is chosen.
fn families_over_chosen(expr: &str) -> impl Iterator<Item = &str> {
    let before = expr.match_indices(CHOSEN_WINDOW).map(|(at, _)| &expr[..at]);
    before.filter_map(|before| {
        let (selected, _) = before.rsplit_once('{')?;
        selected.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()
    })
}
