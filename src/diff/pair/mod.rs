//! Which objects and which list elements of two sides correspond. It refuses to say what differs between them.
//! Every step is a look-up in a hash map: the time grows with the input, not with removed times added.
//!
//! Objects are paired by identity first; what is left may be a rename.

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

/// What corresponds.
#[derive(Debug)]
pub(super) struct Pairs<'a> {
    /// In the order of the objects; of a renamed one, that of its new name.
    pub(super) all: Vec<Pair<'a>>,
    /// Whole sets that got another name.
    pub(super) renames: Vec<Rename>,
}

/// An object on both sides, or on one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    /// What happened to it; an object that both sides have may be changed.
    pub(super) action: Action,
    pub(super) old: Option<Object<'a>>,
    pub(super) new: Option<Object<'a>>,
    /// Its place among the objects that differ, once that is known.
    pub(super) differing: Option<usize>,
}

/// An object that has no partner of its identity, and its family as a number.
#[derive(Clone, Copy, Debug)]
struct Left<'a> {
    object: Object<'a>,
    family: usize,
}

/// Places in the lists of what is left: old, new.
type Found = Vec<(usize, usize)>;

/// Pairs two sides, each in the order of its objects.
pub(super) fn objects<'a>(old: &[Object<'a>], new: &[Object<'a>]) -> Pairs<'a> {
    let mut all = Vec::with_capacity(old.len().max(new.len()));
    let (removed, added) = same_identity(old, new, &mut all);
    let (mut removed, mut added) = same_families(removed, added, &mut all);
    let mut take = |found: Found, removed: &mut Vec<Left<'a>>, added: &mut Vec<Left<'a>>| {
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
        renames::by_likeness(&removed, &added),
        &mut removed,
        &mut added,
    );

    all.extend(removed.iter().map(|left| Pair::removed(&left.object)));
    all.extend(added.iter().map(|left| Pair::added(&left.object)));
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

/// Pairs what has one identity, and gives back what has no partner.
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

/// Gives back what may have a partner under another name: objects of families that both sides still have. The others
/// go to the pairs.
fn same_families<'a>(
    removed: Vec<Object<'a>>,
    added: Vec<Object<'a>>,
    all: &mut Vec<Pair<'a>>,
) -> (Vec<Left<'a>>, Vec<Left<'a>>) {
    let families =
        |side: &[Object<'a>]| -> HashSet<Family<'a>> { side.iter().map(Object::family).collect() };
    let both = &families(&removed) & &families(&added);
    let numbers: HashMap<Family<'a>, usize> = both.into_iter().zip(0..).collect();
    let mut left = |side: Vec<Object<'a>>, alone: fn(&Object<'a>) -> Pair<'a>| {
        let mut left = Vec::with_capacity(side.len());
        for object in side {
            match numbers.get(&object.family()) {
                Some(&family) => left.push(Left { object, family }),
                None => all.push(alone(&object)),
            }
        }
        left
    };
    (left(removed, Pair::removed), left(added, Pair::added))
}

/// Objects that differ in their names alone. The metadata tell most objects apart: of the others alone, the whole
/// body is looked at.
fn same_body(removed: &[Left<'_>], added: &[Left<'_>]) -> Found {
    let heads = |side: &[Left<'_>]| -> Vec<u64> { side.iter().map(metadata).collect() };
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

/// A hash of the family and of all metadata but the identity.
fn metadata(left: &Left<'_>) -> u64 {
    let metadata = left.object.at(&["metadata"]).as_object();
    let hash = metadata.map(|metadata| hash_map(metadata, |key| !is_identity(key)));
    HASHES.hash_one((left.family, hash))
}

/// Whether a field of the metadata says which object it is, and nothing about it.
fn is_identity(key: &str) -> bool {
    matches!(key, "name" | "namespace" | "uid")
}

/// A hash of that and the rest.
fn body(left: &Left<'_>, head: u64) -> u64 {
    let object = &left.object.manifest.object;
    let rest = match object {
        Value::Object(root) => hash_map(root, |key| key != "metadata"),
        other => hash(other),
    };
    HASHES.hash_one((head, rest))
}
