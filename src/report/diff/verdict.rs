//! The first line of a report: the verdict in words. And the changes that many objects have in common, which are shown
//! once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::counted;
use crate::diff::{Certainty, Change, Class, Diff, Effect, ObjectRef};

/// `DO NOT APPLY: 1 loss of data`, `outage of 1 object, restarts 3 workloads`, `no changes`.
pub(super) fn verdict(diff: &Diff<'_>) -> String {
    let mut text = match diff.summary.verdict {
        Effect::Rejected | Effect::DataLoss => format!("DO NOT APPLY: {}", dangers(diff)),
        _ if diff.objects.is_empty() => "no changes".to_owned(),
        _ => consequences(diff),
    };
    let accepted = diff.findings.iter().filter(|finding| finding.accepted);
    let accepted = accepted.count();
    if accepted > 0 {
        text.push_str(&format!("; {accepted} accepted"));
    }
    let conditional = diff.findings.iter().filter(|finding| {
        finding.certainty == Certainty::Conditional
            && finding.effect > diff.summary.verdict
            && !finding.accepted
    });
    let conditional = conditional.count();
    if conditional > 0 {
        let verb = if conditional == 1 { "s" } else { "" };
        text.push_str(&format!("; {conditional} more depend{verb} on the cluster"));
    }
    text
}

/// The number of objects that certainly have an effect, by their own changes or by a finding. A renamed object counts
/// once.
fn affected(diff: &Diff<'_>, effect: Effect) -> usize {
    let mut new_names: BTreeMap<Name<'_>, Name<'_>> = BTreeMap::new();
    let mut affected: BTreeSet<Name<'_>> = BTreeSet::new();
    for object in &diff.objects {
        let name = name(&object.object);
        if let Some(old) = &object.old_name {
            let [kind, namespace, _] = name;
            new_names.insert([kind, namespace, old], name);
        }
        if object.effects.contains(&effect) && !object.accepted.contains(&effect) {
            affected.insert(name);
        }
    }
    // A finding can be about an object that did not change.
    let certain = diff
        .findings
        .iter()
        .filter(|finding| finding.effect == effect && finding.counts());
    let found = certain.flat_map(|finding| std::iter::once(&finding.object).chain(&finding.others));
    affected.extend(found.map(|object| {
        let name = name(object);
        new_names.get(&name).copied().unwrap_or(name)
    }));
    affected.len()
}

/// Kind, namespace and name.
type Name<'d> = [&'d str; 3];

fn name(object: &ObjectRef) -> Name<'_> {
    [&object.kind, &object.namespace, &object.name]
}

fn dangers(diff: &Diff<'_>) -> String {
    let lost = match affected(diff, Effect::DataLoss) {
        0 => None,
        1 => Some("1 loss of data".to_owned()),
        count => Some(format!("{count} losses of data")),
    };
    let rejected = match affected(diff, Effect::Rejected) {
        0 => None,
        count => Some(counted(count, "rejection")),
    };
    let dangers: Vec<String> = [lost, rejected].into_iter().flatten().collect();
    dangers.join(", ")
}

fn consequences(diff: &Diff<'_>) -> String {
    let count = |effect| affected(diff, effect);
    let parts = [
        (count(Effect::Outage), "outage of ", "object", ""),
        (count(Effect::Restart), "restarts ", "workload", ""),
        (count(Effect::Rerun), "runs ", "Job", " again"),
        (count(Effect::Stale), "leaves ", "object", " stale"),
        (count(Effect::Scale), "scales ", "workload", ""),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, before, what, after)| format!("{before}{}{after}", counted(count, what)))
        .collect();
    if parts.is_empty() {
        let count = diff.objects.len();
        let objects = counted(count, "object");
        return match diff.summary.verdict {
            Effect::None => format!(
                "no effect: {objects} differ{}",
                if count == 1 { "s" } else { "" }
            ),
            _ => format!("nothing restarts: {objects} to apply"),
        };
    }
    parts.join(", ")
}

/// A change of at least this many objects is shown once.
const MANY: usize = 3;

/// The changes that are shown once, and the other changes of each object.
pub(super) struct Folded<'d> {
    /// A change and the objects that have it, in the order of the objects.
    pub(super) common: Vec<(&'d Change, Vec<&'d ObjectRef>)>,
    /// For each object of the comparison, its other changes.
    pub(super) own: Vec<Vec<&'d Change>>,
    /// The number of changes that only follow a new name.
    pub(super) following: usize,
}

impl<'d> Folded<'d> {
    pub(super) fn of(diff: &'d Diff<'_>) -> Self {
        let mut having: HashMap<String, Vec<&'d ObjectRef>> = HashMap::new();
        for object in &diff.objects {
            for key in object.changes.iter().filter_map(key) {
                having.entry(key).or_default().push(&object.object);
            }
        }
        let mut folded = Self {
            common: Vec::new(),
            own: Vec::new(),
            following: 0,
        };
        for object in &diff.objects {
            let mut own = Vec::new();
            for change in &object.changes {
                if change.class == Class::Renamed {
                    folded.following += 1;
                    continue;
                }
                let key = key(change);
                match key.as_ref().and_then(|key| having.get_mut(key)) {
                    // Already in `common`.
                    Some(objects) if objects.is_empty() => {}
                    Some(objects) if objects.len() >= MANY => {
                        folded.common.push((change, std::mem::take(objects)));
                    }
                    _ => own.push(change),
                }
            }
            folded.own.push(own);
        }
        folded
    }
}

/// What equal changes have in common; none for a change that is always shown with its object.
fn key(change: &Change) -> Option<String> {
    if change.class == Class::Renamed || !change.inside.is_empty() {
        return None;
    }
    let side = |side: &Option<serde_json::Value>| side.as_ref().map(ToString::to_string);
    let (old, new) = (side(&change.old), side(&change.new));
    Some(format!(
        "{} {} {old:?} {new:?}",
        change.path,
        change.op.name()
    ))
}
