//! Workloads, claims and Services: whether an object has become what its manifest asks for. Sources: `kubectl rollout
//! status` (`k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go`), and the status fields of the API.

use serde_json::Value;

use super::{Cluster, Reason, Status, items, key, number, pods, text};
use crate::manifest::Identity;

/// Why an object of the cluster is not ready; `None` if it is.
pub(super) fn reason(
    identity: &Identity,
    object: &Value,
    live: &Value,
    cluster: &Cluster<'_>,
) -> Option<Reason> {
    if !live["metadata"]["deletionTimestamp"].is_null() {
        return Some(Reason::new(Status::Progressing, "it is being deleted"));
    }
    match (identity.group.as_str(), identity.kind.as_str()) {
        ("apps", "Deployment") => Some(worse(
            deployment(live)?,
            [failed_create(live), pods::reason(identity, object, cluster)],
        )),
        ("apps", "StatefulSet") => Some(worse(
            stateful_set(live)?,
            [
                pods::reason(identity, object, cluster),
                refused(identity, cluster),
            ],
        )),
        ("apps", "DaemonSet") => Some(worse(
            daemon_set(live)?,
            [
                pods::reason(identity, object, cluster),
                refused(identity, cluster),
            ],
        )),
        ("batch", "Job") => {
            let (own, has_failed) = job(live)?;
            let of_pods = pods::reason(identity, object, cluster).map(|mut reason| {
                if has_failed {
                    reason.status = Status::Stuck;
                }
                reason
            });
            Some(worse(own, [of_pods, refused(identity, cluster)]))
        }
        ("", "PersistentVolumeClaim") => claim(live, cluster),
        ("", "Service") => service(live),
        _ => None,
    }
}

/// The first reason that says more, or else that of the workload itself.
fn worse<const N: usize>(own: Reason, others: [Option<Reason>; N]) -> Reason {
    let mut found: Vec<Reason> = others.into_iter().flatten().collect();
    // Stuck before progressing; of two alike the first one.
    found.sort_by_key(|reason| std::cmp::Reverse(reason.status));
    let best = found.into_iter().next();
    match best {
        Some(best) if best.status >= own.status || own.text.is_empty() => best,
        Some(mut best) => {
            best.status = own.status;
            best
        }
        None => own,
    }
}

fn is_observed(live: &Value) -> bool {
    let generation = number(&live["metadata"]["generation"]);
    number(&live["status"]["observedGeneration"]) >= generation
}

fn wanted(live: &Value) -> i64 {
    live["spec"]["replicas"].as_i64().unwrap_or(1)
}

fn progressing(text: impl Into<String>) -> Reason {
    Reason::new(Status::Progressing, text)
}

fn deployment(live: &Value) -> Option<Reason> {
    let status = &live["status"];
    if !is_observed(live) {
        return Some(progressing("the cluster has not begun to roll it out"));
    }
    let wanted = wanted(live);
    let [updated, all, available] =
        ["updatedReplicas", "replicas", "availableReplicas"].map(|field| number(&status[field]));
    let text = if updated < wanted {
        format!("{updated} of {wanted} pods are of the new revision")
    } else if all > updated {
        format!("{} pods of an old revision still run", all - updated)
    } else if available < wanted {
        format!("{available} of {wanted} pods are ready")
    } else {
        return None;
    };
    let mut conditions = items(&status["conditions"]);
    let is_late = conditions.any(|condition| {
        condition["type"] == "Progressing" && condition["reason"] == "ProgressDeadlineExceeded"
    });
    if is_late {
        let seconds = live["spec"]["progressDeadlineSeconds"]
            .as_i64()
            .unwrap_or(600);
        let text = format!("{text}, and nothing has changed for {seconds} s");
        return Some(Reason::new(Status::Stuck, text));
    }
    Some(progressing(text))
}

/// What the condition of a Deployment says about pods that were refused.
fn failed_create(live: &Value) -> Option<Reason> {
    let mut conditions = items(&live["status"]["conditions"]);
    let failed = conditions
        .find(|condition| condition["type"] == "ReplicaFailure" && condition["status"] == "True")?;
    Some(refusal(text(&failed["message"])))
}

/// What events say about pods that were refused.
fn refused(identity: &Identity, cluster: &Cluster<'_>) -> Option<Reason> {
    let events = cluster.warnings(&identity.kind, &identity.namespace, &identity.name);
    let failed = events
        .iter()
        .rev()
        .find(|event| event["reason"] == "FailedCreate")?;
    Some(refusal(text(&failed["message"])))
}

fn refusal(message: &str) -> Reason {
    let reason = Reason::new(
        Status::Stuck,
        format!("the API server refuses its pods: {message}"),
    );
    if message.contains("exceeded quota") {
        let steps = super::in_pod([
            key("containers"),
            crate::yaml::Step::Index(0),
            key("resources"),
        ]);
        return reason
            .remedy("request less, or ask for a larger ResourceQuota")
            .field(steps, &["cpu", "memory", "resources"]);
    }
    if message.contains("violates PodSecurity") {
        return reason.remedy(
            "let the namespace allow such pods (label pod-security.kubernetes.io/enforce), or take integrations instead \
             of the built-in stores",
        );
    }
    reason.remedy("read the message; `kubectl describe` shows when it came last")
}

