//! The fields that a change touches, and whether the API server accepts changes of them.

use serde_json::Value;

use crate::diff::object::Object;
use crate::diff::{Change, Class, FieldStep};
use crate::kubernetes::{self, Answer, FIELD_UPDATES, FieldUpdate, at, field};

/// A field that differs.
#[derive(Clone, Debug)]
pub(super) struct Field<'c> {
    /// The keys of maps on its path; elements of lists are left out.
    pub(super) keys: Vec<&'c str>,
    pub(super) class: Class,
}

/// The greatest number of keys in the path of a field of a map that was added or removed as a whole, as in
/// `spec.resources.requests.storage`.
const DEPTH: usize = 4;

/// The fields that a change touches: one, or several if a map was added or removed as a whole.
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

/// Whether a change touches the field with these keys, or a field below it.
pub(super) fn touches(change: &Change, keys: &[&str]) -> bool {
    // Mostly, the path of the change is enough to see it.
    change.path.is_below(keys) || of(change).iter().any(|field| field.keys.starts_with(keys))
}

/// Whether a change only removes the service account of pods. Then it has no effect: the API server keeps the account
/// in the deprecated field `serviceAccount`, which it sets together with `serviceAccountName`
/// (`pkg/apis/core/v1/conversion.go`, Convert_v1_PodSpec_To_core_PodSpec).
pub(super) fn only_removes_account(
    change: &Change,
    old: Option<Object<'_>>,
    new: &Object<'_>,
) -> bool {
    // Most changes set a value, and can be excluded without looking up the pod template.
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
    let (is, was) = (field(pod, "spec"), old.map(|old| old.at(template)));
    let both = was.is_some_and(|was| !at(was, &["spec", "serviceAccount"]).is_null());
    field(is, "serviceAccountName").is_null()
        && field(is, "serviceAccount").is_null()
        && !both
        && of(change).iter().all(is_account)
}

/// The feature of the API server without which a change has no effect, where it is off.
pub(super) fn needed_feature(
    change: &Change,
    object: &Object<'_>,
    minor: u8,
) -> Option<&'static str> {
    let keys: Vec<&str> = change.path.keys().collect();
    let sides = [change.old.as_ref(), change.new.as_ref()];
    kubernetes::needed_feature(object.group, object.kind, &keys, sides, minor)
}

/// The rules for changes of an object.
pub(super) fn rules(object: &Object<'_>, minor: u8) -> Vec<&'static FieldUpdate> {
    let table = FIELD_UPDATES.iter();
    table
        .filter(|row| row.kind == object.kind)
        .filter(|row| row.groups.contains(&object.group) && row.minors.contains(minor))
        .collect()
}

/// Whether the API server accepts a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Accepted,
    Refused,
    RefusedIf(&'static str),
}

/// Whether the API server accepts a change of a field, and the rule that says so: that of the longest path.
pub(super) fn decide(
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
    let decision = match row.answer {
        Answer::Refused => Decision::Refused,
        Answer::OnceSet(_) | Answer::Kept if had => Decision::Refused,
        Answer::Allocated(_) if had && has => Decision::Refused,
        Answer::Accepted | Answer::Kept => Decision::Accepted,
        Answer::RefusedIf(condition)
        | Answer::OnceSet(condition)
        | Answer::Allocated(condition) => Decision::RefusedIf(condition),
    };
    // The API server compares lists including their order. Whether the stored list has the old order is not known.
    if decision == Decision::Refused && field.class == Class::Order {
        return (
            Decision::RefusedIf("the order counts as a change"),
            Some(row),
        );
    }
    (decision, Some(row))
}

/// Whether the rules refuse one of the changes for certain.
pub(super) fn are_refused(
    changes: &[Change],
    old: &Object<'_>,
    new: &Object<'_>,
    minor: u8,
) -> bool {
    let rules = rules(new, minor);
    let mut fields = changes.iter().flat_map(of);
    fields.any(|field| decide(&field, &rules, old, new).0 == Decision::Refused)
}
