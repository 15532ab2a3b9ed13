//! What changes between two renders: which objects and fields correspond, what differs, what a cluster does about it.
//! It is data alone: no text for people, no colours, no files.
//!
//! [`compare`] takes two lists of objects. `pair` finds what corresponds, `compare` finds the changes of each
//! pair, `effects` judges them. Everything comes out sorted, whatever the order of the input.

mod accept;
mod apply;
mod attribution;
mod change;
mod compare;
mod effects;
mod filter;
mod finding;
mod judge;
mod model;
mod object;
mod pair;
mod redact;
mod stores;
mod tree;

pub use accept::{Acceptance, AcceptanceError, accept};
pub use apply::{BeforeApply, Merges, before_apply};
pub use attribution::{Cause, Origin, attribute, attribute_to_overrides};
pub use change::{Change, Class, FieldPath, FieldStep, Op};
pub use effects::add_namespace_finding;
pub use filter::{Filter, Pattern, PatternError};
pub use finding::{Certainty, Effect, Finding};
pub use model::{Action, Compared, Diff, ObjectDiff, ObjectRef, Rename, Summary};
pub use redact::{Shown, fingerprint, redact};

#[cfg(test)]
mod tests;

use crate::kubernetes::types::Types;
use crate::manifest::Manifest;
use object::Object;
use pair::Pairs;

/// What both sides have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// The namespace of the release: where an object lives that names none.
    pub namespace: &'a str,
    /// The API of the cluster.
    pub types: Types,
    /// What applies the new side.
    pub applier: Applier,
    /// Whether the new side is an upgrade or the way back from one.
    pub direction: Direction,
}

/// Which way a comparison leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From what runs to what will be applied.
    #[default]
    Forward,
    /// From what was applied back to what ran before it: what the old side migrated stays migrated.
    Back,
}

/// What applies the new manifests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Applier {
    /// `kubectl apply`, client-side. It deletes no objects: one that is left out of the manifests stays in the
    /// cluster until somebody deletes it.
    #[default]
    Kubectl,
    /// `helm upgrade`, client-side. It deletes what the new release no longer holds, after everything else was
    /// accepted, except objects that carry `helm.sh/resource-policy: keep` in the cluster (`pkg/kube/client.go`).
    Helm,
}

impl Applier {
    /// Whether it deletes objects that the new manifests leave out.
    pub fn deletes_removed(self) -> bool {
        self == Self::Helm
    }
}

/// What leads from the old objects to the new ones, with its effects.
///
/// The sides hold no object twice ([`previous`](crate::previous::read()) sees to that); if they do, the copies
/// are paired in their order.
pub fn compare<'a>(old: &'a [Manifest], new: &'a [Manifest], options: &Options<'a>) -> Diff<'a> {
    compare_filtered(old, new, options, &Filter::default())
}

/// The same without what is not wanted; effects and the verdict are those of what is left.
pub fn compare_filtered<'a>(
    old: &'a [Manifest],
    new: &'a [Manifest],
    options: &Options<'a>,
    filter: &Filter,
) -> Diff<'a> {
    let sides = [old, new].map(|side| object::in_order(side, options.namespace));
    let [old, new] = &sides;
    let Pairs { mut all, renames } = pair::objects(old, new);
    let mut objects = Vec::new();
    let wanted = |one: &Object<'_>| filter.wants(one.kind);
    for pair in &mut all {
        // Both sides of a pair are of one kind.
        if !pair.new.or(pair.old).is_some_and(|one| wanted(&one)) {
            continue;
        }
        let sides = [pair.old, pair.new].map(|side| side.map(|one| one.manifest));
        let changes = match sides {
            [Some(old), Some(new)] => compare::changes(&old.object, &new.object, options, &renames),
            _ => Vec::new(),
        };
        if pair.action == Action::Changed && changes.is_empty() {
            continue;
        }
        let mut object = ObjectDiff::new(pair.action, sides, changes);
        if filter.keeps(&mut object) {
            pair.differing = Some(objects.len());
            objects.push(object);
        }
    }
    let count = |side: &[Object<'_>]| side.iter().filter(|one| wanted(one)).count();
    let compared = Compared {
        old: count(old),
        new: count(new),
    };
    let mut diff = Diff {
        summary: Summary::of(&objects, compared),
        objects,
        findings: Vec::new(),
        renames,
        compared,
    };
    judge::judge(&mut diff, &all, [old, new], options);
    diff
}
