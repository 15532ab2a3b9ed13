//! What lint finds: a diagnostic, and the object that it is about if it is about one.
//! It refuses to decide which findings matter.

use crate::diagnostics::Diagnostic;
use crate::manifest::Identity;
use crate::release::{Field, Part};
use crate::values::Overrides;
use crate::yaml::Path;

/// One finding of a rule; its code has a page in docs/lint.md.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong, where, and what to do.
    pub diagnostic: Diagnostic,
    /// The rendered object it is about; none if it is about values.
    pub object: Option<OnObject>,
    /// Of a finding on an object the value that made the field what it is, once that is known
    /// ([`locate`](super::locate)); none if no single value did.
    pub value: Option<Path>,
}

/// A place in a rendered object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnObject {
    /// As written; empty if there is none.
    pub api_version: String,
    /// What the object is called; none if it has no kind or no name.
    pub identity: Option<Identity>,
    /// The template that made it, as in [`Manifest::source`](crate::manifest::Manifest::source).
    pub source: String,
    /// Which of the template's objects it is, counted from 0.
    pub document: usize,
    /// The way from the object to the field at fault; of a missing field to the map that lacks it.
    pub path: Path,
    /// What of the field is at fault.
    pub part: Part,
}

impl OnObject {
    /// The field at fault.
    pub fn field(&self) -> Field<'_> {
        Field {
            source: &self.source,
            document: self.document,
            path: &self.path,
            part: self.part,
        }
    }
}

impl Finding {
    /// The same as an error if it is a warning.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.diagnostic = self.diagnostic.strict();
        self
    }
}

/// Puts findings into the order in which a user meets them: through the values files from top to
/// bottom, then the flags, then what has its place in the chart or none. Equal places keep theirs.
pub fn sort(findings: &mut [Finding], overrides: &Overrides) {
    let rank = |finding: &Finding| {
        let Some(label) = finding.diagnostic.labels.first() else {
            return (usize::MAX, 0);
        };
        let files = overrides.files.iter();
        let flags = overrides.flags.iter().map(|flag| &flag.source);
        match files
            .chain(flags)
            .position(|source| *source == label.source)
        {
            Some(place) => (place, label.range.start),
            None => (usize::MAX, 0),
        }
    };
    findings.sort_by_key(rank);
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            object: None,
            value: None,
        }
    }
}
