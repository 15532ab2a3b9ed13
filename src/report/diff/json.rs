//! A comparison as one JSON document, described by `docs/diff.schema.json`.

use serde_json::Value;

use crate::diff::Shown;
use crate::report::json::pretty;

/// `{"schemaVersion":1,"summary":{…},"findings":[…],"objects":[…]}`, indented.
pub fn json(diff: &Shown<'_>, out: &mut String) {
    pretty(diff, out);
}

/// The same as a tree.
pub fn value(diff: &Shown<'_>) -> Value {
    serde_json::to_value(diff).unwrap_or_default()
}
