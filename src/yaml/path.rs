//! Paths into a tree, as shown to people: `service.ports[0].name`.
//! They are never parsed from text; Helm's `--set` has its own grammar.

use std::fmt;

use serde_json::Value;

/// The way from a root to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
}

impl Path {
    /// The path that a JSON pointer names in `root`, which tells keys from list indices. Where the pointer
    /// leads out of `root`, the remaining steps are keys.
    pub fn from_pointer(pointer: &str, root: &Value) -> Self {
        let mut here = Some(root);
        let steps = pointer.split('/').skip(1).map(|token| {
            let index = match here {
                Some(Value::Array(_)) => token.parse().ok(),
                _ => None,
            };
            if let Some(index) = index {
                here = here.and_then(|list| list.get(index));
                Step::Index(index)
            } else {
                let key = token.replace("~1", "/").replace("~0", "~");
                here = here.and_then(|map| map.get(&key));
                Step::Key(key)
            }
        });
        Self(steps.collect())
    }
}

/// The value that steps lead to; none if they lead out of the tree.
pub fn value_at<'v>(root: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// Scalars, and maps and lists that are empty, with their paths, in order.
pub fn leaves(root: &Value) -> Vec<(Path, &Value)> {
    let mut found = Vec::new();
    walk(root, &mut Vec::new(), &mut found);
    found
}

fn walk<'v>(value: &'v Value, walked: &mut Vec<Step>, found: &mut Vec<(Path, &'v Value)>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, inner) in map {
                walked.push(Step::Key(key.clone()));
                walk(inner, walked, found);
                walked.pop();
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (index, inner) in list.iter().enumerate() {
                walked.push(Step::Index(index));
                walk(inner, walked, found);
                walked.pop();
            }
        }
        leaf => found.push((Path(walked.clone()), leaf)),
    }
}

impl fmt::Display for Path {
    /// Keys with dots or odd characters stand in brackets, quoted as in JSON: `labels["app.kubernetes.io/name"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if !is_word(key) => write!(f, "[{}]", Value::from(key.as_str()))?,
                Step::Key(key) if place == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand in a path as it is, without brackets and quotes.
pub fn is_word(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}
