//! Stores, which are programs with data in claims: databases, object storage, and SwanLab's house with its log files.
//! Here: which containers are stores, and where their data are. What a change of a store means is in the other files.

mod backup;
mod credentials;
pub(super) mod lost_claims;
mod migrations;
mod restore;
mod version;
mod versions;

use std::collections::BTreeSet;

use serde_json::Value;

use super::effects::context::{Context, Workload};
use super::effects::kubectl;
use super::effects::notice::Notice;
use super::object::Object;
use crate::kubernetes::{Image, at, containers, field, items};
use crate::stores::{self, Program};
use version::image;

/// Adds notices about the stores of a comparison.
pub(super) fn judge(context: &Context<'_>, notices: &mut Vec<Notice>) {
    let (moved, stores): (Vec<_>, Vec<_>) = Store::all(context)
        .into_iter()
        .partition(|store| store.is_moved);
    let own = [
        migrations::notices(context, &stores, &moved),
        versions::notices(context, &stores),
    ];
    backup::advise(context, &stores, &own.concat(), notices);
    notices.extend(own.into_iter().flatten());
    credentials::add_notices(context, &stores, notices);
}

/// A store on both sides.
struct Store<'s, 'a> {
    program: Program,
    /// Whether the program is known from the images, and not only from variables.
    is_named: bool,
    workload: &'s Workload<'a>,
    /// The container on the old and on the new side.
    before: &'a Value,
    container: &'a Value,
    /// The names of the claims with the data: those that the container mounts on both sides, or if there are none, those
    /// of the old side.
    claims: Vec<String>,
    /// Whether the new side uses other claims.
    is_moved: bool,
    /// The index of the workload.
    place: usize,
    /// The image of pods that copy its data.
    copy_image: &'a str,
}

impl<'s, 'a> Store<'s, 'a> {
    fn all(context: &'s Context<'a>) -> Vec<Self> {
        let mut stores = Vec::new();
        let workloads = context.workloads.iter().enumerate();
        for (place, workload) in workloads.filter(|(_, one)| has_claims(&one.object)) {
            for container in containers(workload.pod) {
                stores.extend(Self::of(place, workload, container));
            }
        }
        if !stores.is_empty() {
            let copy_image = context.copy_image();
            for store in &mut stores {
                store.copy_image = copy_image;
            }
        }
        stores
    }

    fn of(place: usize, workload: &'s Workload<'a>, container: &'a Value) -> Option<Self> {
        if !kubectl::can_stop(&workload.object) {
            return None;
        }
        let named = Program::of_image(&image(container));
        let program = named.or_else(|| Program::of_variables(container))?;
        let old = workload.before?;
        let (_, pod) = old.pod()?;
        let before = containers(pod).find(|old| field(old, "name") == field(container, "name"))?;
        let was = Program::of_image(&image(before));
        let mut own = claims(&old, before, &workload.object, container);
        let is_moved = own.is_empty();
        if is_moved {
            own = other_claims(&old, before, &workload.object, container);
        }
        let stays = was.is_none_or(|was| was == program) && !own.is_empty();
        stays.then_some(Self {
            program,
            is_named: named.is_some() && was.is_some(),
            workload,
            before,
            container,
            claims: own,
            is_moved,
            place,
            copy_image: "",
        })
    }

    fn object(&self) -> &Object<'a> {
        &self.workload.object
    }

    /// The workload as it runs before the upgrade.
    fn running(&self) -> Object<'a> {
        self.workload.before.unwrap_or(self.workload.object)
    }

    fn container_name(&self) -> &'a str {
        field(self.container, "name").as_str().unwrap_or_default()
    }

    fn images(&self) -> [Image<'a>; 2] {
        [self.before, self.container].map(image)
    }

    /// The workloads that use a Secret from which one of its variables comes, without those that end by themselves.
    fn clients<'c, 'w>(
        &'c self,
        context: &'c Context<'w>,
    ) -> impl Iterator<Item = &'c Workload<'w>> {
        let namespace = self.object().namespace;
        let references = context.references();
        let places: BTreeSet<usize> = secrets(self.workload.pod)
            .flat_map(|name| references.of_secret(namespace, name))
            .filter(|place| *place != self.place)
            .collect();
        let clients = places.into_iter();
        clients
            .filter_map(|place| context.workloads.get(place))
            .filter(|client| !ends(client))
    }
}

