//! What violates a schema, in plain words: the schema's own (`x-says`, `x-help`) where it has any. Values are never
//! repeated, since they may be secrets; where they were given is added later.

use std::cell::RefCell;
use std::collections::HashSet;

use boon::{ErrorKind as Kind, ValidationError};
use serde_json::Value;

use super::compiled::{Compiled, pointer};
use super::keys::Maps;
use super::words::{Slip, type_name, types, usual};
use crate::diagnostics::{nearest, only_slip};
use crate::yaml::{Path, Step};

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

/// What is wrong with values, without what only follows from a misspelt key: the key that is meant is
/// missing, and rules that depend on it say more than they know.
pub(super) fn violations(compiled: &Compiled, values: &Value, schema: &Value) -> Vec<Violation> {
    let Some(error) = compiled.error(values) else {
        return Vec::new();
    };
    let reader = Reader {
        values,
        schema,
        maps: RefCell::new(Maps::of(&error, compiled, values)),
    };
    let mut found = Vec::new();
    reader.read(&error, false, &mut found);
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
    maps: RefCell<Maps>,
}

/// What is wrong with one value, and the node of the schema that it violates.
struct Error<'a> {
    kind: &'a Kind<'a, 'a>,
    /// The JSON pointer to the value.
    value: String,
    /// The JSON pointer to the node.
    pointer: String,
    node: Option<&'a Value>,
    is_conditional: bool,
}

impl<'a> Reader<'a> {
    fn read(
        &self,
        error: &'a ValidationError<'a, 'a>,
        is_conditional: bool,
        into: &mut Vec<Violation>,
    ) {
        let one = self.error(error, is_conditional);
        let path = Path::from_pointer(&one.value, self.values);
        match &error.kind {
            Kind::Schema { .. } | Kind::Group | Kind::Reference { .. } | Kind::AllOf => {
                for inner in &error.causes {
                    self.read(inner, one.is_conditional, into);
                }
            }
            Kind::Required { want } => into.extend(want.iter().map(|key| Violation {
                message: one.says("is required and missing"),
                ..self.violation(&one, path.join(*key))
            })),
            Kind::AdditionalProperties { got } => {
                for key in got {
                    into.push(self.unknown(&one, &one.pointer, &path, key));
                }
            }
            Kind::FalseSchema if one.pointer.ends_with("/unevaluatedProperties") => {
                let (map, _) = one.pointer.rsplit_once('/').unwrap_or_default();
                let above = above(&path);
                if let Some(Step::Key(key)) = path.0.last() {
                    into.push(self.unknown(&one, map, &above, key));
                }
            }
            Kind::PropertyName { prop } => {
                let Some(inner) = leaves(error).first().copied() else {
                    return;
                };
                let near = nearest(prop, self.names(&one.pointer));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let inner = self.error(inner, one.is_conditional);
                let map = self.maps.borrow_mut().next(prop, error.schema_url);
                let path = Path::from_pointer(&map.unwrap_or_default(), self.values);
                into.push(Violation {
                    message: inner.message(Some(&Value::String(prop.clone()))),
                    help: inner.annotation("x-help").or(help),
                    is_of_key: true,
                    ..self.violation(&inner, path.join(prop.as_str()))
                });
            }
            Kind::AnyOf | Kind::OneOf(None) if one.annotation("x-says").is_none() => {
                self.alternatives(error, &one, path, into);
            }
            _ => into.push(self.violation(&one, path)),
        }
    }

    /// A value that meets none of several alternatives.
    fn alternatives(
        &self,
        error: &'a ValidationError<'a, 'a>,
        one: &Error<'a>,
        path: Path,
        into: &mut Vec<Violation>,
    ) {
        let alternatives: Vec<Vec<_>> = error.causes.iter().map(leaves).collect();
        let here = alternatives
            .iter()
            .flatten()
            .map(|inner| self.error(inner, one.is_conditional))
            .filter(|inner| inner.value == one.value);
        let reasons: Vec<String> = here
            .map(|inner| inner.message(self.values.pointer(&inner.value)))
            .collect();
        // Alternatives that differ below the value: the one with the fewest problems is meant.
        match alternatives.iter().min_by_key(|inner| inner.len()) {
            Some(nearest) if reasons.is_empty() => {
                for inner in nearest {
                    self.read(inner, one.is_conditional, into);
                }
            }
            _ => into.push(Violation {
                message: reasons.join(", or "),
                ..self.violation(one, path)
            }),
        }
    }

