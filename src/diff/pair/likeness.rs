//! Objects of one kind that are mostly alike: one of them is the other under a new name.
//! It compares no object with every other one: leaves that many objects share say nothing and are passed over.

use std::hash::BuildHasher;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use serde_json::Value;

use super::objects::{Found, Left, is_identity};
use crate::diff::tree::HASHES;

/// Objects that share a leaf beyond which it says nothing.
const MANY: usize = 32;

/// The part of all leaves that must be shared, in percent.
const ALIKE: usize = 60;

/// Pairs of old and new places, the most alike first.
pub(super) fn pairs(removed: &[Left<'_>], added: &[Left<'_>]) -> Found {
    let olds: Vec<Vec<u64>> = removed.iter().map(leaves).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, leaves) in olds.iter().enumerate() {
        for leaf in leaves {
            let holders = holders.entry(*leaf).or_default();
            if holders.len() <= MANY {
                holders.push(index);
            }
        }
    }
    let mut found = Vec::new();
    for (new, left) in added.iter().enumerate() {
        let leaves = leaves(left);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for leaf in &leaves {
            let holders = holders.get(leaf).filter(|holders| holders.len() <= MANY);
            for old in holders.into_iter().flatten() {
                *shared.entry(*old).or_default() += 1;
            }
        }
        for (old, shared) in shared {
            let all = olds[old].len() + leaves.len() - shared;
            let percent = shared * 100 / all;
            if percent >= ALIKE {
                found.push((percent, old, new));
            }
        }
    }
    // Both sides are sorted by name, so their places decide where the likeness is the same.
    found.sort_by_key(|(percent, old, new)| (100 - percent, *old, *new));
    let (mut taken_old, mut taken_new) = (HashSet::new(), HashSet::new());
    found.retain(|(_, old, new)| {
        let free = !taken_old.contains(old) && !taken_new.contains(new);
        free && taken_old.insert(*old) && taken_new.insert(*new)
    });
    found.into_iter().map(|(_, old, new)| (old, new)).collect()
}

/// The leaves of an object with the way to each, but for what it is called. Objects of different families share none.
fn leaves(left: &Left<'_>) -> Vec<u64> {
    let mut found = Vec::new();
    let root = left.subject.manifest.object.as_object();
    let told = |key: &str| !matches!(key, "apiVersion" | "kind");
    for (key, value) in root.into_iter().flatten().filter(|(key, _)| told(key)) {
        let way = HASHES.hash_one((left.family, key));
        match value {
            Value::Object(metadata) if key == "metadata" => {
                for (key, value) in metadata.iter().filter(|(key, _)| !is_identity(key)) {
                    collect(value, HASHES.hash_one((way, key)), &mut found);
                }
            }
            _ => collect(value, way, &mut found),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(value: &Value, way: u64, found: &mut Vec<u64>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, HASHES.hash_one((way, key)), found);
            }
        }
        // The place in a list is no part of the way: elements may have moved.
        Value::Array(items) => items.iter().for_each(|item| collect(item, way, found)),
        scalar => found.push(HASHES.hash_one((way, scalar))),
    }
}
