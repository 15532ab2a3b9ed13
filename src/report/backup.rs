//! Backups as text: objects for `kubectl apply`, below the commands that belong to them.

use crate::backup::{Method, Way};
use crate::commands::{kubectl, quote};
use crate::diagnostics::visible;
use crate::manifest::{Address, Identity};
use crate::stores::{Store, replicas};
use crate::yaml;
use serde_json::Value;

/// Documents, each below `---`, after comments that say how to use them. `FILE` in them is the file with the output.
pub fn objects(
    stores: &[Store<'_>],
    objects: &[Value],
    (method, way): (Method, Way),
    namespace: &str,
    out: &mut String,
) {
    for line in usage(stores, objects, (method, way), namespace) {
        out.push_str(&format!("# {}\n", visible(&line)));
    }
    for object in objects {
        out.push_str("---\n");
        yaml::write(object, out);
    }
}

fn usage(
    stores: &[Store<'_>],
    objects: &[Value],
    kind: (Method, Way),
    namespace: &str,
) -> Vec<String> {
    let apply = format!("  kubectl apply -n {} -f FILE", quote(namespace));
    let wait = |condition: &str| {
        let addresses = objects.iter().filter_map(|object| {
            let address = Address::of(&Identity::of(object)?).ok()?;
            (object["kind"] != "PersistentVolumeClaim").then_some(address)
        });
        let commands: Vec<String> = addresses
            .map(|address| format!("  {}", kubectl("wait", &address, namespace, condition)))
            .collect();
        commands
    };
    let scale = |count: fn(&Store<'_>) -> i64| {
        let mut commands: Vec<String> = stores
            .iter()
            .map(|store| {
                let rest = format!("--replicas={}", count(store));
                format!("  {}", kubectl("scale", &store.address, namespace, &rest))
            })
            .collect();
        commands.dedup();
        commands
    };
    let mut lines = Vec::new();
    match kind {
        (Method::Snapshot, Way::Forth) => {
            lines.push(
                "Snapshots of the claims, which the storage makes while the stores run:".to_owned(),
            );
            lines.push(apply);
            lines.extend(wait(
                "--for=jsonpath='{.status.readyToUse}'=true --timeout=30m",
            ));
        }
        (Method::Snapshot, Way::Back) => {
            lines.push("New claims from the snapshots. The present claims and their data stay as they are:".to_owned());
            lines.push(apply);
            lines.extend(use_claims(stores));
        }
        (_, Way::Forth) => {
            lines.push(
                "Copies of the claims. The Jobs wait until the stores are stopped:".to_owned(),
            );
            lines.extend(scale(|_| 0));
            lines.push(apply);
            lines.extend(wait("--for=condition=complete --timeout=2h"));
            lines.extend(scale(|store| replicas(store.workload)));
        }
        (_, Way::Back) => {
            lines.push(
                "Jobs that copy the backups into the claims of the stores, which must exist and be empty. The Jobs wait \
                 until the stores are stopped:"
                    .to_owned(),
            );
            lines.extend(scale(|_| 0));
            lines.push(apply);
            lines.extend(wait("--for=condition=complete --timeout=2h"));
            lines.extend(scale(|store| replicas(store.workload)));
            lines.extend(use_claims(stores));
        }
    }
    lines
}

/// How a store can use a backup without a copy.
fn use_claims(stores: &[Store<'_>]) -> Vec<String> {
    let mut lines = Vec::new();
    if stores.iter().any(|store| !store.has_claim_template()) {
        lines.push(
            "A store can also use the claim of the backup itself: in SwanLab's values, set persistence.existingClaim of \
             the store to its name."
                .to_owned(),
        );
    }
    lines
}
