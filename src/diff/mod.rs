//! What changes between two renders: which objects and fields correspond, what differs, what a cluster does about it.
//! It is data alone: no text for people, no colours, no files.
//!
//! [`compare`] takes two lists of objects. `pair` finds what corresponds, `compare` finds the changes of each
//! pair, [`effects`] judges them. Everything comes out sorted, whatever the order of the input.

mod compare;
mod effect;
pub mod effects;
mod filter;
mod finding;
mod model;
mod origin;
mod pair;
mod path;
mod redact;
mod tree;

pub use effect::Effect;
pub use filter::{Filter, Pattern, PatternError};
pub use finding::{Certainty, Finding, Origin};
pub use model::{
    Action, Change, Class, Compared, Diff, ObjectDiff, ObjectRef, Op, Rename, Summary,
};
pub use origin::{Cause, attribute, attribute_to_overrides};
pub use path::{FieldPath, FieldStep};
pub use redact::{Shown, Sides, redact};

#[cfg(test)]
mod tests;

use crate::kubernetes::types::Types;
use crate::manifest::{Manifest, kind_order};

/// What both sides have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The namespace of the release: where an object lives that names none.
    pub namespace: String,
    /// The API of the cluster.
    pub types: Types,
}

/// What leads from the old objects to the new ones, with its effects.
///
/// The sides hold no object twice ([`previous`](crate::manifest::previous()) sees to that); if they do, the copies
/// are paired in their order.
pub fn compare<'a>(old: &'a [Manifest], new: &'a [Manifest], options: &Options) -> Diff<'a> {
    compare_filtered(old, new, options, &Filter::default())
}

/// The same without what is not wanted; effects and the verdict are those of what is left.
pub fn compare_filtered<'a>(
    old: &'a [Manifest],
    new: &'a [Manifest],
    options: &Options,
    filter: &Filter,
) -> Diff<'a> {
    let pairs = pair::objects(old, new, options);
    let mut summary = Summary {
        added: pairs.added.len(),
        removed: pairs.removed.len(),
        renamed: pairs.renamed.len(),
        ..Summary::default()
    };
    let changes = |old: &Manifest, new: &Manifest| {
        compare::changes(&old.object, &new.object, options, &pairs.renames)
    };
    let mut objects = Vec::new();
    for &(before, after) in &pairs.same {
        let changes = changes(&old[before], &new[after]);
        if changes.is_empty() {
            summary.unchanged += 1;
        } else {
            summary.changed += 1;
            let sides = (Some(&old[before]), Some(&new[after]));
            objects.push(ObjectDiff::new(Action::Changed, sides, changes));
        }
    }
    for &(before, after) in &pairs.renamed {
        let changes = changes(&old[before], &new[after]);
        let sides = (Some(&old[before]), Some(&new[after]));
        objects.push(ObjectDiff::new(Action::Renamed, sides, changes));
    }
    let removed = pairs
        .removed
        .iter()
        .map(|&place| ObjectDiff::new(Action::Removed, (Some(&old[place]), None), Vec::new()));
    let added = pairs
        .added
        .iter()
        .map(|&place| ObjectDiff::new(Action::Added, (None, Some(&new[place])), Vec::new()));
    objects.extend(removed.chain(added));
    // The place of a kind is looked up once for each object, not for each comparison.
    objects.sort_by_cached_key(|one| {
        let (rank, kind) = kind_order(&one.object.kind);
        let names = one.object.in_order().map(str::to_owned);
        (rank, kind.to_owned(), names, one.action)
    });
    let mut diff = Diff {
        objects,
        findings: Vec::new(),
        renames: pairs.renames,
        summary,
        compared: Compared {
            old: old.len(),
            new: new.len(),
        },
    };
    filter.apply(&mut diff, old, new);
    effects::judge(&mut diff, old, new, options);
    diff
}
