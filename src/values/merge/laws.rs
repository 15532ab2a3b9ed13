//! Laws of merging that hold for every tree.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{coalesce, layer};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from)
    ]
}

/// Few keys, so that trees meet.
fn tree() -> impl Strategy<Value = Map<String, Value>> {
    let value = scalar().prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            map_of("[a-d]", inner).prop_map(Value::Object),
        ]
    });
    map_of("[a-d]", value)
}

/// Trees that agree on what is a map: keys `a`, `b` hold maps, `x`, `y` hold scalars.
fn agreeing_tree() -> impl Strategy<Value = Map<String, Value>> {
    let leaves = || map_of("[xy]", scalar());
    leaves().prop_recursive(3, 24, 3, move |inner| {
        (map_of("[ab]", inner.prop_map(Value::Object)), leaves()).prop_map(|(mut maps, leaves)| {
            maps.extend(leaves);
            maps
        })
    })
}

fn map_of(
    keys: &'static str,
    values: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((keys, values), 0..4).prop_map(|entries| entries.into_iter().collect())
}

fn layered(mut below: Map<String, Value>, above: Map<String, Value>) -> Map<String, Value> {
    layer(&mut below, above);
    below
}

/// Everything that `above` says is found in `merged`.
fn says(merged: &Value, above: &Value) -> bool {
    match (merged, above) {
        (Value::Object(merged), Value::Object(above)) => above
            .iter()
            .all(|(key, value)| merged.get(key).is_some_and(|found| says(found, value))),
        (merged, above) => merged == above,
    }
}

proptest! {
    #[test]
    fn the_upper_layer_is_right(below in tree(), above in tree()) {
        let merged = Value::Object(layered(below, above.clone()));
        prop_assert!(says(&merged, &above.into()));
    }

    #[test]
    fn layering_nothing_or_oneself_changes_nothing(tree in tree()) {
        prop_assert_eq!(&layered(tree.clone(), Map::new()), &tree);
        prop_assert_eq!(&layered(Map::new(), tree.clone()), &tree);
        prop_assert_eq!(&layered(tree.clone(), tree.clone()), &tree);
    }

    /// Not so for any trees: a scalar between two maps forgets the first, but only if it meets it first.
    #[test]
    fn layering_is_associative_where_maps_meet_maps(a in agreeing_tree(), b in agreeing_tree(), c in agreeing_tree()) {
        let left = layered(layered(a.clone(), b.clone()), c.clone());
        let right = layered(a, layered(b, c));
        prop_assert_eq!(left, right);
    }

    #[test]
    fn without_a_user_the_defaults_stand(defaults in tree()) {
        let coalesced = coalesce(defaults.clone(), Map::new());
        prop_assert_eq!(coalesced.values, defaults);
        prop_assert!(coalesced.warnings.is_empty());
    }

    #[test]
    fn without_defaults_the_user_stands(user in tree()) {
        let coalesced = coalesce(Map::new(), user.clone());
        prop_assert_eq!(coalesced.values, user);
        prop_assert!(coalesced.warnings.is_empty());
    }

    #[test]
    fn trees_that_agree_on_maps_raise_no_warning(defaults in agreeing_tree(), user in agreeing_tree()) {
        prop_assert!(coalesce(defaults, user).warnings.is_empty());
    }
}
