//! Finds which objects of two sides correspond (here and in `renames`), and which elements of two lists (`elements`).
//!
//! Objects are paired by identity first. Those that are left are paired as renames if they are equal except for their
//! names, if the prefix of their names changed together with that of others, or if they are similar. Every step is a
//! look-up in a hash map, so the time grows with the number of objects, not with its square.

mod elements;
mod renames;

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::hash::BuildHasher;

use foldhash::{HashMap, HashMapExt, HashSet};
use serde_json::Value;

use super::object::{Family, Object};
use super::tree::{HASHES, hash, hash_map};
use super::{Action, Rename};

pub(super) use elements::elements;
pub(super) use renames::follows;

/// The objects of two sides in pairs.
#[derive(Debug)]
pub(super) struct Pairs<'a> {
    /// All pairs in the order of their objects; renamed objects by their new name.
    pub(super) all: Vec<Pair<'a>>,
    /// The prefixes of names that changed for several objects.
    pub(super) renames: Vec<Rename>,
}

/// An object on both sides, or on one side without a partner on the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    /// What happened to the object; `Changed` for all objects that both sides have, equal or not.
    pub(super) action: Action,
    pub(super) old: Option<Object<'a>>,
    pub(super) new: Option<Object<'a>>,
    /// The index of the object in [`Diff::objects`](super::Diff::objects), once it is known that it differs.
    pub(super) differing: Option<usize>,
}

/// An object without a partner of the same identity, and the number of its family.
#[derive(Clone, Copy, Debug)]
struct Unpaired<'a> {
    object: Object<'a>,
    family: usize,
}

/// Pairs of indexes in the lists of unpaired objects: removed, added.
type Indexes = Vec<(usize, usize)>;

/// Pairs the objects of two sides that are [in order](super::object::in_order).
pub(super) fn objects<'a>(old: &[Object<'a>], new: &[Object<'a>]) -> Pairs<'a> {
    let mut all = Vec::with_capacity(old.len().max(new.len()));
    let (removed, added) = same_identity(old, new, &mut all);
    let (mut removed, mut added) = same_families(removed, added, &mut all);
    let mut take =
        |found: Indexes, removed: &mut Vec<Unpaired<'a>>, added: &mut Vec<Unpaired<'a>>| {
            let renamed = found.iter().map(|(old, new)| {
                let sides = (&removed[*old].object, &added[*new].object);
                Pair::new(Action::Renamed, Some(sides.0), Some(sides.1))
            });
            all.extend(renamed);
            let (olds, news): (HashSet<usize>, HashSet<usize>) = found.into_iter().unzip();
            let mut places = 0..;
            removed.retain(|_| places.next().is_none_or(|place| !olds.contains(&place)));
            let mut places = 0..;
            added.retain(|_| places.next().is_none_or(|place| !news.contains(&place)));
        };
    take(same_body(&removed, &added), &mut removed, &mut added);
    let (found, renames) = renames::by_prefix(&removed, &added);
    take(found, &mut removed, &mut added);
    take(
        renames::by_similarity(&removed, &added),
        &mut removed,
        &mut added,
    );

    all.extend(removed.iter().map(|one| Pair::removed(&one.object)));
    all.extend(added.iter().map(|one| Pair::added(&one.object)));
    all.sort_by_key(|pair| (pair.new.or(pair.old).map(|one| one.order()), pair.action));
    Pairs { all, renames }
}

impl<'a> Pair<'a> {
    fn new(action: Action, old: Option<&Object<'a>>, new: Option<&Object<'a>>) -> Self {
        Self {
            action,
            old: old.copied(),
            new: new.copied(),
            differing: None,
        }
    }

    fn removed(old: &Object<'a>) -> Self {
        Self::new(Action::Removed, Some(old), None)
    }

    fn added(new: &Object<'a>) -> Self {
        Self::new(Action::Added, None, Some(new))
    }
}

/// Pairs objects of the same identity, and returns the others: removed, added.
fn same_identity<'a>(
    old: &[Object<'a>],
    new: &[Object<'a>],
    all: &mut Vec<Pair<'a>>,
) -> (Vec<Object<'a>>, Vec<Object<'a>>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut olds, mut news) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let first = match (olds.peek(), news.peek()) {
            (None, None) => return (removed, added),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.order().cmp(&new.order()),
        };
        match first {
            Ordering::Less => removed.extend(olds.next()),
            Ordering::Greater => added.extend(news.next()),
            Ordering::Equal => all.push(Pair::new(Action::Changed, olds.next(), news.next())),
        }
    }
}

/// Returns the objects that may be renames: those of families that both sides still have. The others are removed or
/// added.
fn same_families<'a>(
    removed: Vec<Object<'a>>,
    added: Vec<Object<'a>>,
    all: &mut Vec<Pair<'a>>,
) -> (Vec<Unpaired<'a>>, Vec<Unpaired<'a>>) {
    let families =
        |side: &[Object<'a>]| -> HashSet<Family<'a>> { side.iter().map(Object::family).collect() };
    let both = &families(&removed) & &families(&added);
    let numbers: HashMap<Family<'a>, usize> = both.into_iter().zip(0..).collect();
    let mut unpaired = |side: Vec<Object<'a>>, single: fn(&Object<'a>) -> Pair<'a>| {
        let mut unpaired = Vec::with_capacity(side.len());
        for object in side {
            match numbers.get(&object.family()) {
                Some(&family) => unpaired.push(Unpaired { object, family }),
                None => all.push(single(&object)),
            }
        }
        unpaired
    };
    (
        unpaired(removed, Pair::removed),
        unpaired(added, Pair::added),
    )
}

/// Pairs objects that differ only in their names. The whole objects are hashed only if their metadata are equal,
/// because most objects differ there.
fn same_body(removed: &[Unpaired<'_>], added: &[Unpaired<'_>]) -> Indexes {
    let heads = |side: &[Unpaired<'_>]| -> Vec<u64> { side.iter().map(metadata).collect() };
    let (olds, news) = (heads(removed), heads(added));
    let known: HashSet<u64> = olds.iter().copied().collect();
    let both: HashSet<u64> = news
        .iter()
        .copied()
        .filter(|head| known.contains(head))
        .collect();
    let alike = |heads: Vec<u64>| {
        heads
            .into_iter()
            .enumerate()
            .filter(|(_, head)| both.contains(head))
    };
    let mut bodies: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (place, head) in alike(olds) {
        let body = body(&removed[place], head);
        bodies.entry(body).or_default().push_back(place);
    }
    let found = alike(news).filter_map(|(place, head)| {
        let body = body(&added[place], head);
        Some((bodies.get_mut(&body)?.pop_front()?, place))
    });
    found.collect()
}

/// A hash of the family and of the metadata without the identity.
fn metadata(one: &Unpaired<'_>) -> u64 {
    let metadata = one.object.at(&["metadata"]).as_object();
    let hash = metadata.map(|metadata| hash_map(metadata, |key| !is_identity(key)));
    HASHES.hash_one((one.family, hash))
}

/// Whether a field of the metadata is part of the identity of an object.
fn is_identity(key: &str) -> bool {
    matches!(key, "name" | "namespace" | "uid")
}

/// A hash of an object without its identity; `head` is the hash of its metadata.
fn body(one: &Unpaired<'_>, head: u64) -> u64 {
    let object = &one.object.manifest.object;
    let rest = match object {
        Value::Object(root) => hash_map(root, |key| key != "metadata"),
        other => hash(other),
    };
    HASHES.hash_one((head, rest))
}
