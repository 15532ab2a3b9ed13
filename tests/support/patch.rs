//! RFC 6902 as it stands in the standard, for the changes of a comparison. It fails where a pointer leads nowhere, or
//! where the value before is not the one that the change names.

use serde_json::{Map, Value};
use swanlab_render::diff::{Change, Op};

pub fn apply(object: &mut Value, change: &Change) {
    match change.op {
        Op::Add => add(object, &change.pointer, change.new.clone().unwrap()),
        Op::Remove => {
            let removed = remove(object, &change.pointer);
            assert_eq!(Some(removed), change.old, "{change:?}");
        }
        Op::Replace => {
            let at = object
                .pointer_mut(&change.pointer)
                .unwrap_or_else(|| panic!("{change:?}"));
            let before = std::mem::replace(at, change.new.clone().unwrap());
            assert_eq!(Some(before), change.old, "{change:?}");
        }
        Op::Move => {
            let moved = remove(object, change.from.as_ref().unwrap());
            assert_eq!(Some(&moved), change.old.as_ref(), "{change:?}");
            add(object, &change.pointer, moved);
        }
    }
}

fn parent<'v>(object: &'v mut Value, pointer: &str) -> (&'v mut Value, String) {
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    let parent = object
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{pointer} leads nowhere"));
    (parent, token.replace("~1", "/").replace("~0", "~"))
}

fn add(object: &mut Value, pointer: &str, value: Value) {
    match parent(object, pointer) {
        (Value::Object(map), key) => {
            map.insert(key, value);
        }
        (Value::Array(items), place) => items.insert(place.parse().unwrap(), value),
        _ => panic!("{pointer} leads into a scalar"),
    }
}

fn remove(object: &mut Value, pointer: &str) -> Value {
    match parent(object, pointer) {
        (Value::Object(map), key) => map
            .shift_remove(&key)
            .unwrap_or_else(|| panic!("{pointer} leads nowhere")),
        (Value::Array(items), place) => items.remove(place.parse().unwrap()),
        _ => panic!("{pointer} leads into a scalar"),
    }
}

/// The tree without the entries of maps that are null.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| (key.clone(), without_nulls(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        scalar => scalar.clone(),
    }
}
