//! `daebak schema`: what a campaign file may hold, for editors that complete and check it.
//!
//! Made of the limits and names that the reader has, so that both take the same files. What only
//! the reader knows (that ids are unique, what a regular expression may be) is left to `check`.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use crate::campaign::{Alias, FacetKind, Tier};
use crate::config::limit::{
    ACCOUNTS_MAX, ALIASES_MAX, ALLOWED_LATENESS, BREAKS_MAX, CONTEXT_MAX, EPISODE_LENGTH,
    EPISODES_MAX, EXCLUDE_MAX, EXPECT_MAX, FACETS_MAX, GROUPS_MAX, ID_CHARS_MAX, LANGUAGES_MAX,
    NEEDS_MAX, TEST_CHARS_MAX, TESTS_MAX, TEXT_CHARS_MAX, TITLES_MAX, WEEKDAYS,
};
use crate::mention::language::detectable;

/// The longest regular expression, in characters.
const REGEX_CHARS_MAX: usize = 500;

/// Print the JSON Schema of a campaign file, for editors
///
/// Save it beside your campaign files and put `#:schema ./campaign.schema.json` in their first
/// line: editors with a language server for TOML then complete keys and underline mistakes.
#[derive(Debug, clap::Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Self {} = self;
        match writeln!(io::stdout().lock(), "{:#}", campaign()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

/// The schema of a campaign file.
fn campaign() -> Value {
    let mut schema = object(
        "A campaign: titles, and the words by which posts name them.",
        &["name", "languages", "titles"],
        vec![
            ("name", text("The name people read.", "Starlight Sonata launch")),
            (
                "languages",
                distinct(
                    LANGUAGES_MAX,
                    "Languages with a series of their own, as ISO 639-1 codes; others count as \
                     `other`, and `ms` as `id`.",
                    json!({ "enum": languages() }),
                ),
            ),
            (
                "allowed_lateness",
                duration(&format!(
                    "How long after the others a post may come, {} to {}; 24h if unsaid.",
                    ALLOWED_LATENESS.start(),
                    ALLOWED_LATENESS.end()
                )),
            ),
            (
                "context",
                words(
                    CONTEXT_MAX,
                    "Words that speak for a title when they stand beside it: genre, network, cast.",
                    "tvN",
                ),
            ),
            (
                "builtin_context",
                flag("Whether daebak's own context words speak too; true if unsaid."),
            ),
            ("accounts", accounts()),
            ("titles", some(TITLES_MAX, "The titles.", title())),
            ("tests", some(TESTS_MAX, "Posts that `daebak test` and `check` try.", test())),
        ],
    );
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".into(), json!("daebak campaign"));
        schema.insert("$defs".into(), json!({ "alias": alias() }));
    }
    schema
}

fn languages() -> Vec<&'static str> {
    [detectable(), &["ms"]].concat()
}

fn title() -> Value {
    object(
        "A title.",
        &["id", "name"],
        vec![
            ("id", id("The label of its series.", "starlight-sonata")),
            ("name", text("The name people read, an alias too.", "Starlight Sonata")),
            ("match_name", flag("Whether the name is an alias; true if unsaid.")),
            (
                "aliases",
                aliases("Names and spellings; case, spaces and punctuation count for nothing."),
            ),
            (
                "hashtags",
                some(
                    ALIASES_MAX,
                    "Counted as hashtags only, with or without `#`.",
                    hashtag("One word.", "StarlightSonata"),
                ),
            ),
            (
                "exclude",
                words(
                    EXCLUDE_MAX,
                    "Phrases that say a post does not mean the title.",
                    "signal lost",
                ),
            ),
            ("facets", some(FACETS_MAX, "What of the title has names of its own.", facet())),
            ("premiere", time("When it is first shown; the first of listed episodes if unsaid.")),
            ("episodes", json!({ "oneOf": [schedule(), listed_episodes()] })),
        ],
    )
}

/// Episodes by a rule.
fn schedule() -> Value {
    let weekdays = WEEKDAYS.map(|(name, _)| json!(name));
    let every = "Weekdays, by the premiere's clock; without any one episode follows the other.";
    let count = json!({
        "type": "integer",
        "minimum": 1,
        "maximum": EPISODES_MAX,
        "description": "How many there are.",
    });
    let day = json!({
        "type": "string",
        "description": "A day, by the premiere's clock.",
        "examples": ["2026-10-25"],
    });
    object(
        "When it is on the air: at the premiere's time of day, from the premiere on.",
        &["count", "length"],
        vec![
            ("every", some(WEEKDAYS.len(), every, json!({ "enum": weekdays }))),
            ("count", count),
            ("length", episode_length()),
            ("except", some(BREAKS_MAX, "Days of `every` without an episode.", day)),
        ],
    )
}

