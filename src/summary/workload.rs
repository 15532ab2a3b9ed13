//! The workloads whose pods stay: how many pods, and what they need.

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use super::{Amounts, pod};
use crate::kubernetes::{at, field, pod_of};
use crate::manifest::{Identity, Manifest};

/// A workload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Workload {
    /// `Deployment/swanlab-server`
    pub object: String,
    /// Pods when all replicas run: as many as its HorizontalPodAutoscaler allows, if it has one.
    pub pods: u64,
    /// Whether it has one pod on every node (a DaemonSet); `pods` is 1 then.
    pub on_every_node: bool,
    /// CPU of all its pods.
    pub cpu: Amounts,
    /// Memory of all its pods.
    pub memory: Amounts,
    /// Which of the manifests it is.
    pub(super) at: usize,
}

/// Kinds with `replicas`.
const REPLICATED: [&str; 4] = [
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "ReplicationController",
];

/// The `spec` of the first HorizontalPodAutoscaler of a workload, by its kind and name.
type Autoscalers<'m> = HashMap<[&'m str; 2], &'m Value>;

/// The workloads among the objects.
pub(super) fn workloads(manifests: &[&Manifest]) -> Vec<Workload> {
    let mut autoscalers = Autoscalers::new();
    for manifest in manifests {
        if manifest.kind() == "HorizontalPodAutoscaler" {
            let spec = field(&manifest.object, "spec");
            let target = ["kind", "name"].map(|key| at(spec, &["scaleTargetRef", key]).as_str());
            if let [Some(kind), Some(name)] = target {
                autoscalers.entry([kind, name]).or_insert(spec);
            }
        }
    }
    let workloads = manifests.iter().enumerate();
    workloads
        .filter_map(|(at, manifest)| {
            let template = template(manifest)?;
            let identity = manifest.identity()?;
            let pods = pods(manifest, &identity, &autoscalers)?;
            let amounts = |resource| pod::amounts(field(template, "spec"), resource).times(pods);
            Some(Workload {
                object: format!("{}/{}", identity.kind, identity.name),
                pods,
                on_every_node: identity.kind == "DaemonSet",
                cpu: amounts("cpu"),
                memory: amounts("memory"),
                at,
            })
        })
        .collect()
}

/// The part with `metadata` and `spec` of its pods.
pub(super) fn template(manifest: &Manifest) -> Option<&Value> {
    pod_of(&manifest.object).filter(|template| template.is_object())
}

/// None for kinds whose pods end.
fn pods(manifest: &Manifest, identity: &Identity, autoscalers: &Autoscalers<'_>) -> Option<u64> {
    match identity.kind.as_str() {
        "Pod" | "DaemonSet" => Some(1),
        kind if REPLICATED.contains(&kind) => {
            let scaler = autoscalers.get(&[kind, identity.name.as_str()]);
            let most = scaler.and_then(|spec| field(spec, "maxReplicas").as_u64());
            let written = at(&manifest.object, &["spec", "replicas"]);
            // Kubernetes' default is one.
            Some(most.or(written.as_u64()).unwrap_or(1))
        }
        _ => None,
    }
}
