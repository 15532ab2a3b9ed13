//! Reports for people and machines, written into a string. What is an error and what the exit code is has been decided
//! before.

pub mod backup;
pub mod cluster;
mod diagnostics;
pub mod diff;
pub mod docker;
pub mod entry;
mod excerpt;
pub mod explain;
pub mod golden;
mod html;
pub mod images;
pub mod lint;
pub mod manifests;
mod markup;
pub mod migrate;
pub mod plan;
pub mod status;
pub mod summary;
pub mod topology;
pub mod values;
mod workflow;

use serde::Serialize;

use crate::diagnostics::visible_json;

pub use diagnostics::{Style, draw};

/// A comment in YAML or a shell script, a line for each of a text; an empty text is an empty line.
fn comment(text: &str, out: &mut String) {
    if text.is_empty() {
        out.push_str("#\n");
    }
    for line in text.lines() {
        out.push_str(format!("# {line}").trim_end());
        out.push('\n');
    }
}

/// Indented JSON with a line break at the end.
fn pretty(value: &impl Serialize, out: &mut String) {
    // Everything that is reported can be written as JSON.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    out.push_str(&visible_json(&text));
    out.push('\n');
}
