//! The Services that can be requested, by the host names that lead to them.
//!
//! Source: "DNS for Services and Pods" in Kubernetes' documentation: `name` within the namespace, `name.namespace`,
//! `name.namespace.svc` and that with the cluster's domain everywhere; in front of it the name of a pod of a headless one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Point;
use crate::manifest::Manifest;

/// The Services among the manifests.
pub(super) struct Services<'m> {
    /// By namespace and name.
    services: BTreeMap<(String, String), Service<'m>>,
}

/// One of them.
pub(super) struct Service<'m> {
    pub(super) point: Point,
    ports: Vec<&'m Value>,
}

impl<'m> Services<'m> {
    pub(super) fn of(manifests: &[&'m Manifest], namespace: &str) -> Self {
        let services = manifests
            .iter()
            .filter(|manifest| manifest.kind() == "Service");
        let services = services.filter_map(|manifest| {
            let point = Point::of(manifest, namespace)?;
            let ports = manifest.object["spec"]["ports"].as_array();
            let ports = ports.into_iter().flatten().collect();
            Some((
                (point.namespace.clone(), point.name.clone()),
                Service { point, ports },
            ))
        });
        Self {
            services: services.collect(),
        }
    }

    /// The Service that a host name leads to from a namespace.
    pub(super) fn find(&self, host: &str, from: &str) -> Option<&Service<'m>> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let labels: Vec<&str> = host.split('.').take(4).collect();
        let here = |labels: &[&str]| {
            let (name, namespace) = match *labels {
                [name] => (name, from),
                [name, namespace] | [name, namespace, "svc", ..] => (name, namespace),
                _ => return None,
            };
            self.services.get(&(namespace.to_owned(), name.to_owned()))
        };
        // The name of a pod can be in front: `web-0.web.namespace`, `web-0.web`.
        here(&labels).or_else(|| here(labels.get(1..)?))
    }
}

impl Service<'_> {
    /// `3000/TCP`; empty if no port is known.
    pub(super) fn label(&self, port: Option<u64>) -> String {
        let of = |entry: &&&Value| entry["port"].as_u64() == port;
        let entry = match port {
            Some(port) => return written(port, self.ports.iter().find(of).copied()),
            None if self.ports.len() == 1 => self.ports[0],
            None => return String::new(),
        };
        let number = entry["port"].as_u64().unwrap_or_default();
        written(number, Some(entry))
    }

    /// Whether it has this port.
    pub(super) fn has(&self, port: u64) -> bool {
        self.ports
            .iter()
            .any(|entry| entry["port"].as_u64() == Some(port))
    }
}

/// `3000/TCP`
fn written(port: u64, entry: Option<&Value>) -> String {
    let protocol = entry.and_then(|entry| entry["protocol"].as_str());
    format!("{port}/{}", protocol.unwrap_or("TCP"))
}
