//! Stores: programs with data in claims, which are databases, object storage, and SwanLab's house with its log files. They
//! are recognised by image and claim, so in the manifests of any chart.

pub mod inside;
mod program;
pub mod version;

use serde_json::Value;

use crate::kubernetes::{Image, containers, items, pod_of};
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
    let mut stores = Vec::new();
    for manifest in manifests {
        let object = &manifest.object;
        let Some(address) = can_stop(object).then(|| address(object)).flatten() else {
            continue;
        };
        let Some(pod) = pod_of(object) else { continue };
        for container in containers(pod) {
            let image = Image::of(container["image"].as_str().unwrap_or_default());
            let program = Program::of_image(&image).or_else(|| Program::of_variables(container));
            let Some(program) = program else { continue };
            let claims = claims(object, container, manifests, namespace);
            if !claims.is_empty() {
                stores.push(Store {
                    program,
                    workload: object,
                    address: address.clone(),
                    container,
                    claims,
                    clients: clients(object, container, manifests, namespace),
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
    let kind = object["kind"].as_str().unwrap_or_default();
    matches!(kind, "Deployment" | "StatefulSet" | "ReplicaSet")
}

/// `spec.replicas`; the API's default is 1.
pub fn replicas(object: &Value) -> i64 {
    object["spec"]["replicas"].as_i64().unwrap_or(1)
}

/// The claims that a container of an object mounts.
fn claims<'m>(
    object: &'m Value,
    container: &Value,
    manifests: &'m [Manifest],
    namespace: &str,
) -> Vec<Claim<'m>> {
    let mut claims: Vec<Claim<'m>> = Vec::new();
    let own = namespace_of(object, namespace);
    for mount in items(&container["volumeMounts"]) {
        let mut add = |name: String, spec: Option<&'m Value>| {
            if !claims.iter().any(|known| known.name == name) {
                claims.push(Claim { name, spec });
            }
        };
        let templates = items(&object["spec"]["volumeClaimTemplates"]);
        let mut named = templates.filter(|one| one["metadata"]["name"] == mount["name"]);
        if let Some(template) = named.next() {
            let (volume, set) = (text(&mount["name"]), text(&object["metadata"]["name"]));
            for pod in 0..replicas(object).clamp(1, MOST_PODS) {
                add(format!("{volume}-{set}-{pod}"), Some(&template["spec"]));
            }
            continue;
        }
        let volumes = items(&pod_of(object).unwrap_or(&Value::Null)["spec"]["volumes"]);
        let mut named = volumes.filter(|one| one["name"] == mount["name"]);
        let name = named.find_map(|one| one["persistentVolumeClaim"]["claimName"].as_str());
        if let Some(name) = name {
            let mut rendered = manifests.iter().map(|one| &one.object).filter(|one| {
                one["kind"] == "PersistentVolumeClaim"
                    && one["metadata"]["name"] == name
                    && namespace_of(one, namespace) == own
            });
            add(name.to_owned(), rendered.next().map(|claim| &claim["spec"]));
        }
    }
    claims
}

/// The workloads that read a Secret from which variables of a store come, and that can be stopped.
fn clients<'m>(
    store: &Value,
    container: &Value,
    manifests: &'m [Manifest],
    namespace: &str,
) -> Vec<(Address, &'m Value)> {
    let own: Vec<&str> = secrets(container).collect();
    let others = manifests.iter().map(|one| &one.object).filter(|one| {
        *one != store
            && can_stop(one)
            && namespace_of(one, namespace) == namespace_of(store, namespace)
    });
    others
        .filter(|other| {
            let containers = pod_of(other).into_iter().flat_map(containers);
            containers
                .flat_map(secrets)
                .any(|secret| own.contains(&secret))
        })
        .filter_map(|other| Some((address(other)?, other)))
        .collect()
}

/// The names of the Secrets from which variables of a container come.
fn secrets(container: &Value) -> impl Iterator<Item = &str> {
    let variables = items(&container["env"]);
    variables.filter_map(|variable| variable["valueFrom"]["secretKeyRef"]["name"].as_str())
}

fn namespace_of<'v>(object: &'v Value, namespace: &'v str) -> &'v str {
    match object["metadata"]["namespace"].as_str() {
        None | Some("") => namespace,
        Some(own) => own,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
