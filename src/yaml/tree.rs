//! Helm's meaning of a node: keys are strings, the last of equal keys wins, merge keys are merged in place.
//! It drops positions and does not report what it overwrites.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Map, Value};

use super::{Content, Error, Node, Path, Step, is_merge, key, scalar};

/// The value that a node means to Helm.
///
/// # Errors
/// A scalar or key that Helm refuses ([`scalar`], [`key`]), and a merge key whose value is no map.
pub fn tree(node: &Node<'_>) -> Result<Value, Error> {
    build(node, &mut false)
}

/// The same, and whether some key was overwritten by a later pair, so that it is worth asking for the
/// [`duplicates`](super::duplicates). A merge key may have brought it in.
pub fn tree_and_overwritten(node: &Node<'_>) -> Result<(Value, bool), Error> {
    let mut overwritten = false;
    let tree = build(node, &mut overwritten)?;
    Ok((tree, overwritten))
}

fn build(node: &Node<'_>, overwritten: &mut bool) -> Result<Value, Error> {
    match &node.content {
        Content::Scalar(text) => scalar(text, &node.range),
        Content::List(items) => items
            .iter()
            .map(|item| build(item, overwritten))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        Content::Map(pairs) => {
            let mut map = Map::with_capacity(pairs.len());
            insert(pairs, &mut map, overwritten)?;
            Ok(Value::Object(map))
        }
        Content::Shared(shared) => build(shared, overwritten),
    }
}

/// Puts pairs into a map in their order, so that whatever comes later wins, merge keys included.
fn insert(
    pairs: &[(Node<'_>, Node<'_>)],
    map: &mut Map<String, Value>,
    overwritten: &mut bool,
) -> Result<(), Error> {
    for (name, value) in pairs {
        if is_merge(name) {
            // The first map of a list wins, so it is put in last.
            for pairs in merged(value)?.into_iter().rev() {
                insert(pairs, map, overwritten)?;
            }
        } else {
            let before = map.insert(key(name)?.into_owned(), build(value, overwritten)?);
            *overwritten |= before.is_some();
        }
    }
    Ok(())
}

/// The maps that the value of a merge key names, in the order written.
pub(super) fn merged<'n, 'a>(
    value: &'n Node<'a>,
) -> Result<Vec<&'n [(Node<'a>, Node<'a>)]>, Error> {
    let map = |node: &'n Node<'a>| match &node.target().content {
        Content::Map(pairs) => Ok(pairs.as_slice()),
        _ => Err(
            Error::new("only maps can be merged with `<<`", node.range.clone())
                .help("give it a map, an alias of one, or a list of those"),
        ),
    };
    match &value.target().content {
        // Helm takes a list as written here, no alias of one.
        Content::List(items) if !value.is_alias() => items.iter().map(map).collect(),
        _ => Ok(vec![map(value)?]),
    }
}

/// A duplicate key in a map.
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
