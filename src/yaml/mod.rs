//! YAML as Helm and Kubernetes read it, the one canonical form in which this program writes it, and edits of texts that
//! leave all other bytes as they are ([`edit`]).
//! It knows nothing of values, charts or manifests, and reads no files.
//!
//! Reading has two steps. [`compose`] does syntax: a text becomes [`Node`]s that borrow from it and know
//! their byte ranges. [`tree`] gives them Helm's meaning: YAML 1.1 scalars, merge keys, the last of several
//! equal keys. Callers that want other rules for a part of the tree walk the nodes themselves, with
//! [`scalar`], [`key`] and [`is_merge`].

mod block;
mod builder;
mod compose;
mod dialect;
mod edit;
mod locate;
mod node;
mod outline;
mod path;
mod scalar;
mod tree;
mod typed;
mod write;

#[cfg(test)]
mod tests;

use serde_json::Value;

#[cfg(test)]
pub(crate) use compose::READ;
pub use compose::{MAX_BYTES, MAX_DEPTH, Part, compose, owned_parts, parts};
pub use edit::{Edit, edit};
pub use locate::{Index, Located, below, locate};
pub use node::{Content, Error, Node, Scalar, Style, Tag};
pub use outline::{Next, Outline, Walk, outlines};
pub(crate) use path::StepRef;
pub use path::{Path, Step, is_word, leaves, pointer_token, value_at, value_in};
pub use scalar::{is_merge, key, scalar};
pub use tree::{Duplicate, duplicates, tree, tree_and_overwritten};
pub use typed::typed;
pub use write::{Collection, NeedsSerializer, Place, Writer, to_string, write};

/// The values of all documents in `text`; empty documents are left out.
///
/// # Errors
/// The first thing that is not YAML, or that Helm would refuse, with its byte range.
pub fn read(text: &str) -> Result<Vec<Value>, Error> {
    compose(text)?.iter().map(tree).collect()
}
