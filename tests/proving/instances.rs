//! A service that is scraped under two names counts once: no number of a title is twice as much,
//! and no line is there twice.

use std::collections::BTreeMap;

use daebak::clock::Clock;
use daebak::time::{Span, Timestamp};
use promql_parser::parser::Expr;

use super::asked::{Asked, Sort};
use super::judge::with;
use super::promql;
use super::servers::Live;
use super::variables::combinations;
use super::world::World;

/// So long ago both have been scraped, before and after.
const AGO: Span = Span::from_secs(3);

/// By how much an answer may lie outside those of one name, as a part of it: the two are scraped
/// at other moments of a second.
const SLACK: f64 = 0.05;

/// Series by their labels.
type Lines = BTreeMap<BTreeMap<String, String>, f64>;

/// Whose answer about titles is not that of one instance. Expressions that count twice must be
/// found.
pub fn doubled(live: &Live, all: &[Asked], world: &World) -> Vec<String> {
    let mut failures = Vec::new();
    let mut n = 0;
    for asked in all.iter().filter(|asked| asked.sort != Sort::Variable) {
        let combination = combinations(asked, world).unwrap().pop().unwrap_or_default();
        let text = with(&asked.expr, &combination, "20s");
        let expr = promql::without_offsets(promql::read(&text).unwrap());
        let selectors = promql::selectors(&expr);
        let mut families = selectors.iter().filter_map(|it| it.name.as_deref());
        if !families.any(|family| live.prometheus.names_titles(family, None)) {
            continue;
        }
        let parts = if promql::filters(&expr) { promql::parts(&expr) } else { vec![expr] };
        for part in parts {
            match same(live, &part) {
                Ok(lines) => n += lines,
                Err(why) => failures.push(format!("{}: {why}", asked.place)),
            }
        }
    }
    println!("{n} lines about titles answer for two instances as for one");
    assert!(n > 0, "nothing is asked about titles");
    for planted in ["sum by (title) (daebak_window_posts{window=\"1h\"})", "daebak_on_air"] {
        if same(live, &promql::read(planted).unwrap()).is_ok() {
            failures.push(format!("not found: {planted}"));
        }
    }
    failures
}

/// Whether the answer over both is that of one of them, about that moment; how many lines it has.
fn same(live: &Live, expr: &Expr) -> Result<usize, String> {
    let at = Clock::system().now() - AGO;
    let mut alone: Vec<Lines> = Vec::new();
    for instance in &live.instances {
        let of_one = promql::of_instance(expr.clone(), instance).to_string();
        let second = Span::from_secs(1);
        for at in [at - second, at, at + second] {
            let mut lines = lines(live, &of_one, at)?;
            lines = lines.into_iter().map(|(labels, value)| (unnamed(labels), value)).collect();
            alone.push(lines);
        }
    }
    let whole = lines(live, &expr.to_string(), at)?;
    for (labels, value) in &whole {
        let near: Vec<f64> = alone.iter().filter_map(|it| it.get(labels).copied()).collect();
        let least = near.iter().copied().reduce(f64::min);
        let greatest = near.iter().copied().reduce(f64::max);
        let (Some(least), Some(greatest)) = (least, greatest) else {
            return Err(format!("{expr}: a line for each instance: {labels:?}"));
        };
        let slack = SLACK * least.abs().max(greatest.abs());
        if *value < least - slack || *value > greatest + slack {
            let range = format!("{least} to {greatest}");
            return Err(format!("{expr}: {value} for both, {range} for one: {labels:?}"));
        }
    }
    Ok(whole.len())
}

fn lines(live: &Live, text: &str, at: Timestamp) -> Result<Lines, String> {
    let answer = live.prometheus.instant(text, Some(at))?;
    Ok(answer.into_iter().map(|it| (it.labels, it.values[0])).collect())
}

/// Without the name of the instance.
fn unnamed(mut labels: BTreeMap<String, String>) -> BTreeMap<String, String> {
    labels.remove("instance");
    labels
}
