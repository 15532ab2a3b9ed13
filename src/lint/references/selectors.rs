//! How objects find pods: workloads and Services by selectors, Ingresses and autoscalers by name.

use serde_json::Value;

use super::index::{Template, group, kind};
use super::{Cursor, Index, Problem, Violations};

pub(super) fn check(object: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    match (group(object.value), kind(object.value)) {
        ("", "Service") => {
            service(object, index, violations);
        }
        ("networking.k8s.io", "Ingress") => ingress(object, index, violations),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler(object, index, violations),
        _ => {}
    }
}

/// The Service of a StatefulSet has to exist.
pub(super) fn check_template(
    template: &Template<'_>,
    index: &Index<'_>,
    violations: &mut Violations,
) {
    let owner = &template.owner;
    if kind(owner.value) == "StatefulSet" {
        let service = owner.at("spec.serviceName");
        index.resolve("", "Service", template.namespace, &service, violations);
    }
}

fn service(service: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    let spec = service.at("spec");
    let selector = spec.at("selector");
    let Some(labels) = selector.value.as_object().filter(|map| !map.is_empty()) else {
        return;
    };
    if spec.at("type").text() == Some("ExternalName") {
        return;
    }
    let namespace = index.namespace(service.value);
    let selected = || index.selected(namespace, labels);
    if selected().next().is_none() {
        violations.add(&selector, Problem::ServiceSelectsNothing);
        return;
    }
    for target in spec.each("ports", "targetPort") {
        let Some(name) = target.text() else { continue };
        let found = selected().any(|template| {
            let mut containers = template.pod.at("spec").containers();
            containers.any(|container| names_port(&container, name))
        });
        if !found {
            let name = name.to_owned();
            violations.add(&target, Problem::NoSuchPort { name });
        }
    }
}

/// Whether a container has a port of that name.
pub(super) fn names_port(container: &Cursor<'_>, name: &str) -> bool {
    let mut ports = container.at("ports").items();
    ports.any(|port| port.at("name").text() == Some(name))
}

fn ingress(ingress: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    let spec = ingress.at("spec");
    let mut backends = vec![spec.at("defaultBackend"), spec.at("backend")];
    for rule in spec.at("rules").items() {
        backends.extend(rule.each("http.paths", "backend"));
    }
    let namespace = index.namespace(ingress.value);
    for backend in backends.iter().map(|backend| backend.at("service")) {
        let name = backend.at("name");
        let Some(service) = index.resolve("", "Service", namespace, &name, violations) else {
            continue;
        };
        for field in ["name", "number"] {
            let port = backend.at("port").at(field);
            if !port.value.is_null() && !serves(service, field, port.value) {
                let name = port
                    .value
                    .as_str()
                    .map_or_else(|| port.value.to_string(), str::to_owned);
                violations.add(&port, Problem::NoSuchPort { name });
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

fn autoscaler(autoscaler: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    let target = autoscaler.at("spec.scaleTargetRef");
    let scalable = ["Deployment", "ReplicaSet", "StatefulSet"]
        .into_iter()
        .find(|kind| target.at("kind").text() == Some(kind));
    if let Some(kind) = scalable
        && group(target.value) == "apps"
    {
        let namespace = index.namespace(autoscaler.value);
        index.resolve("apps", kind, namespace, &target.at("name"), violations);
    }
}
