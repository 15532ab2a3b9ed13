//! Pairs objects that have another name: sets of objects whose names have a new prefix, and single objects that are
//! similar. No object is compared with every other one.

use std::cmp::Reverse;
use std::hash::BuildHasher;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use serde_json::Value;

use super::{Indexes, Unpaired, is_identity};
use crate::diff::Rename;
use crate::diff::tree::HASHES;

/// The least number of objects that must share a new prefix.
const ENOUGH: usize = 3;

/// A suffix that more objects share than this is ignored.
const MOST_WITH_SUFFIX: usize = 32;

/// The greatest number of new prefixes that are tried.
const TRIED: usize = 64;

/// Pairs objects whose names have a new prefix, and returns the prefixes. It looks only at names, and accepts a new
/// prefix only if several objects share it. The prefix of the most objects comes first.
pub(super) fn by_prefix(
    removed: &[Unpaired<'_>],
    added: &[Unpaired<'_>],
) -> (Indexes, Vec<Rename>) {
    let mut free: Vec<(usize, &Unpaired<'_>)> = removed.iter().enumerate().collect();
    let mut names: HashMap<(usize, &str), usize> = added
        .iter()
        .enumerate()
        .map(|(place, one)| ((one.family, one.object.name_or_prefix()), place))
        .collect();
    let mut pairs = Vec::new();
    let mut renames = Vec::new();
    for (old, new) in shared(removed, added).into_iter().take(TRIED) {
        let found: Indexes = free
            .iter()
            .filter_map(|(place, one)| {
                let name = format!("{new}{}", one.object.name_or_prefix().strip_prefix(old)?);
                let partner = names.get(&(one.family, name.as_str()))?;
                Some((*place, *partner))
            })
            .collect();
        // Other renames may have taken some of its objects. Fewer than ENOUGH are accepted if a shorter prefix is known
        // to have changed in the same way: the name of a release is a part of its fullname.
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

/// The prefixes of names with the same suffix: on the old side, on the new side.
type Prefixes<'a> = (Vec<&'a str>, Vec<&'a str>);

/// The changes of prefixes that may have renamed objects: pairs of an old and a new prefix of names with the same
/// suffix. Those of the most objects come first, and of those the shortest, which is also in other texts most often.
fn shared<'a>(removed: &[Unpaired<'a>], added: &[Unpaired<'a>]) -> Vec<(&'a str, &'a str)> {
    let mut suffixes: HashMap<(usize, &'a str), Prefixes<'a>> = HashMap::new();
    for one in removed {
        for (prefix, suffix) in splits(one.object.name_or_prefix()) {
            suffixes
                .entry((one.family, suffix))
                .or_default()
                .0
                .push(prefix);
        }
    }
    for one in added {
        for (prefix, suffix) in splits(one.object.name_or_prefix()) {
            if let Some(prefixes) = suffixes.get_mut(&(one.family, suffix)) {
                prefixes.1.push(prefix);
            }
        }
    }
    // The number of objects, and whether one has a suffix: if all are whole names, nothing shows that they belong
    // together.
    let mut votes: HashMap<(&'a str, &'a str), (usize, bool)> = HashMap::new();
    for ((_, suffix), (olds, news)) in &suffixes {
        if olds.len() <= MOST_WITH_SUFFIX && news.len() <= MOST_WITH_SUFFIX {
            for old in olds {
                for new in news.iter().filter(|new| *new != old) {
                    let (count, proven) = votes.entry((old, new)).or_default();
                    *count += 1;
                    *proven |= !suffix.is_empty();
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

/// The ways to split a name into prefix and suffix: before each hyphen, and at the end.
fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let dashes = name.match_indices('-').map(|(place, _)| place);
    dashes
        .filter(|place| *place > 0)
        .chain([name.len()])
        .map(|place| name.split_at(place))
}

/// Whether one text becomes the other if old prefixes of names in it are replaced by new ones.
pub(in crate::diff) fn follows(old: &str, new: &str, renames: &[Rename]) -> bool {
    if renames.is_empty() {
        return false;
    }
    // If several prefixes fit, each is tried, and each state only once.
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

/// A leaf that more objects have than this is ignored.
const MOST_WITH_LEAF: usize = 32;

/// The percentage of leaves that two objects must share to be similar.
const SIMILAR: usize = 60;

/// Pairs objects of the same family that share most of their leaves, the most similar first.
pub(super) fn by_similarity(removed: &[Unpaired<'_>], added: &[Unpaired<'_>]) -> Indexes {
    let olds: Vec<Vec<u64>> = removed.iter().map(leaves).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, leaves) in olds.iter().enumerate() {
        for leaf in leaves {
            let holders = holders.entry(*leaf).or_default();
            if holders.len() <= MOST_WITH_LEAF {
                holders.push(index);
            }
        }
    }
    let mut found = Vec::new();
    for (new, one) in added.iter().enumerate() {
        let leaves = leaves(one);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for leaf in &leaves {
            let holders = holders
                .get(leaf)
                .filter(|holders| holders.len() <= MOST_WITH_LEAF);
            for old in holders.into_iter().flatten() {
                *shared.entry(*old).or_default() += 1;
            }
        }
        for (old, shared) in shared {
            let all = olds[old].len() + leaves.len() - shared;
            let percent = shared * 100 / all;
            if percent >= SIMILAR {
                found.push((percent, old, new));
            }
        }
    }
    // Both lists are sorted by name, so equally similar objects are paired in the order of their names.
    found.sort_by_key(|(percent, old, new)| (100 - percent, *old, *new));
    let (mut taken_old, mut taken_new) = (HashSet::new(), HashSet::new());
    found.retain(|(_, old, new)| {
        let free = !taken_old.contains(old) && !taken_new.contains(new);
        free && taken_old.insert(*old) && taken_new.insert(*new)
    });
    found.into_iter().map(|(_, old, new)| (old, new)).collect()
}

/// Hashes of the leaves of an object, each with its path, without the identity of the object. Objects of different
/// families share none.
fn leaves(one: &Unpaired<'_>) -> Vec<u64> {
    let mut found = Vec::new();
    let root = one.object.manifest.object.as_object();
    let is_content = |key: &str| !matches!(key, "apiVersion" | "kind");
    for (key, value) in root
        .into_iter()
        .flatten()
        .filter(|(key, _)| is_content(key))
    {
        let path = HASHES.hash_one((one.family, key));
        match value {
            Value::Object(metadata) if key == "metadata" => {
                for (key, value) in metadata.iter().filter(|(key, _)| !is_identity(key)) {
                    collect(value, HASHES.hash_one((path, key)), &mut found);
                }
            }
            _ => collect(value, path, &mut found),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(value: &Value, path: u64, found: &mut Vec<u64>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, HASHES.hash_one((path, key)), found);
            }
        }
        // The index in a list is not part of the path, because elements may have moved.
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        scalar => found.push(HASHES.hash_one((path, scalar))),
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
