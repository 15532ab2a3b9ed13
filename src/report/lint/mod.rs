//! Findings for people (drawn as diagnostics, with a last line that counts them) and for machines.
//! It leaves nothing out and decides nothing: severities are final when they get here.

mod github;
mod json;
mod sarif;

use super::diagnostics::{Style, draw};
use crate::diagnostics::{Diagnostics, Severity};
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
