//! What violates a schema, in plain words: the schema's own (`x-says`, `x-help`) where it has any. Values are never
//! repeated, since they may be secrets; where they were given is added later.

use std::collections::HashSet;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{PatternOptions, ValidationError};
use serde_json::{Value, json};

use super::node;
use super::words::{Slip, type_name, types, usual};
use crate::diagnostics::{nearest, only_slip};
use crate::yaml::Path;

/// One thing that has to change.
#[derive(Debug, PartialEq)]
pub(super) struct Violation {
    /// The value that has to change.
    pub(super) path: Path,
    /// What is wrong with it, to be read after the path.
    pub(super) message: String,
    /// What to do, where that can be said.
    pub(super) help: Option<String>,
    /// The rule's own code (`x-code`), if it has one.
    pub(super) code: Option<String>,
    /// How it was written, if only that makes its type wrong.
    pub(super) slip: Option<Slip>,
    /// Whether the key is at fault, not its value.
    pub(super) is_of_key: bool,
    /// The key that is certainly meant by one that is not known.
    pub(super) slip_of: Option<String>,
    /// The key that is probably meant by one that is not known.
    meant: Option<Path>,
    /// Whether it applies only if another field has a certain value.
    is_conditional: bool,
}

impl Violation {
    /// A value that has to change.
    pub(super) fn new(path: Path, message: String) -> Self {
        Self {
            path,
            message,
            help: None,
            code: None,
            slip: None,
            is_of_key: false,
            slip_of: None,
            meant: None,
            is_conditional: false,
        }
    }
}

/// What all errors come to, without what only follows from a misspelt key: the key that is meant is
/// missing, and rules that depend on it say more than they know.
pub(super) fn violations<'e>(
    errors: impl Iterator<Item = ValidationError<'e>>,
    values: &Value,
    schema: &Value,
) -> Vec<Violation> {
    let reader = Reader { values, schema };
    let mut found = Vec::new();
    errors.for_each(|error| reader.read(&error, &mut found));
    let misspelt = found.iter().filter(|violation| violation.is_of_key);
    let (maps, meant): (HashSet<Path>, HashSet<Option<Path>>) = misspelt
        .map(|violation| (above(&violation.path), violation.meant.clone()))
        .unzip();
    found.retain(|violation| {
        let follows = meant.contains(&Some(violation.path.clone()))
            || violation.is_conditional && maps.contains(&above(&violation.path));
        violation.is_of_key || !follows
    });
    found
}

struct Reader<'a> {
    values: &'a Value,
    schema: &'a Value,
}

