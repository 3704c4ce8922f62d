//! Asks each expression with every combination of its variables, and judges the answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use daebak::time::{Span, Timestamp};

use super::absent::explanation;
use super::asked::{Asked, Choice, Sort};
use super::prometheus::{Prometheus, Sample};
use super::promql;
use super::variables::{Combination, combinations, known, replaced, written};
use super::world::World;

/// How long before the end of the stretch it is asked again.
const EARLIER: [Span; 3] = [Span::from_days(1), Span::from_days(3), Span::from_days(7)];

/// How many failures of one place are told.
const TOLD_MAX: usize = 5;

/// Who answers.
pub struct Leg<'a> {
    /// As the table calls it.
    pub name: &'static str,
    /// It.
    pub prometheus: &'a Prometheus,
    /// The stretch of time that it has; none of one that has only begun.
    pub stretch: Option<(Timestamp, Timestamp)>,
    /// What Grafana would put for `$__rate_interval` and the like.
    pub interval: &'static str,
}

/// An answer, judged.
#[derive(Debug, PartialEq)]
enum Answer {
    Good,
    Empty,
    Wrong(String),
}

/// What came of one place.
#[derive(Debug, Default)]
pub struct Row {
    /// Where it stands.
    pub place: String,
    /// How many expressions it has.
    pub expressions: usize,
    /// How often they were asked, with different values.
    pub combinations: usize,
    /// How often each leg answered, and how often any did.
    pub answered: BTreeMap<&'static str, usize>,
    /// How often nothing was right, by the rule that says so.
    pub explained: BTreeMap<&'static str, usize>,
    /// What is wrong.
    pub failures: Vec<String>,
}

/// Everything that an answer is judged by.
pub struct Judge<'a> {
    /// Who is asked.
    pub legs: Vec<Leg<'a>>,
    /// What is known.
    pub world: &'a World,
}

