//! Whether values meet the embedded chart's schema, without compiling the schema: what equals the defaults need not be
//! read, because a test has checked them, and of the patterns only those are compiled that apply to the rest. The
//! answer is `None` where this reader is not sure. Then, and where values violate the schema, the schema is compiled: the
//! validator decides, and finds the errors.
//!
//! It knows the keywords of draft 7 that the chart's schema uses.
//! Source: <https://json-schema.org/draft-07/json-schema-validation>.

#[cfg(test)]
mod laws;

use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::node::resolve;

/// Whether values meet a schema. The defaults have to meet it.
pub(super) fn meets(schema: &Value, values: &Value, defaults: &Map<String, Value>) -> Option<bool> {
    let reader = Reader {
        schema,
        patterns: RefCell::default(),
    };
    reader.node(schema, values, Defaults::Below(defaults))
}

/// What the defaults have in the place of a value.
#[derive(Clone, Copy)]
enum Defaults<'d> {
    /// An object, which is not compared as a whole.
    Below(&'d Map<String, Value>),
    Value(&'d Value),
    /// Nothing, or the node need not apply to them.
    None,
}

impl<'d> Defaults<'d> {
    fn at(self, key: &str) -> Self {
        let map: Option<&'d Map<String, Value>> = match self {
            Self::Below(map) => Some(map),
            Self::Value(value) => value.as_object(),
            Self::None => None,
        };
        let value = map.and_then(|map| map.get(key));
        value.map_or(Self::None, Self::Value)
    }
}

struct Reader<'s> {
    schema: &'s Value,
    /// Patterns that were compiled; `None` where they may mean something else to the validator.
    patterns: RefCell<HashMap<&'s str, Option<Regex>>>,
}

impl<'s> Reader<'s> {
    fn node(&self, node: &'s Value, value: &Value, defaults: Defaults<'_>) -> Option<bool> {
        if matches!(defaults, Defaults::Value(default) if default == value) {
            return Some(true);
        }
        // Draft 7 ignores all keywords beside a reference.
        match resolve(self.schema, node) {
            Value::Bool(any) => Some(*any),
            Value::Object(node) => all(node
                .keys()
                .map(|keyword| self.keyword(node, keyword, value, defaults))),
            _ => None,
        }
    }

    /// Whether a value meets a node to which the defaults may not belong.
    fn alone(&self, node: &'s Value, value: &Value) -> Option<bool> {
        self.node(node, value, Defaults::None)
    }

    fn keyword(
        &self,
        node: &'s Map<String, Value>,
        keyword: &str,
        value: &Value,
        defaults: Defaults<'_>,
    ) -> Option<bool> {
        let said = &node[keyword];
        match (keyword, value) {
            ("type", _) => match said {
                Value::Array(types) => any(types.iter().map(|one| is_of_type(one, value))),
                one => is_of_type(one, value),
            },
            ("enum", _) => any(said.as_array()?.iter().map(|one| is_equal(one, value))),
            ("const", _) => is_equal(said, value),
            ("allOf", _) => all(said.as_array()?.iter().map(|one| self.alone(one, value))),
            ("anyOf", _) => any(said.as_array()?.iter().map(|one| self.alone(one, value))),
            ("not", _) => self.alone(said, value).map(|met| !met),
            ("if", _) => {
                let branch = if self.alone(said, value)? {
                    "then"
                } else {
                    "else"
                };
                let branch = node.get(branch);
                branch.map_or(Some(true), |branch| self.alone(branch, value))
            }
            ("minLength", Value::String(text)) => Some(text.chars().count() >= count(said)?),
            ("maxLength", Value::String(text)) => Some(text.chars().count() <= count(said)?),
            ("pattern", Value::String(text)) => self.matches(said.as_str()?, text),
            ("minimum", Value::Number(_)) => Some(value.as_f64()? >= bound(said)?),
            ("maximum", Value::Number(_)) => Some(value.as_f64()? <= bound(said)?),
            ("maxItems", Value::Array(items)) => Some(items.len() <= count(said)?),
            // A node for all items. A list has one for each place.
            ("items", Value::Array(items)) if !said.is_array() => {
                all(items.iter().map(|item| self.alone(said, item)))
            }
            ("required", Value::Object(map)) => all(said
                .as_array()?
                .iter()
                .map(|key| Some(map.contains_key(key.as_str()?)))),
            ("properties", Value::Object(map)) => {
                let given = map.iter();
                let said = said.as_object()?;
                all(given.filter_map(|(key, value)| {
                    let node = said.get(key)?;
                    Some(self.node(node, value, defaults.at(key)))
                }))
            }
            ("patternProperties", Value::Object(map)) => {
                all(said.as_object()?.iter().flat_map(|(pattern, node)| {
                    map.iter().map(move |(key, value)| {
                        let applies = self.matches(pattern, key)?;
                        if applies {
                            self.alone(node, value)
                        } else {
                            Some(true)
                        }
                    })
                }))
            }
            ("additionalProperties", Value::Object(map)) => all(map.iter().map(|(key, value)| {
                let applies = self.is_additional(node, key)?;
                if applies {
                    self.alone(said, value)
                } else {
                    Some(true)
                }
            })),
            ("propertyNames", Value::Object(map)) => all(map
                .keys()
                .map(|key| self.alone(said, &Value::String(key.clone())))),
            ("dependencies", Value::Object(map)) => all(said
                .as_object()?
                .iter()
                .filter(|(key, _)| map.contains_key(*key))
                .map(|(_, node)| self.alone(node, value))),
            ("then" | "else", _) => Some(true), // belongs to `if`
            _ => says_nothing(keyword, value).then_some(true),
        }
    }

