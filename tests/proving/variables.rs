//! Grafana's variables, and what they may be.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::{Asked, Choice};
use super::world::World;

/// Values by variable; several are joined with `|`.
pub type Combination = BTreeMap<String, String>;

/// Every combination of the variables that an expression uses.
///
/// # Errors
/// What the expression or its dashboard names and nobody knows.
pub fn combinations(asked: &Asked, world: &World) -> Result<Vec<Combination>, String> {
    let mut all = vec![Combination::new()];
    for name in used(&asked.expr).into_iter().filter(|name| !name.starts_with("__")) {
        let choice = asked.variables.get(&name);
        let choice = choice.ok_or_else(|| format!("${name} is no variable of the dashboard"))?;
        let values = values(&name, choice, known(&name, choice, world).as_deref())?;
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

/// The values that exist: of a window those over which the variable's family is measured.
pub fn known(name: &str, choice: &Choice, world: &World) -> Option<Vec<String>> {
    match &choice.family {
        Some(family) if name == "window" => {
            let windows = world.windows_of(family);
            Some(windows.into_iter().map(|window| window.length.to_string()).collect())
        }
        _ => world.known().remove(name),
    }
}

/// What a variable may be, by those of its values that are known to exist.
///
/// # Errors
/// A value that does not exist, and a variable of which nothing is known.
pub fn values(
    name: &str,
    choice: &Choice,
    known: Option<&[String]>,
) -> Result<Vec<String>, String> {
    let mut values = match (&choice.listed, known) {
        (Some(listed), _) => listed.clone(),
        (None, Some(known)) => known.to_vec(),
        (None, None) => return Err(format!("no values of ${name} are known")),
    };
    let other = values.iter().find(|value| known.is_some_and(|it| !it.contains(value)));
    if let Some(other) = other {
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
