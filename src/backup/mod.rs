//! Backups of stores: objects and scripts that make them, and that bring the data back. Nothing is run here.
//!
//! There are three methods. A snapshot (`snapshot`) is made by the storage while the store runs. A copy (`copy`) is made
//! by a Job from one claim into another while the store is stopped. A dump (`dump`) is made by the store's own program
//! and becomes a file. No method overwrites anything: names end with a suffix, and Jobs copy only into empty claims.

mod copy;
pub mod dump;
mod names;
mod snapshot;

use serde_json::{Value, json};

use crate::diagnostics::Diagnostic;
use crate::kubernetes::{Image, Quantity, containers, pod_of};
use crate::manifest::Manifest;
use crate::stores::{self, Claim, Program, Store};

pub use names::{backup as name, check_suffix, file_name};

/// How backups are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// VolumeSnapshot objects.
    Snapshot,
    /// Jobs that copy claims.
    Copy,
    /// Logical dumps.
    Dump,
}

/// Whether a backup is made or brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the store into the backup.
    Forth,
    /// From the backup into the store.
    Back,
}

/// What backups are made of, and what they are called.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// The end of all names; [`check_suffix`] must accept it.
    pub suffix: &'a str,
    /// The class: that of snapshots, or of new claims.
    pub class: Option<&'a str>,
    /// The size of new claims; that of the old ones if there is none.
    pub size: Option<&'a str>,
    /// The image of Jobs that copy: BusyBox, or another with `cp`, `find`, `sha256sum` and `stat`.
    pub image: &'a str,
}

/// The stores of some manifests whose program is wanted. House is a store too, if it is.
pub fn wanted<'m>(
    manifests: &'m [Manifest],
    namespace: &str,
    programs: &[Program],
) -> Vec<Store<'m>> {
    let mut stores = stores::stores(manifests, namespace);
    stores.retain(|store| programs.contains(&store.program));
    stores.sort_by_key(|store| store.program);
    stores
}

/// The BusyBox of the manifests, because the cluster can pull it; else BusyBox of the default registry.
pub fn copy_image(manifests: &[Manifest]) -> &str {
    let pods = manifests.iter().filter_map(|one| pod_of(&one.object));
    let images = pods
        .flat_map(containers)
        .filter_map(|container| container["image"].as_str());
    let mut busybox = images.filter(|image| Image::of(image).name() == "busybox");
    busybox.next().unwrap_or("busybox:1.37")
}

/// The objects that make or bring back backups of a store: VolumeSnapshots and claims, or claims and Jobs.
///
/// # Errors
/// A claim whose size is not known, because it is not in the manifests; nothing is asked of a cluster here.
pub fn objects(
    store: &Store<'_>,
    method: Method,
    way: Way,
    options: &Options<'_>,
) -> Result<Vec<Value>, Diagnostic> {
    let mut objects = Vec::new();
    for claim in &store.claims {
        match (method, way) {
            (Method::Snapshot, Way::Forth) => objects.push(snapshot::take(store, claim, options)),
            (Method::Snapshot, Way::Back) => {
                objects.push(snapshot::claim(store, claim, options)?);
            }
            (Method::Copy, Way::Forth) => {
                let backup = names::backup(&claim.name, options.suffix);
                objects.push(new_claim(store, claim, &backup, options)?);
                objects.push(copy::job(store, [&claim.name, &backup], way, options));
            }
            (Method::Copy, Way::Back) => {
                let backup = names::backup(&claim.name, options.suffix);
                objects.push(copy::job(store, [&backup, &claim.name], way, options));
            }
            (Method::Dump, _) => {}
        }
    }
    Ok(objects)
}

/// A Job that copies the files of a claim of a store into another claim, which must be empty.
pub fn move_job(store: &Store<'_>, claims: [&str; 2], options: &Options<'_>) -> Value {
    copy::job(store, claims, Way::Forth, options)
}

/// Jobs that bring the files of a backup back into the claims of a store, which need not be empty: their files are moved
/// into a folder of the claim first. The backup is a finished copy, or a claim that was made from a snapshot.
pub fn replace_jobs(store: &Store<'_>, method: Method, options: &Options<'_>) -> Vec<Value> {
    let claims = store.claims.iter();
    claims
        .map(|claim| {
            let backup = names::backup(&claim.name, options.suffix);
            copy::replacing(store, [&backup, &claim.name], method, options)
        })
        .collect()
}

/// A claim like one of a store, with another name.
fn new_claim(
    store: &Store<'_>,
    claim: &Claim<'_>,
    name: &str,
    options: &Options<'_>,
) -> Result<Value, Diagnostic> {
    let spec = claim.spec.unwrap_or(&Value::Null);
    let size = match (options.size, &spec["resources"]["requests"]["storage"]) {
        (Some(size), _) => json!(size),
        (None, Value::Null) => {
            let error = format!(
                "the size of the claim `{}` is not known: it is not in the manifests",
                claim.name
            );
            let help = "give --size; `kubectl get pvc` shows how large the claim is";
            return Err(Diagnostic::error(error).with_help(help));
        }
        (None, size) => size.clone(),
    };
    if let (Some(size), was) = (options.size, &spec["resources"]["requests"]["storage"])
        && Quantity::of(&json!(size)) < Quantity::of(was)
    {
        let error = format!(
            "--size {size}: the claim `{}` requests more: {}",
            claim.name,
            was.as_str().unwrap_or_default()
        );
        return Err(
            Diagnostic::error(error).with_help("give at least as much, or leave --size out")
        );
    }
    let mut new = json!({
        "accessModes": match &spec["accessModes"] {
            Value::Null => json!(["ReadWriteOnce"]),
            modes => modes.clone(),
        },
    });
    let class = match options.class {
        Some(class) => json!(class),
        None => spec["storageClassName"].clone(),
    };
    if !class.is_null() {
        new["storageClassName"] = class;
    }
    new["resources"] = json!({"requests": {"storage": size}});
    Ok(object(
        store,
        "v1",
        "PersistentVolumeClaim",
        name,
        &json!({"spec": new}),
    ))
}

/// An object in the namespace of a store, if its manifest names one; `rest` has the fields after `metadata`.
fn object(store: &Store<'_>, api_version: &str, kind: &str, name: &str, rest: &Value) -> Value {
    let mut object = json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name},
    });
    let namespace = &store.workload["metadata"]["namespace"];
    if !namespace.is_null() {
        object["metadata"]["namespace"] = namespace.clone();
    }
    for (key, value) in rest.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    object
}
