//! Constraints on single fields that the OpenAPI documents do not have: ranges of numbers, required values, formats of
//! strings, fields of which one has to be set. Only what all API servers of 1.24 to 1.37 refuse is listed.

use super::super::names::NameRule;

/// What the API server requires of a field. Of a list of scalars, each element has to fulfil it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// An integer between two limits, both included.
    Between(i64, i64),
    /// It has to be set, and may not be an empty string, list or map.
    Required,
    /// If it is set, it may not be an empty list.
    NotEmpty,
    /// A string of a format; an empty one is as good as none.
    Named(NameRule),
    /// The number of a port, from 1 to 65535, or the name of one.
    Port,
    /// The same, or 0 or an empty string for the default.
    DefaultedPort,
    /// An IP address, leading zeros allowed.
    Address,
    /// A whole number of percent, or an integer that is not negative.
    IntOrPercent,
    /// The same, with at most 100 percent.
    AtMostAll,
}

/// Fields of a type of which only one may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Union {
    /// The fields.
    pub fields: &'static [&'static str],
    /// Whether one has to be set.
    pub is_required: bool,
}

use Constraint::{
    Address, AtMostAll, Between, DefaultedPort, IntOrPercent, Named, NotEmpty, Port, Required,
};

const NOT_NEGATIVE: Constraint = Between(0, i64::MAX);
const POSITIVE: Constraint = Between(1, i64::MAX);
/// File modes, `0777` in octal.
const MODE: Constraint = Between(0, 0o777);
/// User and group IDs.
const ID: Constraint = Between(0, 2_147_483_647);
const PORT: Constraint = Between(1, 65_535);
const LABEL: Constraint = Named(NameRule::DnsLabel);
const SUBDOMAIN: Constraint = Named(NameRule::DnsSubdomain);
const QUALIFIED: Constraint = Named(NameRule::QualifiedName);
const SEGMENT: Constraint = Named(NameRule::PathSegment);