impl Reader<'_> {
    fn read(&self, error: &ValidationError<'_>, into: &mut Vec<Violation>) {
        let path = Path::from_pointer(error.instance_path().as_str(), self.values);
        match error.kind() {
            Kind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                into.push(Violation {
                    message: self.says(error, "is required and missing"),
                    ..self.violation(error, path.join(key))
                });
            }
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                for key in unexpected {
                    let near = nearest(key, self.names(error.schema_path().as_str()));
                    into.push(Violation {
                        message: "is not known here".to_owned(),
                        help: near.map(|near| format!("did you mean `{near}`?")),
                        is_of_key: true,
                        slip_of: self.only_slip(key, &path, error.schema_path().as_str()),
                        meant: near.map(|near| path.join(near)),
                        ..self.violation(error, path.join(key.as_str()))
                    });
                }
            }
            Kind::PropertyNames { error: inner } => {
                let Value::String(key) = inner.instance().as_ref() else {
                    return;
                };
                // The map's own keyword: the error names only the keyword inside it.
                let keyword = error.schema_path().as_str();
                let end = keyword.rfind("/propertyNames").unwrap_or_default();
                let near = nearest(
                    key,
                    self.names(&format!("{}/propertyNames", &keyword[..end])),
                );
                let help = near.map(|near| format!("did you mean `{near}`?"));
                into.push(Violation {
                    message: self.message(inner),
                    help: self.annotation(inner, "x-help").or(help),
                    is_of_key: true,
                    ..self.violation(inner, path.join(key.as_str()))
                });
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context }
                if self.annotation(error, "x-says").is_none() =>
            {
                let reasons: Vec<String> = context
                    .iter()
                    .flatten()
                    .filter(|inner| inner.instance_path() == error.instance_path())
                    .map(|inner| self.message(inner))
                    .collect();
                // Alternatives that differ below the value: the one with the fewest problems is meant.
                match context.iter().min_by_key(|inner| inner.len()) {
                    Some(nearest) if reasons.is_empty() => {
                        for inner in nearest {
                            self.read(inner, into);
                        }
                    }
                    _ => into.push(Violation {
                        message: reasons.join(", or "),
                        ..self.violation(error, path)
                    }),
                }
            }
            _ => into.push(self.violation(error, path)),
        }
    }

    fn violation(&self, error: &ValidationError<'_>, path: Path) -> Violation {
        let schema_path = error.schema_path().as_str();
        Violation {
            path,
            message: self.message(error),
            help: self
                .annotation(error, "x-help")
                .or_else(|| self.meant(error)),
            code: self.annotation(error, "x-code"),
            slip: self.slip(error),
            is_of_key: false,
            slip_of: None,
            meant: None,
            is_conditional: schema_path.contains("/then/") || schema_path.contains("/else/"),
        }
    }

    /// A value of the wrong type that was only written wrong.
    fn slip(&self, error: &ValidationError<'_>) -> Option<Slip> {
        let Kind::Type { kind } = error.kind() else {
            return None;
        };
        let found = self.values.pointer(error.instance_path().as_str())?;
        let node = node::beside(self.schema, error.schema_path().as_str())?;
        let accepts = |value: &Value| {
            // The node may refer to others.
            let mut alone = json!({"allOf": [node]});
            for definitions in ["definitions", "$defs"] {
                alone[definitions] = self.schema.get(definitions).cloned().unwrap_or(json!({}));
            }
            let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
            let validator = options.build(&alone);
            validator.is_ok_and(|validator| validator.is_valid(value))
        };
        Slip::of(found, &types(kind), accepts)
    }

    /// What the schema's author wrote beside the violated keyword.
    fn annotation(&self, error: &ValidationError<'_>, name: &str) -> Option<String> {
        let node = node::beside(self.schema, error.schema_path().as_str())?;
        node[name].as_str().map(str::to_owned)
    }

    fn says(&self, error: &ValidationError<'_>, usual: &str) -> String {
        self.annotation(error, "x-says")
            .unwrap_or_else(|| usual.to_owned())
    }

    /// The one key that a slip of the finger made unknown, if it is not there as well.
    fn only_slip(&self, key: &str, map: &Path, keyword: &str) -> Option<String> {
        let only = only_slip(key, self.names(keyword))?;
        let is_free = map.join(only).get(self.values).is_none();
        is_free.then(|| only.to_owned())
    }

    /// The properties that the schema names beside a keyword.
    fn names(&self, keyword: &str) -> impl Iterator<Item = &str> {
        let node = node::beside(self.schema, keyword);
        let properties = node.and_then(|node| node["properties"].as_object());
        let keys = properties.into_iter().flat_map(serde_json::Map::keys);
        keys.map(String::as_str)
    }

    /// The allowed word that is nearest to the given one.
    fn meant(&self, error: &ValidationError<'_>) -> Option<String> {
        let Kind::Enum { options } = error.kind() else {
            return None;
        };
        let found = self.values.pointer(error.instance_path().as_str())?;
        let words = options.as_array()?.iter().filter_map(Value::as_str);
        let near = nearest(found.as_str()?, words.filter(|word| !word.is_empty()))?;
        Some(format!("did you mean `{near}`?"))
    }

    /// What is wrong, without the value itself, which may be a secret.
    fn message(&self, error: &ValidationError<'_>) -> String {
        match error.kind() {
            Kind::Type { kind } => {
                let found = self
                    .values
                    .pointer(error.instance_path().as_str())
                    .map_or("nothing", type_name);
                format!("got {found}, want {}", types(kind))
            }
            // That says it all already.
            kind @ Kind::MinLength { limit: 1 } => usual(kind),
            kind => self.says(error, &usual(kind)),
        }
    }
}

fn above(path: &Path) -> Path {
    path.parent().unwrap_or_default()
}
