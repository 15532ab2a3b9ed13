//! A value together with the way to it, so that a rule that looks at one can say where it stands.
//! Looking for what is not there gives a null; nothing fails.

use serde_json::Value;

use crate::yaml::{Path, Step};

/// A value in an object of a render.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// The object's place in the render.
    pub(super) object: usize,
    /// The way from the object to the value.
    pub(super) path: Path,
    pub(super) value: &'a Value,
}

impl<'a> Place<'a> {
    pub(super) fn root(object: usize, value: &'a Value) -> Self {
        Self {
            object,
            path: Path::default(),
            value,
        }
    }

    fn step(&self, step: Step, value: &'a Value) -> Self {
        let mut path = self.path.clone();
        path.0.push(step);
        Self {
            object: self.object,
            path,
            value,
        }
    }

    /// What stands below, by keys that hold no dots: `spec.template`.
    pub(super) fn at(&self, keys: &str) -> Self {
        keys.split('.').fold(self.clone(), |place, key| {
            place.step(Step::Key(key.to_owned()), &place.value[key])
        })
    }

    /// The elements of a list; none if it is none.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(place, item)| self.step(Step::Index(place), item))
    }

    /// The entries of a map; none if it is none.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(|(key, value)| (key.as_str(), self.step(Step::Key(key.clone()), value)))
    }

    /// The text there, if it is one and not empty: the API takes an empty string as absent.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn is_true(&self) -> bool {
        self.value == &Value::Bool(true)
    }
}
