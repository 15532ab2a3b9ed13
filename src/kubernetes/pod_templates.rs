//! Where objects keep the template of their pods. What is in a template is not looked at here.

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
