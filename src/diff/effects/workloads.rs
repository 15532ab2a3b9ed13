//! Workloads: numbers of pods, and strategies whose change has an effect of its own. What a new template does is
//! `rollout`'s object.

use super::context::Context;
use super::fields::Field;
use super::kubectl;
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::{Object, items};

/// The effect of a changed field that is not in the pod template.
pub(super) fn effect(field: &Field<'_>) -> Effect {
    match field.keys.as_slice() {
        ["spec", "replicas" | "parallelism", ..] => Effect::Scale,
        _ => Effect::InPlace,
    }
}

/// What an operator should know about a changed workload, but for its template.
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
        let what = "it has no pods any more";
        return Some(
            Notice::new(Effect::Outage, new, what)
                .about(&field)
                .folded(),
        );
    }
    // A number that kubectl has not applied stays: in a live object it is the server's default as well as anybody's.
    let removed = new.at(&field).is_null() && !old.at(&field).is_null() && !old.is_live();
    removed.then(|| {
        let what = "replicas is left out: applying that sets the number of pods to 1, the default, instead of \
                    leaving it alone";
        let notice = Notice::new(Effect::Scale, new, what).about(&field).folded();
        notice.when("more than one pod runs, as where an autoscaler has set the number")
    })
}

/// Claims of a StatefulSet that are deleted with pods: StatefulSetAutoDeletePVC, beta 1.27, GA 1.32.
fn retention(old: &Object<'_>, new: &Object<'_>, context: &Context<'_>) -> Vec<Notice> {
    let policy = |side: &Object<'_>, when: &str| {
        side.at(&["spec", "persistentVolumeClaimRetentionPolicy", when]) == "Delete"
    };
    let mut notices = Vec::new();
    let field = |when| ["spec", "persistentVolumeClaimRetentionPolicy", when];
    if new.replicas() < old.replicas() && policy(new, "whenScaled") {
        let what = format!(
            "it goes from {} to {} pods, and the claims of those that go are deleted (whenScaled is Delete)",
            old.replicas(),
            new.replicas()
        );
        let patch = r#"--type merge -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Retain"}}}'"#;
        let notice = Notice::new(Effect::DataLoss, new, what).about(&field("whenScaled"));
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
            let what = format!("{when} becomes Delete: its claims go with their pods from now on");
            notices.push(
                Notice::new(Effect::DataLoss, new, what)
                    .about(&field(when))
                    .when(condition),
            );
        }
    }
    notices
}

/// Two pods at a time on a volume that only one node can have.
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
    let volumes = items(new.at(&["spec", "template", "spec", "volumes"]));
    let mut claims =
        volumes.filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str());
    let claim = claims.find(|name| {
        let claim = context.claims.get(&[new.namespace, *name]);
        let modes = claim.map(|claim| items(claim.at(&["spec", "accessModes"])));
        // Of a claim that is not in the render nothing is known; whoever had Recreate had a reason.
        modes.map_or_else(
            || recreates(old),
            |mut modes| modes.all(|mode| mode == "ReadWriteOnce" || mode == "ReadWriteOncePod"),
        )
    })?;
    let what = format!(
        "with the strategy RollingUpdate a new pod starts beside the old one, and both want the claim {claim}: the \
         new pod may wait for ever, or two write to one volume"
    );
    let notice = Notice::new(Effect::Outage, new, what).about(&["spec", "strategy", "type"]);
    Some(
        notice.when(
            "the claim can be mounted by one node only, or the program does not share its files",
        ),
    )
}

/// Rollouts that were held back and go on.
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
        let what =
            "its rollout is not held back any more: pods with an older template are replaced";
        let notice = Notice::new(Effect::Restart, new, what)
            .about(&["spec"])
            .folded();
        notice.when("pods of an older template run")
    })
}
