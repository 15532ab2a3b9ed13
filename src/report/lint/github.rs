//! Findings as workflow commands of GitHub Actions, at the lines of the values files.

use crate::diagnostics::Severity;
use crate::lint::Finding;
use crate::report::workflow::{Place, command};

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
