//! Where the data of a container are: the claims that it mounts, and whether they stay.

use serde_json::Value;

use super::variable;
use crate::diff::subject::{Subject, items};

/// The claims in which a container finds on the new side what it wrote on the old one.
pub(super) fn claims(
    old: &Subject<'_>,
    before: &Value,
    new: &Subject<'_>,
    container: &Value,
) -> Vec<String> {
    // PGDATA is a directory of the volume: another one begins empty.
    let directory = |container| variable(container, "PGDATA").map(|one| &one["value"]);
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

/// A claim in a container: its name, and the part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    claim: String,
    part: String,
}

fn mounts(subject: &Subject<'_>, container: &Value) -> Vec<Mount> {
    let Some((_, pod)) = subject.pod() else {
        return Vec::new();
    };
    let templates = || items(subject.at(&["spec", "volumeClaimTemplates"]));
    let mut mounts = Vec::new();
    for mount in items(&container["volumeMounts"]) {
        let name = mount["name"].as_str().unwrap_or_default();
        let part = mount["subPath"].as_str().unwrap_or_default();
        let mut add = |claim: String| {
            let part = part.to_owned();
            mounts.push(Mount { claim, part });
        };
        if templates().any(|template| template["metadata"]["name"] == name) {
            for pod in 0..subject.replicas().clamp(1, MOST_PODS) {
                add(format!("{name}-{}-{pod}", subject.name));
            }
            continue;
        }
        let volume = items(&pod["spec"]["volumes"]).find(|volume| volume["name"] == name);
        let claim = volume.and_then(|volume| volume["persistentVolumeClaim"]["claimName"].as_str());
        if let Some(claim) = claim {
            add(claim.to_owned());
        }
    }
    mounts
}

/// The claims of so many pods are named one by one.
const MOST_PODS: i64 = 10;
