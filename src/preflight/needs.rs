//! What a render needs and does not bring itself. Most of it is in the objects; the sizes of existing claims and where
//! integrations are is in the values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kubernetes::{containers, pod_of};
use crate::manifest::Manifest;
use crate::swanlab::secret::{Integration, Settings};

/// What a cluster must have.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Needs {
    /// The namespace of the objects.
    pub namespace: String,
    /// Whether the render creates that namespace itself.
    pub makes_namespace: bool,
    /// The resources that are written, as `kubectl auth can-i` names them: `deployments.apps`.
    pub resources: BTreeSet<String>,
    /// The storage classes of new claims, with the claims. `None` is the default class.
    pub storage_classes: BTreeMap<Option<String>, Vec<String>>,
    /// Claims that must exist already.
    pub claims: Vec<Claim>,
    /// Secrets that must exist already, with the keys that pods read.
    pub secrets: BTreeMap<String, BTreeSet<String>>,
    /// The integrations in use. The URLs in their Secrets must agree with the values.
    pub integrated: Vec<Integrated>,
    /// Secrets for pulling images.
    pub pull_secrets: BTreeSet<String>,
    /// Workloads whose pods must not share nodes.
    pub spreads: Vec<Spread>,
    /// The number of objects.
    pub objects: usize,
}

/// A claim that is not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// `storageSize` beside its name in the values.
    pub size: Option<String>,
}

/// An integration in use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Integrated {
    /// Its key below `integrations`.
    pub name: String,
    /// What its Secret is compared with; none if a value is missing.
    pub settings: Option<Settings>,
}

/// A workload that needs a node for each pod.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spread {
    /// `Deployment/NAME`
    pub workload: String,
    /// The number of pods.
    pub replicas: u64,
    /// Its `nodeSelector`.
    pub node_selector: Value,
    /// Its `tolerations`.
    pub tolerations: Value,
}

/// What a render needs. `integrations` are those of the chart, as far as they are known.
pub fn needs<'a>(
    manifests: impl IntoIterator<Item = &'a Manifest>,
    values: &Value,
    namespace: &str,
    integrations: &[Integration],
) -> Needs {
    let manifests: Vec<&Manifest> = manifests.into_iter().collect();
    let rendered: BTreeSet<(&str, &str)> = manifests
        .iter()
        .filter_map(|one| Some((one.kind(), one.object["metadata"]["name"].as_str()?)))
        .collect();
    let mut needs = Needs {
        namespace: namespace.to_owned(),
        makes_namespace: rendered.contains(&("Namespace", namespace)),
        objects: manifests.len(),
        ..Needs::default()
    };
    let mut claims = BTreeSet::new();
    for manifest in &manifests {
        let Some(identity) = manifest.identity() else {
            continue;
        };
        let object = &manifest.object;
        let resource = resource(&identity.group, &identity.kind);
        needs.resources.insert(resource);
        if identity.kind == "PersistentVolumeClaim" {
            needs.add_claim(&identity.name, &object["spec"]);
        }
        for template in list(&object["spec"]["volumeClaimTemplates"]) {
            let name = template["metadata"]["name"].as_str().unwrap_or_default();
            needs.add_claim(&format!("{name}-{}", identity.name), &template["spec"]);
        }
        let Some(template) = pod_of(object) else {
            continue;
        };
        let spec = &template["spec"];
        for volume in list(&spec["volumes"]) {
            let name = volume["persistentVolumeClaim"]["claimName"].as_str();
            claims.extend(name.filter(|name| !rendered.contains(&("PersistentVolumeClaim", name))));
        }
        for secret in list(&spec["imagePullSecrets"]) {
            let name = secret["name"].as_str().unwrap_or_default();
            if !name.is_empty() && !rendered.contains(&("Secret", name)) {
                needs.pull_secrets.insert(name.to_owned());
            }
        }
        for (name, key) in required_keys(template) {
            if !rendered.contains(&("Secret", name)) {
                let keys = needs.secrets.entry(name.to_owned()).or_default();
                keys.insert(key.to_owned());
            }
        }
        if is_spread(spec) {
            needs.spreads.push(Spread {
                workload: format!("{}/{}", identity.kind, identity.name),
                replicas: object["spec"]["replicas"].as_u64().unwrap_or(1),
                node_selector: spec["nodeSelector"].clone(),
                tolerations: spec["tolerations"].clone(),
            });
        }
    }
    needs.claims = claims
        .into_iter()
        .map(|name| Claim {
            name: name.to_owned(),
            size: size_of(values, name),
        })
        .collect();
    needs.integrated = integrations
        .iter()
        .filter(|integration| integration.is_enabled)
        .map(|integration| Integrated {
            name: integration.name.clone(),
            settings: Settings::read(integration, values).ok(),
        })
        .collect();
    needs
}

