//! What changes between two renders: which objects and fields correspond, what differs, what a cluster does about it.
//! It is data alone: no text for people, no colours, no files.
//!
//! [`compare`] takes two lists of objects. `pair` finds what corresponds, `compare` finds the changes of each
//! pair, [`effects`] judges them. Everything comes out sorted, whatever the order of the input.

mod effect;
pub mod effects;
mod finding;
mod model;
mod path;

pub use effect::Effect;
pub use finding::{Certainty, Finding, Origin};
pub use model::{
    Action, Change, Class, Compared, Diff, ObjectDiff, ObjectRef, Op, Rename, Summary,
};
pub use path::{FieldPath, FieldStep};

use crate::kubernetes::types::Types;
use crate::manifest::Manifest;

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
/// The sides hold no object twice ([`previous`](crate::manifest) sees to that); if they do, the copies
/// are paired in their order.
pub fn compare<'a>(old: &'a [Manifest], new: &'a [Manifest], options: &Options) -> Diff<'a> {
    let mut diff = Diff {
        objects: Vec::new(),
        findings: Vec::new(),
        renames: Vec::new(),
        summary: Summary::default(),
        compared: Compared {
            old: old.len(),
            new: new.len(),
        },
    };
    effects::judge(&mut diff, old, new, options);
    diff
}