/// Type, field, constraint. Sources: the functions of Kubernetes in `pkg/apis/*/validation/validation.go`; those of the
/// workloads also apply to pod templates.
#[rustfmt::skip]
const CONSTRAINTS: &[(&str, &str, Constraint)] = &[
    ("admissionregistration.v1.MutatingWebhook", "timeoutSeconds", Between(1, 30)),
    ("admissionregistration.v1.ServiceReference", "port", PORT),
    ("admissionregistration.v1.ValidatingWebhook", "timeoutSeconds", Between(1, 30)),
    ("apiextensions.v1.CustomResourceDefinitionNames", "categories", Named(NameRule::Rfc1035Label)),
    ("apiextensions.v1.CustomResourceDefinitionNames", "plural", Required),
    ("apiextensions.v1.CustomResourceDefinitionNames", "shortNames", Named(NameRule::Rfc1035Label)),
    ("apiextensions.v1.CustomResourceDefinitionSpec", "group", Required),
    ("apiextensions.v1.CustomResourceDefinitionSpec", "group", SUBDOMAIN),
    ("apiextensions.v1.CustomResourceDefinitionVersion", "name", Required),
    ("apiextensions.v1.CustomResourceDefinitionVersion", "name", Named(NameRule::Rfc1035Label)),
    ("apiregistration.v1.APIServiceSpec", "groupPriorityMinimum", Between(1, 20_000)),
    ("apiregistration.v1.APIServiceSpec", "versionPriority", Between(1, 1000)),
    ("apps.v1.DaemonSetSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.DaemonSetSpec", "revisionHistoryLimit", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "progressDeadlineSeconds", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "replicas", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "revisionHistoryLimit", NOT_NEGATIVE),
    ("apps.v1.ReplicaSetSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.ReplicaSetSpec", "replicas", NOT_NEGATIVE),
    ("apps.v1.RollingUpdateDaemonSet", "maxSurge", AtMostAll),
    ("apps.v1.RollingUpdateDaemonSet", "maxUnavailable", AtMostAll),
    ("apps.v1.RollingUpdateDeployment", "maxSurge", IntOrPercent),
    ("apps.v1.RollingUpdateDeployment", "maxUnavailable", AtMostAll),
    ("apps.v1.RollingUpdateStatefulSetStrategy", "partition", NOT_NEGATIVE),
    ("apps.v1.StatefulSetOrdinals", "start", NOT_NEGATIVE),
    ("apps.v1.StatefulSetSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.StatefulSetSpec", "replicas", NOT_NEGATIVE),
    ("autoscaling.v1.CrossVersionObjectReference", "kind", Required),
    ("autoscaling.v1.CrossVersionObjectReference", "kind", SEGMENT),
    ("autoscaling.v1.CrossVersionObjectReference", "name", Required),
    ("autoscaling.v1.CrossVersionObjectReference", "name", SEGMENT),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", "maxReplicas", POSITIVE),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", "targetCPUUtilizationPercentage", POSITIVE),
    ("autoscaling.v2.ContainerResourceMetricSource", "container", Required),
    ("autoscaling.v2.ContainerResourceMetricSource", "container", LABEL),
    ("autoscaling.v2.ContainerResourceMetricSource", "name", Required),
    ("autoscaling.v2.CrossVersionObjectReference", "kind", Required),
    ("autoscaling.v2.CrossVersionObjectReference", "kind", SEGMENT),
    ("autoscaling.v2.CrossVersionObjectReference", "name", Required),
    ("autoscaling.v2.CrossVersionObjectReference", "name", SEGMENT),
    ("autoscaling.v2.HPAScalingPolicy", "periodSeconds", Between(1, 1800)),
    ("autoscaling.v2.HPAScalingPolicy", "value", POSITIVE),
    ("autoscaling.v2.HPAScalingRules", "policies", NotEmpty),
    ("autoscaling.v2.HPAScalingRules", "stabilizationWindowSeconds", Between(0, 3600)),
    ("autoscaling.v2.HorizontalPodAutoscalerSpec", "maxReplicas", POSITIVE),
    ("autoscaling.v2.MetricIdentifier", "name", Required),
    ("autoscaling.v2.MetricIdentifier", "name", SEGMENT),
    ("autoscaling.v2.MetricSpec", "type", Required),
    ("autoscaling.v2.MetricTarget", "averageUtilization", POSITIVE),
    ("autoscaling.v2.MetricTarget", "type", Required),
    ("autoscaling.v2.ResourceMetricSource", "name", Required),
    ("batch.v1.CronJobSpec", "failedJobsHistoryLimit", NOT_NEGATIVE),
    ("batch.v1.CronJobSpec", "schedule", Required),
    ("batch.v1.CronJobSpec", "startingDeadlineSeconds", NOT_NEGATIVE),
    ("batch.v1.CronJobSpec", "successfulJobsHistoryLimit", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "activeDeadlineSeconds", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "backoffLimit", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "backoffLimitPerIndex", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "completions", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "maxFailedIndexes", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "parallelism", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "ttlSecondsAfterFinished", NOT_NEGATIVE),
    ("batch.v1.PodFailurePolicyOnPodConditionsPattern", "type", Required),
    ("batch.v1.PodFailurePolicyOnPodConditionsPattern", "type", QUALIFIED),
    ("coordination.v1.LeaseSpec", "leaseDurationSeconds", POSITIVE),
    ("coordination.v1.LeaseSpec", "leaseTransitions", NOT_NEGATIVE),
    ("core.v1.CSIPersistentVolumeSource", "driver", Required),
    ("core.v1.CSIPersistentVolumeSource", "driver", SUBDOMAIN),
    ("core.v1.CSIPersistentVolumeSource", "volumeHandle", Required),
    ("core.v1.CSIVolumeSource", "driver", Required),
    ("core.v1.CSIVolumeSource", "driver", SUBDOMAIN),
    ("core.v1.ClientIPConfig", "timeoutSeconds", Between(1, 86_400)),
    ("core.v1.ConfigMapEnvSource", "name", Required),
    ("core.v1.ConfigMapEnvSource", "name", SUBDOMAIN),
    ("core.v1.ConfigMapKeySelector", "key", Required),
    ("core.v1.ConfigMapKeySelector", "key", Named(NameRule::DataKey)),
    ("core.v1.ConfigMapKeySelector", "name", Required),
    ("core.v1.ConfigMapKeySelector", "name", SUBDOMAIN),
    ("core.v1.ConfigMapProjection", "name", Required),
    ("core.v1.ConfigMapVolumeSource", "defaultMode", MODE),
    ("core.v1.ConfigMapVolumeSource", "name", Required),
    ("core.v1.Container", "image", Required),
    ("core.v1.Container", "name", Required),
    ("core.v1.Container", "name", LABEL),
    ("core.v1.ContainerPort", "containerPort", PORT),
    ("core.v1.ContainerPort", "hostPort", Between(0, 65_535)),
    ("core.v1.ContainerPort", "name", Named(NameRule::PortName)),
    ("core.v1.DownwardAPIVolumeFile", "mode", MODE),
    ("core.v1.DownwardAPIVolumeFile", "path", Required),
    ("core.v1.DownwardAPIVolumeSource", "defaultMode", MODE),
    ("core.v1.EndpointAddress", "hostname", LABEL),
    ("core.v1.EndpointAddress", "ip", Address),
    ("core.v1.EndpointAddress", "nodeName", SUBDOMAIN),
    ("core.v1.EndpointPort", "name", LABEL),
    ("core.v1.EndpointPort", "port", PORT),
    ("core.v1.EnvVar", "name", Required),
    ("core.v1.EphemeralVolumeSource", "volumeClaimTemplate", Required),
    ("core.v1.ExecAction", "command", Required),
    ("core.v1.GRPCAction", "port", PORT),
    ("core.v1.HTTPGetAction", "port", Port),
    ("core.v1.HTTPHeader", "name", Required),
    ("core.v1.HTTPHeader", "name", Named(NameRule::HeaderName)),
    ("core.v1.HostAlias", "hostnames", SUBDOMAIN),
    ("core.v1.HostAlias", "ip", Address),
    ("core.v1.HostPathVolumeSource", "path", Required),
    ("core.v1.KeyToPath", "key", Required),
    ("core.v1.KeyToPath", "mode", MODE),
    ("core.v1.KeyToPath", "path", Required),
    ("core.v1.LimitRangeItem", "type", Required),
    ("core.v1.LocalVolumeSource", "path", Required),
    ("core.v1.NFSVolumeSource", "path", Required),
    ("core.v1.NFSVolumeSource", "server", Required),
    ("core.v1.NodeSelector", "nodeSelectorTerms", Required),
    ("core.v1.NodeSelectorRequirement", "key", Required),
    ("core.v1.NodeSelectorRequirement", "key", QUALIFIED),
    ("core.v1.NodeSelectorRequirement", "operator", Required),
    ("core.v1.ObjectFieldSelector", "fieldPath", Required),
    ("core.v1.PersistentVolumeClaimSpec", "accessModes", Required),
    ("core.v1.PersistentVolumeClaimSpec", "storageClassName", SUBDOMAIN),
    ("core.v1.PersistentVolumeClaimSpec", "volumeMode", NotEmpty),
    ("core.v1.PersistentVolumeClaimVolumeSource", "claimName", Required),
    ("core.v1.PersistentVolumeSpec", "accessModes", Required),
    ("core.v1.PersistentVolumeSpec", "capacity", Required),
    ("core.v1.PersistentVolumeSpec", "storageClassName", SUBDOMAIN),
    ("core.v1.PersistentVolumeSpec", "volumeMode", NotEmpty),
    ("core.v1.PodAffinityTerm", "namespaces", LABEL),
    ("core.v1.PodAffinityTerm", "topologyKey", Required),
    ("core.v1.PodAffinityTerm", "topologyKey", QUALIFIED),
    ("core.v1.PodDNSConfig", "nameservers", Address),
    ("core.v1.PodDNSConfigOption", "name", Required),
    ("core.v1.PodReadinessGate", "conditionType", QUALIFIED),
    ("core.v1.PodSchedulingGate", "name", QUALIFIED),
    ("core.v1.PodSecurityContext", "fsGroup", ID),
    ("core.v1.PodSecurityContext", "runAsGroup", ID),
    ("core.v1.PodSecurityContext", "runAsUser", ID),
    ("core.v1.PodSecurityContext", "supplementalGroups", ID),
    ("core.v1.PodSpec", "activeDeadlineSeconds", Between(1, 2_147_483_647)),
    ("core.v1.PodSpec", "containers", Required),
    ("core.v1.PodSpec", "nodeName", SUBDOMAIN),
    ("core.v1.PodSpec", "priorityClassName", SUBDOMAIN),
    ("core.v1.PodSpec", "runtimeClassName", SUBDOMAIN),
    ("core.v1.PodSpec", "serviceAccountName", SUBDOMAIN),
    ("core.v1.PreferredSchedulingTerm", "weight", Between(1, 100)),
    ("core.v1.Probe", "failureThreshold", NOT_NEGATIVE),
    ("core.v1.Probe", "initialDelaySeconds", NOT_NEGATIVE),
    ("core.v1.Probe", "periodSeconds", NOT_NEGATIVE),
    ("core.v1.Probe", "successThreshold", NOT_NEGATIVE),
    ("core.v1.Probe", "terminationGracePeriodSeconds", POSITIVE),
    ("core.v1.Probe", "timeoutSeconds", NOT_NEGATIVE),
    ("core.v1.ProjectedVolumeSource", "defaultMode", MODE),
    ("core.v1.ReplicationControllerSpec", "minReadySeconds", NOT_NEGATIVE),
    ("core.v1.ReplicationControllerSpec", "replicas", NOT_NEGATIVE),
    ("core.v1.ResourceFieldSelector", "resource", Required),
    ("core.v1.SecretEnvSource", "name", Required),
    ("core.v1.SecretEnvSource", "name", SUBDOMAIN),
    ("core.v1.SecretKeySelector", "key", Required),
    ("core.v1.SecretKeySelector", "key", Named(NameRule::DataKey)),
    ("core.v1.SecretKeySelector", "name", Required),
    ("core.v1.SecretKeySelector", "name", SUBDOMAIN),
    ("core.v1.SecretProjection", "name", Required),
    ("core.v1.SecretVolumeSource", "defaultMode", MODE),
    ("core.v1.SecretVolumeSource", "secretName", Required),
    ("core.v1.SecurityContext", "runAsGroup", ID),
    ("core.v1.SecurityContext", "runAsUser", ID),
    ("core.v1.ServiceAccountTokenProjection", "expirationSeconds", Between(600, 1 << 32)),
    ("core.v1.ServiceAccountTokenProjection", "path", Required),
    ("core.v1.ServicePort", "appProtocol", NotEmpty),
    ("core.v1.ServicePort", "appProtocol", QUALIFIED),
    ("core.v1.ServicePort", "name", LABEL),
    ("core.v1.ServicePort", "port", PORT),
    ("core.v1.ServicePort", "targetPort", DefaultedPort),
    ("core.v1.Sysctl", "name", Required),
    ("core.v1.TCPSocketAction", "port", Port),
    ("core.v1.Taint", "effect", Required),
    ("core.v1.Taint", "key", Required),
    ("core.v1.Taint", "key", QUALIFIED),
    ("core.v1.Taint", "value", Named(NameRule::LabelValue)),
    ("core.v1.Toleration", "key", QUALIFIED),
    ("core.v1.TopologySelectorLabelRequirement", "key", Required),
    ("core.v1.TopologySelectorLabelRequirement", "key", QUALIFIED),
    ("core.v1.TopologySelectorLabelRequirement", "values", Required),
    ("core.v1.TopologySpreadConstraint", "maxSkew", POSITIVE),
    ("core.v1.TopologySpreadConstraint", "minDomains", POSITIVE),
    ("core.v1.TopologySpreadConstraint", "topologyKey", Required),
    ("core.v1.TopologySpreadConstraint", "whenUnsatisfiable", Required),
    ("core.v1.TypedLocalObjectReference", "apiGroup", SUBDOMAIN),
    ("core.v1.TypedLocalObjectReference", "kind", Required),
    ("core.v1.TypedLocalObjectReference", "name", Required),
    ("core.v1.Volume", "name", Required),
    ("core.v1.Volume", "name", LABEL),
    ("core.v1.VolumeDevice", "devicePath", Required),
    ("core.v1.VolumeDevice", "name", Required),
    ("core.v1.VolumeMount", "mountPath", Required),
    ("core.v1.VolumeMount", "name", Required),
    ("core.v1.WeightedPodAffinityTerm", "weight", Between(1, 100)),
    ("discovery.v1.Endpoint", "addresses", Required),
    ("discovery.v1.Endpoint", "hostname", LABEL),
    ("discovery.v1.Endpoint", "nodeName", SUBDOMAIN),
    ("discovery.v1.EndpointPort", "appProtocol", NotEmpty),
    ("discovery.v1.EndpointPort", "appProtocol", QUALIFIED),
    ("discovery.v1.EndpointPort", "name", LABEL),
    ("discovery.v1.EndpointSlice", "addressType", Required),
    ("meta.v1.LabelSelectorRequirement", "key", Required),
    ("meta.v1.LabelSelectorRequirement", "key", QUALIFIED),
    ("meta.v1.LabelSelectorRequirement", "operator", Required),
    ("networking.v1.HTTPIngressPath", "pathType", Required),
    ("networking.v1.HTTPIngressRuleValue", "paths", Required),
    ("networking.v1.IngressClassParametersReference", "apiGroup", SUBDOMAIN),
    ("networking.v1.IngressClassParametersReference", "kind", Required),
    ("networking.v1.IngressClassParametersReference", "kind", SEGMENT),
    ("networking.v1.IngressClassParametersReference", "name", Required),
    ("networking.v1.IngressClassParametersReference", "name", SEGMENT),
    ("networking.v1.IngressClassParametersReference", "namespace", LABEL),
    ("networking.v1.IngressClassSpec", "controller", Required),
    ("networking.v1.IngressServiceBackend", "name", Required),
    ("networking.v1.IngressSpec", "ingressClassName", NotEmpty),
    ("networking.v1.IngressSpec", "ingressClassName", SUBDOMAIN),
    ("networking.v1.IngressTLS", "secretName", SUBDOMAIN),
    ("networking.v1.NetworkPolicyPort", "endPort", PORT),
    ("networking.v1.NetworkPolicyPort", "port", Port),
    ("networking.v1.ServiceBackendPort", "name", Named(NameRule::PortName)),
    ("networking.v1.ServiceBackendPort", "number", Between(0, 65_535)),
    ("node.v1.RuntimeClass", "handler", Required),
    ("node.v1.RuntimeClass", "handler", LABEL),
    ("policy.v1.PodDisruptionBudgetSpec", "maxUnavailable", AtMostAll),
    ("policy.v1.PodDisruptionBudgetSpec", "minAvailable", AtMostAll),
    ("rbac.v1.PolicyRule", "verbs", Required),
    ("rbac.v1.RoleRef", "kind", Required),
    ("rbac.v1.RoleRef", "name", Required),
    ("rbac.v1.RoleRef", "name", SEGMENT),
    ("rbac.v1.Subject", "kind", Required),
    ("rbac.v1.Subject", "name", Required),
    ("storage.v1.StorageClass", "provisioner", Required),
    ("storage.v1.TokenRequest", "expirationSeconds", Between(600, 1 << 32)),
    ("storage.v1.VolumeAttachmentSpec", "attacher", Required),
    ("storage.v1.VolumeAttachmentSpec", "nodeName", Required),
    ("storage.v1.VolumeAttributesClass", "driverName", Required),
    ("storage.v1.VolumeAttributesClass", "driverName", QUALIFIED),
    ("storage.v1.VolumeAttributesClass", "parameters", Required),
];

