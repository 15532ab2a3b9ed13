//! Checks of the cluster itself: its version, the namespace, the user's rights, and nodes for workloads whose pods must
//! not share one. How much room nodes have is unknown.

use serde_json::Value;

use super::needs::list;
use super::{Answers, Check, Needs, NoAnswer, Spread};

/// The oldest minor version of Kubernetes that SwanLab supports ("Deploying with Kubernetes", Prerequisites).
const OLDEST: u64 = 24;

/// The verbs that `kubectl apply` and Helm need.
pub const VERBS: [&str; 2] = ["create", "patch"];

pub(super) fn version(answers: &Answers) -> Check {
    const NAME: &str = "Kubernetes version";
    let answer = answers.version.as_ref();
    let server = answer.map_or(&Value::Null, |answer| &answer["serverVersion"]);
    // Providers write `29+`.
    let number = |key: &str| {
        let text = server[key].as_str().unwrap_or_default();
        text.trim_end_matches(|c: char| !c.is_ascii_digit())
            .parse::<u64>()
    };
    let (Ok(major), Ok(minor)) = (number("major"), number("minor")) else {
        return Check::unknown(
            NAME,
            &NoAnswer::Failed("the server did not report it".to_owned()),
        );
    };
    if (major, minor) >= (1, OLDEST) {
        Check::ok(NAME, format!("{major}.{minor}"))
    } else {
        Check::missing(
            NAME,
            format!("it is {major}.{minor}, and SwanLab needs 1.{OLDEST} or later"),
            "upgrade the cluster, or choose another one with --kube-context",
        )
    }
}

pub(super) fn namespace(needs: &Needs, answers: &Answers) -> Option<Check> {
    let name = format!("Namespace/{}", needs.namespace);
    let check = match answers.namespace.as_ref()? {
        Ok(found) if found["status"]["phase"] == "Terminating" => Check::missing(
            &name,
            "it is being deleted",
            "wait until it is gone and create it again, or choose another one with -n",
        ),
        Ok(_) => Check::ok(&name, "it exists"),
        Err(NoAnswer::NotFound) if needs.makes_namespace => Check::ok(&name, "it will be created"),
        Err(NoAnswer::NotFound) => Check::missing(
            &name,
            "it does not exist",
            format!("kubectl create namespace {}", needs.namespace),
        ),
        Err(reason) => Check::unknown(&name, reason),
    };
    Some(check)
}

pub(super) fn rights(needs: &Needs, answers: &Answers) -> impl Iterator<Item = Check> {
    needs.resources.iter().map(|resource| {
        let name = format!("Rights on {resource}");
        let mut refused = Vec::new();
        for verb in VERBS {
            match answers.rights.get(&(verb, resource.clone())) {
                Some(Ok(true)) => {}
                Some(Ok(false)) => refused.push(verb),
                Some(Err(reason)) => return Check::unknown(&name, reason),
                None => {
                    let reason = NoAnswer::Failed("it was not checked".to_owned());
                    return Check::unknown(&name, &reason);
                }
            }
        }
        if refused.is_empty() {
            return Check::ok(&name, "you may create and patch them");
        }
        let verbs = refused.join(" and ");
        let namespace = &needs.namespace;
        Check::missing(
            &name,
            format!("you may not {verbs} them in {namespace}"),
            format!("ask the cluster's administrator for a Role in {namespace} with {verbs} on {resource}"),
        )
    })
}

pub(super) fn nodes(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let Some(answer) = &answers.nodes else {
        return Vec::new();
    };
    let spreads = needs.spreads.iter();
    spreads
        .map(|spread| {
            let name = format!("Nodes for {}", spread.workload);
            let nodes = match answer {
                Ok(answer) => list(&answer["items"]),
                Err(reason) => return Check::unknown(&name, reason),
            };
            let count = nodes.iter().filter(|node| accepts(node, spread)).count();
            let replicas = spread.replicas;
            match u64::try_from(count).unwrap_or(u64::MAX) {
                0 if replicas > 0 => Check::missing(
                    &name,
                    "no node accepts its pods",
                    "check its nodeSelector and tolerations, and `kubectl get nodes`",
                ),
                some if some < replicas => Check::warning(
                    &name,
                    format!("{replicas} replicas, but nodes for {some}: pods share nodes, or stay pending"),
                    "add nodes, lower replicas, or set global.podAntiAffinityPreset: soft",
                ),
                some => Check::ok(&name, format!("{replicas} replicas, and nodes for {some}")),
            }
        })
        .collect()
}

/// Whether a node is ready and accepts pods of the workload.
fn accepts(node: &Value, spread: &Spread) -> bool {
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
    let is_tainted = taints
        .filter(|taint| taint["effect"] == "NoSchedule" || taint["effect"] == "NoExecute")
        .any(|taint| !tolerated(taint, &spread.tolerations));
    is_ready && is_open && is_selected && !is_tainted
}

/// Whether a toleration tolerates the taint (`Toleration.ToleratesTaint` in `k8s.io/api/core/v1`).
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
