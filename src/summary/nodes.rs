//! How many nodes the pods need at least, because some must not share one: required anti-affinity by host name.
//!
//! Pods that all exclude each other each need a node, so the largest such set is what is asked for. Source: "Inter-pod
//! affinity and anti-affinity" in Kubernetes' documentation. A term holds in both directions: a pod is not placed beside
//! one that excludes it either.

use std::cmp::Reverse;

use serde_json::Value;

use super::workload::{Workload, template};
use crate::kubernetes::{at, field, items, selects};
use crate::manifest::Manifest;

/// Above this many workloads the largest set is not searched for, but grown from the workload that needs most nodes.
const EXACT: usize = 24;

/// At least 1 if there is a pod.
pub(super) fn minimum(manifests: &[&Manifest], workloads: &[Workload], namespace: &str) -> u64 {
    let groups: Vec<Group<'_>> = workloads
        .iter()
        .filter(|workload| workload.pods > 0)
        .filter_map(|workload| Group::of(manifests[workload.at], workload, namespace))
        .collect();
    let least = u64::from(!groups.is_empty());
    // Those that exclude others: few, if any.
    let excluding: Vec<&Group<'_>> = groups.iter().filter(|one| !one.terms.is_empty()).collect();
    let mut apart: Vec<usize> = (0..groups.len())
        .filter(|&at| groups[at].is_apart(&excluding))
        .collect();
    if apart.len() <= EXACT {
        return largest(&groups, &apart).max(least);
    }
    apart.sort_by_key(|&at| Reverse(groups[at].nodes()));
    grown(&groups, &apart).max(least)
}

/// The pods of a workload.
struct Group<'m> {
    namespace: &'m str,
    labels: &'m Value,
    terms: Vec<&'m Value>,
    pods: u64,
}

impl<'m> Group<'m> {
    fn of(manifest: &'m Manifest, workload: &Workload, namespace: &'m str) -> Option<Self> {
        let template = template(manifest)?;
        let terms = at(template, &["spec", "affinity", "podAntiAffinity"]);
        let terms = field(terms, "requiredDuringSchedulingIgnoredDuringExecution");
        let own = at(&manifest.object, &["metadata", "namespace"]).as_str();
        Some(Self {
            namespace: own.unwrap_or(namespace),
            labels: at(template, &["metadata", "labels"]),
            terms: items(terms)
                .filter(|term| term["topologyKey"] == "kubernetes.io/hostname")
                .collect(),
            pods: workload.pods,
        })
    }

    /// How many nodes it needs by itself.
    fn nodes(&self) -> u64 {
        if self.excludes(self) { self.pods } else { 1 }
    }

    /// Whether there are pods beside which its pods cannot be.
    fn is_apart(&self, excluding: &[&Self]) -> bool {
        !self.terms.is_empty() || excluding.iter().any(|other| other.excludes(self))
    }

    fn excludes(&self, other: &Self) -> bool {
        self.terms.iter().any(|term| {
            let listed = term["namespaces"].as_array();
            let every = term["namespaceSelector"].as_object();
            let in_namespace = match (listed, every) {
                (None, None) => self.namespace == other.namespace,
                (Some(listed), _) if listed.iter().any(|name| name == other.namespace) => true,
                // The labels of namespaces are not known: only an empty selector is sure to match.
                (_, every) => every.is_some_and(serde_json::Map::is_empty),
            };
            in_namespace && selects(&term["labelSelector"], other.labels)
        })
    }

    fn excludes_either(&self, other: &Self) -> bool {
        self.excludes(other) || other.excludes(self)
    }
}

/// The most nodes that any set of groups needs whose pods all exclude each other.
fn largest(groups: &[Group<'_>], candidates: &[usize]) -> u64 {
    let Some((&first, rest)) = candidates.split_first() else {
        return 0;
    };
    let beside: Vec<usize> = rest
        .iter()
        .copied()
        .filter(|&other| groups[first].excludes_either(&groups[other]))
        .collect();
    let with = groups[first].nodes() + largest(groups, &beside);
    if beside.len() == rest.len() {
        return with;
    }
    with.max(largest(groups, rest))
}

/// The nodes of the set that takes in each group in turn that excludes all before it.
fn grown(groups: &[Group<'_>], candidates: &[usize]) -> u64 {
    let mut set: Vec<usize> = Vec::new();
    for &other in candidates {
        if set
            .iter()
            .all(|&one| groups[one].excludes_either(&groups[other]))
        {
            set.push(other);
        }
    }
    set.iter().map(|&one| groups[one].nodes()).sum()
}