impl Judge<'_> {
    /// Proves each expression; those of one place make a row.
    pub fn prove(&self, all: &[Asked]) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for asked in all {
            let proved = self.prove_one(asked);
            match rows.last_mut() {
                Some(row) if row.place == proved.place => row.add(proved),
                _ => rows.push(proved),
            }
        }
        rows
    }

    fn prove_one(&self, asked: &Asked) -> Row {
        let place = asked.place.clone();
        let mut row = Row { place, expressions: 1, ..Row::default() };
        let all = match combinations(asked, self.world) {
            Ok(all) => all,
            Err(error) => {
                row.failures.push(format!("{}: {error}", asked.expr));
                return row;
            }
        };
        for combination in &all {
            row.combinations += 1;
            self.ask(asked, combination, &mut row);
        }
        if let Some(last) = all.last() {
            self.ask_of_the_past(asked, last, &mut row);
        }
        if self.must_occur(asked) && !all.iter().any(|one| self.occurs(asked, one)) {
            row.failures.push(format!("never in nine days: {}", asked.expr));
        }
        row
    }

    fn ask(&self, asked: &Asked, combination: &Combination, row: &mut Row) {
        let mut is_answered = false;
        for leg in &self.legs {
            match self.answer(leg, asked, combination, leg.stretch.map(|(_, end)| end)) {
                Answer::Good => {
                    *row.answered.entry(leg.name).or_default() += 1;
                    is_answered = true;
                }
                Answer::Empty => {}
                Answer::Wrong(why) => row.failures.push(format!("{}: {why}", leg.name)),
            }
        }
        if is_answered {
            *row.answered.entry("any").or_default() += 1;
            return;
        }
        let text = with(&asked.expr, combination, "5m");
        match explanation(&text, self.world) {
            Some(rule) => *row.explained.entry(rule).or_default() += 1,
            None => row.failures.push(format!("nobody answers {text}")),
        }
    }

    /// Earlier moments and the whole stretch must be as right; what was there at the end is there
    /// in the stretch.
    fn ask_of_the_past(&self, asked: &Asked, combination: &Combination, row: &mut Row) {
        for leg in &self.legs {
            let Some((start, end)) = leg.stretch else { continue };
            for earlier in EARLIER {
                let at = Some(end - earlier);
                if let Answer::Wrong(why) = self.answer(leg, asked, combination, at) {
                    row.failures.push(format!("{earlier} before the end: {why}"));
                }
            }
            let text = with(&asked.expr, combination, leg.interval);
            let answer = leg.prometheus.range(&text, start, end);
            let answer = judged(&text, asked, combination, answer, true);
            let was_there = self.answer(leg, asked, combination, Some(end)) == Answer::Good;
            match answer {
                Answer::Wrong(why) => row.failures.push(format!("nine days of it: {why}")),
                Answer::Empty if was_there && is_plain(asked) => {
                    row.failures.push(format!("nine days of it: none of {text}"));
                }
                Answer::Good | Answer::Empty => {}
            }
        }
    }

    /// Whether what it compares titles with must come to pass in the nine days: they have bursts,
    /// surges and posts, so that another value than those measured is found.
    fn must_occur(&self, asked: &Asked) -> bool {
        let text = with(&asked.expr, &Combination::new(), "5m");
        let Ok(expr) = promql::read(&text) else { return false };
        let is_of_titles = |family: &str| {
            self.legs.iter().any(|leg| {
                let Some((_, end)) = leg.stretch else { return false };
                leg.prometheus.names_titles(family, Some(end))
            })
        };
        let mut selectors = promql::selectors(&expr).into_iter();
        asked.sort == Sort::Annotation
            || (promql::filters(&expr)
                && selectors.all(|it| it.name.as_deref().is_some_and(is_of_titles)))
    }

    /// Whether it has an answer, whole, anywhere in a stretch.
    fn occurs(&self, asked: &Asked, combination: &Combination) -> bool {
        self.legs.iter().any(|leg| {
            let Some((start, end)) = leg.stretch else { return false };
            let text = with(&asked.expr, combination, leg.interval);
            let answer = leg.prometheus.range(&text, start, end);
            judged(&text, asked, combination, answer, true) == Answer::Good
        })
    }

    fn answer(
        &self,
        leg: &Leg<'_>,
        asked: &Asked,
        combination: &Combination,
        at: Option<Timestamp>,
    ) -> Answer {
        let text = with(&asked.expr, combination, leg.interval);
        let expr = match promql::read(&text) {
            Ok(expr) if leg.stretch.is_none() && text.contains("offset") => {
                promql::without_offsets(expr)
            }
            Ok(expr) => expr,
            Err(error) => return Answer::Wrong(error),
        };
        if let (Sort::Variable, Some(label)) = (asked.sort, &asked.wanted) {
            return self.lists(leg, &text, label, at);
        }
        let ask = |text: &str, has_labels| {
            judged(text, asked, combination, leg.prometheus.instant(text, at), has_labels)
        };
        let has_offset = text.contains("offset");
        let whole = if has_offset { expr.to_string() } else { text };
        let direct = ask(&whole, true);
        if direct != Answer::Empty || !promql::filters(&expr) {
            return direct;
        }
        // Nothing is the usual answer: what it is judged by must be there.
        for (number, part) in promql::parts(&expr).into_iter().enumerate() {
            let answer = ask(&part.to_string(), number == 0);
            if answer != Answer::Good {
                return answer;
            }
        }
        Answer::Good
    }

    /// Whether a variable finds every value that is known to exist.
    fn lists(&self, leg: &Leg<'_>, series: &str, label: &str, at: Option<Timestamp>) -> Answer {
        let found = leg.prometheus.instant(&format!("count by ({label}) ({series})"), at);
        let found = match found {
            Ok(found) if found.is_empty() => return Answer::Empty,
            Ok(found) => found,
            Err(error) => return Answer::Wrong(error),
        };
        let family = series.split('{').next().map(str::to_owned);
        let known = known(label, &Choice { family, ..Choice::default() }, self.world);
        let missing = known
            .iter()
            .flatten()
            .find(|value| found.iter().all(|sample| sample.labels.get(label) != Some(*value)));
        match missing {
            Some(missing) => Answer::Wrong(format!("{series} has no {label} {missing}")),
            None => Answer::Good,
        }
    }
}

