//! What kubectl is asked for: names of objects, and types in which objects may be.

use std::collections::{BTreeMap, BTreeSet};

use swanlab_render::kubernetes::CLUSTER_SCOPED;
use swanlab_render::manifest::{Address, Manifest};

/// Where objects are looked for that are no longer rendered, beside the kinds that are: what a chart for an
/// application holds, and what the role `edit` may list.
const KINDS: [&str; 14] = [
    "configmap",
    "cronjob.batch",
    "daemonset.apps",
    "deployment.apps",
    "horizontalpodautoscaler.autoscaling",
    "ingress.networking.k8s.io",
    "job.batch",
    "networkpolicy.networking.k8s.io",
    "persistentvolumeclaim",
    "poddisruptionbudget.policy",
    "secret",
    "service",
    "serviceaccount",
    "statefulset.apps",
];

/// The types in which objects may be that are no longer rendered.
pub(super) fn kinds(rendered: &[Manifest], addresses: &[Address]) -> Vec<String> {
    let identities = rendered.iter().filter_map(Manifest::identity);
    let namespaced = identities
        .zip(addresses)
        .filter(|(one, _)| !CLUSTER_SCOPED.contains(&one.kind.as_str()));
    let mut kinds: BTreeSet<String> = namespaced
        .map(|(_, address)| address.resource().to_owned())
        .collect();
    kinds.extend(KINDS.map(str::to_owned));
    kinds.into_iter().collect()
}

/// `TYPE/NAME` of every object, by the namespace that it lives in; `namespace` is that of objects that name none.
pub(super) fn names(addresses: &[Address], namespace: &str) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for address in addresses {
        let lives_in = match address.namespace() {
            "" => namespace,
            own => own,
        };
        let names = names.entry(lives_in.to_owned()).or_default();
        names.push(address.to_string());
    }
    names
}
