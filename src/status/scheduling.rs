//! Pods for which there is no node. The scheduler counts the nodes by what keeps each from running the pod.
//! Source: the reasons of the plugins in `k8s.io/kubernetes/pkg/scheduler/framework/plugins`.

use super::{Reason, Status, in_pod, key};
use crate::yaml::Step;

/// What keeps a node from running a pod: words of the scheduler, what they mean, what to do, and the field behind it.
struct Obstacle {
    said: &'static str,
    means: &'static str,
    remedy: &'static str,
    field: Option<&'static str>,
    keys: &'static [&'static str],
}

/// Those for which a value is to blame come first.
const OBSTACLES: [Obstacle; 11] = [
    Obstacle {
        said: "persistentvolumeclaim \"",
        means: "a claim that it mounts does not exist",
        remedy: "create the claim, or correct existingClaim",
        field: Some("volumes"),
        keys: &["existingClaim"],
    },
    Obstacle {
        said: "didn't match Pod's node affinity/selector",
        means: "no node has the labels of its node selector",
        remedy: "label a node, or change the node selector; `kubectl get nodes --show-labels`",
        field: Some("nodeSelector"),
        keys: &[],
    },
    Obstacle {
        said: "untolerated taint",
        means: "nodes have taints that it does not tolerate",
        remedy: "add a toleration, or remove the taint; `kubectl describe nodes`",
        field: Some("tolerations"),
        keys: &["customTolerations"],
    },
    Obstacle {
        said: "topology spread constraints",
        means: "its pods must spread over more nodes than there are (topologySpreadConstraints)",
        remedy: "add a node, lower replicas, or set global.podAntiAffinityPreset to soft",
        field: Some("topologySpreadConstraints"),
        keys: &["podAntiAffinityPreset"],
    },
    Obstacle {
        said: "anti-affinity rules",
        means: "each of its pods needs a node of its own (anti-affinity)",
        remedy: "add a node, or lower replicas",
        field: Some("affinity"),
        keys: &["podAntiAffinityPreset"],
    },
    Obstacle {
        said: "Insufficient",
        means: "no node has room for what it requests",
        remedy: "request less, or add a node; `kubectl describe nodes` shows what is taken",
        field: Some("resources"),
        keys: &["memory", "cpu", "resources"],
    },
    Obstacle {
        said: "unbound immediate PersistentVolumeClaims",
        means: "a claim that it mounts has no volume",
        remedy: "look at the claim",
        field: None,
        keys: &[],
    },
    Obstacle {
        said: "volume node affinity conflict",
        means: "its volume is on a node that cannot run it",
        remedy: "free the node of the volume, or allow the pod there",
        field: None,
        keys: &[],
    },
    Obstacle {
        said: "exceed max volume count",
        means: "the nodes cannot mount more volumes",
        remedy: "add a node",
        field: None,
        keys: &[],
    },
    Obstacle {
        said: "unschedulable",
        means: "nodes are closed for new pods (cordoned)",
        remedy: "open one with `kubectl uncordon`, or add a node",
        field: None,
        keys: &[],
    },
    Obstacle {
        said: "Too many pods",
        means: "the nodes have as many pods as they may",
        remedy: "add a node",
        field: None,
        keys: &[],
    },
];

/// The reason for a pod that no node can run; `message` is the scheduler's. `is_spread` and the like are not needed: the
/// scheduler names only what the pod asks for.
pub(super) fn reason(message: &str) -> Reason {
    let found: Vec<&Obstacle> = OBSTACLES
        .iter()
        .filter(|one| message.contains(one.said))
        .collect();
    let Some(first) = found.first() else {
        return Reason::new(Status::Stuck, format!("no node can run its pod: {message}"))
            .remedy("see what the scheduler says: `kubectl describe pod`");
    };
    let means: Vec<&str> = found.iter().map(|one| one.means).collect();
    let reason = Reason::new(
        Status::Stuck,
        format!(
            "no node can run its pod: {}. The scheduler says: {message}",
            means.join("; ")
        ),
    )
    .remedy(first.remedy);
    match first.field {
        Some("resources") => reason.field(
            in_pod([key("containers"), Step::Index(0), key("resources")]),
            if message.contains("Insufficient memory") {
                &["memory", "resources", "cpu"]
            } else {
                &["cpu", "resources", "memory"]
            },
        ),
        Some(field) => reason.field(in_pod([key(field)]), first.keys),
        None => reason,
    }
}

/// The claim that the scheduler does not find.
pub(super) fn absent_claim(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("persistentvolumeclaim \"")?;
    rest.split_once('"').map(|(name, _)| name)
}
