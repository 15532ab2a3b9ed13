//! Workloads that select their own pods: the selector has to match the template's labels.
//! What else a template says is not looked at here.

use super::index::{Template, group, kind};
use super::{Findings, Index, Place, Problem};
use crate::kubernetes::requirement_holds;

pub(super) fn check(template: &Template<'_>, index: &Index<'_>, findings: &mut Findings) {
    let owner = &template.owner;
    let spec = owner.at("spec");
    if group(owner.value) == "apps" {
        own_selector(
            &spec.at("selector"),
            &template.pod.at("metadata.labels"),
            findings,
        );
    }
    let service = spec.at("serviceName");
    if kind(owner.value) == "StatefulSet"
        && let Some(name) = service.text()
        && index
            .find(["", "Service", template.namespace, name])
            .is_none()
        && !index.is_external("Service", name)
    {
        let kind = "Service";
        findings.add(
            &service,
            Problem::NoSuchObject {
                kind,
                name: name.to_owned(),
            },
        );
    }
}

fn own_selector(selector: &Place<'_>, labels: &Place<'_>, findings: &mut Findings) {
    if !selector.value.is_object() {
        return;
    }
    let (wanted, expressions) = (selector.at("matchLabels"), selector.at("matchExpressions"));
    if wanted.entries().next().is_none() && expressions.items().next().is_none() {
        findings.add(selector, Problem::EmptySelector);
    }
    for (key, value) in wanted.entries() {
        if value.value.is_string() && labels.value.get(key) != Some(value.value) {
            let label = key.to_owned();
            findings.add(&value, Problem::SelectorMissesOwnPods { label });
        }
    }
    for expression in expressions.items() {
        let key = expression.at("key").text().unwrap_or_default();
        if !requirement_holds(expression.value, labels.value.get(key)) {
            let label = key.to_owned();
            findings.add(&expression, Problem::SelectorMissesOwnPods { label });
        }
    }
}
