//! Objects of one kind that are mostly alike: one of them is the other under a new name.
//! It compares no object with every other one: leaves that many objects share say nothing and are passed over.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::objects::{Family, Left};

/// Objects that share a leaf beyond which it says nothing.
const MANY: usize = 32;

/// The part of all leaves that must be shared, in percent.
const ALIKE: usize = 60;

/// Pairs of old and new places, the most alike first.
pub(super) fn pairs(removed: &[Left<'_>], added: &[Left<'_>]) -> Vec<(usize, usize)> {
    let olds: Vec<HashSet<u64>> = removed.iter().map(|left| leaves(left.object)).collect();
    let mut holders: HashMap<(Family<'_>, u64), Vec<usize>> = HashMap::new();
    for (index, left) in removed.iter().enumerate() {
        for leaf in &olds[index] {
            let holders = holders.entry((left.key.family, *leaf)).or_default();
            if holders.len() <= MANY {
                holders.push(index);
            }
        }
    }
    let mut found = Vec::new();
    for (new, left) in added.iter().enumerate() {
        let leaves = leaves(left.object);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for leaf in &leaves {
            let holders = holders.get(&(left.key.family, *leaf));
            for old in holders
                .filter(|holders| holders.len() <= MANY)
                .into_iter()
                .flatten()
            {
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
    found
        .into_iter()
        .map(|(_, old, new)| (removed[old].place, added[new].place))
        .collect()
}

/// The leaves of an object with the way to each, but for what it is and what it is called.
fn leaves(object: &Value) -> HashSet<u64> {
    let mut found = HashSet::new();
    let root = object.as_object().into_iter().flatten();
    for (key, value) in root.filter(|(key, _)| !matches!(key.as_str(), "apiVersion" | "kind")) {
        let mut way = DefaultHasher::new();
        key.hash(&mut way);
        match value {
            Value::Object(metadata) if key == "metadata" => {
                let told = |key: &str| !matches!(key, "name" | "namespace" | "uid");
                for (key, value) in metadata.iter().filter(|(key, _)| told(key)) {
                    let mut way = way.clone();
                    key.hash(&mut way);
                    collect(value, &way, &mut found);
                }
            }
            _ => collect(value, &way, &mut found),
        }
    }
    found
}

fn collect(value: &Value, way: &DefaultHasher, found: &mut HashSet<u64>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let mut way = way.clone();
                key.hash(&mut way);
                collect(value, &way, found);
            }
        }
        // The place in a list is no part of the way: elements may have moved.
        Value::Array(items) => items.iter().for_each(|item| collect(item, way, found)),
        scalar => {
            let mut leaf = way.clone();
            scalar.hash(&mut leaf);
            found.insert(leaf.finish());
        }
    }
}
