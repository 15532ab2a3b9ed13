//! The nodes of a values schema: what it says of a value, references followed.
//! It reads schemas as plain trees; whether values meet them is for `schema` to say.

use serde_json::Value;

use crate::yaml::Step;

/// The node that a node refers to, or itself if it does not refer.
pub(crate) fn resolve<'v>(root: &'v Value, node: &'v Value) -> &'v Value {
    /// More references in a row than any schema has: they go in a circle.
    const LONGEST_CHAIN: usize = 32;
    let mut node = node;
    for _ in 0..LONGEST_CHAIN {
        let target = node.get("$ref").and_then(Value::as_str);
        match target.and_then(|target| root.pointer(target.strip_prefix('#')?)) {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// What `properties` and `items` say of the value at a path.
pub(crate) fn at<'v>(root: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(resolve(root, root), |node, step| {
        let next = match step {
            Step::Key(key) => node["properties"].get(key)?,
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
