//! Workloads: changes of the number of pods and of strategies. Changes of the pod template are in `rollout`.

use super::context::Context;
use super::fields::Field;
use super::kubectl;
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::Object;
use crate::kubernetes::items;

/// The effect of an accepted change outside of the pod template.
pub(super) fn effect(field: &Field<'_>) -> Effect {
    match field.keys.as_slice() {
        ["spec", "replicas" | "parallelism", ..] => Effect::Scale,
        _ => Effect::InPlace,
    }
}

/// What an operator should know about a changed workload, without its template; `rolls` is whether its pods are
/// replaced.
pub(super) fn notices(
    old: &Object<'_>,
    new: &Object<'_>,
    rolls: bool,
    context: &Context<'_>,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    if matches!(
        new.kind,
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController"
    ) {
        notices.extend(scaled(old, new));
    }
    if new.is("apps", "StatefulSet") {
        notices.extend(retention(old, new, context));
    }
    if new.is("apps", "Deployment") {
        notices.extend(shared_volume(old, new, rolls, context));
    }
    notices.extend(resumed(old, new));
    notices
}

fn scaled(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let (was, is) = (old.replicas(), new.replicas());
    let field = ["spec", "replicas"];
    if is == 0 && was > 0 {
        let message = "it no longer has any pods";
        return Some(
            Notice::new(Effect::Outage, new, message)
                .about(&field)
                .grouped(),
        );
    }
    // kubectl keeps a number that it has not applied: in a live object it may be the default, or set by somebody else.
    let removed = new.at(&field).is_null() && !old.at(&field).is_null() && !old.is_live();
    removed.then(|| {
        let message = "replicas is removed: the apply sets the number of pods to 1, the default, instead of keeping it";
        let notice = Notice::new(Effect::Scale, new, message).about(&field).grouped();
        notice.when("more than one pod runs, as when an autoscaler has set the number")
    })
}

/// Notices about claims of a StatefulSet that are deleted together with pods (StatefulSetAutoDeletePVC: beta 1.27, GA
/// 1.32).
fn retention(old: &Object<'_>, new: &Object<'_>, context: &Context<'_>) -> Vec<Notice> {
    let policy = |side: &Object<'_>, when: &str| {
        side.at(&["spec", "persistentVolumeClaimRetentionPolicy", when]) == "Delete"
    };
    let mut notices = Vec::new();
    let field = |when| ["spec", "persistentVolumeClaimRetentionPolicy", when];
    if new.replicas() < old.replicas() && policy(new, "whenScaled") {
        let message = format!(
            "it is scaled from {} to {} pods, and the claims of the removed pods are deleted (whenScaled is Delete)",
            old.replicas(),
            new.replicas()
        );
        let patch = r#"--type merge -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Retain"}}}'"#;
        let notice = Notice::new(Effect::DataLoss, new, message).about(&field("whenScaled"));
        let notice = notice.fix(kubectl::on("patch", new, patch));
        notices.push(if context.minor() >= 27 {
            notice
        } else {
            notice.when("the feature StatefulSetAutoDeletePVC is on")
        });
    }
    for (when, condition) in [
        ("whenDeleted", "it is deleted later"),
        ("whenScaled", "it is scaled down later"),
    ] {
        if policy(new, when) && !policy(old, when) {
            let message = format!(
                "{when} becomes Delete: from now on, its claims are deleted with their pods"
            );
            notices.push(
                Notice::new(Effect::DataLoss, new, message)
                    .about(&field(when))
                    .when(condition),
            );
        }
    }
    notices
}

/// The notice that two pods use a volume at the same time that only one node can mount.
fn shared_volume(
    old: &Object<'_>,
    new: &Object<'_>,
    rolls: bool,
    context: &Context<'_>,
) -> Option<Notice> {
    let recreates = |side: &Object<'_>| side.at(&["spec", "strategy", "type"]) == "Recreate";
    if recreates(new) || !(recreates(old) || rolls) {
        return None;
    }
    let surge = new.at(&["spec", "strategy", "rollingUpdate", "maxSurge"]);
    if surge == 0 || surge == "0%" {
        return None;
    }
    let claim = new.claims().find(|name| {
        let claim = context.claims.get(&[new.namespace, *name]);
        let modes = claim.map(|claim| items(claim.at(&["spec", "accessModes"])));
        // Nothing is known of a claim that is not in the manifests, but there was a reason for Recreate.
        modes.map_or_else(
            || recreates(old),
            |mut modes| modes.all(|mode| mode == "ReadWriteOnce" || mode == "ReadWriteOncePod"),
        )
    })?;
    let message = format!(
        "with the strategy RollingUpdate a new pod starts beside the old one, and both mount the claim {claim}: the \
         new pod may wait forever, or two programs write to one volume"
    );
    let notice = Notice::new(Effect::Outage, new, message).about(&["spec", "strategy", "type"]);
    Some(notice.when("only one node can mount the claim, or the program cannot share its files"))
}

/// The notice that a rollout that was paused continues.
fn resumed(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let paused = |side: &Object<'_>| side.at(&["spec", "paused"]) == true;
    let on_delete = |side: &Object<'_>| side.at(&["spec", "updateStrategy", "type"]) == "OnDelete";
    let partition = |side: &Object<'_>| {
        let partition = side.at(&["spec", "updateStrategy", "rollingUpdate", "partition"]);
        partition.as_i64().unwrap_or(0)
    };
    let resumes = (paused(old) && !paused(new))
        || (on_delete(old) && !on_delete(new))
        || partition(new) < partition(old);
    resumes.then(|| {
        let message =
            "its rollout is no longer held back: pods with an older template are replaced";
        let notice = Notice::new(Effect::Restart, new, message)
            .about(&["spec"])
            .grouped();
        notice.when("pods with an older template run")
    })
}