/// Episodes one by one.
fn listed_episodes() -> Value {
    let keys = vec![("air", time("When it begins.")), ("length", episode_length())];
    let episode = object("An episode.", &["air", "length"], keys);
    some(EPISODES_MAX, "When it is on the air, in order of time.", episode)
}

fn episode_length() -> Value {
    let (least, most) = (EPISODE_LENGTH.start(), EPISODE_LENGTH.end());
    let mut schema = duration(&format!("How long an episode is, {least} to {most}."));
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("examples".into(), json!(["70m"]));
    }
    schema
}

/// Groups of accounts, whatever their names.
fn accounts() -> Value {
    let account = text(
        "A platform and an id or name there, in any case, with `@` or without.",
        "twitter:@netflixkcontent",
    );
    json!({
        "type": "object",
        "description": "Groups of accounts with a series each; all others are `organic`.",
        "maxProperties": GROUPS_MAX,
        "additionalProperties": some(ACCOUNTS_MAX, "The accounts of a group.", account),
    })
}

fn facet() -> Value {
    object(
        "Something of a title that posts name by itself.",
        &["id", "kind", "name"],
        vec![
            ("id", id("Its id within the title.", "yoon-ara")),
            ("kind", one_of("What it is of the title.", &FacetKind::ALL.map(FacetKind::label))),
            ("name", text("The name people read, an alias too.", "Yoon Ara")),
            ("match_name", flag("Whether the name is an alias; true if unsaid.")),
            ("aliases", aliases("Other names of it.")),
            ("names_title", flag("Whether a post that names only this names the title.")),
        ],
    )
}

fn alias() -> Value {
    let table = object(
        "An alias of which more is said than its text.",
        &["text"],
        vec![
            ("text", text("The words; of a `regex`, what must stand in the post.", "Signal")),
            (
                "tier",
                one_of(
                    "What a post needs besides it: nothing, evidence, or to have it as a hashtag; \
                     computed if unsaid.",
                    &Tier::ALL.map(Tier::label),
                ),
            ),
            ("lang", one_of("The language it is in.", &languages())),
            ("case_sensitive", flag("Whether it counts only in the case in which it is written.")),
            (
                "needs",
                words(
                    NEEDS_MAX,
                    "Words of which one must stand in the post, whatever else does and whatever the tier.",
                    "tvN",
                ),
            ),
            (
                "fuzzy",
                flag(&format!(
                    "Whether one letter may be missing, added, another, or swapped with its \
                     neighbour; from {} letters and digits on.",
                    Alias::FUZZY_LETTERS_MIN
                )),
            ),
            (
                "regex",
                json!({
                    "type": "string",
                    "minLength": 1,
                    "maxLength": REGEX_CHARS_MAX,
                    "description": "A regular expression that decides in the place of the letters.",
                    "examples": ["Signal S\\d+"],
                }),
            ),
        ],
    );
    json!({ "oneOf": [text("An alias.", "Starlight Sonata"), table] })
}

fn test() -> Value {
    let expected = json!({
        "type": "array",
        "maxItems": EXPECT_MAX,
        "items": id("The id of a title.", "starlight-sonata"),
        "description": "The titles that it names; none for []."
    });
    let post = json!({
        "type": "string",
        "minLength": 1,
        "maxLength": TEST_CHARS_MAX,
        "description": "The text of a post.",
        "examples": ["no signal in the tunnel"],
    });
    let keys = vec![("text", post), ("expect", expected)];
    object("A post and the titles that it names.", &["text", "expect"], keys)
}

/// A table with these keys and no others.
fn object(description: &str, required: &[&str], keys: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> =
        keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    json!({
        "type": "object",
        "description": description,
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn text(description: &str, example: &str) -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": TEXT_CHARS_MAX,
        "description": description,
        "examples": [example],
    })
}

/// One word: neither white space nor a sign that ends a hashtag stands in it.
fn hashtag(description: &str, example: &str) -> Value {
    let mut schema = text(description, example);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("pattern".into(), json!(r"^\s*[#＃]?[^\s!-/:-@\[-^`{-~]+\s*$"));
    }
    schema
}

