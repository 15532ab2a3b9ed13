//! The ways to pods: Services to the pods that they select, Ingresses to Services, autoscalers to what
//! they scale. Objects that select by other means than these are not looked at.

use serde_json::Value;

use super::index::{Template, group, kind};
use super::{Findings, Index, Place, Problem};

pub(super) fn check(object: &Place<'_>, index: &Index<'_>, findings: &mut Findings) {
    match (group(object.value), kind(object.value)) {
        ("", "Service") => service(object, index, findings),
        ("networking.k8s.io", "Ingress") => ingress(object, index, findings),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler(object, index, findings),
        _ => {}
    }
}

fn service(service: &Place<'_>, index: &Index<'_>, findings: &mut Findings) {
    let spec = service.at("spec");
    let selector = spec.at("selector");
    if spec.at("type").text() == Some("ExternalName") || selector.entries().next().is_none() {
        return;
    }
    let namespace = index.namespace(service.value);
    let selected: Vec<&Template<'_>> = index
        .templates()
        .iter()
        .filter(|template| template.namespace == namespace)
        .filter(|template| {
            let labels = template.pod.at("metadata.labels");
            selector
                .entries()
                .all(|(key, value)| labels.value.get(key) == Some(value.value))
        })
        .collect();
    if selected.is_empty() {
        findings.add(&selector, Problem::ServiceSelectsNothing);
        return;
    }
    for target in spec.at("ports").items().map(|port| port.at("targetPort")) {
        let Some(name) = target.text() else { continue };
        let found = selected
            .iter()
            .any(|template| has_port(&template.pod.at("spec"), name));
        if !found {
            findings.add(
                &target,
                Problem::NoSuchPort {
                    name: name.to_owned(),
                },
            );
        }
    }
}

/// Whether a container of a pod has a port of that name. Of init containers only sidecars run on.
fn has_port(spec: &Place<'_>, name: &str) -> bool {
    ["containers", "initContainers"].iter().any(|list| {
        spec.at(list)
            .items()
            .any(|container| names_port(&container, name))
    })
}

/// Whether a container has a port of that name.
pub(super) fn names_port(container: &Place<'_>, name: &str) -> bool {
    let ports = container.at("ports");
    ports
        .items()
        .any(|port| port.at("name").text() == Some(name))
}

fn ingress(ingress: &Place<'_>, index: &Index<'_>, findings: &mut Findings) {
    let spec = ingress.at("spec");
    let mut backends = vec![spec.at("defaultBackend"), spec.at("backend")];
    for rule in spec.at("rules").items() {
        backends.extend(rule.at("http.paths").items().map(|path| path.at("backend")));
    }
    let namespace = index.namespace(ingress.value);
    for backend in backends.iter().map(|backend| backend.at("service")) {
        let place = backend.at("name");
        let Some(name) = place.text() else { continue };
        if index.is_external("Service", name) {
            continue;
        }
        let Some(service) = index.find(["", "Service", namespace, name]) else {
            let kind = "Service";
            findings.add(
                &place,
                Problem::NoSuchObject {
                    kind,
                    name: name.to_owned(),
                },
            );
            continue;
        };
        for field in ["name", "number"] {
            let port = backend.at("port").at(field);
            if !port.value.is_null() && !serves(service, field, port.value) {
                let name = port
                    .value
                    .as_str()
                    .map_or_else(|| port.value.to_string(), str::to_owned);
                findings.add(&port, Problem::NoSuchPort { name });
            }
        }
    }
}

/// Whether a Service has a port of that name or number.
fn serves(service: &Value, field: &str, wanted: &Value) -> bool {
    let field = if field == "number" { "port" } else { field };
    let ports = service["spec"]["ports"].as_array();
    ports.is_some_and(|ports| ports.iter().any(|port| &port[field] == wanted))
}

fn autoscaler(autoscaler: &Place<'_>, index: &Index<'_>, findings: &mut Findings) {
    let target = autoscaler.at("spec.scaleTargetRef");
    let place = target.at("name");
    let known = ["Deployment", "ReplicaSet", "StatefulSet"]
        .into_iter()
        .find(|kind| target.at("kind").text() == Some(kind));
    let (Some(kind), Some(name)) = (known, place.text()) else {
        return;
    };
    let namespace = index.namespace(autoscaler.value);
    if group(target.value) == "apps"
        && index.find(["apps", kind, namespace, name]).is_none()
        && !index.is_external(kind, name)
    {
        findings.add(
            &place,
            Problem::NoSuchObject {
                kind,
                name: name.to_owned(),
            },
        );
    }
}