    fn error(&self, error: &'a ValidationError<'a, 'a>, is_conditional: bool) -> Error<'a> {
        let pointer = pointer(error.schema_url);
        let mut steps = pointer.split('/');
        Error {
            kind: &error.kind,
            value: error.instance_location.to_string(),
            is_conditional: is_conditional || steps.any(|step| matches!(step, "then" | "else")),
            node: self.schema.pointer(&pointer),
            pointer,
        }
    }

    fn violation(&self, error: &Error<'a>, path: Path) -> Violation {
        let value = self.values.pointer(&error.value);
        Violation {
            path,
            message: error.message(value),
            help: error.annotation("x-help").or_else(|| error.meant(value?)),
            code: error.annotation("x-code"),
            slip: value.and_then(|value| self.slip(error, value)),
            is_of_key: false,
            slip_of: None,
            meant: None,
            is_conditional: error.is_conditional,
        }
    }

    /// A key that the schema does not know: `map` is the pointer to the node of the map that has it.
    fn unknown(&self, error: &Error<'a>, map: &str, path: &Path, key: &str) -> Violation {
        let near = nearest(key, self.names(map));
        let only = only_slip(key, self.names(map))
            // The key that is meant must not be there as well.
            .filter(|only| path.join(*only).get(self.values).is_none());
        Violation {
            message: "is not known here".to_owned(),
            help: near.map(|near| format!("did you mean `{near}`?")),
            is_of_key: true,
            slip_of: only.map(str::to_owned),
            meant: near.map(|near| path.join(near)),
            ..self.violation(error, path.join(key))
        }
    }

    /// A value of the wrong type that was only written wrong.
    fn slip(&self, error: &Error<'a>, found: &Value) -> Option<Slip> {
        let Kind::Type { .. } = error.kind else {
            return None;
        };
        Slip::of(found, &types(error.node?), |value| {
            let node = Compiled::node(self.schema, &error.pointer);
            node.is_ok_and(|node| node.is_valid(value))
        })
    }

    /// The properties that the schema names for a map.
    fn names(&self, map: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let node = self.schema.pointer(map);
        let properties = node.and_then(|node| node["properties"].as_object());
        let keys = properties.into_iter().flat_map(serde_json::Map::keys);
        keys.map(String::as_str)
    }
}

impl Error<'_> {
    /// What the schema's author wrote beside the violated keyword.
    fn annotation(&self, name: &str) -> Option<String> {
        self.node?[name].as_str().map(str::to_owned)
    }

    fn says(&self, usual: &str) -> String {
        self.annotation("x-says")
            .unwrap_or_else(|| usual.to_owned())
    }

    /// The allowed word that is nearest to the given one.
    fn meant(&self, found: &Value) -> Option<String> {
        let Kind::Enum { want } = self.kind else {
            return None;
        };
        let words = want.iter().filter_map(Value::as_str);
        let near = nearest(found.as_str()?, words.filter(|word| !word.is_empty()))?;
        Some(format!("did you mean `{near}`?"))
    }

    /// What is wrong, without the value itself, which may be a secret.
    fn message(&self, value: Option<&Value>) -> String {
        match self.kind {
            Kind::Type { .. } => {
                let found = value.map_or("nothing", type_name);
                let want = self.node.map(types).unwrap_or_default();
                format!("got {found}, want {want}")
            }
            // That says it all already.
            Kind::MinLength { want: 1, .. } => usual(self.kind, self.node),
            kind => self.says(&usual(kind, self.node)),
        }
    }
}

/// The errors that an error consists of.
fn leaves<'e, 's, 'v>(error: &'e ValidationError<'s, 'v>) -> Vec<&'e ValidationError<'s, 'v>> {
    match error.kind {
        Kind::Group
        | Kind::Reference { .. }
        | Kind::AllOf
        | Kind::Schema { .. }
        | Kind::PropertyName { .. } => error.causes.iter().flat_map(leaves).collect(),
        _ => vec![error],
    }
}

fn above(path: &Path) -> Path {
    path.parent().unwrap_or_default()
}
