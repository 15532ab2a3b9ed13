//! Containers: probes, lifecycle, variables. Sources: `validateContainerCommon`, `validateProbe`, `validateLifecycle`,
//! `ValidateEnv`, `validateInitContainers`.

use super::constraints::invalid_name;
use super::lists::unique_texts;
use super::{Node, Report};
use crate::kubernetes::NameRule;

/// What holds for a container in any list.
pub(super) fn container(at: &Node<'_>, report: &mut Report<'_>) {
    unique_texts(&at.at(&["ports"]), &["name"], "port name", "SR023", report);
    let mounts = at.at(&["volumeMounts"]);
    unique_texts(&mounts, &["mountPath"], "mount path", "SR026", report);
    let devices = at.at(&["volumeDevices"]);
    unique_texts(&devices, &["devicePath"], "device path", "SR026", report);
    // Before, InPlacePodVerticalScaling was off, and the field left out.
    if report.minor >= 33 {
        resizing(&at.at(&["resizePolicy"]), report);
    }
    for source in at.at(&["envFrom"]).items() {
        variable_name(&source.at(&["prefix"]), "prefix", report);
    }
}

fn resizing(policies: &Node<'_>, report: &mut Report<'_>) {
    unique_texts(policies, &["resourceName"], "resource", "SV011", report);
    for policy in policies.items() {
        let name = policy.at(&["resourceName"]);
        if let Some(text) = name
            .text()
            .filter(|text| !matches!(*text, "cpu" | "memory"))
        {
            let message = format!("unsupported value `{text}`: use one of cpu, memory");
            report.refuse(&name, "SA022", message);
        }
    }
}

/// What holds for a container in a pod, an init container or not.
pub(super) fn in_pod(at: &Node<'_>, spec: &Node<'_>, is_init: bool, report: &mut Report<'_>) {
    let policy = at.at(&["restartPolicy"]);
    let is_sidecar = is_init && policy.text() == Some("Always");
    restart(at, is_init, report);
    if is_init && !is_sidecar {
        for field in [
            "lifecycle",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
        ] {
            let keys = [field];
            let node = at.at(&keys);
            if node.is_set() {
                let message =
                    format!("an init container has a {field} only with restartPolicy: Always");
                report.refuse(&node, "SV011", message);
            }
        }
        return;
    }
    for field in ["livenessProbe", "startupProbe"] {
        let keys = [field, "successThreshold"];
        let threshold = at.at(&keys);
        if threshold.number().is_some_and(|number| number > 1) {
            let message = format!("successThreshold of a {field} has to be 1");
            report.refuse(&threshold, "SV012", message);
        }
    }
    let grace = at.at(&["readinessProbe", "terminationGracePeriodSeconds"]);
    if grace.is_set() {
        let message =
            "a readinessProbe has no terminationGracePeriodSeconds: it stops no container";
        report.refuse(&grace, "SV012", message);
    }
    let grace = spec
        .at(&["terminationGracePeriodSeconds"])
        .number()
        .unwrap_or(30);
    for hook in ["postStart", "preStop"] {
        let keys = ["lifecycle", hook, "sleep", "seconds"];
        let sleep = at.at(&keys);
        // Zero is allowed since 1.33 (PodLifecycleSleepActionAllowZero).
        let least = i64::from(report.minor < 33);
        if sleep
            .number()
            .is_some_and(|number| !(least..=grace).contains(&number))
        {
            let message = format!(
                "the sleep has to be from {least} to {grace} seconds, the terminationGracePeriodSeconds of the pod"
            );
            report.refuse(&sleep, "SV012", message);
        }
    }
}

/// The first minor version in which ContainerRestartRules is on.
const RESTART_RULES: u8 = 35;

fn restart(at: &Node<'_>, is_init: bool, report: &mut Report<'_>) {
    let policy = at.at(&["restartPolicy"]);
    let rules = at.at(&["restartPolicyRules"]);
    if report.minor < RESTART_RULES {
        match policy.text() {
            Some(_) if !is_init => {
                let message = "only init containers have a restartPolicy";
                report.refuse(&policy, "SV011", message);
            }
            Some("OnFailure" | "Never") => {
                let message = "the restartPolicy of an init container can only be Always";
                report.refuse(&policy, "SV011", message);
            }
            _ => {}
        }
    } else if rules.is_filled() && policy.text().is_none() {
        report.refuse(&rules, "SV011", "restartPolicyRules need a restartPolicy");
    }
}

pub(super) fn variable(at: &Node<'_>, report: &mut Report<'_>) {
    let name = at.at(&["name"]);
    variable_name(&name, "variable name", report);
    let (value, source) = (at.at(&["value"]), at.at(&["valueFrom"]));
    if value.text().is_some() && source.is_set() {
        let message = "a variable cannot have both `value` and `valueFrom`";
        report.refuse(&source, "SV013", message);
    }
}

/// The first minor version in which RelaxedEnvironmentVariableValidation is on.
const RELAXED_NAMES: u8 = 32;

fn variable_name(name: &Node<'_>, what: &str, report: &mut Report<'_>) {
    let Some(text) = name.text() else { return };
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_strict = text.chars().all(letters)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !matches!(text, "." | "..")
        && !text.starts_with("..");
    if !NameRule::EnvName.allows(text) {
        report.refuse(name, "SR030", invalid_name(what, text, NameRule::EnvName));
    } else if report.minor < RELAXED_NAMES && !is_strict {
        let message = format!(
            "the {what} `{text}` must be letters, digits, `_`, `-` and `.`, and not begin with a digit, in \
             Kubernetes before 1.{RELAXED_NAMES}"
        );
        report.refuse(name, "SR030", message);
    }
}
