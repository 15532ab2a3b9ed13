//! Duplicate objects, of which a cluster would keep only the last one. Such a render is an error that names both
//! templates and the values that made the names equal.

use serde_json::Value;

use super::Release;
use crate::diagnostics::{Diagnostic, Label};
use crate::manifest::Identity;
use crate::yaml::{Path, Step};

impl Release {
    /// What is wrong if the templates `first` and `second` make the same object.
    pub(super) fn collision(&self, identity: &Identity, first: &str, second: &str) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(format!(
            "duplicate object: {identity}, made by {first} and by {second}"
        ))
        .with_code("SL115");
        // The values that are this name, or that the name begins with: they made it.
        let mut paths = Vec::new();
        named(
            &self.values.tree,
            &identity.name,
            &mut Vec::new(),
            &mut paths,
        );
        let labels: Vec<Label> = paths
            .iter()
            .filter_map(|path| {
                let label = self.origins.of(path)?.label().clone();
                Some(label.with_text(format!("{path} gives the name")))
            })
            .collect();
        let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
        for label in labels {
            diagnostic = diagnostic.at(label);
        }
        diagnostic.with_help(if names.is_empty() {
            format!(
                "objects of one kind need different names; the release is called `{}`",
                self.name
            )
        } else {
            format!("give different names: {}", names.join(", "))
        })
    }
}

/// The paths of all texts in the values that the name begins with.
fn named(value: &Value, name: &str, walked: &mut Vec<Step>, found: &mut Vec<Path>) {
    match value {
        Value::String(text) if text.len() > 1 && name.starts_with(text.as_str()) => {
            found.push(Path(walked.clone()));
        }
        Value::Object(map) => {
            for (key, inner) in map {
                walked.push(Step::Key(key.clone()));
                named(inner, name, walked, found);
                walked.pop();
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                walked.push(Step::Index(index));
                named(inner, name, walked, found);
                walked.pop();
            }
        }
        _ => {}
    }
}
