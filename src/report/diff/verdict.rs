//! The first line of a report: what an operator in a hurry has to know.
//! It words the verdict; it does not find it.

use std::collections::{BTreeMap, BTreeSet};

use super::counted;
use crate::diff::{Certainty, Diff, Effect, ObjectRef};

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

/// How many objects have an effect that is certain: by their own changes, or by a finding. A renamed object counts
/// once under both its names.
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
    // Findings can be about objects that did not change themselves.
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