fn id(description: &str, example: &str) -> Value {
    json!({
        "type": "string",
        "pattern": format!("^[a-z0-9-]{{1,{ID_CHARS_MAX}}}$"),
        "description": description,
        "examples": [example],
    })
}

fn flag(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn one_of(description: &str, names: &[&str]) -> Value {
    json!({ "enum": names, "description": description })
}

fn time(description: &str) -> Value {
    json!({
        "type": "string",
        "description": format!("{description} A day, a time and its offset."),
        "examples": ["2026-10-03T21:20:00+09:00"],
    })
}

fn duration(description: &str) -> Value {
    json!({
        "type": "string",
        "pattern": "^[0-9]+(ms|s|m|h|d)$",
        "description": description,
        "examples": ["24h"],
    })
}

/// A list of one to `max` items.
fn some(max: usize, description: &str, items: impl Into<Value>) -> Value {
    json!({
        "type": "array",
        "minItems": 1,
        "maxItems": max,
        "items": items.into(),
        "description": description,
    })
}

/// A list of one to `max` items, none of them twice.
fn distinct(max: usize, description: &str, items: impl Into<Value>) -> Value {
    let mut schema = some(max, description, items);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("uniqueItems".into(), json!(true));
    }
    schema
}

fn words(max: usize, description: &str, example: &str) -> Value {
    some(max, description, text("A word or phrase.", example))
}

