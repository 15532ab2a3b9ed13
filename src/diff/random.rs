//! Fields that differ from render to render: random passwords, certificates, the time. They are found in two renders of
//! the same values, and are no changes.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::{FieldPath, FieldStep};
use crate::kubernetes::field;
use crate::manifest::{Identity, Manifest, ObjectRef};

/// A field that differs from render to render.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RandomField {
    /// The object, as the first of two renders has it.
    pub object: ObjectRef,
    /// The field.
    pub path: FieldPath,
}

/// The fields in which two renders of the same values differ. An object whose name differs is recognised by its kind and
/// template.
pub fn random_fields(first: &[Manifest], second: &[Manifest]) -> Vec<RandomField> {
    let mut found = Vec::new();
    for (one, other) in pairs(first, second) {
        let (one, other) = (&first[one], &second[other]);
        let mut paths = Vec::new();
        differing(&one.object, &other.object, &mut Vec::new(), &mut paths);
        let object = ObjectRef::of(&one.object);
        found.extend(paths.into_iter().map(|path| RandomField {
            object: object.clone(),
            path,
        }));
    }
    found
}

/// Gives these fields the values that other manifests have, where both have the field.
pub fn take_over(fields: &[RandomField], from: &[Manifest], to: &mut [Manifest]) {
    if fields.is_empty() {
        return;
    }
    let mut of_objects: HashMap<Identity, Vec<&FieldPath>> = HashMap::new();
    for field in fields {
        let paths = of_objects.entry(field.object.identity()).or_default();
        paths.push(&field.path);
    }
    for (one, other) in pairs(from, to) {
        let source = &from[one];
        let Some(paths) = source.identity().and_then(|one| of_objects.get(&one)) else {
            continue;
        };
        for path in paths {
            let value = path.0.iter().try_fold(&source.object, below);
            let place = path.0.iter().try_fold(&mut to[other].object, below_mut);
            if let (Some(value), Some(place)) = (value, place) {
                place.clone_from(value);
            }
        }
    }
}

/// The indices of objects of one identity, and of objects of one kind and template that are the only ones of it without a
/// counterpart.
fn pairs(first: &[Manifest], second: &[Manifest]) -> Vec<(usize, usize)> {
    let places = second.iter().enumerate();
    let mut places: HashMap<Identity, usize> = places
        .filter_map(|(place, manifest)| Some((manifest.identity()?, place)))
        .collect();
    let mut pairs = Vec::new();
    let mut alone = Vec::new();
    for (place, manifest) in first.iter().enumerate() {
        let Some(identity) = manifest.identity() else {
            continue;
        };
        match places.remove(&identity) {
            Some(other) => pairs.push((place, other)),
            None => alone.push(place),
        }
    }
    let mut alike: HashMap<[&str; 3], [Vec<usize>; 2]> = HashMap::new();
    for place in &alone {
        let [ones, _] = alike.entry(origin(&first[*place])).or_default();
        ones.push(*place);
    }
    for place in places.values() {
        let [_, others] = alike.entry(origin(&second[*place])).or_default();
        others.push(*place);
    }
    for place in alone {
        let found = alike.get(&origin(&first[place]));
        if let Some([ones, others]) = found
            && let ([_], [other]) = (ones.as_slice(), others.as_slice())
        {
            pairs.push((place, *other));
        }
    }
    pairs
}

/// The template of an object, its kind and its API version.
fn origin(manifest: &Manifest) -> [&str; 3] {
    let api_version = field(&manifest.object, "apiVersion").as_str();
    [
        &manifest.source,
        manifest.kind(),
        api_version.unwrap_or_default(),
    ]
}

/// The paths of what differs between two trees of one form.
fn differing(one: &Value, other: &Value, walked: &mut Vec<FieldStep>, found: &mut Vec<FieldPath>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                if let Some(other) = other.get(key) {
                    walked.push(FieldStep::Key(key.as_str().into()));
                    differing(value, other, walked, found);
                    walked.pop();
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                walked.push(match one["name"].as_str() {
                    Some(name) if other["name"] == name => {
                        FieldStep::Element(format!("name={name}").into())
                    }
                    _ => FieldStep::Index(index),
                });
                differing(one, other, walked, found);
                walked.pop();
            }
        }
        _ if one != other => found.push(FieldPath(walked.clone())),
        _ => {}
    }
}

fn below<'v>(value: &'v Value, step: &FieldStep) -> Option<&'v Value> {
    match step {
        FieldStep::Key(key) => value.get(&**key),
        FieldStep::Index(index) => value.get(index),
        FieldStep::Element(element) => {
            let name = element.strip_prefix("name=")?;
            value.as_array()?.iter().find(|one| one["name"] == name)
        }
        FieldStep::Document => None,
    }
}

fn below_mut<'v>(value: &'v mut Value, step: &FieldStep) -> Option<&'v mut Value> {
    match step {
        FieldStep::Key(key) => value.get_mut(&**key),
        FieldStep::Index(index) => value.get_mut(index),
        FieldStep::Element(element) => {
            let name = element.strip_prefix("name=")?;
            let mut elements = value.as_array_mut()?.iter_mut();
            elements.find(|one| one["name"] == name)
        }
        FieldStep::Document => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn manifest(object: Value) -> Manifest {
        Manifest {
            source: "c/templates/a.yaml".to_owned(),
            document: 0,
            object,
        }
    }

    fn pod(name: &str, password: &str) -> Manifest {
        manifest(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"containers": [
                {"name": "a", "image": "a"},
                {"name": "b", "env": [{"name": "PASSWORD", "value": password}]},
            ]},
        }))
    }

    #[test]
    fn what_differs_is_found_and_taken_over() {
        let fields = random_fields(&[pod("web", "1")], &[pod("web", "2")]);
        let paths: Vec<String> = fields.iter().map(|one| one.path.to_string()).collect();
        assert_eq!(paths, ["spec.containers[name=b].env[name=PASSWORD].value"]);
        let mut earlier = [pod("web", "3")];
        take_over(&fields, &[pod("web", "1")], &mut earlier);
        assert_eq!(earlier, [pod("web", "1")]);
    }

    #[test]
    fn an_object_with_a_random_name_is_the_same_one() {
        let fields = random_fields(&[pod("web-1", "1")], &[pod("web-2", "2")]);
        assert_eq!(fields.len(), 2, "{fields:?}");
        let mut earlier = [pod("web-3", "3")];
        take_over(&fields, &[pod("web-1", "1")], &mut earlier);
        assert_eq!(earlier, [pod("web-1", "1")]);
        // Of two it is not known which is which.
        let two = [pod("web-1", "1"), pod("web-2", "1")];
        let others = [pod("web-3", "1"), pod("web-4", "1")];
        assert_eq!(random_fields(&two, &others), []);
    }
}
