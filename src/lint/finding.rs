//! What lint finds: a diagnostic, and the object that it is about if it is about one.
//! It refuses to decide which findings matter.

use crate::diagnostics::Diagnostic;
use crate::manifest::Identity;
use crate::yaml::Path;

/// One finding of a rule; its code has a page in docs/lint.md.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong, where, and what to do.
    pub diagnostic: Diagnostic,
    /// The rendered object it is about; none if it is about values.
    pub object: Option<OnObject>,
}

/// A place in a rendered object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnObject {
    /// As written; empty if there is none.
    pub api_version: String,
    /// What the object is called; none if it has no kind or no name.
    pub identity: Option<Identity>,
    /// The way from the object to the field at fault.
    pub path: Path,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            object: None,
        }
    }
}
