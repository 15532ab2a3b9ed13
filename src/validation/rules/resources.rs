//! Requests and limits. Source: `validateResourceRequirements`.

use serde_json::Value;

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::{NameRule, Quantity, is_extended, is_huge_pages, may_be_overcommitted};
use crate::yaml::StepRef;

pub(super) fn requirements(at: &Node<'_>, report: &mut Report<'_>) {
    let (limits, requests) = (at.at(&["limits"]), at.at(&["requests"]));
    for (name, amount) in limits.entries().chain(requests.entries()) {
        resource(name, &amount, report);
    }
    for (name, request) in requests.entries() {
        let (Some(amount), limit) = (Quantity::of(request.value), limits.value.get(name)) else {
            continue;
        };
        let limit = limit.filter(|limit| !limit.is_null());
        match limit.and_then(Quantity::of) {
            Some(most) if amount > most => {
                let message = format!(
                    "the request {} is more than the limit {}",
                    shown(request.value),
                    shown(limit.unwrap_or(&Value::Null))
                );
                report.refuse(&request, "SV015", message);
            }
            Some(most) if amount != most && !may_be_overcommitted(name) => {
                let message = format!("the request of {name} has to be equal to its limit");
                report.refuse(&request, "SV015", message);
            }
            None if limit.is_none() && !may_be_overcommitted(name) => {
                let message = format!("{name} needs a limit too: it cannot be overcommitted");
                report.refuse(&request, "SV015", message);
            }
            _ => {}
        }
    }
    let has = |wanted: &dyn Fn(&str) -> bool| {
        limits
            .entries()
            .chain(requests.entries())
            .any(|(name, _)| wanted(name))
    };
    if has(&is_huge_pages) && !has(&|name| matches!(name, "cpu" | "memory")) {
        report.refuse(
            at,
            "SV015",
            "huge pages need a request or limit of cpu or memory",
        );
    }
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The name and the amount of a resource of a container.
pub(super) fn resource(name: &str, amount: &Node<'_>, report: &mut Report<'_>) {
    let quantity = Quantity::of(amount.value);
    if quantity.is_some_and(|quantity| Quantity::parse("0").is_some_and(|zero| quantity < zero)) {
        report.refuse(amount, "SV015", "it is less than 0");
    }
    self::name(name, &amount.key(), report);
    if is_extended(name) && quantity.is_some_and(|quantity| !quantity.is_whole()) {
        report.refuse(amount, "SV015", format!("{name} has to be a whole number"));
    }
}

/// The name of a resource of a container.
pub(super) fn name(name: &str, at: &Node<'_>, report: &mut Report<'_>) {
    if !NameRule::QualifiedName.allows(name) {
        let message = invalid_name("resource", name, NameRule::QualifiedName);
        report.refuse(at, "SR030", message);
    } else if !name.contains('/') {
        if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !is_huge_pages(name) {
            let message = format!(
                "`{name}` is not a resource of containers: there are cpu, memory, ephemeral-storage and hugepages-SIZE, \
                 and names with a domain"
            );
            report.refuse(at, "SV015", message);
        }
    } else if !name.contains("kubernetes.io/") && name.starts_with("requests.") {
        report.refuse(
            at,
            "SV015",
            format!("`{name}` is not a resource of containers"),
        );
    }
}

/// What pods of a runtime class need besides that of their containers.
pub(super) fn overhead(at: &Node<'_>, report: &mut Report<'_>) {
    for (name, amount) in at.at(&["podFixed"]).entries() {
        resource(name, &amount, report);
    }
}

/// What a variable or a file can have of the resources of a container.
pub(super) fn selector(at: &Node<'_>, report: &mut Report<'_>) {
    let resource = at.at(&["resource"]);
    if let Some(text) = resource.text() {
        let known = text.split_once('.').is_some_and(|(list, name)| {
            matches!(list, "limits" | "requests")
                && (matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge_pages(name))
        });
        if !known {
            let message = format!("`{text}` is not a limit or request like limits.cpu");
            report.refuse(&resource, "SV013", message);
        }
    }
    let in_file = !report
        .path
        .iter()
        .any(|step| matches!(step, StepRef::Key("env")));
    if in_file && at.at(&["containerName"]).text().is_none() {
        report.refuse(at, "SV013", "a file about a resource needs containerName");
    }
}
