//! Findings as workflow commands of GitHub Actions, which shows them at the lines of a pull request.
//! The grammar is that of GitHub's "Workflow commands" page.

use super::{flag, place};
use crate::diagnostics::Severity;
use crate::lint::Finding;

/// A line for each finding.
pub fn github(findings: &[Finding], out: &mut String) {
    for finding in findings {
        out.push_str(&one(finding));
        out.push('\n');
    }
}

fn one(finding: &Finding) -> String {
    let diagnostic = &finding.diagnostic;
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = place(finding) {
        properties.push(format!("file={}", property(place.file)));
        properties.push(format!("line={},col={}", place.line, place.column));
        if place.end_line == place.line && place.end_column > place.column {
            properties.push(format!("endColumn={}", place.end_column));
        }
    }
    if let Some(code) = &diagnostic.code {
        properties.push(format!("title={}", property(code)));
    }
    let mut message = diagnostic.message.clone();
    if let Some(flag) = flag(finding) {
        message = format!("{message}\nin: {flag}");
    }
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {help}");
    }
    format!("::{command} {}::{}", properties.join(","), data(&message))
}

/// A message: what would end the line is written as GitHub wants it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property: commas and colons would end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Diagnostic, Label, Source};

    #[test]
    fn nothing_in_a_finding_ends_its_line_early() {
        let source = Source::new("a,b:c.yaml", "x: 1\ny: 2\n");
        let finding = Finding::from(
            Diagnostic::warning("100 %\nof it")
                .with_code("SL001")
                .at(Label::new(&source, 5..6))
                .with_help("a::b"),
        );
        assert_eq!(
            one(&finding),
            "::warning file=a%2Cb%3Ac.yaml,line=2,col=1,endColumn=2,title=SL001::100 %25%0Aof it%0Ahelp: a::b"
        );
    }
}
