//! The three-way merge of client-side `kubectl apply`: of the object as last applied, the object in the cluster, and
//! the object that is applied now. Sources: `CreateThreeWayMergePatch` in apimachinery's
//! `pkg/util/strategicpatch/patch.go`, and `pkg/util/jsonmergepatch/patch.go` for kinds that are not built in.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::compare::{Shape, changes};
use super::{Change, FieldPath, Op, Options};
use crate::kubernetes::{merge_key, retains_keys};
use crate::manifest::{Identity, Manifest};

/// The objects of a cluster before manifests are applied to them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BeforeApply {
    /// The objects, reduced to the fields that the manifests or the last apply set. [`compare`](super::compare()) them
    /// with the manifests: then only what the apply changes is a difference.
    pub manifests: Vec<Manifest>,
    /// What the merges show besides these differences.
    pub merges: Merges,
}

/// What the merges of objects show besides the differences. [`Merges::add_findings`] adds it to a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merges(pub(in crate::diff) HashMap<Identity, Merged>);

/// What the merge of an object shows besides the differences.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diff) struct Merged {
    /// Fields that the manifest does not have and that stay in the cluster, because no apply has set them. Each is a
    /// removal from the object as it is after the apply.
    pub(in crate::diff) kept: Vec<Change>,
    /// The fields in which the manifest differs from the object as last applied; `None` if that is not known.
    pub(in crate::diff) edited: Option<Vec<FieldPath>>,
}

/// Merges objects of a cluster (`live`) with the manifests that will be applied to them.
///
/// `last` has the objects as last applied, by their identity in the cluster. Of objects that it does not have, the
/// apply removes no fields.
pub fn before_apply(
    live: Vec<Manifest>,
    last: &BTreeMap<Identity, Value>,
    manifests: &[Manifest],
    options: &Options<'_>,
) -> BeforeApply {
    let identity = |one: &Manifest| Some(one.identity()?.applied_to(options.namespace));
    let wanted: HashMap<Identity, &Manifest> = manifests
        .iter()
        .filter_map(|one| Some((identity(one)?, one)))
        .collect();
    let mut before = BeforeApply::default();
    for mut one in live {
        let key = identity(&one);
        let last = key.as_ref().and_then(|key| last.get(key));
        let new = key.as_ref().and_then(|key| wanted.get(key));
        // Another API version has other fields.
        let new = new.filter(|new| new.object["apiVersion"] == one.object["apiVersion"]);
        match (new, last) {
            (Some(new), last) => {
                let shape = Shape::of(options.types, &one.object, &new.object);
                let Sides { before: old, after } = merge(&one.object, last, &new.object, shape);
                let removed = changes(&after, &with_maps(&new.object, &after), options, &[]);
                let merged = Merged {
                    kept: removed
                        .into_iter()
                        .filter(|change| change.op == Op::Remove)
                        .collect(),
                    edited: last.map(|last| {
                        let edited = changes(last, &new.object, options, &[]);
                        edited.into_iter().map(|change| change.path).collect()
                    }),
                };
                one.object = with_string_data(old, &one.object, &new.object);
                before.merges.0.extend(key.map(|key| (key, merged)));
            }
            (None, Some(last)) => {
                // Annotations that keep an object are read in the cluster, not in the last apply.
                let annotations = one.object["metadata"]["annotations"].take();
                one.object = last.clone();
                if let Some(metadata) = one.object["metadata"].as_object_mut() {
                    if annotations.is_object() {
                        metadata.insert("annotations".to_owned(), annotations);
                    } else {
                        metadata.shift_remove("annotations");
                    }
                }
            }
            (None, None) => {}
        }
        before.manifests.push(one);
    }
    before
}

/// A value before and after an apply: before, only the fields that an apply sets; after, all fields.
struct Sides {
    before: Value,
    after: Value,
}

fn merge(live: &Value, last: Option<&Value>, new: &Value, shape: Shape) -> Sides {
    match (live, new) {
        (Value::Object(live), Value::Object(new)) => {
            merge_maps(live, last.and_then(Value::as_object), new, shape)
        }
        (Value::Array(live), Value::Array(new)) => {
            let last = last.and_then(Value::as_array).map(Vec::as_slice);
            let merged = merge_lists(live, last.unwrap_or_default(), new, shape.element());
            merged.unwrap_or_else(|| replaced(live.clone().into(), new.clone().into()))
        }
        _ => replaced(live.clone(), new.clone()),
    }
}

