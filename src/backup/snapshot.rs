//! VolumeSnapshots of claims, and claims made from them. Source: `VolumeSnapshot` of `snapshot.storage.k8s.io/v1`, and
//! "Volume Snapshots" in the Kubernetes documentation.

use serde_json::{Value, json};

use super::{Options, names, new_claim, object};
use crate::diagnostics::Diagnostic;
use crate::stores::{Claim, Store};

const GROUP: &str = "snapshot.storage.k8s.io";

/// The snapshot of a claim.
pub(super) fn take(store: &Store<'_>, claim: &Claim<'_>, options: &Options<'_>) -> Value {
    let mut spec = json!({});
    if let Some(class) = options.class {
        spec["volumeSnapshotClassName"] = class.into();
    }
    spec["source"] = json!({"persistentVolumeClaimName": claim.name});
    let name = names::backup(&claim.name, options.suffix);
    let api_version = format!("{GROUP}/v1");
    object(
        store,
        &api_version,
        "VolumeSnapshot",
        &name,
        &json!({"spec": spec}),
    )
}

/// A claim made from the snapshot, with the name of the snapshot.
pub(super) fn claim(
    store: &Store<'_>,
    claim: &Claim<'_>,
    options: &Options<'_>,
) -> Result<Value, Diagnostic> {
    let name = names::backup(&claim.name, options.suffix);
    let mut new = new_claim(store, claim, &name, options)?;
    new["spec"]["dataSource"] = json!({"apiGroup": GROUP, "kind": "VolumeSnapshot", "name": name});
    Ok(new)
}
