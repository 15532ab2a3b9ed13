//! What a key is for, as text and JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::pretty;
use crate::diagnostics::{is_secret_key, visible};
use crate::diff::ValueField;
use crate::explain::{Change, Explanation};
use crate::manifest::ObjectRef;
use crate::yaml::Step;

/// The most fields of one object that are listed.
const MOST: usize = 6;

/// What the chart says, then the fields by object, then what other values do.
pub fn text(explanation: &Explanation, out: &mut String) {
    let key = &explanation.key;
    let mut line = |name: &str, text: &str| {
        out.push_str(&format!("{name:9} {}\n", visible(text)));
    };
    line("key", &key.path.to_string());
    if !key.types.is_empty() {
        line("type", &key.types.join(" or "));
    }
    if explanation.feeds.is_some() {
        line("default", &shown(explanation, key.default.as_ref()));
    }
    if let Some(value) = &explanation.value {
        line("value", &shown(explanation, Some(value)));
    }
    if !key.allowed.is_empty() {
        let allowed: Vec<String> = key.allowed.iter().map(ToString::to_string).collect();
        line("allowed", &allowed.join(", "));
    }
    for rule in &key.rules {
        line("rule", rule);
    }
    if !key.description.is_empty() {
        out.push_str(&format!("\n{}\n", visible(&key.description)));
    }
    match &explanation.feeds {
        None => {
            out.push_str("\nKeys below it:\n");
            for below in &key.below {
                out.push_str(&format!("  {}\n", visible(&below.to_string())));
            }
        }
        Some(feeds) if feeds.is_empty() => {
            out.push_str("\nIt feeds no field of this release.\n");
        }
        Some(feeds) => fields(feeds, out),
    }
    if !explanation.changes.is_empty() {
        out.push_str("\nWhat other values do:\n");
        for change in &explanation.changes {
            changed(explanation, change, out);
        }
    }
}

fn fields(feeds: &[ValueField], out: &mut String) {
    out.push_str("\nIt feeds:\n");
    let mut objects: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for field in feeds {
        let paths = objects.entry(name(&field.object)).or_default();
        paths.push(field.path.to_string());
    }
    for (object, paths) in objects {
        out.push_str(&format!("  {}\n", visible(&object)));
        for path in paths.iter().filter(|path| !path.is_empty()).take(MOST) {
            out.push_str(&format!("    {}\n", visible(path)));
        }
        if paths.len() > MOST {
            out.push_str(&format!("    and {} more\n", paths.len() - MOST));
        }
    }
}

fn changed(explanation: &Explanation, change: &Change, out: &mut String) {
    let [from, to] = [&change.from, &change.to].map(|value| shown(explanation, Some(value)));
    let effect = change.effect.name();
    out.push_str(&format!(
        "  {} -> {}: {effect}\n",
        visible(&from),
        visible(&to)
    ));
    for note in &change.findings {
        let condition = note.condition.as_deref();
        let condition = condition.map_or_else(String::new, |condition| format!(", if {condition}"));
        let object = name(&note.object);
        let line = format!(
            "{} of {object}{condition}: {}",
            note.effect.name(),
            note.message
        );
        out.push_str(&format!("    {}\n", visible(&line)));
    }
}

/// `Deployment/swanlab-self-hosted-server`.
fn name(object: &ObjectRef) -> String {
    format!("{}/{}", object.kind, object.name)
}

/// A value as it is written, unless it may be a secret.
fn shown(explanation: &Explanation, value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(_) if is_secret(explanation) => "***".to_owned(),
        Some(value) => value.to_string(),
    }
}

fn is_secret(explanation: &Explanation) -> bool {
    let mut steps = explanation.key.path.0.iter();
    steps.any(|step| matches!(step, Step::Key(key) if is_secret_key(key)))
}

/// `{"schemaVersion":1,"key":"…","types":[…],"default":…,"feeds":[…],"changes":[…]}`; `feeds` is null for a key that has
/// keys below it.
pub fn json(explanation: &Explanation, out: &mut String) {
    let key = &explanation.key;
    let hidden = |value: Option<&Value>| match value {
        Some(_) if is_secret(explanation) => json!("***"),
        value => value.cloned().unwrap_or_default(),
    };
    let changes = explanation.changes.iter().map(|change| {
        json!({
            "from": hidden(Some(&change.from)),
            "to": hidden(Some(&change.to)),
            "effect": change.effect,
            "findings": change.findings,
        })
    });
    let value = json!({
        "schemaVersion": 1,
        "key": key.path.to_string(),
        "types": key.types,
        "default": hidden(key.default.as_ref()),
        "value": explanation.value.as_ref().map(|value| hidden(Some(value))),
        "allowed": key.allowed,
        "rules": key.rules,
        "description": key.description,
        "below": key.below.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "feeds": explanation.feeds,
        "changes": changes.collect::<Vec<_>>(),
    });
    pretty(&value, out);
}
