//! Defaults of fields: the values that the API server sets if a manifest does not, and the zero values that it takes as
//! unset. Only fields for which unset and default mean the same to the API server and to all controllers.

use serde_json::{Map, Value};

use super::Image;

/// A default in a table.
#[derive(Clone, Copy, Debug)]
enum Literal {
    Text(&'static str),
    Number(i64),
    Bool(bool),
    /// An empty map: its fields have defaults of their own, or it is a struct that is never unset.
    Empty,
}

use Literal::{Bool, Empty, Number, Text};

/// Type, field, default. Sources, all of Kubernetes 1.35:
/// `pkg/apis/{core,apps,batch,rbac,storage,autoscaling,networking}/v1/defaults.go`; for zero and empty values, the
/// fields of `k8s.io/api` that are no pointers, so that unset and zero are the same.
const DEFAULTS: &[(&str, &str, Literal)] = &[
    ("ConfigMapVolumeSource", "defaultMode", Number(420)),
    ("Container", "resources", Empty),
    ("Container", "stdin", Bool(false)),
    ("Container", "stdinOnce", Bool(false)),
    (
        "Container",
        "terminationMessagePath",
        Text("/dev/termination-log"),
    ),
    ("Container", "terminationMessagePolicy", Text("File")),
    ("Container", "tty", Bool(false)),
    ("Container", "workingDir", Text("")),
    ("ContainerPort", "hostIP", Text("")),
    ("ContainerPort", "hostPort", Number(0)),
    ("ContainerPort", "protocol", Text("TCP")),
    ("CronJobSpec", "concurrencyPolicy", Text("Allow")),
    ("CronJobSpec", "failedJobsHistoryLimit", Number(1)),
    ("CronJobSpec", "successfulJobsHistoryLimit", Number(3)),
    ("CronJobSpec", "suspend", Bool(false)),
    ("DaemonSetSpec", "minReadySeconds", Number(0)),
    ("DaemonSetSpec", "revisionHistoryLimit", Number(10)),
    ("DaemonSetSpec", "updateStrategy", Empty),
    ("DaemonSetUpdateStrategy", "type", Text("RollingUpdate")),
    ("DeploymentSpec", "minReadySeconds", Number(0)),
    ("DeploymentSpec", "paused", Bool(false)),
    ("DeploymentSpec", "progressDeadlineSeconds", Number(600)),
    ("DeploymentSpec", "replicas", Number(1)),
    ("DeploymentSpec", "revisionHistoryLimit", Number(10)),
    ("DeploymentSpec", "strategy", Empty),
    ("DeploymentStrategy", "type", Text("RollingUpdate")),
    ("DownwardAPIVolumeSource", "defaultMode", Number(420)),
    ("EmptyDirVolumeSource", "medium", Text("")),
    ("EnvFromSource", "prefix", Text("")),
    ("EnvVar", "value", Text("")),
    ("HTTPGetAction", "path", Text("/")),
    ("HTTPGetAction", "scheme", Text("HTTP")),
    ("HorizontalPodAutoscalerSpec", "minReplicas", Number(1)),
    ("HostPathVolumeSource", "type", Text("")),
    ("JobSpec", "backoffLimit", Number(6)),
    ("JobSpec", "completionMode", Text("NonIndexed")),
    ("JobSpec", "manualSelector", Bool(false)),
    ("JobSpec", "parallelism", Number(1)),
    ("JobSpec", "suspend", Bool(false)),
    ("NFSVolumeSource", "readOnly", Bool(false)),
    ("NetworkPolicyPort", "protocol", Text("TCP")),
    ("ObjectFieldSelector", "apiVersion", Text("v1")),
    ("PersistentVolumeClaim", "apiVersion", Text("v1")),
    (
        "PersistentVolumeClaim",
        "kind",
        Text("PersistentVolumeClaim"),
    ),
    ("PersistentVolumeClaim", "status", Empty),
    ("PersistentVolumeClaimSpec", "resources", Empty),
    (
        "PersistentVolumeClaimSpec",
        "volumeMode",
        Text("Filesystem"),
    ),
    ("PersistentVolumeClaimStatus", "phase", Text("Pending")),
    ("PersistentVolumeClaimVolumeSource", "readOnly", Bool(false)),
    (
        "PersistentVolumeSpec",
        "persistentVolumeReclaimPolicy",
        Text("Retain"),
    ),
    ("PersistentVolumeSpec", "volumeMode", Text("Filesystem")),
    ("PodSpec", "dnsPolicy", Text("ClusterFirst")),
    ("PodSpec", "enableServiceLinks", Bool(true)),
    ("PodSpec", "hostIPC", Bool(false)),
    ("PodSpec", "hostNetwork", Bool(false)),
    ("PodSpec", "hostPID", Bool(false)),
    ("PodSpec", "hostname", Text("")),
    ("PodSpec", "nodeName", Text("")),
    ("PodSpec", "priorityClassName", Text("")),
    ("PodSpec", "restartPolicy", Text("Always")),
    ("PodSpec", "schedulerName", Text("default-scheduler")),
    ("PodSpec", "securityContext", Empty),
    ("PodSpec", "serviceAccountName", Text("")),
    ("PodSpec", "subdomain", Text("")),
    ("PodSpec", "terminationGracePeriodSeconds", Number(30)),
    ("PodTemplateSpec", "metadata", Empty),
    ("JobTemplateSpec", "metadata", Empty),
    ("Probe", "failureThreshold", Number(3)),
    ("Probe", "initialDelaySeconds", Number(0)),
    ("Probe", "periodSeconds", Number(10)),
    ("Probe", "successThreshold", Number(1)),
    ("Probe", "timeoutSeconds", Number(1)),
    ("ProjectedVolumeSource", "defaultMode", Number(420)),
    ("ReplicaSetSpec", "replicas", Number(1)),
    ("ResourceFieldSelector", "divisor", Text("0")),
    ("RoleRef", "apiGroup", Text("rbac.authorization.k8s.io")),
    ("RollingUpdateDaemonSet", "maxSurge", Number(0)),
    ("RollingUpdateDaemonSet", "maxUnavailable", Number(1)),
    ("RollingUpdateDeployment", "maxSurge", Text("25%")),
    ("RollingUpdateDeployment", "maxUnavailable", Text("25%")),
    ("RollingUpdateStatefulSetStrategy", "partition", Number(0)),
    ("Secret", "type", Text("Opaque")),
    ("SecretVolumeSource", "defaultMode", Number(420)),
    (
        "ServiceAccountTokenProjection",
        "expirationSeconds",
        Number(3600),
    ),
    ("ServicePort", "name", Text("")),
    ("ServicePort", "nodePort", Number(0)),
    ("ServicePort", "protocol", Text("TCP")),
    ("ServiceSpec", "clusterIP", Text("")),
    ("ServiceSpec", "externalName", Text("")),
    ("ServiceSpec", "internalTrafficPolicy", Text("Cluster")),
    ("ServiceSpec", "loadBalancerIP", Text("")),
    ("ServiceSpec", "publishNotReadyAddresses", Bool(false)),
    ("ServiceSpec", "sessionAffinity", Text("None")),
    ("ServiceSpec", "type", Text("ClusterIP")),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "whenDeleted",
        Text("Retain"),
    ),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "whenScaled",
        Text("Retain"),
    ),
    ("StatefulSetSpec", "minReadySeconds", Number(0)),
    (
        "StatefulSetSpec",
        "persistentVolumeClaimRetentionPolicy",
        Empty,
    ),
    (
        "StatefulSetSpec",
        "podManagementPolicy",
        Text("OrderedReady"),
    ),
    ("StatefulSetSpec", "replicas", Number(1)),
    ("StatefulSetSpec", "revisionHistoryLimit", Number(10)),
    ("StatefulSetSpec", "serviceName", Text("")),
    ("StatefulSetSpec", "updateStrategy", Empty),
    ("StatefulSetUpdateStrategy", "type", Text("RollingUpdate")),
    ("StorageClass", "reclaimPolicy", Text("Delete")),
    ("StorageClass", "volumeBindingMode", Text("Immediate")),
    ("VolumeMount", "readOnly", Bool(false)),
    ("VolumeMount", "subPath", Text("")),
    ("VolumeMount", "subPathExpr", Text("")),
];

