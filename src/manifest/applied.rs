//! Live objects as they were last applied: what `kubectl apply` has written down in them.
//! It takes what an API server answers; it refuses to ask.

use std::collections::HashSet;

use serde_json::Value;

use super::Identity;

/// Where `kubectl apply` keeps what it was given
/// (`k8s.io/api/core/v1/annotation_key_constants.go`, `LastAppliedConfigAnnotation`).
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Helm's mark on the objects of a release (`pkg/action/validate.go`).
const HELM_RELEASE: &str = "meta.helm.sh/release-name";

/// Objects of a cluster as they were last applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// Each object once, as it was last applied, or as it is where nothing says that.
    pub objects: Vec<Value>,
    /// Those that are as they are: Helm, server-side apply and `kubectl create` write nothing down.
    pub live: Vec<Identity>,
}

/// Live objects as they were last applied. One that comes twice is taken once.
pub fn as_applied(live: impl IntoIterator<Item = Value>) -> Applied {
    let mut seen = HashSet::new();
    let mut applied = Applied::default();
    for object in live {
        let last = last_applied(&object);
        let Some(identity) = Identity::of(&object) else {
            continue;
        };
        if !seen.insert(identity.clone()) {
            continue;
        }
        let object = if let Some(last) = last {
            last
        } else {
            applied.live.push(identity);
            object
        };
        applied.objects.push(object);
    }
    applied
}

/// Whether somebody has applied an object, and no controller has made it: `kubectl apply`, Helm, or server-side apply.
/// The claims of a StatefulSet have its labels too, and Endpoints those of their Service.
pub fn is_applied(object: &Value) -> bool {
    let metadata = &object["metadata"];
    let annotation = |key: &str| metadata["annotations"].get(key).is_some();
    let owned = metadata["ownerReferences"].as_array();
    let applied_by_server = metadata["managedFields"]
        .as_array()
        .is_some_and(|fields| fields.iter().any(|field| field["operation"] == "Apply"));
    owned.is_none_or(Vec::is_empty)
        && (annotation(LAST_APPLIED) || annotation(HELM_RELEASE) || applied_by_server)
}

/// What the annotation holds, if it is the same object.
fn last_applied(object: &Value) -> Option<Value> {
    let text = object["metadata"]["annotations"][LAST_APPLIED].as_str()?;
    let mut last: Value = serde_json::from_str(text).ok()?;
    if last["kind"] != object["kind"] || last["metadata"]["name"] != object["metadata"]["name"] {
        return None;
    }
    // kubectl writes an empty map where there was none.
    if let Some(metadata) = last["metadata"].as_object_mut()
        && metadata
            .get("annotations")
            .and_then(Value::as_object)
            .is_some_and(serde_json::Map::is_empty)
    {
        metadata.shift_remove("annotations");
    }
    Some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn service(name: &str, annotations: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Service", "metadata":
            {"name": name, "namespace": "ns", "uid": "1", "annotations": annotations}, "spec": {"clusterIP": "10.0.0.1"}})
    }

    fn last(name: &str) -> Value {
        let last = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"annotations": {}, "name": name, "namespace": "ns"}, "spec": {}});
        json!({LAST_APPLIED: format!("{last}\n")})
    }

    #[test]
    fn objects_are_as_last_applied_or_as_they_are_and_each_comes_once() {
        let live = service("live", json!({}));
        let applied = as_applied([
            service("a", last("a")),
            live.clone(),
            service("a", last("a")),
        ]);
        let expected = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "a", "namespace": "ns"}, "spec": {}});
        assert_eq!(applied.objects, [expected, live]);
        let names: Vec<&str> = applied.live.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["live"]);
    }

    #[test]
    fn an_annotation_that_cannot_be_read_or_is_anothers_does_not_count() {
        for annotation in [
            json!({LAST_APPLIED: "{"}),
            json!({LAST_APPLIED: "3"}),
            last("another"),
        ] {
            let object = service("a", annotation);
            let applied = as_applied([object.clone()]);
            assert_eq!(applied.objects, [object]);
            assert_eq!(applied.live.len(), 1);
        }
    }

    #[test]
    fn what_controllers_made_was_not_applied() {
        let mut claim = service("a", json!({}));
        assert!(!is_applied(&claim), "of a StatefulSet");
        claim["metadata"]["managedFields"] = json!([{"operation": "Update"}]);
        assert!(!is_applied(&claim));
        claim["metadata"]["managedFields"] = json!([{"operation": "Apply"}]);
        assert!(is_applied(&claim), "server-side");
        assert!(is_applied(&service("a", json!({HELM_RELEASE: "lab"}))));
        let mut owned = service("a", last("a"));
        assert!(is_applied(&owned));
        owned["metadata"]["ownerReferences"] = json!([{"kind": "Service"}]);
        assert!(!is_applied(&owned));
    }
}
