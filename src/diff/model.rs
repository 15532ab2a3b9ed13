//! What a comparison finds, as data: the objects that differ, a summary, renames.
//! It decides nothing and prints nothing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Change, Effect, Finding};
use crate::manifest::{Identity, Manifest};

/// All that differs between two renders. Objects are sorted by kind in Helm's order, namespace and name.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff<'a> {
    /// The objects that differ; those that are the same are only counted.
    pub objects: Vec<ObjectDiff<'a>>,
    /// What the cluster will do about it and an operator should know, worst first.
    pub findings: Vec<Finding>,
    /// Names that changed for a whole set of objects, each told once.
    pub renames: Vec<Rename>,
    /// The numbers, and the verdict.
    pub summary: Summary,
    /// How many objects each side has: none was left out.
    pub compared: Compared,
}

/// How many objects were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// On the old side.
    pub old: usize,
    /// On the new side.
    pub new: usize,
}

/// A beginning of names that became another one: the release or `fullnameOverride` changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// What the names began with.
    pub old: String,
    /// What they begin with now.
    pub new: String,
    /// How many objects were renamed so.
    pub objects: usize,
}

/// Objects by what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Objects that only the new side has.
    pub added: usize,
    /// Objects that only the old side has.
    pub removed: usize,
    /// Objects on both sides that differ.
    pub changed: usize,
    /// Objects that have another name now, whether or not something else differs too.
    pub renamed: usize,
    /// Objects that are the same on both sides.
    pub unchanged: usize,
    /// The worst effect that is certain and not accepted.
    pub verdict: Effect,
}

impl Summary {
    /// Counts; the verdict is still to come.
    pub(super) fn of(objects: &[ObjectDiff<'_>], compared: Compared) -> Self {
        let count = |action| {
            let of_it = objects.iter().filter(|object| object.action == action);
            of_it.count()
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both sides have it, and it differs.
    Changed,
    /// The new side has it under another name. To a cluster the old object is removed and a new one added.
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
pub struct ObjectDiff<'a> {
    /// What happened to it.
    pub action: Action,
    /// The object on the old side; none if it was added. Only [`Shown`](super::Shown) gives it away.
    pub(super) old: Option<&'a Manifest>,
    /// The object on the new side; none if it was removed.
    pub(super) new: Option<&'a Manifest>,
    /// Its API version, kind, namespace as written (empty if it names none) and name; of the new side, if there
    /// is one.
    pub object: ObjectRef,
    /// What it was called before, if it was renamed.
    pub old_name: Option<String>,
    /// What the cluster does about it, mildest first, each once.
    pub effects: Vec<Effect>,
    /// Those of the effects that an operator has accepted: they do not count.
    pub accepted: BTreeSet<Effect>,
    /// What differs, in application order: applied one after the other to the old object they give the new one,
    /// but for spellings that mean the same to Kubernetes. Empty for added and removed objects.
    pub changes: Vec<Change>,
}

impl<'a> ObjectDiff<'a> {
    /// An object with its sides (old, new), not judged yet.
    pub fn new(
        action: Action,
        [old, new]: [Option<&'a Manifest>; 2],
        changes: Vec<Change>,
    ) -> Self {
        let named = |manifest: Option<&Manifest>| manifest.map(ObjectRef::of);
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

/// The object that something is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// `apps/v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// `metadata.namespace`; empty if the object names none.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl ObjectRef {
    /// The names that an object has; empty where it has none.
    pub fn of(manifest: &Manifest) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let object = &manifest.object;
        Self {
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
            namespace: text(&object["metadata"]["namespace"]),
            name: text(&object["metadata"]["name"]),
        }
    }

    /// The same without the version of the API.
    pub fn identity(&self) -> Identity {
        let group = self.api_version.split_once('/');
        Identity {
            group: group.map_or("", |(group, _)| group).to_owned(),
            kind: self.kind.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}
