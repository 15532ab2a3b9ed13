//! Which maps have the keys that break a rule of `propertyNames`: the validator says which key and which rule, but not
//! which map.

use std::collections::HashMap;

use boon::{ErrorKind as Kind, ValidationError};
use serde_json::Value;

use super::compiled::Compiled;

/// A key that may not be there, and the address of the node of the schema that says so.
type Wrong<'e> = (&'e str, &'e str);

/// The JSON pointers of maps, by the key in them that may not be there and the node that says so.
#[derive(Default)]
pub(super) struct Maps(HashMap<(String, String), Vec<String>>);

impl Maps {
    /// Finds the maps of an error: a map is meant if the error is gone without its key.
    pub(super) fn of(error: &ValidationError<'_, '_>, compiled: &Compiled, values: &Value) -> Self {
        let mut wrong = HashMap::new();
        count(error, &mut wrong);
        let mut found = Self::default();
        if wrong.is_empty() {
            return found;
        }
        let mut candidates: HashMap<&str, Vec<String>> = HashMap::new();
        for (key, _) in wrong.keys() {
            candidates.entry(key).or_default();
        }
        collect(values, &mut String::new(), &mut candidates);
        for ((key, node), times) in &wrong {
            let maps = candidates.get(key).into_iter().flatten();
            let meant = maps.filter(|map| {
                candidates[key].len() == 1 || {
                    let without = without(values, map, key);
                    let mut rest = HashMap::new();
                    if let Some(error) = compiled.error(&without) {
                        count(&error, &mut rest);
                        rest.get(&(*key, *node)).unwrap_or(&0) < times
                    } else {
                        true
                    }
                }
            });
            let entry = ((*key).to_owned(), (*node).to_owned());
            found.0.insert(entry, meant.cloned().collect());
        }
        found
    }

    /// The maps of one error, which a map is taken from: the validator repeats the error for each.
    pub(super) fn next(&mut self, key: &str, node: &str) -> Option<String> {
        let maps = self.0.get_mut(&(key.to_owned(), node.to_owned()))?;
        (!maps.is_empty()).then(|| maps.remove(0))
    }
}

/// How often each key is found wrong by each node.
fn count<'e>(error: &'e ValidationError<'_, '_>, found: &mut HashMap<Wrong<'e>, usize>) {
    match &error.kind {
        Kind::PropertyName { prop } => *found.entry((prop, error.schema_url)).or_default() += 1,
        _ => error.causes.iter().for_each(|cause| count(cause, found)),
    }
}

/// The maps that have one of some keys.
fn collect(value: &Value, at: &mut String, found: &mut HashMap<&str, Vec<String>>) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                if let Some(maps) = found.get_mut(key.as_str()) {
                    maps.push(at.clone());
                }
                at.push('/');
                at.push_str(&crate::yaml::pointer_token(key));
                collect(below, at, found);
                at.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                at.push_str(&format!("/{index}"));
                collect(below, at, found);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn without(values: &Value, map: &str, key: &str) -> Value {
    let mut values = values.clone();
    if let Some(Value::Object(map)) = values.pointer_mut(map) {
        map.shift_remove(key);
    }
    values
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_maps_that_may_not_have_the_key_are_found() {
        let labels = json!({"propertyNames": {"pattern": "^[a-z]+$"}});
        let schema = json!({
            "properties": {
                "first": {"$ref": "#/definitions/labels"},
                "list": {"items": {"$ref": "#/definitions/labels"}},
                "free": {},
            },
            "definitions": {"labels": labels},
        });
        let values = json!({
            "free": {"a b": 1},
            "first": {"a b": 1, "c": 2},
            "list": [{"fine": 1}, {"a b": 1, "d/": 1}],
        });
        let compiled = Compiled::new(&schema).unwrap();
        let error = compiled.error(&values).unwrap();
        let mut wrong = HashMap::new();
        count(&error, &mut wrong);
        let node = wrong.keys().next().unwrap().1;
        let mut maps = Maps::of(&error, &compiled, &values);
        assert_eq!(maps.next("a b", node).as_deref(), Some("/first"));
        assert_eq!(maps.next("a b", node).as_deref(), Some("/list/1"));
        assert_eq!(maps.next("a b", node), None);
        assert_eq!(maps.next("d/", node).as_deref(), Some("/list/1"));
    }
}
