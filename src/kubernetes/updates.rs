//! Immutable fields: which changes of existing objects the API server refuses, by kind, field and version.

use super::types::Minors;

/// Whether the API server accepts a change of a field. Conditions are about the state of the cluster, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Always accepted.
    Accepted,
    /// Always refused.
    Refused,
    /// Refused if the condition holds.
    RefusedIf(&'static str),
    /// Refused if the old object has the field, else accepted.
    Kept,
    /// Refused if the old object has the field, else refused if the condition holds.
    OnceSet(&'static str),
    /// Refused if both objects have the field. If one has not, the cluster has set it: refused if the condition holds.
    Allocated(&'static str),
}

/// The rule for changes of a field. It also holds for the fields below it that have no rule of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldUpdate {
    /// The API groups of the kind.
    pub groups: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// The keys of maps on the path of the field; elements of lists are left out.
    pub field: &'static [&'static str],
    /// The minor versions of Kubernetes for which the rule holds.
    pub minors: Minors,
    /// Whether a change is accepted.
    pub answer: Answer,
}

use Answer::{Accepted, Allocated, Kept, OnceSet, Refused, RefusedIf};

const ALWAYS: Minors = Minors {
    first: 0,
    last: u8::MAX,
};

const fn until(last: u8) -> Minors {
    Minors { first: 0, last }
}

const fn since(first: u8) -> Minors {
    Minors {
        first,
        last: u8::MAX,
    }
}

const fn row(
    groups: &'static [&'static str],
    kind: &'static str,
    field: &'static [&'static str],
    minors: Minors,
    answer: Answer,
) -> FieldUpdate {
    FieldUpdate {
        groups,
        kind,
        field,
        minors,
        answer,
    }
}

const CORE: &[&str] = &[""];
const APPS: &[&str] = &["apps"];
const BATCH: &[&str] = &["batch"];
const RBAC: &[&str] = &["rbac.authorization.k8s.io"];
const STORAGE: &[&str] = &["storage.k8s.io"];
const EXTENSIONS: &[&str] = &["apiextensions.k8s.io"];

const JOB: &str =
    "the old Job still exists: ttlSecondsAfterFinished has not passed and nobody deleted it";
const CLASS_FILLED_IN: &str =
    "the cluster has set another class, as it does if there is a default class";
const OLD_FIELD: &str = "the API server still counts it among the fields that cannot be changed";
const FILLED_IN: &str = "the value differs from the one that the cluster has set";

