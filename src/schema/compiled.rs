//! Compiled schemas. The validator is boon, by the author of the Go library that Helm calls, so that both read a schema
//! alike. Nothing is fetched: a schema can refer to itself and to the metaschemas only.

use boon::{CompileError, Compiler, SchemaIndex, Schemas, SchemeUrlLoader, ValidationError};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The address of the schema. It has a scheme that nothing is loaded from.
const ADDRESS: &str = "schema:///values.schema.json";

/// A schema that values can be checked by.
pub(super) struct Compiled {
    schemas: Schemas,
    root: SchemaIndex,
}

/// Why a schema cannot be used.
#[derive(Debug)]
pub(super) struct Broken {
    /// The JSON pointer to what is at fault; the whole schema where nothing less is known.
    pub(super) pointer: String,
    /// What is wrong.
    pub(super) message: String,
}

impl Compiled {
    /// Compiles a schema: the draft is that of its `$schema`, or 2020-12, as in Helm.
    pub(super) fn new(schema: &Value) -> Result<Self, Broken> {
        Self::node(schema, "")
    }

    /// Compiles one node of a schema, with what it refers to.
    pub(super) fn node(schema: &Value, pointer: &str) -> Result<Self, Broken> {
        let mut compiler = Compiler::new();
        compiler.use_loader(Box::new(SchemeUrlLoader::new()));
        let mut schemas = Schemas::new();
        compiler
            .add_resource(ADDRESS, of_a_known_draft(schema))
            .map_err(|error| Broken::of(&error))?;
        let root = compiler
            .compile(&format!("{ADDRESS}#{pointer}"), &mut schemas)
            .map_err(|error| Broken::of(&error))?;
        Ok(Self { schemas, root })
    }

    pub(super) fn is_valid(&self, value: &Value) -> bool {
        self.schemas.validate(value, self.root).is_ok()
    }

    /// All that is wrong with a value.
    pub(super) fn error<'v>(&self, value: &'v Value) -> Option<ValidationError<'_, 'v>> {
        self.schemas.validate(value, self.root).err()
    }
}

/// A metaschema of one's own is not fetched; what refers to it is read as the newest draft.
fn of_a_known_draft(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let draft = schema.get("$schema").and_then(Value::as_str);
    if draft.is_some_and(|draft| !draft.contains("//json-schema.org/")) {
        schema.as_object_mut().map(|map| map.remove("$schema"));
    }
    schema
}

impl Broken {
    fn of(error: &CompileError) -> Self {
        match error {
            CompileError::ValidationError { src, .. } => {
                let innermost = innermost(src);
                Self {
                    pointer: innermost.instance_location.to_string(),
                    message: innermost.kind.to_string(),
                }
            }
            CompileError::InvalidRegex { url, .. } => Self {
                pointer: pointer(url),
                message: format!("{error:#}").replace(ADDRESS, ""),
            },
            _ => Self {
                pointer: String::new(),
                message: format!("{error:#}").replace(ADDRESS, ""),
            },
        }
    }
}

fn innermost<'e, 's, 'v>(error: &'e ValidationError<'s, 'v>) -> &'e ValidationError<'s, 'v> {
    error.causes.first().map_or(error, innermost)
}

/// The JSON pointer to a node of the schema, from the node's address.
pub(super) fn pointer(address: &str) -> String {
    let (_, fragment) = address.split_once('#').unwrap_or_default();
    percent_decode_str(fragment)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_is_compiled_with_what_it_refers_to() {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "properties": {"a b/c": {"items": {"$ref": "#/definitions/name"}}},
            "definitions": {"name": {"type": "string"}},
        });
        let items = Compiled::node(&schema, "/properties/a b~1c").unwrap();
        assert!(items.is_valid(&json!(["x"])));
        assert!(!items.is_valid(&json!([1])));
    }

    #[test]
    fn an_error_names_its_node() {
        let schema = json!({"properties": {"a b/%": {"type": "string"}}});
        let compiled = Compiled::new(&schema).unwrap();
        let value = json!({"a b/%": 1});
        let error = compiled.error(&value).unwrap();
        let found = pointer(innermost(&error).schema_url);
        assert_eq!(found, "/properties/a b~1%");
        assert_eq!(schema.pointer(&found), schema.pointer("/properties/a b~1%"));
    }

    #[test]
    fn what_is_wrong_with_a_schema_has_a_place() {
        let at = |schema: Value| Compiled::new(&schema).err().unwrap().pointer;
        assert_eq!(
            at(json!({"properties": {"a": {"type": "text"}}})),
            "/properties/a/type"
        );
        assert_eq!(
            at(json!({"properties": {"a": {"pattern": "("}}})),
            "/properties/a/pattern"
        );
        assert_eq!(at(json!({"$ref": "#/definitions/none"})), "");
    }

    #[test]
    fn nothing_is_fetched() {
        let elsewhere = json!({"$ref": "file:///etc/hostname"});
        assert!(Compiled::new(&elsewhere).is_err());
        let own = json!({"$schema": "https://example.com/own", "type": "string"});
        assert!(!Compiled::new(&own).unwrap().is_valid(&json!(1)));
    }
}
