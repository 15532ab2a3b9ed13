//! Lists and maps of trees, as templates see them and as manifests get them.

use std::sync::Arc;

use indexmap::IndexMap;
use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectExt as _, ObjectRepr};
use serde_json::Map;

use super::{Key, LONGEST_TEXT, Tree, has_mark};
use crate::engine::memo::Watched;

/// Pairs in order, with a lookup by key.
pub(in crate::engine) type Pairs = IndexMap<Key, Tree, foldhash::fast::RandomState>;

/// No pairs, with room for some.
pub(in crate::engine) fn pairs(capacity: usize) -> Pairs {
    Pairs::with_capacity_and_hasher(capacity, foldhash::fast::RandomState::default())
}

/// How large a tree is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    /// Its elements, itself included.
    pub(super) elements: usize,
    /// The levels below it.
    pub(super) depth: usize,
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct List {
    trees: Vec<Tree>,
    size: Option<Size>,
}

/// A map.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Keyed {
    pairs: Pairs,
    size: Option<Size>,
}

/// The tree that a value shares; none if it is no list or map of trees.
pub(in crate::engine) fn tree(value: &Value) -> Option<Tree> {
    if let Some(map) = value.downcast_object() {
        return Some(Tree::Map(map));
    }
    if let Some(list) = value.downcast_object() {
        return Some(Tree::List(list));
    }
    let watched = value.downcast_object_ref::<Watched>();
    watched.map(|watched| Tree::Map(watched.whole()))
}

impl Tree {
    /// The size of the tree. None if it has a part that is not put into a manifest as it is: a text that is too long or
    /// has the token of a hole, or a float without a fraction.
    pub(super) fn size(&self) -> Option<Size> {
        let single = Size {
            elements: 1,
            depth: 0,
        };
        match self {
            Self::List(list) => list.size,
            Self::Map(map) => map.size,
            Self::Omit => Some(single),
            Self::Scalar(scalar) => match scalar.as_str() {
                Some(text) => (text.len() <= LONGEST_TEXT && !has_mark(text)).then_some(single),
                None => (!scalar.is_float()).then_some(single),
            },
        }
    }
}

/// The size of a list or map of such trees.
fn size<'t>(mut trees: impl Iterator<Item = &'t Tree>) -> Option<Size> {
    let empty = Size {
        elements: 1,
        depth: 0,
    };
    trees.try_fold(empty, |size, tree| {
        let below = tree.size()?;
        Some(Size {
            elements: size.elements + below.elements,
            depth: size.depth.max(below.depth + 1),
        })
    })
}

impl List {
    pub(super) fn new(trees: Vec<Tree>) -> Self {
        let size = size(trees.iter());
        Self { trees, size }
    }

    /// The elements.
    pub(in crate::engine) fn trees(&self) -> &[Tree] {
        &self.trees
    }

    pub(super) fn into_json(self) -> serde_json::Value {
        let trees = self.trees.into_iter();
        trees.filter_map(Tree::into_json).collect()
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        self.trees.iter().filter_map(Tree::to_json).collect()
    }
}

impl Keyed {
    pub(super) fn new(pairs: Pairs) -> Self {
        let size = size(pairs.values());
        Self { pairs, size }
    }

    pub(in crate::engine) fn get(&self, key: &str) -> Option<&Tree> {
        self.pairs.get(key)
    }

    /// The pairs.
    pub(in crate::engine) fn pairs(&self) -> &Pairs {
        &self.pairs
    }

    /// The pairs, taken out.
    pub(in crate::engine) fn into_pairs(self) -> Pairs {
        self.pairs
    }

    pub(super) fn into_json(self) -> serde_json::Value {
        let mut map = Map::with_capacity(self.pairs.len());
        for (key, tree) in self.pairs {
            if let Some(json) = tree.into_json() {
                map.insert(key.as_str().to_owned(), json);
            }
        }
        serde_json::Value::Object(map)
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        let mut map = Map::with_capacity(self.pairs.len());
        for (key, tree) in &self.pairs {
            if let Some(json) = tree.to_json() {
                map.insert(key.as_str().to_owned(), json);
            }
        }
        serde_json::Value::Object(map)
    }
}

impl Tree {
    /// The same tree, with the lists and maps of a known one wherever they are the same, so that it takes no time to see
    /// that they are.
    pub(in crate::engine) fn sharing(self, known: &Self) -> Self {
        if is_same(&self, known) {
            return known.clone();
        }
        match (self, known) {
            (Self::Map(map), Self::Map(known)) => {
                let Keyed { mut pairs, size } = Arc::unwrap_or_clone(map);
                for (key, tree) in &mut pairs {
                    if let Some(known) = known.get(key.as_str()) {
                        *tree = std::mem::replace(tree, Self::Omit).sharing(known);
                    }
                }
                Self::Map(Arc::new(Keyed { pairs, size }))
            }
            (Self::List(list), Self::List(known)) => {
                let List { mut trees, size } = Arc::unwrap_or_clone(list);
                for (tree, known) in trees.iter_mut().zip(&known.trees) {
                    *tree = std::mem::replace(tree, Self::Omit).sharing(known);
                }
                Self::List(Arc::new(List { trees, size }))
            }
            (other, _) => other,
        }
    }

    /// Whether the tree is this JSON, keys in the same order.
    pub(super) fn is_json(&self, json: &serde_json::Value) -> bool {
        match (self, json) {
            (Self::Map(map), serde_json::Value::Object(json)) => {
                let mut pairs = map.pairs.iter().zip(json);
                map.pairs.len() == json.len()
                    && pairs.all(|(one, other)| one.0.as_str() == other.0 && one.1.is_json(other.1))
            }
            (Self::List(list), serde_json::Value::Array(json)) => {
                let mut elements = list.trees.iter().zip(json);
                list.trees.len() == json.len() && elements.all(|(one, other)| one.is_json(other))
            }
            (Self::Scalar(scalar), json) => scalar == json,
            _ => false,
        }
    }
}

/// Whether templates cannot tell two trees apart: the order of keys counts too.
pub(in crate::engine) fn is_same(one: &Tree, other: &Tree) -> bool {
    match (one, other) {
        (Tree::Omit, Tree::Omit) => true,
        (Tree::Scalar(one), Tree::Scalar(other)) => one == other,
        (Tree::List(one), Tree::List(other)) => {
            let mut pairs = one.trees.iter().zip(&other.trees);
            Arc::ptr_eq(one, other)
                || one.trees.len() == other.trees.len()
                    && pairs.all(|(one, other)| is_same(one, other))
        }
        (Tree::Map(one), Tree::Map(other)) => {
            let mut pairs = one.pairs.iter().zip(&other.pairs);
            Arc::ptr_eq(one, other)
                || one.pairs.len() == other.pairs.len()
                    && pairs.all(|(one, other)| one.0 == other.0 && is_same(one.1, other.1))
        }
        _ => false,
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let tree = self.trees.get(key.as_usize()?)?;
        Some(tree.clone().into_value())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.trees.len())
    }
}

impl Object for Keyed {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        Some(self.pairs.get(key)?.clone().into_value())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.mapped_rev_key_value_enumerator(|map| {
            let pairs = map.pairs.iter();
            Box::new(pairs.map(|(key, tree)| (key.to_value(), tree.clone().into_value())))
        })
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.pairs.len())
    }
}
