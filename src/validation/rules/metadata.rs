//! Metadata of objects and pod templates, and label selectors. Sources: `ValidateObjectMeta`, `ValidateLabels` and
//! `ValidateLabelSelector` in apimachinery; the names of kinds are in `NameRule::of_name`.

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::{NameRule, requirement_holds};
use crate::yaml::StepRef;

/// The greatest size of all annotations in bytes: TotalAnnotationSizeLimitB.
const LARGEST: usize = 256 * 1024;

pub(super) fn metadata(at: &Node<'_>, report: &mut Report<'_>) {
    // The metadata of Jobs of a CronJob and of claims of a StatefulSet are not checked before they are created.
    let is_checked = match report.path.as_slice() {
        [StepRef::Key("metadata")] => {
            name(at, report);
            owners(at, report);
            finalizers(at, report);
            true
        }
        [.., StepRef::Key("template"), StepRef::Key("metadata")] => true,
        _ => false,
    };
    if !is_checked {
        return;
    }
    labels(&at.at(&["labels"]), report);
    let annotations = at.at(&["annotations"]);
    let mut size = 0;
    for (key, entry) in annotations.entries() {
        size += key.len() + entry.value.as_str().map_or(0, str::len);
        // Keys of annotations are compared in lower case: ValidateAnnotations.
        if !NameRule::QualifiedName.allows(&key.to_lowercase()) {
            let message = invalid_name("annotation key", key, NameRule::QualifiedName);
            report.refuse(&entry.key(), "SR030", message);
        }
    }
    if size > LARGEST {
        let message = "the annotations are larger than 256 KiB";
        report.refuse(&annotations, "SV002", message);
    }
}

/// Whether the API server itself has the kind, and not one of the servers for its extensions.
fn has_kube_finalizers(report: &Report<'_>) -> bool {
    report.is_built_in
        && !matches!(
            report.group,
            "apiextensions.k8s.io" | "apiregistration.k8s.io"
        )
}

/// Sources: `ValidateFinalizerName`, and for the kinds that are built in `validateKubeFinalizerName`.
fn finalizers(at: &Node<'_>, report: &mut Report<'_>) {
    for finalizer in at.at(&["finalizers"]).items() {
        let Some(text) = finalizer.text() else {
            continue;
        };
        let is_standard = matches!(text, "kubernetes" | "orphan" | "foregroundDeletion");
        if !NameRule::QualifiedName.allows(text) {
            let message = invalid_name("finalizer", text, NameRule::QualifiedName);
            report.refuse(&finalizer, "SR030", message);
        } else if has_kube_finalizers(report) && !text.contains('/') && !is_standard {
            let message = format!("the finalizer `{text}` needs a domain: example.org/{text}");
            report.refuse(&finalizer, "SV002", message);
        }
    }
}

/// The owners of the object. Source: `ValidateOwnerReferences`.
fn owners(at: &Node<'_>, report: &mut Report<'_>) {
    let owners = at.at(&["ownerReferences"]);
    for owner in owners.items() {
        for field in ["apiVersion", "kind", "name", "uid"] {
            let keys = [field];
            let node = owner.at(&keys);
            if node.value.as_str() == Some("") {
                report.refuse(&node, "SA026", "it may not be empty");
            }
        }
    }
    let controllers = owners
        .items()
        .filter(|owner| owner.at(&["controller"]).is_true());
    if controllers.count() > 1 {
        let message = "only one owner can have controller: true";
        report.refuse(&owners, "SV002", message);
    }
}

