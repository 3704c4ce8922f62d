//! Walks a query: which labels its answer has, and what is wrong on the way.

use std::time::Duration;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{
    self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality,
    VectorSelector,
};

use super::{Metrics, Names, Query, SCRAPED_IN_CLUSTERS};

/// What stands for `$__rate_interval`: a length that nobody writes.
const RATE_INTERVAL: &str = "4m1s";
const RATE_INTERVAL_LENGTH: Duration = Duration::from_secs(241);
/// What stands for `$__range`: another length.
const RANGE: &str = "5h1s";
/// Functions that follow a series over a range: between scrapes there is nothing to follow.
const FOLLOW: [&str; 7] = ["rate", "increase", "irate", "delta", "idelta", "changes", "resets"];

/// What is known of an expression's series.
#[derive(Default)]
struct Series {
    labels: Names,
    /// More than one window may be among them: adding them up would be wrong.
    has_windows: bool,
}

struct Reading<'a> {
    metrics: &'a Metrics,
    query: Query,
}

pub(super) fn query(metrics: &Metrics, text: &str) -> Query {
    let mut reading =
        Reading { metrics, query: Query { has_own_ranges: true, ..Query::default() } };
    let text = text.replace("$__rate_interval", RATE_INTERVAL).replace("$__range", RANGE);
    match parser::parse(&text) {
        Err(error) => reading.fault(format!("is no query: {error}")),
        Ok(expr) => reading.query.labels = reading.series(&expr, None).labels,
    }
    reading.query
}

