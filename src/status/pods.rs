//! The pods of a workload: why the worst one of the new revision is not ready. Sources: the waiting reasons of the
//! kubelet (`pkg/kubelet/images/types.go`, `pkg/kubelet/kuberuntime`), and the conditions of `PodStatus`.

use serde_json::Value;

use super::{Cluster, Log, Purpose, Reason, Status, container, images, in_pod, items, key, number};
use super::{scheduling, text, waiting, workloads};
use crate::manifest::Identity;
use crate::yaml::Step;

/// Where Deployments write down how many templates they have had.
const REVISION: &str = "deployment.kubernetes.io/revision";

/// The pods of a workload; of a Deployment those of its newest template.
fn of<'a>(identity: &Identity, cluster: &Cluster<'a>) -> Vec<&'a Value> {
    let owned = |object: &Value, kind: &str, name: &str| {
        let in_namespace = object["metadata"]["namespace"] == *identity.namespace
            || object["metadata"]["namespace"].is_null();
        let mut owners = items(&object["metadata"]["ownerReferences"]);
        in_namespace && owners.any(|owner| owner["kind"] == kind && owner["name"] == name)
    };
    let (kind, name) = if identity.kind == "Deployment" {
        let sets = cluster.answers.replica_sets.iter();
        let newest = sets
            .filter(|set| owned(set, "Deployment", &identity.name))
            .max_by_key(|set| {
                let revision = text(&set["metadata"]["annotations"][REVISION]);
                revision.parse::<u64>().unwrap_or_default()
            });
        match newest {
            Some(set) => ("ReplicaSet", text(&set["metadata"]["name"])),
            None => return Vec::new(),
        }
    } else {
        (identity.kind.as_str(), identity.name.as_str())
    };
    let pods = cluster.answers.pods.iter();
    pods.filter(|pod| owned(pod, kind, name) && pod["metadata"]["deletionTimestamp"].is_null())
        .collect()
}

/// Why the pods of a workload are not ready: the worst reason, and of two alike that of the first pod.
pub(super) fn reason(identity: &Identity, object: &Value, cluster: &Cluster<'_>) -> Option<Reason> {
    let mut reasons: Vec<Reason> = of(identity, cluster)
        .into_iter()
        .filter_map(|pod| of_pod(identity, object, pod, cluster))
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.status));
    reasons.into_iter().next()
}

fn of_pod(
    identity: &Identity,
    object: &Value,
    pod: &Value,
    cluster: &Cluster<'_>,
) -> Option<Reason> {
    let status = &pod["status"];
    let name = text(&pod["metadata"]["name"]);
    if let Some(reason) = unscheduled(pod, cluster) {
        return Some(reason);
    }
    if status["phase"] == "Failed" && !text(&status["reason"]).is_empty() {
        let text = format!(
            "pod {name} has ended: {} {}",
            text(&status["reason"]),
            text(&status["message"])
        );
        return Some(Reason::new(Status::Stuck, text).remedy("`kubectl describe pod` says more"));
    }
    let inits = items(&status["initContainerStatuses"]).map(|one| (one, true));
    let mains = items(&status["containerStatuses"]).map(|one| (one, false));
    let mut best: Option<Reason> = None;
    for (container, is_init) in inits.chain(mains) {
        let found = of_container(identity, object, pod, (container, is_init), cluster);
        if let Some(found) = found
            && best
                .as_ref()
                .is_none_or(|known| known.status < found.status)
        {
            best = Some(found);
        }
    }
    let unmounted = not_mounted(object, pod, cluster);
    match (best, unmounted) {
        (Some(best), Some(unmounted)) if best.status < unmounted.status => Some(unmounted),
        (None, unmounted) => unmounted,
        (best, _) => best,
    }
}

/// The reason for a pod without a node.
fn unscheduled(pod: &Value, cluster: &Cluster<'_>) -> Option<Reason> {
    let mut conditions = items(&pod["status"]["conditions"]);
    let refused = conditions
        .find(|condition| condition["type"] == "PodScheduled" && condition["status"] == "False")?;
    let message = text(&refused["message"]);
    if refused["reason"] == "SchedulingGated" {
        return Some(Reason::new(
            Status::Stuck,
            format!("its pod is held back by a scheduling gate: {message}"),
        ));
    }
    let mut reason = scheduling::reason(message);
    if message.contains("unbound immediate PersistentVolumeClaims")
        && let Some(claim) = unbound_claim(pod, cluster)
    {
        reason = workloads::unbound(claim, cluster);
        reason.text = format!("no node can run its pod: {}", reason.text);
        // The claim is another object: its class is in a claim template, or in the claim's own state.
        if let Some(place) = template_of(pod, claim) {
            let steps = ["spec", "volumeClaimTemplates"].map(key).into_iter();
            let steps = steps.chain([Step::Index(place), key("spec"), key("storageClassName")]);
            reason = reason.field(steps.collect(), &["storageClass"]);
        } else {
            reason.field = None;
        }
    }
    if let Some(claim) = scheduling::absent_claim(message)
        && let Some(place) = items(&pod["spec"]["volumes"])
            .position(|volume| volume["persistentVolumeClaim"]["claimName"] == claim)
    {
        let steps = in_pod([
            key("volumes"),
            Step::Index(place),
            key("persistentVolumeClaim"),
            key("claimName"),
        ]);
        reason = reason.field(steps, &["existingClaim"]);
    }
    Some(reason)
}

