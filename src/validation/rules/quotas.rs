//! Quotas, ranges of limits, priority classes. Sources: `ValidateResourceQuotaSpec`, `validateResourceQuotaScopes`,
//! `ValidateLimitRange`, `ValidatePriorityClass`.

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::{NameRule, Quantity, is_extended};

/// What a quota without a domain in its name can limit (`standardQuotaResources`), besides huge pages.
const RESOURCES: [&str; 20] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "storage",
];

/// The limits that are about pods and their resources: all scopes of pods allow them, BestEffort only `pods`.
const OF_PODS: [&str; 10] = [
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "pods",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

pub(super) fn quota(at: &Node<'_>, report: &mut Report<'_>) {
    let hard = at.at(&["hard"]);
    for (name, amount) in hard.entries() {
        if Quantity::of(amount.value)
            .is_some_and(|quantity| Quantity::parse("0").is_some_and(|zero| quantity < zero))
        {
            report.refuse(&amount, "SV090", "it is less than 0");
        }
        if is_counted(name) && Quantity::of(amount.value).is_some_and(|amount| !amount.is_whole()) {
            report.refuse(&amount, "SV090", format!("{name} has to be a whole number"));
        }
        if !NameRule::QualifiedName.allows(name) {
            let message = invalid_name("resource", name, NameRule::QualifiedName);
            report.refuse(&amount.key(), "SR030", message);
        } else if !name.contains('/')
            && !RESOURCES.contains(&name)
            && !name.contains("hugepages-")
            && name != "storage"
        {
            report.refuse(
                &amount.key(),
                "SV090",
                format!("`{name}` is not a resource that a quota limits"),
            );
        } else if name == "storage" {
            report.refuse(
                &amount.key(),
                "SV090",
                "a quota limits requests.storage, not storage",
            );
        }
    }
    scopes(at, report);
    selector(at, report);
}

/// Whether a resource is counted in whole numbers: `IsIntegerResourceName`.
fn is_counted(name: &str) -> bool {
    const COUNTED: [&str; 9] = [
        "configmaps",
        "persistentvolumeclaims",
        "pods",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "services",
        "services.loadbalancers",
        "services.nodeports",
    ];
    COUNTED.contains(&name) || is_extended(name) && !name.starts_with("requests.")
}

fn scopes(at: &Node<'_>, report: &mut Report<'_>) {
    let hard = at.at(&["hard"]);
    let scopes = at.at(&["scopes"]);
    let list: Vec<&str> = scopes
        .value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str())
        .collect();
    for pair in [
        ["BestEffort", "NotBestEffort"],
        ["Terminating", "NotTerminating"],
    ] {
        if pair.iter().all(|scope| list.contains(scope)) {
            let message = format!("the scopes {} and {} exclude each other", pair[0], pair[1]);
            report.refuse(&scopes, "SV090", message);
        }
    }
    for scope in list {
        let allowed = |name: &str| match scope {
            "BestEffort" => name == "pods",
            "VolumeAttributesClass" => {
                name == "persistentvolumeclaims" || name == "requests.storage"
            }
            _ => OF_PODS.contains(&name),
        };
        let known = matches!(
            scope,
            "BestEffort"
                | "NotBestEffort"
                | "Terminating"
                | "NotTerminating"
                | "PriorityClass"
                | "CrossNamespacePodAffinity"
        ) || scope == "VolumeAttributesClass" && report.minor >= 34;
        if !known {
            report.refuse(&scopes, "SV090", format!("there is no scope `{scope}`"));
            continue;
        }
        for (name, amount) in hard.entries() {
            if RESOURCES.contains(&name) && !allowed(name) {
                report.refuse(
                    &amount.key(),
                    "SV090",
                    format!("the scope {scope} does not limit {name}"),
                );
            }
        }
    }
}

