//! The map of an installation, from manifests alone: which workload sends requests to which Service, which pods a
//! Service leads to, who mounts a claim, who reads a Secret or ConfigMap, and what is outside.
//!
//! Requests are found where addresses are written: in variables, in the Secrets and ConfigMaps that a workload reads,
//! and in its commands. Secrets are looked through for addresses only; nothing else of them gets into the map.

mod address;
mod layout;
mod pods;
mod requests;
mod routes;
mod services;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::manifest::{Identity, Manifest};
pub use layout::{Layout, Place, Rectangle, layout};
use routes::Workloads;
use services::Services;

/// Objects and what is between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// Every object in the order of the manifests, then what is outside, sorted.
    pub nodes: Vec<Node>,
    /// Each pair of nodes once in a relation, in the order of the nodes.
    pub edges: Vec<Edge>,
}

/// An object, or an address outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// `Deployment/web`; in another namespace than the release's `Deployment/web in namespace other`.
    pub id: String,
    /// The kind; `Host` for an address that is no object.
    pub kind: String,
    /// The name.
    pub name: String,
    /// Whether it is not among the manifests.
    pub is_external: bool,
}

/// What is between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Index of the node that it begins at.
    pub from: usize,
    /// Index of the node that it leads to.
    pub to: usize,
    /// What it means.
    pub relation: Relation,
    /// `3000/TCP` or several of them, the folder where a claim is mounted, or nothing.
    pub label: String,
}

/// What an edge means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A workload sends requests to a Service or an address outside.
    Requests,
    /// A Service, an Ingress or a route hands requests on.
    Routes,
    /// Pods mount a claim.
    Mounts,
    /// Pods read a Secret or ConfigMap, or are pulled with it; an Ingress reads a certificate.
    Reads,
    /// A StatefulSet has claims of its own.
    Owns,
}

impl Relation {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Routes => "routes",
            Self::Mounts => "mounts",
            Self::Reads => "reads",
            Self::Owns => "owns",
        }
    }
}

impl Topology {
    /// Draws one map of what is there before a change and after it. An object that is on both sides is that of the new one.
    pub fn of_both([old, new]: [&[Manifest]; 2], namespace: &str) -> Self {
        let there: BTreeSet<Point> = new
            .iter()
            .filter_map(|one| Point::of(one, namespace))
            .collect();
        let gone =
            |one: &&Manifest| Point::of(one, namespace).is_some_and(|at| !there.contains(&at));
        Self::of(new.iter().chain(old.iter().filter(gone)), namespace)
    }

    /// The part of the map around some nodes: these, and all that an edge leads to or from.
    #[must_use]
    pub fn around(&self, is_wanted: impl Fn(&Node) -> bool) -> Self {
        let wanted: Vec<bool> = self.nodes.iter().map(is_wanted).collect();
        let edges = self.edges.iter();
        let edges: Vec<&Edge> = edges
            .filter(|edge| wanted[edge.from] || wanted[edge.to])
            .collect();
        let mut kept: BTreeSet<usize> =
            edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        kept.extend((0..wanted.len()).filter(|&at| wanted[at]));
        let places: BTreeMap<usize, usize> = kept.iter().copied().zip(0..).collect();
        let edges = edges.into_iter().map(|edge| Edge {
            from: places[&edge.from],
            to: places[&edge.to],
            ..edge.clone()
        });
        Self {
            nodes: kept.iter().map(|&at| self.nodes[at].clone()).collect(),
            edges: edges.collect(),
        }
    }

    /// Draws the map. `namespace` is where an object is that names no namespace.
    pub fn of<'m>(manifests: impl IntoIterator<Item = &'m Manifest>, namespace: &str) -> Self {
        let manifests: Vec<&Manifest> = manifests.into_iter().collect();
        let services = Services::of(&manifests, namespace);
        let workloads = Workloads::of(&manifests, namespace);
        let mut map = Map::new(&manifests, namespace);
        for manifest in &manifests {
            let Some(from) = Point::of(manifest, namespace) else {
                continue;
            };
            routes::add(manifest, &from, &workloads, &mut map);
            pods::add(manifest, &from, &services, &mut map);
        }
        map.finish()
    }
}