fn stateful_set(live: &Value) -> Option<Reason> {
    let status = &live["status"];
    if !is_observed(live) {
        return Some(progressing("the cluster has not begun to roll it out"));
    }
    let wanted = wanted(live);
    let [updated, ready] = ["updatedReplicas", "readyReplicas"].map(|field| number(&status[field]));
    let rolls = live["spec"]["updateStrategy"]["type"] != "OnDelete"
        && status["updateRevision"] != status["currentRevision"];
    if ready < wanted {
        Some(progressing(format!("{ready} of {wanted} pods are ready")))
    } else if rolls && updated < wanted {
        Some(progressing(format!(
            "{updated} of {wanted} pods are of the new revision"
        )))
    } else {
        None
    }
}

fn daemon_set(live: &Value) -> Option<Reason> {
    let status = &live["status"];
    if !is_observed(live) {
        return Some(progressing("the cluster has not begun to roll it out"));
    }
    let [wanted, updated, available] = [
        "desiredNumberScheduled",
        "updatedNumberScheduled",
        "numberAvailable",
    ]
    .map(|field| number(&status[field]));
    if updated < wanted {
        Some(progressing(format!(
            "{updated} of {wanted} pods are of the new revision"
        )))
    } else if available < wanted {
        Some(progressing(format!(
            "{available} of {wanted} pods are ready"
        )))
    } else {
        None
    }
}

/// Why a Job has not finished, and whether it has failed.
fn job(live: &Value) -> Option<(Reason, bool)> {
    let condition = |name: &str| {
        let mut conditions = items(&live["status"]["conditions"]);
        conditions.find(|one| one["type"] == name && one["status"] == "True")
    };
    if condition("Complete").is_some() || live["spec"]["suspend"] == true {
        return None;
    }
    if let Some(failed) = condition("Failed") {
        let reason = Reason::new(
            Status::Stuck,
            format!("it has failed: {}", text(&failed["message"])),
        )
        .remedy("remove the cause, delete the Job, and apply again");
        return Some((reason, true));
    }
    let failures = number(&live["status"]["failed"]);
    let reason = match failures {
        0 => "it runs".to_owned(),
        count => format!("it runs; {count} of its pods have failed"),
    };
    Some((Reason::new(Status::Progressing, reason), false))
}

fn claim(live: &Value, cluster: &Cluster<'_>) -> Option<Reason> {
    match text(&live["status"]["phase"]) {
        "Bound" => None,
        "Lost" => Some(
            Reason::new(Status::Stuck, "its volume is gone, and the data with it").remedy(
                "restore the volume, or delete the claim, apply again and restore a backup",
            ),
        ),
        _ => Some(unbound(live, cluster)),
    }
}

/// Why a claim has no volume.
pub(super) fn unbound(live: &Value, cluster: &Cluster<'_>) -> Reason {
    let [name, namespace] = ["name", "namespace"].map(|field| text(&live["metadata"][field]));
    let events = cluster.warnings("PersistentVolumeClaim", namespace, name);
    let class = text(&live["spec"]["storageClassName"]);
    let field = vec![key("spec"), key("storageClassName")];
    let Some(event) = events.last() else {
        return if class.is_empty() && live["spec"]["storageClassName"].is_null() {
            Reason::new(
                Status::Stuck,
                format!("the claim {name} has no volume: it names no class, and the cluster has no default class"),
            )
            .remedy("set the storage class of the claim to one of `kubectl get storageclass`")
            .field(field, &["storageClass"])
        } else {
            Reason::new(
                Status::Progressing,
                format!("the claim {name} waits for a volume"),
            )
        };
    };
    let message = text(&event["message"]);
    let reason = Reason::new(
        Status::Stuck,
        format!("the claim {name} has no volume: {message}"),
    );
    if message.contains("storageclass") && message.contains("not found") {
        return reason
            .remedy(format!(
                "there is no storage class {class}: choose one of `kubectl get storageclass`"
            ))
            .field(field, &["storageClass"]);
    }
    if message.contains("no persistent volumes available") {
        return reason
            .remedy("set the storage class of the claim, or provide a volume")
            .field(field, &["storageClass"]);
    }
    reason
        .remedy("look at the provisioner of the storage class")
        .field(field, &["storageClass"])
}

fn service(live: &Value) -> Option<Reason> {
    let is_balancer = live["spec"]["type"] == "LoadBalancer";
    let has_address = items(&live["status"]["loadBalancer"]["ingress"])
        .next()
        .is_some();
    if is_balancer && !has_address {
        return Some(progressing("the load balancer has no address yet"));
    }
    None
}
