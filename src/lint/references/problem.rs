//! What can be wrong between objects, in words. Names are repeated, values are not.

use crate::diagnostics::{Diagnostic, Severity};

/// What is wrong with a field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No pod of the render has the labels that a Service selects.
    ServiceSelectsNothing,
    /// No port has this name or number.
    NoSuchPort {
        /// As written.
        name: String,
    },
    /// An object that is neither rendered nor declared external.
    NoSuchObject {
        /// Its kind.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A rendered ConfigMap or Secret lacks a key.
    NoSuchKey {
        /// Its kind.
        kind: &'static str,
        /// Its name.
        name: String,
        /// The key.
        key: String,
    },
    /// Something occurs again that has to occur only once to have a meaning.
    Duplicate {
        /// What it is.
        what: Duplicate,
        /// As written.
        name: String,
    },
    /// The same object occurs earlier in the render.
    DuplicateObject {
        /// The index of the earlier one.
        first: usize,
    },
}

/// What occurs twice in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicate {
    /// The name of a variable in a container; the last one counts.
    Variable,
    /// Number and protocol of a port in a container.
    Port,
}

impl Problem {
    /// The code of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ServiceSelectsNothing => "SR003",
            Self::NoSuchPort { .. } => "SR004",
            Self::NoSuchObject { .. } => "SR010",
            Self::NoSuchKey { .. } => "SR011",
            Self::Duplicate { what, .. } => match what {
                Duplicate::Variable => "SR022",
                Duplicate::Port => "SR024",
            },
            Self::DuplicateObject { .. } => "SR040",
        }
    }

    /// An error if the API server refuses it, or if a pod cannot start or be reached; otherwise a warning.
    pub fn severity(&self) -> Severity {
        match self {
            Self::ServiceSelectsNothing | Self::Duplicate { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The same as a diagnostic, without a place.
    pub(in crate::lint) fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(self.severity(), self.message());
        diagnostic.help = self.help();
        diagnostic.with_code(self.code())
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> String {
        match self {
            Self::ServiceSelectsNothing => {
                "no pod template in the render has these labels".to_owned()
            }
            Self::NoSuchPort { name } => format!("there is no port `{name}`"),
            Self::NoSuchObject { kind, name } => {
                format!("the {kind} `{name}` is not in the render")
            }
            Self::NoSuchKey { kind, name, key } => {
                format!("the {kind} `{name}` has no key `{key}`")
            }
            Self::Duplicate { what, name } => {
                format!("duplicate {} `{name}`", what.words())
            }
            Self::DuplicateObject { .. } => "duplicate object".to_owned(),
        }
    }

    /// What to do, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoSuchObject { kind, name } => Some(format!(
                "if it exists in the cluster already, declare it: --external {kind}/{name}"
            )),
            _ => None,
        }
    }
}

impl Duplicate {
    fn words(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Port => "port",
        }
    }
}
