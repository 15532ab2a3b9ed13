//! The JSON form of a comparison, described by `docs/diff.schema.json`.
//!
//! Only [`Shown`] can be serialized, and no [`Diff`](super::Diff), [`Change`] or [`Finding`] by itself: so no value of
//! a Secret is written by mistake.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::{Action, Change, Finding, ObjectDiff, Shown};

/// The version of the form. It is raised when a change breaks readers.
const SCHEMA_VERSION: u32 = 1;

/// The form of a part of a comparison.
struct Form<T>(T);

/// Objects are written one by one: all of them as JSON at the same time would take several times the memory of both
/// sides.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Diff", 4)?;
        form.serialize_field("schemaVersion", &SCHEMA_VERSION)?;
        form.serialize_field("summary", &self.summary)?;
        form.serialize_field("findings", &Form(self.findings.as_slice()))?;
        form.serialize_field("objects", &Form(self))?;
        form.end()
    }
}

/// The objects of a comparison.
impl Serialize for Form<&Shown<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let objects = self.0.objects.iter();
        serializer.collect_seq(objects.map(|object| Form((object, self.0))))
    }
}

impl<'r, T> Serialize for Form<&'r [T]>
where
    Form<&'r T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Form))
    }
}

impl Serialize for Form<&Finding> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finding = self.0;
        let mut form = serializer.serialize_struct("Finding", 9)?;
        form.serialize_field("effect", &finding.effect)?;
        form.serialize_field("certainty", &finding.certainty)?;
        form.serialize_field("condition", &finding.condition)?;
        form.serialize_field("object", &finding.object)?;
        form.serialize_field("path", &finding.path)?;
        form.serialize_field("message", &finding.message)?;
        form.serialize_field("fix", &finding.fix)?;
        form.serialize_field("origin", &finding.attribution)?;
        form.serialize_field("accepted", &finding.accepted)?;
        form.end()
    }
}

impl<'a> Serialize for Form<(&ObjectDiff<'a>, &Shown<'a>)> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (object, diff) = self.0;
        // Added and removed objects have no changes: they are written whole.
        let sides = match object.action {
            Action::Added | Action::Removed => diff.sides(object),
            Action::Changed | Action::Renamed => [None, None],
        };
        let [old, new] = sides
            .each_ref()
            .map(|side| side.as_ref().map(|manifest| &manifest.object));
        let mut form = serializer.serialize_struct("Object", 10)?;
        form.serialize_field("action", &object.action)?;
        form.serialize_field("apiVersion", &object.object.api_version)?;
        form.serialize_field("kind", &object.object.kind)?;
        form.serialize_field("namespace", &object.object.namespace)?;
        form.serialize_field("name", &object.object.name)?;
        form.serialize_field("oldName", &object.old_name)?;
        form.serialize_field("effects", &object.effects)?;
        form.serialize_field("old", &old)?;
        form.serialize_field("new", &new)?;
        form.serialize_field("changes", &Form(object.changes.as_slice()))?;
        form.end()
    }
}

impl Serialize for Form<&Change> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let change = self.0;
        let mut form = serializer.serialize_struct("Change", 7)?;
        form.serialize_field("op", &change.op)?;
        form.serialize_field("from", &change.from)?;
        form.serialize_field("path", &change.path)?;
        form.serialize_field("pointer", &change.pointer)?;
        form.serialize_field("old", &change.old)?;
        form.serialize_field("new", &change.new)?;
        form.serialize_field("effect", &change.effect)?;
        form.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::to_value;

    use crate::diff::{Action, Effect, Op};

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
