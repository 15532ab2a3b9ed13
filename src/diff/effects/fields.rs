//! Which fields a change touches, whether it is one leaf or a whole part that came or went, and what the API server
//! says to each. What controllers then do is decided elsewhere.

use serde_json::Value;

use crate::diff::object::Object;
use crate::diff::{Change, Class, FieldStep};
use crate::kubernetes::{Answer, FIELD_UPDATES, FieldUpdate};

/// A field that differs.
#[derive(Clone, Debug)]
pub(super) struct Field<'c> {
    /// The keys that lead to it; steps into lists are left out.
    pub(super) keys: Vec<&'c str>,
    pub(super) class: Class,
}

/// So many keys are told apart in a part that came or went as a whole: `spec.resources.requests.storage`.
const DEPTH: usize = 4;

/// The fields that a change touches.
pub(super) fn of(change: &Change) -> Vec<Field<'_>> {
    let keys: Vec<&str> = change.path.keys().collect();
    let in_list = change
        .path
        .0
        .iter()
        .any(|step| !matches!(step, FieldStep::Key(_)));
    let mut fields = Vec::new();
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    split(keys, [old, new], in_list, change.class, &mut fields);
    fields
}

fn split<'c>(
    keys: Vec<&'c str>,
    sides: [Option<&'c Value>; 2],
    whole: bool,
    class: Class,
    fields: &mut Vec<Field<'c>>,
) {
    let maps = sides.map(|side| side.and_then(Value::as_object));
    let scalar = sides
        .iter()
        .flatten()
        .any(|side| !side.is_object() && !side.is_null());
    if whole || scalar || keys.len() >= DEPTH || maps.iter().flatten().all(|map| map.is_empty()) {
        fields.push(Field { keys, class });
        return;
    }
    let [old, new] = maps;
    let only_new = new
        .into_iter()
        .flatten()
        .filter(|(key, _)| old.is_none_or(|old| !old.contains_key(*key)));
    for (key, _) in old.into_iter().flatten().chain(only_new) {
        let below = maps.map(|map| {
            map.and_then(|map| map.get(key))
                .filter(|value| !value.is_null())
        });
        if below[0] != below[1] {
            let mut keys = keys.clone();
            keys.push(key);
            split(keys, below, false, class, fields);
        }
    }
}

/// Whether a change touches the field of these keys, or something below it.
pub(super) fn touches(change: &Change, keys: &[&str]) -> bool {
    // A change below the field is the usual case, and needs no splitting.
    change.path.is_below(keys) || of(change).iter().any(|field| field.keys.starts_with(keys))
}

/// Whether a change takes the account away that pods of an object run as, and nothing else: the deprecated field
/// `serviceAccount`, which the API server fills in beside `serviceAccountName`, keeps it
/// (`pkg/apis/core/v1/conversion.go`, Convert_v1_PodSpec_To_core_PodSpec).
pub(super) fn is_kept(change: &Change, old: Option<Object<'_>>, new: &Object<'_>) -> bool {
    // Most changes are of another field, and the rest is not worth looking up for them.
    if change.new.as_ref().is_some_and(|new| !new.is_null()) {
        return false;
    }
    let Some((template, pod)) = new.pod() else {
        return false;
    };
    let is_account = |field: &Field<'_>| {
        let rest = field.keys.strip_prefix(template);
        rest == Some(&["spec", "serviceAccountName"])
    };
    let (is, was) = (&pod["spec"], old.map(|old| old.at(template)));
    let both = was.is_some_and(|was| !was["spec"]["serviceAccount"].is_null());
    is["serviceAccountName"].is_null()
        && is["serviceAccount"].is_null()
        && !both
        && of(change).iter().all(is_account)
}

/// What the table says about an object.
pub(super) fn rules(object: &Object<'_>, minor: u8) -> Vec<&'static FieldUpdate> {
    let table = FIELD_UPDATES.iter();
    table
        .filter(|row| row.kind == object.kind)
        .filter(|row| row.groups.contains(&object.group) && row.minors.contains(minor))
        .collect()
}

/// What the API server says to a change of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Accepted,
    Refused,
    RefusedIf(&'static str),
}

/// The verdict, and the row that it comes from: the one that names the field most closely.
pub(super) fn answer(
    field: &Field<'_>,
    rules: &[&'static FieldUpdate],
    old: &Object<'_>,
    new: &Object<'_>,
) -> (Decision, Option<&'static FieldUpdate>) {
    let close = rules.iter().filter(|row| field.keys.starts_with(row.field));
    let Some(row) = close.max_by_key(|row| row.field.len()) else {
        return (Decision::Accepted, None);
    };
    let [had, has] = [old, new].map(|side| !side.at(row.field).is_null());
    let verdict = match row.answer {
        Answer::Accepted => Decision::Accepted,
        Answer::Refused => Decision::Refused,
        Answer::OnceSet(_) if had => Decision::Refused,
        Answer::Allocated(_) if had && has => Decision::Refused,
        Answer::RefusedIf(condition)
        | Answer::OnceSet(condition)
        | Answer::Allocated(condition) => Decision::RefusedIf(condition),
    };
    // The validation compares lists in their order; whether what was stored has the old one is not known.
    if verdict == Decision::Refused && field.class == Class::Order {
        return (
            Decision::RefusedIf("the order counts as a change"),
            Some(row),
        );
    }
    (verdict, Some(row))
}

/// Whether one of the changes is refused for certain, by the table alone.
pub(super) fn are_refused(
    changes: &[Change],
    old: &Object<'_>,
    new: &Object<'_>,
    minor: u8,
) -> bool {
    let rules = rules(new, minor);
    let mut fields = changes.iter().flat_map(of);
    fields.any(|field| answer(&field, &rules, old, new).0 == Decision::Refused)
}
