//! One difference between two objects, and the way to the field that differs as people read it: list elements by their
//! keys, documents inside strings behind `»`.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::{Effect, Origin};
use crate::yaml::is_word;

/// What a change does, as in RFC 6902.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// Puts a value where none is; in a list, before the element that is there.
    Add,
    /// Takes a value away.
    Remove,
    /// Puts another value in the place of one.
    Replace,
    /// Takes a list's element out and puts it back elsewhere in the same list.
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

/// How much a change is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The value is another one.
    Value,
    /// A list has the same elements in another order.
    Order,
    /// A document inside a string means the same and is spelled otherwise: its bytes differ.
    Format,
    /// A text differs only in names that a [`Rename`] changed.
    Renamed,
}

/// One difference between two objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it does.
    pub op: Op,
    /// For a move, the JSON pointer (RFC 6901) of the element before it.
    pub from: Option<String>,
    /// The field, for people and rules.
    pub path: FieldPath,
    /// The field as a JSON pointer (RFC 6901) into the object as changed so far.
    pub pointer: String,
    /// The value before; none for an addition. A move has the element on both sides.
    pub old: Option<Value>,
    /// The value after; none for a removal.
    pub new: Option<Value>,
    /// How much it is a change.
    pub class: Class,
    /// What the cluster does about it.
    pub effect: Effect,
    /// Where `old` and `new` are strings that hold documents (or base64 of such): what differs inside, with
    /// paths from the object (`data["dynamic.yaml"] » http.routers`) and pointers from the document's root.
    pub inside: Vec<Change>,
    /// The value that made the change, where that is known.
    pub origin: Option<Origin>,
}

/// The way from an object to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<FieldStep>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldStep {
    /// Into a map.
    Key(Arc<str>),
    /// Into a list whose elements have a key: `name=server`, `3000/TCP`.
    Element(Arc<str>),
    /// Into a list whose elements are known by their place; where an element moved or changed its place,
    /// the place on the new side, for removed elements that on the old side.
    Index(usize),
    /// Into the document that the string here holds.
    Document,
}

impl FieldPath {
    /// The keys on the way, lists and documents left out: `spec`, `template`, `spec`, `containers`, `image`.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            FieldStep::Key(key) => Some(&**key),
            _ => None,
        })
    }

    /// Whether the way leads to the field of these keys, or below it; list elements count as no step.
    pub fn is_below(&self, keys: &[&str]) -> bool {
        let mut own = self.keys();
        keys.iter().all(|key| own.next() == Some(*key))
    }
}

impl fmt::Display for FieldPath {
    /// `spec.containers[name=server].ports[3000/TCP]`, `data["dynamic.yaml"] » http.routers`; keys with dots or
    /// odd characters stand in brackets, quoted as in JSON.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> FieldStep {
        FieldStep::Key(key.into())
    }

    #[test]
    fn elements_stand_in_brackets_and_documents_behind_an_arrow() {
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
