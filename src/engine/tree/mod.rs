//! The tree that a template makes, in which `omit` is still a value, and how large it may be.
//! It converts to and from the values of the template engine and to the tree of a manifest. What is not data
//! (undefined values, functions, infinity) is an error.
//!
//! Lists and maps are shared, not copied: what a partial made is seen by all templates as it is, and put into their
//! trees as it is.
//!
//! Fuel limits how long the template engine works. The limits here are for what a single filter or operator makes at
//! once, and are checked before it is made. They are far above what Kubernetes accepts: etcd refuses an object of more
//! than 1.5 MiB (`--max-request-bytes`).

mod key;
mod scalar;
mod shared;
mod write;

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

pub(super) use key::Key;
pub(super) use scalar::Scalar;
pub(super) use shared::{Keyed, List, Pairs, is_same, pairs, tree as shared_tree};

/// Delimits the tokens of holes: the last private-use character, which no template needs.
pub(super) const MARK: char = '\u{10FFFD}';

/// Whether a text has the character [`MARK`] in it. Nearly all texts are ASCII, which is seen faster.
pub(super) fn has_mark(text: &str) -> bool {
    !text.is_ascii() && text.contains(MARK)
}

/// The longest text, in bytes.
pub(super) const LONGEST_TEXT: usize = 4 << 20;

/// The largest number of elements in a value, nested ones included.
const MOST_ELEMENTS: usize = 100_000;

/// Deeper values could overflow the stack. No manifest is nested as deeply.
const DEEPEST: usize = 256;

/// A tree from a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// Left out: the key or the list element disappears.
    Omit,
    Scalar(Scalar),
    List(Arc<List>),
    /// Pairs in order.
    Map(Arc<Keyed>),
}

/// The value of `omit` in templates (Ansible's word).
#[derive(Debug)]
pub(super) struct Omit;

impl Object for Omit {
    fn repr(self: &std::sync::Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

impl Tree {
    /// A list of trees.
    pub(super) fn list(trees: Vec<Tree>) -> Self {
        Self::List(Arc::new(List::new(trees)))
    }

    /// A map of trees.
    pub(super) fn map(pairs: Pairs) -> Self {
        Self::Map(Arc::new(Keyed::new(pairs)))
    }

    /// The tree of a manifest or of values.
    pub(super) fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Array(items) => {
                Self::list(items.iter().map(Self::from_json).collect())
            }
            serde_json::Value::Object(map) => Self::map(
                map.iter()
                    .map(|(key, json)| (Key::from(key.as_str()), Self::from_json(json)))
                    .collect(),
            ),
            scalar => Self::Scalar(Scalar::from(scalar)),
        }
    }

    /// The same, with the parts of a known tree wherever they are what the JSON is, keys in the same order.
    pub(super) fn from_json_like(json: &serde_json::Value, known: &Self) -> Self {
        match (json, known) {
            _ if known.is_json(json) => known.clone(),
            (serde_json::Value::Object(map), Self::Map(known)) => {
                let pairs = map.iter().map(|(key, json)| {
                    let tree = match known.get(key) {
                        Some(known) => Self::from_json_like(json, known),
                        None => Self::from_json(json),
                    };
                    (Key::from(key.as_str()), tree)
                });
                Self::map(pairs.collect())
            }
            _ => Self::from_json(json),
        }
    }

    /// The tree of a value. If a part of it is undefined, the error names that part.
    pub(super) fn of(value: &Value) -> Result<Self, Error> {
        Self::counted(value).map(|(tree, _)| tree)
    }

    /// The tree of a value, and the number of its elements.
    pub(super) fn counted(value: &Value) -> Result<(Self, usize), Error> {
        let mut elements = 0;
        Self::at_depth(value, 0, &mut elements).map(|tree| (tree, elements))
    }

