//! A difference between two objects, and the path of the field that differs.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Attribution, Effect};
use crate::yaml::is_word;

/// The operation of a change, as in RFC 6902.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// Adds a value; in a list, before the element at that index.
    Add,
    /// Removes a value.
    Remove,
    /// Replaces a value by another one.
    Replace,
    /// Moves an element of a list to another index of the same list.
    Move,
}

impl Op {
    /// Its name in JSON: `add`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
            Self::Move => "move",
        }
    }
}

/// What kind of difference a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// The values differ.
    Value,
    /// A list has the same elements in another order.
    Order,
    /// The values are YAML or JSON documents in strings that mean the same and are written differently.
    Format,
    /// The values are strings that differ only in names of renamed objects ([`Rename`](super::Rename)).
    Renamed,
}

/// A difference between two objects. It may hold values of Secrets: only those of a [`Shown`](super::Shown) comparison
/// do not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The operation.
    pub op: Op,
    /// For a move, the JSON pointer (RFC 6901) of the element before the move.
    pub from: Option<String>,
    /// The field, for readers and rules.
    pub path: FieldPath,
    /// The field as a JSON pointer (RFC 6901) into the object as the changes before this one leave it.
    pub pointer: String,
    /// The value before, `None` for an addition. For a move, `old` and `new` are both the element.
    pub old: Option<Value>,
    /// The value after, `None` for a removal.
    pub new: Option<Value>,
    /// What kind of difference it is.
    pub class: Class,
    /// The effect in the cluster.
    pub effect: Effect,
    /// Where `old` and `new` are documents in strings (or base64 of such): the differences of the documents. Their
    /// paths begin at the object (`data["dynamic.yaml"] » http.routers`), their pointers at the root of the document.
    pub inside: Vec<Change>,
    /// The value of the user that made the change, where that is known.
    pub attribution: Option<Attribution>,
}

/// The path from an object to a field, as people read it: list elements by their keys, documents inside strings after
/// `»`. To apply a change, use [`Change::pointer`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<FieldStep>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldStep {
    /// The value of a key of a map.
    Key(Arc<str>),
    /// The element of a list with this key: `name=server`, `3000/TCP`.
    Element(Arc<str>),
    /// The element of a list at this index, where the elements have no keys: the index on the new side, or on the old
    /// side for an element that was removed.
    Index(usize),
    /// The document in a string.
    Document,
}

impl FieldPath {
    /// The keys of maps on the path, as `spec`, `template`, `spec`, `containers`, `image`.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            FieldStep::Key(key) => Some(&**key),
            _ => None,
        })
    }

    /// Whether this is the path of the field with these [`keys`](Self::keys), or of a field below it.
    pub fn is_below(&self, keys: &[&str]) -> bool {
        let mut own = self.keys();
        keys.iter().all(|key| own.next() == Some(*key))
    }
}

impl fmt::Display for FieldPath {
    /// Writes `spec.containers[name=server].ports[3000/TCP]` or `data["dynamic.yaml"] » http.routers`. Keys with dots
    /// and other special characters are in brackets, quoted as in JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (place, step) in self.0.iter().enumerate() {
            match step {
                FieldStep::Index(index) => write!(f, "[{index}]")?,
                FieldStep::Element(key) => write!(f, "[{key}]")?,
                FieldStep::Key(key) if !is_word(key) => {
                    write!(f, "[{}]", Value::from(&**key))?;
                }
                FieldStep::Key(key) if first => f.write_str(key)?,
                FieldStep::Key(key) => write!(f, ".{key}")?,
                FieldStep::Document if place + 1 == self.0.len() => f.write_str(" »")?,
                FieldStep::Document => f.write_str(" » ")?,
            }
            first = *step == FieldStep::Document;
        }
        Ok(())
    }
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> FieldStep {
        FieldStep::Key(key.into())
    }

    #[test]
    fn elements_are_in_brackets_and_documents_after_an_arrow() {
        let ports = FieldPath(vec![
            key("spec"),
            key("containers"),
            FieldStep::Element("name=server".into()),
            key("args"),
            FieldStep::Index(2),
        ]);
        assert_eq!(ports.to_string(), "spec.containers[name=server].args[2]");
        let router = FieldPath(vec![
            key("data"),
            key("dynamic.yaml"),
            FieldStep::Document,
            key("http"),
            key("a.b"),
        ]);
        assert_eq!(router.to_string(), r#"data["dynamic.yaml"] » http["a.b"]"#);
    }

    #[test]
    fn a_rule_about_a_field_sees_through_lists() {
        let image = FieldPath(vec![
            key("spec"),
            key("containers"),
            FieldStep::Element("name=server".into()),
            key("image"),
        ]);
        assert!(image.is_below(&["spec", "containers", "image"]));
        assert!(image.is_below(&["spec"]));
        assert!(!image.is_below(&["containers"]));
        assert!(!image.is_below(&["spec", "containers", "image", "tag"]));
    }
}
