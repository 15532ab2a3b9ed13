//! Steps that apply objects, in waves.

use serde_json::Value;

use super::data::{Data, Fate, Move};
use super::model::{Command, Downtime, Estimate, File, Phase, Step};
use super::recreate::{Recreation, is_stuck, recreation, rolls};
use super::removed::holds_data;
use super::sides::{Object, Sides, all_named, named, same};
use crate::diff::{Action, Effect};
use crate::kubernetes::{Labels, at, pod_of};
use crate::manifest::{Hook, Manifest};
use crate::stores::{Program, replicas};

/// The objects of the new side that have to be applied: those that differ. Tests are for `helm test`, and the other hooks
/// for Helm, where it applies.
pub(super) fn applied<'p>(sides: &Sides<'p>) -> Vec<&'p Value> {
    let by_other = sides.options.applier.deletes_removed();
    let is_left_out = |manifest: &Manifest| match Hook::of(manifest) {
        Ok(Some(hook)) => hook.is_test() || by_other,
        // Helm leaves it out too.
        Err(_) => true,
        Ok(None) => false,
    };
    let pairs = sides.pairs.iter().filter(|pair| !is_stuck(pair));
    pairs
        .filter_map(|pair| pair.new)
        .filter(|new| !is_left_out(new.manifest))
        .map(|new| new.tree)
        .collect()
}

/// The objects of the new side in waves, each of which is ready before the next one is applied.
pub(super) struct Waves<'p> {
    /// Namespaces and kinds, which others need to be accepted.
    pub(super) foundation: Vec<&'p Value>,
    /// Stores, with what they need, where others change too.
    pub(super) stores: Vec<&'p Value>,
    /// All others.
    pub(super) rest: Vec<&'p Value>,
}

impl<'p> Waves<'p> {
    pub(super) fn of(sides: &Sides<'p>, data: &[Data<'p>]) -> Self {
        let mut waves = Self {
            foundation: Vec::new(),
            stores: Vec::new(),
            rest: Vec::new(),
        };
        let stores: Vec<&Value> = data
            .iter()
            .filter_map(|one| one.next.as_ref())
            .filter(|next| next.program != Program::House)
            .map(|next| next.workload)
            .collect();
        let known = same(stores.iter().copied());
        let is_store = |one: &Value| known.contains(&std::ptr::from_ref(one));
        let mut pods = Labels::default();
        for store in &stores {
            let pod = pod_of(store).unwrap_or(&Value::Null);
            pods.add("", at(pod, &["metadata", "labels"]));
        }
        let applied = applied(sides);
        if sides.options.applier.deletes_removed() {
            // It applies all at once.
            waves.rest = applied;
            return waves;
        }
        let runs = |one: &&&Value| pod_of(one).is_some();
        let has_stores = applied.iter().any(|one| is_store(one));
        let has_others = applied.iter().filter(runs).any(|one| !is_store(one));
        let moves = data
            .iter()
            .any(|one| matches!(one.fate, Fate::Moves(Move::Dump)));
        for object in applied {
            let kind = object["kind"].as_str().unwrap_or_default();
            if matches!(kind, "Namespace" | "CustomResourceDefinition") {
                waves.foundation.push(object);
            } else if has_stores
                && (has_others || moves)
                && (is_store(object) || is_needed(object, &pods))
            {
                waves.stores.push(object);
            } else {
                waves.rest.push(object);
            }
        }
        waves
    }
}

/// Whether stores need an object: their configuration and claims, and the Services that select their pods.
fn is_needed(object: &Value, pods: &Labels<'_>) -> bool {
    match object["kind"].as_str().unwrap_or_default() {
        "Secret" | "ConfigMap" | "PersistentVolumeClaim" | "ServiceAccount" | "StorageClass" => {
            true
        }
        "Service" => {
            let wanted = at(object, &["spec", "selector"]).as_object();
            let wanted = wanted.filter(|wanted| !wanted.is_empty());
            wanted.is_some_and(|wanted| pods.selected("", wanted).next().is_some())
        }
        _ => false,
    }
}