/// Fields of the table of which an empty text is a value, and mostly an invalid one: pointers and quantities.
const MAY_BE_EMPTY: [(&str, &str); 10] = [
    ("JobSpec", "completionMode"),
    ("NetworkPolicyPort", "protocol"),
    ("PersistentVolumeClaimSpec", "volumeMode"),
    ("PersistentVolumeSpec", "volumeMode"),
    ("ResourceFieldSelector", "divisor"),
    ("RollingUpdateDeployment", "maxSurge"),
    ("RollingUpdateDeployment", "maxUnavailable"),
    ("ServiceSpec", "internalTrafficPolicy"),
    ("StorageClass", "reclaimPolicy"),
    ("StorageClass", "volumeBindingMode"),
];

/// Whether the value of a field is an empty text, in place of which the API server sets the default, as if the field were
/// not set.
pub fn is_unset(of: &str, field: &str, value: &Value) -> bool {
    let has_text = || matches!(literal(of, field), Some(Text(_)));
    value == ""
        && ((with_fields_of(of), field) == ("Container", "imagePullPolicy") || has_text())
        && !MAY_BE_EMPTY.contains(&(of, field))
}

/// The default in the table.
fn literal(of: &str, field: &str) -> Option<Literal> {
    let wanted = (with_fields_of(of), field);
    let found = DEFAULTS.iter().find(|entry| (entry.0, entry.1) == wanted);
    found.map(|(_, _, literal)| *literal)
}

