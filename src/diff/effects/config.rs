//! ConfigMaps and Secrets: how a change of their data reaches running pods, and when it is refused.
//! Sources: kubernetes.io "ConfigMap", section "Mounted ConfigMaps are updated automatically"; ValidateSecretUpdate
//! and ValidateConfigMapUpdate.

use std::collections::BTreeSet;

use serde_json::json;

use super::context::Context;
use super::fields::{self, Field};
use super::kubectl;
use super::notice::Notice;
use super::references::{Keys, Use, key, stays};
use crate::diff::object::Object;
use crate::diff::{Change, Class, Effect};

/// Whether a pod that runs on does not see changes of what it uses so.
fn is_stale(found: &Use<'_>, context: &Context<'_>) -> bool {
    let workload = context.workloads.get(found.workload);
    !found.live && workload.is_some_and(|workload| workload.keeps_pods)
}

/// The keys of an object that running pods have and will not see change.
fn unseen(config: &Object<'_>, context: &Context<'_>) -> Keys {
    let mut keys = Keys::default();
    for found in context.references.of_config(config) {
        if is_stale(found, context) {
            keys.add(found.key);
        }
    }
    keys
}

/// The effects of changes of the data: which keys running pods will not see change.
pub(super) struct Effects<'c> {
    unseen: Keys,
    new: Object<'c>,
}

impl<'c> Effects<'c> {
    pub(super) fn of(config: &Object<'c>, context: &Context<'_>) -> Self {
        Self {
            unseen: unseen(config, context),
            new: *config,
        }
    }

    /// The effect of a changed field.
    pub(super) fn effect(&self, field: &Field<'_>) -> Effect {
        match key(field) {
            _ if stays(field, &self.new).is_some() => Effect::None,
            Some(key) if field.class != Class::Format && self.unseen.have(key) => Effect::Stale,
            _ => Effect::InPlace,
        }
    }
}

/// The keys of a Secret that stay although the new manifests leave them out.
pub(super) fn left(changes: &[Change], new: &Object<'_>) -> Vec<Notice> {
    let fields = changes.iter().flat_map(fields::of);
    let mut notices = Vec::new();
    for field in fields {
        let Some(key) = stays(&field, new).filter(|_| new.kind == "Secret") else {
            continue;
        };
        let what = "it stays in the Secret: what stringData wrote is kept in data, and is not deleted with it";
        // `~` and `/` are escaped in a JSON pointer (RFC 6901).
        let pointer = key.replace('~', "~0").replace('/', "~1");
        let patch = json!([{"op": "remove", "path": format!("/data/{pointer}")}]).to_string();
        let rest = format!("--type=json -p {}", kubectl::quote(&patch));
        let notice = Notice::new(Effect::None, new, what).about(&["stringData", key]);
        notices.push(notice.fix(kubectl::on("patch", new, &rest)));
    }
    notices
}

/// What an operator should know about a changed ConfigMap or Secret.
pub(super) fn notices(old: &Object<'_>, new: &Object<'_>, context: &Context<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let Some(changed) = context
        .changed_keys
        .get(&[new.kind, new.namespace, new.name])
    else {
        return notices;
    };
    let frozen = old.at(&["immutable"]) == true;
    if frozen && (!changed.is_empty() || new.at(&["immutable"]) != true) {
        let what = "the old object is marked immutable: its data and the mark cannot be changed; delete it \
                    first, or give the new one another name";
        let notice = Notice::new(Effect::Rejected, new, what).about(&["immutable"]);
        notices.push(notice.fix(kubectl::on("delete", new, "")));
        return notices;
    }
    let mut names = BTreeSet::new();
    let mut restarts = BTreeSet::new();
    let uses = context.references.of_config(new).iter();
    let stale = uses.filter(|found| is_stale(found, context) && changed.have(found.key));
    for workload in stale.filter_map(|found| context.workloads.get(found.workload)) {
        let object = &workload.object;
        names.insert(format!("{}/{}", object.kind, object.name));
        if matches!(object.kind, "Deployment" | "StatefulSet" | "DaemonSet") {
            restarts.insert(kubectl::at("rollout restart", object, ""));
        }
    }
    if !names.is_empty() {
        let names: Vec<String> = names.into_iter().collect();
        let what = format!(
            "running pods keep the old data until they restart, since they have it as environment variables or \
             mount it by subPath: {}",
            names.join(", ")
        );
        let mut notice = Notice::new(Effect::Stale, new, what).about(&["data"]);
        notice.fix.extend(restarts);
        notices.push(notice);
    }
    notices
}

/// Whether a change of an immutable ConfigMap or Secret is refused.
pub(super) fn is_refused(field: &Field<'_>, old: &Object<'_>) -> bool {
    old.at(&["immutable"]) == true
        && (key(field).is_some() || field.keys.first() == Some(&"immutable"))
}

/// The pods that cannot start once a ConfigMap or Secret is gone.
pub(super) fn missed(old: &Object<'_>, context: &Context<'_>) -> Option<Notice> {
    let uses = context.references.of_config(old).iter();
    let workloads = uses.filter_map(|found| context.workloads.get(found.workload));
    let names: BTreeSet<String> = workloads
        .map(|workload| format!("{}/{}", workload.object.kind, workload.object.name))
        .collect();
    if names.is_empty() {
        return None;
    }
    let names: Vec<String> = names.into_iter().collect();
    let deletes = context.options.applier.deletes_removed();
    let (fate, moment) = if deletes {
        ("it is deleted", "after the upgrade")
    } else {
        (
            "it is no longer in the manifests, and when somebody deletes it",
            "after it is deleted",
        )
    };
    let what = format!(
        "{fate}, pods that still refer to it cannot start any more: {}",
        names.join(", ")
    );
    let notice = Notice::new(Effect::Outage, old, what);
    let notice = notice.when(format!(
        "a pod of these starts {moment}, and the reference is not optional"
    ));
    Some(notice.fix(kubectl::on("annotate", old, "helm.sh/resource-policy=keep")))
}
