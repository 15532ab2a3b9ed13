//! Who hands requests on: Services to pods, Ingresses and routes to Services.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Map, Point, Relation};
use crate::kubernetes::{items, pod_of};
use crate::manifest::Manifest;

pub(super) fn add(manifest: &Manifest, from: &Point, workloads: &Workloads<'_>, map: &mut Map<'_>) {
    let spec = &manifest.object["spec"];
    match from.kind.as_str() {
        "Service" => service(spec, from, workloads, map),
        "Ingress" => ingress(spec, from, map),
        kind if kind.ends_with("Route") => route(spec, from, map),
        _ => {}
    }
}

/// To every workload whose pods have the labels of its selector.
fn service(spec: &Value, from: &Point, workloads: &Workloads<'_>, map: &mut Map<'_>) {
    if spec["type"] == "ExternalName" {
        if let Some(host) = spec["externalName"].as_str() {
            map.add(from, Relation::Routes, Point::host(host), "");
        }
        return;
    }
    let Some(selector) = spec["selector"].as_object().filter(|map| !map.is_empty()) else {
        return;
    };
    let label = ports(spec);
    for to in workloads.with(selector, &from.namespace) {
        map.add(from, Relation::Routes, to.clone(), &label);
    }
}

/// The workloads whose pods serve, by their labels.
pub(super) struct Workloads<'m> {
    /// Each with the labels of its pods.
    all: Vec<(Point, &'m Labels)>,
    /// Places in `all` by namespace and one label, so that a Service need not look at all workloads.
    by_label: BTreeMap<(String, &'m str, &'m str), Vec<usize>>,
}

/// Labels or a selector.
type Labels = serde_json::Map<String, Value>;

impl<'m> Workloads<'m> {
    pub(super) fn of(manifests: &[&'m Manifest], namespace: &str) -> Self {
        let all = manifests.iter().filter_map(|manifest| {
            let labels = labels(manifest).as_object()?;
            Some((Point::of(manifest, namespace)?, labels))
        });
        let all: Vec<(Point, &Labels)> = all.collect();
        let mut by_label: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, (point, labels)) in all.iter().enumerate() {
            for (key, value) in *labels {
                let value = value.as_str().unwrap_or_default();
                let label = (point.namespace.clone(), key.as_str(), value);
                by_label.entry(label).or_default().push(place);
            }
        }
        Self { all, by_label }
    }

    /// Those in the namespace whose pods have all labels of the selector.
    fn with<'a>(
        &'a self,
        selector: &'a Labels,
        namespace: &str,
    ) -> impl Iterator<Item = &'a Point> + use<'a, 'm> {
        let having = selector.iter().map(|(key, value)| {
            let value = value.as_str().unwrap_or_default();
            let places = self
                .by_label
                .get(&(namespace.to_owned(), key.as_str(), value));
            places.map_or(&[][..], Vec::as_slice)
        });
        let fewest = having.min_by_key(|places| places.len()).unwrap_or_default();
        let candidates = fewest.iter().map(|place| &self.all[*place]);
        let matching = candidates.filter(|(_, labels)| {
            selector
                .iter()
                .all(|(key, value)| labels.get(key) == Some(value))
        });
        matching.map(|(point, _)| point)
    }
}

/// Labels of the pods of a workload that serves: Jobs end.
fn labels(manifest: &Manifest) -> &Value {
    if ["Job", "CronJob"].contains(&manifest.kind()) {
        return &Value::Null;
    }
    pod_of(&manifest.object).map_or(&Value::Null, |template| &template["metadata"]["labels"])
}

/// `80/TCP, 443/TCP`
fn ports(spec: &Value) -> String {
    let ports = spec["ports"].as_array().into_iter().flatten();
    let ports = ports.filter_map(|port| {
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        Some(format!("{}/{protocol}", port["port"].as_u64()?))
    });
    ports.collect::<Vec<String>>().join(", ")
}

/// `networking.k8s.io/v1`, and the form before it (`serviceName`).
fn ingress(spec: &Value, from: &Point, map: &mut Map<'_>) {
    let mut backend = |backend: &Value, label: &str| {
        let name = &backend["service"]["name"];
        if let Some(name) = name.as_str().or(backend["serviceName"].as_str()) {
            map.add(from, Relation::Routes, from.beside("Service", name), label);
        }
    };
    for default in ["defaultBackend", "backend"] {
        backend(&spec[default], "");
    }
    for rule in items(&spec["rules"]) {
        let host = rule["host"].as_str().unwrap_or("*");
        for path in items(&rule["http"]["paths"]) {
            let path_text = path["path"].as_str().unwrap_or("/");
            backend(&path["backend"], &format!("{host}{path_text}"));
        }
    }
    for tls in items(&spec["tls"]) {
        if let Some(name) = tls["secretName"].as_str() {
            map.add(from, Relation::Reads, from.beside("Secret", name), "");
        }
    }
}

/// Routes of the Gateway API (`rules[].backendRefs[]`) and of Traefik (`routes[].services[]`).
fn route(spec: &Value, from: &Point, map: &mut Map<'_>) {
    let of_gateway = items(&spec["rules"]).flat_map(|rule| items(&rule["backendRefs"]));
    let of_traefik = items(&spec["routes"]).flat_map(|route| items(&route["services"]));
    for reference in of_gateway.chain(of_traefik) {
        let kind = reference["kind"].as_str().unwrap_or("Service");
        let Some(name) = reference["name"].as_str() else {
            continue;
        };
        let mut to = from.beside(kind, name);
        if let Some(namespace) = reference["namespace"].as_str() {
            namespace.clone_into(&mut to.namespace);
        }
        let port = reference["port"].as_u64();
        let label = port.map_or_else(String::new, |port| format!("{port}/TCP"));
        map.add(from, Relation::Routes, to, &label);
    }
    for parent in items(&spec["parentRefs"]) {
        if let Some(name) = parent["name"].as_str() {
            let kind = parent["kind"].as_str().unwrap_or("Gateway");
            let mut gateway = from.beside(kind, name);
            if let Some(namespace) = parent["namespace"].as_str() {
                namespace.clone_into(&mut gateway.namespace);
            }
            map.add(&gateway, Relation::Routes, from.clone(), "");
        }
    }
}
