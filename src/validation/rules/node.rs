//! A value in an object, and how to get there from the value that a rule is about.

use serde_json::Value;

use crate::kubernetes::at;
use crate::yaml::Step;

/// A value below another one. A value that does not exist is null.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'n> {
    pub(super) value: &'n Value,
    way: Way<'n>,
}

#[derive(Clone, Copy, Debug)]
enum Way<'n> {
    Root,
    Keys(&'n Node<'n>, &'n [&'n str]),
    /// The entry of a map with arbitrary keys; rules about it are about its key or its value.
    Entry(&'n Node<'n>, &'n str, bool),
    Index(&'n Node<'n>, usize),
}

impl<'n> Node<'n> {
    pub(super) fn root(value: &'n Value) -> Self {
        Self {
            value,
            way: Way::Root,
        }
    }

    /// The value below, by keys.
    pub(super) fn at<'s>(&'s self, keys: &'s [&'s str]) -> Node<'s> {
        Node {
            value: at(self.value, keys),
            way: Way::Keys(self, keys),
        }
    }

    /// The elements of a list; none if it is not a list.
    pub(super) fn items(&self) -> impl Iterator<Item = Node<'_>> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(place, value)| Node {
            value,
            way: Way::Index(self, place),
        })
    }

    /// The entries of a map; none if it is not a map.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Node<'_>)> {
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(move |(key, value)| {
            let way = Way::Entry(self, key, false);
            (key.as_str(), Node { value, way })
        })
    }

    /// The same entry of a map, for rules about its key.
    pub(super) fn key(self) -> Self {
        let way = match self.way {
            Way::Entry(map, key, _) => Way::Entry(map, key, true),
            other => other,
        };
        Self { way, ..self }
    }

    pub(super) fn is_key(&self) -> bool {
        matches!(self.way, Way::Entry(_, _, true))
    }

    /// The text, if it is one and not empty: for the API an empty string is mostly an absent one.
    pub(super) fn text(&self) -> Option<&'n str> {
        self.value.as_str().filter(|text| !text.is_empty())
    }

    /// The integer, if it is one.
    pub(super) fn number(&self) -> Option<i64> {
        self.value.as_i64()
    }

    pub(super) fn is_true(&self) -> bool {
        *self.value == Value::Bool(true)
    }

    pub(super) fn is_set(&self) -> bool {
        !self.value.is_null()
    }

    /// Whether it is a list or map with something in it.
    pub(super) fn is_filled(&self) -> bool {
        match self.value {
            Value::Array(items) => !items.is_empty(),
            Value::Object(map) => !map.is_empty(),
            _ => false,
        }
    }

    /// Adds the way from the root.
    pub(super) fn extend(&self, path: &mut Vec<Step>) {
        match self.way {
            Way::Root => {}
            Way::Keys(from, keys) => {
                from.extend(path);
                path.extend(keys.iter().map(|key| Step::Key((*key).to_owned())));
            }
            Way::Entry(from, key, _) => {
                from.extend(path);
                path.push(Step::Key(key.to_owned()));
            }
            Way::Index(from, place) => {
                from.extend(path);
                path.push(Step::Index(place));
            }
        }
    }
}
