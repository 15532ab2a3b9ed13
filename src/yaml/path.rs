//! Paths into a tree, as shown to people: `service.ports[0].name`.
//! They are never parsed from text; Helm's `--set` has its own grammar.

use std::borrow::Cow;
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

/// A [`Step`] that borrows its key, for walks that mostly need no path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StepRef<'a> {
    Key(&'a str),
    Index(usize),
}

impl From<StepRef<'_>> for Step {
    fn from(step: StepRef<'_>) -> Self {
        match step {
            StepRef::Key(key) => Self::Key(key.to_owned()),
            StepRef::Index(index) => Self::Index(index),
        }
    }
}

impl Path {
    /// The path of keys with dots between them, none of which holds a dot itself: `service.server.replicas`.
    pub fn dotted(keys: &str) -> Self {
        Self(
            keys.split('.')
                .map(|key| Step::Key(key.to_owned()))
                .collect(),
        )
    }

    /// The keys on the path, without list indices.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The path with one step more.
    #[must_use]
    pub fn join(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }

    /// The path without its last step; none of the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The value at the path; none if it leads out of the tree.
    pub fn get<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        value_at(root, &self.0)
    }

    /// The same, to be changed.
    pub fn get_mut<'v>(&self, root: &'v mut Value) -> Option<&'v mut Value> {
        self.0.iter().try_fold(root, |value, step| match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(index),
        })
    }

    /// Puts a value at the path, or removes what is there. Maps that are missing on the way, or null, are created;
    /// `None` and no change if a step leads into a scalar, the wrong kind of container, or behind the end of a list,
    /// and for the root.
    #[must_use]
    pub fn set(&self, root: &mut Value, value: Option<Value>) -> Option<()> {
        let (last, above) = self.0.split_last()?;
        let mut place = root;
        for step in above {
            place = match step {
                Step::Key(key) => map_at(place)?.entry(key.clone()).or_insert(Value::Null),
                Step::Index(index) => place.get_mut(index)?,
            };
        }
        match (last, value) {
            (Step::Key(key), Some(value)) => {
                map_at(place)?.insert(key.clone(), value);
            }
            (Step::Key(key), None) => {
                map_at(place)?.shift_remove(key);
            }
            (Step::Index(index), Some(value)) => *place.get_mut(index)? = value,
            (Step::Index(index), None) => {
                let list = place.as_array_mut().filter(|list| *index < list.len())?;
                list.remove(*index);
            }
        }
        Some(())
    }

    /// The path that a JSON pointer names in `root`, which distinguishes keys from list indices. Where the pointer
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

/// A key as a token of a JSON pointer (RFC 6901).
pub fn pointer_token(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}

/// A map, also where there is null.
fn map_at(place: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    if place.is_null() {
        *place = Value::Object(serde_json::Map::new());
    }
    place.as_object_mut()
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// The value that steps lead to; none if they lead out of the tree.
pub fn value_at<'v>(root: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// The value that steps lead to from a map.
pub fn value_in<'v>(map: &'v serde_json::Map<String, Value>, steps: &[Step]) -> Option<&'v Value> {
    let (Step::Key(first), below) = steps.split_first()? else {
        return None;
    };
    value_at(map.get(first)?, below)
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
    /// Keys with dots or odd characters are put in brackets and quoted as in JSON: `labels["app.kubernetes.io/name"]`.
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

/// Whether a key can be written in a path without brackets and quotes.
pub fn is_word(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_set_also_below_a_map_that_is_missing() {
        let mut tree = json!({"a": {"b": 1}, "list": [1, 2]});
        let set = |tree: &mut Value, path: &Path, value| path.set(tree, value);
        assert_eq!(set(&mut tree, &Path::dotted("a.b"), None), Some(()));
        assert_eq!(
            set(&mut tree, &Path::dotted("c.d"), Some(json!(2))),
            Some(())
        );
        let second = Path::dotted("list").join(1);
        assert_eq!(set(&mut tree, &second, Some(json!(3))), Some(()));
        assert_eq!(tree, json!({"a": {}, "list": [1, 3], "c": {"d": 2}}));
        for path in [
            Path::default(),
            Path::dotted("list.x"),
            second.join("x"),
            Path::dotted("list").join(2),
        ] {
            assert_eq!(set(&mut tree, &path, Some(json!(1))), None, "{path}");
        }
        assert_eq!(second.get(&tree), Some(&json!(3)));
        assert_eq!(second.parent(), Some(Path::dotted("list")));
    }
}
