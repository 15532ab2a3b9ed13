//! JSON as every report prints it. It decides nothing about what is in it.

use serde::Serialize;

use crate::diagnostics::visible_json;

/// Indented, with a line break at the end.
pub(super) fn pretty(value: &impl Serialize, out: &mut String) {
    // Everything that is reported is made of JSON already.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    out.push_str(&visible_json(&text));
    out.push('\n');
}
