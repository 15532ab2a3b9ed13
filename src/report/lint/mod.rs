//! Findings of `lint`, for people and machines.

mod fix;
mod sarif;

use serde_json::json;

use super::diagnostics::{Style, draw};
use super::pretty;
use super::workflow::{Place, command};
use crate::diagnostics::{Diagnostics, Severity};
use crate::lint::Finding;

pub use fix::{done, patch};
pub use sarif::sarif;

/// The findings as rustc would draw them, and their number.
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

/// `{"schemaVersion":1,"findings":[…]}`
pub fn json(findings: &[Finding], out: &mut String) {
    pretty(&json!({"schemaVersion": 1, "findings": findings}), out);
}

/// A line for each finding.
pub fn github(findings: &[Finding], out: &mut String) {
    for finding in findings {
        out.push_str(&one(finding));
        out.push('\n');
    }
}

fn one(finding: &Finding) -> String {
    let diagnostic = &finding.diagnostic;
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut message = diagnostic.message.clone();
    if let Some(flag) = finding.flag() {
        message = format!("{message}\nin: {flag}");
    }
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {help}");
    }
    let place = diagnostic
        .labels
        .first()
        .map_or_else(Place::nowhere, Place::at);
    command(kind, place, diagnostic.code.as_deref(), &message)
}
