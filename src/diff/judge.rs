//! What a cluster will do about each change, and what an operator should know before.
//! It refuses to find changes (`compare` does) and to print them.
//!
//! The applier is a client-side one: kubectl, which deletes nothing, or Helm. Hooks are judged as the objects that they
//! are, for kubectl knows no hooks; what is refused to an update is conditional for them, since Helm deletes a hook
//! before it makes it again.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::fact::{self, Fact};
use super::effects::scene::Scene;
use super::effects::selections::Selection;
use super::effects::{changed, invalid, jobs, namespace, removed, selections};
use super::pair::Pair;
use super::stores::{self, lost_claims};
use super::subject::Subject;
use super::{Action, Diff, Effect, ObjectDiff, Options, Rename, accept};

/// Fills in the effects and findings of a comparison, and the verdict. All objects are given, in order, for what
/// refers to a changed object without having changed itself.
pub(super) fn judge<'a>(
    diff: &mut Diff<'_>,
    pairs: &[Pair<'a>],
    sides: [&'a [Subject<'a>]; 2],
    options: &Options<'a>,
) {
    if diff.objects.is_empty() {
        return;
    }
    let scene = Scene::new(&diff.objects, pairs, sides, *options);
    let mut facts = sets(diff, pairs, &scene);
    for pair in pairs {
        let Some(object) = pair.differing.and_then(|place| diff.objects.get_mut(place)) else {
            continue;
        };
        let found = judge_object(object, pair, &diff.renames, &scene);
        let mut effects: BTreeSet<Effect> = object.effects.iter().copied().collect();
        effects.extend(object.changes.iter().map(|change| change.effect));
        let certain = found.iter().filter(|fact| fact.condition.is_none());
        effects.extend(certain.map(|fact| fact.effect));
        if effects.len() > 1 {
            effects.remove(&Effect::None);
        }
        object.effects = effects.into_iter().collect();
        facts.extend(found);
    }
    facts.extend(namespace::fact(&diff.objects, &scene));
    facts.extend(unchanged_services(pairs, &scene));
    facts.extend(jobs::facts(&scene));
    facts.extend(invalid::unserved_facts(&scene));
    stores::judge(&scene, &mut facts);
    diff.findings = fact::findings(facts, options.applier);
    diff.summary.verdict = accept::verdict(diff);
}

/// What happens to one object. Its own effects are set here, those of its changes too.
fn judge_object(
    object: &mut ObjectDiff<'_>,
    pair: &Pair<'_>,
    renames: &[Rename],
    scene: &Scene<'_>,
) -> Vec<Fact> {
    match (pair.action, pair.old, pair.new) {
        (Action::Changed, Some(old), Some(new)) => {
            changed::judge(old, new, &mut object.changes, scene)
        }
        (_, old, new) => {
            let mut facts = Vec::new();
            if let Some(old) = &old {
                let now = new.as_ref();
                let told =
                    now.is_some_and(|new| removed::set_of(old.name, new.name, renames).is_some());
                object.effects.extend(removed::effects(old, scene));
                if old.is("", "PersistentVolumeClaim") {
                    facts.extend(lost_claims::fact(old, now, scene));
                } else {
                    facts.extend(removed::facts(old, now, told, scene));
                }
            }
            if let Some(new) = &new {
                object.effects.push(Effect::InPlace);
                facts.extend(invalid::facts(new, None));
                // Whatever differs, the object is created again.
                for change in &mut object.changes {
                    changed::set(change, Effect::InPlace);
                }
            }
            facts
        }
    }
}

/// The findings about sets of objects that were renamed together, each with the first object whose loss is felt.
fn sets(diff: &Diff<'_>, pairs: &[Pair<'_>], scene: &Scene<'_>) -> Vec<Fact> {
    let mut sets: BTreeMap<&Rename, (usize, Option<Subject<'_>>)> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.differing.is_some()) {
        let (Action::Renamed, Some(old), Some(new)) = (pair.action, pair.old, pair.new) else {
            continue;
        };
        if let Some(rename) = removed::set_of(old.name, new.name, &diff.renames) {
            let (count, first) = sets.entry(rename).or_default();
            *count += 1;
            if first.is_none() && removed::effects(&old, scene).contains(&Effect::Outage) {
                *first = Some(new);
            }
        }
    }
    let told = sets.into_iter().filter_map(|(rename, (count, first))| {
        let first = first?;
        Some(removed::set(rename, count, &first, scene))
    });
    told.collect()
}

/// Services that stay as they are while the labels of pods change.
fn unchanged_services(pairs: &[Pair<'_>], scene: &Scene<'_>) -> Vec<Fact> {
    let unchanged = pairs.iter().filter(|pair| pair.differing.is_none());
    let services = unchanged
        .filter_map(|pair| pair.new)
        .filter(|subject| subject.is("", "Service"));
    services
        .filter_map(|service| {
            let selection = scene.selections.get(&[service.namespace, service.name]);
            selections::fact(&service, selection.copied().unwrap_or(Selection::Same))
        })
        .collect()
}
