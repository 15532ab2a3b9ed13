//! The result of a comparison as data: the objects that differ, the renames and the summary.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Change, Effect, Finding, RandomField, ValueFinding};
use crate::manifest::{Manifest, ObjectRef};

/// The result of a comparison. It holds values of Secrets: [`redact`](super::redact()) it before it is shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Diff<'a> {
    /// The objects that differ, sorted by kind in Helm's order, namespace and name.
    pub objects: Vec<ObjectDiff<'a>>,
    /// What an operator should know before the upgrade, worst first.
    pub findings: Vec<Finding>,
    /// Prefixes of names that changed for several objects, the most frequent first.
    pub renames: Vec<Rename>,
    /// What another version of the chart does with the same values, where both sides were rendered.
    pub values: Vec<ValueFinding>,
    /// Fields that differ from render to render. They were not compared.
    pub random: Vec<RandomField>,
    /// Numbers of objects, and the verdict.
    pub summary: Summary,
    /// Numbers of objects that were compared, those that did not change included.
    pub compared: Compared,
}

/// Numbers of objects that were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Objects of the old side.
    pub old: usize,
    /// Objects of the new side.
    pub new: usize,
}

/// A prefix of object names that changed, as when the release gets another name or `fullnameOverride` is set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// The old prefix.
    pub old: String,
    /// The new prefix.
    pub new: String,
    /// The number of objects whose prefix changed so.
    pub objects: usize,
}

/// Numbers of objects by [`Action`], and the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Objects that only the new side has.
    pub added: usize,
    /// Objects that only the old side has.
    pub removed: usize,
    /// Objects that both sides have under the same name and that differ.
    pub changed: usize,
    /// Objects with another name on the new side, whether other fields differ or not.
    pub renamed: usize,
    /// Objects that are the same on both sides.
    pub unchanged: usize,
    /// The verdict: the worst effect that is certain and not accepted.
    pub verdict: Effect,
}

impl Summary {
    /// Counts the objects. The verdict is set after the objects were judged.
    pub(super) fn of(objects: &[ObjectDiff<'_>], compared: Compared) -> Self {
        let count = |action| {
            let objects = objects.iter().filter(|object| object.action == action);
            objects.count()
        };
        let added = count(Action::Added);
        let changed = count(Action::Changed);
        let renamed = count(Action::Renamed);
        Self {
            added,
            removed: count(Action::Removed),
            changed,
            renamed,
            unchanged: compared.new.saturating_sub(added + changed + renamed),
            verdict: Effect::None,
        }
    }
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both sides have it, and it differs.
    Changed,
    /// The new side has it under another name. For a cluster, the old object is removed and a new one is added.
    Renamed,
}

impl Action {
    /// Its name in JSON: `added`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
        }
    }
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ObjectDiff<'a> {
    /// What happened to the object.
    pub action: Action,
    /// The object on the old side, `None` if it was added. Private to this room, because it may hold secrets:
    /// [`Shown::sides`](super::Shown::sides) gives a copy without them.
    pub(super) old: Option<&'a Manifest>,
    /// The object on the new side, `None` if it was removed.
    pub(super) new: Option<&'a Manifest>,
    /// The object: that of the new side, or that of the old side if it was removed.
    pub object: ObjectRef,
    /// The name before, if the object was renamed.
    pub old_name: Option<String>,
    /// The effects in the cluster, mildest first, each once.
    pub effects: Vec<Effect>,
    /// The effects that an operator has accepted. They do not count for the verdict.
    pub accepted: BTreeSet<Effect>,
    /// The fields that differ; empty for added and removed objects. Applied to the old object in this order, the
    /// changes give the new object, except for spellings that mean the same to Kubernetes.
    pub changes: Vec<Change>,
}

impl<'a> ObjectDiff<'a> {
    /// An object that was not judged yet, with its old and its new side.
    pub fn new(
        action: Action,
        [old, new]: [Option<&'a Manifest>; 2],
        changes: Vec<Change>,
    ) -> Self {
        let named = |manifest: Option<&Manifest>| manifest.map(|one| ObjectRef::of(&one.object));
        let renamed = old.filter(|_| action == Action::Renamed);
        Self {
            action,
            old,
            new,
            object: named(new.or(old)).unwrap_or_default(),
            old_name: named(renamed).map(|object| object.name),
            effects: Vec::new(),
            accepted: BTreeSet::new(),
            changes,
        }
    }
}
