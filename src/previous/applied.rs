//! What `kubectl apply` has written down in a live object: what was last applied.
//! It reads an API server's answers; asking is up to the caller.

use serde_json::Value;

/// Where `kubectl apply` keeps what it was given
/// (`k8s.io/api/core/v1/annotation_key_constants.go`, `LastAppliedConfigAnnotation`).
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Helm's mark on the objects of a release (`pkg/action/validate.go`).
const HELM_RELEASE: &str = "meta.helm.sh/release-name";

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

/// What was last applied to a live object, if `kubectl apply` did it; Helm, server-side apply and `kubectl create` write
/// nothing down.
pub fn last_applied(object: &Value) -> Option<Value> {
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
    fn what_was_applied_is_read_without_what_kubectl_adds() {
        let expected = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "a", "namespace": "ns"}, "spec": {}});
        assert_eq!(last_applied(&service("a", last("a"))), Some(expected));
        assert_eq!(last_applied(&service("live", json!({}))), None);
    }

    #[test]
    fn an_annotation_that_cannot_be_read_or_is_anothers_does_not_count() {
        for annotation in [
            json!({LAST_APPLIED: "{"}),
            json!({LAST_APPLIED: "3"}),
            last("another"),
        ] {
            assert_eq!(last_applied(&service("a", annotation)), None);
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