const VOLUMES: &[&str] = &[
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "hostPath",
    "image",
    "iscsi",
    "nfs",
    "persistentVolumeClaim",
    "photonPersistentDisk",
    "portworxVolume",
    "projected",
    "quobyte",
    "rbd",
    "scaleIO",
    "secret",
    "storageos",
    "vsphereVolume",
];
const PERSISTENT: &[&str] = &[
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

/// Type and fields of which one, or at most one, may be set. Sources: as for [`CONSTRAINTS`].
#[rustfmt::skip]
const UNIONS: &[(&str, Union)] = &[
    ("admissionregistration.v1.WebhookClientConfig", one_of(&["service", "url"])),
    ("core.v1.DownwardAPIVolumeFile", one_of(&["fieldRef", "resourceFieldRef"])),
    ("core.v1.EnvFromSource", one_of(&["configMapRef", "secretRef"])),
    ("core.v1.EnvVarSource", one_of(&["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"])),
    ("core.v1.LifecycleHandler", one_of(&["exec", "httpGet", "sleep", "tcpSocket"])),
    ("core.v1.PersistentVolumeSpec", one_of(PERSISTENT)),
    ("core.v1.Probe", one_of(&["exec", "grpc", "httpGet", "tcpSocket"])),
    // A volume without a source is an empty directory (SetDefaults_Volume).
    ("core.v1.Volume", at_most_one(VOLUMES)),
    ("core.v1.VolumeProjection", at_most_one(&["clusterTrustBundle", "configMap", "downwardAPI", "podCertificate", "secret", "serviceAccountToken"])),
    ("networking.v1.IngressBackend", one_of(&["resource", "service"])),
    ("networking.v1.ServiceBackendPort", one_of(&["name", "number"])),
    ("policy.v1.PodDisruptionBudgetSpec", at_most_one(&["maxUnavailable", "minAvailable"])),
    ("storage.v1.VolumeAttachmentSource", one_of(&["inlineVolumeSpec", "persistentVolumeName"])),
];

const fn one_of(fields: &'static [&'static str]) -> Union {
    Union {
        fields,
        is_required: true,
    }
}

