//! Objects that the new side does not have, and what is lost with them. Helm, Argo CD and Flux delete them; `kubectl
//! apply` keeps them until somebody deletes them, with `kubectl apply --prune` or `kubectl delete`. The effects are the
//! same for all, because an object that is removed from the manifests is meant to be deleted; the messages say what the
//! applier does.

use super::context::Context;
use super::notice::Notice;
use super::{config, kubectl};
use crate::diff::object::Object;
use crate::diff::{Effect, Rename};
use crate::kubernetes::types::Absent;

/// The effects of deleting an object.
pub(in crate::diff) fn effects(old: &Object<'_>, context: &Context<'_>) -> Vec<Effect> {
    // Nothing depends on a test.
    if context.options.applier.keeps(old.manifest) || old.is_test() {
        return vec![Effect::None];
    }
    match (old.group, old.kind) {
        ("", "PersistentVolumeClaim" | "Namespace")
        | ("apiextensions.k8s.io", "CustomResourceDefinition") => vec![Effect::DataLoss],
        ("apps", "StatefulSet") if deletes_claims(old) && context.minor() >= RETENTION => {
            vec![Effect::Outage, Effect::DataLoss]
        }
        ("", "Service" | "Pod" | "ReplicationController")
        | ("apps" | "extensions", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet")
        | ("batch", "CronJob")
        | ("networking.k8s.io" | "extensions", "Ingress") => vec![Effect::Outage],
        ("", "ConfigMap" | "Secret") => vec![Effect::Stale],
        ("batch", "Job") => vec![Effect::None],
        _ => vec![Effect::InPlace],
    }
}

/// The first minor version in which StatefulSetAutoDeletePVC is on (beta 1.27, GA 1.32).
const RETENTION: u8 = 27;

/// Whether the claims of a StatefulSet are deleted with it.
fn deletes_claims(set: &Object<'_>) -> bool {
    set.at(&[
        "spec",
        "persistentVolumeClaimRetentionPolicy",
        "whenDeleted",
    ]) == "Delete"
}

/// What an operator should know; `new` is the object under its new name, if it was renamed. Claims are in `stores`.
pub(in crate::diff) fn notices(
    old: &Object<'_>,
    new: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Vec<Notice> {
    if context.options.applier.keeps(old.manifest) || old.is_test() {
        return Vec::new();
    }
    let mut notices = Vec::new();
    match (old.group, old.kind) {
        ("", "Namespace") => {
            notices.push(kept_by_annotation(old, "everything in it", context));
        }
        ("apiextensions.k8s.io", _) if effects(old, context) == [Effect::DataLoss] => {
            notices.push(kept_by_annotation(old, "all objects of its kind", context));
        }
        ("", "PersistentVolume") => {
            let message = deleted("perhaps its storage", context);
            let notice = Notice::new(Effect::DataLoss, old, message);
            notices.push(
                notice.when("its reclaim policy is Delete and its driver deletes the storage"),
            );
        }
        ("", "ConfigMap" | "Secret") if new.is_none() => {
            notices.extend(config::still_used(old, context));
        }
        ("apps", "StatefulSet") if deletes_claims(old) => notices.push(claims_of_set(old, context)),
        _ if is_custom(old, context) && !holds_no_data(old) => {
            let message = deleted("perhaps what it manages", context);
            let notice = Notice::new(Effect::DataLoss, old, message);
            notices.push(
                notice
                    .when("its controller deletes data together with it")
                    .grouped(),
            );
        }
        _ => {}
    }
    if let (Some(new), true) = (new, old.is("apps", "StatefulSet")) {
        notices.extend(empty_claims(old, new));
    }
    notices
}

/// The notice that an object is no longer available, if that is an outage.
pub(in crate::diff) fn outage(
    old: &Object<'_>,
    new: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Option<Notice> {
    if !effects(old, context).contains(&Effect::Outage) {
        return None;
    }
    let applier = context.options.applier;
    let message = match (new, applier.deletes_removed()) {
        (None, true) => "it is deleted and no longer available".to_owned(),
        (None, false) => format!(
            "it is no longer in the manifests: {} keeps it, but once somebody deletes it, it is no longer available",
            applier.title()
        ),
        (Some(_), true) => "it is deleted and recreated under a new name".to_owned(),
        (Some(_), false) => format!(
            "it is created under a new name; {} keeps the old one, which runs beside it until somebody deletes it",
            applier.title()
        ),
    };
    Some(Notice::new(Effect::Outage, old, message).grouped())
}

/// A notice about data loss that an annotation prevents.
fn kept_by_annotation(old: &Object<'_>, with: &str, context: &Context<'_>) -> Notice {
    let notice = Notice::new(Effect::DataLoss, old, deleted(with, context));
    notice.fix(kubectl::on("annotate", old, context.options.applier.mark()))
}

/// The message that something is deleted together with an object.
fn deleted(with: &str, context: &Context<'_>) -> String {
    let applier = context.options.applier;
    if applier.deletes_removed() {
        format!("it is deleted, and with it {with}")
    } else {
        format!(
            "it is no longer in the manifests: {} keeps it, but deleting it would also delete {with}",
            applier.title()
        )
    }
}

fn claims_of_set(old: &Object<'_>, context: &Context<'_>) -> Notice {
    let message = deleted(
        "the claims of its pods (persistentVolumeClaimRetentionPolicy: whenDeleted is Delete)",
        context,
    );
    let field = [
        "spec",
        "persistentVolumeClaimRetentionPolicy",
        "whenDeleted",
    ];
    let patch = r#"--type merge -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain"}}}'"#;
    let notice = Notice::new(Effect::DataLoss, old, message).about(&field);
    let notice = notice.fix(kubectl::on("patch", old, patch));
    if context.minor() >= RETENTION {
        notice
    } else {
        notice.when("the feature StatefulSetAutoDeletePVC is on")
    }
}

/// The notice that a renamed StatefulSet has new claims.
fn empty_claims(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let templates = old.at(&["spec", "volumeClaimTemplates"]).as_array()?;
    let template = templates.first()?["metadata"]["name"].as_str()?;
    let message = format!(
        "its pods start with empty claims; the data stay in the claims {template}-{}-0 and following",
        old.name
    );
    Some(Notice::new(Effect::Outage, new, message))
}

fn is_custom(old: &Object<'_>, context: &Context<'_>) -> bool {
    let api_version = old.text(&["apiVersion"]).unwrap_or_default();
    context.options.types.kind(api_version, old.kind) == Err(Absent::NotBuiltIn)
}

/// The change of a prefix that gives the new name of an object.
pub(in crate::diff) fn rename_of<'r>(
    old: &Object<'_>,
    new: &Object<'_>,
    renames: &'r [Rename],
) -> Option<&'r Rename> {
    renames.iter().find(|rename| {
        let rest = old.name.strip_prefix(rename.old.as_str());
        rest.is_some() && rest == new.name.strip_prefix(rename.new.as_str())
    })
}

/// The notice about `count` objects that were renamed together.
pub(in crate::diff) fn renamed_set(
    rename: &Rename,
    count: usize,
    first: &Object<'_>,
    context: &Context<'_>,
) -> Notice {
    let applier = context.options.applier;
    let fate = if applier.deletes_removed() {
        "objects are deleted and recreated, with their pods, addresses and volumes".to_owned()
    } else {
        format!(
            "objects are created again, with new pods, new addresses and empty volumes; {} keeps the old ones, which \
             run beside them until somebody deletes them",
            applier.title()
        )
    };
    let message = format!(
        "the prefix of names changes from {} to {} (the release name, nameOverride or fullnameOverride changed): \
         {count} {fate}",
        rename.old, rename.new
    );
    Notice::new(Effect::Outage, first, message)
}

/// Custom resources without data, by group; an empty list of kinds means all. Their controllers turn them into the
/// configuration of running programs.
const HARMLESS: [(&str, &[&str]); 9] = [
    // Routes, middlewares and TLS options of Traefik.
    ("traefik.io", &[]),
    ("traefik.containo.us", &[]),
    // Routes and listeners of a gateway.
    ("gateway.networking.k8s.io", &[]),
    ("networking.istio.io", &[]),
    ("security.istio.io", &[]),
    ("projectcontour.io", &[]),
    ("route.openshift.io", &[]),
    (
        "cilium.io",
        &["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"],
    ),
    // What to monitor, and when to alert. The kinds that run Prometheus itself have volumes.
    (
        "monitoring.coreos.com",
        &[
            "AlertmanagerConfig",
            "PodMonitor",
            "Probe",
            "PrometheusRule",
            "ScrapeConfig",
            "ServiceMonitor",
        ],
    ),
];

/// Whether only the fields of a custom resource are lost when it is deleted.
fn holds_no_data(object: &Object<'_>) -> bool {
    HARMLESS.iter().any(|(group, kinds)| {
        *group == object.group && (kinds.is_empty() || kinds.contains(&object.kind))
    })
}