    /// Whether `additionalProperties` applies to a key.
    fn is_additional(&self, node: &'s Map<String, Value>, key: &str) -> Option<bool> {
        let named = |keyword| node.get(keyword).and_then(Value::as_object);
        if named("properties").is_some_and(|properties| properties.contains_key(key)) {
            return Some(false);
        }
        let patterns = named("patternProperties").into_iter().flat_map(Map::keys);
        any(patterns.map(|pattern| self.matches(pattern, key))).map(|applies| !applies)
    }

    fn matches(&self, pattern: &'s str, text: &str) -> Option<bool> {
        let mut patterns = self.patterns.borrow_mut();
        let compiled = patterns.entry(pattern).or_insert_with(|| compile(pattern));
        compiled.as_ref().map(|compiled| compiled.is_match(text))
    }
}

/// Whether all hold; not known if none fails and one is not known.
fn all(mut answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut sure = true;
    let fails = answers.any(|answer| {
        sure &= answer.is_some();
        answer == Some(false)
    });
    if fails {
        Some(false)
    } else {
        sure.then_some(true)
    }
}

/// Whether one holds; not known if none does and one is not known.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(answers.map(|answer| answer.map(|holds| !holds))).map(|none| !none)
}

fn is_of_type(name: &Value, value: &Value) -> Option<bool> {
    Some(match name.as_str()? {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // To draft 7, 1.0 is an integer.
        "integer" if value.is_f64() => return None,
        "integer" | "number" => value.is_number(),
        _ => return None,
    })
}

fn is_equal(one: &Value, other: &Value) -> Option<bool> {
    match (one, other) {
        _ if one == other => Some(true),
        // 1 and 1.0 are equal, here or inside.
        (Value::Number(_), Value::Number(_))
        | (Value::Array(_), Value::Array(_))
        | (Value::Object(_), Value::Object(_)) => None,
        _ => Some(false),
    }
}

fn count(said: &Value) -> Option<usize> {
    usize::try_from(said.as_u64()?).ok()
}

/// A bound that a float can hold, so that no number is rounded past it.
fn bound(said: &Value) -> Option<f64> {
    said.as_i64()
        .and_then(|bound| i32::try_from(bound).ok())
        .map(f64::from)
}

/// Compiles a pattern if it means the same to ECMA 262, which schemas refer to: `\d` and other classes do not.
/// `regex-lite` compiles `[^/]{1,253}` in a hundredth of the time that `regex` takes, and few texts are matched.
fn compile(pattern: &str) -> Option<Regex> {
    let mut escaped = pattern.split('\\').skip(1);
    let is_plain =
        escaped.all(|rest| !rest.starts_with(|c: char| c.is_alphabetic() && !"nrtx".contains(c)));
    is_plain.then(|| Regex::new(pattern).ok())?
}

/// Whether a keyword is an annotation, or is for values of another type.
fn says_nothing(keyword: &str, value: &Value) -> bool {
    let of_its_type = match keyword {
        "minLength" | "maxLength" | "pattern" => value.is_string(),
        "minimum" | "maximum" => value.is_number(),
        "items" | "maxItems" => value.is_array(),
        "required"
        | "properties"
        | "patternProperties"
        | "additionalProperties"
        | "propertyNames"
        | "dependencies" => value.is_object(),
        "$comment" | "$schema" | "default" | "definitions" | "description" | "title" => false,
        _ => !keyword.starts_with("x-"),
    };
    !of_its_type
}
