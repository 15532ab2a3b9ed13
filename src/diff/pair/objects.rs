//! Objects of both sides that are the same object in a cluster, or were before one of them got another name.
//! It pairs by identity first; what is left may be a rename.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::{likeness, prefix};
use crate::diff::tree::{hash, hash_map};
use crate::diff::{Options, Rename};
use crate::kubernetes::CLUSTER_SCOPED;
use crate::manifest::Manifest;

/// What corresponds, as places in the two lists.
#[derive(Debug, Default)]
pub(in crate::diff) struct Pairs {
    /// The same identity on both sides: old, new.
    pub(in crate::diff) same: Vec<(usize, usize)>,
    /// Another name: old, new.
    pub(in crate::diff) renamed: Vec<(usize, usize)>,
    /// On the old side alone.
    pub(in crate::diff) removed: Vec<usize>,
    /// On the new side alone.
    pub(in crate::diff) added: Vec<usize>,
    /// Whole sets that got another name.
    pub(in crate::diff) renames: Vec<Rename>,
}

/// What an object is called, borrowed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    /// What a rename never changes.
    pub(super) family: Family<'a>,
    pub(super) name: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Family<'a> {
    kind: &'a str,
    namespace: &'a str,
    group: &'a str,
    /// Whether the name is only the beginning of one.
    generated: bool,
}

/// An object that has no partner of its identity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left<'a> {
    pub(super) key: Key<'a>,
    pub(super) place: usize,
    pub(super) object: &'a Value,
}

pub(in crate::diff) fn objects(old: &[Manifest], new: &[Manifest], options: &Options) -> Pairs {
    let mut pairs = Pairs::default();
    let mut places: HashMap<Key<'_>, VecDeque<usize>> = HashMap::with_capacity(old.len());
    for (place, manifest) in old.iter().enumerate() {
        let key = key(manifest, options);
        places.entry(key).or_default().push_back(place);
    }
    let mut added = Vec::new();
    for (place, manifest) in new.iter().enumerate() {
        let key = key(manifest, options);
        match places.get_mut(&key).and_then(VecDeque::pop_front) {
            Some(partner) => pairs.same.push((partner, place)),
            None => added.push(Left {
                key,
                place,
                object: &manifest.object,
            }),
        }
    }
    let mut removed: Vec<Left<'_>> = places
        .into_iter()
        .flat_map(|(key, places)| places.into_iter().map(move |place| (key, place)))
        .map(|(key, place)| Left {
            key,
            place,
            object: &old[place].object,
        })
        .collect();
    // From here on the order of the input means nothing.
    removed.sort_by_key(|left| (left.key, left.place));
    added.sort_by_key(|left| (left.key, left.place));

    let mut take = |found: Vec<(usize, usize)>, removed: &mut Vec<Left<'_>>, added: &mut Vec<_>| {
        let olds: HashSet<usize> = found.iter().map(|pair| pair.0).collect();
        let news: HashSet<usize> = found.iter().map(|pair| pair.1).collect();
        removed.retain(|left| !olds.contains(&left.place));
        added.retain(|left: &Left<'_>| !news.contains(&left.place));
        pairs.renamed.extend(found);
    };
    take(same_body(&removed, &added), &mut removed, &mut added);
    let (found, renames) = prefix::renames(&removed, &added);
    take(found, &mut removed, &mut added);
    take(likeness::pairs(&removed, &added), &mut removed, &mut added);

    pairs.renames = renames;
    pairs.removed = removed.iter().map(|left| left.place).collect();
    pairs.added = added.iter().map(|left| left.place).collect();
    pairs
}

fn key<'a>(manifest: &'a Manifest, options: &'a Options) -> Key<'a> {
    let text = |value: &'a Value| value.as_str().unwrap_or_default();
    let object = &manifest.object;
    let metadata = &object["metadata"];
    let kind = text(&object["kind"]);
    let namespace = match text(&metadata["namespace"]) {
        _ if CLUSTER_SCOPED.contains(&kind) => "",
        "" => &options.namespace,
        namespace => namespace,
    };
    let (name, generated) = match metadata["name"].as_str() {
        Some(name) => (name, false),
        None => (text(&metadata["generateName"]), true),
    };
    Key {
        family: Family {
            kind,
            namespace,
            group: text(&object["apiVersion"])
                .split_once('/')
                .map_or("", |(group, _)| group),
            generated,
        },
        name,
    }
}

/// Objects that differ in their names alone.
fn same_body(removed: &[Left<'_>], added: &[Left<'_>]) -> Vec<(usize, usize)> {
    let mut bodies: HashMap<(Family<'_>, u64), VecDeque<usize>> = HashMap::new();
    for left in removed {
        let body = (left.key.family, body(left.object));
        bodies.entry(body).or_default().push_back(left.place);
    }
    added
        .iter()
        .filter_map(|left| {
            let bodies = bodies.get_mut(&(left.key.family, body(left.object)))?;
            Some((bodies.pop_front()?, left.place))
        })
        .collect()
}

/// A hash of everything but the identity.
fn body(object: &Value) -> u64 {
    let Value::Object(root) = object else {
        return hash(object);
    };
    let rest = hash_map(root, |key| key != "metadata");
    match &root["metadata"] {
        Value::Object(metadata) => rest.wrapping_add(hash_map(metadata, |key| {
            !matches!(key, "name" | "namespace" | "uid")
        })),
        _ => rest,
    }
}
