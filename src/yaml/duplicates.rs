//! Keys that a map has more than once, for callers that note or refuse them.
//! It judges nothing: to Helm the last one silently wins.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::{Content, Node, Path, Step, is_merge, key};

/// A key that stands in a map for the second (or third …) time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The bytes of the first key.
    pub first: Range<usize>,
    /// The bytes of the repeated key.
    pub second: Range<usize>,
    /// The way to it; the last step is what both mean: `yes` and `true` are the same key.
    pub path: Path,
}

/// All repeated keys in a node, in the order of the text. Merge keys may repeat; what cannot be a key is left
/// to [`tree`](super::tree).
pub fn duplicates(node: &Node<'_>) -> Vec<Duplicate> {
    let mut found = Vec::new();
    collect(node, &mut Vec::new(), &mut found);
    found
}

fn collect(node: &Node<'_>, walked: &mut Vec<Step>, found: &mut Vec<Duplicate>) {
    match &node.content {
        Content::Scalar(_) => {}
        Content::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walked.push(Step::Index(index));
                collect(item, walked, found);
                walked.pop();
            }
        }
        Content::Map(pairs) => {
            let mut seen: HashMap<Cow<'_, str>, &Range<usize>> =
                HashMap::with_capacity(pairs.len());
            for (name, value) in pairs {
                let key = key(name).ok();
                let step = key.clone().unwrap_or_default().into_owned();
                walked.push(Step::Key(step));
                if let (false, Some(key)) = (is_merge(name), key) {
                    if let Some(&first) = seen.get(&key) {
                        found.push(Duplicate {
                            first: first.clone(),
                            second: name.range.clone(),
                            path: Path(walked.clone()),
                        });
                    } else {
                        seen.insert(key, &name.range);
                    }
                }
                collect(value, walked, found);
                walked.pop();
            }
        }
        // What is shared is looked at once, where it is written.
        Content::Shared(shared) => {
            if !node.is_alias() {
                collect(shared, walked, found);
            }
        }
    }
}
