//! The API's document, and what holds answers to it: the part of JSON Schema that it uses.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its functions too; each uses its part of this"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The document as the server gives it.
pub struct Document(pub Value);

/// What an answer was held against, and how it failed.
#[derive(Debug, Default)]
pub struct Held {
    /// Where and why.
    pub faults: Vec<String>,
    /// Every property that was there, by the name of its schema.
    pub seen: BTreeSet<(String, String)>,
}

/// What a schema may say; anything else would not be held.
const KEYWORDS: [&str; 13] = [
    "$ref",
    "description",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "format",
    "minimum",
    "minItems",
    "maxItems",
    "oneOf",
];

impl Document {
    /// The paths, and what `GET` of each says.
    pub fn paths(&self) -> BTreeMap<&str, &Value> {
        let paths = self.0["paths"].as_object().unwrap();
        paths.iter().map(|(path, item)| (path.as_str(), &item["get"])).collect()
    }

    /// What a `$ref` names, or the value itself.
    pub fn resolved<'v>(&'v self, value: &'v Value) -> &'v Value {
        value["$ref"].as_str().map_or(value, |to| self.0.pointer(&to[1..]).unwrap())
    }

    /// Every documented property, by the name of its schema.
    pub fn properties(&self) -> BTreeSet<(String, String)> {
        let schemas = self.0["components"]["schemas"].as_object().unwrap();
        let of = |(name, schema): (&String, &Value)| {
            let properties: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
            properties.into_iter().map(|key| (name.clone(), key.clone())).collect::<Vec<_>>()
        };
        schemas.iter().flat_map(of).collect()
    }

    /// Every question that it has of one campaign and title, and the schema of the answer.
    pub fn questions(&self, campaign: &str, title: &str) -> Vec<(String, Value)> {
        let mut questions = Vec::new();
        for (path, get) in self.paths() {
            let Some(schema) = get["responses"]["200"]["content"].get("application/json") else {
                continue;
            };
            let path = path.replace("{campaign}", campaign).replace("{title}", title);
            let mut queries = vec![Vec::new()];
            for parameter in get["parameters"].as_array().unwrap() {
                let parameter = self.resolved(parameter);
                let name = parameter["name"].as_str().unwrap();
                let values: Vec<&str> = match (parameter["in"].as_str().unwrap(), name) {
                    ("path", _) | (_, "format" | "tz" | "q" | "limit" | "offset" | "window") => {
                        continue;
                    }
                    (_, "title") => vec![title],
                    _ => parameter["schema"]["enum"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter_map(Value::as_str)
                        .collect(),
                };
                let with = |query: &Vec<String>, value| {
                    [query.clone(), vec![format!("{name}={value}")]].concat()
                };
                queries = values
                    .iter()
                    .flat_map(|value| {
                        queries.iter().map(|query| with(query, value)).collect::<Vec<_>>()
                    })
                    .collect();
            }
            for query in queries {
                questions
                    .push((format!("/api/v1{path}?{}", query.join("&")), schema["schema"].clone()));
            }
        }
        questions
    }

    /// Holds `value` against `schema`; `at` says where it stands.
    pub fn hold(&self, schema: &Value, value: &Value, at: &str, held: &mut Held) {
        if let Some(to) = schema["$ref"].as_str() {
            let name = to.rsplit('/').next().unwrap();
            let keys = value.as_object().into_iter().flat_map(|object| object.keys());
            held.seen.extend(keys.map(|key| (name.to_owned(), key.clone())));
            return self.hold(self.resolved(schema), value, at, held);
        }
        let mut fault = |what: String| held.faults.push(format!("{at}: {what}"));
        for keyword in schema.as_object().unwrap().keys() {
            if !KEYWORDS.contains(&keyword.as_str()) {
                fault(format!("the schema says {keyword}, which nothing holds"));
            }
        }
        if !has_type(&schema["type"], value) {
            return fault(format!("{value} is no {}", schema["type"]));
        }
        if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
            fault(format!("{value} is none of {}", schema["enum"]));
        }
        if schema["format"] == "date-time"
            && value.as_str().is_none_or(|text| text.parse::<jiff::Timestamp>().is_err())
        {
            fault(format!("{value} is no time"));
        }
        let (least, number) = (schema["minimum"].as_f64(), value.as_f64());
        if least.zip(number).is_some_and(|(least, number)| number < least) {
            fault(format!("{value} is too small"));
        }
        match value {
            Value::Object(object) => self.hold_object(schema, object, at, held),
            Value::Array(items) => {
                let allowed = schema["minItems"].as_u64().unwrap_or(0)
                    ..=schema["maxItems"].as_u64().unwrap_or(u64::MAX);
                if !allowed.contains(&(items.len() as u64)) {
                    fault(format!("{} items", items.len()));
                }
                for (n, item) in items.iter().enumerate() {
                    self.hold(&schema["items"], item, &format!("{at}[{n}]"), held);
                }
            }
            _ => {}
        }
    }

    fn hold_object(
        &self,
        schema: &Value,
        object: &serde_json::Map<String, Value>,
        at: &str,
        held: &mut Held,
    ) {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                held.faults.push(format!("{at}: no {name}"));
            }
        }
        for (key, value) in object {
            let at = format!("{at}.{key}");
            match (schema["properties"].get(key), &schema["additionalProperties"]) {
                (Some(schema), _) => self.hold(schema, value, &at, held),
                (None, Value::Bool(false)) => held.faults.push(format!("{at}: not documented")),
                (None, Value::Object(_)) => {
                    self.hold(&schema["additionalProperties"], value, &at, held);
                }
                _ => {}
            }
        }
    }
}

fn has_type(expected: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    };
    match expected {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        _ => false,
    }
}
