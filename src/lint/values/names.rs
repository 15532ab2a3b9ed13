//! Names of parts that were cut. How names are made and cut is the chart's rule, in its partial
//! `names`; here its outcome is read, never made again.

use serde_json::Value;

use super::given::Given;
use crate::diagnostics::Diagnostic;

/// SL116: names that lost their ends. A name of its own is told by itself; those that one long
/// beginning makes too long are told together.
pub(super) fn cut(given: &Given<'_>) -> Vec<Diagnostic> {
    let Some(names) = given.names else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut together: Vec<&str> = Vec::new();
    for part in given.parts() {
        let key = part.rsplit('.').next().unwrap_or_default();
        let (Value::String(name), Value::String(uncut)) = (&names[key], &names["uncut"][key])
        else {
            continue;
        };
        if name == uncut {
            continue;
        }
        let path = format!("{part}.fullnameOverride");
        if given.text(&path).is_empty() {
            together.push(name);
            continue;
        }
        let rule = Diagnostic::warning(format!("{path} is cut to `{name}`"));
        found.push(given.found(rule, "SL116", &path).with_help(SHORTEN));
    }
    if !together.is_empty() {
        let cause = names["fullnameComesFrom"].as_str().unwrap_or_default();
        let rule = Diagnostic::warning(format!(
            "{cause} is so long that names are cut: {}",
            together.join(", ")
        ));
        // The release name is no value.
        let rule = if given.text(cause).is_empty() {
            rule.with_code("SL116")
        } else {
            given.found(rule, "SL116", cause)
        };
        found.insert(0, rule.with_help(SHORTEN));
    }
    found
}

const SHORTEN: &str = "before the first installation, choose a shorter one: names have 40 characters at most. Afterwards keep it: another name leaves the data behind";
