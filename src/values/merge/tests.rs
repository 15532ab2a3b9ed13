//! Situations of merging, each with what Helm 4.1.4 makes of it.

use serde_json::{Map, Value, json};

use super::{Coalesced, coalesce, layer};

fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The user's stack of documents.
fn layered(documents: &[Value]) -> Value {
    let mut user = Map::new();
    for document in documents {
        layer(&mut user, map(document.clone()));
    }
    user.into()
}

/// Values, and messages for a chart named `t`.
fn over(defaults: Value, user: Value) -> (Value, Vec<String>) {
    let Coalesced { values, warnings } = coalesce(map(defaults), map(user));
    let messages = warnings
        .iter()
        .map(|warning| warning.message("t"))
        .collect();
    (values.into(), messages)
}

#[track_caller]
fn silently(defaults: Value, user: Value, expected: Value) {
    assert_eq!(over(defaults, user), (expected, vec![]));
}

#[track_caller]
fn with_warning(defaults: Value, user: Value, expected: Value, message: &str) {
    assert_eq!(over(defaults, user), (expected, vec![message.to_owned()]));
}

#[test]
fn layers_merge_maps_and_replace_everything_else() {
    assert_eq!(
        layered(&[
            json!({"m": {"x": 1, "l": [1, 2]}}),
            json!({"m": {"y": 2, "l": [3]}})
        ]),
        json!({"m": {"x": 1, "l": [3], "y": 2}})
    );
    assert_eq!(
        layered(&[json!({"m": {"x": 1}}), json!({"m": 5})]),
        json!({"m": 5})
    );
}

#[test]
fn layers_keep_nulls_until_a_map_comes() {
    assert_eq!(
        layered(&[json!({"m": {"x": 1}}), json!({"m": null})]),
        json!({"m": null})
    );
    assert_eq!(
        layered(&[json!({"m": null}), json!({"m": {"z": 1}})]),
        json!({"m": {"z": 1}})
    );
}

#[test]
fn the_user_wins_and_the_rest_stays() {
    silently(
        json!({"a": 1, "m": {"x": 1, "l": [1, 2]}}),
        json!({"m": {"l": [3], "y": {}}}),
        json!({"a": 1, "m": {"x": 1, "l": [3], "y": {}}}),
    );
}

#[test]
fn a_null_deletes_a_default() {
    silently(
        json!({"a": 1, "b": {"x": 1}}),
        json!({"a": null, "b": {"x": null}}),
        json!({"b": {}}),
    );
    silently(json!({"m": {"x": 1}}), json!({"m": null}), json!({}));
}

#[test]
fn a_null_over_a_null_deletes_at_the_top_and_stays_below() {
    silently(
        json!({"a": null, "m": {"a": null}}),
        json!({"a": null, "m": {"a": null}}),
        json!({"m": {"a": null}}),
    );
}

#[test]
fn a_null_without_a_default_stays() {
    silently(
        json!({"m": {}}),
        json!({"z": null, "m": {"z": null}, "n": {"z": null}}),
        json!({"z": null, "m": {"z": null}, "n": {"z": null}}),
    );
}

#[test]
fn null_defaults_stay_and_give_way_to_anything() {
    silently(
        json!({"a": null, "m": {"b": null}}),
        json!({}),
        json!({"a": null, "m": {"b": null}}),
    );
    silently(
        json!({"a": null, "m": {"b": null}}),
        json!({"a": {"x": 1}, "m": {"b": {"x": 1}}}),
        json!({"a": {"x": 1}, "m": {"b": {"x": 1}}}),
    );
}

#[test]
fn nulls_inside_lists_are_values() {
    silently(
        json!({"l": [1]}),
        json!({"l": [null, {"a": null}]}),
        json!({"l": [null, {"a": null}]}),
    );
}

#[test]
fn an_empty_map_keeps_default_maps_and_replaces_other_defaults() {
    silently(
        json!({"m": {"x": 1}}),
        json!({"m": {}}),
        json!({"m": {"x": 1}}),
    );
    with_warning(
        json!({"a": 1}),
        json!({"a": {}}),
        json!({"a": {}}),
        "skipped value for t.a: Not a table.",
    );
}

#[test]
fn a_map_over_a_scalar_or_list_wins_with_a_warning() {
    with_warning(
        json!({"l": [1]}),
        json!({"l": {"b": 1}}),
        json!({"l": {"b": 1}}),
        "skipped value for t.l: Not a table.",
    );
    with_warning(
        json!({"o": {"a": 1_234_567}}),
        json!({"o": {"a": {"b": 1}}}),
        json!({"o": {"a": {"b": 1}}}),
        "destination for t.o.a is a table. Ignoring non-table value (1.234567e+06)",
    );
}

#[test]
fn a_scalar_over_a_map_wins_silently_at_the_top_and_with_a_warning_below() {
    silently(json!({"m": {"x": 1}}), json!({"m": [1]}), json!({"m": [1]}));
    with_warning(
        json!({"o": {"m": {"x": 1}}}),
        json!({"o": {"m": 5}}),
        json!({"o": {"m": 5}}),
        "cannot overwrite table with non table for t.o.m (map[x:1])",
    );
}

#[test]
fn warnings_spell_values_as_go_does() {
    let default = json!({"z": "q\"n", "a": null, "l": [true, 1e21, 0.000015, 0.0001, "a b"], "m": {}, "i": 12345678901234567890_u64});
    with_warning(
        json!({"o": {"m": default}}),
        json!({"o": {"m": ""}}),
        json!({"o": {"m": ""}}),
        "cannot overwrite table with non table for t.o.m (map[a:<nil> i:1.2345678901234567e+19 l:[true 1e+21 1.5e-05 0.0001 a b] m:map[] z:q\"n])",
    );
}

#[test]
fn keys_stand_in_the_order_of_the_defaults_then_of_the_user() {
    let (values, _) = over(
        json!({"c": 1, "b": {"y": 1, "x": 1}, "d": 1, "a": 1}),
        json!({"z": 1, "a": 2, "y": 1, "c": null, "b": {"w": 1, "x": 2}}),
    );
    assert_eq!(
        values.to_string(),
        r#"{"b":{"y":1,"x":2,"w":1},"d":1,"a":2,"z":1,"y":1}"#
    );
}

#[test]
fn warnings_do_not_tell_secrets() {
    with_warning(
        json!({"db": {"password": "hunter2"}}),
        json!({"db": {"password": {"from": "file"}}}),
        json!({"db": {"password": {"from": "file"}}}),
        "destination for t.db.password is a table. Ignoring non-table value (***)",
    );
    with_warning(
        json!({"x": {"db": {"password": "hunter2", "port": 1}}}),
        json!({"x": {"db": 1}}),
        json!({"x": {"db": 1}}),
        "cannot overwrite table with non table for t.x.db (map[password:*** port:1])",
    );
}
