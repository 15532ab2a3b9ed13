//! What an API server and its controllers write into an object, and no render holds.

/// Fields of `metadata` (`ObjectMeta` in `k8s.io/apimachinery/pkg/apis/meta/v1/types.go`: "Populated by the
/// system. Read-only."). `uid` is one too; it is left out here because it marks a live object.
pub const SERVER_METADATA: [&str; 7] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
];

/// The annotation in which `kubectl apply` keeps a copy of the object that it was given.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Annotations: of `kubectl apply`, of the deployment controller
/// (`pkg/controller/deployment/util`), and of volume binding (`pkg/controller/volume/persistentvolume`).
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

/// Fields that a cluster fills in where a manifest leaves them out, with values that no manifest can know: the
/// type and the field. On a live object they do not differ from an absent field.
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

/// Whether a cluster fills in a field (or `labels/KEY`, `annotations/KEY`) of a type.
pub fn is_filled(of: &str, field: &str) -> bool {
    FILLED.contains(&(of, field))
}
