//! Each object as a file of canonical YAML, and `diff -u` between both sides, for `patch -p1` and for viewers. The order
//! of keys is not a difference.

use std::borrow::Cow;

use serde_json::Value;

use super::value::{CONTEXT, Paint, patch};
use crate::diagnostics::{visible, visible_lines};
use crate::diff::{Action, ObjectDiff, ObjectRef, Shown};
use crate::manifest::Manifest;
use crate::report::Style;
use crate::yaml;

/// The output of `diff -u` for each object that differs, with `context` unchanged lines around each change.
pub fn unified(diff: &Shown<'_>, context: Option<usize>, style: Style, out: &mut String) {
    let paint = Paint(style.colour);
    let context = context.unwrap_or(CONTEXT);
    for object in &diff.objects {
        let text = one(object, diff.sides(object), context);
        let text = visible_lines(&text);
        for line in text.split_inclusive('\n') {
            let (line, end) = match line.strip_suffix('\n') {
                Some(line) => (line, "\n"),
                None => (line, ""),
            };
            let is_header = ["--- ", "+++ ", "diff ", "rename "];
            let painted = if is_header.iter().any(|start| line.starts_with(start)) {
                paint.bold(line)
            } else if line.starts_with("@@") {
                paint.place(line)
            } else {
                paint.line(line.chars().next().unwrap_or(' '), line)
            };
            out.push_str(&painted);
            out.push_str(end);
        }
    }
}

fn one(object: &ObjectDiff<'_>, sides: [Option<Cow<'_, Manifest>>; 2], context: usize) -> String {
    let [old, new] = &sides;
    let file = |side: &str, manifest: &Option<Cow<'_, Manifest>>| match manifest {
        None => "/dev/null".to_owned(),
        Some(manifest) => format!("{side}/{}", path(&ObjectRef::of(&manifest.object))),
    };
    let (from, to) = (file("a", old), file("b", new));
    let old = match (old, new) {
        (None, _) => String::new(),
        (Some(old), None) => yaml::to_string(&old.object),
        (Some(old), Some(new)) => yaml::to_string(&in_order_of(&old.object, &new.object)),
    };
    let new = new
        .as_ref()
        .map_or_else(String::new, |new| yaml::to_string(&new.object));
    let hunks = patch(&old, &new, [&from, &to], context);
    if object.action != Action::Renamed {
        return hunks;
    }
    // Git's format, which `patch` understands.
    let name = |side: &str| side.split_once('/').map_or("", |(_, path)| path).to_owned();
    let (old, new) = (name(&from), name(&to));
    format!("diff --git {from} {to}\nrename from {old}\nrename to {new}\n{hunks}")
}

/// The object's file: `Kind/name`, in a folder for its namespace if it has one.
fn path(object: &ObjectRef) -> String {
    let ObjectRef {
        kind,
        name,
        namespace,
        ..
    } = object;
    let path = if namespace.is_empty() {
        format!("{kind}/{name}")
    } else {
        format!("{namespace}/{kind}/{name}")
    };
    visible(&path).into_owned()
}

/// The tree with its keys in the order of another tree. Keys that the other tree does not have keep their predecessor.
fn in_order_of(tree: &Value, model: &Value) -> Value {
    match (tree, model) {
        (Value::Object(map), Value::Object(model)) => {
            let mut keys: Vec<&String> =
                model.keys().filter(|key| map.contains_key(*key)).collect();
            let mut before: Option<&String> = None;
            for key in map.keys() {
                if !model.contains_key(key) {
                    let place =
                        before.and_then(|before| keys.iter().position(|one| *one == before));
                    keys.insert(place.map_or(0, |place| place + 1), key);
                }
                before = Some(key);
            }
            let entries = keys.into_iter().map(|key| {
                let model = model.get(key).unwrap_or(&Value::Null);
                (key.clone(), in_order_of(&map[key], model))
            });
            Value::Object(entries.collect())
        }
        (Value::Array(list), Value::Array(models)) => {
            let items = list.iter().enumerate();
            let items = items.map(|(place, item)| in_order_of(item, model_of(item, place, models)));
            Value::Array(items.collect())
        }
        (other, _) => other.clone(),
    }
}

/// The element of the other list that corresponds to an item: the one with the same name, else the one at its place.
fn model_of<'m>(item: &Value, place: usize, models: &'m [Value]) -> &'m Value {
    let name = &item["name"];
    let same_name = || models.iter().find(|model| model["name"] == *name);
    let named = if name.is_null() { None } else { same_name() };
    named.or_else(|| models.get(place)).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_take_the_order_of_the_other_side() {
        let old = json!({"z": 1, "own": 2, "b": {"y": 1, "x": 2}, "l": [{"v": 1, "name": "a"}]});
        let new =
            json!({"l": [{"name": "c"}, {"name": "a", "v": 2}], "b": {"x": 1, "y": 2}, "z": 3});
        assert_eq!(
            in_order_of(&old, &new).to_string(),
            r#"{"l":[{"name":"a","v":1}],"b":{"x":2,"y":1},"z":1,"own":2}"#
        );
    }
}