impl Reading<'_> {
    fn fault(&mut self, what: String) {
        self.query.faults.push(what);
    }

    /// The series of `expr`; `within` is the aggregation right around it.
    fn series(&mut self, expr: &Expr, within: Option<&AggregateExpr>) -> Series {
        match expr {
            Expr::Aggregate(aggregate) => self.aggregated(aggregate),
            Expr::Unary(unary) => self.series(&unary.expr, within),
            Expr::Paren(paren) => self.series(&paren.expr, within),
            Expr::Subquery(subquery) => self.series(&subquery.expr, within),
            Expr::Binary(binary) => self.joined(binary, within),
            Expr::VectorSelector(selector) => self.selected(selector, within),
            Expr::MatrixSelector(matrix) => self.selected(&matrix.vs, within),
            Expr::Call(call) => self.called(call, within),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Series::default(),
            Expr::Extension(_) => {
                self.fault("is no query that Prometheus knows".into());
                Series::default()
            }
        }
    }

    fn selected(&mut self, selector: &VectorSelector, within: Option<&AggregateExpr>) -> Series {
        let Some(name) = selector.name.as_deref() else {
            self.fault("names no metric".into());
            return Series::default();
        };
        let metrics = self.metrics;
        let Some(labels) = metrics.labels(name) else {
            self.fault(format!("{name} is no metric"));
            return Series::default();
        };
        self.query.asked.insert(metrics.family.get(name).copied().unwrap_or(name).into());
        let more = selector.matchers.or_matchers.iter().flatten();
        for Matcher { name: label, .. } in selector.matchers.matchers.iter().chain(more) {
            if !labels.contains(label) {
                self.fault(format!("{name} has no label {label}"));
            }
        }
        if metrics.of_titles.contains(name) && !within.is_some_and(is_owner) {
            self.fault(format!("{name} is not within max without (instance, pod)"));
        }
        let mut has_windows = false;
        if metrics.is_windowed(name) {
            let windows = selector.matchers.find_matchers("window");
            has_windows = windows.iter().all(|window| window.op != MatchOp::Equal);
            if !windows.iter().any(|it| matches!(it.op, MatchOp::Equal | MatchOp::Re(_))) {
                self.fault(format!("{name} names no window"));
            }
        }
        Series { labels: labels.clone(), has_windows }
    }

    fn aggregated(&mut self, aggregate: &AggregateExpr) -> Series {
        let inner = self.series(&aggregate.expr, Some(aggregate));
        let op = aggregate.op.to_string();
        if let Some(param) = &aggregate.param {
            self.series(param, None);
        }
        if ["topk", "bottomk"].contains(&op.as_str()) {
            return inner;
        }
        let labels = match &aggregate.modifier {
            None => Names::new(),
            Some(LabelModifier::Include(by)) => {
                let by: Names = by.labels.iter().cloned().collect();
                self.missing("by", &by, &inner.labels);
                by
            }
            Some(LabelModifier::Exclude(without)) => {
                let mut known = inner.labels.clone();
                known.insert(SCRAPED_IN_CLUSTERS.into());
                let without: Names = without.labels.iter().cloned().collect();
                self.missing("without", &without, &known);
                inner.labels.difference(&without).cloned().collect()
            }
        };
        if inner.has_windows && !labels.contains("window") {
            self.fault(format!("{op} mixes windows"));
        }
        Series { labels, ..inner }
    }

    fn missing(&mut self, place: &str, named: &Names, known: &Names) {
        for label in named.difference(known) {
            self.fault(format!("{place} ({label}): there is no such label"));
        }
    }

    fn joined(&mut self, binary: &BinaryExpr, within: Option<&AggregateExpr>) -> Series {
        let left = self.series(&binary.lhs, within);
        let right = self.series(&binary.rhs, within);
        match (binary.lhs.value_type(), binary.rhs.value_type()) {
            (ValueType::Scalar, _) => return right,
            (_, ValueType::Scalar) => return left,
            _ => {}
        }
        let Series { labels: l, has_windows } = left;
        let r = right.labels;
        let has_windows = has_windows || right.has_windows;
        let modifier = binary.modifier.as_ref();
        let matching = modifier.and_then(|modifier| modifier.matching.as_ref());
        let matched: Names = match matching {
            None => {
                if l != r && binary.op.to_string() != "or" {
                    self.fault(format!("sides never match: {l:?} and {r:?}"));
                }
                l.clone()
            }
            Some(LabelModifier::Include(on)) => {
                let on: Names = on.labels.iter().cloned().collect();
                self.missing("on", &on, &l);
                self.missing("on", &on, &r);
                on
            }
            Some(LabelModifier::Exclude(ignored)) => {
                let without = |side: &Names| -> Names {
                    side.iter().filter(|it| !ignored.labels.contains(it)).cloned().collect()
                };
                if without(&l) != without(&r) {
                    self.fault(format!("sides never match: {l:?} and {r:?}"));
                }
                without(&l)
            }
        };
        let labels = if binary.op.to_string() == "or" {
            l.intersection(&r).cloned().collect()
        } else if binary.op.is_set_operator() {
            l
        } else {
            match modifier.map(|modifier| &modifier.card) {
                Some(VectorMatchCardinality::ManyToOne(more)) => with(l, &more.labels),
                Some(VectorMatchCardinality::OneToMany(more)) => with(r, &more.labels),
                _ => matched,
            }
        };
        Series { labels, has_windows }
    }

    fn called(&mut self, call: &Call, within: Option<&AggregateExpr>) -> Series {
        let name = call.func.name;
        let mut series = Series::default();
        for argument in &call.args.args {
            if let Expr::MatrixSelector(matrix) = &**argument
                && FOLLOW.contains(&name)
                && matrix.range != RATE_INTERVAL_LENGTH
            {
                self.query.has_own_ranges = false;
            }
            let of_argument = self.series(argument, within);
            series.labels.extend(of_argument.labels);
            series.has_windows |= of_argument.has_windows;
        }
        match (name, call.args.args.get(1).map(|argument| &**argument)) {
            ("histogram_quantile", _) => drop(series.labels.remove("le")),
            ("label_replace" | "label_join", Some(Expr::StringLiteral(made))) => {
                series.labels.insert(made.val.clone());
            }
            ("absent" | "absent_over_time", _) => {
                series.labels.retain(|label| call.to_string().contains(&format!("{label}=\"")));
            }
            ("scalar" | "time" | "vector", _) => series = Series::default(),
            _ => {}
        }
        series
    }
}

fn with(mut labels: Names, more: &[String]) -> Names {
    labels.extend(more.iter().cloned());
    labels
}

/// Whether it takes one of the series that two owners may export for a moment.
fn is_owner(aggregate: &AggregateExpr) -> bool {
    let Some(LabelModifier::Exclude(without)) = &aggregate.modifier else { return false };
    let mut without = without.labels.clone();
    without.sort();
    aggregate.op.to_string() == "max" && without == ["instance", SCRAPED_IN_CLUSTERS]
}
