//! Helm's two ways of merging: [`layer`] stacks what the user gave, [`coalesce`] puts the stack over the chart's defaults.
//! It does not read YAML, parse flags or print warnings: trees come in, a tree and warnings-as-data go out.
//!
//! The rules are those of Helm 4.1.4 (its `MergeMaps`, and `pkg/chart/common/util/coalesce.go`), for a chart without subcharts.

mod warning;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use warning::{Conflict, Warning};

use serde_json::{Map, Value};

use crate::yaml::Path;

/// Puts one more document (a `-f` file, a `--set-json` object) on top of what the user gave so far.
///
/// Map onto map merges key by key; everything else, null included, replaces silently. A null is kept: what it deletes is decided by
/// [`coalesce`], and a later document may turn it into a map again.
pub fn layer(user: &mut Map<String, Value>, document: Map<String, Value>) {
    for (key, value) in document {
        match (user.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => layer(below, above),
            (_, value) => {
                user.insert(key, value);
            }
        }
    }
}

/// What a template sees as `.Values`, and what Helm would have logged on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Coalesced {
    /// The defaults' keys in their order, then the keys that only the user has, in theirs.
    pub values: Map<String, Value>,
    /// In the order of the user's keys (Helm's own order changes from run to run).
    pub warnings: Vec<Warning>,
}

/// Puts the user's values over the chart's defaults.
///
/// The user wins, maps merge, lists are replaced as a whole, and a null deletes the default of that key. Helm treats the top level
/// and the levels below it differently in two points, and so does this:
///
/// * null over a null default deletes the key at the top level and leaves the null below it;
/// * at the top level a scalar or list replaces a default map silently, below it with a warning.
pub fn coalesce(defaults: Map<String, Value>, user: Map<String, Value>) -> Coalesced {
    let mut values = defaults;
    let mut warnings = Vec::new();
    for (key, given) in user {
        match (values.get_mut(&key), given) {
            (Some(_), Value::Null) => {
                values.shift_remove(&key);
            }
            (Some(Value::Object(default)), Value::Object(given)) => {
                coalesce_nested(
                    default,
                    given,
                    &mut Path::default().join(key.as_str()),
                    &mut warnings,
                );
            }
            (default, given) => {
                if given.is_object() && default.is_some_and(|default| !default.is_null()) {
                    warnings.push(Warning {
                        path: Path::default().join(key.as_str()),
                        conflict: Conflict::Skipped,
                    });
                }
                values.insert(key, given);
            }
        }
    }
    Coalesced { values, warnings }
}

/// The rules below the top level; `path` leads to `values` and is given back as it came.
fn coalesce_nested(
    values: &mut Map<String, Value>,
    user: Map<String, Value>,
    path: &mut Path,
    warnings: &mut Vec<Warning>,
) {
    for (key, given) in user {
        path.0.push(key.as_str().into());
        match (values.get_mut(&key), given) {
            // A null only deletes something: where there is nothing, or a null already, it stays.
            (Some(default), Value::Null) if !default.is_null() => {
                values.shift_remove(&key);
            }
            (Some(Value::Object(default)), Value::Object(given)) => {
                coalesce_nested(default, given, path, warnings);
            }
            (default, given) => {
                let default = default.map(Value::take).unwrap_or_default();
                if let Some(conflict) = Conflict::between(default, &given) {
                    warnings.push(Warning {
                        path: path.clone(),
                        conflict,
                    });
                }
                values.insert(key, given);
            }
        }
        path.0.pop();
    }
}