/// The first claim of a pod that has no volume.
fn unbound_claim<'a>(pod: &Value, cluster: &Cluster<'a>) -> Option<&'a Value> {
    let names: Vec<&str> = items(&pod["spec"]["volumes"])
        .filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str())
        .collect();
    cluster.answers.claims.iter().find(|claim| {
        names.contains(&text(&claim["metadata"]["name"])) && claim["status"]["phase"] != "Bound"
    })
}

/// The claim template of a StatefulSet's pod that a claim is made from; sets have one in SwanLab's chart.
fn template_of(pod: &Value, claim: &Value) -> Option<usize> {
    let mut owners = items(&pod["metadata"]["ownerReferences"]);
    let is_of_set = owners.any(|owner| owner["kind"] == "StatefulSet");
    let name = text(&claim["metadata"]["name"]);
    (is_of_set && name.ends_with(&format!("-{}", text(&pod["metadata"]["name"])))).then_some(0)
}

/// The reason for a container that does not run, or is not ready.
fn of_container(
    identity: &Identity,
    object: &Value,
    pod: &Value,
    (status, is_init): (&Value, bool),
    cluster: &Cluster<'_>,
) -> Option<Reason> {
    let name = text(&status["name"]);
    let pod_name = text(&pod["metadata"]["name"]);
    let state = &status["state"];
    let log = |is_previous: bool, purpose: Purpose| Log {
        namespace: identity.namespace.clone(),
        pod: pod_name.to_owned(),
        container: name.to_owned(),
        is_previous,
        purpose,
    };
    let waiting = &state["waiting"];
    let message = text(&waiting["message"]);
    match text(&waiting["reason"]) {
        reason @ ("ErrImagePull"
        | "ImagePullBackOff"
        | "InvalidImageName"
        | "ErrImageNeverPull"
        | "RegistryUnavailable"
        | "ImageInspectError") => {
            let events = cluster.warnings("Pod", &identity.namespace, pod_name);
            let image = image(pod, name);
            let events: Vec<&str> = events
                .iter()
                .map(|event| text(&event["message"]))
                .filter(|message| message.contains(image))
                .collect();
            let all = format!("{reason} {message} {}", events.join(" "));
            return Some(images::reason(object, name, image, &all));
        }
        "CreateContainerConfigError" | "CreateContainerError" => {
            return Some(not_configured(object, name, message));
        }
        "CrashLoopBackOff" => {
            let ended = &status["lastState"]["terminated"];
            return Some(ended_reason(
                object,
                status,
                ended,
                log(true, Purpose::Ended),
            ));
        }
        "RunContainerError" | "StartError" | "ContainerCannotRun" => {
            let text = format!("container {name} cannot be started: {message}");
            return Some(
                Reason::new(Status::Stuck, text).remedy("`kubectl describe pod` says more"),
            );
        }
        _ => {}
    }
    let ended = &state["terminated"];
    if ended.is_object() {
        if ended["exitCode"] == 0 && (is_init || identity.kind == "Job") {
            return None;
        }
        return Some(ended_reason(
            object,
            status,
            ended,
            log(false, Purpose::Ended),
        ));
    }
    if is_init {
        if !state["running"].is_object()
            || status["started"] == true && has_restart_policy(pod, name)
        {
            return None;
        }
        let reason = waiting::reason(identity, object, name, cluster);
        return Some(reason.log(log(false, Purpose::Waits)));
    }
    if state["running"].is_object() && status["ready"] != true {
        let events = cluster.warnings("Pod", &identity.namespace, pod_name);
        let probe = events
            .iter()
            .rev()
            .find(|event| event["reason"] == "Unhealthy");
        let restarts = number(&status["restartCount"]);
        let text = match probe {
            Some(event) => format!("container {name} is not ready: {}", text(&event["message"])),
            None if restarts > 0 => format!(
                "container {name} has been started again {restarts} times, and is not ready"
            ),
            None => format!("container {name} runs and is not ready yet"),
        };
        return Some(Reason::new(Status::Progressing, text));
    }
    None
}

/// Whether an init container is a sidecar, which runs on.
fn has_restart_policy(pod: &Value, name: &str) -> bool {
    items(&pod["spec"]["initContainers"])
        .any(|one| one["name"] == name && one["restartPolicy"] == "Always")
}

fn image<'p>(pod: &'p Value, name: &str) -> &'p str {
    let spec = &pod["spec"];
    let all = items(&spec["containers"]).chain(items(&spec["initContainers"]));
    let mut named = all.filter(|one| one["name"] == name);
    named.next().map_or("", |one| text(&one["image"]))
}

