//! `meets` never contradicts the validator, and it is sure of what people write.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::meets;
use crate::schema::compiled::Compiled;
use crate::schema::text::{Node, built_in};
use crate::{chart, values};

struct Fixture {
    schema: &'static Node<'static>,
    defaults: Map<String, Value>,
    validator: Compiled,
    /// Every key that the schema names, and some more.
    keys: Vec<String>,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let chart = chart::embedded().unwrap();
    let schema = chart.schema_tree();
    let mut keys = vec![
        "a".to_owned(),
        "-bad".to_owned(),
        "nvidia.com/gpu".to_owned(),
    ];
    collect_keys(schema, &mut keys);
    Fixture {
        validator: Compiled::new(schema).unwrap(),
        defaults: values::defaults(&chart).unwrap(),
        schema: built_in(&chart).unwrap(),
        keys,
    }
});

fn collect_keys(node: &Value, keys: &mut Vec<String>) {
    match node {
        Value::Object(map) => {
            let properties = map.get("properties").and_then(Value::as_object);
            keys.extend(properties.into_iter().flat_map(Map::keys).cloned());
            map.values().for_each(|below| collect_keys(below, keys));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        _ => {}
    }
}

/// Texts that fit somewhere, or nearly.
const TEXTS: [&str; 26] = [
    "",
    "a",
    "A b",
    "-a",
    "a.b",
    "a/b",
    "1Gi",
    "10Gi",
    "500m",
    "1.5",
    "Exists",
    "Equal",
    "Lt",
    "NoExecute",
    "Always",
    "soft",
    "15",
    "16",
    "localhost/a\rb",
    "localhost/a\u{2028}b",
    "runtime/default",
    "a@sha256:0",
    "v2.7.0",
    "http://a",
    "[::1]",
    "é",
];

/// Values that fit somewhere, or nearly.
fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(&TEXTS[..]).prop_map(Value::from),
        "[a-c1/.:@-]{0,6}".prop_map(Value::from),
        prop::sample::select(vec![50, 64, 260]).prop_map(|length| Value::from("a".repeat(length))),
        prop::sample::select(vec![
            json!(0),
            json!(-1),
            json!(1),
            json!(1.0),
            json!(0.5),
            json!(70000),
            json!(u64::MAX)
        ]),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 4, |inner| {
        let key = prop::sample::select(&FIXTURE.keys);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::hash_map(key, inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Puts a value into a tree. Each step picks one of a map's keys, or one that the schema names.
fn put(tree: &mut Value, steps: &[prop::sample::Index], value: Value) {
    match (tree, steps) {
        (Value::Object(map), [step, below @ ..]) if !map.is_empty() => {
            let place = step.index(map.len() + 1);
            match map.values_mut().nth(place) {
                Some(next) => put(next, below, value),
                None => {
                    map.insert(step.get(&FIXTURE.keys).clone(), value);
                }
            }
        }
        (tree, _) => *tree = value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_answer_is_that_of_the_validator(
        changes in prop::collection::vec((prop::collection::vec(any::<prop::sample::Index>(), 1..6), tree()), 0..4),
    ) {
        let Fixture { schema, defaults, validator, .. } = &*FIXTURE;
        let mut values = Value::Object(defaults.clone());
        for (steps, value) in changes {
            put(&mut values, &steps, value);
        }
        if let Some(answer) = meets(schema, &values, defaults) {
            prop_assert_eq!(answer, validator.is_valid(&values));
        }
    }
}

#[test]
fn right_values_are_known_to_be_right() {
    let Fixture {
        schema, defaults, ..
    } = &*FIXTURE;
    let is_right = |pointer: &str, value: Value| {
        let mut values = Value::Object(defaults.clone());
        let (above, key) = pointer.rsplit_once('/').unwrap();
        values.pointer_mut(above).unwrap()[key] = value;
        meets(schema, &values, defaults)
    };
    for (pointer, value) in [
        ("/nameOverride", json!("lab")),
        ("/global/settings/loginHost", json!("swanlab.example.org")),
        ("/global/imagePullSecrets", json!([{"name": "registry"}])),
        (
            "/gateway/image",
            json!({"repository": format!("a/b@sha256:{}", "0".repeat(64)), "tag": ""}),
        ),
        ("/service/server/replicas", json!(3)),
        (
            "/service/server/customLabels",
            json!({"example.org/team": "ml"}),
        ),
        ("/service/server/customAnnotations", json!({"note": "any"})),
        (
            "/service/server/customTolerations",
            json!([{"key": "gpu", "operator": "Exists"}]),
        ),
        (
            "/service/server/resources",
            json!({"limits": {"cpu": 2, "memory": "1Gi", "nvidia.com/gpu": 1}}),
        ),
        (
            "/dependencies/postgres/persistence",
            json!({"existingClaim": "mine", "storageSize": "10Gi"}),
        ),
        (
            "/integrations/redis",
            json!({"enabled": true, "host": "h", "port": 1, "existingSecret": "s"}),
        ),
    ] {
        assert_eq!(is_right(pointer, value), Some(true), "{pointer}");
    }
    assert_eq!(
        is_right("/service/server/replicas", json!("three")),
        Some(false)
    );
}

#[test]
fn what_is_not_known_here_is_left_to_the_validator() {
    let meets = |schema: Value, value: Value| {
        let text = schema.to_string();
        meets(&Node::parse(&text).unwrap(), &value, &Map::new())
    };
    assert_eq!(
        meets(json!({"oneOf": [{"type": "object"}]}), json!({})),
        None
    );
    assert_eq!(meets(json!({"$ref": "other.json"}), json!({})), None);
    let pattern = json!({"properties": {"a": {"pattern": r"^\d$"}}});
    assert_eq!(meets(pattern.clone(), json!({"a": "1"})), None);
    assert_eq!(meets(pattern, json!({"a": 1})), Some(true));
    let number = json!({"properties": {"a": {"const": 1}}});
    assert_eq!(meets(number.clone(), json!({"a": 1.0})), None);
    assert_eq!(meets(number, json!({"a": "b"})), Some(false));
}
