//! When two trees are the same tree: the order of a map's keys means nothing, that of a list's elements does.
//! It knows no types: to it `1` and `"1000m"` differ.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use serde_json::{Map, Value};

/// Whether two trees are the same.
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
    a.len() == b.len() && beside(a, b).all(|(_, a, b)| b.is_some_and(|b| same(a, b)))
}

/// The entries of a map with what another one has under their keys.
pub(super) fn beside<'m>(
    a: &'m Map<String, Value>,
    b: &'m Map<String, Value>,
) -> impl Iterator<Item = (&'m String, &'m Value, Option<&'m Value>)> {
    // Keys mostly come in the same order on both sides; then no key has to be looked up.
    let mut in_place = b.iter();
    a.iter().map(move |(key, a)| {
        let b = match in_place.next() {
            Some((other, b)) if key == other => Some(b),
            _ => b.get(key),
        };
        (key, a, b)
    })
}

/// Hashes what two sides may share. It is the same in every run of a build, and meant for nothing that lasts.
pub(super) const HASHES: FixedState = FixedState::with_seed(0);

/// A hash that is equal for trees that are the same.
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

/// The same for a map, of those entries alone that `counts` lets through.
pub(super) fn hash_map(map: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> u64 {
    let entries = map.iter().filter(|(key, _)| counts(key));
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
}
