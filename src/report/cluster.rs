//! What a cluster has, compared with what the values need: the checks of `preflight`, and the Secrets of `secret`.
//! Secret values do not get here.

use serde_json::{Value, json};

use super::{Style, pretty};
use crate::diagnostics::visible;
use crate::preflight::{Check, Status};
use crate::swanlab::secret::{Difference, Settings};

/// A line for each check: its status, name and message, and the remedy below it.
pub fn checks(checks: &[Check], style: Style, out: &mut String) {
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
pub fn checks_json(checks: &[Check], out: &mut String) {
    let checks: Vec<Value> = checks
        .iter()
        .map(|check| {
            json!({
                "name": check.name,
                "status": check.status.word(),
                "message": check.message,
                "remedy": check.remedy,
            })
        })
        .collect();
    let report = json!({"schemaVersion": 1, "checks": checks});
    pretty(&report, out);
}

/// A line for each difference, with the remedy below it, or one line if there is none.
pub fn differences(settings: &Settings, differences: &[Difference], out: &mut String) {
    let name = visible(&settings.secret);
    for Difference {
        message, remedy, ..
    } in differences
    {
        out.push_str(&format!(
            "Secret/{name}: {}\n  {}\n",
            visible(message),
            visible(remedy)
        ));
    }
    if differences.is_empty() {
        let integration = &settings.integration.name;
        out.push_str(&format!(
            "Secret/{name}: agrees with integrations.{integration}\n"
        ));
    }
}

/// The report of a Secret that is not in the file. `other` is the kind of another object with its name.
pub fn absent(settings: &Settings, file: &str, other: Option<&str>, out: &mut String) {
    let name = visible(&settings.secret);
    out.push_str(&format!(
        "Secret/{name}: it is not in `{}`\n  ",
        visible(file)
    ));
    match other {
        Some(kind) => out.push_str(&format!(
            "only a {} of that name is: check the Secret that it is made from\n",
            visible(kind)
        )),
        None => out.push_str(&format!(
            "name the Secret {name}, or correct integrations.{}.existingSecret\n",
            settings.integration.name
        )),
    }
}
