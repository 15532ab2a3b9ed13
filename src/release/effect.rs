//! What the change of a value does to a field of an object: the object before and after, side by
//! side. It refuses to compare what may be two different things.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cause::{Field, Part};
use crate::yaml::{Path, Step, value_at};

/// What templates make: by source, the objects of each; a template that fails is not there.
pub(super) type Objects = BTreeMap<String, Vec<Value>>;

/// What the change of a value does to a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    /// The field is another one: the value feeds it.
    Changes,
    /// The field is gone: the value decides whether it is there.
    TakesAway,
}

/// What the change of a value has done to a field.
pub(super) fn effect(value: &Path, field: Field<'_>, base: &Objects, changed: &Objects) -> Effect {
    let Some((before, after)) = same_object(field, base, changed) else {
        return Effect::Nothing;
    };
    let Some((last, above)) = field.path.0.split_last() else {
        return if before == after {
            Effect::Nothing
        } else {
            Effect::Changes
        };
    };
    let (above_before, above_after) = match counterparts(before, after, above) {
        Counterpart::Found(before, after) => (before, after),
        Counterpart::Gone => return Effect::TakesAway,
        Counterpart::Unknown => return Effect::Nothing,
    };
    let is_key = field.part == Part::Key && matches!(last, Step::Key(_));
    match counterparts(above_before, above_after, std::slice::from_ref(last)) {
        Counterpart::Found(before, after) if before == after => Effect::Nothing,
        // Another value under a key of the template's own says nothing of the key.
        Counterpart::Found(..) if is_key && !value.0.contains(last) => Effect::Nothing,
        Counterpart::Found(..) => Effect::Changes,
        Counterpart::Gone if is_key && size(above_before) == size(above_after) => Effect::Changes,
        Counterpart::Gone => Effect::TakesAway,
        Counterpart::Unknown => Effect::Nothing,
    }
}

/// How many entries a map has.
fn size(value: &Value) -> Option<usize> {
    value.as_object().map(serde_json::Map::len)
}

/// The object before and after; none if it is not certain to be the same one.
fn same_object<'o>(
    field: Field<'_>,
    base: &'o Objects,
    changed: &'o Objects,
) -> Option<(&'o Value, &'o Value)> {
    let (before, after) = (base.get(field.source)?, changed.get(field.source)?);
    // Of a template that makes more or fewer objects it is not known which is which.
    if before.len() != after.len() {
        return None;
    }
    let (before, after) = (before.get(field.document)?, after.get(field.document)?);
    (before["kind"] == after["kind"]).then_some((before, after))
}

enum Counterpart<'v> {
    Found(&'v Value, &'v Value),
    /// It was there before.
    Gone,
    /// Elements of a list have come or gone, and their names do not tell which is which.
    Unknown,
}

/// What steps lead to before and after.
fn counterparts<'v>(
    mut before: &'v Value,
    mut after: &'v Value,
    steps: &[Step],
) -> Counterpart<'v> {
    for step in steps {
        let step = std::slice::from_ref(step);
        let old = value_at(before, step);
        let new = match (before, after, old) {
            (Value::Array(all), Value::Array(others), Some(one)) if all.len() != others.len() => {
                let name = one.get("name");
                let same = |other: &&Value| name.is_some() && other.get("name") == name;
                let Some(same) = others.iter().find(same) else {
                    return Counterpart::Unknown;
                };
                Some(same)
            }
            _ => value_at(after, step),
        };
        match (old, new) {
            (Some(old), Some(new)) => (before, after) = (old, new),
            (None, Some(new)) => (before, after) = (&Value::Null, new),
            (Some(_), None) => return Counterpart::Gone,
            (None, None) => return Counterpart::Found(&Value::Null, &Value::Null),
        }
    }
    Counterpart::Found(before, after)
}
