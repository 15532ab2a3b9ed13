//! The values by which an element of a list is told apart, and how they are shown.
//! It looks at one element, or at what a field is worth for all; it pairs nothing.

use std::borrow::Cow;

use foldhash::{HashSet, HashSetExt};
use serde_json::Value;

use crate::kubernetes::key_default;

/// What a field is looked for in, in lists of unknown things.
static LADDER: [&str; 7] = ["name", "id", "key", "host", "path", "url", "port"];

/// `3000/TCP` for a port, `name=server`, `key=a,effect=NoSchedule`.
pub(super) fn label(fields: &[&str], values: &[Cow<'_, str>]) -> String {
    if let (["containerPort" | "port", "protocol"], [number, name]) = (fields, values) {
        return format!("{number}/{name}");
    }
    let told = fields
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty());
    let words: Vec<String> = told
        .map(|(field, value)| {
            let field = field.rsplit_once('.').map_or(*field, |(_, last)| last);
            format!("{field}={value}")
        })
        .collect();
    words.join(",")
}

/// The values of the fields that make up a key; none if the element has none of them.
pub(super) fn key<'v>(element: &'v Value, fields: &[&str], of: &str) -> Option<Vec<Cow<'v, str>>> {
    let mut found = false;
    let values = fields
        .iter()
        .map(|field| {
            let value = field.split('.').fold(element, |value, step| &value[step]);
            found |= !value.is_null();
            match value {
                Value::String(text) => Cow::from(text.as_str()),
                Value::Null => key_default(of, field).unwrap_or_default().into(),
                other => other.to_string().into(),
            }
        })
        .collect();
    found.then_some(values)
}

/// The first field that every element of both lists has, that is a single value, and that is unique in each.
pub(super) fn ladder(old: &[Value], new: &[Value]) -> Option<&'static &'static str> {
    let unique = |list: &[Value], field: &str| {
        let mut seen = HashSet::with_capacity(list.len());
        list.iter().all(|element| match element.get(field) {
            Some(Value::String(text)) if !text.is_empty() => seen.insert(text.clone()),
            Some(Value::Number(number)) => seen.insert(number.to_string()),
            _ => false,
        })
    };
    LADDER
        .iter()
        .find(|field| unique(old, field) && unique(new, field))
}

/// The name of a flag with a value: `--log-level` of `--log-level=debug`.
pub(super) fn flag(element: &Value) -> Option<String> {
    let (name, _) = element.as_str()?.split_once('=')?;
    name.starts_with('-').then(|| name.to_owned())
}
