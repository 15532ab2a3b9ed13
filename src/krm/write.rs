//! What a function gives back: the items with the rendered objects among them, and the results.
//! It keeps the order of what came in; it does not change an object that is not replaced.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::CONFIG;
use crate::diagnostics::{Diagnostic, Severity};
use crate::manifest::{Identity, Manifest};
use crate::yaml;

/// Annotations that belong to whoever runs the function: the file of an item, its place there.
const BOOKKEEPING: [&str; 2] = ["config.kubernetes.io/", "internal.config.kubernetes.io/"];

/// The items with the rendered objects: one of the same identity is replaced in its place, the others are added
/// behind. `namespace` is where an object lives that names none.
pub fn merge(items: Vec<Value>, rendered: Vec<Manifest>, namespace: &str) -> Vec<Value> {
    let identity = |object: &Value| Some(Identity::of(object)?.applied_to(namespace));
    let mut merged = items;
    let mut places: HashMap<Identity, usize> = HashMap::new();
    for (place, item) in merged.iter().enumerate() {
        if let Some(identity) = identity(item) {
            places.entry(identity).or_insert(place);
        }
    }
    for Manifest { mut object, .. } in rendered {
        let place = identity(&object).and_then(|identity| places.get(&identity));
        match place {
            Some(&place) => {
                keep_bookkeeping(&merged[place], &mut object);
                merged[place] = object;
            }
            None => merged.push(object),
        }
    }
    merged
}

fn keep_bookkeeping(old: &Value, new: &mut Value) {
    let Some(annotations) = old["metadata"]["annotations"].as_object() else {
        return;
    };
    let kept: Map<String, Value> = annotations
        .iter()
        .filter(|(key, _)| BOOKKEEPING.iter().any(|prefix| key.starts_with(prefix)))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let Some(metadata) = new["metadata"].as_object_mut() else {
        return;
    };
    if kept.is_empty() {
        return;
    }
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.extend(kept);
    }
}

/// Diagnostics as the protocol's results. Paths of values in the functionConfig start at its root: `below` is
/// `spec.values`, or empty where they are so already.
pub fn results(diagnostics: &[Diagnostic], below: &str) -> Vec<Value> {
    diagnostics.iter().map(|one| result(one, below)).collect()
}

fn result(diagnostic: &Diagnostic, below: &str) -> Value {
    let message = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({
        "message": message,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "info",
        },
    });
    let mut tags = Map::new();
    let file = diagnostic.labels.first().map(|label| {
        let (line, column) = label.source.line_column(label.range.start);
        let name = label.source.name();
        tags.insert(
            "position".to_owned(),
            format!("{name}:{line}:{column}").into(),
        );
        name
    });
    if let Some(code) = &diagnostic.code {
        tags.insert("code".to_owned(), (**code).into());
    }
    let elsewhere = file.filter(|name| *name != CONFIG);
    if let Some(name) = elsewhere {
        result["file"] = json!({"path": name});
    }
    if !diagnostic.path.is_empty() {
        let path = &diagnostic.path;
        let path = if elsewhere.is_some() || below.is_empty() {
            path.clone()
        } else {
            format!("{below}.{path}")
        };
        result["field"] = json!({"path": path});
    }
    if !tags.is_empty() {
        result["tags"] = Value::Object(tags);
    }
    result
}

/// The text on standard output.
pub fn respond(api_version: &str, items: Vec<Value>, results: Vec<Value>) -> String {
    let mut list = json!({"apiVersion": api_version, "kind": "ResourceList", "items": items});
    if !results.is_empty() {
        list["results"] = Value::Array(results);
    }
    yaml::to_string(&list)
}
