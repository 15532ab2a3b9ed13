//! Where in a text a value stands.
//! It follows aliases, merge keys and the rule that later pairs win, and interprets no values.

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
    let mut key = None;
    let mut value = node;
    for step in &path.0 {
        (key, value) = below(value, step)?;
    }
    Some(Located {
        key: key.map(|key| key.range.clone()),
        value: value.range.clone(),
    })
}

/// The key and the value that one step leads to.
pub fn below<'n, 'a>(
    node: &'n Node<'a>,
    step: &Step,
) -> Option<(Option<&'n Node<'a>>, &'n Node<'a>)> {
    match (step, &node.target().content) {
        (Step::Key(wanted), Content::Map(pairs)) => {
            let (key, value) = entry(pairs, wanted)?;
            Some((Some(key), value))
        }
        (Step::Index(index), Content::List(items)) => Some((None, items.get(*index)?)),
        _ => None,
    }
}

/// The pair for `wanted` that wins: the last one, also among what merge keys bring in.
fn entry<'n, 'a>(
    pairs: &'n [(Node<'a>, Node<'a>)],
    wanted: &str,
) -> Option<&'n (Node<'a>, Node<'a>)> {
    pairs.iter().rev().find_map(|pair| {
        if is_merge(&pair.0) {
            let maps = merged(&pair.1).unwrap_or_default();
            maps.into_iter().find_map(|pairs| entry(pairs, wanted))
        } else {
            key(&pair.0).is_ok_and(|key| key == wanted).then_some(pair)
        }
    })
}
