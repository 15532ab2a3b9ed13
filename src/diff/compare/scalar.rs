//! Single values, and values of different sorts: the same where their type says so, else one replaces the other.
//! Strings that hold documents are compared inside too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Comparison, Shape, document};
use crate::diff::pair::follows;
use crate::diff::{Class, FieldStep, Op};
use crate::kubernetes::Quantity;

/// How deeply documents in documents are compared.
const DOCUMENTS: usize = 3;

impl Comparison<'_> {
    pub(super) fn scalar(&mut self, old: &Value, new: &Value, shape: Shape) {
        if shape.is_quantity() && same_quantity(old, new) {
            return;
        }
        let bytes = match (old, new) {
            (Value::String(old), Value::String(new)) if shape.is_bytes() => {
                [decoded(old), decoded(new)]
            }
            _ => [None, None],
        };
        if let [Some(old), Some(new)] = &bytes
            && old == new
        {
            return;
        }
        let decoded = bytes.map(|bytes| bytes.and_then(|bytes| String::from_utf8(bytes).ok()));
        let texts = match (&decoded, old, new) {
            ([Some(old), Some(new)], _, _) => Some([old.as_str(), new.as_str()]),
            (_, Value::String(old), Value::String(new)) if !shape.is_bytes() => {
                Some([old.as_str(), new.as_str()])
            }
            _ => None,
        };
        let at = self.changes.len();
        self.add(Op::Replace, Some(old), Some(new));
        let Some([old, new]) = texts else {
            return;
        };
        let inside = self.inside(old, new, shape);
        let class = match &inside {
            Some(changes) if changes.is_empty() => Class::Format,
            _ if follows(old, new, self.renames) => Class::Renamed,
            _ => Class::Value,
        };
        if let Some(change) = self.changes.get_mut(at) {
            change.inside = inside.unwrap_or_default();
            change.class = class;
        }
    }

    /// What differs between the documents that two strings hold; none if one of them is no document.
    fn inside(&mut self, old: &str, new: &str, shape: Shape) -> Option<Vec<crate::diff::Change>> {
        if self.documents == DOCUMENTS {
            return None;
        }
        let key = match self.path.last() {
            Some(FieldStep::Key(key)) => key.clone(),
            _ => "".into(),
        };
        let (old, new) = (document::parse(old, &key)?, document::parse(new, &key)?);
        let outside = std::mem::take(&mut self.changes);
        let pointer = std::mem::take(&mut self.pointer);
        self.path.push(FieldStep::Document);
        self.documents += 1;
        self.value(&old, &new, shape.document());
        self.documents -= 1;
        self.path.pop();
        self.pointer = pointer;
        Some(std::mem::replace(&mut self.changes, outside))
    }
}

/// Whether two values are the same amount.
pub(super) fn same_quantity(a: &Value, b: &Value) -> bool {
    match (Quantity::of(a), Quantity::of(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The bytes that base64 stands for; line breaks mean nothing, as to Go's decoder.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(['\n', '\r'], "")).ok()
}