/// The reason for a container that has ended.
fn ended_reason(object: &Value, status: &Value, ended: &Value, log: Log) -> Reason {
    let name = text(&status["name"]);
    let code = number(&ended["exitCode"]);
    let restarts = number(&status["restartCount"]);
    if ended["reason"] == "OOMKilled" {
        let reason = Reason::new(
            Status::Stuck,
            format!("container {name} needs more memory than its limit, and was killed (OOMKilled, {restarts} restarts)"),
        )
        .remedy("raise the limit of memory");
        return match container(object, name) {
            Some(mut steps) => {
                steps.extend([key("resources"), key("limits"), key("memory")]);
                reason.field(steps, &["memory", "limits", "resources"])
            }
            None => reason,
        };
    }
    let text = format!(
        "container {name} ends with exit code {code} again and again ({restarts} restarts)"
    );
    let text = if restarts == 0 {
        format!("container {name} has ended with exit code {code}")
    } else {
        text
    };
    Reason::new(Status::Stuck, text)
        .remedy(format!(
            "read its log: kubectl logs -c {name}{}",
            if log.is_previous { " --previous" } else { "" }
        ))
        .log(log)
}

/// The reason for a container whose Secrets or ConfigMaps are not there.
fn not_configured(object: &Value, name: &str, message: &str) -> Reason {
    let reason = Reason::new(
        Status::Stuck,
        format!("container {name} cannot be configured: {message}"),
    );
    let reason = if message.contains("secret") || message.contains("Secret") {
        reason.remedy("create the Secret with the keys that are read (`swanlab-render secret`), or correct its name")
    } else {
        reason.remedy("create what is missing, or correct its name")
    };
    let spec = &object["spec"]["template"]["spec"];
    let Some(mut steps) = container(object, name) else {
        return reason;
    };
    let all = items(&spec["containers"]).chain(items(&spec["initContainers"]));
    let Some(rendered) = all.into_iter().find(|one| one["name"] == name) else {
        return reason;
    };
    let named = |variable: &Value, field: &str| {
        let name = text(&variable["valueFrom"][field]["name"]);
        !name.is_empty()
            && (message.contains(&format!("\"{name}\"")) || message.ends_with(&format!("/{name}")))
    };
    for (place, variable) in items(&rendered["env"]).enumerate() {
        for field in ["secretKeyRef", "configMapKeyRef"] {
            if named(variable, field) {
                let more = ["valueFrom", field, "name"].map(key);
                steps.extend([key("env"), Step::Index(place)]);
                steps.extend(more);
                return reason.field(steps, &["existingSecret"]);
            }
        }
    }
    reason
}

/// The reason for a pod whose volumes cannot be mounted.
fn not_mounted(object: &Value, pod: &Value, cluster: &Cluster<'_>) -> Option<Reason> {
    let waits = |one: &Value| {
        matches!(
            text(&one["state"]["waiting"]["reason"]),
            "ContainerCreating" | "PodInitializing"
        )
    };
    let status = &pod["status"];
    let all = items(&status["containerStatuses"]).chain(items(&status["initContainerStatuses"]));
    let is_creating = all.into_iter().any(waits) || status["containerStatuses"].is_null();
    let has_run =
        items(&status["initContainerStatuses"]).any(|one| !one["state"]["waiting"].is_object());
    if !is_creating || has_run {
        return None;
    }
    let [name, namespace] = ["name", "namespace"].map(|field| text(&pod["metadata"][field]));
    let events = cluster.warnings("Pod", namespace, name);
    let event = events
        .iter()
        .rev()
        .find(|event| matches!(text(&event["reason"]), "FailedMount" | "FailedAttachVolume"));
    let Some(event) = event else {
        return Some(Reason::new(
            Status::Progressing,
            "its containers are being created",
        ));
    };
    let message = text(&event["message"]);
    let reason = Reason::new(
        Status::Stuck,
        format!("a volume of its pod cannot be mounted: {message}"),
    );
    let reason = if message.contains("Multi-Attach") {
        reason.remedy("another pod still uses the volume: wait until it is gone, or delete it")
    } else {
        reason.remedy("create what is missing, or correct its name")
    };
    let volumes = &object["spec"]["template"]["spec"]["volumes"];
    let place = items(volumes)
        .position(|volume| message.contains(&format!("\"{}\"", text(&volume["name"]))));
    Some(match place {
        Some(place) => reason.field(
            in_pod([key("volumes"), Step::Index(place)]),
            &["existingClaim", "existingSecret"],
        ),
        None => reason,
    })
}

/// The log of a container that migrates a database when it starts, if a pod of a workload runs it.
pub(super) fn migration(identity: &Identity, object: &Value, cluster: &Cluster<'_>) -> Option<Log> {
    let containers = &object["spec"]["template"]["spec"]["containers"];
    let migrates = items(containers).find(|one| {
        let words = items(&one["command"]).chain(items(&one["args"]));
        words
            .filter_map(Value::as_str)
            .any(|word| word.contains("migrate"))
    })?;
    let pod = of(identity, cluster).into_iter().next()?;
    Some(Log {
        namespace: identity.namespace.clone(),
        pod: text(&pod["metadata"]["name"]).to_owned(),
        container: text(&migrates["name"]).to_owned(),
        is_previous: false,
        purpose: Purpose::Migrates,
    })
}
