//! Null, booleans, numbers and texts as templates have them, so that neither a short text nor a shared one is copied where
//! values become trees and trees values.

use std::borrow::Cow;

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::{invalid, json_value};

/// Null, a boolean, a finite number, or text. A float without a fraction is one only if it was read.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Scalar(Value);

impl Scalar {
    /// A value that is null, a boolean or text.
    pub(super) fn same(value: &Value) -> Self {
        Self(value.clone())
    }

    pub(super) fn text(text: &str) -> Self {
        Self(Value::from(text))
    }

    /// A number with all its digits. A float without a fraction becomes an integer.
    ///
    /// # Errors
    /// A number that neither YAML nor JSON has.
    pub(super) fn number(value: &Value) -> Result<Self, Error> {
        if value.is_integer() && (value.as_i64().is_some() || u64::try_from(value.clone()).is_ok())
        {
            return Ok(Self(value.clone()));
        }
        let float = f64::try_from(value.clone())?;
        #[allow(clippy::cast_possible_truncation)] // guarded: the value is integral and in range
        if float.fract() == 0.0 && float.abs() < 2f64.powi(63) {
            return Ok(Self(Value::from(float as i64)));
        }
        if float.is_finite() {
            Ok(Self(Value::from(float)))
        } else {
            Err(invalid(
                "a number that is infinite or not a number cannot be written as YAML",
            ))
        }
    }

    /// The text that it is, if it is one.
    pub(in crate::engine) fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    pub(in crate::engine) fn is_null(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn is_float(&self) -> bool {
        self.0.kind() == ValueKind::Number && !self.0.is_integer()
    }

    /// The key of a mapping: `8` is `"8"`, `true` is `"true"`. None if it is null.
    pub(in crate::engine) fn key(&self) -> Option<Cow<'_, str>> {
        if let Some(text) = self.as_str() {
            return Some(text.into());
        }
        match self.to_json() {
            serde_json::Value::Null => None,
            number_or_boolean => Some(number_or_boolean.to_string().into()),
        }
    }

    pub(in crate::engine) fn to_json(&self) -> serde_json::Value {
        let value = &self.0;
        match value.kind() {
            ValueKind::Bool => value.is_true().into(),
            ValueKind::String => value.as_str().unwrap_or_default().into(),
            ValueKind::Number if !value.is_integer() => f64::try_from(value.clone()).ok().into(),
            ValueKind::Number => match value.as_i64() {
                Some(integer) => integer.into(),
                None => u64::try_from(value.clone()).ok().into(),
            },
            _ => serde_json::Value::Null,
        }
    }

    pub(super) fn into_value(self) -> Value {
        self.0
    }
}

impl From<&serde_json::Value> for Scalar {
    /// A JSON value that is no list and no map.
    fn from(json: &serde_json::Value) -> Self {
        Self(json_value(json))
    }
}

impl PartialEq for Scalar {
    /// As JSON: to minijinja, `true` is 1 and so is 1.0.
    fn eq(&self, other: &Self) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.to_json() == other.to_json(),
            _ => false,
        }
    }
}

impl PartialEq<serde_json::Value> for Scalar {
    fn eq(&self, other: &serde_json::Value) -> bool {
        match (self.as_str(), other) {
            (Some(text), serde_json::Value::String(other)) => text == other,
            (None, other) => self.to_json() == *other,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_equal_as_json_is() {
        let all = [
            json!(null),
            json!(true),
            json!(1),
            json!(1.0),
            json!(0),
            json!(false),
            json!(""),
            json!("1"),
            json!("true"),
            json!("null"),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(1e300),
            json!("a text of more than twenty-two bytes"),
        ];
        for one in &all {
            let scalar = Scalar::from(one);
            assert_eq!(scalar.to_json(), *one);
            for other in &all {
                let is_same = one == other;
                let other_scalar = Scalar::from(other);
                assert_eq!(scalar == other_scalar, is_same, "{one} {other}");
                assert_eq!(scalar == *other, is_same, "{one} {other}");
            }
        }
    }
}
