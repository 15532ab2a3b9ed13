//! A schema as a tree of parts of its text, for what every run asks of it. It is read in a third of the time that
//! [`Chart::schema_tree`](crate::chart::Chart::schema_tree) takes, which has copies of all texts.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::sync::OnceLock;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use super::node;
use crate::chart::Chart;

/// A node of a schema.
#[derive(Debug)]
pub(super) enum Node<'s> {
    /// Null, a boolean or a number.
    Scalar(Value),
    Text(Cow<'s, str>),
    List(Vec<Self>),
    Object(Keys<'s>),
}

/// The schema of the chart that is built in, read once for all that ask; none for any other chart.
pub(super) fn built_in(chart: &Chart) -> Option<&'static Node<'static>> {
    static READ: OnceLock<Option<Node<'static>>> = OnceLock::new();
    let text = chart.built_in_schema()?;
    READ.get_or_init(|| Node::parse(text)).as_ref()
}

/// The schema of a chart.
pub(super) enum Schema<'s> {
    BuiltIn(&'static Node<'static>),
    Own(Node<'s>),
}

impl<'s> Schema<'s> {
    /// None if the chart has no schema. One that cannot be read, which `validate` reports, says nothing.
    pub(super) fn of(chart: &'s Chart) -> Option<Self> {
        if let Some(root) = built_in(chart) {
            return Some(Self::BuiltIn(root));
        }
        let text = chart.schema.as_ref()?.text();
        let nothing = Node::Scalar(Value::Null);
        Some(Self::Own(Node::parse(text).unwrap_or(nothing)))
    }

    pub(super) fn root(&self) -> &Node<'s> {
        match self {
            Self::BuiltIn(root) => root,
            Self::Own(root) => root,
        }
    }
}

/// The keys of an object, in the order of the text; of a key that comes twice the last counts.
pub(super) type Keys<'s> = IndexMap<Cow<'s, str>, Node<'s>, RandomState>;

impl<'s> Node<'s> {
    /// The schema with a text; none if it is not JSON.
    pub(super) fn parse(text: &'s str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn number(&self) -> Option<&Number> {
        match self {
            Self::Scalar(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn object(&self) -> Option<&Keys<'s>> {
        match self {
            Self::Object(keys) => Some(keys),
            _ => None,
        }
    }
}

impl node::SchemaNode for Node<'_> {
    fn get(&self, key: &str) -> Option<&Self> {
        self.object()?.get(key)
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut tokens = pointer.split('/');
        if !tokens.next()?.is_empty() {
            return None;
        }
        tokens.try_fold(self, |node, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            match node {
                Self::List(items) => items.get(token.parse::<usize>().ok()?),
                _ => node.get(&token),
            }
        })
    }
}

impl<'de: 's, 's> Deserialize<'de> for Node<'s> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Build)
    }
}

/// Builds nodes.
struct Build;

impl<'de> Visitor<'de> for Build {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(value.into()))
    }

    /// A text with escapes.
    fn visit_str<E>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(value.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node<'de>, A::Error> {
        let mut keys = Keys::default();
        while let Some(key) = from.next_key()? {
            let Node::Text(key) = key else {
                return Err(A::Error::custom("a key that is no text"));
            };
            keys.insert(key, from.next_value()?);
        }
        Ok(Node::Object(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart;
    use crate::diagnostics::Source;
    use crate::yaml::Path;

    fn value(node: &Node<'_>) -> Value {
        match node {
            Node::Scalar(value) => value.clone(),
            Node::Text(text) => Value::String(text.to_string()),
            Node::List(items) => items.iter().map(value).collect(),
            Node::Object(keys) => keys
                .iter()
                .map(|(key, node)| (key.to_string(), value(node)))
                .collect(),
        }
    }

    #[test]
    fn a_schema_is_read_as_a_tree_of_values_is() {
        let chart = chart::embedded().unwrap();
        let read = built_in(&chart).unwrap();
        assert_eq!(value(read), *chart.schema_tree());
        let escaped = r#"{"a\"b": ["\u00e9\n", 1, 1.5, -1, true, null], "c": 1, "d": 2, "c": 3}"#;
        let tree: Value = serde_json::from_str(escaped).unwrap();
        assert_eq!(value(&Node::parse(escaped).unwrap()), tree);
        assert!(Node::parse("{").is_none() && Node::parse("{} {}").is_none());
    }

    #[test]
    fn another_schema_is_not_taken_for_the_one_that_is_built_in() {
        let mut chart = chart::embedded().unwrap();
        assert!(built_in(&chart).is_some());
        chart.schema = Some(Source::new("values.schema.json", "{}"));
        assert!(built_in(&chart).is_none());
    }

    #[test]
    fn paths_and_references_lead_where_they_lead_in_a_tree_of_values() {
        let text = r##"{
            "properties": {
                "list": {"$ref": "#/definitions/list"}, "of": {"$ref": "#/allOf/1"}, "x": {"$ref": "#/definitions/a~1b"},
                "circle": {"$ref": "#/definitions/circle"}, "none": {"$ref": "#/definitions/none"}, "other": {"$ref": "a"}
            },
            "allOf": [true, {"type": "string"}],
            "definitions": {
                "list": {"items": {"$ref": "#/definitions/a~1b"}}, "a/b": {"type": "integer"},
                "circle": {"$ref": "#/definitions/circle"}
            }
        }"##;
        let tree: Value = serde_json::from_str(text).unwrap();
        let read = Node::parse(text).unwrap();
        let dotted = [
            "", "list", "of", "x", "circle", "none", "other", "missing", "list.a",
        ];
        let element = Path::dotted("list").join(3);
        assert!(node::at(&read, &element.0).is_some());
        for path in dotted.map(Path::dotted).into_iter().chain([element]) {
            let found = node::at(&read, &path.0).map(value);
            assert_eq!(found.as_ref(), node::at(&tree, &path.0), "{path}");
        }
    }
}
