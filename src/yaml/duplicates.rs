//! Keys that a map has more than once, for callers that note or refuse them.
//! It judges nothing: to Helm the last one silently wins.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::{Content, Node, is_merge, key};

/// A key that stands in a map for the second (or third …) time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The bytes of the first key.
    pub first: Range<usize>,
    /// The bytes of the repeated key.
    pub second: Range<usize>,
    /// What both mean: `yes` and `true` are the same key.
    pub key: String,
}

/// All repeated keys in a node, in the order of the text. Merge keys may repeat; what cannot be a key is left
/// to [`tree`](super::tree).
pub fn duplicates(node: &Node<'_>) -> Vec<Duplicate> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect(node: &Node<'_>, found: &mut Vec<Duplicate>) {
    match &node.content {
        Content::Scalar(_) => {}
        Content::List(items) => items.iter().for_each(|item| collect(item, found)),
        Content::Map(pairs) => {
            let mut seen: HashMap<Cow<'_, str>, &Range<usize>> =
                HashMap::with_capacity(pairs.len());
            for (name, value) in pairs {
                if let (false, Ok(key)) = (is_merge(name), key(name)) {
                    if let Some(&first) = seen.get(&key) {
                        found.push(Duplicate {
                            first: first.clone(),
                            second: name.range.clone(),
                            key: key.into_owned(),
                        });
                    } else {
                        seen.insert(key, &name.range);
                    }
                }
                collect(value, found);
            }
        }
        // What is shared is looked at once, where it is written.
        Content::Shared(shared) => {
            if !node.is_alias() {
                collect(shared, found);
            }
        }
    }
}