fn selector(at: &Node<'_>, report: &mut Report<'_>) {
    for expression in at.at(&["scopeSelector", "matchExpressions"]).items() {
        let values = expression.at(&["values"]);
        let is_class = matches!(
            expression.at(&["scopeName"]).text(),
            Some("PriorityClass" | "VolumeAttributesClass")
        );
        match expression.at(&["operator"]).text() {
            Some(operator @ ("In" | "NotIn")) if !values.is_filled() => {
                report.refuse(
                    &expression,
                    "SV001",
                    format!("the operator {operator} needs values"),
                );
            }
            Some(operator @ ("Exists" | "DoesNotExist")) if values.is_filled() => {
                report.refuse(
                    &values,
                    "SV001",
                    format!("the operator {operator} has no values"),
                );
            }
            Some("Exists") => {}
            Some(_) if !is_class => {
                report.refuse(
                    &expression,
                    "SV090",
                    "this scope only has the operator Exists",
                );
            }
            _ => {}
        }
    }
}

pub(super) fn limit(at: &Node<'_>, report: &mut Report<'_>) {
    let amount = |field: &'static str, name: &str| Quantity::of(&at.value[field][name]);
    let kind = at.at(&["type"]).text().unwrap_or_default();
    let is_standard = matches!(kind, "Pod" | "Container" | "PersistentVolumeClaim");
    if !kind.is_empty() && !is_standard {
        let at = at.at(&["type"]);
        if !NameRule::QualifiedName.allows(kind) {
            let message = invalid_name("type", kind, NameRule::QualifiedName);
            report.refuse(&at, "SR030", message);
        } else if !kind.contains('/') {
            let message = format!("`{kind}` is neither Pod, Container nor PersistentVolumeClaim");
            report.refuse(&at, "SV091", message);
        }
    }
    if kind == "Pod" {
        for field in ["default", "defaultRequest"] {
            let keys = [field];
            let node = at.at(&keys);
            if node.is_filled() {
                report.refuse(&node, "SV091", format!("limits of Pods have no {field}"));
            }
        }
    }
    if kind == "PersistentVolumeClaim"
        && amount("min", "storage").is_none()
        && amount("max", "storage").is_none()
    {
        report.refuse(
            at,
            "SV091",
            "limits of claims need min.storage or max.storage",
        );
    }
    // Each amount may not be more than those after it.
    for (less, more) in [
        ("min", "max"),
        ("min", "default"),
        ("min", "defaultRequest"),
        ("defaultRequest", "default"),
        ("defaultRequest", "max"),
        ("default", "max"),
    ] {
        let keys = [less];
        for (name, node) in at.at(&keys).entries() {
            if let (Some(less_amount), Some(more_amount)) =
                (Quantity::of(node.value), amount(more, name))
                && less_amount > more_amount
            {
                report.refuse(
                    &node,
                    "SV091",
                    format!("{less} of {name} is more than {more}"),
                );
            }
        }
    }
    for (name, ratio) in at.at(&["maxLimitRequestRatio"]).entries() {
        if let (Some(ratio_amount), Some(one)) = (Quantity::of(ratio.value), Quantity::parse("1"))
            && ratio_amount < one
        {
            report.refuse(
                &ratio,
                "SV091",
                format!("the ratio of {name} is less than 1"),
            );
        }
    }
}

/// The greatest value of a class that is not the system's: HighestUserDefinablePriority.
const HIGHEST: i64 = 1_000_000_000;

pub(super) fn priority_class(at: &Node<'_>, report: &mut Report<'_>) {
    let name = at.at(&["metadata", "name"]);
    let value = at.at(&["value"]);
    let is_system = name.text().is_some_and(|name| name.starts_with("system-"));
    if is_system {
        let known = [
            ("system-cluster-critical", 2 * HIGHEST),
            ("system-node-critical", 2 * HIGHEST + 1000),
        ];
        if !known
            .iter()
            .any(|(known, number)| name.text() == Some(known) && value.number() == Some(*number))
        {
            report.refuse(
                &name,
                "SV092",
                "names that begin with `system-` are reserved",
            );
        }
    } else if value.number().is_some_and(|value| value > HIGHEST) {
        report.refuse(&value, "SV092", format!("the value is more than {HIGHEST}"));
    }
}
