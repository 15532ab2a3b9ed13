//! The way to a field as people read it: list elements by their keys, documents inside strings behind `»`.
//! It is for showing and for rules about fields; a change is applied by its JSON pointer.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::yaml::is_word;

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
