//! Drift between a cluster and the last apply: fields that somebody else has changed and the apply sets back, and
//! fields that stay because no apply has set them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::fields::{self, Decision};
use super::notice::{self, Notice};
use super::{kubectl, pods};
use crate::diff::apply::{Merged, Merges};
use crate::diff::object::{self, Object};
use crate::diff::{
    Action, Change, Diff, Effect, FieldPath, FieldStep, Finding, ObjectDiff, Op, Options,
};
use crate::manifest::{Identity, Manifest};

/// The greatest number of fields that the message of a finding names.
const NAMED: usize = 8;

impl Merges {
    /// Adds findings about drift to a comparison of [`BeforeApply::manifests`](crate::diff::BeforeApply::manifests)
    /// with the manifests: fields that somebody else has changed and the apply sets back, and fields that stay because
    /// no apply has set them.
    pub fn add_findings(&self, diff: &mut Diff<'_>, manifests: &[Manifest], options: &Options<'_>) {
        // The condition of these findings is known not to hold.
        diff.findings
            .retain(|finding| finding.condition.as_deref() != Some(pods::NOT_APPLIED));
        let found = findings(diff, self, manifests, options);
        notice::add(diff, found);
    }
}

/// The findings about the objects that `manifests` are applied to.
fn findings(
    diff: &Diff<'_>,
    merges: &Merges,
    manifests: &[Manifest],
    options: &Options<'_>,
) -> Vec<Finding> {
    let identity = |identity: Identity| identity.applied_to(options.namespace);
    let changed = diff
        .objects
        .iter()
        .filter(|object| object.action == Action::Changed);
    let changed: HashMap<Identity, &ObjectDiff<'_>> = changed
        .map(|object| (identity(object.object.identity()), object))
        .collect();
    let mut notices = Vec::new();
    for new in object::in_order(manifests, options.namespace) {
        let Some(key) = new.manifest.identity().map(identity) else {
            continue;
        };
        let Some(Merged { kept, edited }) = merges.0.get(&key) else {
            continue;
        };
        if let (Some(object), Some(edited)) = (changed.get(&key), edited) {
            notices.extend(reverted(&new, &object.changes, edited));
        }
        if !kept.is_empty() {
            notices.extend(pods::kept_variables(&new, kept));
            notices.push(remaining(&new, kept, options.types.minor));
        }
    }
    notice::findings(notices, options.applier)
}

/// Notices about fields that differ in the cluster and did not change in the manifests since the last apply.
fn reverted(new: &Object<'_>, changes: &[Change], edited: &[FieldPath]) -> Vec<Notice> {
    let overlap = |a: &FieldPath, b: &FieldPath| a.0.starts_with(&b.0) || b.0.starts_with(&a.0);
    let back: Vec<&Change> = changes
        .iter()
        .filter(|change| !edited.iter().any(|path| overlap(path, &change.path)))
        // Refused changes are not set back, and nobody changes only the order of a list by hand.
        .filter(|change| change.effect < Effect::Rejected && change.op != Op::Move)
        .collect();
    let mut notices = Vec::new();
    let mut others = Vec::new();
    for change in back {
        let keys: Vec<&str> = change.path.keys().collect();
        match (keys.as_slice(), &change.old, &change.new) {
            (["spec", "replicas"], Some(Value::Number(was)), Some(Value::Number(is))) => {
                let message = format!(
                    "scaled by hand to {was}, goes back to {is}; if an autoscaler sets the number, remove it from \
                     the manifests"
                );
                notices.push(Notice::new(change.effect, new, message).about(&["spec", "replicas"]));
            }
            _ => others.push(change),
        }
    }
    if let Some(effect) = others.iter().map(|change| change.effect).max() {
        let message = format!(
            "changed by somebody else since the last apply, goes back to the manifests: {}",
            named(others.iter().map(|change| &change.path))
        );
        notices.push(Notice::new(effect, new, message));
    }
    notices
}

/// A notice about fields that stay in the cluster although the manifests do not have them.
fn remaining(new: &Object<'_>, kept: &[Change], minor: u8) -> Notice {
    let message = format!(
        "an apply removes only fields that an earlier apply has set; these are not in the manifests and stay as they \
         are: {}",
        named(kept.iter().map(|change| &change.path))
    );
    let mut notice = Notice::new(Effect::None, new, message);
    let is_key = |step: &FieldStep| matches!(step, FieldStep::Key(_));
    let rules = fields::rules(new, minor);
    let mut fields = kept.iter().flat_map(fields::of);
    let accepted =
        fields.all(|field| fields::decide(&field, &rules, new, new).0 == Decision::Accepted);
    // The index of an element in the list of the cluster is not known here.
    if accepted && kept.iter().all(|change| change.path.0.iter().all(is_key)) {
        let operations: Vec<Value> = kept
            .iter()
            .map(|change| json!({"op": "remove", "path": change.pointer}))
            .collect();
        let patch = kubectl::quote(&Value::from(operations).to_string());
        notice = notice.fix(kubectl::on(
            "patch",
            new,
            &format!("--type=json -p {patch}"),
        ));
    }
    notice
}

fn named<'p>(paths: impl Iterator<Item = &'p FieldPath>) -> String {
    let paths: Vec<String> = paths.map(FieldPath::to_string).collect();
    match paths.get(NAMED..) {
        Some(rest) if !rest.is_empty() => {
            format!("{} and {} more", paths[..NAMED].join(", "), rest.len())
        }
        _ => paths.join(", "),
    }
}