/// The type whose fields a type has.
fn with_fields_of(of: &str) -> &str {
    match of {
        "EphemeralContainer" => "Container",
        own => own,
    }
}

/// The value that a field of a type has if it is not set, `None` if it has no default. Some defaults depend on other
/// fields of the same object: these are in `siblings`.
pub fn default_of(of: &str, field: &str, siblings: &Map<String, Value>) -> Option<Value> {
    if let Some(literal) = literal(of, field) {
        return Some(literal.value());
    }
    let of = with_fields_of(of);
    let is = |field: &str, text: &str| siblings.get(field).is_none_or(|value| value == text);
    match (of, field) {
        ("Container", "imagePullPolicy") => {
            let image = siblings.get("image")?.as_str()?;
            Some(pull_policy(image).into())
        }
        ("ServicePort", "targetPort") => siblings.get("port").cloned(),
        ("PodSpec", "serviceAccount") => siblings.get("serviceAccountName").cloned(),
        ("ServiceSpec", "externalTrafficPolicy") if !is("type", "ClusterIP") => {
            Some("Cluster".into())
        }
        ("ServiceSpec", "allocateLoadBalancerNodePorts")
            if siblings
                .get("type")
                .is_some_and(|value| value == "LoadBalancer") =>
        {
            Some(true.into())
        }
        (
            "DeploymentStrategy" | "StatefulSetUpdateStrategy" | "DaemonSetUpdateStrategy",
            "rollingUpdate",
        ) if is("type", "RollingUpdate") => Some(Empty.value()),
        // Without both a Job runs one pod; with `parallelism` and without `completions` it is a work queue.
        ("JobSpec", "completions") if !siblings.contains_key("parallelism") => Some(1.into()),
        ("JobSpec", "podReplacementPolicy") if !siblings.contains_key("podFailurePolicy") => {
            Some("TerminatingOrFailed".into())
        }
        // A volume without a source is an empty directory.
        ("Volume", "emptyDir") if siblings.len() == 1 => Some(Empty.value()),
        ("Subject", "apiGroup") => Some(if is("kind", "ServiceAccount") {
            "".into()
        } else {
            "rbac.authorization.k8s.io".into()
        }),
        _ => None,
    }
}

