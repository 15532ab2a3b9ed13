//! Findings for people (drawn as diagnostics, with a last line that counts them) and for machines.
//! It leaves nothing out and decides nothing: severities are final when they get here.

mod github;
mod json;
mod sarif;

use serde_json::Value;

use super::diagnostics::{Style, draw};
use crate::diagnostics::{Diagnostics, Label, Severity};
use crate::lint::Finding;

pub use github::github;
pub use json::json;
pub use sarif::sarif;

/// The findings as rustc would draw them, and how many there are.
pub fn text(findings: &[Finding], style: Style, out: &mut String) {
    let diagnostics = findings.iter().map(|finding| finding.diagnostic.clone());
    out.push_str(&draw(&Diagnostics(diagnostics.collect()), style));
    if !findings.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(findings));
    out.push('\n');
}

fn summary(findings: &[Finding]) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| {
            let of_it = |finding: &&Finding| finding.diagnostic.severity == severity;
            match findings.iter().filter(of_it).count() {
                0 => None,
                1 => Some(format!("1 {}", name(severity))),
                count => Some(format!("{count} {}s", name(severity))),
            }
        })
        .collect();
    if counts.is_empty() {
        "nothing found".to_owned()
    } else {
        counts.join(", ")
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Where a finding is, in a file of the user's or the chart's: lines and characters from 1.
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The place that is at fault; none if there is none, or if it is a flag.
fn place(finding: &Finding) -> Option<Place<'_>> {
    let label = finding.diagnostic.labels.first()?;
    (!label.source.is_typed()).then(|| place_of(label))
}

fn place_of(label: &Label) -> Place<'_> {
    let range = label.first_line();
    let (line, column) = label.source.line_column(range.start);
    let (end_line, end_column) = label.source.line_column(range.end);
    Place {
        file: label.source.name(),
        line,
        column,
        end_line,
        end_column,
    }
}

/// The flag that is at fault, its secrets hidden.
fn flag(finding: &Finding) -> Option<String> {
    let label = finding.diagnostic.labels.first()?;
    label
        .source
        .is_typed()
        .then(|| crate::diagnostics::mask(label.source.text()))
}

/// The object as every report names it; null if the finding is about none.
fn object(finding: &Finding) -> Value {
    let Some(object) = &finding.object else {
        return Value::Null;
    };
    let (kind, namespace, name) = object.identity.as_ref().map_or(("", "", ""), |identity| {
        (&*identity.kind, &*identity.namespace, &*identity.name)
    });
    serde_json::json!({
        "apiVersion": object.api_version,
        "kind": kind,
        "namespace": namespace,
        "name": name,
    })
}
