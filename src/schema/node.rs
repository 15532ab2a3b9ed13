//! The nodes of a values schema: what it says of a value, references followed. A schema is a tree of values, or one of parts
//! of its text; whether values meet it is for `schema` to say.

use serde_json::Value;

use crate::yaml::Step;

/// A node of a schema, whatever its tree is made of.
pub(crate) trait SchemaNode {
    /// What an object says under a key.
    fn get(&self, key: &str) -> Option<&Self>;

    /// What the node says, if it is a text.
    fn text(&self) -> Option<&str>;

    /// The node at a JSON pointer (RFC 6901).
    fn pointer(&self, pointer: &str) -> Option<&Self>;
}

impl SchemaNode for Value {
    fn get(&self, key: &str) -> Option<&Self> {
        self.get(key)
    }

    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn pointer(&self, pointer: &str) -> Option<&Self> {
        self.pointer(pointer)
    }
}

/// The node that a node refers to, or itself if it does not refer.
pub(crate) fn resolve<'n, N: SchemaNode>(root: &'n N, node: &'n N) -> &'n N {
    /// More references in a row than any schema has: they go in a circle.
    const LONGEST_CHAIN: usize = 32;
    let mut node = node;
    for _ in 0..LONGEST_CHAIN {
        let target = node.get("$ref").and_then(N::text);
        match target.and_then(|target| root.pointer(target.strip_prefix('#')?)) {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// What `properties` and `items` say of the value at a path.
pub(crate) fn at<'n, N: SchemaNode>(root: &'n N, path: &[Step]) -> Option<&'n N> {
    path.iter().try_fold(resolve(root, root), |node, step| {
        let next = match step {
            Step::Key(key) => node.get("properties")?.get(key)?,
            Step::Index(_) => node.get("items")?,
        };
        Some(resolve(root, next))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_go_through_references() {
        let schema = json!({
            "properties": {"a": {"$ref": "#/definitions/list"}},
            "definitions": {
                "list": {"items": {"$ref": "#/definitions/item"}},
                "item": {"type": "string", "pattern": "x"},
                "circle": {"$ref": "#/definitions/circle"},
            },
        });
        let item = &schema["definitions"]["item"];
        let path = [Step::Key("a".to_owned()), Step::Index(3)];
        assert_eq!(at(&schema, &path), Some(item));
        let circle = &schema["definitions"]["circle"];
        assert_eq!(resolve(&schema, circle), circle);
    }
}
