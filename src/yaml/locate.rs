//! The places of values in a text.
//! It follows aliases, merge keys and the rule that later pairs win, and interprets no values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::tree::merged;
use super::{Content, Node, Path, Step, is_merge, key};

/// The place of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The key; `None` for list elements and the root.
    pub key: Option<Range<usize>>,
    /// The value; where it is an alias, the alias.
    pub value: Range<usize>,
}

/// The entry of `node` at `path` that [`tree`](super::tree) would take, or `None` if there is none.
pub fn locate(node: &Node<'_>, path: &Path) -> Option<Located> {
    Index::default().locate(node, path)
}

/// The key and the value that one step leads to.
pub fn below<'n, 'a>(
    node: &'n Node<'a>,
    step: &Step,
) -> Option<(Option<&'n Node<'a>>, &'n Node<'a>)> {
    Index::default().below(node, step)
}

/// Remembers where the keys of large maps are, for many questions about one tree: it must not be asked about another
/// one. Each map is looked through once, when its second question comes.
#[derive(Debug, Default)]
pub struct Index {
    /// By the place of a map's pairs in memory; none after the first question.
    maps: RefCell<HashMap<usize, Option<Keys>>>,
}

/// The keys of one map.
#[derive(Debug)]
struct Keys {
    /// The last pair with each key.
    last: HashMap<String, usize>,
    /// The merge keys, in order.
    merges: Vec<usize>,
}

impl Index {
    /// Smaller maps are looked through faster than they are remembered.
    const SMALL: usize = 16;

    /// As [`locate`].
    pub fn locate(&self, node: &Node<'_>, path: &Path) -> Option<Located> {
        let mut key = None;
        let mut value = node;
        for step in &path.0 {
            (key, value) = self.below(value, step)?;
        }
        Some(Located {
            key: key.map(|key| key.range.clone()),
            value: value.range.clone(),
        })
    }

    /// As [`below`].
    pub fn below<'n, 'a>(
        &self,
        node: &'n Node<'a>,
        step: &Step,
    ) -> Option<(Option<&'n Node<'a>>, &'n Node<'a>)> {
        match (step, &node.target().content) {
            (Step::Key(wanted), Content::Map(pairs)) => {
                let (key, value) = self.entry(pairs, wanted)?;
                Some((Some(key), value))
            }
            (Step::Index(index), Content::List(items)) => Some((None, items.get(*index)?)),
            _ => None,
        }
    }

    fn is_asked_first(&self, pairs: &[(Node<'_>, Node<'_>)]) -> bool {
        let mut maps = self.maps.borrow_mut();
        let is_first = !maps.contains_key(&address(pairs));
        maps.entry(address(pairs)).or_default();
        is_first
    }

    /// The pair for `wanted` that wins: the last one, also among what merge keys bring in.
    fn entry<'n, 'a>(
        &self,
        pairs: &'n [(Node<'a>, Node<'a>)],
        wanted: &str,
    ) -> Option<&'n (Node<'a>, Node<'a>)> {
        let merged_in = |place: usize| {
            let maps = merged(&pairs[place].1).unwrap_or_default();
            maps.into_iter().find_map(|pairs| self.entry(pairs, wanted))
        };
        if pairs.len() <= Self::SMALL || self.is_asked_first(pairs) {
            return pairs.iter().enumerate().rev().find_map(|(place, pair)| {
                if is_merge(&pair.0) {
                    merged_in(place)
                } else {
                    key(&pair.0).is_ok_and(|key| key == wanted).then_some(pair)
                }
            });
        }
        let (last, merges) = {
            let mut maps = self.maps.borrow_mut();
            let keys = maps.entry(address(pairs)).or_default();
            let keys = keys.get_or_insert_with(|| Keys::of(pairs));
            let last = keys.last.get(wanted).copied();
            let behind = |place: &&usize| last.is_none_or(|last| **place > last);
            let merges: Vec<usize> = keys
                .merges
                .iter()
                .rev()
                .take_while(behind)
                .copied()
                .collect();
            (last, merges)
        };
        let found = merges.into_iter().find_map(merged_in);
        found.or_else(|| last.and_then(|last| pairs.get(last)))
    }
}

fn address(pairs: &[(Node<'_>, Node<'_>)]) -> usize {
    pairs.as_ptr() as usize
}

impl Keys {
    fn of(pairs: &[(Node<'_>, Node<'_>)]) -> Self {
        let mut keys = Self {
            last: HashMap::with_capacity(pairs.len()),
            merges: Vec::new(),
        };
        for (place, (name, _)) in pairs.iter().enumerate() {
            if is_merge(name) {
                keys.merges.push(place);
            } else if let Ok(name) = key(name) {
                keys.last.insert(name.into_owned(), place);
            }
        }
        keys
    }
}
