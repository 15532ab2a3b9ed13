//! What a cluster will do about each change, and what an operator should know before.
//! It refuses to find changes (`compare` does) and to print them.
//!
//! The applier is a client-side one: kubectl, which deletes nothing, or Helm. Hooks are judged as the objects that they
//! are, for kubectl knows no hooks; what is refused to an update is conditional for them, since Helm deletes a hook
//! before it makes it again.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::context::Context;
use super::effects::notice::{self, Notice};
use super::effects::selections::Selection;
use super::effects::{changed, jobs, namespace, removed, selections, validation};
use super::object::Object;
use super::pair::Pair;
use super::stores::{self, lost_claims};
use super::{Action, Diff, Effect, ObjectDiff, Options, Rename, accept};

/// Fills in the effects and findings of a comparison, and the verdict. All objects are given, in order, for what
/// refers to a changed object without having changed itself.
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
    let mut notices = sets(diff, pairs, &context);
    for pair in pairs {
        let Some(object) = pair.differing.and_then(|place| diff.objects.get_mut(place)) else {
            continue;
        };
        let found = judge_object(object, pair, &diff.renames, &context);
        let mut effects: BTreeSet<Effect> = object.effects.iter().copied().collect();
        effects.extend(object.changes.iter().map(|change| change.effect));
        let certain = found.iter().filter(|notice| notice.condition.is_none());
        effects.extend(certain.map(|notice| notice.effect));
        if effects.len() > 1 {
            effects.remove(&Effect::None);
        }
        object.effects = effects.into_iter().collect();
        notices.extend(found);
    }
    notices.extend(namespace::notice(&diff.objects, &context));
    notices.extend(unchanged_services(pairs, &context));
    notices.extend(jobs::notices(&context));
    notices.extend(validation::unserved_notices(&context));
    stores::judge(&context, &mut notices);
    diff.findings = notice::findings(notices, options.applier);
    diff.summary.verdict = accept::verdict(diff);
}

/// What happens to one object. Its own effects are set here, those of its changes too.
fn judge_object(
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
                let told = now
                    .is_some_and(|new| removed::rename_of(old.name, new.name, renames).is_some());
                object.effects.extend(removed::effects(old, context));
                if old.is("", "PersistentVolumeClaim") {
                    notices.extend(lost_claims::notice(old, now, context));
                } else {
                    notices.extend(removed::notices(old, now, told, context));
                }
            }
            if let Some(new) = &new {
                object.effects.push(Effect::InPlace);
                notices.extend(validation::notices(new, None));
                // Whatever differs, the object is created again.
                for change in &mut object.changes {
                    changed::set(change, Effect::InPlace);
                }
            }
            notices
        }
    }
}

/// The findings about sets of objects that were renamed together, each with the first object whose loss is felt.
fn sets(diff: &Diff<'_>, pairs: &[Pair<'_>], context: &Context<'_>) -> Vec<Notice> {
    let mut sets: BTreeMap<&Rename, (usize, Option<Object<'_>>)> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.differing.is_some()) {
        let (Action::Renamed, Some(old), Some(new)) = (pair.action, pair.old, pair.new) else {
            continue;
        };
        if let Some(rename) = removed::rename_of(old.name, new.name, &diff.renames) {
            let (count, first) = sets.entry(rename).or_default();
            *count += 1;
            if first.is_none() && removed::effects(&old, context).contains(&Effect::Outage) {
                *first = Some(new);
            }
        }
    }
    let told = sets.into_iter().filter_map(|(rename, (count, first))| {
        let first = first?;
        Some(removed::set(rename, count, &first, context))
    });
    told.collect()
}

/// Services that stay as they are while the labels of pods change.
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
