//! The schema for editors. It differs from the chart's own, which checks merged values, in what a file needs: no key is
//! required that has a default, null is allowed because it removes a default, and no other keys are known.

use serde_json::{Map, Value, json};

use super::Keys;
use crate::schema::node;
use crate::yaml::{Path, Step};

/// The keywords of a node that its copy keeps, beside those that are made anew for each key.
const KEPT: [&str; 17] = [
    "enum",
    "const",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "anyOf",
    "oneOf",
    "not",
    "format",
    "propertyNames",
    "patternProperties",
    "additionalProperties",
];

pub(super) fn closed(keys: &Keys<'_>) -> Value {
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("http://json-schema.org/draft-07/schema#"),
    );
    let root = keys.chart.schema.as_ref().map(|_| keys.chart.schema_tree());
    let title = root.and_then(|root| root["title"].as_str());
    let name = &keys.chart.metadata.name;
    let title = title.map_or_else(|| format!("Values of {name}"), str::to_owned);
    schema.insert("title".to_owned(), title.into());
    schema.extend(of_key(keys, &Path::default()));
    if let Some(definitions) = root.and_then(|root| root.get("definitions")) {
        // The nodes that are kept as they are refer to them.
        schema.insert("definitions".to_owned(), definitions.clone());
    }
    Value::Object(schema)
}

/// The node of a key, with all that is below it.
fn of_key(keys: &Keys<'_>, path: &Path) -> Map<String, Value> {
    let mut schema = Map::new();
    let own = keys.schema(path);
    let found = keys.find(path);
    if let Some(key) = &found {
        if !key.description.is_empty() {
            schema.insert("description".to_owned(), described(key).into());
        }
        if !key.types.is_empty() {
            let mut types = key.types.clone();
            if !path.0.is_empty() && !types.iter().any(|one| one == "null") {
                types.push("null".to_owned());
            }
            schema.insert("type".to_owned(), one_or_all(types));
        }
        let is_map = key
            .default
            .as_ref()
            .is_some_and(|value| value.as_object().is_some_and(|map| !map.is_empty()));
        if let Some(default) = key.default.as_ref().filter(|_| !is_map) {
            schema.insert("default".to_owned(), default.clone());
            if is_example(default) {
                schema.insert("examples".to_owned(), json!([default]));
            }
        }
    }
    if let Some(own) = own {
        for keyword in KEPT {
            if let Some(value) = own.get(keyword) {
                schema.insert(keyword.to_owned(), kept(keyword, value));
            }
        }
        for keyword in ["if", "then", "else", "allOf", "items"] {
            if let Some(value) = own.get(keyword) {
                schema.insert(
                    keyword.to_owned(),
                    without_defaults(keys, path, keyword, value),
                );
            }
        }
    }
    let below = found.map(|key| key.below).unwrap_or_default();
    let below = if path.0.is_empty() {
        keys.names(path)
            .into_iter()
            .map(|name| path.join(Step::Key(name)))
            .collect()
    } else {
        below
    };
    if !below.is_empty() {
        let properties: Map<String, Value> = below
            .iter()
            .filter_map(|below| match below.0.last() {
                Some(Step::Key(name)) => Some((name.clone(), Value::Object(of_key(keys, below)))),
                _ => None,
            })
            .collect();
        schema.insert("properties".to_owned(), properties.into());
        // Whoever needs an anchor may write it below a key of their own.
        let mut patterns = match schema.remove("patternProperties") {
            Some(Value::Object(patterns)) => patterns,
            _ => Map::new(),
        };
        patterns.insert("^x-".to_owned(), json!({}));
        schema.insert("patternProperties".to_owned(), patterns.into());
        schema.entry("additionalProperties").or_insert(json!(false));
    }
    schema
}

/// The description, and what is true of the value.
fn described(key: &super::Key) -> String {
    let rules = key.rules.iter().map(|rule| super::sentence(rule));
    let rules = rules.filter(|rule| *rule != key.description);
    let rules: String = rules.map(|rule| format!("\n\n{rule}")).collect();
    key.description.clone() + &rules
}

fn one_or_all(types: Vec<String>) -> Value {
    match <[String; 1]>::try_from(types) {
        Ok([one]) => one.into(),
        Err(several) => several.into(),
    }
}

/// Whether a default shows what a value looks like.
fn is_example(default: &Value) -> bool {
    match default {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}

/// A keyword whose value could be null too.
fn kept(keyword: &str, value: &Value) -> Value {
    match (keyword, value) {
        ("enum", Value::Array(values)) if !values.contains(&Value::Null) => {
            let mut values = values.clone();
            values.push(Value::Null);
            values.into()
        }
        _ => value.clone(),
    }
}

/// A condition of the schema without required keys that have a right default.
fn without_defaults(keys: &Keys<'_>, path: &Path, keyword: &str, value: &Value) -> Value {
    let root = keys.chart.schema_tree();
    let Value::Object(map) = value else {
        let Value::Array(all) = value else {
            return value.clone();
        };
        return all
            .iter()
            .map(|one| without_defaults(keys, path, keyword, one))
            .collect();
    };
    if keyword == "if" || keyword == "items" {
        return value.clone();
    }
    let mut map = map.clone();
    if let Some(Value::Array(required)) = map.get("required") {
        let least = |name: &str| {
            let said = node::resolve(root, &map["properties"][name]);
            said["minLength"].as_u64().unwrap_or(0) > 0
        };
        let is_open = |name: &&Value| {
            let name = name.as_str().unwrap_or_default();
            let default = path.join(Step::Key(name.to_owned()));
            let default = default.get(&keys.defaults);
            default.is_none() || (default == Some(&json!("")) && least(name))
        };
        let left: Vec<Value> = required.iter().filter(is_open).cloned().collect();
        if left.is_empty() {
            map.remove("required");
        } else {
            map.insert("required".to_owned(), left.into());
        }
    }
    map.into()
}
