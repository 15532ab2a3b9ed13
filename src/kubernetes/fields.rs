//! Fields of objects. Most maps in manifests have few keys, and to compare these in turn is several times faster than to
//! hash the wanted one, as maps of `serde_json` do.

use serde_json::{Map, Value};

/// Maps with more keys are asked by hash.
const FEW: usize = 16;

/// The value of a field, null if there is none.
pub fn field<'v>(value: &'v Value, key: &str) -> &'v Value {
    let Value::Object(map) = value else {
        return &Value::Null;
    };
    get(map, key).unwrap_or(&Value::Null)
}

/// The value of a key of a map.
pub fn get<'v>(map: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    if map.len() > FEW {
        return map.get(key);
    }
    let mut pairs = map.iter();
    pairs.find_map(|(one, value)| (one == key).then_some(value))
}

/// The value that keys lead to, null if there is none.
pub fn at<'v>(value: &'v Value, keys: &[&str]) -> &'v Value {
    keys.iter().fold(value, |value, key| field(value, key))
}

/// The elements of a list; none if the value is no list.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The entries of a map, each with the value that another map, if there is one, has for its key.
pub fn with_other<'m, 'o>(
    map: &'m Map<String, Value>,
    other: Option<&'o Map<String, Value>>,
) -> impl Iterator<Item = (&'m String, &'m Value, Option<&'o Value>)> {
    // Mostly, keys are in the same order in both. Then no key has to be looked up.
    let mut in_place = other.into_iter().flatten();
    map.iter().map(move |(key, value)| {
        let there = match in_place.next() {
            Some((own, there)) if own == key => Some(there),
            _ => other.and_then(|other| get(other, key)),
        };
        (key, value, there)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_what_the_index_of_the_value_is() {
        let many: serde_json::Map<String, Value> = (0..40)
            .map(|number| (format!("key{number}"), json!(number)))
            .collect();
        for value in [
            json!({"a": {"b": 1}, "key7": null}),
            Value::Object(many),
            json!([1]),
            json!(null),
        ] {
            for key in ["a", "key7", "key39", "key40", ""] {
                assert_eq!(field(&value, key), &value[key]);
                assert_eq!(at(&value, &[key, "b"]), &value[key]["b"]);
            }
        }
    }
}
