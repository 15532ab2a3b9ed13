//! Compares scalars, and values of different kinds: quantities by their amount, base64 by its bytes, documents in
//! strings field by field. Also: which keys of two Secrets have equal values, in `data` (base64) or `stringData`
//! (plain).

use std::collections::{BTreeSet, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Comparison, Shape};
use crate::diff::pair::follows;
use crate::diff::{Class, FieldStep, Op};
use crate::kubernetes::{Quantity, field};
use crate::yaml;

/// How deeply documents can be nested to be compared.
const DOCUMENTS: usize = 3;

impl Comparison<'_> {
    pub(super) fn scalar(&mut self, old: &Value, new: &Value, shape: Shape) {
        if shape.is_quantity() && same_quantity(old, new) {
            return;
        }
        let bytes = match (old, new) {
            (Value::String(old), Value::String(new)) if shape.is_bytes() => {
                [decoded(old), decoded(new)]
            }
            _ => [None, None],
        };
        if let [Some(old), Some(new)] = &bytes
            && old == new
        {
            return;
        }
        let decoded = bytes.map(|bytes| bytes.and_then(|bytes| String::from_utf8(bytes).ok()));
        let texts = match (&decoded, old, new) {
            ([Some(old), Some(new)], _, _) => Some([old.as_str(), new.as_str()]),
            (_, Value::String(old), Value::String(new)) if !shape.is_bytes() => {
                Some([old.as_str(), new.as_str()])
            }
            _ => None,
        };
        let at = self.changes.len();
        self.add(Op::Replace, Some(old), Some(new));
        let Some([old, new]) = texts else {
            return;
        };
        let inside = self.inside(old, new, shape);
        let class = match &inside {
            Some(changes) if changes.is_empty() => Class::Format,
            _ if follows(old, new, self.renames) => Class::Renamed,
            _ => Class::Value,
        };
        if let Some(change) = self.changes.get_mut(at) {
            change.inside = inside.unwrap_or_default();
            change.class = class;
        }
    }

    /// The differences between the documents in two strings; `None` if one of them is no document.
    fn inside(&mut self, old: &str, new: &str, shape: Shape) -> Option<Vec<crate::diff::Change>> {
        if self.documents == DOCUMENTS {
            return None;
        }
        let key = match self.path.last() {
            Some(FieldStep::Key(key)) => key.clone(),
            _ => "".into(),
        };
        let (old, new) = (document(old, &key)?, document(new, &key)?);
        let outside = std::mem::take(&mut self.changes);
        let pointer = std::mem::take(&mut self.pointer);
        self.path.push(FieldStep::Document);
        self.documents += 1;
        self.value(&old, &new, shape.document());
        self.documents -= 1;
        self.path.pop();
        self.pointer = pointer;
        Some(std::mem::replace(&mut self.changes, outside))
    }
}

/// Whether two values are equal quantities.
pub(super) fn same_quantity(a: &Value, b: &Value) -> bool {
    match (Quantity::of(a), Quantity::of(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The bytes of base64; line breaks are ignored, as in Go's decoder.
fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(['\n', '\r'], "")).ok()
}

/// The length in bytes of the longest text that is read as a document.
const LONGEST: usize = 1 << 20;

/// Suffixes of keys whose values are YAML or JSON.
const KNOWN: [&str; 3] = [".yaml", ".yml", ".json"];

/// The map or list in a text that is one YAML or JSON document, `None` for other texts; `key` is the key of the text.
/// If the key does not end with a known suffix, a text must have several lines or begin with a bracket.
fn document(text: &str, key: &str) -> Option<Value> {
    if text.len() > LONGEST {
        return None;
    }
    let known = KNOWN.iter().any(|ending| key.ends_with(ending));
    if !known && !text.trim_end().contains('\n') && !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut found = None;
    for part in yaml::parts(text).ok()? {
        if let Some(node) = part.node.ok()? {
            let rest = text.get(node.range.end..part.range.end)?;
            let comments = |line: &str| {
                let line = line.trim();
                line.is_empty() || line.starts_with('#')
            };
            if found.is_some() || !rest.lines().all(comments) {
                return None;
            }
            found = Some(yaml::tree(&node).ok()?);
        }
    }
    found.filter(|tree| tree.is_object() || tree.is_array())
}

/// The keys with equal values in two Secrets of which one uses `stringData`.
pub(super) fn equal_keys(old: &Value, new: &Value) -> HashSet<String> {
    let is_secret =
        |object: &Value| field(object, "kind") == "Secret" && field(object, "apiVersion") == "v1";
    let in_clear = |object: &Value| object.get("stringData").is_some_and(Value::is_object);
    if !is_secret(old) || !is_secret(new) || !(in_clear(old) || in_clear(new)) {
        return HashSet::new();
    }
    let keys: BTreeSet<&String> = [old, new]
        .into_iter()
        .flat_map(|object| [field(object, "data"), field(object, "stringData")])
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

/// The value of a key of a Secret: `stringData` overwrites `data`.
pub(in crate::diff) fn content(secret: &Value, key: &str) -> Option<Vec<u8>> {
    match field(secret, "stringData").get(key) {
        Some(Value::String(text)) => Some(text.as_bytes().to_vec()),
        _ => decoded(field(secret, "data").get(key)?.as_str()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_map_or_list_as_a_whole() {
        assert!(document("a: 1", "x.yaml").is_some());
        assert!(document("---\na: 1\n# end\n", "x").is_some());
        assert!(document(r#"{"a": [1]}"#, "x").is_some());
        assert!(document("a: |\n  text\n\n# end\n", "x.yml").is_some());
        assert!(document("a: 1", "note").is_none(), "a single line of text");
        assert!(document("a: 1\n---\nb: 2\n", "x.yaml").is_none());
        assert!(document("a: 1\n...\nb: 2\n", "x.yaml").is_none());
        assert!(document("[mysqld]\nport = 1\n", "my.cnf").is_none());
        assert!(document("set -e\necho done\n", "run.sh").is_none());
        assert!(document("a: {{ b }}\n", "x.yaml").is_none());
    }
}