impl Row {
    fn add(&mut self, other: Self) {
        self.expressions += other.expressions;
        self.combinations += other.combinations;
        for (name, n) in other.answered {
            *self.answered.entry(name).or_default() += n;
        }
        for (name, n) in other.explained {
            *self.explained.entry(name).or_default() += n;
        }
        self.failures.extend(other.failures);
    }
}

/// Whether its whole expression has an answer, and not only its parts.
fn is_plain(asked: &Asked) -> bool {
    let replaced = replaced(&asked.expr, |_| "5m".into());
    matches!(asked.sort, Sort::Panel | Sort::Recorded)
        && promql::read(&replaced).is_ok_and(|expr| !promql::filters(&expr))
}

/// How far back a dashboard over everything reaches.
const DASHBOARD_RANGE: &str = "9d";

/// The expression with its variables replaced.
pub fn with(expr: &str, combination: &Combination, interval: &str) -> String {
    replaced(expr, |name| match combination.get(name) {
        Some(value) => written(value),
        None if name == "__range" => DASHBOARD_RANGE.to_owned(),
        None => interval.to_owned(),
    })
}

fn judged(
    text: &str,
    asked: &Asked,
    combination: &Combination,
    answer: Result<Vec<Sample>, String>,
    has_labels: bool,
) -> Answer {
    let samples = match answer {
        Ok(samples) if samples.is_empty() => return Answer::Empty,
        Ok(samples) => samples,
        Err(error) => return Answer::Wrong(format!("{text}: {error}")),
    };
    for sample in &samples {
        if let Some(value) = sample.values.iter().find(|value| !value.is_finite()) {
            return Answer::Wrong(format!("{text} is {value} of {:?}", sample.labels));
        }
        let missing = asked.labels.iter().find(|label| !sample.labels.contains_key(*label));
        if let Some(label) = missing.filter(|_| has_labels) {
            return Answer::Wrong(format!("{text} has no label {label}: {:?}", sample.labels));
        }
        let other = combination.iter().find(|(name, value)| {
            let found = sample.labels.get(*name);
            found.is_some_and(|found| !value.split('|').any(|value| value == found))
        });
        if let Some((name, value)) = other {
            return Answer::Wrong(format!("{text} is of another {name} than {value}"));
        }
    }
    Answer::Good
}

/// The rows as a table, with their totals, and what is wrong below it.
pub fn table(rows: &[Row], legs: &[Leg<'_>]) -> String {
    let mut out = String::new();
    let width = rows.iter().map(|row| row.place.chars().count()).max().unwrap_or_default();
    let mut total = Row { place: "total".into(), ..Row::default() };
    let mut line = |row: &Row| {
        let of = |name| row.answered.get(name).copied().unwrap_or_default();
        let legs = legs.iter().map(|leg| format!("{:>8}", of(leg.name)));
        let legs = legs.collect::<Vec<_>>().concat();
        let explained: usize = row.explained.values().sum();
        let _ = writeln!(
            out,
            "{:width$} {:>5} {:>7} {:>8}{legs} {explained:>7} {:>6}",
            row.place,
            row.expressions,
            row.combinations,
            of("any"),
            row.failures.len(),
        );
    };
    for row in rows {
        line(row);
        total.add(Row {
            place: String::new(),
            expressions: row.expressions,
            combinations: row.combinations,
            answered: row.answered.clone(),
            explained: row.explained.clone(),
            failures: row.failures.clone(),
        });
    }
    line(&total);
    let names = legs.iter().map(|leg| format!("{:>8}", leg.name)).collect::<Vec<_>>().concat();
    let head =
        format!("{:width$} exprs   asked answered{names}  absent failed\n", "dashboard / panel");
    for (rule, n) in &total.explained {
        let _ = writeln!(out, "rightly absent: {n:>5}  {rule}");
    }
    for row in rows.iter().filter(|row| !row.failures.is_empty()) {
        let _ = writeln!(out, "\nFAILED {}: {} times", row.place, row.failures.len());
        for failure in row.failures.iter().take(TOLD_MAX) {
            let _ = writeln!(out, "  {failure}");
        }
    }
    head + &out
}
