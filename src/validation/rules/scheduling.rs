//! Where pods may run. Sources: `ValidateTolerations`, `validateTopologySpreadConstraints`,
//! `ValidateNodeSelectorRequirement`.

use std::collections::HashSet;

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::NameRule;
use crate::yaml::Step;

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

/// A requirement on the labels of nodes.
pub(super) fn requirement(at: &Node<'_>, report: &mut Report<'_>) {
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
        .any(|step| matches!(step, Step::Key(key) if key.starts_with("preferred")));
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
