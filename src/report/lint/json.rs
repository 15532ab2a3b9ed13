//! Findings as one JSON document. Its form is stable: `schemaVersion` is raised when a change breaks readers.

use serde_json::json;

use crate::lint::Finding;
use crate::report::json::pretty;

/// `{"schemaVersion":1,"findings":[…]}`
pub fn json(findings: &[Finding], out: &mut String) {
    pretty(&json!({"schemaVersion": 1, "findings": findings}), out);
}
