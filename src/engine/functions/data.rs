//! Filters for whole values: optional and required ones, merging, and documents in strings.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use indexmap::map::Entry;
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, State, Value};

use crate::engine::tree::{Omit, Pairs, Tree, charge, invalid, json_value, unusable};
use crate::yaml;

/// The longest document that is read from a text, in bytes.
const LONGEST_DOCUMENT: usize = 1 << 20;

/// Omits an empty value: undefined, none, `""`, `{}` and `[]`. `0` and `false` are not empty.
pub(super) fn optional(value: &Value) -> Result<Value, Error> {
    let empty = match value.kind() {
        ValueKind::Invalid => return Err(unusable(value)),
        ValueKind::Undefined | ValueKind::None => true,
        ValueKind::String | ValueKind::Seq | ValueKind::Map => value.len() == Some(0),
        _ => false,
    };
    Ok(if empty {
        Value::from_object(Omit)
    } else {
        value.clone()
    })
}

/// Fails with the template's message if the value is undefined, none or `""` (Helm's `required`).
pub(super) fn required(value: &Value, message: &str) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Invalid => Err(unusable(value)),
        ValueKind::Undefined | ValueKind::None => Err(invalid(message.to_owned())),
        ValueKind::String if value.as_str() == Some("") => Err(invalid(message.to_owned())),
        _ => Ok(value.clone()),
    }
}

/// The arguments of `fail` other than its message: the source of its error.
#[derive(Debug)]
pub(in crate::engine) struct Refusal {
    /// Dotted paths below `Values`.
    pub(in crate::engine) values: Vec<String>,
    /// The stable name of the rule that is broken.
    pub(in crate::engine) code: Option<Box<str>>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the template refuses the values")
    }
}

impl StdError for Refusal {}

/// Fails: `fail("message", values=["a.b"], code="SL115")`. The values are those that have to change, the code is the
/// stable name of a rule.
pub(super) fn fail(message: &str, options: Kwargs) -> Result<Value, Error> {
    let values: Option<Vec<String>> = options.get("values")?;
    let code: Option<String> = options.get("code")?;
    options.assert_all_used()?;
    let refusal = Refusal {
        values: values.unwrap_or_default(),
        code: code.map(String::into_boxed_str),
    };
    Err(invalid(message.to_owned()).with_source(refusal))
}

/// Merges maps from left to right: the right one wins, and a key keeps its first place. The template is charged for every
/// key and every value of the result.
pub(super) fn combine(
    state: &State<'_, '_>,
    maps: &[Value],
    recursive: bool,
) -> Result<Value, Error> {
    let mut merged = Pairs::default();
    for map in maps {
        match Tree::of(map)? {
            Tree::Map(first) if merged.is_empty() => {
                merged = Arc::unwrap_or_clone(first).into_pairs();
            }
            Tree::Map(map) => merge(
                &mut merged,
                Arc::unwrap_or_clone(map).into_pairs(),
                recursive,
            ),
            _ => {
                return Err(invalid(format!(
                    "`combine` is for maps, not for {}",
                    map.kind()
                )));
            }
        }
    }
    charge(state, 2 * merged.len())?;
    Ok(Tree::map(merged).into_value())
}

fn merge(into: &mut Pairs, pairs: Pairs, recursive: bool) {
    for (key, tree) in pairs {
        match into.entry(key) {
            Entry::Vacant(new) => {
                new.insert(tree);
            }
            Entry::Occupied(mut known) => {
                let old = known.insert(Tree::Omit);
                known.insert(match (old, tree) {
                    (Tree::Map(old), Tree::Map(new)) if recursive => {
                        let mut below = Arc::unwrap_or_clone(old).into_pairs();
                        merge(&mut below, Arc::unwrap_or_clone(new).into_pairs(), true);
                        Tree::map(below)
                    }
                    (_, tree) => tree,
                });
            }
        }
    }
}

/// The value as a canonical YAML document, without what is omitted.
pub(super) fn to_yaml(value: &Value) -> Result<String, Error> {
    Tree::of(value)?
        .to_yaml()
        .ok_or_else(|| invalid("`omit` is not a document"))
}

/// The value as JSON in one line, without what is omitted.
pub(super) fn to_json(value: &Value) -> Result<String, Error> {
    Tree::of(value)?
        .into_json()
        .map(|json| json.to_string())
        .ok_or_else(|| invalid("`omit` is not a document"))
}

/// The value of a YAML document, read as values files are.
pub(super) fn from_yaml(text: &str) -> Result<Value, Error> {
    check_document(text)?;
    let mut documents = yaml::read(text)
        .map_err(|error| invalid(format!("the text is not YAML: {}", error.message)))?;
    match documents.len() {
        0 => Ok(Value::from(())),
        1 => Ok(json_value(&documents.remove(0))),
        count => Err(invalid(format!(
            "the text has {count} YAML documents, not one"
        ))),
    }
}

/// The value of a JSON document.
pub(super) fn from_json(text: &str) -> Result<Value, Error> {
    check_document(text)?;
    serde_json::from_str(text)
        .map(|json: serde_json::Value| json_value(&json))
        .map_err(|error| invalid(format!("the text is not JSON: {error}")))
}

/// Checks the length of a document before it is read.
fn check_document(text: &str) -> Result<(), Error> {
    if text.len() > LONGEST_DOCUMENT {
        return Err(invalid(format!(
            "the document is longer than {} MiB",
            LONGEST_DOCUMENT >> 20
        )));
    }
    Ok(())
}

/// Makes data of what is assigned to an attribute of a namespace, so that it does not nest deeper with every round of a
/// loop. The template is charged for every element of a list or map.
pub(super) fn kept(state: &State<'_, '_>, value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Undefined
        | ValueKind::None
        | ValueKind::Bool
        | ValueKind::Number
        | ValueKind::String => Ok(value.clone()),
        _ => {
            let (tree, elements) = Tree::counted(value)?;
            charge(state, elements)?;
            Ok(tree.into_value())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn combined(maps: &[serde_json::Value], recursive: bool) -> Option<serde_json::Value> {
        let maps: Vec<Value> = maps.iter().map(json_value).collect();
        let env = minijinja::Environment::new();
        let merged = combine(&env.empty_state(), &maps, recursive).ok()?;
        Tree::of(&merged).ok()?.into_json()
    }

    #[test]
    fn the_right_map_wins_and_keys_keep_their_place() {
        let merged = combined(
            &[
                json!({"a": 1, "b": {"x": 1}}),
                json!({"c": 3, "b": {"y": 2}}),
            ],
            false,
        );
        assert_eq!(
            merged.map(|m| m.to_string()).as_deref(),
            Some(r#"{"a":1,"b":{"y":2},"c":3}"#)
        );
        let merged = combined(&[json!({"b": {"x": 1}}), json!({"b": {"y": 2}})], true);
        assert_eq!(merged, Some(json!({"b": {"x": 1, "y": 2}})));
        assert_eq!(combined(&[json!({}), json!([1])], false), None);
    }

    #[test]
    fn empty_is_omitted_but_zero_and_false_are_kept() {
        let kept = |value: serde_json::Value| {
            Tree::of(&optional(&json_value(&value)).ok()?)
                .ok()?
                .into_json()
        };
        for empty in [json!(null), json!(""), json!([]), json!({})] {
            assert_eq!(kept(empty.clone()), None, "{empty}");
        }
        for value in [json!(0), json!(false), json!("x"), json!([0])] {
            assert_eq!(kept(value.clone()), Some(value));
        }
    }
}