/// A step that applies objects, after the server has tried them.
pub(super) fn apply(
    sides: &Sides<'_>,
    [id, title, why]: [&str; 3],
    objects: &[&Value],
    files: &mut Vec<File>,
) -> Option<Step> {
    if objects.is_empty() {
        return None;
    }
    let mut step = Step::new(id, Phase::Apply, title);
    step.why.push_str(why);
    step.objects = all_named(objects.iter().copied());
    let words = sides.apply_words();
    let copies = || objects.iter().copied();
    if sides.options.applier.deletes_removed() {
        step.commands.push(by_applier(sides));
        // A finished Job may be gone already.
        let lasting = copies().filter(|one| one["kind"] != "Job");
        step.commands
            .extend(sides.with_files("kubectl diff", id, lasting, files));
        step.undo.push(Command::by_hand(format!(
            "apply the old manifests with {}",
            sides.options.applier.title()
        )));
    } else {
        let try_words = format!("{words} --dry-run=server");
        step.commands
            .extend(sides.with_files(&try_words, id, copies(), files));
        step.commands
            .extend(sides.with_files(words, id, copies(), files));
        let these = same(copies());
        let is_own = |new: &Value| these.contains(&std::ptr::from_ref(new));
        let own = || {
            let pairs = sides.pairs.iter();
            pairs.filter(|pair| pair.new.is_some_and(|new| is_own(new.tree)))
        };
        let changed =
            own().filter(|pair| pair.diff.action == Action::Changed && recreation(pair).is_none());
        let old: Vec<&Value> = changed.filter_map(|pair| Some(pair.old?.tree)).collect();
        step.undo
            .extend(sides.with_files(words, &format!("before-{id}"), old, files));
        let added =
            own().filter(|pair| matches!(pair.diff.action, Action::Added | Action::Renamed));
        let added = added.filter_map(|pair| Some(pair.new?.tree));
        let added = added.filter(|one| !holds_data(one));
        step.undo.extend(sides.delete(added));
    }
    step.downtime = outage(sides, objects);
    step.restarts = restarted(sides, objects);
    Some(step)
}

/// What a person does where another program than kubectl applies.
pub(super) fn by_applier(sides: &Sides<'_>) -> Command {
    Command::by_hand(format!(
        "apply with {} now; this step ends well only when the cluster has what was planned",
        sides.options.applier.title()
    ))
}

/// The workloads whose pods are replaced when objects are applied.
fn restarted(sides: &Sides<'_>, objects: &[&Value]) -> Vec<String> {
    let these = same(objects.iter().copied());
    let is_own = |new: &Value| these.contains(&std::ptr::from_ref(new));
    let pairs = sides.pairs.iter().filter(|pair| {
        pair.diff.action == Action::Changed
            && pair.new.is_some_and(|new| is_own(new.tree))
            && rolls(pair)
            && recreation(pair) != Some(Recreation::Whole)
            && pair
                .diff
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Restart | Effect::Outage))
    });
    all_named(pairs.filter_map(|pair| Some(pair.new?.tree)))
}

/// What is not available while objects are applied.
fn outage(sides: &Sides<'_>, objects: &[&Value]) -> Downtime {
    let mut downtime = Downtime::default();
    let these = same(objects.iter().copied());
    for pair in &sides.pairs {
        let is_own = |new: &Object<'_>| these.contains(&std::ptr::from_ref(new.tree));
        let Some(new) = pair.new.filter(is_own) else {
            continue;
        };
        // The old objects of a new name run on until they are deleted.
        if pair.diff.action != Action::Changed {
            continue;
        }
        let accepted = pair.diff.effects.iter().copied();
        let worst = if recreation(pair) == Some(Recreation::Whole) {
            Effect::Outage
        } else {
            let accepted = accepted.filter(|one| *one < Effect::Rejected);
            accepted.max().unwrap_or_default()
        };
        let only = new.tree["kind"] == "StatefulSet" && replicas(new.tree) == 1;
        let estimate = match worst {
            Effect::Outage if pod_of(new.tree).is_some() => Estimate::Minutes,
            Effect::Outage => Estimate::Seconds,
            Effect::Restart if only => Estimate::Seconds,
            _ => continue,
        };
        downtime.objects.push(named(new.tree));
        downtime.estimate = downtime.estimate.max(estimate);
    }
    downtime
}
