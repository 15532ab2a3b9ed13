//! The keys of list elements, by the type of the elements: those by which two lists are compared, and those by which a
//! strategic merge patch merges them.

/// How elements of a type are identified when two lists are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListKeys {
    /// The keys, the most specific first. Each is a list of fields (dotted paths) whose values together identify an
    /// element. Elements that one key does not match are matched by the next.
    pub keys: &'static [&'static [&'static str]],
    /// Whether elements that no key matches are matched by their index: in lists that Kubernetes replaces as a whole.
    pub by_place: bool,
}

/// Keys of a list that Kubernetes merges by key.
const fn keyed(keys: &'static [&'static [&'static str]]) -> ListKeys {
    ListKeys {
        keys,
        by_place: false,
    }
}

/// Keys of a list that Kubernetes replaces as a whole: they only make the comparison readable.
const fn atomic(keys: &'static [&'static [&'static str]]) -> ListKeys {
    ListKeys {
        keys,
        by_place: true,
    }
}

/// The keys by the type of the elements, sorted by type.
///
/// Source: the tags `patchMergeKey` and `listMapKey` in `k8s.io/api` (core/v1, apps/v1, networking/v1, batch/v1,
/// apimachinery's meta/v1). Where server-side apply has more keys than client-side apply (ports), those of server-side
/// apply. For lists that are atomic for both, the fields that characterize an element.
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

/// The keys of list elements of a type (`ContainerPort`), `None` if the type has none here.
pub fn list_keys(element: &str) -> Option<ListKeys> {
    let place = KEYS.binary_search_by_key(&element, |(name, _)| name).ok()?;
    Some(KEYS[place].1)
}

/// The default of a field that is part of a key: `protocol: TCP` (`pkg/apis/core/v1/defaults.go`), `operator: Equal` of
/// a toleration (`k8s.io/api/core/v1/types.go`).
pub fn key_default(element: &str, field: &str) -> Option<&'static str> {
    match (element, field) {
        ("ContainerPort" | "ServicePort" | "NetworkPolicyPort", "protocol") => Some("TCP"),
        ("Toleration", "operator") => Some("Equal"),
        _ => None,
    }
}

/// The merge key by the type of the elements. All other lists of maps are replaced as a whole.
///
/// Source: the tags `patchStrategy: merge` and `patchMergeKey` of `k8s.io/api` 1.35. They are less specific than the
/// keys of server-side apply: a port is identified by its number, without its protocol.
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

/// The field by which a strategic merge patch merges list elements of a type, `None` if it replaces the whole list.
pub fn merge_key(element: &str) -> Option<&'static str> {
    let (_, key) = MERGE_KEYS.iter().find(|(of, _)| *of == element)?;
    Some(key)
}

/// Whether a strategic merge patch of an object of this type removes the fields that the patch does not have
/// (`patchStrategy: retainKeys`).
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