impl Literal {
    fn value(self) -> Value {
        match self {
            Text(text) => text.into(),
            Number(number) => number.into(),
            Bool(bool) => bool.into(),
            Empty => Map::new().into(),
        }
    }
}

/// `Always` for images with the tag `latest`, and for those without tag and digest.
fn pull_policy(image: &str) -> &'static str {
    let image = Image::of(image);
    match (image.tag, image.digest) {
        (Some("latest"), _) | (None, None) => "Always",
        _ => "IfNotPresent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::types::{Type, Types};
    use serde_json::json;

    #[test]
    fn an_empty_text_is_the_default_but_for_pointers() {
        let is_unset = |of, field| is_unset(of, field, &json!(""));
        for (of, field) in [
            ("Secret", "type"),
            ("ServicePort", "protocol"),
            ("Container", "imagePullPolicy"),
            ("PodSpec", "restartPolicy"),
            ("EnvVar", "value"),
        ] {
            assert!(is_unset(of, field), "{of} {field}");
        }
        for (of, field) in [
            ("PersistentVolumeClaimSpec", "volumeMode"),
            ("PersistentVolumeClaimSpec", "storageClassName"),
            ("Container", "image"),
        ] {
            assert!(!is_unset(of, field), "{of} {field}");
        }
        assert!(!super::is_unset("Secret", "type", &json!("Opaque")));
    }

    #[test]
    fn a_pull_policy_follows_the_tag() {
        let of = |image: &str| {
            let container = json!({"image": image});
            default_of(
                "Container",
                "imagePullPolicy",
                container.as_object().unwrap(),
            )
            .unwrap()
        };
        assert_eq!(of("redis"), "Always");
        assert_eq!(of("registry:5000/redis"), "Always");
        assert_eq!(of("registry:5000/redis:latest"), "Always");
        assert_eq!(of("registry:5000/redis:7"), "IfNotPresent");
        assert_eq!(of("redis@sha256:00"), "IfNotPresent");
    }

    /// A misspelt type or field would be a rule that never applies.
    #[test]
    fn every_default_is_of_a_field_that_exists() {
        let types = Types::of(1, 35);
        let mut known = std::collections::HashSet::new();
        let mut open: Vec<_> = [
            ("v1", "ConfigMap"),
            ("v1", "Secret"),
            ("v1", "Service"),
            ("v1", "PersistentVolume"),
            ("v1", "PersistentVolumeClaim"),
            ("apps/v1", "Deployment"),
            ("apps/v1", "DaemonSet"),
            ("apps/v1", "ReplicaSet"),
            ("apps/v1", "StatefulSet"),
            ("batch/v1", "CronJob"),
            ("autoscaling/v2", "HorizontalPodAutoscaler"),
            ("networking.k8s.io/v1", "NetworkPolicy"),
            ("rbac.authorization.k8s.io/v1", "RoleBinding"),
            ("storage.k8s.io/v1", "StorageClass"),
        ]
        .into_iter()
        .map(|(version, kind)| types.kind(version, kind).unwrap())
        .collect();
        while let Some(id) = open.pop() {
            for field in types.fields(id) {
                let mut value = &field.value;
                while let Type::List(inner) | Type::Map(inner) = value {
                    value = inner;
                }
                if known.insert((id.name(), field.name))
                    && let Type::Object(inner) = value
                {
                    open.push(*inner);
                }
            }
        }
        for (of, field, _) in DEFAULTS {
            assert!(known.contains(&(*of, *field)), "{of}.{field}");
        }
    }
}
