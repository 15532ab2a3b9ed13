//! The canonical form: block style, two spaces, lists not indented under their key, lines never folded.
//! It keeps the order of keys, and quotes whatever any reader of YAML 1.1 or 1.2 could misread.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;
use serde_saphyr::{DoubleQuoted, Tagged};

use super::scalar::integral;

/// Writes a value as one document, without `---`, ending with a line break.
///
/// # Errors
/// Whatever `out` returns.
pub fn write(value: &Value, out: &mut impl fmt::Write) -> fmt::Result {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_fmt_writer_with_options(out, &Canonical(value), options)
        .map_err(|_| fmt::Error)
}

/// The canonical text of a value.
pub fn to_string(value: &Value) -> String {
    let mut text = String::new();
    // A string takes everything, and every JSON value has a form.
    let _ = write(value, &mut text);
    text
}

/// A value with its style for the serializer.
struct Canonical<'v>(&'v Value);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (None, Some(float)) if number.is_f64() => match integral(float) {
                    Some(int) => serializer.serialize_i64(int),
                    None => serializer.serialize_f64(float),
                },
                _ => number.serialize(serializer),
            },
            Value::String(text) if is_misread(text) => DoubleQuoted(text).serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Canonical(item))?;
                }
                list.end()
            }
            Value::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    if key.starts_with(SEPARATOR) {
                        // The serializer has its own rule for quoting keys; only a tagged one is written
                        // like a value, as `? !<…:str> "---"`.
                        let tag = Some("tag:yaml.org,2002:str".to_owned());
                        map.serialize_entry(&Tagged(DoubleQuoted(key), tag), &Canonical(value))?;
                    } else {
                        map.serialize_entry(key, &Canonical(value))?;
                    }
                }
                map.end()
            }
        }
    }
}

/// At the start of a line this cuts documents for Kubernetes' reader, whatever follows it.
const SEPARATOR: &str = "---";

/// Whether the serializer's own choice of style would be misread by one of PyYAML, Helm and kubectl.
fn is_misread(text: &str) -> bool {
    // They refuse a block scalar whose first line of content starts with a tab.
    let tab = text.contains('\n') && text.trim_start_matches('\n').starts_with('\t');
    tab || text.starts_with(SEPARATOR)
}
