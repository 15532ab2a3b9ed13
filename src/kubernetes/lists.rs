//! By which fields Kubernetes, or else a reader, tells the elements of a list apart, and how a strategic merge patch treats
//! the lists and fields of the built-in types.

/// How the elements of one type are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListKeys {
    /// Fields (dotted) whose values together are a key, the strongest first. What the first finds no partner
    /// for is looked up by the next.
    pub keys: &'static [&'static [&'static str]],
    /// Whether what is left corresponds by its place: lists that have no real key, which Kubernetes replaces
    /// as a whole.
    pub by_place: bool,
}

/// A list that Kubernetes merges by key.
const fn keyed(keys: &'static [&'static [&'static str]]) -> ListKeys {
    ListKeys {
        keys,
        by_place: false,
    }
}

/// A list that Kubernetes replaces: the keys are for people.
const fn atomic(keys: &'static [&'static [&'static str]]) -> ListKeys {
    ListKeys {
        keys,
        by_place: true,
    }
}

/// The keys by the type of the elements, sorted by type.
///
/// From the tags `patchMergeKey` and `listMapKey` in `k8s.io/api` (core/v1, apps/v1, networking/v1, batch/v1,
/// apimachinery's meta/v1). Where server-side apply has more keys than client-side apply (ports), they count.
/// Where both treat the list as atomic, the fields that make an element what it is.
const KEYS: [(&str, ListKeys); 45] = [
    ("Condition", keyed(&[&["type"]])),
    ("Container", keyed(&[&["name"]])),
    (
        "ContainerPort",
        keyed(&[&["containerPort", "protocol"], &["name"]]),
    ),
    ("ContainerResizePolicy", keyed(&[&["resourceName"]])),
    ("CustomResourceDefinitionVersion", keyed(&[&["name"]])),
    ("DownwardAPIVolumeFile", atomic(&[&["path"]])),
    (
        "EnvFromSource",
        atomic(&[&["prefix", "configMapRef.name", "secretRef.name"]]),
    ),
    ("EnvVar", keyed(&[&["name"]])),
    ("EphemeralContainer", keyed(&[&["name"]])),
    ("HTTPHeader", atomic(&[&["name"]])),
    (
        "HTTPIngressPath",
        atomic(&[&["path", "pathType"], &["path"]]),
    ),
    ("HostAlias", keyed(&[&["ip"]])),
    ("IngressRule", atomic(&[&["host"]])),
    ("IngressTLS", atomic(&[&["secretName"]])),
    ("KeyToPath", atomic(&[&["path"], &["key"]])),
    (
        "LabelSelectorRequirement",
        atomic(&[&["key", "operator"], &["key"]]),
    ),
    ("LocalObjectReference", keyed(&[&["name"]])),
    ("MatchCondition", keyed(&[&["name"]])),
    (
        "MetricSpec",
        atomic(&[&[
            "type",
            "resource.name",
            "containerResource.name",
            "pods.metric.name",
            "object.metric.name",
            "external.metric.name",
        ]]),
    ),
    ("MutatingWebhook", keyed(&[&["name"]])),
    ("NetworkPolicyPort", atomic(&[&["port", "protocol"]])),
    (
        "NodeSelectorRequirement",
        atomic(&[&["key", "operator"], &["key"]]),
    ),
    ("ObjectReference", keyed(&[&["kind", "namespace", "name"]])),
    ("OwnerReference", keyed(&[&["uid"]])),
    ("PersistentVolumeClaim", atomic(&[&["metadata.name"]])),
    ("PodAffinityTerm", atomic(&[&["topologyKey"]])),
    ("PodDNSConfigOption", atomic(&[&["name"]])),
    ("PodReadinessGate", atomic(&[&["conditionType"]])),
    ("PodResourceClaim", keyed(&[&["name"]])),
    ("PodSchedulingGate", keyed(&[&["name"]])),
    (
        "PolicyRule",
        atomic(&[&["apiGroups", "resources"], &["nonResourceURLs"]]),
    ),
    ("PreferredSchedulingTerm", atomic(&[])),
    ("ResourceClaim", keyed(&[&["name"]])),
    ("ServicePort", keyed(&[&["port", "protocol"], &["name"]])),
    ("Subject", atomic(&[&["kind", "namespace", "name"]])),
    ("Sysctl", atomic(&[&["name"]])),
    ("Taint", atomic(&[&["key", "effect"], &["key"]])),
    (
        "Toleration",
        atomic(&[&["key", "operator", "value", "effect"], &["key", "effect"]]),
    ),
    (
        "TopologySpreadConstraint",
        keyed(&[&["topologyKey", "whenUnsatisfiable"], &["topologyKey"]]),
    ),
    ("ValidatingWebhook", keyed(&[&["name"]])),
    ("Volume", keyed(&[&["name"]])),
    ("VolumeDevice", keyed(&[&["devicePath"]])),
    (
        "VolumeMount",
        keyed(&[&["mountPath"], &["name", "subPath"]]),
    ),
    (
        "VolumeProjection",
        atomic(&[&[
            "configMap.name",
            "secret.name",
            "serviceAccountToken.path",
            "clusterTrustBundle.path",
        ]]),
    ),
    (
        "WeightedPodAffinityTerm",
        atomic(&[&["podAffinityTerm.topologyKey"]]),
    ),
];

/// How the elements of a type are told apart, where that is known.
pub fn list_keys(element: &str) -> Option<ListKeys> {
    let place = KEYS.binary_search_by_key(&element, |(name, _)| name).ok()?;
    Some(KEYS[place].1)
}

/// What a field of a key means where an element leaves it out: `protocol: TCP` (`pkg/apis/core/v1/defaults.go`),
/// `operator: Equal` of a toleration (`k8s.io/api/core/v1/types.go`).
pub fn key_default(element: &str, field: &str) -> Option<&'static str> {
    match (element, field) {
        ("ContainerPort" | "ServicePort" | "NetworkPolicyPort", "protocol") => Some("TCP"),
        ("Toleration", "operator") => Some("Equal"),
        _ => None,
    }
}

/// The lists of maps that are merged by a key, by the type of their elements; all others are replaced as a whole.
/// The tags `patchStrategy: merge` and `patchMergeKey` of `k8s.io/api`, 1.35. They are coarser than the keys of
/// server-side apply: a port is its number alone.
const MERGE_KEYS: [(&str, &str); 18] = [
    ("Container", "name"),
    ("ContainerPort", "containerPort"),
    ("EnvVar", "name"),
    ("EphemeralContainer", "name"),
    ("HostAlias", "ip"),
    ("LocalObjectReference", "name"),
    ("MatchCondition", "name"),
    ("MutatingWebhook", "name"),
    ("ObjectReference", "name"),
    ("OwnerReference", "uid"),
    ("PodResourceClaim", "name"),
    ("PodSchedulingGate", "name"),
    ("ServicePort", "port"),
    ("TopologySpreadConstraint", "topologyKey"),
    ("ValidatingWebhook", "name"),
    ("Volume", "name"),
    ("VolumeDevice", "devicePath"),
    ("VolumeMount", "mountPath"),
];

/// The field by which the elements of a list are merged, by their type; none where the list is replaced as a whole.
pub fn merge_key(element: &str) -> Option<&'static str> {
    let (_, key) = MERGE_KEYS.iter().find(|(of, _)| *of == element)?;
    Some(key)
}

/// Whether a patch of this type removes the fields that it does not have: `patchStrategy: retainKeys`.
pub fn retains_keys(of: &str) -> bool {
    matches!(of, "DeploymentStrategy" | "PodResourceClaim" | "Volume")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(KEYS.is_sorted_by_key(|(name, _)| *name));
        assert!(list_keys("Volume").is_some());
        assert_eq!(list_keys("Widget"), None);
    }
}
