//! Where objects have pod templates, where pods have containers, and how label selectors match.

use serde_json::Value;

use super::fields::{at, field, items};
use super::types::group_of;

/// The keys that lead to the pod template in an object of a kind: to the part with `metadata` and `spec` of its pods.
/// For a Pod, which is its own template, there are no keys. `None` for kinds without pods and for kinds that are not
/// built in.
pub fn pod_template(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    match (group, kind) {
        ("", "Pod") => Some(&[]),
        ("batch", "CronJob") => Some(&["spec", "jobTemplate", "spec", "template"]),
        ("", "ReplicationController")
        | ("apps" | "extensions", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet")
        | ("batch", "Job") => Some(&["spec", "template"]),
        _ => None,
    }
}

/// The pod template of an object: the part with `metadata` and `spec` of its pods, null if it is missing. `None` for
/// kinds without pods.
pub fn pod_of(object: &Value) -> Option<&Value> {
    let text = |key| field(object, key).as_str().unwrap_or_default();
    let keys = pod_template(group_of(text("apiVersion")), text("kind"))?;
    Some(at(object, keys))
}

/// The lists of containers in the `spec` of a pod. Their elements all have the fields of a container (`PodSpec` in
/// `k8s.io/api/core/v1/types.go`).
pub const CONTAINER_LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// All containers of a pod or a pod template (the part with `metadata` and `spec`), in the order of
/// [`CONTAINER_LISTS`].
pub fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    let spec = field(pod, "spec");
    let lists = CONTAINER_LISTS.iter();
    lists.flat_map(|list| items(field(spec, list)))
}

/// The names of the claims that a pod or a pod template mounts as volumes.
pub fn claims(pod: &Value) -> impl Iterator<Item = &str> {
    let volumes = items(at(pod, &["spec", "volumes"]));
    volumes.filter_map(|volume| at(volume, &["persistentVolumeClaim", "claimName"]).as_str())
}

/// Whether a requirement of a selector's `matchExpressions` matches; `label` is the value of the label that it names.
/// Requirements with an unknown operator match. Source: `LabelSelectorRequirement` in `k8s.io/apimachinery`.
pub fn requirement_holds(requirement: &Value, label: Option<&Value>) -> bool {
    let values = requirement["values"].as_array();
    let listed = || label.is_some_and(|label| values.is_some_and(|list| list.contains(label)));
    match requirement["operator"].as_str() {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => label.is_some(),
        Some("DoesNotExist") => label.is_none(),
        _ => true,
    }
}

/// Whether a selector (`matchLabels`, `matchExpressions`) matches labels. No selector matches nothing, an empty one
/// everything. Source: `LabelSelectorAsSelector` in `k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go`.
pub fn selects(selector: &Value, labels: &Value) -> bool {
    let Some(map) = selector.as_object() else {
        return false;
    };
    let has = |(key, value): (&String, &Value)| labels.get(key) == Some(value);
    let wanted = map.get("matchLabels").and_then(Value::as_object);
    let requirements = map.get("matchExpressions").and_then(Value::as_array);
    wanted.into_iter().flatten().all(has)
        && requirements.into_iter().flatten().all(|requirement| {
            let key = requirement["key"].as_str().unwrap_or_default();
            requirement_holds(requirement, labels.get(key))
        })
}
