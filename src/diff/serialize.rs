//! The JSON form of a comparison, described by `docs/diff.schema.json`.
//!
//! Only [`Shown`] can be serialized, and no [`Diff`](super::Diff), [`Change`] or [`Finding`] by itself: so no value of
//! a Secret is written by mistake.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use serde_json::Value;

use super::{
    Action, Attribution, Certainty, Change, Effect, FieldPath, Finding, ObjectDiff, ObjectRef, Op,
    Shown,
};

/// The version of the form. It is raised when a change breaks readers.
const SCHEMA_VERSION: u32 = 1;

/// Objects are written one by one: all of them as JSON at the same time would take several times the memory of both
/// sides.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Only comparisons with another chart, or of charts in Go templates, have these.
        let (has_values, has_random) = (!self.values.is_empty(), !self.random.is_empty());
        let fields = 4 + usize::from(has_values) + usize::from(has_random);
        let mut report = serializer.serialize_struct("Diff", fields)?;
        report.serialize_field("schemaVersion", &SCHEMA_VERSION)?;
        report.serialize_field("summary", &self.summary)?;
        report.serialize_field("findings", &Findings(self))?;
        report.serialize_field("objects", &Objects(self))?;
        if has_values {
            report.serialize_field("values", &self.values)?;
        }
        if has_random {
            report.serialize_field("random", &self.random)?;
        }
        report.end()
    }
}

struct Findings<'r, 'a>(&'r Shown<'a>);

impl Serialize for Findings<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.findings.iter().map(FindingForm::of))
    }
}

struct Objects<'r, 'a>(&'r Shown<'a>);

impl Serialize for Objects<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let objects = self.0.objects.iter();
        serializer.collect_seq(objects.map(|object| ObjectForm::of(object, self.0)))
    }
}

#[derive(serde::Serialize)]
struct FindingForm<'r> {
    effect: Effect,
    certainty: Certainty,
    condition: Option<&'r str>,
    object: &'r ObjectRef,
    path: &'r FieldPath,
    message: &'r str,
    fix: &'r [String],
    origin: Option<&'r Attribution>,
    accepted: bool,
}

impl<'r> FindingForm<'r> {
    fn of(finding: &'r Finding) -> Self {
        Self {
            effect: finding.effect,
            certainty: finding.certainty,
            condition: finding.condition.as_deref(),
            object: &finding.object,
            path: &finding.path,
            message: &finding.message,
            fix: &finding.fix,
            origin: finding.attribution.as_ref(),
            accepted: finding.accepted,
        }
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectForm<'r> {
    action: Action,
    #[serde(flatten)]
    object: &'r ObjectRef,
    old_name: Option<&'r str>,
    effects: &'r [Effect],
    old: Option<Value>,
    new: Option<Value>,
    changes: Vec<ChangeForm<'r>>,
}

impl<'r> ObjectForm<'r> {
    fn of<'a>(object: &'r ObjectDiff<'a>, diff: &Shown<'a>) -> Self {
        // Added and removed objects have no changes: they are written whole.
        let sides = match object.action {
            Action::Added | Action::Removed => diff.sides(object),
            Action::Changed | Action::Renamed => [None, None],
        };
        let [old, new] = sides.map(|side| side.map(|manifest| manifest.into_owned().object));
        Self {
            action: object.action,
            object: &object.object,
            old_name: object.old_name.as_deref(),
            effects: &object.effects,
            old,
            new,
            changes: object.changes.iter().map(ChangeForm::of).collect(),
        }
    }
}

#[derive(serde::Serialize)]
struct ChangeForm<'r> {
    op: Op,
    from: Option<&'r str>,
    path: &'r FieldPath,
    pointer: &'r str,
    old: Option<&'r Value>,
    new: Option<&'r Value>,
    effect: Effect,
}

impl<'r> ChangeForm<'r> {
    fn of(change: &'r Change) -> Self {
        Self {
            op: change.op,
            from: change.from.as_deref(),
            path: &change.path,
            pointer: &change.pointer,
            old: change.old.as_ref(),
            new: change.new.as_ref(),
            effect: change.effect,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::to_value;

    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for effect in Effect::ALL {
            assert_eq!(to_value(effect).unwrap(), effect.name());
        }
        for action in [
            Action::Added,
            Action::Removed,
            Action::Changed,
            Action::Renamed,
        ] {
            assert_eq!(to_value(action).unwrap(), action.name());
        }
        for op in [Op::Add, Op::Remove, Op::Replace, Op::Move] {
            assert_eq!(to_value(op).unwrap(), op.name());
        }
    }
}
