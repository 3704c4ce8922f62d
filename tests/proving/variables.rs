//! Grafana's variables, and what they may be.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::{Asked, Choice};

/// Values by variable; several are joined with `|`.
pub type Combination = BTreeMap<String, String>;

/// Every combination of the variables that an expression uses. `known` are the values that exist,
/// by variable.
///
/// # Errors
/// What the expression or its dashboard names and nobody knows.
pub fn combinations(
    asked: &Asked,
    known: &BTreeMap<&str, Vec<String>>,
) -> Result<Vec<Combination>, String> {
    let mut all = vec![Combination::new()];
    for name in used(&asked.expr).into_iter().filter(|name| !name.starts_with("__")) {
        let choice = asked.variables.get(&name);
        let choice = choice.ok_or_else(|| format!("${name} is no variable of the dashboard"))?;
        let known = known.get(name.as_str());
        let known = known.ok_or_else(|| format!("no values of ${name} are known"))?;
        let values = values(&name, choice, known)?;
        all = all
            .into_iter()
            .flat_map(|combination| {
                let with = |value: &String| {
                    let mut combination = combination.clone();
                    combination.insert(name.clone(), value.clone());
                    combination
                };
                values.iter().map(with).collect::<Vec<_>>()
            })
            .collect();
    }
    Ok(all)
}

fn values(name: &str, choice: &Choice, known: &[String]) -> Result<Vec<String>, String> {
    let mut values = choice.listed.clone().unwrap_or_else(|| known.to_vec());
    if let Some(other) = values.iter().find(|value| !known.contains(value)) {
        return Err(format!("${name} lists {other}, which does not exist"));
    }
    if choice.takes_many && values.len() > 1 {
        values.push(values.join("|"));
    }
    Ok(values)
}

/// The names of the variables in a text.
pub fn used(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    replaced(text, |name| {
        names.insert(name.to_owned());
        String::new()
    });
    names
}

/// The text with each `$name`, `${name}` and `${name:format}` replaced.
pub fn replaced(text: &str, mut value: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out += before;
        let (name, next) = if let Some((inside, next)) =
            after.strip_prefix('{').and_then(|after| after.split_once('}'))
        {
            (inside.split(':').next().unwrap_or_default(), next)
        } else {
            let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
            after.split_at(end.unwrap_or(after.len()))
        };
        // A bare `$` ends a regular expression.
        out += &if name.is_empty() { "$".to_owned() } else { value(name) };
        rest = next;
    }
    out + rest
}

/// A value as Grafana writes it: several at once are a regular expression.
pub fn written(value: &str) -> String {
    if value.contains('|') { format!("({value})") } else { value.to_owned() }
}