/// The sides of a value that is replaced as a whole.
fn replaced(before: Value, after: Value) -> Sides {
    Sides { before, after }
}

fn merge_maps(
    live: &Map<String, Value>,
    last: Option<&Map<String, Value>>,
    new: &Map<String, Value>,
    shape: Shape,
) -> Sides {
    let retains = shape.type_name().is_some_and(retains_keys);
    let [mut before, mut after] = [Map::new(), Map::new()];
    for (key, value) in live {
        let given = |map: &Map<String, Value>| map.get(key).is_some_and(|value| !value.is_null());
        match new.get(key).filter(|value| !value.is_null()) {
            Some(new) => {
                let last = last.and_then(|last| last.get(key));
                let sides = merge(value, last, new, shape.field(key));
                before.insert(key.clone(), sides.before);
                after.insert(key.clone(), sides.after);
            }
            // The apply deletes it.
            None if retains || last.is_some_and(given) || new.contains_key(key) => {
                before.insert(key.clone(), value.clone());
            }
            None => drop(after.insert(key.clone(), value.clone())),
        }
    }
    let added = new
        .iter()
        .filter(|(key, value)| !live.contains_key(*key) && !value.is_null());
    after.extend(added.map(|(key, value)| (key.clone(), value.clone())));
    Sides {
        before: before.into(),
        after: after.into(),
    }
}

/// Merges lists by the keys of their elements; `None` for lists that are replaced as a whole.
fn merge_lists(live: &[Value], last: &[Value], new: &[Value], element: Shape) -> Option<Sides> {
    let key = merge_key(element.type_name()?)?;
    let [of_live, of_last, of_new] = [by_key(live, key)?, by_key(last, key)?, by_key(new, key)?];
    let [mut before, mut after] = [Vec::new(), Vec::new()];
    let mut rest = Vec::new();
    for (value, name) in live.iter().zip(keys(live, key)) {
        let last = of_last.get(&name);
        match of_new.get(&name) {
            Some(new) => before.push(merge(value, last.copied(), new, element).before),
            None if last.is_some() => before.push(value.clone()),
            None => rest.push(value.clone()),
        }
    }
    for (value, name) in new.iter().zip(keys(new, key)) {
        let last = of_last.get(&name).copied();
        after.push(match of_live.get(&name) {
            Some(live) => merge(live, last, value, element).after,
            None => value.clone(),
        });
    }
    after.extend(rest);
    Some(Sides {
        before: before.into(),
        after: after.into(),
    })
}

/// The keys of the elements of a list, as strings.
fn keys(list: &[Value], key: &str) -> impl Iterator<Item = String> {
    list.iter().map(move |element| match &element[key] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// The elements by their keys; `None` if one has no key, or two have the same.
fn by_key<'l>(list: &'l [Value], key: &str) -> Option<HashMap<String, &'l Value>> {
    let complete = list.iter().all(|element| !element[key].is_null());
    let elements: HashMap<String, &Value> = keys(list, key).zip(list).collect();
    (complete && elements.len() == list.len()).then_some(elements)
}

/// The object with the keys of `data` that the manifest writes to `stringData`: the API server moves them there.
fn with_string_data(mut before: Value, live: &Value, new: &Value) -> Value {
    if live["kind"] != "Secret" {
        return before;
    }
    let written = new["stringData"].as_object().into_iter().flatten();
    for (key, _) in written {
        if let Some(value) = live["data"].get(key)
            && let Some(object) = before.as_object_mut()
            && let Some(data) = object
                .entry("data")
                .or_insert_with(|| Map::new().into())
                .as_object_mut()
        {
            data.insert(key.clone(), value.clone());
        }
    }
    before
}

/// The object with empty labels and annotations if it has none, so that they differ key by key and not as a whole.
fn with_maps(new: &Value, after: &Value) -> Value {
    let mut new = new.clone();
    for map in ["labels", "annotations"] {
        if after["metadata"][map].is_object() && new["metadata"][map].is_null() {
            new["metadata"][map] = Map::new().into();
        }
    }
    new
}

#[cfg(test)]
mod tests;