fn aliases(description: &str) -> Value {
    some(ALIASES_MAX, description, json!({ "$ref": "#/$defs/alias" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    /// What is said of an unknown key of the table that `lines` begin or are in.
    fn keys_read(lines: &str) -> Vec<String> {
        let errors = config::parse_campaign("c", "c.toml", lines).unwrap_err().to_string();
        let (_, after) =
            errors.split_once("expected one of ").unwrap_or_else(|| panic!("{errors}"));
        let mut keys: Vec<String> =
            after.lines().next().unwrap().split(", ").map(str::to_owned).collect();
        keys.sort();
        keys
    }

    fn keys_of(schema: &Value) -> Vec<String> {
        schema["properties"].as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn the_schema_has_exactly_the_keys_that_the_reader_takes() {
        let schema = campaign();
        let titles = &schema["properties"]["titles"]["items"];
        let episodes = &titles["properties"]["episodes"]["oneOf"];
        let levels = [
            ("zzzz = 1", &schema),
            ("[[titles]]\nzzzz = 1", titles),
            ("[[titles]]\n[[titles.facets]]\nzzzz = 1", &titles["properties"]["facets"]["items"]),
            ("[[titles]]\npremiere = 2026-10-03T21:20:00Z\nepisodes = { zzzz = 1 }", &episodes[0]),
            ("[[titles]]\nepisodes = [{ zzzz = 1 }]", &episodes[1]["items"]),
            ("[[titles]]\naliases = [{ zzzz = 1 }]", &schema["$defs"]["alias"]["oneOf"][1]),
            ("[[tests]]\nzzzz = 1", &schema["properties"]["tests"]["items"]),
        ];
        for (lines, schema) in levels {
            assert_eq!(keys_of(schema), keys_read(lines), "{lines}");
            assert_eq!(schema["additionalProperties"], json!(false));
        }
    }

    #[test]
    fn the_schema_has_exactly_the_required_keys_of_the_reader() {
        let schema = campaign();
        let titles = &schema["properties"]["titles"]["items"];
        let levels = [
            ("", &schema),
            ("name = 'c'\nlanguages = ['ko']\n[[titles]]", titles),
            (
                "name = 'c'\nlanguages = ['ko']\n[[titles]]\nid = 't'\nname = 'T'\n[[titles.facets]]",
                &titles["properties"]["facets"]["items"],
            ),
            (
                "name = 'c'\nlanguages = ['ko']\n[[titles]]\nid = 't'\nname = 'T'\naliases = [{}]",
                &schema["$defs"]["alias"]["oneOf"][1],
            ),
        ];
        for (lines, schema) in levels {
            let errors = config::parse_campaign("c", "c.toml", lines).unwrap_err();
            let missing = errors.as_slice().iter().filter_map(|error| {
                error
                    .message
                    .strip_suffix(" is missing")
                    .map(|key| key.trim_matches('`').to_owned())
            });
            let required: Vec<String> = schema["required"]
                .as_array()
                .unwrap()
                .iter()
                .map(|key| key.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(missing.collect::<Vec<_>>(), required, "{lines}");
        }
    }

    /// Whether `value` fits, of the keywords that the schema uses.
    fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
        if let Some(reference) = schema["$ref"].as_str() {
            return fits(root, root.pointer(reference.trim_start_matches('#')).unwrap(), value);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            return choices.iter().filter(|choice| fits(root, choice, value)).count() == 1;
        }
        if let Some(names) = schema["enum"].as_array() {
            return names.contains(value);
        }
        let within = |n: usize, max: &str| schema[max].as_u64().is_none_or(|max| n as u64 <= max);
        match schema["type"].as_str().unwrap() {
            "boolean" => value.is_boolean(),
            "integer" => value.as_u64() >= Some(1) && value.as_u64() <= schema["maximum"].as_u64(),
            "string" => value
                .as_str()
                .is_some_and(|text| !text.is_empty() && within(text.chars().count(), "maxLength")),
            "array" => value.as_array().is_some_and(|items| {
                let twice = || (1..items.len()).any(|n| items[..n].contains(&items[n]));
                !(schema["uniqueItems"] == true && twice())
                    && items.len() as u64 >= schema["minItems"].as_u64().unwrap_or(0)
                    && within(items.len(), "maxItems")
                    && items.iter().all(|item| fits(root, &schema["items"], item))
            }),
            "object" => value.as_object().is_some_and(|object| {
                let mut required = schema["required"].as_array().into_iter().flatten();
                required.all(|key| object.contains_key(key.as_str().unwrap()))
                    && within(object.len(), "maxProperties")
                    && object.iter().all(|(key, value)| {
                        let others = &schema["additionalProperties"];
                        let property = schema["properties"].get(key).unwrap_or(others);
                        *property != json!(false) && fits(root, property, value)
                    })
            }),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn an_expression_may_be_as_long_as_the_reader_takes() {
        for (length, fits) in [(1, true), (REGEX_CHARS_MAX, true), (REGEX_CHARS_MAX + 1, false)] {
            assert_eq!(crate::mention::check_regex(&"a".repeat(length)).is_ok(), fits, "{length}");
        }
    }

    #[test]
    fn a_hashtag_fits_where_the_reader_takes_it() {
        let schema = campaign();
        let hashtags = &schema["properties"]["titles"]["items"]["properties"]["hashtags"];
        let pattern = regex::Regex::new(hashtags["items"]["pattern"].as_str().unwrap()).unwrap();
        for hashtag in [
            "SignalKdrama",
            "#Signal_2016",
            "＃별빛소나타",
            " #x ",
            "two words",
            "a-b",
            "a.b",
            "@a",
            "a#",
        ] {
            let text = format!(
                "name = 'C'\nlanguages = ['ko']\n[[titles]]\nid = 't'\nname = 'T'\n\
                 hashtags = ['{hashtag}']\n"
            );
            let read = config::parse_campaign("c", "c.toml", &text);
            assert_eq!(pattern.is_match(hashtag), read.is_ok(), "{hashtag}");
        }
    }

    #[test]
    fn the_shipped_campaign_fits_the_schema_and_mistakes_do_not() {
        let shipped = include_str!("../../config/campaigns/starlight-sonata.toml");
        let schema = campaign();
        let fitting = |text: &str| fits(&schema, &schema, &toml::from_str(text).unwrap());
        assert!(fitting(shipped));
        let minimal = "name = 'C'\nlanguages = ['ko']\n[[titles]]\nid = 't'\nname = 'T'\n";
        assert!(fitting(minimal));
        for line in [
            "alises = ['x']",
            "aliases = [3]",
            "aliases = [{ text = 'x', tier = 'weak' }]",
            "aliases = [{ tier = 'strong' }]",
            "hashtags = []",
            "match_name = 'no'",
            "premiere = 2026",
            "episodes = { every = ['sat'], count = 401, length = '70m' }",
            "episodes = { every = ['saturday'], count = 2, length = '70m' }",
            "episodes = [{ air = '2026-10-03T21:20:00+09:00' }]",
            "accounts = { press = 'twitter:soompi' }",
            "aliases = [{ text = 'x', regex = '' }]",
        ] {
            assert!(!fitting(&format!("{minimal}{line}\n")), "{line}");
        }
    }
}
