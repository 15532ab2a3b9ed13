//! Writes trees as canonical YAML.

use super::Tree;
use crate::yaml::{self, NeedsSerializer, Place, Writer};

impl Tree {
    /// The text of the tree as a document; none if it is omitted.
    pub(in crate::engine) fn to_yaml(&self) -> Option<String> {
        let mut text = String::new();
        match self.write(Place::Document, &mut Writer::new(&mut text)) {
            Ok(is_written) => is_written.then_some(text),
            Err(NeedsSerializer) => self.to_json().map(|json| yaml::to_string(&json)),
        }
    }

    /// Writes the tree. Whether there is something to write: not if it is omitted.
    pub(in crate::engine) fn write(
        &self,
        place: Place,
        writer: &mut Writer<'_>,
    ) -> Result<bool, NeedsSerializer> {
        match self {
            Self::Omit => return Ok(false),
            Self::Scalar(scalar) => match scalar.as_str() {
                Some(text) => writer.text(place, text),
                None => writer.scalar(place, &scalar.to_json()),
            },
            Self::List(trees) => {
                let mut list = Writer::begin(place);
                for tree in trees.trees() {
                    writer.element(&mut list, |writer, place| tree.write(place, writer))?;
                }
                writer.end_list(&list);
            }
            Self::Map(pairs) => {
                let mut map = Writer::begin(place);
                for (key, tree) in pairs.pairs() {
                    writer.pair(&mut map, key.as_str(), |writer, place| {
                        tree.write(place, writer)
                    })?;
                }
                writer.end_map(&map);
            }
        }
        Ok(true)
    }
}
