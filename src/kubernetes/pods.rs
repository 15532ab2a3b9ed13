//! Where objects keep the templates of their pods, where pods keep their containers, and how pods are selected.

use serde_json::Value;

/// The keys that lead to the pod template in an object of a kind: the part with `metadata` and `spec`. A Pod is its
/// own, so it has none. None for kinds that make no pods, or that Kubernetes does not have built in.
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

/// The lists of a pod's `spec` that hold containers. All three have the fields of a container
/// (`k8s.io/api/core/v1/types.go`: PodSpec).
pub const CONTAINER_LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// All containers of a pod or of a pod template: of the part of an object that has `metadata` and `spec`.
pub fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    let lists = CONTAINER_LISTS
        .iter()
        .filter_map(|list| pod["spec"][list].as_array());
    lists.flatten()
}

/// Whether a requirement of `matchExpressions` holds for the label that it names. One whose
/// operator is not known holds.
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
