//! Findings as SARIF 2.1.0, which code scanning services read.
//! It writes only what every consumer knows: rules, results, places.

use serde_json::{Value, json};

use super::{flag, object, place};
use crate::diagnostics::Severity;
use crate::lint::{Finding, RULES};
use crate::report::json::pretty;

/// One run with all findings; every rule that found something is described in it.
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
    if let Some(flag) = flag(finding) {
        text = format!("{text}\nin: {flag}");
    }
    if let Some(help) = &diagnostic.help {
        text = format!("{text}\nhelp: {help}");
    }
    let mut location = serde_json::Map::new();
    if let Some(place) = place(finding) {
        location.insert(
            "physicalLocation".to_owned(),
            json!({
                "artifactLocation": {"uri": uri(place.file)},
                "region": {
                    "startLine": place.line,
                    "startColumn": place.column,
                    "endLine": place.end_line,
                    "endColumn": place.end_column,
                },
            }),
        );
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

/// `Deployment/x: spec.replicas`, or the value's path alone.
fn logical(finding: &Finding) -> String {
    let path = &finding.diagnostic.path;
    match object(finding) {
        Value::Object(object) => {
            let word = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
            let name = format!("{}/{}", word("kind"), word("name"));
            if path.is_empty() {
                name
            } else {
                format!("{name}: {path}")
            }
        }
        _ => path.clone(),
    }
}

/// A path as a relative reference: what has a meaning in URIs is percent-encoded (RFC 3986).
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
