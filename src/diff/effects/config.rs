//! ConfigMaps and Secrets: whether running pods see a change of their data, and when a change is refused.
//! Sources: kubernetes.io, "ConfigMap", section "Mounted ConfigMaps are updated automatically"; ValidateSecretUpdate;
//! ValidateConfigMapUpdate.

use std::collections::BTreeSet;

use serde_json::json;

use super::context::Context;
use super::fields::{self, Field};
use super::kubectl;
use super::notice::Notice;
use super::references::{Keys, Use, key, stays};
use crate::diff::object::Object;
use crate::diff::{Change, Class, Effect};
use crate::yaml::pointer_token;

/// Whether pods keep running and do not see changes of what they use in this way.
fn is_stale(found: &Use<'_>, context: &Context<'_>) -> bool {
    let workload = context.workloads.get(found.workload);
    !found.live && workload.is_some_and(|workload| workload.keeps_pods)
}

/// The keys of an object whose changes running pods do not see.
fn unseen(config: &Object<'_>, context: &Context<'_>) -> Keys {
    let mut keys = Keys::default();
    for found in context.references().of_config(config) {
        if is_stale(found, context) {
            keys.add(found.key);
        }
    }
    keys
}

/// The effects of changes of an object.
pub(super) struct Effects<'c> {
    unseen: Keys,
    new: Object<'c>,
}

impl<'c> Effects<'c> {
    pub(super) fn of(config: &Object<'c>, context: &Context<'_>) -> Self {
        let key = [config.kind, config.namespace, config.name];
        let changed = context.changed_keys.get(&key);
        let unseen = match changed.filter(|changed| !changed.is_empty()) {
            Some(_) => unseen(config, context),
            None => Keys::default(),
        };
        Self {
            unseen,
            new: *config,
        }
    }

    /// The effect of a changed field.
    pub(super) fn effect(&self, field: &Field<'_>) -> Effect {
        match key(field) {
            _ if stays(field, &self.new).is_some() => Effect::None,
            Some(key) if field.class != Class::Format && self.unseen.contains(key) => Effect::Stale,
            _ => Effect::InPlace,
        }
    }
}

/// Notices about keys that stay in a Secret although the new manifest does not have them.
pub(super) fn kept_keys(changes: &[Change], new: &Object<'_>) -> Vec<Notice> {
    let fields = changes.iter().flat_map(fields::of);
    let mut notices = Vec::new();
    for field in fields {
        let Some(key) = stays(&field, new).filter(|_| new.kind == "Secret") else {
            continue;
        };
        let message =
            "the key stays in the Secret: the API server has copied it from stringData to data";
        let pointer = pointer_token(key);
        let patch = json!([{"op": "remove", "path": format!("/data/{pointer}")}]).to_string();
        let rest = format!("--type=json -p {}", kubectl::quote(&patch));
        let notice = Notice::new(Effect::None, new, message).about(&["stringData", key]);
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
        let message = "the old object is immutable: its data and this field cannot be changed; delete it first, or \
                    rename the new one";
        let notice = Notice::new(Effect::Rejected, new, message).about(&["immutable"]);
        notices.push(notice.fix(kubectl::on("delete", new, "")));
        return notices;
    }
    if changed.is_empty() {
        return notices;
    }
    let mut names = BTreeSet::new();
    let mut restarts = BTreeSet::new();
    let uses = context.references().of_config(new).iter();
    let stale = uses.filter(|found| is_stale(found, context) && changed.contains(found.key));
    for workload in stale.filter_map(|found| context.workloads.get(found.workload)) {
        let object = &workload.object;
        names.insert(format!("{}/{}", object.kind, object.name));
        if matches!(object.kind, "Deployment" | "StatefulSet" | "DaemonSet") {
            restarts.insert(kubectl::at("rollout restart", object, ""));
        }
    }
    if !names.is_empty() {
        let names: Vec<String> = names.into_iter().collect();
        let message = format!(
            "running pods keep the old data until they restart, because they use it in environment variables or \
             mount it with subPath: {}",
            names.join(", ")
        );
        let mut notice = Notice::new(Effect::Stale, new, message).about(&["data"]);
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

/// The notice that pods cannot start after a ConfigMap or Secret was deleted.
pub(super) fn still_used(old: &Object<'_>, context: &Context<'_>) -> Option<Notice> {
    let uses = context.references().of_config(old).iter();
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
        ("once it is deleted", "after the upgrade")
    } else {
        (
            "it is no longer in the manifests, and once somebody deletes it",
            "after it is deleted",
        )
    };
    let message = format!(
        "{fate}, pods that refer to it cannot start: {}",
        names.join(", ")
    );
    let notice = Notice::new(Effect::Outage, old, message);
    let notice = notice.when(format!(
        "one of these pods starts {moment}, and its reference is not optional"
    ));
    Some(notice.fix(kubectl::on("annotate", old, context.options.applier.mark())))
}
