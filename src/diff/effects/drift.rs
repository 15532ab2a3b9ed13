//! What an apply to the objects of a cluster means beside the differences: what somebody else has changed and now goes
//! back, and what kept because nobody applied it.

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

/// So many fields are named in a finding.
const NAMED: usize = 8;

impl Merges {
    /// Adds to a comparison of [`BeforeApply::manifests`] with the manifests what was changed by somebody else and
    /// goes back, and what kept because nobody applied it.
    pub fn add_findings(&self, diff: &mut Diff<'_>, manifests: &[Manifest], options: &Options<'_>) {
        // Here it is known what was applied.
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
            notices.extend(going_back(&new, &object.changes, edited));
        }
        if !kept.is_empty() {
            notices.extend(pods::kept_variables(&new, kept));
            notices.push(staying(&new, kept, options.types.minor));
        }
    }
    notice::findings(notices, options.applier)
}

/// Fields that are as the last apply left them in the manifests, and not in the cluster.
fn going_back(new: &Object<'_>, changes: &[Change], edited: &[FieldPath]) -> Vec<Notice> {
    let overlap = |a: &FieldPath, b: &FieldPath| a.0.starts_with(&b.0) || b.0.starts_with(&a.0);
    let back: Vec<&Change> = changes
        .iter()
        .filter(|change| !edited.iter().any(|path| overlap(path, &change.path)))
        // What is refused does not go back; an order alone is nobody's decision.
        .filter(|change| change.effect < Effect::Rejected && change.op != Op::Move)
        .collect();
    let mut notices = Vec::new();
    let mut others = Vec::new();
    for change in back {
        let keys: Vec<&str> = change.path.keys().collect();
        match (keys.as_slice(), &change.old, &change.new) {
            (["spec", "replicas"], Some(Value::Number(was)), Some(Value::Number(is))) => {
                let what = format!(
                    "scaled by hand to {was}, goes back to {is}; where an autoscaler sets the number, leave it out \
                     of the manifests"
                );
                notices.push(Notice::new(change.effect, new, what).about(&["spec", "replicas"]));
            }
            _ => others.push(change),
        }
    }
    if let Some(effect) = others.iter().map(|change| change.effect).max() {
        let what = format!(
            "changed since the last apply by somebody else, and goes back: {}",
            named(others.iter().map(|change| &change.path))
        );
        notices.push(Notice::new(effect, new, what));
    }
    notices
}

fn staying(new: &Object<'_>, kept: &[Change], minor: u8) -> Notice {
    let what = format!(
        "an apply removes only what an earlier apply has set, so these fields, which the manifests leave out, stay \
         as they are: {}",
        named(kept.iter().map(|change| &change.path))
    );
    let mut notice = Notice::new(Effect::None, new, what);
    let is_key = |step: &FieldStep| matches!(step, FieldStep::Key(_));
    let rules = fields::rules(new, minor);
    let mut fields = kept.iter().flat_map(fields::of);
    let accepted =
        fields.all(|field| fields::answer(&field, &rules, new, new).0 == Decision::Accepted);
    // Where an element of a list stands in the cluster is not known here.
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
