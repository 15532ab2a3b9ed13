//! Secrets say the same thing in two ways: `data` in base64, `stringData` in clear.
//! It compares what both ways come to, and keeps nothing of it.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::scalar::decoded;

/// The keys that hold the same bytes in two Secrets, where one of them uses `stringData`.
pub(super) fn settled(old: &Value, new: &Value) -> HashSet<String> {
    let is_secret = |object: &Value| object["kind"] == "Secret" && object["apiVersion"] == "v1";
    let in_clear = |object: &Value| object.get("stringData").is_some_and(Value::is_object);
    if !is_secret(old) || !is_secret(new) || !(in_clear(old) || in_clear(new)) {
        return HashSet::new();
    }
    let keys: BTreeSet<&String> = [old, new]
        .into_iter()
        .flat_map(|object| [&object["data"], &object["stringData"]])
        .filter_map(Value::as_object)
        .flat_map(|map| map.keys())
        .collect();
    keys.into_iter()
        .filter(|key| {
            let old = content(old, key);
            old.is_some() && old == content(new, key)
        })
        .cloned()
        .collect()
}

/// What a key holds: `stringData` overwrites `data`.
pub(in crate::diff) fn content(secret: &Value, key: &str) -> Option<Vec<u8>> {
    match secret["stringData"].get(key) {
        Some(Value::String(text)) => Some(text.as_bytes().to_vec()),
        _ => decoded(secret["data"].get(key)?.as_str()?),
    }
}
