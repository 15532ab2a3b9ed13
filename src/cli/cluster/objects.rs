//! Objects as a cluster has them, by their names, by Helm's record, or wherever the instance is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use swanlab_render::manifest::{Address, Identity, Manifest};
use swanlab_render::release::check_namespace;

use super::super::kubectl::{Failure, Kubectl, items};
use super::words::names;
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
        let mut live = Vec::new();
        for (namespace, names) in names(addresses, &self.namespace) {
            let kubectl = Kubectl {
                namespace: Some(namespace),
                ..self.kubectl.clone()
            };
            let found = kubectl.get(&["--ignore-not-found".to_owned()], &names)?;
            live.extend(items(found)?);
        }
        Ok(live)
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
