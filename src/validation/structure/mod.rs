//! One object compared with its API type: unknown and missing fields, wrong types, invalid values.
//! What the types leave open passes, and so do kinds that are not built in.

mod formats;
mod problem;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::part::Part;
use crate::diagnostics::nearest;
use crate::kubernetes::get;
use crate::kubernetes::types::{Absent, Field, Type, TypeId, Types};
use crate::yaml::{Path, Step, StepRef};

pub use problem::Problem;

/// A violation of the API type of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field or element at fault; of a missing field the map that lacks it.
    pub path: Path,
    /// What is wrong there.
    pub problem: Problem,
}

/// All violations of the API types of a version, in the object's order. As for the API server, a field that is null is
/// missing.
pub fn check(types: Types, object: &Value) -> Vec<Violation> {
    check_part(types, Part::new(object, None))
}

/// The violations by an object, in what is not the same as before.
pub(super) fn check_part(types: Types, object: Part<'_>) -> Vec<Violation> {
    let mut walk = Walk {
        types,
        path: Vec::new(),
        violations: Vec::new(),
    };
    let Value::Object(map) = object.value else {
        walk.wrong_type("a map", object.value);
        return walk.violations;
    };
    let words = ["apiVersion", "kind"].map(|field| walk.word(map, field));
    let [Some(api_version), Some(kind)] = words else {
        return walk.violations;
    };
    match types.kind(api_version, kind) {
        Ok(id) => walk.object(map, object, id),
        Err(absent) => {
            let field = if matches!(absent, Absent::UnknownKind { .. }) {
                "kind"
            } else {
                "apiVersion"
            };
            walk.below(StepRef::Key(field), |walk| {
                walk.report(Problem::Kind {
                    api_version: api_version.to_owned(),
                    kind: kind.to_owned(),
                    minor: types.minor,
                    absent,
                });
            });
        }
    }
    walk.violations
}

/// A walk through an object.
struct Walk<'v> {
    types: Types,
    path: Vec<StepRef<'v>>,
    violations: Vec<Violation>,
}

impl<'v> Walk<'v> {
    fn report(&mut self, problem: Problem) {
        let steps = self.path.iter().copied();
        self.violations.push(Violation {
            path: Path(steps.map(Step::from).collect()),
            problem,
        });
    }

    fn wrong_type(&mut self, expected: &'static str, found: &Value) {
        let found = match found {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a number",
            Value::Number(_) => "a whole number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "a map",
        };
        self.report(Problem::WrongType { expected, found });
    }

    fn below(&mut self, step: StepRef<'v>, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    /// The text of a field that every object requires.
    fn word(&mut self, map: &'v Map<String, Value>, field: &'static str) -> Option<&'v str> {
        match get(map, field) {
            Some(Value::String(word)) => return Some(word),
            None | Some(Value::Null) => self.report(Problem::Missing {
                field,
                of: "every object",
            }),
            Some(other) => self.below(StepRef::Key(field), |walk| {
                walk.wrong_type("a string", other);
            }),
        }
        None
    }

    /// Reports the required fields that a map does not have.
    fn missing(&mut self, map: &Map<String, Value>, id: TypeId) {
        for field in self.types.fields(id).filter(|field| field.required) {
            if get(map, field.name).is_none_or(Value::is_null) {
                self.report(Problem::Missing {
                    field: field.name,
                    of: id.name(),
                });
            }
        }
    }

    fn object(&mut self, map: &'v Map<String, Value>, part: Part<'v>, id: TypeId) {
        self.missing(map, id);
        for (key, part) in part.entries() {
            let known = self.types.field(id, key);
            self.below(StepRef::Key(key), |walk| match known {
                Some(field) => walk.field(part, field, id),
                None => walk.unknown(key, id),
            });
        }
    }

    fn unknown(&mut self, key: &str, id: TypeId) {
        let elsewhere = id.fields_of_all_versions().find(|field| field.name == key);
        self.report(match elsewhere {
            Some(field) => Problem::FieldOfOtherVersions {
                field: field.name,
                of: id.name(),
                minor: self.types.minor,
                has: field.minors,
            },
            None => Problem::UnknownField {
                field: key.to_owned(),
                of: id.name(),
                nearest: nearest(key, self.types.fields(id).map(|field| field.name)),
            },
        });
    }

    fn field(&mut self, part: Part<'v>, field: &Field, id: TypeId) {
        // Only strings and lists of strings have values that are not allowed.
        let has_text = matches!(field.value, Type::String | Type::List(_));
        let allowed = has_text.then(|| id.allowed(field.name)).flatten();
        let Some(allowed) = allowed else {
            return self.value(part, &field.value);
        };
        let found = self.violations.len();
        // All elements of a list are looked at, for they count together.
        self.value(part.whole(), &field.value);
        if found == self.violations.len() {
            self.one_of(part.value, allowed);
        }
    }

    /// Checks that a string, or every string of a list, is one of the allowed values.
    fn one_of(&mut self, value: &'v Value, allowed: &'static [&'static str]) {
        match value {
            Value::String(text) if !text.is_empty() && !allowed.contains(&text.as_str()) => {
                self.report(Problem::Unsupported {
                    value: text.clone(),
                    allowed,
                });
            }
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    self.below(StepRef::Index(place), |walk| walk.one_of(item, allowed));
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, part: Part<'v>, expected: &Type) {
        let value = part.value;
        if value.is_null() {
            return;
        }
        match (expected, value) {
            (Type::Object(id), Value::Object(map)) => self.object(map, part, *id),
            (Type::List(element), Value::Array(_)) => {
                for (place, item) in part.items() {
                    self.below(StepRef::Index(place), |walk| walk.element(item, element));
                }
            }
            (Type::Map(element), Value::Object(_)) => {
                for (key, item) in part.entries() {
                    self.below(StepRef::Key(key), |walk| walk.value(item, element));
                }
            }
            (Type::Object(_) | Type::Map(_), _) => self.wrong_type("a map", value),
            (Type::List(_), _) => self.wrong_type("a list", value),
            _ => {
                if let Err(wrong) = formats::check(value, expected) {
                    match wrong {
                        formats::Wrong::Type(expected) => self.wrong_type(expected, value),
                        formats::Wrong::Value(problem) => self.report(problem),
                    }
                }
            }
        }
    }

    /// An element of a list, where null is a map without fields.
    fn element(&mut self, item: Part<'v>, expected: &Type) {
        match (item.value, expected) {
            (Value::Null, Type::Object(id)) => self.missing(&Map::new(), *id),
            _ => self.value(item, expected),
        }
    }
}