/// The rules. Sources: functions of Kubernetes in `pkg/apis/*/validation` and `pkg/registry/*/strategy.go`.
#[rustfmt::skip]
pub const FIELD_UPDATES: &[FieldUpdate] = &[
    // pkg/registry/apps/deployment/strategy.go, ValidateUpdate: immutable in every served API version.
    row(APPS, "Deployment", &["spec", "selector"], ALWAYS, Refused),
    // pkg/registry/apps/daemonset/strategy.go and replicaset/strategy.go, ValidateUpdate.
    row(APPS, "DaemonSet", &["spec", "selector"], ALWAYS, Refused),
    row(APPS, "ReplicaSet", &["spec", "selector"], ALWAYS, Refused),

    // ValidateStatefulSetUpdate: all of the spec except the fields in its message ("updates to statefulset spec for
    // fields other than …").
    row(APPS, "StatefulSet", &["spec"], ALWAYS, Refused),
    row(APPS, "StatefulSet", &["spec", "replicas"], ALWAYS, Accepted),
    row(APPS, "StatefulSet", &["spec", "template"], ALWAYS, Accepted),
    row(APPS, "StatefulSet", &["spec", "updateStrategy"], ALWAYS, Accepted),
    row(APPS, "StatefulSet", &["spec", "minReadySeconds"], ALWAYS, Accepted), // the field is new in 1.22
    row(APPS, "StatefulSet", &["spec", "persistentVolumeClaimRetentionPolicy"], ALWAYS, Accepted), // new in 1.23
    row(APPS, "StatefulSet", &["spec", "ordinals"], ALWAYS, Accepted), // new in 1.26
    // kubernetes#130263: refused by 1.31.4, accepted by newer servers. The release that changed it is not certain.
    row(APPS, "StatefulSet", &["spec", "revisionHistoryLimit"], until(32), Refused),
    row(APPS, "StatefulSet", &["spec", "revisionHistoryLimit"], Minors { first: 33, last: 34 }, RefusedIf(OLD_FIELD)),
    row(APPS, "StatefulSet", &["spec", "revisionHistoryLimit"], since(35), Accepted),

    // ValidateJobUpdate, ValidateJobSpecUpdate. A Job that was deleted is created again, whatever changed.
    row(BATCH, "Job", &["spec", "template"], ALWAYS, RefusedIf(JOB)),
    row(BATCH, "Job", &["spec", "selector"], ALWAYS, RefusedIf(JOB)),
    row(BATCH, "Job", &["spec", "completionMode"], ALWAYS, RefusedIf(JOB)),
    row(BATCH, "Job", &["spec", "completions"], ALWAYS, RefusedIf(JOB)), // except for Indexed Jobs, together with parallelism: see effects::jobs
    row(BATCH, "Job", &["spec", "podFailurePolicy"], ALWAYS, RefusedIf(JOB)),
    row(BATCH, "Job", &["spec", "backoffLimitPerIndex"], ALWAYS, RefusedIf(JOB)),
    row(BATCH, "Job", &["spec", "managedBy"], ALWAYS, RefusedIf(JOB)),
    row(BATCH, "Job", &["spec", "successPolicy"], ALWAYS, RefusedIf(JOB)),

    // ValidatePersistentVolumeClaimUpdate: "spec is immutable after creation except resources.requests and
    // volumeAttributesClassName for bound claims". Of the requests it excepts the storage only.
    row(CORE, "PersistentVolumeClaim", &["spec"], ALWAYS, Refused),
    row(CORE, "PersistentVolumeClaim", &["spec", "resources", "requests", "storage"], ALWAYS, Accepted), // see effects::claims
    // validateStorageClassUpgradeFromNil: a claim without a class can get one.
    row(CORE, "PersistentVolumeClaim", &["spec", "storageClassName"], ALWAYS, OnceSet(CLASS_FILLED_IN)),
    row(CORE, "PersistentVolumeClaim", &["spec", "volumeName"], ALWAYS, OnceSet("the claim is bound to another volume")),
    // dataSource and dataSourceRef are set from each other (normalizeDataSources).
    row(CORE, "PersistentVolumeClaim", &["spec", "dataSource"], ALWAYS, Allocated(FILLED_IN)),
    row(CORE, "PersistentVolumeClaim", &["spec", "dataSourceRef"], ALWAYS, Allocated(FILLED_IN)),
    // Feature gate VolumeAttributesClass: alpha 1.29, beta and off 1.31, GA 1.34.
    row(CORE, "PersistentVolumeClaim", &["spec", "volumeAttributesClassName"], until(33), RefusedIf("the feature VolumeAttributesClass is off, or the claim is not bound")),
    row(CORE, "PersistentVolumeClaim", &["spec", "volumeAttributesClassName"], since(34), RefusedIf("the claim is not bound, or the field is cleared")),
    row(CORE, "PersistentVolumeClaim", &["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"], ALWAYS, Refused),

    // ValidatePersistentVolumeUpdate: the source, the mode, and the nodes once they are set.
    row(CORE, "PersistentVolume", &["spec", "awsElasticBlockStore"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "azureDisk"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "azureFile"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "cephfs"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "cinder"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "csi"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "fc"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "flexVolume"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "flocker"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "gcePersistentDisk"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "glusterfs"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "hostPath"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "iscsi"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "local"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "nfs"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "photonPersistentDisk"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "portworxVolume"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "quobyte"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "rbd"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "scaleIO"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "storageos"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "vsphereVolume"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "csi", "controllerExpandSecretRef"], ALWAYS, Kept),
    row(CORE, "PersistentVolume", &["spec", "volumeMode"], ALWAYS, Refused),
    row(CORE, "PersistentVolume", &["spec", "nodeAffinity"], ALWAYS, Kept), // MutablePVNodeAffinity is alpha in 1.35 to 1.37

    // ValidateResourceQuotaUpdate.
    row(CORE, "ResourceQuota", &["spec", "scopes"], ALWAYS, Refused),

    // ValidateServiceUpdate; fields that are left out are kept or allocated (patchAllocatedValues). A Service that is
    // or becomes an ExternalName has none of these: see effects::services.
    row(CORE, "Service", &["spec", "clusterIP"], ALWAYS, Allocated(FILLED_IN)),
    row(CORE, "Service", &["spec", "clusterIPs"], ALWAYS, RefusedIf("the first address changes, not only the second")),
    row(CORE, "Service", &["spec", "ipFamilies"], ALWAYS, RefusedIf("the first family changes, not only the second")),
    row(CORE, "Service", &["spec", "loadBalancerClass"], ALWAYS, Allocated("the Service is already a load balancer without this class")),
    row(CORE, "Service", &["spec", "healthCheckNodePort"], ALWAYS, Allocated(FILLED_IN)),

    // ValidateSecretUpdate.
    row(CORE, "Secret", &["type"], ALWAYS, Refused),

    // ValidatePodUpdate: "pod updates may not change fields other than …".
    row(CORE, "Pod", &["spec"], ALWAYS, Refused),
    row(CORE, "Pod", &["spec", "containers", "image"], ALWAYS, Accepted),
    row(CORE, "Pod", &["spec", "initContainers", "image"], ALWAYS, Accepted),
    row(CORE, "Pod", &["spec", "activeDeadlineSeconds"], ALWAYS, RefusedIf("the deadline is later than before")),
    row(CORE, "Pod", &["spec", "tolerations"], ALWAYS, RefusedIf("a toleration is changed or removed")),
    row(CORE, "Pod", &["spec", "terminationGracePeriodSeconds"], ALWAYS, RefusedIf("it was not negative before")),

    // ValidateRoleBindingUpdate, ValidateClusterRoleBindingUpdate: "cannot change roleRef".
    row(RBAC, "RoleBinding", &["roleRef"], ALWAYS, Refused),
    row(RBAC, "ClusterRoleBinding", &["roleRef"], ALWAYS, Refused),
    // ValidateStorageClassUpdate.
    row(STORAGE, "StorageClass", &["provisioner"], ALWAYS, Refused),
    row(STORAGE, "StorageClass", &["parameters"], ALWAYS, Refused),
    row(STORAGE, "StorageClass", &["reclaimPolicy"], ALWAYS, Refused),
    row(STORAGE, "StorageClass", &["volumeBindingMode"], ALWAYS, Refused),
    // ValidateIngressClassUpdate, validateIngressClassSpecUpdate.
    row(&["networking.k8s.io"], "IngressClass", &["spec", "controller"], ALWAYS, Refused),
    // ValidatePriorityClassUpdate.
    row(&["scheduling.k8s.io"], "PriorityClass", &["value"], ALWAYS, Refused),
    row(&["scheduling.k8s.io"], "PriorityClass", &["preemptionPolicy"], ALWAYS, Refused),
    // ValidateRuntimeClassUpdate.
    row(&["node.k8s.io"], "RuntimeClass", &["handler"], ALWAYS, Refused),
    // ValidateCSIDriverUpdate; fsGroupPolicy and podInfoOnMount can be changed since 1.29 or 1.30.
    row(STORAGE, "CSIDriver", &["spec", "attachRequired"], ALWAYS, Refused),
    row(STORAGE, "CSIDriver", &["spec", "volumeLifecycleModes"], ALWAYS, Refused),
    row(STORAGE, "CSIDriver", &["spec", "fsGroupPolicy"], until(28), Refused),
    row(STORAGE, "CSIDriver", &["spec", "podInfoOnMount"], until(28), Refused),
    row(STORAGE, "CSIDriver", &["spec", "fsGroupPolicy"], Minors { first: 29, last: 29 }, RefusedIf(OLD_FIELD)),
    row(STORAGE, "CSIDriver", &["spec", "podInfoOnMount"], Minors { first: 29, last: 29 }, RefusedIf(OLD_FIELD)),
    // ValidateVolumeAttributesClassUpdate, ValidateVolumeAttachmentUpdate, ValidateCSIStorageCapacityUpdate.
    row(STORAGE, "VolumeAttributesClass", &["driverName"], ALWAYS, Refused),
    row(STORAGE, "VolumeAttributesClass", &["parameters"], ALWAYS, Refused),
    row(STORAGE, "VolumeAttachment", &["spec"], ALWAYS, Refused),
    row(STORAGE, "CSIStorageCapacity", &["nodeTopology"], ALWAYS, Refused),
    row(STORAGE, "CSIStorageCapacity", &["storageClassName"], ALWAYS, Refused),
    // ValidateEndpointSliceUpdate.
    row(&["discovery.k8s.io"], "EndpointSlice", &["addressType"], ALWAYS, Refused),
    // ValidateControllerRevisionUpdate.
    row(APPS, "ControllerRevision", &["data"], ALWAYS, Refused),
    // ValidateIPAddressUpdate, ValidateServiceCIDRUpdate: a second range can be added since 1.34.
    row(&["networking.k8s.io"], "IPAddress", &["spec", "parentRef"], ALWAYS, Refused),
    row(&["networking.k8s.io"], "ServiceCIDR", &["spec", "cidrs"], until(33), Refused),
    row(&["networking.k8s.io"], "ServiceCIDR", &["spec", "cidrs"], since(34), RefusedIf("the first range changes, not only the second")),
    // ValidateCertificateSigningRequestUpdate, ValidateClusterTrustBundleUpdate.
    row(&["certificates.k8s.io"], "CertificateSigningRequest", &["spec"], ALWAYS, Refused),
    row(&["certificates.k8s.io"], "ClusterTrustBundle", &["spec", "signerName"], ALWAYS, Refused),
    // ValidateResourceClaimUpdate, ValidateResourceClaimTemplateUpdate, ValidateResourceSliceUpdate.
    row(&["resource.k8s.io"], "ResourceClaim", &["spec"], ALWAYS, Refused),
    row(&["resource.k8s.io"], "ResourceClaimTemplate", &["spec"], ALWAYS, Refused),
    row(&["resource.k8s.io"], "ResourceSlice", &["spec", "driver"], ALWAYS, Refused),
    row(&["resource.k8s.io"], "ResourceSlice", &["spec", "nodeName"], ALWAYS, Refused),
    row(&["resource.k8s.io"], "ResourceSlice", &["spec", "pool", "name"], ALWAYS, Refused),
    // validateCustomResourceDefinitionSpecUpdate: once the definition is established. Versions: see effects::definitions.
    row(EXTENSIONS, "CustomResourceDefinition", &["spec", "scope"], ALWAYS, Refused),
    row(EXTENSIONS, "CustomResourceDefinition", &["spec", "names", "kind"], ALWAYS, Refused),
    row(EXTENSIONS, "CustomResourceDefinition", &["spec", "names", "plural"], ALWAYS, Refused),
    row(EXTENSIONS, "CustomResourceDefinition", &["spec", "group"], ALWAYS, Refused),
    // Not from the source: policy/v1beta1, which 1.25 no longer serves.
    row(&["policy"], "PodDisruptionBudget", &["spec"], until(24), RefusedIf("it was created through policy/v1beta1, for which the spec is immutable")),
];

