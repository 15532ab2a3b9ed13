//! Numbers and booleans where Kubernetes wants strings: in the maps that the schema marks with
//! `x-strings`, such as labels, they become the strings that they are written as. It converts nothing else.

use serde_json::{Map, Value};

use super::node::resolve;
use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, is_secret_key};
use crate::values::{Origins, Values};
use crate::yaml::{self, Edit, Path, Step};

/// The code of a value that became a string.
const CODE: &str = "SL007";

/// A value that became a string.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// Its path.
    pub path: Path,
    /// What it was: a number or a boolean.
    pub was: Value,
}

/// Converts what the user gave, in the merged tree.
pub fn convert_to_strings(chart: &Chart, values: &mut Values) -> Vec<Converted> {
    let Values {
        tree,
        user,
        defaults,
        ..
    } = values;
    // The schema is only read for a number or boolean in a map that is open: most values have none.
    if chart.schema.is_none() || !adds(user, Some(defaults)) {
        return Vec::new();
    }
    // That a schema cannot be read is reported by `validate`.
    let schema = chart.schema_tree();
    let mut paths = Vec::new();
    marked(user, schema, schema, &mut Vec::new(), &mut paths);
    let mut converted = Vec::new();
    for path in paths {
        if let Some(value @ (Value::Number(_) | Value::Bool(_))) = path.get_mut(tree) {
            let text = yaml::to_string(value).trim_end().to_owned();
            let was = std::mem::replace(value, Value::String(text));
            converted.push(Converted { path, was });
        }
    }
    converted
}

/// Puts back what was there before.
pub fn restore(converted: &[Converted], tree: &mut Value) {
    for one in converted {
        if let Some(value) = one.path.get_mut(tree) {
            value.clone_from(&one.was);
        }
    }
}

impl Converted {
    /// A note that the value became a string.
    pub fn note(&self, tree: &Value, origins: &Origins) -> Diagnostic {
        let Self { path, was } = self;
        let was = if was.is_boolean() {
            "boolean"
        } else {
            "number"
        };
        let is_secret = |step: &Step| matches!(step, Step::Key(key) if is_secret_key(key));
        let becomes = match path.get(tree) {
            Some(text) if !path.0.iter().any(is_secret) => format!("the string {text}"),
            _ => "a string".to_owned(),
        };
        let given = origins.given(path);
        let written = given.and_then(|place| super::quoted(&self.was, &place));
        let edit = written.filter(|written| path.get(tree) == Some(written));
        Diagnostic::note(format!("{path}: the {was} becomes {becomes}"))
            .with_code(CODE)
            .about(path)
            .with_help("put it in quotes to say which string is meant")
            .at(origins.nearest(path))
            .with_edit(edit.map(|value| Edit::Replace {
                path: path.clone(),
                value,
            }))
    }
}

/// Whether the given map has a number or boolean for which there is no default.
fn adds(given: &Map<String, Value>, defaults: Option<&Map<String, Value>>) -> bool {
    given.iter().any(|(key, value)| {
        let default = defaults.and_then(|defaults| defaults.get(key));
        match value {
            Value::Number(_) | Value::Bool(_) => default.is_none(),
            Value::Object(below) => adds(below, default.and_then(Value::as_object)),
            _ => false,
        }
    })
}

/// The numbers and booleans right below a node that wants strings.
fn marked(
    given: &Map<String, Value>,
    root: &Value,
    node: &Value,
    walked: &mut Vec<Step>,
    found: &mut Vec<Path>,
) {
    let node = resolve(root, node);
    for (key, value) in given {
        walked.push(Step::Key(key.clone()));
        match value {
            Value::Number(_) | Value::Bool(_) if node["x-strings"] == Value::Bool(true) => {
                found.push(Path(walked.clone()));
            }
            Value::Object(below) => {
                let next = node["properties"]
                    .get(key)
                    .or_else(|| node.get("additionalProperties"));
                if let Some(next) = next {
                    marked(below, root, next, walked, found);
                }
            }
            _ => {}
        }
        walked.pop();
    }
}
