//! Findings as one JSON document. Its form is stable: `schemaVersion` counts what breaks readers.

use serde_json::{Value, json};

use super::{flag, name, object, place};
use crate::lint::Finding;
use crate::report::json::pretty;

/// `{"schemaVersion":1,"findings":[…]}`. A finding that is about a flag has no file but the key
/// `flag`.
pub fn json(findings: &[Finding], out: &mut String) {
    let findings: Vec<Value> = findings.iter().map(one).collect();
    let report = json!({"schemaVersion": 1, "findings": findings});
    pretty(&report, out);
}

fn one(finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let place = place(finding);
    let mut value = json!({
        "code": diagnostic.code,
        "severity": name(diagnostic.severity),
        "path": diagnostic.path,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": place.as_ref().map(|place| place.file),
        "line": place.as_ref().map(|place| place.line),
        "column": place.as_ref().map(|place| place.column),
        "object": object(finding),
    });
    if let (Some(flag), Some(map)) = (flag(finding), value.as_object_mut()) {
        map.insert("flag".to_owned(), flag.into());
    }
    value
}
