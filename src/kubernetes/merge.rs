//! How a strategic merge patch treats the fields of the built-in types.
//! It names rules; it merges nothing.

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
