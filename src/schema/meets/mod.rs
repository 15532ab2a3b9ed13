//! Whether values meet the embedded chart's schema, without compiling the schema: what equals the defaults need not be
//! compared, because a test has checked them, and of the patterns only those are compiled that apply to the rest. The
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

use super::node::{SchemaNode as _, resolve};
use super::text::{Keys, Node};

/// Whether values meet a schema. The defaults have to meet it.
pub(super) fn meets(
    schema: &Node<'_>,
    values: &Value,
    defaults: &Map<String, Value>,
) -> Option<bool> {
    let reader = Reader {
        schema,
        patterns: RefCell::default(),
    };
    reader.node(reader.schema, values, Defaults::Below(defaults))
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
    schema: &'s Node<'s>,
    /// Patterns that were compiled; `None` where they may mean something else to the validator.
    patterns: RefCell<HashMap<&'s str, Option<Regex>>>,
}

impl<'s> Reader<'s> {
    fn node(&self, node: &'s Node<'s>, value: &Value, defaults: Defaults<'_>) -> Option<bool> {
        if matches!(defaults, Defaults::Value(default) if default == value) {
            return Some(true);
        }
        // Draft 7 ignores all keywords beside a reference.
        match resolve(self.schema, node) {
            Node::Scalar(Value::Bool(any)) => Some(*any),
            Node::Object(keywords) => all(keywords.iter().map(|(keyword, said)| {
                self.keyword(keywords, (&**keyword, said), value, defaults)
            })),
            _ => None,
        }
    }

    /// Whether a value meets a node to which the defaults may not belong.
    fn alone(&self, node: &'s Node<'s>, value: &Value) -> Option<bool> {
        self.node(node, value, Defaults::None)
    }

    fn keyword(
        &self,
        keywords: &'s Keys<'s>,
        (keyword, said): (&str, &'s Node<'s>),
        value: &Value,
        defaults: Defaults<'_>,
    ) -> Option<bool> {
        match (keyword, value) {
            ("type", _) => match said {
                Node::List(types) => any(types.iter().map(|one| is_of_type(one, value))),
                one => is_of_type(one, value),
            },
            ("enum", _) => any(said.list()?.iter().map(|one| is_equal(one, value))),
            ("const", _) => is_equal(said, value),
            ("allOf", _) => all(said.list()?.iter().map(|one| self.alone(one, value))),
            ("anyOf", _) => any(said.list()?.iter().map(|one| self.alone(one, value))),
            ("not", _) => self.alone(said, value).map(|met| !met),
            ("if", _) => {
                let branch = if self.alone(said, value)? {
                    "then"
                } else {
                    "else"
                };
                let branch = keywords.get(branch);
                branch.map_or(Some(true), |branch| self.alone(branch, value))
            }
            ("minLength", Value::String(text)) => Some(text.chars().count() >= count(said)?),
            ("maxLength", Value::String(text)) => Some(text.chars().count() <= count(said)?),
            ("pattern", Value::String(text)) => self.matches(said.text()?, text),
            ("minimum", Value::Number(_)) => Some(value.as_f64()? >= bound(said)?),
            ("maximum", Value::Number(_)) => Some(value.as_f64()? <= bound(said)?),
            ("maxItems", Value::Array(items)) => Some(items.len() <= count(said)?),
            // A node for all items. A list has one for each place.
            ("items", Value::Array(items)) if said.list().is_none() => {
                all(items.iter().map(|item| self.alone(said, item)))
            }
            ("required", Value::Object(map)) => all(said
                .list()?
                .iter()
                .map(|key| Some(map.contains_key(key.text()?)))),
            ("properties", Value::Object(map)) => {
                let said = said.object()?;
                all(map.iter().filter_map(|(key, value)| {
                    let node = said.get(key.as_str())?;
                    Some(self.node(node, value, defaults.at(key)))
                }))
            }
            ("patternProperties", Value::Object(map)) => {
                all(said.object()?.iter().flat_map(|(pattern, node)| {
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
                let applies = self.is_additional(keywords, key)?;
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
                .object()?
                .iter()
                .filter(|(key, _)| map.contains_key(&***key))
                .map(|(_, node)| self.alone(node, value))),
            ("then" | "else", _) => Some(true), // belongs to `if`
            _ => says_nothing(keyword, value).then_some(true),
        }
    }

    /// Whether `additionalProperties` applies to a key.
    fn is_additional(&self, keywords: &'s Keys<'s>, key: &str) -> Option<bool> {
        let named = |keyword| keywords.get(keyword).and_then(Node::object);
        if named("properties").is_some_and(|properties| properties.contains_key(key)) {
            return Some(false);
        }
        let patterns = named("patternProperties").into_iter().flat_map(Keys::iter);
        any(patterns.map(|(pattern, _)| self.matches(pattern, key))).map(|applies| !applies)
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

fn is_of_type(name: &Node<'_>, value: &Value) -> Option<bool> {
    Some(match name.text()? {
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

fn is_equal(node: &Node<'_>, value: &Value) -> Option<bool> {
    match (node, value) {
        (Node::Text(one), Value::String(other)) => Some(one == other),
        (Node::Scalar(one), _) if one == value => Some(true),
        // 1 and 1.0 are equal, here or inside.
        (Node::Scalar(Value::Number(_)), Value::Number(_))
        | (Node::List(_), Value::Array(_))
        | (Node::Object(_), Value::Object(_)) => None,
        _ => Some(false),
    }
}

fn count(said: &Node<'_>) -> Option<usize> {
    usize::try_from(said.number()?.as_u64()?).ok()
}

/// A bound that a float can hold, so that no number is rounded past it.
fn bound(said: &Node<'_>) -> Option<f64> {
    said.number()?
        .as_i64()
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
