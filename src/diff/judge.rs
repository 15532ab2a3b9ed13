//! Judges a comparison: the effect of each change in the cluster, and what an operator should know before. It asks the
//! rules in `effects` and `stores` about each object.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::context::Context;
use super::effects::notice::{self, Notice};
use super::effects::selections::Selection;
use super::effects::{
    changed, jobs, namespace, removed, replaced, selections, server_side, validation,
};
use super::object::Object;
use super::pair::Pair;
use super::stores::{self, lost_claims};
use super::{Action, Diff, Effect, ObjectDiff, Options, Rename, accept};
use crate::threads::{self, PART};

/// Sets the effects, the findings and the verdict of a comparison. `pairs` and `sides` have all objects, because an
/// object that did not change can refer to one that did.
pub(super) fn judge<'a>(
    diff: &mut Diff<'_>,
    pairs: &[Pair<'a>],
    sides: [&'a [Object<'a>]; 2],
    options: &Options<'a>,
) {
    if diff.objects.is_empty() {
        return;
    }
    let context = Context::new(&diff.objects, pairs, sides, *options);
    let mut notices = renamed_sets(diff, pairs, &context);
    // In the order of their objects.
    let differing = pairs.iter().filter(|pair| pair.differing.is_some());
    let differing: Vec<&Pair<'_>> = differing.collect();
    let renames = &diff.renames;
    let parts = diff.objects.chunks_mut(PART).zip(differing.chunks(PART));
    notices.extend(threads::in_parts(parts, |(objects, pairs)| {
        let objects = objects.iter_mut().zip(pairs);
        objects
            .flat_map(|(object, pair)| judge_object(object, pair, renames, &context))
            .collect()
    }));
    notices.extend(namespace::notice(&diff.objects, &context));
    notices.extend(unchanged_services(pairs, &context));
    notices.extend(jobs::notices(&context));
    notices.extend(validation::unserved_notices(&context));
    notices.extend(replaced::notices(pairs, &context));
    stores::judge(&context, &mut notices);
    diff.findings = notice::findings(notices, options.applier);
    diff.summary.verdict = accept::verdict(diff);
}

/// Sets the effects of an object and of its changes, and returns what an operator should know about it.
fn judge_object(
    object: &mut ObjectDiff<'_>,
    pair: &Pair<'_>,
    renames: &[Rename],
    context: &Context<'_>,
) -> Vec<Notice> {
    let notices = judge_pair(object, pair, renames, context);
    let mut effects: BTreeSet<Effect> = object.effects.iter().copied().collect();
    effects.extend(object.changes.iter().map(|change| change.effect));
    let certain = notices.iter().filter(|notice| notice.condition.is_none());
    effects.extend(certain.map(|notice| notice.effect));
    if effects.len() > 1 {
        effects.remove(&Effect::None);
    }
    object.effects = effects.into_iter().collect();
    notices
}

/// Sets the effects of changes, and those of an object that is added or removed.
fn judge_pair(
    object: &mut ObjectDiff<'_>,
    pair: &Pair<'_>,
    renames: &[Rename],
    context: &Context<'_>,
) -> Vec<Notice> {
    match (pair.action, pair.old, pair.new) {
        (Action::Changed, Some(old), Some(new)) => {
            changed::judge(old, new, &mut object.changes, context)
        }
        (_, old, new) => {
            let mut notices = Vec::new();
            if let Some(old) = &old {
                let now = new.as_ref();
                object.effects.extend(removed::effects(old, context));
                if old.is("", "PersistentVolumeClaim") {
                    notices.extend(lost_claims::notice(old, now, context));
                } else {
                    notices.extend(removed::notices(old, now, context));
                    // Renames of several objects have a notice of their own.
                    let is_of_set =
                        now.is_some_and(|new| removed::rename_of(old, new, renames).is_some());
                    if !is_of_set {
                        notices.extend(removed::outage(old, now, context));
                    }
                }
            }
            if let Some(new) = &new {
                object.effects.push(Effect::InPlace);
                notices.extend(validation::notices(new, None, context));
                notices.extend(server_side::notices(None, new, context));
                // The object is created under its new name, whatever differs.
                for change in &mut object.changes {
                    changed::set_effect(change, Effect::InPlace);
                }
            }
            notices
        }
    }
}

/// A notice for each set of objects that were renamed together, at its first object whose removal is an outage.
fn renamed_sets(diff: &Diff<'_>, pairs: &[Pair<'_>], context: &Context<'_>) -> Vec<Notice> {
    let mut sets: BTreeMap<&Rename, (usize, Option<Object<'_>>)> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.differing.is_some()) {
        let (Action::Renamed, Some(old), Some(new)) = (pair.action, pair.old, pair.new) else {
            continue;
        };
        if let Some(rename) = removed::rename_of(&old, &new, &diff.renames) {
            let (count, first) = sets.entry(rename).or_default();
            *count += 1;
            if first.is_none() && removed::effects(&old, context).contains(&Effect::Outage) {
                *first = Some(new);
            }
        }
    }
    let sets = sets.into_iter();
    sets.filter_map(|(rename, (count, first))| {
        let first = first?;
        Some(removed::renamed_set(rename, count, &first, context))
    })
    .collect()
}

/// Notices about Services that do not change while the labels of the pods that they select do.
fn unchanged_services(pairs: &[Pair<'_>], context: &Context<'_>) -> Vec<Notice> {
    let unchanged = pairs.iter().filter(|pair| pair.differing.is_none());
    let services = unchanged
        .filter_map(|pair| pair.new)
        .filter(|object| object.is("", "Service"));
    services
        .filter_map(|service| {
            let selection = context.selections.get(&[service.namespace, service.name]);
            selections::notice(&service, selection.copied().unwrap_or(Selection::Same))
        })
        .collect()
}
