//! What another version of a chart does with the same values: values that it does not know, and defaults that are other
//! ones. A cluster sees neither; the fields that they decide are named.

use serde::Serialize;

use super::{Diff, FieldPath};
use crate::manifest::ObjectRef;

/// What became of a value in the new version of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ValueChange {
    /// The user gives it, the old chart knows it, and the new one does not.
    Unknown,
    /// The user does not give it, and the charts have different defaults.
    Default,
}

impl ValueChange {
    /// Its name in JSON: `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Default => "default",
        }
    }
}

/// A value that means something else in the new version of a chart. Its texts hold no values of secret keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueFinding {
    /// What became of it.
    pub change: ValueChange,
    /// Its dotted path.
    pub value: String,
    /// What that means, in one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The values file, or the text of the flag.
    pub file: String,
    /// The line in the file, counted from 1; none for a flag.
    pub line: Option<usize>,
    /// The fields that it decides: in the old render what an unknown value made, in the new one what a default changes.
    /// None if that is not known.
    pub fields: Option<Vec<ValueField>>,
}

/// A field that a value decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ValueField {
    /// The object.
    pub object: ObjectRef,
    /// The field; empty for the whole object.
    pub path: FieldPath,
}

/// The fields in which two renders differ.
pub fn fields_of(diff: &Diff<'_>) -> Vec<ValueField> {
    let mut fields: Vec<ValueField> = Vec::new();
    for object in &diff.objects {
        let field = |path: FieldPath| ValueField {
            object: object.object.clone(),
            path,
        };
        if object.changes.is_empty() {
            fields.push(field(FieldPath::default()));
        }
        fields.extend(
            object
                .changes
                .iter()
                .map(|change| field(change.path.clone())),
        );
    }
    fields.sort();
    fields.dedup();
    fields
}
