//! Helm's order of objects: what others need comes first.
//! Objects of one kind keep their order.

/// The kinds in the order in which Helm installs them (`pkg/release/util/kind_sorter.go`, v4.1.4).
pub const KIND_ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Sorts stably by kind; unknown kinds come last, by name.
pub fn sort_by_kind<T>(items: &mut [T], kind: impl Fn(&T) -> &str) {
    items.sort_by_cached_key(|item| {
        let (place, name) = kind_order(kind(item));
        (place, name.to_owned())
    });
}

/// What kinds are sorted by: their place in [`KIND_ORDER`], or behind it and their name.
pub fn kind_order(kind: &str) -> (usize, &str) {
    match KIND_ORDER.iter().position(|known| *known == kind) {
        Some(place) => (place, ""),
        None => (KIND_ORDER.len(), kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_kinds_come_in_helms_order_and_others_behind_them() {
        let mut kinds = ["deployment", "Job", "Widget", "Secret", "", "Service"];
        sort_by_kind(&mut kinds, |kind| kind);
        assert_eq!(
            kinds,
            ["Secret", "Service", "Job", "", "Widget", "deployment"]
        );
    }
}
