//! Findings as SARIF 2.1.0 for code scanning services. Only what every service reads is written: rules, results, places.

use serde_json::{Value, json};

use crate::diagnostics::Severity;
use crate::lint::{Finding, RULES};
use crate::report::pretty;

/// One run with all findings, and a description of every rule that found something.
pub fn sarif(findings: &[Finding], out: &mut String) {
    let found = |code: &str| {
        findings
            .iter()
            .any(|finding| finding.diagnostic.code.as_deref() == Some(code))
    };
    let rules: Vec<Value> = RULES
        .iter()
        .filter(|rule| found(rule.code))
        .map(|rule| json!({"id": rule.code, "shortDescription": {"text": rule.title}}))
        .collect();
    let results: Vec<Value> = findings.iter().map(one).collect();
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    pretty(&report, out);
}

fn one(finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = diagnostic.message.clone();
    if let Some(flag) = finding.flag() {
        text = format!("{text}\nin: {flag}");
    }
    if let Some(help) = &diagnostic.help {
        text = format!("{text}\nhelp: {help}");
    }
    let mut location = serde_json::Map::new();
    if let Some(place) = place(finding) {
        location.insert("physicalLocation".to_owned(), place);
    }
    let logical = logical(finding);
    if !logical.is_empty() {
        location.insert(
            "logicalLocations".to_owned(),
            json!([{"fullyQualifiedName": logical}]),
        );
    }
    let locations = if location.is_empty() {
        json!([])
    } else {
        json!([location])
    };
    json!({
        "ruleId": diagnostic.code,
        "level": level,
        "message": {"text": text},
        "locations": locations,
    })
}

/// The place of a finding in a file, with lines and characters counted from 1.
fn place(finding: &Finding) -> Option<Value> {
    let label = finding.diagnostic.labels.first()?;
    if label.source.is_typed() {
        return None;
    }
    let range = label.first_line();
    let (line, column) = label.source.line_column(range.start);
    let (end_line, end_column) = label.source.line_column(range.end);
    Some(json!({
        "artifactLocation": {"uri": uri(label.source.name())},
        "region": {
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        },
    }))
}

/// `Deployment/x: spec.replicas`, or only the path of a value.
fn logical(finding: &Finding) -> String {
    let path = &finding.diagnostic.path;
    let Some(field) = &finding.object else {
        return path.clone();
    };
    let name = format!("{}/{}", field.object.kind, field.object.name);
    if path.is_empty() {
        name
    } else {
        format!("{name}: {path}")
    }
}

/// A path as a relative reference (RFC 3986), percent-encoded.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("a b/ü.yaml"), "a%20b/%C3%BC.yaml");
    }
}
