//! What the text of a template becomes: the tree of a partial, which other templates go on with; the tree of a manifest, in
//! which nothing is omitted any more; or only the text of one ([`ObjectText`](super::ObjectText)). Each is made at once, not
//! from one of the others: most of a render are manifests.

use std::borrow::Cow;

use indexmap::map::Entry;
use serde_json::map::Entry as JsonEntry;
use serde_json::{Map, Value};

use super::holes::Filling;
use super::kept::Kept;
use super::memo::Memo;
use super::tree::{self, Key, Pairs, Scalar, Tree};
use crate::yaml::Outline;

/// What is made of a document of a template.
pub(super) trait Document: Clone + Sized {
    /// Whether other templates read what is made.
    const IS_READ: bool = false;

    /// What the document becomes; none if it is omitted or has problems, which are recorded.
    fn of(filling: &mut Filling<'_>, outline: &Outline) -> Option<Self>;

    /// Where results are kept.
    fn memo(kept: &Kept) -> &Memo<Self>;

    /// The same, with parts of an earlier result if others read them.
    #[must_use]
    fn sharing(self, _earlier: &Self) -> Self {
        self
    }
}

/// A tree that is made from the nodes of a text and from the values of its holes.
pub(super) trait Form: Sized {
    /// The pairs of a map.
    type Pairs: FormPairs<Self>;

    /// Null, a boolean, a number or text.
    fn scalar(scalar: Value) -> Self;

    /// The value of a hole; none if nothing is left of it.
    fn of(tree: Tree) -> Option<Self>;

    fn list(elements: Vec<Self>) -> Self;

    fn map(pairs: Self::Pairs) -> Self;
}

/// The pairs of a map, in their order.
pub(super) trait FormPairs<F> {
    fn with_capacity(pairs: usize) -> Self;

    /// Adds a pair. A value that is omitted takes its key with it in the end; but no other pair can have that key.
    ///
    /// # Errors
    /// The key and the index of its pair, if there is one already.
    fn add(&mut self, key: Cow<'_, str>, value: Option<F>) -> Result<(), (String, usize)>;
}

impl Document for Tree {
    const IS_READ: bool = true;

    fn of(filling: &mut Filling<'_>, outline: &Outline) -> Option<Self> {
        filling.tree(outline)
    }

    fn memo(kept: &Kept) -> &Memo<Self> {
        &kept.partials
    }

    fn sharing(self, earlier: &Self) -> Self {
        Self::sharing(self, earlier)
    }
}

impl Form for Tree {
    type Pairs = Pairs;

    fn scalar(scalar: Value) -> Self {
        Self::Scalar(Scalar::from(&scalar))
    }

    fn of(tree: Tree) -> Option<Self> {
        Some(tree)
    }

    fn list(elements: Vec<Self>) -> Self {
        Self::list(elements)
    }

    fn map(pairs: Pairs) -> Self {
        Self::map(pairs)
    }
}

impl FormPairs<Tree> for Pairs {
    fn with_capacity(pairs: usize) -> Self {
        tree::pairs(pairs)
    }

    fn add(&mut self, key: Cow<'_, str>, value: Option<Tree>) -> Result<(), (String, usize)> {
        match self.entry(Key::from(key.as_ref())) {
            Entry::Vacant(new) => {
                new.insert(value.unwrap_or(Tree::Omit));
                Ok(())
            }
            Entry::Occupied(first) => Err((key.into_owned(), first.index())),
        }
    }
}

/// The pairs of a map of a manifest.
pub(super) struct JsonPairs {
    pairs: Map<String, Value>,
    /// Which of them are omitted, by their index, in order.
    omitted: Vec<usize>,
}

impl Document for Value {
    fn of(filling: &mut Filling<'_>, outline: &Outline) -> Option<Self> {
        filling.tree(outline)
    }

    fn memo(kept: &Kept) -> &Memo<Self> {
        &kept.manifests
    }
}

impl Form for Value {
    type Pairs = JsonPairs;

    fn scalar(scalar: Value) -> Self {
        scalar
    }

    fn of(tree: Tree) -> Option<Self> {
        tree.into_json()
    }

    fn list(elements: Vec<Self>) -> Self {
        Self::Array(elements)
    }

    fn map(filled: JsonPairs) -> Self {
        let JsonPairs { mut pairs, omitted } = filled;
        if !omitted.is_empty() {
            let mut index = 0;
            pairs.retain(|_, _| {
                let is_omitted = omitted.binary_search(&index).is_ok();
                index += 1;
                !is_omitted
            });
        }
        Self::Object(pairs)
    }
}

impl FormPairs<Value> for JsonPairs {
    fn with_capacity(pairs: usize) -> Self {
        Self {
            pairs: Map::with_capacity(pairs),
            omitted: Vec::new(),
        }
    }

    fn add(&mut self, key: Cow<'_, str>, value: Option<Value>) -> Result<(), (String, usize)> {
        let index = self.pairs.len();
        match self.pairs.entry(key.into_owned()) {
            JsonEntry::Vacant(new) => {
                if value.is_none() {
                    self.omitted.push(index);
                }
                new.insert(value.unwrap_or_default());
                Ok(())
            }
            JsonEntry::Occupied(first) => {
                let key = first.key().clone();
                let index = self.pairs.keys().position(|other| *other == key);
                Err((key, index.unwrap_or_default()))
            }
        }
    }
}
