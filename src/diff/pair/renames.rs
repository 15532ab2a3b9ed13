//! Objects under another name: sets whose names begin otherwise now, and single objects that are mostly alike.
//! No object is compared with every other one.

use std::cmp::Reverse;
use std::hash::BuildHasher;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use serde_json::Value;

use super::{Found, Left, is_identity};
use crate::diff::Rename;
use crate::diff::tree::HASHES;

/// How many objects must share a new beginning.
const ENOUGH: usize = 3;

/// How many objects may end alike and still say something.
const ENDINGS: usize = 32;

/// How many new beginnings are tried.
const TRIED: usize = 64;

/// The objects that were renamed as sets, and from what to what, the largest set first.
pub(super) fn by_prefix(removed: &[Left<'_>], added: &[Left<'_>]) -> (Found, Vec<Rename>) {
    let mut free: Vec<(usize, &Left<'_>)> = removed.iter().enumerate().collect();
    let mut names: HashMap<(usize, &str), usize> = added
        .iter()
        .enumerate()
        .map(|(place, left)| ((left.family, left.object.name_or_prefix()), place))
        .collect();
    let mut pairs = Vec::new();
    let mut renames = Vec::new();
    for (old, new) in shared(removed, added).into_iter().take(TRIED) {
        let found: Found = free
            .iter()
            .filter_map(|(place, left)| {
                let name = format!("{new}{}", left.object.name_or_prefix().strip_prefix(old)?);
                let partner = names.get(&(left.family, name.as_str()))?;
                Some((*place, *partner))
            })
            .collect();
        // Others may have taken what voted for it. Fewer are believed where the same beginning is known to have
        // changed: a release's name is a part of its fullname.
        let known = |rename: &Rename| old.starts_with(&rename.old) && new.starts_with(&rename.new);
        if found.is_empty() || found.len() < ENOUGH && !renames.iter().any(known) {
            continue;
        }
        renames.push(Rename {
            old: old.to_owned(),
            new: new.to_owned(),
            objects: found.len(),
        });
        let olds: HashSet<usize> = found.iter().map(|pair| pair.0).collect();
        let news: HashSet<usize> = found.iter().map(|pair| pair.1).collect();
        free.retain(|(place, _)| !olds.contains(place));
        names.retain(|_, place| !news.contains(place));
        pairs.extend(found);
    }
    (pairs, renames)
}

/// The beginnings of names with the same end: on the old side, on the new side.
type Starts<'a> = (Vec<&'a str>, Vec<&'a str>);

/// New beginnings that objects share: what is before an end that both names have. What most share comes
/// first; where several are shared by as many, the shortest one, which stands in most other texts too.
fn shared<'a>(removed: &[Left<'a>], added: &[Left<'a>]) -> Vec<(&'a str, &'a str)> {
    let mut ends: HashMap<(usize, &'a str), Starts<'a>> = HashMap::new();
    for left in removed {
        for (start, end) in cuts(left.object.name_or_prefix()) {
            ends.entry((left.family, end)).or_default().0.push(start);
        }
    }
    for left in added {
        for (start, end) in cuts(left.object.name_or_prefix()) {
            if let Some(starts) = ends.get_mut(&(left.family, end)) {
                starts.1.push(start);
            }
        }
    }
    // How many share it, and whether one of them has an end of its own: whole names prove nothing.
    let mut votes: HashMap<(&'a str, &'a str), (usize, bool)> = HashMap::new();
    for ((_, end), (olds, news)) in &ends {
        if olds.len() <= ENDINGS && news.len() <= ENDINGS {
            for old in olds {
                for new in news.iter().filter(|new| *new != old) {
                    let (count, proven) = votes.entry((old, new)).or_default();
                    *count += 1;
                    *proven |= !end.is_empty();
                }
            }
        }
    }
    let mut all: Vec<_> = votes
        .into_iter()
        .filter(|(_, (_, proven))| *proven)
        .map(|((old, new), (count, _))| (Reverse(count), old.len() + new.len(), (old, new)))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, _, pair)| pair).collect()
}

/// A name cut in two before each of its dashes, and behind its end.
fn cuts(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let dashes = name.match_indices('-').map(|(place, _)| place);
    dashes
        .filter(|place| *place > 0)
        .chain([name.len()])
        .map(|place| name.split_at(place))
}

/// Whether a text becomes another one by putting new beginnings of names in the place of old ones.
pub(in crate::diff) fn follows(old: &str, new: &str, renames: &[Rename]) -> bool {
    if renames.is_empty() {
        return false;
    }
    // Where several fit, each is tried; what was tried is not tried again.
    let mut open = vec![(old, new, false)];
    let mut tried = HashSet::new();
    'open: while let Some((mut rest, mut wanted, renamed)) = open.pop() {
        while let Some(c) = rest.chars().next() {
            for rename in renames {
                if let Some(behind) = rest.strip_prefix(rename.old.as_str())
                    && let Some(then) = wanted.strip_prefix(rename.new.as_str())
                    && tried.insert((behind.len(), then.len()))
                {
                    open.push((behind, then, true));
                }
            }
            let Some(then) = wanted.strip_prefix(c) else {
                continue 'open;
            };
            (rest, wanted) = (&rest[c.len_utf8()..], then);
        }
        if renamed && wanted.is_empty() {
            return true;
        }
    }
    false
}

/// Objects that share a leaf beyond which it says nothing.
const HOLDERS: usize = 32;

/// The part of all leaves that must be shared, in percent.
const ALIKE: usize = 60;

/// Pairs of old and new places, the most alike first.
pub(super) fn by_likeness(removed: &[Left<'_>], added: &[Left<'_>]) -> Found {
    let olds: Vec<Vec<u64>> = removed.iter().map(leaves).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, leaves) in olds.iter().enumerate() {
        for leaf in leaves {
            let holders = holders.entry(*leaf).or_default();
            if holders.len() <= HOLDERS {
                holders.push(index);
            }
        }
    }
    let mut found = Vec::new();
    for (new, left) in added.iter().enumerate() {
        let leaves = leaves(left);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for leaf in &leaves {
            let holders = holders.get(leaf).filter(|holders| holders.len() <= HOLDERS);
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
    let root = left.object.manifest.object.as_object();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_follows_a_rename_where_only_names_differ() {
        let renames = [Rename {
            old: "swanlab".to_owned(),
            new: "prod".to_owned(),
            objects: 3,
        }];
        let follows = |old, new| follows(old, new, &renames);
        assert!(follows(
            "http://swanlab-server.default:3000",
            "http://prod-server.default:3000"
        ));
        assert!(follows("img/swanlab:1 swanlab-a", "img/swanlab:1 prod-a"));
        assert!(!follows("swanlab-server", "prod-house"));
        assert!(!follows("same", "same"));
        assert!(!follows("swanlab", "prod-more"));
        assert!(follows("swanlab swanlab swanlab", "prod swanlab prod"));
    }
}
