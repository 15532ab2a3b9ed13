//! Small files with a fixed form, such as Chart.yaml, read as Rust types. Errors have a place, like those of all other texts.

use std::fmt;
use std::ops::Range;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde_json::Value;

use super::{Content, Error, Node, compose, key, scalar};

/// Reads the first document as a `T`. An empty one is null.
///
/// # Errors
/// The first thing that is not YAML or does not fit, with its byte range.
pub fn typed<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let nodes = compose(text)?;
    let typed = match nodes.first() {
        Some(node) => T::deserialize(Typed(node)),
        None => T::deserialize(().into_deserializer()),
    };
    typed.map_err(|unfit: Unfit| Error::new(unfit.message, unfit.range.unwrap_or(0..0)))
}

/// What does not fit, and where, once that is known.
#[derive(Debug)]
struct Unfit {
    message: String,
    range: Option<Range<usize>>,
    /// Whether a field is missing: then the place of its map is that of the first key.
    is_missing: bool,
}

impl Unfit {
    /// The same at this place, if it has none.
    fn at(mut self, range: &Range<usize>) -> Self {
        self.range.get_or_insert_with(|| range.clone());
        self
    }
}

impl de::Error for Unfit {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self {
            message: message.to_string(),
            range: None,
            is_missing: false,
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            is_missing: true,
            ..Self::custom(format_args!("missing field `{field}`"))
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unfit {}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        Self {
            message: error.message,
            range: Some(error.range),
            is_missing: false,
        }
    }
}

/// A node as serde reads it.
struct Typed<'n, 't>(&'n Node<'t>);

impl Typed<'_, '_> {
    /// The value of a scalar; none of a list or map.
    fn value(&self) -> Result<Option<Value>, Unfit> {
        match &self.0.target().content {
            Content::Scalar(written) => Ok(Some(scalar(written, &self.0.range)?)),
            _ => Ok(None),
        }
    }

    /// The same problem with the place of this node, if it has none.
    fn placed(&self, unfit: Unfit) -> Unfit {
        match &self.0.content {
            Content::Map(pairs) if unfit.is_missing && !pairs.is_empty() => {
                unfit.at(&pairs[0].0.range)
            }
            _ => unfit.at(&self.0.range),
        }
    }
}

impl<'de> Deserializer<'de> for Typed<'_, '_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let visited = match (self.value()?, &self.0.target().content) {
            (Some(Value::Null), _) => visitor.visit_unit(),
            (Some(Value::Bool(bool)), _) => visitor.visit_bool(bool),
            (Some(Value::Number(number)), _) => {
                number.deserialize_any(visitor).map_err(de::Error::custom)
            }
            (Some(Value::String(text)), _) => visitor.visit_string(text),
            (_, Content::List(items)) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(Typed)))
            }
            (_, Content::Map(pairs)) => {
                let pairs = pairs.iter().map(|(key, value)| (Key(key), Typed(value)));
                visitor.visit_map(MapDeserializer::new(pairs))
            }
            (_, Content::Scalar(_) | Content::Shared(_)) => visitor.visit_unit(),
        };
        visited.map_err(|unfit| self.placed(unfit))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if matches!(self.value()?, Some(Value::Null)) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// A key as serde reads it.
struct Key<'n, 't>(&'n Node<'t>);

impl<'de> Deserializer<'de> for Key<'_, '_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let visited = visitor.visit_str(&key(self.0)?);
        visited.map_err(|unfit: Unfit| unfit.at(&self.0.range))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Unfit> for Typed<'_, '_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl IntoDeserializer<'_, Unfit> for Key<'_, '_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Form {
        name: String,
        #[serde(default)]
        list: Vec<bool>,
    }

    #[test]
    fn an_error_has_the_place_of_what_does_not_fit() {
        for (text, wrong) in [
            ("name: é\nlist: [true, x]\n", "x"),
            ("\u{feff}name: é\nnam: 1\n", "nam"),
            ("# 键\nname: {a: 1}\n", "{a: 1}"),
            ("list: []\n", "list"),
            ("name: [\n", "["),
        ] {
            let error = typed::<Form>(text).unwrap_err();
            assert_eq!(&text[error.range.clone()], wrong, "{text}: {error}");
            assert!(!error.message.contains(" at line "), "{error}");
        }
        assert!(typed::<Form>("name: x\n").is_ok());
    }
}
