//! When two trees are the same tree: the order of a map's keys means nothing, that of a list's elements does.
//! It knows no types: to it `1` and `"1000m"` differ.

use std::hash::{DefaultHasher, Hash, Hasher};

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
    // Keys mostly come in the same order on both sides; then no key has to be looked up.
    a.len() == b.len()
        && a.iter().zip(b).all(|((key, a), (other, in_place))| {
            let b = if key == other {
                Some(in_place)
            } else {
                b.get(key)
            };
            b.is_some_and(|b| same(a, b))
        })
}

/// A hash that is equal for trees that are the same, in every run.
pub(super) fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Object(map) => hash_map(map, |_| true).hash(&mut hasher),
        Value::Array(items) => {
            items.len().hash(&mut hasher);
            for item in items {
                hash(item).hash(&mut hasher);
            }
        }
        scalar => scalar.hash(&mut hasher),
    }
    hasher.finish()
}

/// The same for a map, of those entries alone that `counts` lets through.
pub(super) fn hash_map(map: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> u64 {
    map.iter()
        .filter(|(key, _)| counts(key))
        .map(|(key, value)| {
            let mut hasher = DefaultHasher::new();
            (key, hash(value)).hash(&mut hasher);
            hasher.finish()
        })
        .fold(0, u64::wrapping_add)
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
