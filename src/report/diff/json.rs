//! A comparison as one JSON document, described by `docs/diff.schema.json`.
//! Its form is stable: `schemaVersion` counts what breaks readers.

use serde_json::{Value, json};

use crate::diff::{Certainty, Change, Finding, ObjectDiff, Origin, Shown};
use crate::manifest::Manifest;

/// `{"schemaVersion":1,"summary":{…},"findings":[…],"objects":[…]}`, indented.
pub fn json(diff: &Shown<'_>, out: &mut String) {
    let report = value(diff);
    out.push_str(&format!("{report:#}\n"));
}

/// The same as a tree.
pub fn value(diff: &Shown<'_>) -> Value {
    let summary = &diff.summary;
    json!({
        "schemaVersion": 1,
        "summary": {
            "added": summary.added,
            "removed": summary.removed,
            "changed": summary.changed,
            "renamed": summary.renamed,
            "unchanged": summary.unchanged,
            "verdict": summary.verdict.name(),
        },
        "findings": diff.findings.iter().map(finding).collect::<Vec<_>>(),
        "objects": diff.objects.iter().map(object).collect::<Vec<_>>(),
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
    })
}

fn origin(origin: &Origin) -> Value {
    json!({"value": origin.value, "file": origin.file, "line": origin.line})
}

fn object(object: &ObjectDiff<'_>) -> Value {
    let effects = object.effects.iter().map(|effect| effect.name());
    // A changed object is told by its changes, an added or removed one whole.
    let alone = object.old.is_none() || object.new.is_none();
    let whole = |side: Option<&Manifest>| {
        side.filter(|_| alone)
            .map(|manifest| manifest.object.clone())
    };
    json!({
        "action": object.action.name(),
        "apiVersion": object.object.api_version,
        "kind": object.object.kind,
        "namespace": object.object.namespace,
        "name": object.object.name,
        "oldName": object.old_name,
        "effects": effects.collect::<Vec<_>>(),
        "old": whole(object.old),
        "new": whole(object.new),
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
