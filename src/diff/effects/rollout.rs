//! What happens to running pods when their template changes. It does not matter what changed in it, because controllers
//! compare templates as a whole.

use serde_json::Value;

use super::kubectl;
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::Object;
use crate::kubernetes::{at, field};

/// What a workload does when its template changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) struct Rollout {
    pub(in crate::diff) effect: Effect,
    /// Whether pods with the old template keep running.
    pub(in crate::diff) keeps: bool,
}

const fn rollout(effect: Effect, keeps: bool) -> Rollout {
    Rollout { effect, keeps }
}

/// The rollout of a changed workload. Controllers use the strategy that comes with the new template, so the old
/// strategy does not matter: from RollingUpdate to Recreate is an outage, from Recreate to RollingUpdate a restart
/// (with another notice if a volume cannot be shared).
pub(in crate::diff) fn of(new: &Object<'_>) -> Rollout {
    let spec = new.at(&["spec"]);
    match (new.group, new.kind) {
        (_, "Job") => rollout(Effect::Rerun, false),
        // The next run has the new template.
        (_, "CronJob") => rollout(Effect::InPlace, false),
        (_, "DaemonSet") if on_delete(spec) => rollout(Effect::Stale, true),
        // Only the images of a Pod can change. Then the kubelet restarts its containers.
        (_, "DaemonSet" | "Pod") => rollout(Effect::Restart, false),
        _ if new.replicas() == 0 => rollout(Effect::None, false),
        (_, "Deployment") if field(spec, "paused") == true => rollout(Effect::None, true),
        (_, "Deployment") if at(spec, &["strategy", "type"]) == "Recreate" => {
            rollout(Effect::Outage, false)
        }
        (_, "Deployment") => rollout(Effect::Restart, false),
        (_, "StatefulSet") if on_delete(spec) || kept(new) >= new.replicas() => {
            rollout(Effect::Stale, true)
        }
        (_, "StatefulSet") => rollout(Effect::Restart, kept(new) > 0),
        // ReplicaSet, ReplicationController: only new pods get the new template.
        _ => rollout(Effect::Stale, true),
    }
}

/// Whether a workload had no pods and gets some: they start with the new template, and none is replaced.
pub(in crate::diff) fn starts(old: &Object<'_>, new: &Object<'_>) -> bool {
    let is_scaled = matches!(
        new.kind,
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController"
    );
    is_scaled && old.replicas() == 0 && new.replicas() > 0
}

fn on_delete(spec: &Value) -> bool {
    at(spec, &["updateStrategy", "type"]) == "OnDelete"
}

/// The number of pods of a StatefulSet that its partition excludes from updates.
fn kept(set: &Object<'_>) -> i64 {
    let number = |keys: &[&str]| at(set.at(&["spec"]), keys).as_i64().unwrap_or(0);
    let first = number(&["ordinals", "start"]);
    number(&["updateStrategy", "rollingUpdate", "partition"])
        .saturating_sub(first)
        .max(0)
}

/// Whether the pods of a workload run permanently.
pub(in crate::diff) fn is_permanent(new: &Object<'_>) -> bool {
    !matches!(new.kind, "Job" | "CronJob") && (new.kind == "DaemonSet" || new.replicas() > 0)
}

/// The message about a rollout that stops all pods first.
pub(in crate::diff) const RECREATE: &str =
    "the strategy is Recreate: the running pods stop before the new ones start";

/// What an operator should know about a rollout.
pub(in crate::diff) fn notices(new: &Object<'_>, keys: &[&str]) -> Vec<Notice> {
    let Rollout { effect, keeps } = of(new);
    let notice = |effect, message: &str| Notice::new(effect, new, message).about(keys).grouped();
    match effect {
        Effect::Outage => vec![notice(Effect::Outage, RECREATE)],
        Effect::Stale if on_delete(new.at(&["spec"])) => vec![
            notice(
                Effect::Stale,
                "the update strategy is OnDelete: pods keep the old template until they are deleted",
            )
            .fixes(delete_pods(new)),
        ],
        Effect::Stale if new.kind == "StatefulSet" => vec![notice(
            Effect::Stale,
            "the partition of the update strategy is not less than the number of pods: no pod is updated",
        )],
        Effect::Stale => vec![
            notice(
                Effect::Stale,
                "only new pods get the new template; running pods keep the old one",
            )
            .fixes(delete_pods(new)),
        ],
        _ if keeps && new.kind == "StatefulSet" => vec![notice(
            Effect::Stale,
            "pods below the partition of the update strategy keep the old template",
        )],
        _ => Vec::new(),
    }
}

fn delete_pods(owner: &Object<'_>) -> Option<String> {
    Some(format!("kubectl delete pods {}", kubectl::pods(owner)?))
}
