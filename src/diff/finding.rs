//! What an operator should know before an upgrade, as data.
//! It decides nothing and prints nothing.

use std::fmt;

use super::{Effect, FieldPath, ObjectRef};
use crate::diagnostics::{Label, mask};

/// Whether a finding depends on what only the cluster knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It does not.
    Certain,
    /// It does, on its condition.
    Conditional,
}

/// What will happen, to what, why, and what mends or avoids it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What the cluster does.
    pub effect: Effect,
    /// Whether it counts for the verdict.
    pub certainty: Certainty,
    /// What it depends on, if it is conditional.
    pub condition: Option<String>,
    /// The object that it is about; the first one where it is the same for several.
    pub object: ObjectRef,
    /// The other objects of which the same is true; the message names them.
    pub others: Vec<ObjectRef>,
    /// The field that it is about; empty if it is the whole object.
    pub path: FieldPath,
    /// What happens and why, in one line.
    pub message: String,
    /// Commands that mend or avoid it.
    pub fix: Vec<String>,
    /// The value that caused it, where that is known.
    pub origin: Option<Origin>,
    /// Whether an operator has accepted it: it is listed and does not count.
    pub accepted: bool,
}

impl Finding {
    /// All objects that it is about.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRef> {
        std::iter::once(&self.object).chain(&self.others)
    }

    /// Whether it counts for the verdict.
    pub fn counts(&self) -> bool {
        self.certainty == Certainty::Certain && !self.accepted
    }
}

/// The value of the user that made a change, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The dotted path of the value.
    pub value: String,
    /// The values file as it was typed, or the flag.
    pub file: String,
    /// The line in the file, counted from 1; none for a flag.
    pub line: Option<usize>,
}

impl Origin {
    /// The origin of a value that stands at a place; secrets in a flag are hidden.
    pub fn new(value: impl fmt::Display, place: &Label) -> Self {
        let (line, _) = place.source.line_column(place.range.start);
        let is_flag = place.source.is_typed();
        Self {
            value: value.to_string(),
            file: if is_flag {
                mask(place.source.text())
            } else {
                place.source.name().to_owned()
            },
            line: (!is_flag).then_some(line),
        }
    }
}
