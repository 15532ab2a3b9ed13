//! Claims by storage class.

use std::collections::BTreeMap;

use super::workload::{Workload, template};
use crate::kubernetes::{Quantity, at, field, items};
use crate::manifest::Manifest;

/// Claims of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// The class; empty for claims that name none, which get the cluster's default class.
    pub class: String,
    /// What they request together.
    pub size: Quantity,
    /// How many.
    pub claims: u64,
}

/// Sums by class, sorted: PersistentVolumeClaims, and for each pod the claims that are made from its templates.
pub(super) fn storage(manifests: &[&Manifest], workloads: &[Workload]) -> Vec<Storage> {
    let mut classes: BTreeMap<&str, Storage> = BTreeMap::new();
    let claims = manifests
        .iter()
        .filter(|manifest| manifest.kind() == "PersistentVolumeClaim")
        .map(|manifest| (field(&manifest.object, "spec"), 1));
    let of_pods = workloads.iter().flat_map(|workload| {
        let manifest = manifests[workload.at];
        let templates = items(at(&manifest.object, &["spec", "volumeClaimTemplates"]));
        let spec = template(manifest).map(|pod| at(pod, &["spec", "volumes"]));
        let ephemeral = spec.into_iter().flat_map(items);
        let ephemeral = ephemeral.map(|volume| at(volume, &["ephemeral", "volumeClaimTemplate"]));
        let templates = templates.chain(ephemeral.filter(|template| template.is_object()));
        templates.map(|template| (field(template, "spec"), workload.pods))
    });
    for (spec, claims) in claims.chain(of_pods).filter(|(_, claims)| *claims > 0) {
        let class = field(spec, "storageClassName").as_str().unwrap_or_default();
        let size =
            Quantity::of(at(spec, &["resources", "requests", "storage"])).unwrap_or_default();
        let sum = classes.entry(class).or_insert_with(|| Storage {
            class: class.to_owned(),
            size: Quantity::default(),
            claims: 0,
        });
        sum.size = sum.size + size.times(claims);
        sum.claims += claims;
    }
    classes.into_values().collect()
}
