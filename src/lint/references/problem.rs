//! What can be wrong between objects, in words. Names are repeated, values are not.

use super::NameRule;
use crate::diagnostics::{Diagnostic, Severity};
use crate::release::Part;

/// What is wrong with a field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A workload's selector does not match the labels of its own pods.
    SelectorMissesOwnPods {
        /// The label that differs or is absent.
        label: String,
    },
    /// A workload's selector has no requirement.
    EmptySelector,
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
    /// A mount of a volume that the pod does not have.
    NoSuchVolume {
        /// The volume.
        name: String,
    },
    /// Something that must be unique occurs again.
    Duplicate {
        /// What it is.
        what: Duplicate,
        /// As written.
        name: String,
    },
    /// One of several ports of a Service has no name.
    UnnamedPort,
    /// A name that Kubernetes does not accept.
    InvalidName {
        /// What is named: `container name`.
        what: &'static str,
        /// As written.
        text: String,
        /// The rule for it.
        rule: NameRule,
    },
    /// A Service name that only newer API servers accept.
    ServiceNameBeginsWithDigit,
    /// An object without a name and `generateName`.
    NoName,
    /// The same object occurs earlier in the render.
    DuplicateObject {
        /// The index of the earlier one.
        first: usize,
    },
}

/// What must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicate {
    /// The name of a container in a pod, init containers included.
    Container,
    /// The name of a volume in a pod.
    Volume,
    /// The name of a variable in a container; the last one counts.
    Variable,
    /// The name of a port in a container or a Service.
    PortName,
    /// Number and protocol of a port in a container; a duplicate is allowed but useless.
    Port,
    /// Number and protocol of a port in a Service.
    ServicePort,
    /// The mount path of a volume in a container.
    MountPath,
}

impl Problem {
    /// The code of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SelectorMissesOwnPods { .. } => "SR001",
            Self::EmptySelector => "SR002",
            Self::ServiceSelectsNothing => "SR003",
            Self::NoSuchPort { .. } => "SR004",
            Self::NoSuchObject { .. } => "SR010",
            Self::NoSuchKey { .. } => "SR011",
            Self::NoSuchVolume { .. } => "SR012",
            Self::Duplicate { what, .. } => match what {
                Duplicate::Container => "SR020",
                Duplicate::Volume => "SR021",
                Duplicate::Variable => "SR022",
                Duplicate::PortName => "SR023",
                Duplicate::Port => "SR024",
                Duplicate::ServicePort => "SR025",
                Duplicate::MountPath => "SR026",
            },
            Self::UnnamedPort => "SR027",
            Self::InvalidName { .. } => "SR030",
            Self::ServiceNameBeginsWithDigit => "SR031",
            Self::NoName => "SR032",
            Self::DuplicateObject { .. } => "SR040",
        }
    }

    /// An error if the API server refuses it, or if a pod cannot start or be reached; otherwise a warning.
    pub fn severity(&self) -> Severity {
        match self {
            Self::ServiceSelectsNothing
            | Self::ServiceNameBeginsWithDigit
            | Self::Duplicate {
                what: Duplicate::Variable | Duplicate::Port,
                ..
            } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Whether the field's key is wrong, or its value.
    pub fn part(&self) -> Part {
        match self {
            Self::InvalidName { what, .. } if what.ends_with("key") => Part::Key,
            _ => Part::Value,
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
            Self::SelectorMissesOwnPods { label } => {
                format!("the selector's `{label}` does not match the labels of the pod template")
            }
            Self::EmptySelector => "the selector is empty".to_owned(),
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
            Self::NoSuchVolume { name } => format!("the pod has no volume `{name}`"),
            Self::Duplicate { what, name } => {
                format!("duplicate {} `{name}`", what.words())
            }
            Self::UnnamedPort => "a Service with several ports must name each of them".to_owned(),
            Self::InvalidName { what, text, rule } => {
                format!("the {what} `{text}` must be {}", rule.words())
            }
            Self::ServiceNameBeginsWithDigit => {
                "most Kubernetes versions refuse a Service name that begins with a digit".to_owned()
            }
            Self::NoName => "the object has no name".to_owned(),
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
            Self::Container => "container",
            Self::Volume => "volume",
            Self::Variable => "variable",
            Self::PortName => "port name",
            Self::Port | Self::ServicePort => "port",
            Self::MountPath => "mount path",
        }
    }
}
