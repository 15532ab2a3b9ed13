//! Cases as a JUnit report for Jenkins, GitLab and others: one suite with a test case for each case.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesCData, Event};

use super::{body, message};
use crate::diagnostics::visible;
use crate::golden::{Checked, Status};
use crate::report::Style;

/// The report. A case that cannot be rendered is an error, any other case that is not ok is a failure.
pub fn junit(checked: &[Checked], out: &mut String) {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to a vector cannot fail.
    let _ = suite(&mut writer, checked);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&String::from_utf8_lossy(&writer.into_inner()));
    out.push('\n');
}

fn suite(writer: &mut Writer<Vec<u8>>, checked: &[Checked]) -> io::Result<()> {
    let errors = checked
        .iter()
        .filter(|one| matches!(one.status, Status::Error(_)))
        .count();
    let fine = checked
        .iter()
        .filter(|one| one.status == Status::Ok)
        .count();
    let counts = [
        ("tests", checked.len().to_string()),
        ("failures", (checked.len() - errors - fine).to_string()),
        ("errors", errors.to_string()),
    ];
    let attributes = |name: &'static str| {
        let counts = counts.iter().map(|(key, count)| (*key, count.as_str()));
        std::iter::once(("name", name))
            .chain(counts)
            .collect::<Vec<_>>()
    };
    writer
        .create_element("testsuites")
        .with_attributes(attributes("swanlab-render"))
        .write_inner_content(|writer| {
            writer
                .create_element("testsuite")
                .with_attributes(attributes("swanlab-render check"))
                .write_inner_content(|writer| {
                    checked.iter().try_for_each(|one| case(writer, one))
                })?;
            Ok(())
        })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, checked: &Checked) -> io::Result<()> {
    let file = checked.case.golden.display().to_string();
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", "swanlab-render"))
        .with_attribute(("name", xml(&visible(&checked.case.name)).as_str()))
        .with_attribute(("file", xml(&visible(&file)).as_str()));
    let kind = match checked.status {
        Status::Ok => {
            element.write_empty()?;
            return Ok(());
        }
        Status::Error(_) => "error",
        _ => "failure",
    };
    let message = message(checked);
    let body = body(checked, Style::PLAIN);
    element.write_inner_content(|writer| {
        let element = writer
            .create_element(kind)
            .with_attribute(("type", checked.status.name()))
            .with_attribute(("message", xml(&message).as_str()));
        if body.is_empty() {
            element.write_empty()?;
            return Ok(());
        }
        // Some readers lose the text after an `&gt;`.
        element.write_inner_content(|writer| {
            BytesCData::escaped(&xml(&body))
                .try_for_each(|part| writer.write_event(Event::CData(part)))
        })?;
        Ok(())
    })?;
    Ok(())
}

/// The text without the control characters that XML 1.0 cannot represent.
fn xml(text: &str) -> String {
    text.chars()
        .map(|c| {
            let is_allowed = matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
            if is_allowed { c } else { '\u{FFFD}' }
        })
        .collect()
}
