//! The allowed values of string fields, which the OpenAPI documents do not have. Only sets are listed whose other
//! values all API servers refuse.

/// Type, field, values; for lists of strings, the values of the elements. A value that one of 1.24 to 1.37 accepts is
/// in the set. Sources: the constants in `k8s.io/api/*/types.go`, and the checks in
/// `pkg/apis/*/validation/validation.go`.
#[rustfmt::skip]
const ALLOWED: &[(&str, &str, &[&str])] = &[
    ("admissionregistration.v1.MutatingWebhook", "failurePolicy", &["Ignore", "Fail"]),
    ("admissionregistration.v1.MutatingWebhook", "matchPolicy", &["Exact", "Equivalent"]),
    ("admissionregistration.v1.MutatingWebhook", "reinvocationPolicy", &["Never", "IfNeeded"]),
    ("admissionregistration.v1.RuleWithOperations", "operations", &["*", "CREATE", "UPDATE", "DELETE", "CONNECT"]),
    ("admissionregistration.v1.RuleWithOperations", "scope", &["Cluster", "Namespaced", "*"]),
    ("admissionregistration.v1.ValidatingWebhook", "failurePolicy", &["Ignore", "Fail"]),
    ("admissionregistration.v1.ValidatingWebhook", "matchPolicy", &["Exact", "Equivalent"]),
    ("apiextensions.v1.CustomResourceColumnDefinition", "type", &["integer", "number", "string", "boolean", "date"]),
    ("apiextensions.v1.CustomResourceDefinitionSpec", "scope", &["Cluster", "Namespaced"]),
    ("apps.v1.DaemonSetUpdateStrategy", "type", &["RollingUpdate", "OnDelete"]),
    ("apps.v1.DeploymentStrategy", "type", &["RollingUpdate", "Recreate"]),
    ("apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted", &["Retain", "Delete"]),
    ("apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled", &["Retain", "Delete"]),
    ("apps.v1.StatefulSetSpec", "podManagementPolicy", &["OrderedReady", "Parallel"]),
    ("apps.v1.StatefulSetUpdateStrategy", "type", &["RollingUpdate", "OnDelete"]),
    ("autoscaling.v2.HPAScalingPolicy", "type", &["Pods", "Percent"]),
    ("autoscaling.v2.HPAScalingRules", "selectPolicy", &["Max", "Min", "Disabled"]),
    ("autoscaling.v2.MetricSpec", "type", &["Resource", "ContainerResource", "Pods", "Object", "External"]),
    ("autoscaling.v2.MetricTarget", "type", &["Utilization", "Value", "AverageValue"]),
    ("batch.v1.CronJobSpec", "concurrencyPolicy", &["Allow", "Forbid", "Replace"]),
    ("batch.v1.JobSpec", "completionMode", &["NonIndexed", "Indexed"]),
    ("batch.v1.JobSpec", "podReplacementPolicy", &["TerminatingOrFailed", "Failed"]),
    ("batch.v1.PodFailurePolicyOnExitCodesRequirement", "operator", &["In", "NotIn"]),
    ("batch.v1.PodFailurePolicyOnPodConditionsPattern", "status", &["False", "True", "Unknown"]),
    ("batch.v1.PodFailurePolicyRule", "action", &["FailJob", "FailIndex", "Ignore", "Count"]),
    ("core.v1.AppArmorProfile", "type", PROFILES),
    ("core.v1.Container", "imagePullPolicy", PULL),
    ("core.v1.Container", "restartPolicy", RESTART),
    ("core.v1.Container", "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]),
    ("core.v1.ContainerPort", "protocol", PROTOCOLS),
    ("core.v1.ContainerResizePolicy", "restartPolicy", &["NotRequired", "RestartContainer"]),
    ("core.v1.EndpointPort", "protocol", PROTOCOLS),
    ("core.v1.HTTPGetAction", "scheme", &["HTTP", "HTTPS"]),
    ("core.v1.HostPathVolumeSource", "type", HOST_PATHS),
    ("core.v1.ImageVolumeSource", "pullPolicy", PULL),
    ("core.v1.NodeSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    ("core.v1.PersistentVolumeClaimSpec", "accessModes", ACCESS_MODES),
    ("core.v1.PersistentVolumeClaimSpec", "volumeMode", VOLUME_MODES),
    ("core.v1.PersistentVolumeSpec", "accessModes", ACCESS_MODES),
    ("core.v1.PersistentVolumeSpec", "persistentVolumeReclaimPolicy", &["Retain", "Delete", "Recycle"]),
    ("core.v1.PersistentVolumeSpec", "volumeMode", VOLUME_MODES),
    ("core.v1.PodOS", "name", &["linux", "windows"]),
    ("core.v1.PodSecurityContext", "fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
    ("core.v1.PodSecurityContext", "supplementalGroupsPolicy", &["Merge", "Strict"]),
    ("core.v1.PodSpec", "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("core.v1.PodSpec", "preemptionPolicy", PREEMPTION),
    ("core.v1.PodSpec", "restartPolicy", RESTART),
    ("core.v1.ScopedResourceSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist"]),
    ("core.v1.SeccompProfile", "type", PROFILES),
    ("core.v1.SecurityContext", "procMount", &["Default", "Unmasked"]),
    ("core.v1.ServicePort", "protocol", PROTOCOLS),
    ("core.v1.ServiceSpec", "externalTrafficPolicy", &["Cluster", "Local"]),
    ("core.v1.ServiceSpec", "internalTrafficPolicy", &["Cluster", "Local"]),
    ("core.v1.ServiceSpec", "ipFamilies", &["IPv4", "IPv6"]),
    ("core.v1.ServiceSpec", "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]),
    ("core.v1.ServiceSpec", "sessionAffinity", &["None", "ClientIP"]),
    ("core.v1.ServiceSpec", "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ("core.v1.Taint", "effect", TAINTS),
    ("core.v1.Toleration", "effect", TAINTS),
    ("core.v1.Toleration", "operator", &["Equal", "Exists", "Lt", "Gt"]),
    ("core.v1.TopologySpreadConstraint", "nodeAffinityPolicy", &["Honor", "Ignore"]),
    ("core.v1.TopologySpreadConstraint", "nodeTaintsPolicy", &["Honor", "Ignore"]),
    ("core.v1.TopologySpreadConstraint", "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
    ("core.v1.VolumeMount", "mountPropagation", &["None", "HostToContainer", "Bidirectional"]),
    ("core.v1.VolumeMount", "recursiveReadOnly", &["Disabled", "IfPossible", "Enabled"]),
    ("discovery.v1.EndpointPort", "protocol", PROTOCOLS),
    ("meta.v1.LabelSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist"]),
    ("networking.v1.HTTPIngressPath", "pathType", &["Prefix", "Exact", "ImplementationSpecific"]),
    ("networking.v1.NetworkPolicyPort", "protocol", PROTOCOLS),
    ("networking.v1.NetworkPolicySpec", "policyTypes", &["Ingress", "Egress"]),
    ("policy.v1.PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"]),
    ("rbac.v1.RoleRef", "kind", &["Role", "ClusterRole"]),
    ("rbac.v1.Subject", "kind", &["ServiceAccount", "User", "Group"]),
    ("scheduling.v1.PriorityClass", "preemptionPolicy", PREEMPTION),
    ("storage.v1.CSIDriverSpec", "fsGroupPolicy", &["File", "None", "ReadWriteOnceWithFSType"]),
    ("storage.v1.CSIDriverSpec", "volumeLifecycleModes", &["Persistent", "Ephemeral"]),
    ("storage.v1.StorageClass", "reclaimPolicy", &["Delete", "Retain"]),
    ("storage.v1.StorageClass", "volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
];

const ACCESS_MODES: &[&str] = &[
    "ReadWriteOnce",
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOncePod",
];
const HOST_PATHS: &[&str] = &[
    "DirectoryOrCreate",
    "Directory",
    "FileOrCreate",
    "File",
    "Socket",
    "CharDevice",
    "BlockDevice",
];
const PREEMPTION: &[&str] = &["PreemptLowerPriority", "Never"];
const PROFILES: &[&str] = &["RuntimeDefault", "Unconfined", "Localhost"];
const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];
const PULL: &[&str] = &["Always", "IfNotPresent", "Never"];
const RESTART: &[&str] = &["Always", "OnFailure", "Never"];
const TAINTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
const VOLUME_MODES: &[&str] = &["Filesystem", "Block"];

/// The allowed values of a field of a type.
pub(super) fn allowed(name: &str, field: &str) -> Option<&'static [&'static str]> {
    let place = ALLOWED
        .binary_search_by(|(other, of, _)| (*other, *of).cmp(&(name, field)))
        .ok()?;
    ALLOWED.get(place).map(|(_, _, values)| *values)
}

#[cfg(test)]
mod tests {
    use super::super::{Type, table};
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_fields_of_strings() {
        assert!(ALLOWED.is_sorted_by_key(|(name, field, _)| (name, field)));
        let strings = Type::List(Box::new(Type::String));
        for (name, field, values) in ALLOWED {
            let definitions = &table().definitions;
            let definition = definitions.iter().find(|found| found.name == *name);
            let found = definition
                .and_then(|found| table().fields(found).iter().find(|of| of.name == *field));
            let value = found.map(|found| &found.value);
            assert!(
                value == Some(&Type::String) || value == Some(&strings),
                "{name} {field}"
            );
            assert_eq!(allowed(name, field), Some(*values));
        }
    }
}
