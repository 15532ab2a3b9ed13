//! Where pods may run. Sources: `ValidateTolerations`, `validateTopologySpreadConstraints`,
//! `ValidateNodeSelectorRequirement`, `ValidateNodeFieldSelectorRequirement`,
//! `ValidateMatchLabelKeysAndMismatchLabelKeys`.

use std::collections::HashSet;

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::NameRule;
use crate::yaml::StepRef;

pub(super) fn toleration(at: &Node<'_>, report: &mut Report<'_>) {
    let operator = at.at(&["operator"]);
    let value = at.at(&["value"]);
    if at.at(&["key"]).text().is_none() && operator.text() != Some("Exists") {
        report.refuse(
            at,
            "SV017",
            "a toleration without a key needs the operator Exists",
        );
    }
    if at.at(&["tolerationSeconds"]).is_set() && at.at(&["effect"]).text() != Some("NoExecute") {
        report.refuse(at, "SV017", "tolerationSeconds needs the effect NoExecute");
    }
    match operator.text() {
        Some("Exists") if value.text().is_some() => {
            report.refuse(&value, "SV017", "the operator Exists has no value");
        }
        None | Some("Equal") => {
            if let Some(text) = value
                .text()
                .filter(|text| !NameRule::LabelValue.allows(text))
            {
                let message = invalid_name("value", text, NameRule::LabelValue);
                report.refuse(&value, "SR030", message);
            }
        }
        Some(name @ ("Lt" | "Gt")) => report.refuse_if(
            &operator,
            "SV017",
            "the feature TaintTolerationComparisonOperators is off, as it is by default",
            format!("the operator {name} is experimental"),
        ),
        _ => {}
    }
}

pub(super) fn spread(at: &Node<'_>, report: &mut Report<'_>) {
    let domains = at.at(&["minDomains"]);
    if domains.is_set() && at.at(&["whenUnsatisfiable"]).text() == Some("ScheduleAnyway") {
        let message = "minDomains is only allowed with whenUnsatisfiable: DoNotSchedule";
        report.refuse(&domains, "SV017", message);
    }
    // Before, the field was an alpha feature, and left out.
    if report.minor >= 27 {
        label_keys(at, report);
    }
}

/// A term of the affinity to pods.
pub(super) fn pod_term(at: &Node<'_>, report: &mut Report<'_>) {
    if report.minor >= 31 {
        label_keys(at, report);
    }
}

/// Keys whose values are taken from the pod's own labels: they are added to a selector.
fn label_keys(at: &Node<'_>, report: &mut Report<'_>) {
    let selector = at.at(&["labelSelector"]);
    for field in ["matchLabelKeys", "mismatchLabelKeys"] {
        let keys = [field];
        let list = at.at(&keys);
        if !list.is_filled() {
            continue;
        }
        if !selector.is_set() {
            report.refuse(&list, "SV017", format!("{field} need a labelSelector"));
            continue;
        }
        for key in list.items() {
            let Some(text) = key.text() else { continue };
            if !NameRule::QualifiedName.allows(text) {
                let message = invalid_name("label key", text, NameRule::QualifiedName);
                report.refuse(&key, "SR030", message);
            }
        }
    }
    let (matching, others) = (at.at(&["matchLabelKeys"]), at.at(&["mismatchLabelKeys"]));
    for key in matching.items() {
        if others.items().any(|other| other.value == key.value) {
            let message = "the key is among the mismatchLabelKeys too";
            report.refuse(&key, "SV017", message);
        }
    }
}

/// Topology key and action have to differ.
pub(super) fn spreads(spec: &Node<'_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for constraint in spec.at(&["topologySpreadConstraints"]).items() {
        let (key, action) = (
            constraint.at(&["topologyKey"]),
            constraint.at(&["whenUnsatisfiable"]),
        );
        let (Some(key), Some(action)) = (key.text(), action.text()) else {
            continue;
        };
        if !seen.insert((key.to_owned(), action.to_owned())) {
            let message = format!("duplicate spread constraint `{key}`, {action}");
            report.refuse(&constraint, "SV017", message);
        }
    }
}

/// A requirement on the fields of nodes: there is one, the name.
fn field_requirement(at: &Node<'_>, report: &mut Report<'_>) {
    let (key, operator, values) = (at.at(&["key"]), at.at(&["operator"]), at.at(&["values"]));
    if let Some(text) = key.text().filter(|text| *text != "metadata.name") {
        let message =
            format!("nodes are selected by the field metadata.name only, not by `{text}`");
        report.refuse(&key, "SV017", message);
    }
    let count = values.value.as_array().map_or(0, Vec::len);
    match operator.text() {
        Some(operator @ ("In" | "NotIn")) if count != 1 => {
            let message = format!("for a field, the operator {operator} needs one value");
            report.refuse(at, "SV001", message);
        }
        None | Some("In" | "NotIn") => {}
        Some(_) => {
            let message = "for a field, the operator has to be In or NotIn";
            report.refuse(&operator, "SV001", message);
        }
    }
}

/// A requirement on the labels or fields of nodes.
pub(super) fn requirement(at: &Node<'_>, report: &mut Report<'_>) {
    let is_about_field = |step: &StepRef<'_>| matches!(step, StepRef::Key("matchFields"));
    if report.path.iter().any(is_about_field) {
        return field_requirement(at, report);
    }
    let values = at.at(&["values"]);
    let count = values.value.as_array().map_or(0, Vec::len);
    match at.at(&["operator"]).text() {
        Some(operator @ ("In" | "NotIn")) if count == 0 => {
            report.refuse(at, "SV001", format!("the operator {operator} needs values"));
        }
        Some(operator @ ("Exists" | "DoesNotExist")) if count > 0 => {
            report.refuse(
                &values,
                "SV001",
                format!("the operator {operator} has no values"),
            );
        }
        Some(operator @ ("Gt" | "Lt")) if count != 1 => {
            report.refuse(
                at,
                "SV001",
                format!("the operator {operator} needs one value"),
            );
        }
        _ => {}
    }
    // Of preferred terms, values are never checked; of others since a version after 1.32.
    let is_preferred = report
        .path
        .iter()
        .any(|step| matches!(step, StepRef::Key(key) if key.starts_with("preferred")));
    if report.minor < 35 || is_preferred {
        return;
    }
    for value in values.items() {
        if let Some(text) = value
            .text()
            .filter(|text| !NameRule::LabelValue.allows(text))
        {
            let message = invalid_name("value", text, NameRule::LabelValue);
            report.refuse(&value, "SR030", message);
        }
    }
}