    fn at_depth(value: &Value, depth: usize, elements: &mut usize) -> Result<Self, Error> {
        if depth > DEEPEST {
            return Err(invalid("the value is nested too deeply"));
        }
        if let Some(tree) = shared::tree(value)
            && let Some(size) = tree.size()
        {
            if depth + size.depth > DEEPEST {
                return Err(invalid("the value is nested too deeply"));
            }
            count(elements, size.elements)?;
            return Ok(tree);
        }
        count(elements, 1)?;
        Ok(match value.kind() {
            ValueKind::Undefined | ValueKind::Invalid => return Err(unusable(value)),
            ValueKind::None | ValueKind::Bool => Self::Scalar(Scalar::same(value)),
            ValueKind::Number => Self::Scalar(Scalar::number(value)?),
            ValueKind::String => {
                let text = value.as_str().unwrap_or_default();
                check_length(text.len())?;
                if holds_token(text) {
                    return Err(invalid(
                        "text that was captured by a macro, a call or a set block cannot hold values: use an expression",
                    ));
                }
                Self::Scalar(Scalar::same(value))
            }
            ValueKind::Bytes => {
                let text = std::str::from_utf8(value.as_bytes().unwrap_or_default());
                let text = text.map_err(|_| {
                    invalid("bytes that are not UTF-8 text cannot be written as YAML")
                })?;
                Self::Scalar(Scalar::text(text))
            }
            ValueKind::Seq | ValueKind::Iterable => Self::list(
                value
                    .try_iter()?
                    .map(|element| Self::at_depth(&element, depth + 1, elements))
                    .collect::<Result<_, _>>()?,
            ),
            ValueKind::Map => {
                let mut pairs = pairs(value.len().unwrap_or_default().min(MOST_ELEMENTS));
                let all = value.as_object();
                let all = all.and_then(minijinja::value::DynObject::try_iter_pairs);
                for (key, element) in all.into_iter().flatten() {
                    let key = key_of(&key)?;
                    pairs.insert(key, Self::at_depth(&element, depth + 1, elements)?);
                }
                Self::map(pairs)
            }
            _ if value.downcast_object_ref::<Omit>().is_some() => Self::Omit,
            _ => {
                return Err(invalid(format!(
                    "a {} is not data that a manifest could hold",
                    value.kind()
                )));
            }
        })
    }

    /// The tree of a manifest, without what is omitted; none if everything is.
    pub(super) fn into_json(self) -> Option<serde_json::Value> {
        match self {
            Self::Omit => None,
            Self::Scalar(scalar) => Some(scalar.to_json()),
            Self::List(list) => Some(match Arc::try_unwrap(list) {
                Ok(list) => list.into_json(),
                Err(shared) => shared.to_json(),
            }),
            Self::Map(map) => Some(match Arc::try_unwrap(map) {
                Ok(map) => map.into_json(),
                Err(shared) => shared.to_json(),
            }),
        }
    }

    /// The same of a tree that others need too.
    fn to_json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Omit => None,
            Self::Scalar(scalar) => Some(scalar.to_json()),
            Self::List(list) => Some(list.to_json()),
            Self::Map(map) => Some(map.to_json()),
        }
    }

    /// The key of a mapping; none if it is not text, a number or a boolean.
    pub(super) fn key(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Scalar(scalar) => scalar.key(),
            Self::Omit | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The value that templates see, `omit` included.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Omit => Value::from_object(Omit),
            Self::Scalar(scalar) => scalar.into_value(),
            Self::List(list) => Value::from_dyn_object(list),
            Self::Map(map) => Value::from_dyn_object(map),
        }
    }
}

/// A JSON tree as templates see it.
pub(super) fn json_value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::String(text) => Value::from(text.as_str()),
        other => Value::from(minijinja::value::Serde(other)),
    }
}

/// The key of a mapping that a value is: `8` is `"8"`, `true` is `"true"`.
fn key_of(key: &Value) -> Result<Key, Error> {
    match key.kind() {
        ValueKind::String => Ok(Key::from(key.as_str().unwrap_or_default())),
        ValueKind::Number => Ok(Key::from(key.to_string().as_str())),
        ValueKind::Bool => Ok(Key::from(if key.is_true() { "true" } else { "false" })),
        ValueKind::Undefined | ValueKind::Invalid => Err(unusable(key)),
        kind => Err(invalid(format!("{kind} cannot be a key"))),
    }
}

/// The error for an undefined or invalid value. It knows the name of the value in the template.
pub(super) fn unusable(value: &Value) -> Error {
    value
        .get_attr("value")
        .err()
        .unwrap_or_else(|| Error::from(ErrorKind::UndefinedError))
}

/// An error with this message.
pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

