//! Small YAML files with fixed keys, such as swanlab-render.yaml: which keys there are, and of which type their values
//! are. Problems are collected, so that all of them can be reported at once. Values are not repeated in messages.

use serde_json::Value;

use super::{Diagnostic, Diagnostics, Label, Source, nearest};
use crate::yaml::{self, Node, Path};

/// A file of this kind, read by path. A null value counts as a missing one.
pub struct Form<'s> {
    source: &'s Source,
    root: Node<'s>,
    tree: Value,
    problems: Vec<Diagnostic>,
}

impl<'s> Form<'s> {
    /// Reads a text with one document; `None` if it has another number of them.
    ///
    /// # Errors
    /// The first thing that is not YAML.
    pub fn read(source: &'s Source) -> Result<Option<Self>, Diagnostic> {
        let failed = |error| Diagnostic::of_yaml(source, error);
        let mut nodes = yaml::compose(source.text()).map_err(failed)?;
        let (1, Some(root)) = (nodes.len(), nodes.pop()) else {
            return Ok(None);
        };
        let tree = yaml::tree(&root).map_err(failed)?;
        Ok(Some(Self {
            source,
            root,
            tree,
            problems: Vec::new(),
        }))
    }

    /// Records duplicate keys. Without this, the last one counts.
    pub fn no_duplicates(&mut self) {
        for duplicate in yaml::duplicates(&self.root) {
            let first = Label::new(self.source, duplicate.first).with_text("first given here");
            self.problems.push(
                Diagnostic::error(format!("duplicate key `{}`", duplicate.path))
                    .about(duplicate.path)
                    .at(Label::new(self.source, duplicate.second))
                    .at(first),
            );
        }
    }

    /// The document as written.
    pub fn root(&self) -> &Node<'s> {
        &self.root
    }

    /// The value at a path.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        path.get(&self.tree).filter(|value| !value.is_null())
    }

    /// Checks that there is a map at a path, and that it has no other keys than the known ones.
    pub fn keys(&mut self, path: &Path, known: &[&str]) {
        let Some(map) = path.get(&self.tree).and_then(Value::as_object) else {
            return self.refuse(path, "expected a map");
        };
        let unknown = map.keys().filter(|key| !known.contains(&key.as_str()));
        let problems = unknown.map(|key| {
            let path = path.join(key.as_str());
            let place = yaml::locate(&self.root, &path).and_then(|place| place.key);
            let help = nearest(key, known.iter().copied()).map_or_else(
                || format!("the known keys are {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            Diagnostic::error(format!("{path}: unknown key"))
                .about(&path)
                .at(place.map(|range| Label::new(self.source, range)))
                .with_help(help)
        });
        self.problems.extend(problems.collect::<Vec<_>>());
    }

    /// The text at a path. A number is not a text: `1.30` would lose its zero.
    pub fn text(&mut self, path: &Path) -> Option<String> {
        match self.get(path)? {
            Value::String(text) => return Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => {
                self.refuse(path, "expected text: put it in quotes");
            }
            _ => self.refuse(path, "expected text"),
        }
        None
    }

    /// The boolean at a path.
    pub fn boolean(&mut self, path: &Path) -> Option<bool> {
        let value = self.get(path)?.as_bool();
        if value.is_none() {
            self.refuse(path, "expected `true` or `false`");
        }
        value
    }

    /// The paths of the elements of the list at a path.
    pub fn list(&mut self, path: &Path) -> Vec<Path> {
        match self.get(path) {
            None => Vec::new(),
            Some(Value::Array(list)) => (0..list.len()).map(|index| path.join(index)).collect(),
            Some(_) => {
                self.refuse(path, "expected a list");
                Vec::new()
            }
        }
    }

    /// The texts of the list at a path, each with its own path.
    pub fn texts(&mut self, path: &Path) -> Vec<(Path, String)> {
        let elements = self.list(path).into_iter();
        elements
            .filter_map(|path| self.text(&path).map(|text| (path, text)))
            .collect()
    }

    /// The place of the value at a path: its first line.
    pub fn label(&self, path: &Path) -> Option<Label> {
        let place = yaml::locate(&self.root, path)?;
        let mut label = Label::new(self.source, place.value);
        label.range = label.first_line();
        Some(label)
    }

    /// Records a problem with the value at a path.
    pub fn refuse(&mut self, path: &Path, message: &str) {
        let message = match path.0.as_slice() {
            [] => message.to_owned(),
            _ => format!("{path}: {message}"),
        };
        self.add(path, Diagnostic::error(message));
    }

    /// Records a problem whose message needs no path.
    pub fn add(&mut self, path: &Path, problem: Diagnostic) {
        let place = self.label(path);
        let place = place.unwrap_or_else(|| Label::new(self.source, 0..0));
        self.problems.push(problem.about(path).at(place));
    }

    /// What was made of the file, if there are no problems.
    ///
    /// # Errors
    /// All problems.
    pub fn finish<T>(self, made: T) -> Result<T, Diagnostics> {
        if self.problems.is_empty() {
            Ok(made)
        } else {
            Err(Diagnostics(self.problems))
        }
    }
}
