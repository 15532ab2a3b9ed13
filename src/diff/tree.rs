//! Equality of trees. The order of keys does not matter, the order of elements does, and a key with the value null is
//! the same as no key. Types do not matter here: `1` and `"1000m"` differ.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use serde_json::{Map, Value};

use crate::kubernetes::with_other;

/// Whether two trees are equal.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => same_maps(a, b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => a == b,
    }
}

fn same_maps(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let mut shared = 0;
    let is_in = |(_, a, b): (&String, &Value, Option<&Value>)| match b {
        Some(b) => {
            shared += 1;
            same(a, b)
        }
        None => a.is_null(),
    };
    let is_only_in = |(key, value): (&String, &Value)| !value.is_null() && !a.contains_key(key);
    with_other(a, Some(b)).all(is_in) && (shared == b.len() || !b.iter().any(is_only_in))
}

/// The hash function for comparing two sides. Its results are the same in every run of a build; do not store them.
pub(super) const HASHES: FixedState = FixedState::with_seed(0);

/// A hash of a tree: equal trees have equal hashes.
pub(super) fn hash(value: &Value) -> u64 {
    match value {
        Value::Object(map) => hash_map(map, |_| true),
        Value::Array(items) => {
            let mut hasher = HASHES.build_hasher();
            "list".hash(&mut hasher);
            for item in items {
                hash(item).hash(&mut hasher);
            }
            hasher.finish()
        }
        scalar => HASHES.hash_one(scalar),
    }
}

/// A hash of the entries of a map for whose keys `counts` is true.
pub(super) fn hash_map(map: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> u64 {
    let entries = map
        .iter()
        .filter(|(key, value)| !value.is_null() && counts(key));
    let hashes = entries.map(|(key, value)| HASHES.hash_one((key, hash(value))));
    HASHES.hash_one(("map", hashes.fold(0, u64::wrapping_add)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_means_nothing_and_that_of_elements_does() {
        let a = json!({"a": [1, {"x": 1, "y": 2}], "b": null});
        let b = json!({"b": null, "a": [1, {"y": 2, "x": 1}]});
        let c = json!({"a": [{"x": 1, "y": 2}, 1], "b": null});
        assert!(same(&a, &b));
        assert_eq!(hash(&a), hash(&b));
        assert!(!same(&a, &c));
        assert_ne!(hash(&a), hash(&c));
        assert!(!same(&json!({"a": 1}), &json!({"b": 1})));
    }

    #[test]
    fn a_key_without_a_value_is_not_there() {
        for (a, b) in [
            (json!({}), json!({"a": null})),
            (json!({"a": 1, "b": null}), json!({"c": null, "a": 1})),
            (json!([{"a": null}, {}]), json!([{}, {"a": null}])),
        ] {
            assert!(same(&a, &b) && same(&b, &a), "{a} {b}");
            assert_eq!(hash(&a), hash(&b));
        }
        for (a, b) in [
            (json!({"a": 1, "b": null}), json!({"a": 1, "b": 2})),
            (json!({"a": 1, "b": null}), json!({"a": 1, "c": 2})),
            (json!({"a": 1}), json!({"a": 1, "c": 2})),
            (json!([null]), json!([])),
        ] {
            assert!(!same(&a, &b) && !same(&b, &a), "{a} {b}");
            assert_ne!(hash(&a), hash(&b));
        }
    }
}
