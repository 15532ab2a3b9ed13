//! Jobs that copy the files of a claim into another one, while the store is stopped.

use serde_json::{Value, json};

use super::{Method, Options, Way, names, object};
use crate::stores::Store;

/// The script of the Jobs.
const SCRIPT: &str = include_str!("copy.sh");

/// A Job that brings the files of a backup back into a claim, and keeps the present ones in a folder of the claim.
pub(super) fn replacing(
    store: &Store<'_>,
    claims: [&str; 2],
    method: Method,
    options: &Options<'_>,
) -> Value {
    let mut job = job(store, claims, Way::Back, options);
    let container = &mut job["spec"]["template"]["spec"]["containers"][0];
    let mut env = json!([{"name": "ASIDE", "value": format!(".replaced-{}", options.suffix)}]);
    // A snapshot has no sums to compare with.
    if method == Method::Copy {
        env = json!([container["env"][0], env[0]]);
    }
    container["env"] = env;
    job
}

/// A Job that copies from the first claim into the second one.
///
/// Its pod is not scheduled on a node on which the store runs, and a claim that one node can mount keeps it from the other
/// nodes: so it waits until the store is stopped.
pub(super) fn job(
    store: &Store<'_>,
    [from, to]: [&str; 2],
    way: Way,
    options: &Options<'_>,
) -> Value {
    let (verb, store_claim, env) = match way {
        Way::Forth => ("copy-", from, json!([])),
        Way::Back => (
            "restore-",
            to,
            json!([{"name": "COMPLETE", "value": "required"}]),
        ),
    };
    let mut container = json!({
        "name": "copy",
        "image": options.image,
        "command": ["sh", "-c", SCRIPT],
    });
    if env != json!([]) {
        container["env"] = env;
    }
    container["volumeMounts"] = json!([
        {"name": "from", "mountPath": "/from", "readOnly": true},
        {"name": "to", "mountPath": "/to"},
    ]);
    let volume = |name: &str, claim: &str| json!({"name": name, "persistentVolumeClaim": {"claimName": claim}});
    let mut pod = json!({
        "restartPolicy": "Never",
        "automountServiceAccountToken": false,
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{
            "labelSelector": store.workload["spec"]["selector"],
            "topologyKey": "kubernetes.io/hostname",
        }]}},
        "containers": [container],
        "volumes": [volume("from", from), volume("to", to)],
    });
    // It may need what the store needs to be scheduled, and to pull its image.
    for field in ["imagePullSecrets", "nodeSelector", "tolerations"] {
        let own = &store.pod_spec()[field];
        if !own.is_null() {
            pod[field] = own.clone();
        }
    }
    // A second try would find files in the claim.
    let spec = json!({"backoffLimit": 0, "template": {"spec": pod}});
    let name = names::job(verb, store_claim, options.suffix);
    object(store, "batch/v1", "Job", &name, &json!({"spec": spec}))
}
