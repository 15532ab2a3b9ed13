//! Hides the values of Secrets in a comparison: `secret#1` stands for a value, and equal values get equal numbers.
//! What comes out is the only thing that reports take; it refuses to change names of objects.

mod collect;
mod encodings;
mod hide;
mod url;

#[cfg(test)]
mod tests;

use std::ops::Deref;

use serde_json::{Map, Value};

use super::{Change, Diff, FieldPath, FieldStep, Finding, ObjectDiff, Origin};
use crate::manifest::Manifest;
use hide::Hider;

/// A comparison that may leave the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown<'a>(Diff<'a>);

impl<'a> Shown<'a> {
    /// The comparison as it is, with the values of Secrets: only for who asks for them.
    pub fn with_secrets(diff: Diff<'a>) -> Self {
        Self(diff)
    }
}

impl<'a> Deref for Shown<'a> {
    type Target = Diff<'a>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The old and the new side of one object, without the values of Secrets.
pub type Sides = [Option<Manifest>; 2];

/// The comparison without the values of the Secrets on either side, wherever they stand: in clear, in base64,
/// percent-encoded, escaped or inside a URL. Values shorter than 6 bytes, and those that are a part of a name or
/// label or common words, are hidden in their Secrets alone. `namespace` is the release's; `copies` takes the
/// objects that the result refers to.
pub fn redact<'b>(
    diff: Diff<'_>,
    old: &[Manifest],
    new: &[Manifest],
    namespace: &str,
    copies: &'b mut Vec<Sides>,
) -> Shown<'b> {
    let mut hider = Hider::of(old, new, namespace);
    let findings = diff.findings;
    let findings = findings.into_iter().map(|one| finding(one, &mut hider));
    let findings = findings.collect();
    let mut changed = Vec::with_capacity(diff.objects.len());
    copies.clear();
    for object in diff.objects {
        let in_secret = object.object.kind == SECRET;
        let changes = object.changes.into_iter();
        let changes = changes.map(|one| change(one, in_secret, &mut hider));
        changed.push(ObjectDiff {
            changes: changes.collect(),
            old: None,
            new: None,
            ..object
        });
        copies
            .push([object.old, object.new].map(|side| side.map(|side| manifest(side, &mut hider))));
    }
    for (object, [old, new]) in changed.iter_mut().zip(copies.iter()) {
        object.old = old.as_ref();
        object.new = new.as_ref();
    }
    Shown(Diff {
        objects: changed,
        findings,
        renames: diff.renames,
        summary: diff.summary,
        compared: diff.compared,
    })
}

/// The kind whose values are hidden.
const SECRET: &str = "Secret";

/// The fields of a Secret that hold its values: in base64, and as they are.
const ENCODED: &str = "data";
const PLAIN: &str = "stringData";

fn manifest(manifest: &Manifest, hider: &mut Hider) -> Manifest {
    let mut object = Map::new();
    let is_secret = manifest.kind() == SECRET;
    for (key, field) in manifest.object.as_object().into_iter().flatten() {
        let field = match key.as_str() {
            ENCODED | PLAIN if is_secret => own_values(field, key == ENCODED, hider),
            _ => value(field, hider),
        };
        object.insert(key.clone(), field);
    }
    Manifest {
        source: manifest.source.clone(),
        document: manifest.document,
        object: Value::Object(object),
    }
}

/// The map of a Secret's values.
fn own_values(field: &Value, encoded: bool, hider: &mut Hider) -> Value {
    match field {
        Value::Object(values) => {
            let values = values.iter();
            let values = values.map(|(key, own)| (key.clone(), own_value(own, encoded, hider)));
            Value::Object(values.collect())
        }
        other => own_value(other, encoded, hider),
    }
}

fn own_value(value: &Value, encoded: bool, hider: &mut Hider) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::String(text) => hider.own(text, encoded).into(),
        other => hider.own(&other.to_string(), false).into(),
    }
}

/// A value from anywhere else.
fn value(value: &Value, hider: &mut Hider) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(number) => {
            let text = number.to_string();
            let shown = hider.text(&text);
            if shown == text {
                value.clone()
            } else {
                shown.into()
            }
        }
        Value::String(text) => hider.text(text).into(),
        Value::Array(list) => list.iter().map(|item| self::value(item, hider)).collect(),
        Value::Object(map) => {
            let entries = map.iter();
            let entries = entries.map(|(key, item)| (hider.text(key), self::value(item, hider)));
            Value::Object(entries.collect())
        }
    }
}

fn change(change: Change, in_secret: bool, hider: &mut Hider) -> Change {
    let field = change.path.0.first();
    let own = match field {
        Some(FieldStep::Key(key)) if in_secret => match key.as_str() {
            ENCODED => Some(true),
            PLAIN => Some(false),
            _ => None,
        },
        _ => None,
    };
    let mut side = |side: Option<Value>| {
        side.map(|side| match own {
            None => value(&side, hider),
            Some(encoded) => own_values(&side, encoded, hider),
        })
    };
    let (old, new) = (side(change.old), side(change.new));
    let inside = change.inside.into_iter();
    Change {
        old,
        new,
        // Every part of a document in a Secret is secret.
        inside: if own.is_some() {
            Vec::new()
        } else {
            inside.map(|one| self::change(one, false, hider)).collect()
        },
        path: path(change.path, hider),
        pointer: hider.text(&change.pointer),
        from: change.from.map(|from| hider.text(&from)),
        origin: change.origin.map(|one| origin(one, hider)),
        ..change
    }
}

fn finding(finding: Finding, hider: &mut Hider) -> Finding {
    Finding {
        condition: finding.condition.map(|text| hider.text(&text)),
        path: path(finding.path, hider),
        message: hider.text(&finding.message),
        fix: finding.fix.iter().map(|text| hider.text(text)).collect(),
        origin: finding.origin.map(|one| origin(one, hider)),
        ..finding
    }
}

fn origin(origin: Origin, hider: &mut Hider) -> Origin {
    Origin {
        value: hider.text(&origin.value),
        file: hider.text(&origin.file),
        line: origin.line,
    }
}

fn path(path: FieldPath, hider: &mut Hider) -> FieldPath {
    let steps = path.0.into_iter();
    FieldPath(
        steps
            .map(|step| match step {
                FieldStep::Key(key) => FieldStep::Key(hider.text(&key)),
                FieldStep::Element(key) => FieldStep::Element(hider.text(&key)),
                step @ (FieldStep::Index(_) | FieldStep::Document) => step,
            })
            .collect(),
    )
}
