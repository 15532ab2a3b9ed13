//! Objects as a cluster has them, by their names, by Helm's record, or wherever the instance is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::kubernetes::CLUSTER_SCOPED;
use swanlab_render::manifest::{Address, Identity, Manifest};
use swanlab_render::release::check_namespace;

use super::super::kubectl::{Failure, Kubectl, items};
use super::{INSTANCE, Question};

impl Question {
    /// Another namespace with workloads of the instance; none too where the user may not look into all of them.
    pub(super) fn elsewhere(&self, instance: &str) -> Option<String> {
        let flags = [
            "--all-namespaces".to_owned(),
            format!("--selector={INSTANCE}={instance}"),
        ];
        let found = self
            .kubectl
            .get(&flags, &["deployment.apps,statefulset.apps"]);
        let found = items(found.ok()?).ok()?;
        let mut namespaces = found
            .iter()
            .filter_map(|one| one["metadata"]["namespace"].as_str());
        let other = namespaces.find(|namespace| *namespace != self.namespace)?;
        check_namespace(other).ok()?;
        Some(other.to_owned())
    }

    /// The objects of these addresses, as far as they are there.
    pub(super) fn named(&self, addresses: &[Address]) -> Result<Vec<Value>, Failure> {
        named(&self.kubectl, addresses, &self.namespace)
    }

    /// The objects of Helm's record that are no longer rendered, as they are: they need not have the labels of the
    /// release. What cannot be asked for, since its name is odd or its kind is not served any more, is not there.
    pub(super) fn owned(&self, record: &[Manifest], rendered: &[Manifest]) -> Vec<Value> {
        let identities = |side: &[Manifest]| -> BTreeSet<Identity> {
            let objects = side.iter().map(|one| &one.object);
            objects.filter_map(|one| self.identity(one)).collect()
        };
        let wanted: BTreeSet<Identity> = &identities(record) - &identities(rendered);
        let mut by_kind: BTreeMap<String, Vec<Address>> = BTreeMap::new();
        for address in wanted.iter().filter_map(|one| Address::of(one).ok()) {
            let kind = address.resource().to_owned();
            by_kind.entry(kind).or_default().push(address);
        }
        let found = by_kind.values().filter_map(|kind| self.named(kind).ok());
        found
            .flatten()
            .filter(|one| self.identity(one).is_some_and(|one| wanted.contains(&one)))
            .collect()
    }
}

/// The objects of these addresses, as far as they are there; `namespace` is that of objects that name none.
pub(in crate::cli) fn named(
    kubectl: &Kubectl,
    addresses: &[Address],
    namespace: &str,
) -> Result<Vec<Value>, Failure> {
    let mut live = Vec::new();
    for (namespace, names) in names(addresses, namespace) {
        let kubectl = Kubectl {
            namespace: Some(namespace),
            ..kubectl.clone()
        };
        let flags = ["--ignore-not-found", "--show-managed-fields"].map(str::to_owned);
        let found = kubectl.get(&flags, &names)?;
        live.extend(items(found)?);
    }
    Ok(live)
}

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

/// That nothing of an instance is in the namespace, but perhaps in another one.
pub(super) fn nothing(instance: &str, namespace: &str, elsewhere: Option<&str>) -> Diagnostic {
    let nothing = format!("there is nothing of `{instance}` in namespace {namespace}");
    match elsewhere {
        Some(other) => Diagnostic::warning(format!("{nothing}, but in namespace {other}"))
            .with_help(format!("use -n {other}, if that is the installation")),
        None => Diagnostic::warning(format!("{nothing}; is it another one, or another cluster?")),
    }
}

/// That it is not known of some objects what was last applied.
pub(super) fn unknown(live: &[Identity]) -> Option<Diagnostic> {
    let [first, others @ ..] = live else {
        return None;
    };
    let message = match others.len() {
        0 => format!(
            "{first} has no record of what was last applied: fields that the manifests leave out stay"
        ),
        more => format!(
            "{first} and {more} more have no record of what was last applied: fields that the manifests leave out stay"
        ),
    };
    Some(Diagnostic::note(message).with_help(
        "Helm, server-side apply and `kubectl create` leave none; the next `kubectl apply` adds it",
    ))
}
