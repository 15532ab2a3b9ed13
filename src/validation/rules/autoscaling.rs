//! Autoscalers. Sources: `validateHorizontalPodAutoscalerSpec`, `validateMetricSpec`, `validateMetricTarget`.

use super::{Node, Report};
use crate::kubernetes::Quantity;

/// The first minor version in which HPAScaleToZero is on.
const TO_ZERO: u8 = 37;

/// The numbers of pods.
pub(super) fn replicas(spec: &Node<'_>, report: &mut Report<'_>) {
    let target = spec.at(&["scaleTargetRef", "apiVersion"]);
    // A version after 1.32 checks it; before, the controller finds no workload without its group.
    let group = target.value.as_str().and_then(|text| text.split_once('/'));
    let is_grouped =
        group.is_some_and(|(group, version)| !group.is_empty() && !version.contains('/'));
    if report.minor >= 35 && spec.at(&["scaleTargetRef"]).is_set() && !is_grouped {
        let message = "the apiVersion of what is scaled needs its group, such as apps/v1";
        report.refuse(&target, "SV070", message);
    }
    let (least, most) = (spec.at(&["minReplicas"]), spec.at(&["maxReplicas"]));
    let Some(number) = least.number() else { return };
    if number < 0 || number == 0 && report.minor < TO_ZERO {
        report.refuse(
            &least,
            "SV070",
            format!("minReplicas is {number}, and has to be at least 1"),
        );
    } else if number == 0 && !scales_by_others(spec) {
        let message = "minReplicas: 0 needs a metric of type Object or External";
        report.refuse(&least, "SV070", message);
    }
    if most.number().is_some_and(|most| most < number) {
        let message = format!("maxReplicas is less than minReplicas, {number}");
        report.refuse(&most, "SV070", message);
    }
}

fn scales_by_others(spec: &Node<'_>) -> bool {
    let metrics = spec.at(&["metrics"]);
    let mut types = metrics
        .items()
        .filter_map(|metric| metric.value["type"].as_str());
    types.any(|kind| matches!(kind, "Object" | "External"))
}

pub(super) fn spec(spec: &Node<'_>, report: &mut Report<'_>) {
    replicas(spec, report);
}

/// The source of a metric by its type.
const SOURCES: [(&str, &str); 5] = [
    ("ContainerResource", "containerResource"),
    ("External", "external"),
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
];

pub(super) fn metric(at: &Node<'_>, report: &mut Report<'_>) {
    let kind = at.at(&["type"]).text().unwrap_or_default();
    let Some((_, source)) = SOURCES.iter().find(|(name, _)| *name == kind) else {
        return;
    };
    for (_, field) in SOURCES {
        let keys = [field];
        let node = at.at(&keys);
        if field == *source && !node.is_set() {
            report.refuse(
                at,
                "SV071",
                format!("a metric of type {kind} needs {source}"),
            );
        } else if field != *source && node.is_set() {
            report.refuse(
                &node,
                "SV071",
                format!("a metric of type {kind} has no {field}"),
            );
        }
    }
    let resource = at.at(&["containerResource", "name"]);
    if let Some(name) = resource.text() {
        super::resources::name(name, &resource, report);
    }
    let keys = [*source, "target"];
    let target = at.at(&keys);
    if !target.is_set() {
        return;
    }
    let has = |field: &'static str| target.at(&[field]).is_set();
    let (value, average, utilization) =
        (has("value"), has("averageValue"), has("averageUtilization"));
    let message = match kind {
        "Resource" | "ContainerResource" if average == utilization => {
            "the target needs either averageValue or averageUtilization"
        }
        "Pods" if !average => "the target needs averageValue",
        "Object" if !value && !average => "the target needs value or averageValue",
        "External" if value == average => "the target needs either value or averageValue",
        _ => return,
    };
    report.refuse(&target, "SV071", message);
}

pub(super) fn target(at: &Node<'_>, report: &mut Report<'_>) {
    for field in ["value", "averageValue"] {
        let keys = [field];
        let node = at.at(&keys);
        if Quantity::of(node.value).is_some_and(|quantity| !quantity.is_positive()) {
            report.refuse(&node, "SV071", format!("{field} has to be more than 0"));
        }
    }
}
