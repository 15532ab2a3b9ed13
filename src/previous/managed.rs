//! Which manager has set which fields of a live object: `metadata.managedFields`, in which an API server records the
//! owners of fields for server-side apply. Source: "Server-Side Apply" in the Kubernetes reference, and `FieldsV1` in
//! structured-merge-diff (`fieldpath/serialize.go`).

use serde_json::{Map, Value};

/// One manager's part of an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Managed {
    /// The name of the manager, such as `kubectl` or `kube-controller-manager`.
    pub manager: String,
    /// Whether it has set the fields by server-side apply. Otherwise it has created, updated or patched the object.
    pub applies: bool,
    /// The object, reduced to the fields of this manager.
    pub fields: Value,
}

/// The parts of a live object by their managers, without those of subresources such as `status`.
pub fn managed(live: &Value) -> Vec<Managed> {
    let entries = live["metadata"]["managedFields"].as_array();
    let entries = entries.into_iter().flatten();
    let entries =
        entries.filter(|entry| entry["subresource"].as_str().unwrap_or_default().is_empty());
    let part = |entry: &Value| {
        Some(Managed {
            manager: entry["manager"].as_str()?.to_owned(),
            applies: entry["operation"] == "Apply",
            fields: named(reduced(live, entry["fieldsV1"].as_object()?)?, live),
        })
    };
    entries.filter_map(part).collect()
}

/// A part of an object with what says which object it is.
fn named(mut part: Value, live: &Value) -> Value {
    if !part["metadata"].is_object() {
        part["metadata"] = Map::new().into();
    }
    for field in ["name", "namespace"] {
        if let Some(value) = live["metadata"].get(field) {
            part["metadata"][field] = value.clone();
        }
    }
    for field in ["apiVersion", "kind"] {
        part[field] = live[field].clone();
    }
    part
}

/// A value, reduced to a set of fields; `None` if nothing of it is there.
fn reduced(value: &Value, fields: &Map<String, Value>) -> Option<Value> {
    let below = || fields.iter().filter(|(key, _)| *key != ".");
    if below().next().is_none() {
        return Some(value.clone());
    }
    match value {
        Value::Object(map) => {
            let part = below().filter_map(|(key, below)| {
                let name = key.strip_prefix("f:")?;
                Some((
                    name.to_owned(),
                    reduced(map.get(name)?, below.as_object()?)?,
                ))
            });
            Some(part.collect::<Map<_, _>>().into())
        }
        Value::Array(list) => {
            // In the order of the list, which the set of fields does not have.
            let part = list.iter().enumerate().filter_map(|(place, element)| {
                let (key, fields) = below().find(|(key, _)| is_element(key, place, element))?;
                let mut element = reduced(element, fields.as_object()?)?;
                if let (Some(map), Some(keys)) = (element.as_object_mut(), keys(key)) {
                    map.extend(keys);
                }
                Some(element)
            });
            Some(part.collect::<Vec<_>>().into())
        }
        _ => None,
    }
}

/// The fields that identify an element of a list, with their values: `k:{"name":"web"}`.
fn keys(key: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(key.strip_prefix("k:")?).ok()
}

fn is_element(key: &str, place: usize, element: &Value) -> bool {
    if let Some(keys) = keys(key) {
        return keys.iter().all(|(field, value)| element[field] == *value);
    }
    let value = key.strip_prefix("v:");
    if let Some(value) = value.and_then(|value| serde_json::from_str::<Value>(value).ok()) {
        return value == *element;
    }
    key.strip_prefix("i:")
        .is_some_and(|index| index == place.to_string())
}

/// Both values in one: maps are joined, of everything else the first is taken.
pub fn joined(mut one: Value, other: Value) -> Value {
    match (&mut one, other) {
        (Value::Object(map), Value::Object(other)) => {
            for (key, value) in other {
                let joined = match map.get_mut(&key) {
                    Some(known) => joined(known.take(), value),
                    None => value,
                };
                map.insert(key, joined);
            }
        }
        (Value::Array(list), Value::Array(other)) => {
            let missing: Vec<Value> = other
                .into_iter()
                .filter(|one| !list.contains(one))
                .collect();
            list.extend(missing);
        }
        _ => {}
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment() -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "labels": {"a": "1", "b": "2"}, "managedFields": [
                {"manager": "kubectl", "operation": "Apply", "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:a": {}}},
                    "f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {
                        ".": {}, "f:name": {}, "f:image": {},
                        "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
                    }}}}},
                }},
                {"manager": "hpa", "operation": "Update", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "hpa", "operation": "Update", "subresource": "status", "fieldsV1": {"f:status": {}}},
            ]},
            "spec": {"replicas": 5, "template": {"spec": {"containers": [
                {"name": "side", "image": "s:1"},
                {"name": "web", "image": "w:1", "imagePullPolicy": "Always",
                 "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 81, "protocol": "TCP"}]},
            ]}}},
            "status": {},
        })
    }

    #[test]
    fn each_manager_has_its_fields() {
        let found = managed(&deployment());
        assert_eq!(found.len(), 2);
        assert!(found[0].applies && !found[1].applies);
        assert_eq!(
            found[0].fields,
            json!({
                "metadata": {"labels": {"a": "1"}, "name": "web"},
                "spec": {"template": {"spec": {"containers": [{"name": "web", "image": "w:1",
                    "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}}},
                "apiVersion": "apps/v1", "kind": "Deployment",
            })
        );
        assert_eq!(found[1].fields["spec"], json!({"replicas": 5}));
    }

    #[test]
    fn what_cannot_be_read_belongs_to_nobody() {
        for fields in [
            json!(null),
            json!("x"),
            json!([{"manager": 1}]),
            json!([{"manager": "m", "fieldsV1": 3}]),
        ] {
            let live = json!({"metadata": {"managedFields": fields}, "spec": {}});
            assert_eq!(managed(&live), []);
        }
    }

    #[test]
    fn parts_of_two_managers_are_joined() {
        let [one, other] = [
            json!({"a": {"b": 1}, "l": [1]}),
            json!({"a": {"c": 2}, "l": [1, 2]}),
        ];
        assert_eq!(
            joined(one, other),
            json!({"a": {"b": 1, "c": 2}, "l": [1, 2]})
        );
    }
}
