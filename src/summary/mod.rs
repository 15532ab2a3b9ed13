//! The size of an installation: pods, CPU and memory, storage, images, ports and nodes, counted from manifests alone.

mod nodes;
mod pod;
mod storage;
mod workload;

use std::collections::BTreeSet;

use crate::images::containers;
use crate::kubernetes::{Quantity, field, items};
use crate::manifest::{Hook, Manifest};

pub use storage::Storage;
pub use workload::Workload;

/// What objects need, and what they have.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// What they need.
    pub sums: Sums,
    /// Every image once, sorted; those of Jobs and hooks too, since they are pulled as well.
    pub images: Vec<String>,
    /// Ports of Services, in the order of the objects.
    pub ports: Vec<Port>,
    /// The least number of nodes on which all pods can run beside each other, as their required anti-affinity says.
    pub minimum_nodes: u64,
    /// The workloads, in the order of the objects.
    pub workloads: Vec<Workload>,
}

/// What objects need, with all replicas running. Jobs and CronJobs do not count, for their pods end, nor do hooks.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sums {
    /// Pods of all workloads. A DaemonSet counts once, as on one node.
    pub pods: u64,
    /// CPU of these pods.
    pub cpu: Amounts,
    /// Memory of these pods.
    pub memory: Amounts,
    /// Claims by class, those of StatefulSets included.
    pub storage: Vec<Storage>,
}

/// Requests and limits of one resource; none where no container sets one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// What the scheduler reserves.
    pub requests: Option<Quantity>,
    /// What may be used at most by the containers that have a limit.
    pub limits: Option<Quantity>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The Service's name.
    pub service: String,
    /// `80/TCP`
    pub port: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    pub of_type: String,
}

impl Summary {
    /// Counts. `namespace` is where an object is that names no namespace.
    pub fn of<'m>(manifests: impl IntoIterator<Item = &'m Manifest>, namespace: &str) -> Self {
        let manifests: Vec<&Manifest> = manifests.into_iter().collect();
        let applied = without_hooks(manifests.iter().copied());
        let workloads = workload::workloads(&applied);
        let images: BTreeSet<&str> = manifests
            .iter()
            .flat_map(|manifest| containers(&manifest.object))
            .map(|container| container.image)
            .collect();
        Self {
            sums: Sums::of_workloads(&applied, &workloads),
            images: images.into_iter().map(str::to_owned).collect(),
            ports: applied
                .iter()
                .flat_map(|manifest| ports(manifest))
                .collect(),
            minimum_nodes: nodes::minimum(&applied, &workloads, namespace),
            workloads,
        }
    }
}

impl Sums {
    /// Counts.
    pub fn of<'m>(manifests: impl IntoIterator<Item = &'m Manifest>) -> Self {
        let applied = without_hooks(manifests.into_iter());
        Self::of_workloads(&applied, &workload::workloads(&applied))
    }

    fn of_workloads(applied: &[&Manifest], workloads: &[Workload]) -> Self {
        Self {
            pods: workloads.iter().map(|workload| workload.pods).sum(),
            cpu: workloads.iter().map(|workload| workload.cpu).sum(),
            memory: workloads.iter().map(|workload| workload.memory).sum(),
            storage: storage::storage(applied, workloads),
        }
    }
}

fn without_hooks<'m>(manifests: impl Iterator<Item = &'m Manifest>) -> Vec<&'m Manifest> {
    let is_hook = |manifest: &Manifest| matches!(Hook::of(manifest), Ok(Some(_)) | Err(_));
    manifests.filter(|manifest| !is_hook(manifest)).collect()
}

impl Amounts {
    fn times(self, count: u64) -> Self {
        Self {
            requests: self.requests.map(|amount| amount.times(count)),
            limits: self.limits.map(|amount| amount.times(count)),
        }
    }
}

impl std::iter::Sum for Amounts {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), |sum, amount| Self {
            requests: add(sum.requests, amount.requests),
            limits: add(sum.limits, amount.limits),
        })
    }
}

/// The sum of those that are there.
fn add(a: Option<Quantity>, b: Option<Quantity>) -> Option<Quantity> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (one, None) | (None, one) => one,
    }
}

fn ports(service: &Manifest) -> Vec<Port> {
    if service.kind() != "Service" {
        return Vec::new();
    }
    let spec = &service.object["spec"];
    let text =
        |value: &serde_json::Value, default: &str| value.as_str().unwrap_or(default).to_owned();
    items(field(spec, "ports"))
        .map(|port| Port {
            service: text(&service.object["metadata"]["name"], ""),
            port: format!("{}/{}", port["port"], text(&port["protocol"], "TCP")),
            of_type: text(&spec["type"], "ClusterIP"),
        })
        .collect()
}

#[cfg(test)]
mod tests;
