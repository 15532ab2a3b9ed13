//! Hides secrets in whole objects.

use std::borrow::Cow;

use serde_json::Value;

use super::keys::names_a_secret;
use super::redactor::Redactor;
use crate::kubernetes::LAST_APPLIED;
use crate::manifest::Manifest;

/// The kind of Secrets.
pub(super) const SECRET: &str = "Secret";

/// The fields of a Secret with its values: in base64, and plain.
pub(super) const ENCODED: &str = "data";
pub(super) const PLAIN: &str = "stringData";

/// Hides the secrets of an object.
pub(super) fn hide_in(manifest: &mut Manifest, redactor: &Redactor) {
    let is_secret = manifest.kind() == SECRET;
    for (key, field) in manifest.object.as_object_mut().into_iter().flatten() {
        match key.as_str() {
            "apiVersion" | "kind" => {}
            "metadata" => metadata(field, is_secret, redactor),
            ENCODED | PLAIN if is_secret => secret_values(field, key == ENCODED, redactor),
            _ => value(field, names_a_secret(key), redactor),
        }
    }
}

/// Names are not changed. The annotation with a copy of a whole Secret is hidden like one of its values.
fn metadata(field: &mut Value, is_secret: bool, redactor: &Redactor) {
    for (key, field) in field.as_object_mut().into_iter().flatten() {
        match (key.as_str(), field) {
            ("name" | "namespace" | "generateName", _) => {}
            ("annotations", Value::Object(annotations)) => {
                for (key, field) in annotations {
                    let is_copy = is_secret && key == LAST_APPLIED;
                    value(field, is_copy || names_a_secret(key), redactor);
                }
            }
            (_, field) => value(field, false, redactor),
        }
    }
}

/// The values in `data` or `stringData` of a Secret.
pub(super) fn secret_values(field: &mut Value, encoded: bool, redactor: &Redactor) {
    match field {
        Value::Object(values) => values
            .values_mut()
            .for_each(|value| secret_value(value, encoded, redactor)),
        other => secret_value(other, encoded, redactor),
    }
}

fn secret_value(value: &mut Value, encoded: bool, redactor: &Redactor) {
    let shown = match *value {
        Value::Null => return,
        Value::String(ref text) => redactor.secret_value(text, encoded),
        ref other => redactor.secret_value(&other.to_string(), false),
    };
    *value = shown.into();
}

/// Any other value; `secret` is whether its key makes it secret. The values of a map are judged by their own keys:
/// under a key such as `password` there is often a map with the name and the key of a Secret.
pub(super) fn value(field: &mut Value, secret: bool, redactor: &Redactor) {
    match field {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => {
            let number = number.to_string();
            if secret {
                *field = redactor.secret(&number).into();
            } else if let Cow::Owned(shown) = redactor.text(&number) {
                *field = shown.into();
            }
        }
        Value::String(text) if secret => *text = redactor.secret(text),
        Value::String(text) => {
            if let Cow::Owned(shown) = redactor.field(text) {
                *text = shown;
            }
        }
        Value::Array(list) => list
            .iter_mut()
            .for_each(|item| value(item, secret, redactor)),
        Value::Object(map) => {
            if map
                .keys()
                .any(|key| matches!(redactor.text(key), Cow::Owned(_)))
            {
                let entries = std::mem::take(map).into_iter();
                *map = entries
                    .map(|(key, item)| (redactor.text(&key).into_owned(), item))
                    .collect();
            }
            let is_variable = map
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(names_a_secret);
            for (key, item) in map {
                let is_variable = is_variable && key == "value";
                value(item, is_variable || names_a_secret(key), redactor);
            }
        }
    }
}
