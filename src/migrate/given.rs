//! The values as they are given: each document of the text with its meaning.

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::yaml::{self, Node, Path, Step};

/// The documents of a values file.
pub(super) struct Given<'s> {
    pub(super) source: &'s Source,
    pub(super) documents: Vec<Document<'s>>,
}

/// One document.
pub(super) struct Document<'s> {
    /// Which part of the text it is: see [`yaml::parts`].
    pub(super) part: usize,
    pub(super) tree: Value,
    node: &'s Node<'static>,
}

impl<'s> Given<'s> {
    pub(super) fn read(source: &'s Source) -> Result<Self, Diagnostics> {
        let failed =
            |error: &yaml::Error| Diagnostics::from(Diagnostic::of_yaml(source, error.clone()));
        let mut documents = Vec::new();
        for (part, found) in source.parts().map_err(failed)?.iter().enumerate() {
            if let Some(node) = found.node.as_ref().map_err(failed)? {
                let tree = yaml::tree(node).map_err(|error| failed(&error))?;
                documents.push(Document { part, tree, node });
            }
        }
        Ok(Self { source, documents })
    }

    /// The last value at a path.
    pub(super) fn value(&self, path: &Path) -> Option<&Value> {
        self.documents
            .iter()
            .rev()
            .find_map(|document| path.get(&document.tree))
    }

    /// The part of the text that new values are added to.
    pub(super) fn last_part(&self) -> usize {
        self.documents.last().map_or(0, |document| document.part)
    }

    /// The place of a key.
    pub(super) fn place(&self, document: &Document<'_>, path: &Path) -> Option<Label> {
        let located = yaml::locate(document.node, path)?;
        Some(Label::new(
            self.source,
            located.key.unwrap_or(located.value),
        ))
    }

    /// The place of the last key at a path.
    pub(super) fn place_of(&self, path: &Path) -> Option<Label> {
        let mut documents = self.documents.iter().rev();
        documents.find_map(|document| self.place(document, path))
    }
}

/// The entries of maps below a value that a question is answered for: where it is `Some`, nothing below is asked.
pub(super) fn visit<'v, T>(
    value: &'v Value,
    walked: &mut Path,
    ask: &mut impl FnMut(&Path, &'v Value) -> Visit<T>,
    found: &mut Vec<T>,
) {
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        walked.0.push(Step::Key(key.clone()));
        match ask(walked, value) {
            Visit::Found(one) => found.push(one),
            Visit::Below => visit(value, walked, ask, found),
            Visit::Nothing => {}
        }
        walked.0.pop();
    }
}

/// An answer about an entry.
pub(super) enum Visit<T> {
    /// This is found, and nothing else below.
    Found(T),
    /// The entries below have to be asked about.
    Below,
    Nothing,
}
