//! What a template's text and holes amount to: a tree in which `omit` is still a value.
//! It converts to and from the template engine's values and to the manifest's tree; it refuses
//! whatever is not data (undefined values, functions, infinity).

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, Value};
use serde_json::Map;

use super::holes::holds_token;
use super::limits;

/// A tree from a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// To be left out: its key or its place in the list vanishes.
    Omit,
    /// Null, a boolean, a number or text.
    Scalar(serde_json::Value),
    List(Vec<Tree>),
    /// Pairs in order; keys are unique.
    Map(Vec<(String, Tree)>),
}

/// The value of `omit` in templates (Ansible's word).
#[derive(Debug)]
pub(super) struct Omit;

impl Object for Omit {
    fn repr(self: &std::sync::Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// Values nested deeper than any manifest are refused before they overflow a stack.
const DEEPEST: usize = 256;

impl Tree {
    /// The tree that a value means. The error names an undefined value, also deep inside.
    pub(super) fn of(value: &Value) -> Result<Self, Error> {
        Self::counted(value).map(|(tree, _)| tree)
    }

    /// The same, and how many elements it has.
    pub(super) fn counted(value: &Value) -> Result<(Self, usize), Error> {
        let mut elements = 0;
        Self::at_depth(value, 0, &mut elements).map(|tree| (tree, elements))
    }

    fn at_depth(value: &Value, depth: usize, elements: &mut usize) -> Result<Self, Error> {
        if depth > DEEPEST {
            return Err(invalid("the value is nested too deeply"));
        }
        limits::count(elements)?;
        Ok(match value.kind() {
            ValueKind::Undefined | ValueKind::Invalid => return Err(unusable(value)),
            ValueKind::None => Self::Scalar(serde_json::Value::Null),
            ValueKind::Bool => Self::Scalar(value.is_true().into()),
            ValueKind::Number => Self::Scalar(number(value)?.into()),
            ValueKind::String => {
                let text = value.as_str().unwrap_or_default();
                limits::check_length(text.len())?;
                if holds_token(text) {
                    return Err(invalid(
                        "text that was captured by a macro, a call or a set block cannot hold values: use an expression",
                    ));
                }
                Self::Scalar(text.into())
            }
            ValueKind::Bytes => Self::Scalar(
                String::from_utf8(value.as_bytes().unwrap_or_default().to_vec())
                    .map_err(|_| invalid("bytes that are not UTF-8 text cannot stand in YAML"))?
                    .into(),
            ),
            ValueKind::Seq | ValueKind::Iterable => Self::List(
                value
                    .try_iter()?
                    .map(|element| Self::at_depth(&element, depth + 1, elements))
                    .collect::<Result<_, _>>()?,
            ),
            ValueKind::Map => Self::Map(
                value
                    .as_object()
                    .and_then(minijinja::value::DynObject::try_iter_pairs)
                    .into_iter()
                    .flatten()
                    .map(|(key, element)| {
                        Ok((
                            key_text(&key)?,
                            Self::at_depth(&element, depth + 1, elements)?,
                        ))
                    })
                    .collect::<Result<_, Error>>()?,
            ),
            _ if value.downcast_object_ref::<Omit>().is_some() => Self::Omit,
            _ => {
                return Err(invalid(format!(
                    "a {} is not data that a manifest could hold",
                    value.kind()
                )));
            }
        })
    }

    /// As the manifest's tree, without what is left out; none if all of it is.
    pub(super) fn into_json(self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Omit => return None,
            Self::Scalar(scalar) => scalar,
            Self::List(list) => list.into_iter().filter_map(Self::into_json).collect(),
            Self::Map(pairs) => {
                let mut map = Map::with_capacity(pairs.len());
                for (key, tree) in pairs {
                    if let Some(json) = tree.into_json() {
                        map.insert(key, json);
                    }
                }
                serde_json::Value::Object(map)
            }
        })
    }

    /// As the key of a mapping; none if it is no text, number or boolean.
    pub(super) fn into_key(self) -> Option<String> {
        match self {
            Self::Scalar(serde_json::Value::String(key)) => Some(key),
            Self::Scalar(key @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => {
                Some(key.to_string())
            }
            _ => None,
        }
    }

    /// As a template's value, `omit` included.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Omit => Value::from_object(Omit),
            Self::Scalar(scalar) => json_value(&scalar),
            Self::List(list) => list.into_iter().map(Self::into_value).collect(),
            Self::Map(pairs) => Value::from_pairs(
                pairs
                    .into_iter()
                    .map(|(key, tree)| (key, tree.into_value())),
            ),
        }
    }
}

/// A tree of values, as a template sees it.
pub(super) fn json_value(json: &serde_json::Value) -> Value {
    Value::from(minijinja::value::Serde(json))
}

/// The text that a value means as a mapping's key: `8` is `"8"`, `true` is `"true"`.
pub(super) fn key_text(key: &Value) -> Result<String, Error> {
    match key.kind() {
        ValueKind::String => Ok(key.as_str().unwrap_or_default().to_owned()),
        ValueKind::Number => Ok(key.to_string()),
        ValueKind::Bool => Ok(if key.is_true() { "true" } else { "false" }.to_owned()),
        ValueKind::Undefined | ValueKind::Invalid => Err(unusable(key)),
        kind => Err(invalid(format!("{kind} cannot be a key"))),
    }
}

/// A number with all its digits; a float without fraction is written without one.
fn number(value: &Value) -> Result<serde_json::Number, Error> {
    if let Some(integer) = value.as_i64().filter(|_| value.is_integer()) {
        return Ok(integer.into());
    }
    if let Ok(integer) = u64::try_from(value.clone())
        && value.is_integer()
    {
        return Ok(integer.into());
    }
    let float = f64::try_from(value.clone())?;
    #[allow(clippy::cast_possible_truncation)] // guarded: the value is integral and in range
    if float.fract() == 0.0 && float.abs() < 2f64.powi(63) {
        return Ok((float as i64).into());
    }
    serde_json::Number::from_f64(float)
        .ok_or_else(|| invalid("a number that is infinite or not a number cannot stand in YAML"))
}

/// The error of using an undefined or invalid value; it knows the value's name in the template.
pub(super) fn unusable(value: &Value) -> Error {
    value
        .get_attr("value")
        .err()
        .unwrap_or_else(|| Error::from(ErrorKind::UndefinedError))
}

/// An error that says what cannot be done.
pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_of_values_stays_what_it_is() {
        let json = json!({"b": [1, 2.5, -3, u64::MAX, null, true, "x"], "a": {}});
        let tree = Tree::of(&json_value(&json)).ok();
        assert_eq!(tree.and_then(Tree::into_json), Some(json));
    }

    #[test]
    fn omit_leaves_out_keys_and_elements() {
        let tree = Tree::Map(vec![
            ("a".to_owned(), Tree::Omit),
            (
                "b".to_owned(),
                Tree::List(vec![Tree::Omit, Tree::Scalar(json!(1))]),
            ),
        ]);
        assert_eq!(tree.clone().into_json(), Some(json!({"b": [1]})));
        assert_eq!(Tree::of(&tree.clone().into_value()).ok(), Some(tree));
    }

    #[test]
    fn a_float_without_fraction_is_an_integer() {
        let tree = |value| Tree::of(&value).ok().and_then(Tree::into_json);
        assert_eq!(tree(Value::from(3.0)), Some(json!(3)));
        assert_eq!(tree(Value::from(1e300)), Some(json!(1e300)));
        assert_eq!(tree(Value::from(f64::INFINITY)), None);
    }
}
