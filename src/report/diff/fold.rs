//! Changes that many objects have in common, told once.
//! It folds what is exactly the same, and leaves the rest where it is.

use std::collections::HashMap;

use crate::diff::{Change, Class, Diff};

/// From so many objects on, a change is told once.
const MANY: usize = 3;

/// What is told once, and what is left for each object.
pub(super) struct Folded<'d> {
    /// A change, and how many objects have it; in the order of the objects.
    pub(super) common: Vec<(&'d Change, usize)>,
    /// For each object of the comparison the changes that only it has.
    pub(super) own: Vec<Vec<&'d Change>>,
    /// How many changes only follow a new name.
    pub(super) following: usize,
}

impl<'d> Folded<'d> {
    pub(super) fn of(diff: &'d Diff<'_>) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for change in diff.objects.iter().flat_map(|object| &object.changes) {
            if let Some(key) = key(change) {
                *counts.entry(key).or_default() += 1;
            }
        }
        let mut folded = Self {
            common: Vec::new(),
            own: Vec::new(),
            following: 0,
        };
        for object in &diff.objects {
            let mut own = Vec::new();
            for change in &object.changes {
                if change.class == Class::Renamed {
                    folded.following += 1;
                    continue;
                }
                let key = key(change);
                match key.as_ref().and_then(|key| counts.get_mut(key)) {
                    // Told already.
                    Some(0) => {}
                    Some(count) if *count >= MANY => {
                        folded.common.push((change, *count));
                        *count = 0;
                    }
                    _ => own.push(change),
                }
            }
            folded.own.push(own);
        }
        folded
    }
}

/// What has to be equal; none for a change that has its own place in the report in any case.
fn key(change: &Change) -> Option<String> {
    if change.class == Class::Renamed || !change.inside.is_empty() {
        return None;
    }
    let side = |side: &Option<serde_json::Value>| side.as_ref().map(ToString::to_string);
    let (old, new) = (side(&change.old), side(&change.new));
    Some(format!(
        "{} {} {old:?} {new:?}",
        change.path,
        change.op.name()
    ))
}
