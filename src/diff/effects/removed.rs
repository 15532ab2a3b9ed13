//! What is lost with an object that the new side does not have. Helm deletes it; `kubectl apply` leaves it until
//! somebody deletes it, as `kubectl apply --prune` and `kubectl delete` do. The effect is the same for both, for what is
//! left out of the manifests is meant to go; what is said is what the applier does.

use super::context::Context;
use super::notice::Notice;
use super::{config, kubectl};
use crate::diff::object::Object;
use crate::diff::{Applier, Effect, Rename};
use crate::kubernetes::types::Absent;

/// What happens, by kind.
pub(in crate::diff) fn effects(old: &Object<'_>, context: &Context<'_>) -> Vec<Effect> {
    // A test has run or runs later; nothing needs it.
    if old.manifest.is_kept() || old.is_test() {
        return vec![Effect::None];
    }
    match (old.group, old.kind) {
        ("", "PersistentVolumeClaim" | "Namespace")
        | ("apiextensions.k8s.io", "CustomResourceDefinition") => vec![Effect::DataLoss],
        ("apps", "StatefulSet") if claims_go_too(old) && context.minor() >= RETENTION => {
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

/// The minor version since which StatefulSetAutoDeletePVC is on (beta 1.27, GA 1.32).
const RETENTION: u8 = 27;

fn claims_go_too(set: &Object<'_>) -> bool {
    set.at(&[
        "spec",
        "persistentVolumeClaimRetentionPolicy",
        "whenDeleted",
    ]) == "Delete"
}

/// What an operator should know; `new` is what it is called now, if it was renamed.
pub(in crate::diff) fn notices(
    old: &Object<'_>,
    new: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Vec<Notice> {
    if old.manifest.is_kept() || old.is_test() {
        return Vec::new();
    }
    let mut notices = Vec::new();
    match (old.group, old.kind) {
        ("", "Namespace") => {
            notices.push(kept_by_annotation(
                old,
                &deleted("everything in it", context),
            ));
        }
        ("apiextensions.k8s.io", _) if effects(old, context) == [Effect::DataLoss] => {
            notices.push(kept_by_annotation(
                old,
                &deleted("all objects of its kind", context),
            ));
        }
        ("", "PersistentVolume") => {
            let what = deleted("perhaps its storage", context);
            let notice = Notice::new(Effect::DataLoss, old, what);
            notices.push(
                notice.when("its reclaim policy is Delete and its driver deletes the storage"),
            );
        }
        ("", "ConfigMap" | "Secret") if new.is_none() => {
            notices.extend(config::missed(old, context));
        }
        ("apps", "StatefulSet") if claims_go_too(old) => notices.push(claims_of_set(old, context)),
        _ if is_custom(old, context) && !holds_no_data(old) => {
            let what = deleted("perhaps what it manages", context);
            let notice = Notice::new(Effect::DataLoss, old, what);
            notices.push(
                notice
                    .when("its controller deletes data together with it")
                    .folded(),
            );
        }
        _ => {}
    }
    if let (Some(new), true) = (new, old.is("apps", "StatefulSet")) {
        notices.extend(empty_claims(old, new));
    }
    notices
}

/// That an object is no longer available for its clients, if it has any.
pub(in crate::diff) fn outage(
    old: &Object<'_>,
    new: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Option<Notice> {
    if !effects(old, context).contains(&Effect::Outage) {
        return None;
    }
    let message = match (new, context.options.applier) {
        (None, Applier::Helm) => "it is deleted and no longer there for its users",
        (None, Applier::Kubectl) => {
            "it is no longer in the manifests: `kubectl apply` leaves it until somebody deletes it, and then it is \
             no longer there for its users"
        }
        (Some(_), Applier::Helm) => "it is deleted, and created under a new name",
        (Some(_), Applier::Kubectl) => {
            "it is created under a new name; `kubectl apply` leaves the old one, which runs beside it until \
             somebody deletes it"
        }
    };
    Some(Notice::new(Effect::Outage, old, message).folded())
}

fn kept_by_annotation(old: &Object<'_>, what: &str) -> Notice {
    let notice = Notice::new(Effect::DataLoss, old, what);
    notice.fix(kubectl::on("annotate", old, "helm.sh/resource-policy=keep"))
}

/// What goes when an object is deleted, and who deletes it.
fn deleted(with: &str, context: &Context<'_>) -> String {
    match context.options.applier {
        Applier::Helm => format!("it is deleted, and with it {with}"),
        Applier::Kubectl => format!(
            "it is no longer in the manifests: `kubectl apply` leaves it, but deleting it would delete {with} too"
        ),
    }
}

fn claims_of_set(old: &Object<'_>, context: &Context<'_>) -> Notice {
    let what = deleted(
        "the claims of its pods (persistentVolumeClaimRetentionPolicy: whenDeleted is Delete)",
        context,
    );
    let field = [
        "spec",
        "persistentVolumeClaimRetentionPolicy",
        "whenDeleted",
    ];
    let patch = r#"--type merge -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain"}}}'"#;
    let notice = Notice::new(Effect::DataLoss, old, what).about(&field);
    let notice = notice.fix(kubectl::on("patch", old, patch));
    if context.minor() >= RETENTION {
        notice
    } else {
        notice.when("the feature StatefulSetAutoDeletePVC is on")
    }
}

/// A renamed StatefulSet has claims of other names.
fn empty_claims(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let templates = old.at(&["spec", "volumeClaimTemplates"]).as_array()?;
    let template = templates.first()?["metadata"]["name"].as_str()?;
    let what = format!(
        "its pods begin with empty claims; the data stay in {template}-{}-0 and those after it",
        old.name
    );
    Some(Notice::new(Effect::Outage, new, what))
}

fn is_custom(old: &Object<'_>, context: &Context<'_>) -> bool {
    let api_version = old.text(&["apiVersion"]).unwrap_or_default();
    context.options.types.kind(api_version, old.kind) == Err(Absent::NotBuiltIn)
}

/// The rename of a whole set that an object's new name comes from.
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

/// The one finding about a renamed set.
pub(in crate::diff) fn renamed_set(
    rename: &Rename,
    count: usize,
    first: &Object<'_>,
    context: &Context<'_>,
) -> Notice {
    let fate = match context.options.applier {
        Applier::Helm => {
            "objects are deleted and created again, with the pods, addresses and volumes that belong to them"
        }
        Applier::Kubectl => {
            "objects are created again, with pods, addresses and empty volumes of their own; `kubectl apply` leaves the old \
             ones, which run beside them until somebody deletes them"
        }
    };
    let what = format!(
        "names that began with {} begin with {} now (the release name, nameOverride or fullnameOverride changed): \
         {count} {fate}",
        rename.old, rename.new
    );
    Notice::new(Effect::Outage, first, what)
}

/// A group, and the kinds of it that are meant; none for all.
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
    // What to watch, and when to warn. The kinds that run Prometheus itself have volumes.
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

/// Whether nothing is lost with an object but its own fields.
fn holds_no_data(object: &Object<'_>) -> bool {
    HARMLESS.iter().any(|(group, kinds)| {
        *group == object.group && (kinds.is_empty() || kinds.contains(&object.kind))
    })
}
