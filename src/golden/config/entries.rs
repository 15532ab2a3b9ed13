//! The values of a swanlab-render.yaml, each with its type.

use serde_json::Value;

use super::Reader;
use crate::diagnostics::{Diagnostic, Label, nearest};
use crate::yaml::{self, Path as Steps, Step};

impl Reader<'_> {
    /// Whether secrets are hidden in golden files, where that is said.
    pub(super) fn hides(&mut self, map: &Value, path: &Steps) -> Option<bool> {
        let hides = map.get("hideSecrets").filter(|hides| !hides.is_null())?;
        if !hides.is_boolean() {
            self.problem(&at(path, "hideSecrets"), "write true or false");
        }
        hides.as_bool()
    }

    /// A text; none if the key is not there. Numbers are no texts: `1.30` would lose its zero.
    pub(super) fn text(&mut self, case: &Value, path: &Steps, key: &str) -> Option<String> {
        match case.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.problem(&at(path, key), "text is wanted here: put it in quotes");
                None
            }
        }
    }

    pub(super) fn texts(&mut self, case: &Value, path: &Steps, key: &str) -> Vec<String> {
        let list = match case.get(key) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.problem(&at(path, key), "a list is wanted here");
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for (index, element) in list.iter().enumerate() {
            if let Value::String(text) = element {
                texts.push(text.clone());
            } else {
                let mut path = at(path, key);
                path.0.push(Step::Index(index));
                self.problem(&path, "text is wanted here: put it in quotes");
            }
        }
        texts
    }

    pub(super) fn known_keys(&mut self, map: &Value, known: &[&'static str], path: &Steps) {
        for key in map.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if known.contains(&key.as_str()) {
                continue;
            }
            let at = at(path, key);
            let place = yaml::locate(self.root, &at).and_then(|located| located.key);
            let error = Diagnostic::error(format!("`{key}` is not known here"));
            let error = match place {
                Some(range) => error.at(Label::new(self.source, range)),
                None => error,
            };
            self.problems
                .push(match nearest(key, known.iter().copied()) {
                    Some(near) => error.with_help(format!("did you mean `{near}`?")),
                    None => error.with_help(format!("known are: {}", known.join(", "))),
                });
        }
    }

    pub(super) fn label(&self, path: &Steps) -> Option<Label> {
        let located = yaml::locate(self.root, path)?;
        let label = Label::new(self.source, located.value);
        let line = label.first_line();
        Some(Label::new(self.source, line))
    }

    pub(super) fn problem(&mut self, path: &Steps, message: &str) {
        self.refuse(path, Diagnostic::error(message));
    }

    pub(super) fn refuse(&mut self, path: &Steps, error: Diagnostic) {
        let place = self.label(path);
        let place = place.unwrap_or_else(|| Label::new(self.source, 0..0));
        self.problems.push(error.at(place));
    }
}

pub(super) fn at(path: &Steps, key: &str) -> Steps {
    let mut path = path.clone();
    path.0.push(Step::Key(key.to_owned()));
    path
}