impl Needs {
    fn add_claim(&mut self, name: &str, spec: &Value) {
        let class = spec["storageClassName"].as_str().map(str::to_owned);
        self.storage_classes
            .entry(class)
            .or_default()
            .push(name.to_owned());
    }

    /// All Secrets that must exist.
    pub fn secret_names(&self) -> BTreeSet<&str> {
        let integrated = self
            .integrated
            .iter()
            .filter_map(|one| one.settings.as_ref());
        let names = integrated.map(|settings| settings.secret.as_str());
        names
            .chain(self.secrets.keys().map(String::as_str))
            .chain(self.pull_secrets.iter().map(String::as_str))
            .collect()
    }
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The plural of a kind with its group, as `meta.UnsafeGuessKindToResource` (apimachinery, `pkg/api/meta/restmapper.go`)
/// makes it; a vowel before the `y` keeps it, as in Gateway.
fn resource(group: &str, kind: &str) -> String {
    let singular = kind.to_lowercase();
    let is_vowel = |c: char| "aeiou".contains(c);
    let plural = match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(is_vowel) => format!("{stem}ies"),
        _ if singular == "endpoints" => singular,
        _ if singular.ends_with('s') => format!("{singular}es"),
        _ => format!("{singular}s"),
    };
    if group.is_empty() {
        plural
    } else {
        format!("{plural}.{group}")
    }
}

/// The Secrets, and their keys, without which a pod cannot start.
fn required_keys(template: &Value) -> impl Iterator<Item = (&str, &str)> {
    let variables = containers(template).flat_map(|container| list(&container["env"]));
    variables.filter_map(|variable| {
        let reference = &variable["valueFrom"]["secretKeyRef"];
        let is_optional = reference["optional"] == true;
        let (name, key) = (reference["name"].as_str()?, reference["key"].as_str()?);
        (!is_optional).then_some((name, key))
    })
}

/// Whether pods of a workload must not share a node.
fn is_spread(spec: &Value) -> bool {
    let constraints = list(&spec["topologySpreadConstraints"]);
    let by_constraint = constraints.iter().any(|constraint| {
        constraint["whenUnsatisfiable"] == "DoNotSchedule"
            && constraint["topologyKey"] == "kubernetes.io/hostname"
    });
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    by_constraint || !list(&spec["affinity"]["podAntiAffinity"][required]).is_empty()
}

/// The `storageSize` beside the `existingClaim` of this name.
fn size_of(values: &Value, claim: &str) -> Option<String> {
    let map = values.as_object()?;
    if values["existingClaim"] == claim {
        return values["storageSize"].as_str().map(str::to_owned);
    }
    map.values().find_map(|inner| size_of(inner, claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_named_as_kubectl_names_them() {
        for (group, kind, expected) in [
            ("apps", "Deployment", "deployments.apps"),
            ("", "Service", "services"),
            (
                "networking.k8s.io",
                "Ingress",
                "ingresses.networking.k8s.io",
            ),
            (
                "networking.k8s.io",
                "NetworkPolicy",
                "networkpolicies.networking.k8s.io",
            ),
            (
                "gateway.networking.k8s.io",
                "Gateway",
                "gateways.gateway.networking.k8s.io",
            ),
            ("", "Endpoints", "endpoints"),
        ] {
            assert_eq!(resource(group, kind), expected);
        }
    }
}
