//! The three warnings that Helm logs when a default and a given value have different shapes, in its words. The given
//! value always wins.

use serde_json::{Map, Value};

use crate::diagnostics::is_secret_key;
use crate::yaml::Path;

/// A default that was dropped because the user gave a value of another shape. Rendering goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// The value; its steps are keys.
    pub path: Path,
    /// Which shapes met.
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
        let keys: Vec<&str> = self.path.keys().collect();
        let place = format!("{chart}.{}", keys.join("."));
        let spell = |default: &Value| {
            if keys.iter().any(|key| is_secret_key(key)) {
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

/// Go's `%v` for a tree of values, as Helm spells it in its warnings; for people only.
///
/// `map[a:1 b:[x <nil>]]`: keys sorted by bytes, strings bare, secrets as `***`, every number a float64 (all numbers of a YAML file are, in Helm).
pub(super) fn go_value(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.as_f64().map(go_float).unwrap_or_default(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_value).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(key, value)| {
                    if is_secret_key(key) {
                        format!("{key}:***")
                    } else {
                        format!("{key}:{}", go_value(value))
                    }
                })
                .collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// The fewest digits that read back as the same number; with an exponent below 1e-4 and from 1e6 on.
fn go_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    match scientific
        .split_once('e')
        .map(|(digits, exponent)| (digits, exponent.parse::<i32>()))
    {
        Some((digits, Ok(exponent))) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => number.to_string(),
    }
}
