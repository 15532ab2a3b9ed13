//! The three things Helm logs when a default and a given value are of different shapes.
//! It does not decide which of the two wins (the user always does), nor where the line is printed.

use serde_json::{Map, Value};

use super::verb::go_value;
use crate::diagnostics::is_secret_key;

/// A default that was dropped because the user gave a value of another shape. Rendering goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// The keys that lead to the value, from the top.
    pub path: Vec<String>,
    /// What met there.
    pub conflict: Conflict,
}

/// Which shapes met. The dropped default is kept where Helm's text repeats it.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// At the top level: a map took the place of a scalar or list.
    Skipped,
    /// Below the top level: a map took the place of this scalar or list.
    Ignored(Value),
    /// Below the top level: a scalar or list took the place of this map.
    Overwritten(Map<String, Value>),
}

impl Conflict {
    /// What Helm complains about when `given` replaces `default` below the top level.
    pub(super) fn between(default: Value, given: &Value) -> Option<Self> {
        match (default, given) {
            (Value::Null, _) => None,
            (Value::Object(default), _) => Some(Self::Overwritten(default)),
            (default, Value::Object(_)) => Some(Self::Ignored(default)),
            _ => None,
        }
    }
}

impl Warning {
    /// The text that Helm logs after `warning: `, for the chart of this name. Secrets are left out of it.
    pub fn message(&self, chart: &str) -> String {
        let place = format!("{chart}.{}", self.path.join("."));
        let spell = |default: &Value| {
            if self.path.iter().any(|key| is_secret_key(key)) {
                "***".to_owned()
            } else {
                go_value(default)
            }
        };
        match &self.conflict {
            Conflict::Skipped => format!("skipped value for {place}: Not a table."),
            Conflict::Ignored(default) => format!(
                "destination for {place} is a table. Ignoring non-table value ({})",
                spell(default)
            ),
            Conflict::Overwritten(default) => format!(
                "cannot overwrite table with non table for {place} ({})",
                spell(&Value::Object(default.clone()))
            ),
        }
    }
}
