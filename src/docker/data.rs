//! The data of a store: a claim, and a Job that unpacks an archive into it.

use serde_json::{Value, json};

use crate::init::Store;
use crate::kubernetes::Quantity;

/// The script of the Jobs.
const SCRIPT: &str = include_str!("unpack.sh");

/// One claim's unit, in bytes.
const GIB: u64 = 1 << 30;

/// How large the claim of a store is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Size {
    /// As given: `50Gi`.
    Given(String),
    /// The data have so many bytes.
    Measured(u64),
    /// The data could not be measured.
    Unknown,
}

/// Where the archive of a store can be fetched, and its checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The URL.
    pub url: String,
    /// What `sha256sum` says of it; none if the file beside it, with `.sha256` behind its name, is to say so.
    pub sum: Option<String>,
}

/// What the layout of an archive is checked by.
struct Layout {
    /// Names, one of which it must have.
    expected: &'static str,
    /// The single name at its top, if there must be no other.
    only: &'static str,
}

/// What Docker calls a store.
pub(super) fn docker_name(store: Store) -> &'static str {
    match store {
        Store::S3 => "minio",
        _ => store.name(),
    }
}

/// The name of a store's archive.
pub fn archive_name(store: Store) -> String {
    format!("{}-data.tar.gz", docker_name(store))
}

/// The name of the claim for a store's data.
pub(super) fn claim_name(store: Store) -> String {
    format!("{}-docker-pvc", docker_name(store))
}

/// The name of the Job that brings a store's data in.
pub(super) fn job_name(store: Store) -> String {
    format!("{}-migrate", docker_name(store))
}

fn layout(store: Store) -> Layout {
    match store {
        // The server looks for the folder `data` in its volume.
        Store::Postgres => Layout {
            expected: "data/PG_VERSION",
            only: "data",
        },
        Store::Redis => Layout {
            expected: "dump.rdb appendonlydir appendonly.aof",
            only: "",
        },
        Store::Clickhouse => Layout {
            expected: "metadata",
            only: "",
        },
        Store::S3 => Layout {
            expected: ".minio.sys",
            only: "",
        },
    }
}

/// The size of a claim: room for twice the data, but not less than the chart's own claim.
pub(super) fn size(size: &Size, usual: &str) -> String {
    match size {
        Size::Given(size) => size.clone(),
        Size::Unknown => usual.to_owned(),
        Size::Measured(bytes) => {
            let twice = format!("{}Gi", bytes.saturating_mul(2).div_ceil(GIB).max(1));
            if Quantity::parse(&twice) > Quantity::parse(usual) {
                twice
            } else {
                usual.to_owned()
            }
        }
    }
}

/// The claim for a store's data.
pub(super) fn claim(store: Store, size: &str, class: Option<&str>) -> Value {
    let mut spec = json!({"accessModes": ["ReadWriteOnce"]});
    if let Some(class) = class {
        spec["storageClassName"] = class.into();
    }
    spec["resources"] = json!({"requests": {"storage": size}});
    json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": claim_name(store), "labels": {"swanlab": store.name()}},
        "spec": spec,
    })
}

/// The Job that unpacks an archive into the claim.
pub(super) fn job(store: Store, archive: &Archive, image: &str) -> Value {
    let Layout { expected, only } = layout(store);
    let mut env = vec![
        json!({"name": "FILE_URL", "value": archive.url}),
        json!({"name": "SHA256", "value": archive.sum.as_deref().unwrap_or_default()}),
        json!({"name": "EXPECTED", "value": expected}),
    ];
    if !only.is_empty() {
        env.push(json!({"name": "ONLY", "value": only}));
    }
    let container = json!({
        "name": "unpack",
        "image": image,
        "command": ["sh", "-c", SCRIPT],
        "env": env,
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    });
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": job_name(store), "labels": {"swanlab": store.name()}},
        // A second try of one that failed finds the claim as it was.
        "spec": {"backoffLimit": 2, "template": {
            "metadata": {"labels": {"swanlab": store.name()}},
            "spec": {
                "restartPolicy": "Never",
                "automountServiceAccountToken": false,
                "containers": [container],
                "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim_name(store)}}],
            },
        }},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_has_room_for_twice_the_data() {
        let of = |bytes| size(&Size::Measured(bytes), "10Gi");
        assert_eq!(of(0), "10Gi");
        assert_eq!(of(5 << 30), "10Gi");
        assert_eq!(of((5 << 30) + 1), "11Gi");
        assert_eq!(of(700 << 30), "1400Gi");
        assert_eq!(size(&Size::Unknown, "20Gi"), "20Gi");
        assert_eq!(size(&Size::Given("1Ti".to_owned()), "20Gi"), "1Ti");
    }
}