#[cfg(test)]
mod tests {
    use super::super::types::{Type, TypeId, Types};
    use super::*;

    /// The field of a type by its keys, through lists.
    fn exists(mut id: TypeId, keys: &[&str]) -> bool {
        for (place, key) in keys.iter().enumerate() {
            let Some(field) = id.fields_of_all_versions().find(|field| field.name == *key) else {
                return false;
            };
            let mut value = &field.value;
            while let Type::List(element) = value {
                value = element;
            }
            match value {
                Type::Object(next) => id = *next,
                Type::Map(_) => return place + 2 >= keys.len(),
                _ => return place + 1 == keys.len(),
            }
        }
        true
    }

    #[test]
    fn every_row_names_a_field_that_there_is() {
        for row in FIELD_UPDATES {
            for group in row.groups {
                let api_version = if group.is_empty() {
                    "v1".to_owned()
                } else {
                    format!("{group}/v1")
                };
                let served = |minor| Types::of(1, minor).kind(&api_version, row.kind).ok();
                let id = (24..=37).rev().find_map(served).unwrap();
                assert!(exists(id, row.field), "{row:?}");
            }
        }
    }

    #[test]
    fn no_field_has_two_answers_in_one_version() {
        for (place, row) in FIELD_UPDATES.iter().enumerate() {
            for other in &FIELD_UPDATES[place + 1..] {
                let same = row.kind == other.kind && row.field == other.field;
                let both = (20..50)
                    .any(|minor| row.minors.contains(minor) && other.minors.contains(minor));
                assert!(!(same && both), "{row:?} {other:?}");
            }
        }
    }
}