/// The name of the object, and its namespace.
fn name(at: &Node<'_>, report: &mut Report<'_>) {
    let name = at.at(&["name"]);
    if let Some(text) = name.text() {
        let rule = match (report.group, report.kind) {
            // Since 1.27 (kubernetes#114172); before, the pods of other names could not be created.
            ("apps", "StatefulSet") if report.minor >= 28 => NameRule::DnsLabel,
            (group, kind) => NameRule::of_name(group, kind),
        };
        if !rule.allows(text) {
            report.refuse(&name, "SR030", invalid_name("name", text, rule));
        } else if report.is("", "Service")
            && report.minor < RELAXED_SERVICES
            && !NameRule::Rfc1035Label.allows(text)
        {
            let message = format!(
                "Kubernetes before 1.{RELAXED_SERVICES} refuses a Service name that begins with a digit"
            );
            report.refuse(&name, "SR031", message);
        }
    } else if at.at(&["generateName"]).text().is_none() {
        report.refuse(&Node::root(at.value), "SR032", "the object has no name");
    }
    let namespace = at.at(&["namespace"]);
    if let Some(text) = namespace
        .text()
        .filter(|text| !NameRule::DnsLabel.allows(text))
    {
        let message = invalid_name("namespace", text, NameRule::DnsLabel);
        report.refuse(&namespace, "SR030", message);
    }
}

/// The first minor version in which the feature RelaxedServiceNameValidation is on.
const RELAXED_SERVICES: u8 = 36;

/// Labels, or a map that selects them.
pub(super) fn labels(labels: &Node<'_>, report: &mut Report<'_>) {
    for (key, value) in labels.entries() {
        if !NameRule::QualifiedName.allows(key) {
            let message = invalid_name("label key", key, NameRule::QualifiedName);
            report.refuse(&value.key(), "SR030", message);
        }
        if let Some(text) = value
            .text()
            .filter(|text| !NameRule::LabelValue.allows(text))
        {
            let message = invalid_name("label value", text, NameRule::LabelValue);
            report.refuse(&value, "SR030", message);
        }
    }
}

/// Whether the selector is that of a metric, which is not checked.
fn is_of_metric(report: &Report<'_>) -> bool {
    let mut steps = report.path.iter();
    steps.any(|step| matches!(step, StepRef::Key("metric")))
}

pub(super) fn selector(at: &Node<'_>, report: &mut Report<'_>) {
    if is_of_metric(report) {
        return;
    }
    labels(&at.at(&["matchLabels"]), report);
}

pub(super) fn requirement(at: &Node<'_>, report: &mut Report<'_>) {
    if is_of_metric(report) {
        return;
    }
    let values = at.at(&["values"]);
    match at.at(&["operator"]).text() {
        Some(operator @ ("In" | "NotIn")) if !values.is_filled() => {
            report.refuse(at, "SV001", format!("the operator {operator} needs values"));
        }
        Some(operator @ ("Exists" | "DoesNotExist")) if values.is_filled() => {
            let message = format!("the operator {operator} has no values");
            report.refuse(&values, "SV001", message);
        }
        _ => {}
    }
    // ValidationOptions of 1.27: before, values of selectors were not checked.
    if report.minor >= 27 {
        for value in values.items() {
            if let Some(text) = value
                .text()
                .filter(|text| !NameRule::LabelValue.allows(text))
            {
                let message = invalid_name("label value", text, NameRule::LabelValue);
                report.refuse(&value, "SR030", message);
            }
        }
    }
}

/// The selector of a workload: it may not be empty, and has to match the labels of the workload's own pods.
pub(super) fn own_selector(selector: &Node<'_>, labels: &Node<'_>, report: &mut Report<'_>) {
    if !selector.value.is_object() {
        return;
    }
    let (wanted, expressions) = (
        selector.at(&["matchLabels"]),
        selector.at(&["matchExpressions"]),
    );
    if !wanted.is_filled() && !expressions.is_filled() {
        report.refuse(selector, "SR002", "the selector is empty");
    }
    let misses = |label: &str| {
        format!("the selector's `{label}` does not match the labels of the pod template")
    };
    for (key, value) in wanted.entries() {
        if value.value.is_string() && labels.value.get(key) != Some(value.value) {
            report.refuse(&value, "SR001", misses(key));
        }
    }
    for expression in expressions.items() {
        let key = expression.at(&["key"]).text().unwrap_or_default();
        if !requirement_holds(expression.value, labels.value.get(key)) {
            report.refuse(&expression, "SR001", misses(key));
        }
    }
}
