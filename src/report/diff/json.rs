//! A comparison as one JSON document, described by `docs/diff.schema.json`.
//! Its form is stable: `schemaVersion` counts what breaks readers.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use crate::diff::{Action, Certainty, Change, Finding, ObjectDiff, Origin, Shown, Summary};
use crate::manifest::Manifest;
use crate::report::json::pretty;

/// `{"schemaVersion":1,"summary":{…},"findings":[…],"objects":[…]}`, indented.
pub fn json(diff: &Shown<'_>, out: &mut String) {
    pretty(&Report(diff), out);
}

/// The same as a tree.
pub fn value(diff: &Shown<'_>) -> Value {
    serde_json::to_value(Report(diff)).unwrap_or_default()
}

/// Written object by object: all trees at once would take several times the memory of both sides.
struct Report<'r, 'a>(&'r Shown<'a>);

impl Serialize for Report<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let diff = self.0;
        let mut report = serializer.serialize_map(None)?;
        report.serialize_entry("schemaVersion", &1)?;
        report.serialize_entry("summary", &summary(&diff.summary))?;
        let findings: Vec<Value> = diff.findings.iter().map(finding).collect();
        report.serialize_entry("findings", &findings)?;
        report.serialize_entry("objects", &Objects(diff))?;
        report.end()
    }
}

struct Objects<'r, 'a>(&'r Shown<'a>);

impl Serialize for Objects<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let objects = self.0.objects.iter();
        serializer.collect_seq(objects.map(|one| object(one, self.0)))
    }
}

fn summary(summary: &Summary) -> Value {
    json!({
        "added": summary.added,
        "removed": summary.removed,
        "changed": summary.changed,
        "renamed": summary.renamed,
        "unchanged": summary.unchanged,
        "verdict": summary.verdict.name(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "effect": finding.effect.name(),
        "certainty": match finding.certainty {
            Certainty::Certain => "certain",
            Certainty::Conditional => "conditional",
        },
        "condition": finding.condition,
        "object": {
            "apiVersion": finding.object.api_version,
            "kind": finding.object.kind,
            "namespace": finding.object.namespace,
            "name": finding.object.name,
        },
        "path": finding.path.to_string(),
        "message": finding.message,
        "fix": finding.fix,
        "origin": finding.origin.as_ref().map(origin),
        "accepted": finding.accepted,
    })
}

fn origin(origin: &Origin) -> Value {
    json!({"value": origin.value, "file": origin.file, "line": origin.line})
}

fn object<'a>(object: &ObjectDiff<'a>, diff: &Shown<'a>) -> Value {
    let effects = object.effects.iter().map(|effect| effect.name());
    // A changed object is told by its changes, an added or removed one whole.
    let [old, new] = match object.action {
        Action::Added | Action::Removed => diff.sides(object),
        Action::Changed | Action::Renamed => [None, None],
    };
    let whole = |side: Option<Cow<'_, Manifest>>| side.map(|manifest| manifest.into_owned().object);
    json!({
        "action": object.action.name(),
        "apiVersion": object.object.api_version,
        "kind": object.object.kind,
        "namespace": object.object.namespace,
        "name": object.object.name,
        "oldName": object.old_name,
        "effects": effects.collect::<Vec<_>>(),
        "old": whole(old),
        "new": whole(new),
        "changes": object.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    json!({
        "op": change.op.name(),
        "from": change.from,
        "path": change.path.to_string(),
        "pointer": change.pointer,
        "old": change.old,
        "new": change.new,
        "effect": change.effect.name(),
    })
}
