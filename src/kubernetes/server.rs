//! Fields and annotations that API servers and controllers write into objects, and manifests do not have.

/// Read-only fields of `metadata` (`ObjectMeta` in `k8s.io/apimachinery/pkg/apis/meta/v1/types.go`: "Populated by the
/// system. Read-only."), without `uid`, by which objects of a cluster are recognized.
pub const SERVER_METADATA: [&str; 7] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
];

/// The annotation in which client-side `kubectl apply` stores the object as it was applied.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Annotations of `kubectl apply`, of the deployment controller (`pkg/controller/deployment/util`) and of volume
/// binding (`pkg/controller/volume/persistentvolume`).
pub const SERVER_ANNOTATIONS: [&str; 8] = [
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
];

/// Fields that a cluster sets if a manifest does not, to values that depend on the cluster: type and field. If an
/// object of a cluster has one of them and the manifest does not, that is no difference.
///
/// Sources: `pkg/registry/core/service/storage/alloc.go` (addresses and ports of a Service),
/// `pkg/registry/batch/job/strategy.go` (a Job's generated selector), the persistent volume binder and the
/// `DefaultStorageClass` and `StorageObjectInUseProtection` admission plugins, `pkg/apis/core/v1/conversion.go`
/// (`serviceAccount`), the namespace lifecycle, `kubectl rollout restart` (a template annotation that both appliers
/// leave in place), Helm's own marks (`pkg/kube/client.go`, `pkg/action/validate.go`).
const FILLED: [(&str, &str); 25] = [
    ("ObjectMeta", "uid"),
    ("ObjectMeta", "finalizers"),
    ("ObjectMeta", "ownerReferences"),
    ("ObjectMeta", "labels/app.kubernetes.io/managed-by"),
    ("ObjectMeta", "labels/batch.kubernetes.io/controller-uid"),
    ("ObjectMeta", "labels/batch.kubernetes.io/job-name"),
    ("ObjectMeta", "labels/controller-uid"),
    ("ObjectMeta", "labels/job-name"),
    ("ObjectMeta", "labels/kubernetes.io/metadata.name"),
    (
        "ObjectMeta",
        "annotations/kubectl.kubernetes.io/restartedAt",
    ),
    ("ObjectMeta", "annotations/meta.helm.sh/release-name"),
    ("ObjectMeta", "annotations/meta.helm.sh/release-namespace"),
    ("Namespace", "spec"),
    ("NamespaceSpec", "finalizers"),
    ("PersistentVolumeClaimSpec", "storageClassName"),
    ("PersistentVolumeClaimSpec", "volumeName"),
    ("JobSpec", "selector"),
    ("PodSpec", "serviceAccount"),
    ("ServiceAccount", "secrets"),
    ("ServicePort", "nodePort"),
    ("ServiceSpec", "clusterIP"),
    ("ServiceSpec", "clusterIPs"),
    ("ServiceSpec", "healthCheckNodePort"),
    ("ServiceSpec", "ipFamilies"),
    ("ServiceSpec", "ipFamilyPolicy"),
];

/// Whether the cluster sets a field of a type if a manifest does not. Labels and annotations are given as `labels/KEY`
/// and `annotations/KEY` of `ObjectMeta`.
pub fn is_filled(of: &str, field: &str) -> bool {
    FILLED.contains(&(of, field))
}