/// An object by kind, namespace and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    kind: String,
    namespace: String,
    name: String,
}

impl Point {
    fn of(manifest: &Manifest, namespace: &str) -> Option<Self> {
        let identity = manifest.identity()?.applied_to(namespace);
        let Identity {
            kind,
            namespace,
            name,
            ..
        } = identity;
        Some(Self {
            kind,
            namespace,
            name,
        })
    }

    /// Another object beside this one.
    fn beside(&self, kind: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            namespace: self.namespace.clone(),
            name: name.to_owned(),
        }
    }

    /// An address that is no object.
    fn host(address: &str) -> Self {
        Self {
            kind: "Host".to_owned(),
            namespace: String::new(),
            name: address.to_owned(),
        }
    }
}

/// The map while it is drawn.
struct Map<'m> {
    namespace: &'m str,
    objects: Vec<Point>,
    known: BTreeSet<Point>,
    trees: BTreeMap<Point, &'m Value>,
    /// The labels of each edge, in the order in which they were found.
    edges: BTreeMap<(Point, Point, Relation), Vec<String>>,
}

impl<'m> Map<'m> {
    fn new(manifests: &[&'m Manifest], namespace: &'m str) -> Self {
        let of =
            |manifest: &&'m Manifest| Some((Point::of(manifest, namespace)?, &manifest.object));
        let objects: Vec<Point> = manifests
            .iter()
            .filter_map(|one| Some(of(one)?.0))
            .collect();
        Self {
            namespace,
            known: objects.iter().cloned().collect(),
            objects,
            trees: manifests.iter().filter_map(of).collect(),
            edges: BTreeMap::new(),
        }
    }

    /// The tree of an object that is among the manifests.
    fn tree(&self, point: &Point) -> Option<&'m Value> {
        self.trees.get(point).copied()
    }

    fn add(&mut self, from: &Point, relation: Relation, to: Point, label: &str) {
        let labels = self.edges.entry((from.clone(), to, relation)).or_default();
        if !label.is_empty() && !labels.iter().any(|known| known == label) {
            labels.push(label.to_owned());
        }
    }

    /// An object that a controller makes from the manifests.
    fn own(&mut self, point: Point) {
        if self.known.insert(point.clone()) {
            self.objects.push(point);
        }
    }

    fn finish(self) -> Topology {
        let mut at: BTreeMap<&Point, usize> = BTreeMap::new();
        let mut points: Vec<&Point> = Vec::new();
        let ends = self.edges.keys().flat_map(|(from, to, _)| [from, to]);
        let mut outside: Vec<&Point> = ends.filter(|end| !self.known.contains(end)).collect();
        outside.sort();
        for point in self.objects.iter().chain(outside) {
            at.entry(point).or_insert_with(|| {
                points.push(point);
                points.len() - 1
            });
        }
        let mut edges: Vec<Edge> = self
            .edges
            .iter()
            .map(|((from, to, relation), labels)| Edge {
                from: at[from],
                to: at[to],
                relation: *relation,
                label: labels.join(", "),
            })
            .collect();
        edges.sort_by_key(|edge| (edge.from, edge.to, edge.relation));
        let nodes = points.iter().map(|point| Node {
            id: self.id(point),
            kind: point.kind.clone(),
            name: point.name.clone(),
            is_external: !self.known.contains(point),
        });
        Topology {
            nodes: nodes.collect(),
            edges,
        }
    }

    fn id(&self, point: &Point) -> String {
        let name = format!("{}/{}", point.kind, point.name);
        if point.namespace.is_empty() || point.namespace == self.namespace {
            name
        } else {
            format!("{name} in namespace {}", point.namespace)
        }
    }
}

#[cfg(test)]
mod tests;
