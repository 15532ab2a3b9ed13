//! Nodes for workloads whose pods must not share one. It counts the nodes that take such pods now; whether there is
//! room on them it does not know.

use serde_json::Value;

use super::needs::list;
use super::{Answers, Check, Needs, Spread};

pub(super) fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let Some(answer) = &answers.nodes else {
        return Vec::new();
    };
    let spreads = needs.spreads.iter();
    spreads
        .map(|spread| {
            let name = format!("Nodes for {}", spread.workload);
            let nodes = match answer {
                Ok(answer) => list(&answer["items"]),
                Err(silence) => return Check::unknown(&name, silence),
            };
            let count = nodes.iter().filter(|node| takes(node, spread)).count();
            let replicas = spread.replicas;
            match u64::try_from(count).unwrap_or(u64::MAX) {
                0 if replicas > 0 => Check::missing(
                    &name,
                    "no node takes its pods",
                    "look at its nodeSelector and tolerations, and at `kubectl get nodes`",
                ),
                some if some < replicas => Check::warning(
                    &name,
                    format!("{replicas} replicas, and nodes for {some}: they share nodes, or wait"),
                    "add nodes, lower replicas, or set global.podAntiAffinityPreset: soft",
                ),
                some => Check::ok(&name, format!("{replicas} replicas, and nodes for {some}")),
            }
        })
        .collect()
}

/// Whether a node is ready, and takes pods of the workload.
fn takes(node: &Value, spread: &Spread) -> bool {
    let conditions = list(&node["status"]["conditions"]);
    let is_ready = conditions
        .iter()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
    let labels = &node["metadata"]["labels"];
    let is_selected = spread
        .node_selector
        .as_object()
        .into_iter()
        .flatten()
        .all(|(key, value)| labels[key] == *value);
    let is_open = node["spec"]["unschedulable"] != true;
    let taints = list(&node["spec"]["taints"]).iter();
    let keeps_off = taints
        .filter(|taint| taint["effect"] == "NoSchedule" || taint["effect"] == "NoExecute")
        .any(|taint| !tolerated(taint, &spread.tolerations));
    is_ready && is_open && is_selected && !keeps_off
}

/// Whether one of the tolerations tolerates a taint (`Toleration.ToleratesTaint` in `k8s.io/api/core/v1`).
fn tolerated(taint: &Value, tolerations: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list(tolerations).iter().any(|toleration| {
        let [effect, key, operator, value] =
            ["effect", "key", "operator", "value"].map(|field| text(&toleration[field]));
        (effect.is_empty() || taint["effect"] == *effect)
            && (key.is_empty() || taint["key"] == *key)
            && match operator.as_str() {
                "Exists" => true,
                "" | "Equal" => text(&taint["value"]) == value,
                _ => false,
            }
    })
}
