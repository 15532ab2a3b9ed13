//! The checks of a cluster as a table for people and as JSON. It counts and judges nothing.

use serde_json::{Value, json as object};

use super::Style;
use super::json::pretty;
use crate::diagnostics::visible;
use crate::preflight::{Check, Status};

/// A line for each check: its mark, what was looked at, how it is; below it what to do.
pub fn text(checks: &[Check], style: Style, out: &mut String) {
    let width = |check: &Check| visible(&check.name).chars().count();
    let widest = checks.iter().map(width).max().unwrap_or_default();
    for check in checks {
        let mark = painted(check.status, style);
        out.push_str(&format!(
            "{mark}  {:widest$}  {}\n",
            visible(&check.name),
            visible(&check.message)
        ));
        if !check.remedy.is_empty() {
            out.push_str(&format!("{:9}-> {}\n", "", visible(&check.remedy)));
        }
    }
}

/// The word of a status, in its column and colour.
fn painted(status: Status, style: Style) -> String {
    let word = format!("{:7}", status.word());
    let code = match status {
        Status::Ok => "32",
        Status::Warning => "33",
        Status::Missing => "31",
        Status::Unknown => "36",
    };
    if style.colour {
        format!("\u{1b}[{code}m{word}\u{1b}[0m")
    } else {
        word
    }
}

/// `{"schemaVersion":1,"checks":[{"name","status","message","remedy"}]}`
pub fn json(checks: &[Check], out: &mut String) {
    let checks: Vec<Value> = checks
        .iter()
        .map(|check| {
            object!({
                "name": check.name,
                "status": check.status.word(),
                "message": check.message,
                "remedy": check.remedy,
            })
        })
        .collect();
    let report = object!({"schemaVersion": 1, "checks": checks});
    pretty(&report, out);
}
