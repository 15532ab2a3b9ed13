//! Stores: programs with data in claims, which are databases, object storage, and SwanLab's house with its log files. They
//! are recognised by image and claim, so in the manifests of any chart.

pub mod inside;
mod program;
pub mod version;

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use crate::kubernetes::{Image, at, containers, field, items, pod_of};
use crate::manifest::{Address, Identity, Manifest};
pub use program::{Program, VARIABLES};

/// A store in a set of manifests.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Store<'m> {
    /// Its program.
    pub program: Program,
    /// The object whose pods run it.
    pub workload: &'m Value,
    /// The address of that object.
    pub address: Address,
    /// The container with the program.
    pub container: &'m Value,
    /// The claims with its data, at least one.
    pub claims: Vec<Claim<'m>>,
    /// The workloads that read one of its Secrets, without Jobs: its clients, as far as they are known.
    pub clients: Vec<(Address, &'m Value)>,
}

/// A claim with data of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'m> {
    /// Its name.
    pub name: String,
    /// Its `spec`, or that of the claim template that it is made from; `None` if it is not in the manifests.
    pub spec: Option<&'m Value>,
}

/// The greatest number of pods of a StatefulSet whose claims are listed.
const MOST_PODS: i64 = 100;

/// The stores of some manifests, in their order. `namespace` is that of objects that name none. Objects whose names no
/// cluster can have are left out.
pub fn stores<'m>(manifests: &'m [Manifest], namespace: &str) -> Vec<Store<'m>> {
    let index = Index::of(manifests, namespace);
    let mut stores = Vec::new();
    for manifest in manifests {
        let object = &manifest.object;
        let Some(address) = can_stop(object).then(|| address(object)).flatten() else {
            continue;
        };
        let Some(pod) = pod_of(object) else { continue };
        for container in containers(pod) {
            let image = Image::of(text(field(container, "image")));
            let program = Program::of_image(&image).or_else(|| Program::of_variables(container));
            let Some(program) = program else { continue };
            let claims = index.claims_of(object, container);
            if !claims.is_empty() {
                stores.push(Store {
                    program,
                    workload: object,
                    address: address.clone(),
                    container,
                    claims,
                    clients: index.clients_of(object, container),
                });
            }
        }
    }
    stores
}

impl Store<'_> {
    /// The name of its container.
    pub fn container_name(&self) -> &str {
        self.container["name"].as_str().unwrap_or_default()
    }

    /// Its image.
    pub fn image(&self) -> Image<'_> {
        Image::of(self.container["image"].as_str().unwrap_or_default())
    }

    /// The `spec` of its pods.
    pub fn pod_spec(&self) -> &Value {
        pod_of(self.workload).map_or(&Value::Null, |pod| &pod["spec"])
    }

    /// Whether the manifests of a set have the claim template of its claims, so that they have fixed names.
    pub fn has_claim_template(&self) -> bool {
        items(&self.workload["spec"]["volumeClaimTemplates"])
            .next()
            .is_some()
    }
}

/// The address of an object; `None` if no cluster can have it.
fn address(object: &Value) -> Option<Address> {
    Address::of(&Identity::of(object)?).ok()
}

/// Whether an object can be stopped by scaling it to zero.
pub fn can_stop(object: &Value) -> bool {
    let kind = text(field(object, "kind"));
    matches!(kind, "Deployment" | "StatefulSet" | "ReplicaSet")
}

/// `spec.replicas`; the API's default is 1.
pub fn replicas(object: &Value) -> i64 {
    object["spec"]["replicas"].as_i64().unwrap_or(1)
}

/// What the containers of stores refer to, and what refers to the same.
struct Index<'i, 'm> {
    manifests: &'m [Manifest],
    /// The namespace of objects that name none.
    namespace: &'i str,
    /// The `spec` of each claim, by namespace and name.
    claims: HashMap<[&'i str; 2], &'m Value>,
    /// The indexes of the workloads that can be stopped and read a Secret, by its namespace and name.
    readers: HashMap<[&'i str; 2], Vec<usize>>,
}

impl<'i, 'm: 'i> Index<'i, 'm> {
    fn of(manifests: &'m [Manifest], namespace: &'i str) -> Self {
        let mut index = Self {
            manifests,
            namespace,
            claims: HashMap::new(),
            readers: HashMap::new(),
        };
        for (place, manifest) in manifests.iter().enumerate() {
            let object = &manifest.object;
            let own = index.namespace_of(object);
            let name = at(object, &["metadata", "name"]).as_str();
            if let Some(name) = name.filter(|_| manifest.kind() == "PersistentVolumeClaim") {
                let claim = index.claims.entry([own, name]);
                claim.or_insert_with(|| field(object, "spec"));
            }
            if let Some(pod) = pod_of(object).filter(|_| can_stop(object)) {
                for secret in containers(pod).flat_map(secrets) {
                    let readers = index.readers.entry([own, secret]).or_default();
                    if readers.last() != Some(&place) {
                        readers.push(place);
                    }
                }
            }
        }
        index
    }

    fn namespace_of(&self, object: &'m Value) -> &'i str {
        match at(object, &["metadata", "namespace"]).as_str() {
            None | Some("") => self.namespace,
            Some(own) => own,
        }
    }

    /// The claims that a container of an object mounts.
    fn claims_of(&self, object: &'m Value, container: &'m Value) -> Vec<Claim<'m>> {
        let mut claims: Vec<Claim<'m>> = Vec::new();
        let own = self.namespace_of(object);
        for mount in items(field(container, "volumeMounts")) {
            let mut add = |name: String, spec: Option<&'m Value>| {
                if !claims.iter().any(|known| known.name == name) {
                    claims.push(Claim { name, spec });
                }
            };
            let volume = field(mount, "name");
            let mut templates = items(at(object, &["spec", "volumeClaimTemplates"]));
            let template = templates.find(|one| at(one, &["metadata", "name"]) == volume);
            if let Some(template) = template {
                let (volume, set) = (text(volume), text(at(object, &["metadata", "name"])));
                for pod in 0..replicas(object).clamp(1, MOST_PODS) {
                    add(
                        format!("{volume}-{set}-{pod}"),
                        Some(field(template, "spec")),
                    );
                }
                continue;
            }
            let pod = pod_of(object).unwrap_or(&Value::Null);
            let volumes = items(at(pod, &["spec", "volumes"]));
            let mut named = volumes.filter(|one| field(one, "name") == volume);
            let name =
                named.find_map(|one| at(one, &["persistentVolumeClaim", "claimName"]).as_str());
            if let Some(name) = name {
                add(name.to_owned(), self.claims.get(&[own, name]).copied());
            }
        }
        claims
    }

    /// The workloads that read a Secret from which variables of a store come, and that can be stopped, in the order of
    /// the manifests.
    fn clients_of(&self, store: &'m Value, container: &'m Value) -> Vec<(Address, &'m Value)> {
        let own = self.namespace_of(store);
        let readers = secrets(container).filter_map(|secret| self.readers.get(&[own, secret]));
        let places: BTreeSet<usize> = readers.flatten().copied().collect();
        let objects = places
            .into_iter()
            .filter_map(|place| self.manifests.get(place));
        let others = objects.map(|one| &one.object).filter(|one| *one != store);
        others
            .filter_map(|other| Some((address(other)?, other)))
            .collect()
    }
}

/// The names of the Secrets from which variables of a container come.
pub(crate) fn secrets(container: &Value) -> impl Iterator<Item = &str> {
    let variables = items(field(container, "env"));
    variables.filter_map(|variable| at(variable, &["valueFrom", "secretKeyRef", "name"]).as_str())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
