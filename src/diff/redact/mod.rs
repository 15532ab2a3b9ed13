//! Hides the values of Secrets in a comparison: `secret#1` stands for a value, and equal values get equal numbers.
//! What comes out is the only thing that reports take; it refuses to change names of objects.

mod collect;
mod encodings;
mod hide;
mod url;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Deref;

use serde_json::Value;

use super::{Change, Diff, FieldPath, FieldStep, Finding, ObjectDiff, Origin};
use crate::manifest::Manifest;
use hide::Hider;

/// A comparison that may leave the program.
#[derive(Debug)]
pub struct Shown<'a> {
    diff: Diff<'a>,
    /// Hides what the objects hold; none if everything is shown.
    hider: Option<Hider>,
}

impl<'a> Shown<'a> {
    /// The comparison as it is, with the values of Secrets: only for who asks for them.
    pub fn with_secrets(diff: Diff<'a>) -> Self {
        Self { diff, hider: None }
    }

    /// The old and the new side of one of its objects as they may be seen; none where there is no such side.
    pub fn sides(&self, object: &ObjectDiff<'a>) -> [Option<Cow<'a, Manifest>>; 2] {
        [object.old, object.new].map(|side| {
            side.map(|side| match &self.hider {
                None => Cow::Borrowed(side),
                Some(hider) => Cow::Owned(manifest(side.clone(), hider)),
            })
        })
    }
}

impl<'a> Deref for Shown<'a> {
    type Target = Diff<'a>;

    fn deref(&self) -> &Self::Target {
        &self.diff
    }
}

/// The comparison without the values of the Secrets on either side, wherever they stand: in clear, in base64,
/// percent-encoded, escaped or inside a URL. Values shorter than 6 bytes, and those that are a part of a name or
/// label or common words, are hidden in their Secrets alone. `namespace` is the release's.
pub fn redact<'a>(
    mut diff: Diff<'a>,
    old: &[Manifest],
    new: &[Manifest],
    namespace: &str,
) -> Shown<'a> {
    if diff.objects.is_empty() && diff.findings.is_empty() {
        return Shown::with_secrets(diff);
    }
    let hider = Hider::of(old, new, namespace);
    for one in &mut diff.findings {
        finding(one, &hider);
    }
    for object in &mut diff.objects {
        let in_secret = object.object.kind == SECRET;
        for one in &mut object.changes {
            change(one, in_secret, &hider);
        }
    }
    Shown {
        diff,
        hider: Some(hider),
    }
}

/// The kind whose values are hidden.
const SECRET: &str = "Secret";

/// The fields of a Secret that hold its values: in base64, and as they are.
const ENCODED: &str = "data";
const PLAIN: &str = "stringData";

fn manifest(mut manifest: Manifest, hider: &Hider) -> Manifest {
    let is_secret = manifest.kind() == SECRET;
    for (key, field) in manifest.object.as_object_mut().into_iter().flatten() {
        match key.as_str() {
            ENCODED | PLAIN if is_secret => own_values(field, key == ENCODED, hider),
            _ => value(field, hider),
        }
    }
    manifest
}

/// The map of a Secret's values.
fn own_values(field: &mut Value, encoded: bool, hider: &Hider) {
    match field {
        Value::Object(values) => values
            .values_mut()
            .for_each(|own| own_value(own, encoded, hider)),
        other => own_value(other, encoded, hider),
    }
}

fn own_value(value: &mut Value, encoded: bool, hider: &Hider) {
    let shown = match *value {
        Value::Null => return,
        Value::String(ref text) => hider.own(text, encoded),
        ref other => hider.own(&other.to_string(), false),
    };
    *value = shown.into();
}

/// A value from anywhere else.
fn value(value: &mut Value, hider: &Hider) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => {
            if let Cow::Owned(shown) = hider.text(&number.to_string()) {
                *value = shown.into();
            }
        }
        Value::String(shown) => text(shown, hider),
        Value::Array(list) => list.iter_mut().for_each(|item| self::value(item, hider)),
        Value::Object(map) => {
            if map
                .keys()
                .any(|key| matches!(hider.text(key), Cow::Owned(_)))
            {
                let entries = std::mem::take(map).into_iter();
                *map = entries
                    .map(|(key, item)| (hider.text(&key).into_owned(), item))
                    .collect();
            }
            map.values_mut().for_each(|item| self::value(item, hider));
        }
    }
}

fn text(text: &mut String, hider: &Hider) {
    if let Cow::Owned(shown) = hider.text(text) {
        *text = shown;
    }
}

fn change(change: &mut Change, in_secret: bool, hider: &Hider) {
    let own = match change.path.0.first() {
        Some(FieldStep::Key(key)) if in_secret => match key.as_str() {
            ENCODED => Some(true),
            PLAIN => Some(false),
            _ => None,
        },
        _ => None,
    };
    for side in [&mut change.old, &mut change.new].into_iter().flatten() {
        match own {
            None => value(side, hider),
            Some(encoded) => own_values(side, encoded, hider),
        }
    }
    // Every part of a document in a Secret is secret.
    if own.is_some() {
        change.inside.clear();
    }
    for inside in &mut change.inside {
        self::change(inside, false, hider);
    }
    path(&mut change.path, hider);
    text(&mut change.pointer, hider);
    if let Some(from) = &mut change.from {
        text(from, hider);
    }
    if let Some(one) = &mut change.origin {
        origin(one, hider);
    }
}

fn finding(finding: &mut Finding, hider: &Hider) {
    path(&mut finding.path, hider);
    let texts = finding.fix.iter_mut().chain(&mut finding.condition);
    for one in texts.chain([&mut finding.message]) {
        text(one, hider);
    }
    if let Some(one) = &mut finding.origin {
        origin(one, hider);
    }
}

fn origin(origin: &mut Origin, hider: &Hider) {
    text(&mut origin.value, hider);
    text(&mut origin.file, hider);
}

fn path(path: &mut FieldPath, hider: &Hider) {
    for step in &mut path.0 {
        match step {
            FieldStep::Key(key) | FieldStep::Element(key) => text(key, hider),
            FieldStep::Index(_) | FieldStep::Document => {}
        }
    }
}
