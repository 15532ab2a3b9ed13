//! Workloads that keep pods running. Sources: `ValidateDeploymentSpec`, `ValidateStatefulSetSpec`,
//! `ValidateDaemonSetSpec`, `ValidateReplicaSetSpec`, `ValidateReplicationControllerSpec`.

use serde_json::Value;

use super::constraints::invalid_name;
use super::metadata::own_selector;
use super::{Node, Report};
use crate::kubernetes::NameRule;

pub(super) fn deployment(spec: &Node<'_>, report: &mut Report<'_>) {
    template(spec, report);
    let ready = spec.at(&["minReadySeconds"]).number().unwrap_or(0);
    let deadline = spec.at(&["progressDeadlineSeconds"]);
    let seconds = deadline.number().unwrap_or(600);
    if seconds >= 0 && seconds <= ready {
        let message = format!(
            "progressDeadlineSeconds ({seconds}) must be greater than minReadySeconds ({ready})"
        );
        report.refuse(&deadline, "SV050", message);
    }
    let rolling = spec.at(&["strategy", "rollingUpdate"]);
    if spec.at(&["strategy", "type"]).text() == Some("Recreate") {
        if rolling.is_set() {
            let message = "rollingUpdate is not allowed with the strategy Recreate: set it to null";
            report.refuse(&rolling, "SV051", message);
        }
        return;
    }
    if is_zero(rolling.at(&["maxSurge"]).value) && is_zero(rolling.at(&["maxUnavailable"]).value) {
        let message = "maxSurge and maxUnavailable may not both be 0: raise one of them";
        report.refuse(&rolling, "SV051", message);
    }
}

/// Whether a number of pods is zero pods or percent.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => {
            let digits = text.strip_suffix('%').unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|byte| byte == b'0')
        }
        _ => false,
    }
}

pub(super) fn stateful_set(spec: &Node<'_>, report: &mut Report<'_>) {
    template(spec, report);
    let strategy = spec.at(&["updateStrategy"]);
    let rolling = strategy.at(&["rollingUpdate"]);
    if strategy.at(&["type"]).text() == Some("OnDelete") && rolling.is_set() {
        let message = "rollingUpdate is not allowed with the strategy OnDelete: set it to null";
        report.refuse(&rolling, "SV051", message);
    }
    let unavailable = rolling.at(&["maxUnavailable"]);
    // MaxUnavailableStatefulSet is on since 1.37; before, the API server drops the field.
    if report.minor >= 37 && is_zero(unavailable.value) {
        report.refuse(&unavailable, "SV051", "maxUnavailable may not be 0");
    }
    for template in spec.at(&["volumeClaimTemplates"]).items() {
        if template.at(&["metadata", "name"]).text().is_none() {
            report.refuse(&template, "SA026", "a claim template needs a name");
        }
    }
    let service = spec.at(&["serviceName"]);
    // AllowInvalidServiceName, of a version after 1.32: new sets only.
    if report.minor >= 35
        && let Some(text) = service
            .text()
            .filter(|text| !NameRule::DnsLabel.allows(text))
    {
        report.refuse(
            &service,
            "SR030",
            invalid_name("name", text, NameRule::DnsLabel),
        );
    }
}

pub(super) fn daemon_set(spec: &Node<'_>, report: &mut Report<'_>) {
    template(spec, report);
    let strategy = spec.at(&["updateStrategy"]);
    if strategy.at(&["type"]).text() == Some("OnDelete") {
        return;
    }
    let rolling = strategy.at(&["rollingUpdate"]);
    let (surge, unavailable) = (rolling.at(&["maxSurge"]), rolling.at(&["maxUnavailable"]));
    let surges = surge.is_set() && !is_zero(surge.value);
    let is_none = is_zero(unavailable.value);
    if surges && !is_none {
        let message = "with maxSurge, maxUnavailable has to be 0; its default is 1";
        report.refuse(&surge, "SV051", message);
    } else if !surges && is_none {
        let message = "maxUnavailable may not be 0 without maxSurge";
        report.refuse(&unavailable, "SV051", message);
    }
}

pub(super) fn replica_set(spec: &Node<'_>, report: &mut Report<'_>) {
    template(spec, report);
}

pub(super) fn controller(spec: &Node<'_>, report: &mut Report<'_>) {
    always(spec, report);
    let labels = spec.at(&["template", "metadata", "labels"]);
    // Without a selector, it is set to the labels.
    for (key, value) in spec.at(&["selector"]).entries() {
        if value.value.is_string() && labels.value.get(key) != Some(value.value) {
            let message =
                format!("the selector's `{key}` does not match the labels of the pod template");
            report.refuse(&value, "SR001", message);
        }
    }
    if !spec.at(&["selector"]).is_filled() && !labels.is_filled() {
        report.refuse(spec, "SR002", "the selector is empty");
    }
}

/// The selector and the pods of a workload in the group `apps`.
fn template(spec: &Node<'_>, report: &mut Report<'_>) {
    always(spec, report);
    let labels = spec.at(&["template", "metadata", "labels"]);
    own_selector(&spec.at(&["selector"]), &labels, report);
}

/// Its pods are restarted, always.
fn always(spec: &Node<'_>, report: &mut Report<'_>) {
    let policy = spec.at(&["template", "spec", "restartPolicy"]);
    if let Some(text) = policy.text().filter(|text| *text != "Always") {
        let kind = report.kind;
        report.refuse(
            &policy,
            "SV052",
            format!("the restartPolicy of pods of a {kind} can only be Always, not {text}"),
        );
    }
    let deadline = spec.at(&["template", "spec", "activeDeadlineSeconds"]);
    if deadline.is_set() && !report.is("", "ReplicationController") {
        let kind = report.kind;
        report.refuse(
            &deadline,
            "SV052",
            format!("pods of a {kind} have no activeDeadlineSeconds"),
        );
    }
}