const fn at_most_one(fields: &'static [&'static str]) -> Union {
    Union {
        fields,
        is_required: false,
    }
}

/// The constraints on the fields of a type.
pub(super) fn of(name: &str) -> &'static [(&'static str, &'static str, Constraint)] {
    let first = CONSTRAINTS.partition_point(|(of, _, _)| *of < name);
    let rest = &CONSTRAINTS[first..];
    &rest[..rest.partition_point(|(of, _, _)| *of == name)]
}

/// The fields of a type that exclude each other.
pub(super) fn union(name: &str) -> Option<Union> {
    let place = UNIONS.binary_search_by_key(&name, |(of, _)| of).ok()?;
    UNIONS.get(place).map(|(_, union)| *union)
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_name_fields_that_exist() {
        assert!(CONSTRAINTS.is_sorted_by_key(|(of, field, _)| (of, field)));
        assert!(UNIONS.is_sorted_by_key(|(of, _)| of));
        let unions = UNIONS
            .iter()
            .flat_map(|(of, union)| union.fields.iter().map(move |field| (*of, *field)));
        let fields = CONSTRAINTS.iter().map(|(of, field, _)| (*of, *field));
        for (of, field) in fields.chain(unions) {
            let definition = table().definitions.iter().find(|found| found.name == of);
            let known = definition
                .is_some_and(|found| table().fields(found).iter().any(|one| one.name == field));
            assert!(known, "{of} {field}");
        }
    }

    #[test]
    fn constraints_are_found_by_type() {
        assert_eq!(of("core.v1.Probe").len(), 6);
        assert_eq!(of("core.v1.Nothing").len(), 0);
        assert!(union("core.v1.Volume").is_some_and(|union| !union.is_required));
        assert_eq!(union("core.v1.Container"), None);
    }
}