/// Whether the pods of a workload end by themselves.
fn ends(workload: &Workload<'_>) -> bool {
    matches!(workload.object.kind, "Job" | "CronJob")
}

/// The names of the Secrets from which variables of a pod come.
fn secrets(pod: &Value) -> impl Iterator<Item = &str> {
    containers(pod).flat_map(stores::secrets)
}

fn variable<'v>(container: &'v Value, name: &str) -> Option<&'v Value> {
    items(field(container, "env")).find(|variable| field(variable, "name") == name)
}

/// The names of the claims in which a container finds the data of the old side.
fn claims(old: &Object<'_>, before: &Value, new: &Object<'_>, container: &Value) -> Vec<String> {
    // PGDATA is a directory in the volume. Another directory is empty.
    let directory = |container| variable(container, "PGDATA").map(|one| field(one, "value"));
    let (was, is) = (directory(before), directory(container));
    if was.is_some() && is.is_some() && was != is {
        return Vec::new();
    }
    let mounted = mounts(old, before);
    let mut claims = Vec::new();
    for mount in mounts(new, container) {
        if mounted.contains(&mount) && !claims.contains(&mount.claim) {
            claims.push(mount.claim);
        }
    }
    claims
}

/// The names of the claims of the old side, if the new side has others, all of them.
fn other_claims(
    old: &Object<'_>,
    before: &Value,
    new: &Object<'_>,
    container: &Value,
) -> Vec<String> {
    let names = |mounts: Vec<Mount>| mounts.into_iter().map(|mount| mount.claim);
    let mut claims: Vec<String> = names(mounts(old, before)).collect();
    let others: Vec<String> = names(mounts(new, container)).collect();
    if others.is_empty() || others.iter().any(|claim| claims.contains(claim)) {
        return Vec::new();
    }
    claims.dedup();
    claims
}

/// Whether the pods of a workload can mount claims. Most cannot, so their containers need not be looked at.
fn has_claims(object: &Object<'_>) -> bool {
    let templates = object.at(&["spec", "volumeClaimTemplates"]);
    items(templates).next().is_some() || object.claims().next().is_some()
}

/// A mounted claim: its name, and the `subPath` that is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    claim: String,
    sub_path: String,
}

fn mounts(object: &Object<'_>, container: &Value) -> Vec<Mount> {
    let Some((_, pod)) = object.pod() else {
        return Vec::new();
    };
    let templates = || items(object.at(&["spec", "volumeClaimTemplates"]));
    let mut mounts = Vec::new();
    for mount in items(field(container, "volumeMounts")) {
        let [name, sub_path] =
            ["name", "subPath"].map(|key| field(mount, key).as_str().unwrap_or_default());
        let mut add = |claim: String| {
            let sub_path = sub_path.to_owned();
            mounts.push(Mount { claim, sub_path });
        };
        if templates().any(|template| at(template, &["metadata", "name"]) == name) {
            for pod in 0..object.replicas().clamp(1, MOST_PODS) {
                add(format!("{name}-{}-{pod}", object.name));
            }
            continue;
        }
        let volume =
            items(at(pod, &["spec", "volumes"])).find(|volume| field(volume, "name") == name);
        let claim =
            volume.and_then(|volume| at(volume, &["persistentVolumeClaim", "claimName"]).as_str());
        if let Some(claim) = claim {
            add(claim.to_owned());
        }
    }
    mounts
}

/// The greatest number of pods of a StatefulSet whose claims are listed.
const MOST_PODS: i64 = 10;