/// Whether a text that a macro, a call or a set block captured has the token of a hole in it.
fn holds_token(text: &str) -> bool {
    has_mark(text)
        && text
            .split_once(MARK)
            .and_then(|(_, rest)| rest.split_once(MARK))
            .is_some_and(|(number, _)| {
                !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
            })
}

/// A text that is being built, within the limit.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn push(&mut self, text: &str) -> Result<(), Error> {
        check_length(self.0.len().saturating_add(text.len()))?;
        self.0.push_str(text);
        Ok(())
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Checks the length of a text before it is made.
pub(super) fn check_length(bytes: usize) -> Result<(), Error> {
    if bytes > LONGEST_TEXT {
        return Err(invalid(format!(
            "the text is longer than {} MiB",
            LONGEST_TEXT >> 20
        )));
    }
    Ok(())
}

/// Checks the length of a value that is text.
pub(super) fn check_text(value: &Value) -> Result<(), Error> {
    value
        .as_str()
        .map_or(Ok(()), |text| check_length(text.len()))
}

/// Counts more elements of a value.
pub(super) fn count(elements: &mut usize, more: usize) -> Result<(), Error> {
    *elements += more;
    if *elements > MOST_ELEMENTS {
        return Err(invalid(format!(
            "the value has more than {MOST_ELEMENTS} elements"
        )));
    }
    Ok(())
}

/// Checks the number of elements that a filter makes.
pub(super) fn check_count(elements: usize) -> Result<(), Error> {
    if elements > MOST_ELEMENTS {
        return Err(invalid(format!(
            "the filter makes more than {MOST_ELEMENTS} elements"
        )));
    }
    Ok(())
}

/// Charges a template for reading elements what the filters of minijinja charge: half a step for each.
pub(super) fn charge(state: &State<'_, '_>, elements: usize) -> Result<(), Error> {
    state.consume_fuel(elements as u64 / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_of_values_stays_what_it_is() {
        let json = json!({"b": [1, 2.5, -3, u64::MAX, null, true, "x"], "a": {}});
        let tree = Tree::of(&json_value(&json)).ok();
        assert_eq!(tree.and_then(Tree::into_json), Some(json));
    }

    #[test]
    fn what_is_known_is_shared_and_nothing_else() {
        let known = json!({"a": {"x": 1, "y": [2]}, "b": {"z": {}}, "c": "d"});
        let tree = Tree::from_json(&known);
        for other in [
            known.clone(),
            json!({"a": {"x": 1, "y": [2]}, "b": {"z": {"new": 1}}, "c": 1}),
            json!({"a": {"y": [2], "x": 1}, "new": {}, "b": null}),
            json!([]),
        ] {
            let made = Tree::from_json_like(&other, &tree);
            // As text, since trees with the same pairs in another order are equal.
            let text = made.clone().into_json().map(|json| json.to_string());
            assert_eq!(text, Some(other.to_string()));
            let part = |tree: &Tree| match tree {
                Tree::Map(map) => map.get("a").cloned(),
                _ => None,
            };
            if let (Some(Tree::Map(old)), Some(Tree::Map(new))) = (part(&tree), part(&made)) {
                let texts = [&other["a"], &known["a"]].map(ToString::to_string);
                assert_eq!(Arc::ptr_eq(&old, &new), texts[0] == texts[1]);
            }
        }
    }

    #[test]
    fn omit_leaves_out_keys_and_elements() {
        let list = Tree::list(vec![Tree::Omit, Tree::from_json(&json!(1))]);
        let pairs = [(Key::from("a"), Tree::Omit), (Key::from("b"), list)];
        let tree = Tree::map(Pairs::from_iter(pairs));
        assert_eq!(tree.clone().into_json(), Some(json!({"b": [1]})));
        assert_eq!(Tree::of(&tree.clone().into_value()).ok(), Some(tree));
    }

    #[test]
    fn a_float_without_fraction_is_an_integer() {
        let tree = |value| Tree::of(&value).ok().and_then(Tree::into_json);
        assert_eq!(tree(Value::from(3.0)), Some(json!(3)));
        assert_eq!(tree(Value::from(1e300)), Some(json!(1e300)));
        assert_eq!(tree(Value::from(f64::INFINITY)), None);
    }
}
