//! What can be wrong between objects, in words. Values are never repeated, names are.

use super::Rule;
use crate::diagnostics::Severity;

/// What is wrong at a place in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// No port has this name or number where it is looked for.
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
    /// Something that may stand once stands again.
    Twice {
        /// What it is.
        what: Twice,
        /// As written.
        name: String,
    },
    /// One of several ports of a Service has no name.
    UnnamedPort,
    /// A name that is not spelt as Kubernetes wants it.
    BadName {
        /// What is named: `container name`.
        what: &'static str,
        /// As written.
        text: String,
        /// How it must be spelt.
        rule: Rule,
    },
    /// A Service's name that only newer API servers take.
    ServiceNameBeginsWithDigit,
    /// An object without name and `generateName`.
    NoName,
    /// The same object stands earlier in the render.
    SameObject {
        /// The earlier one's place among the objects.
        first: usize,
    },
}

/// What may stand once only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twice {
    /// In a pod, init containers included.
    ContainerName,
    /// In a pod.
    VolumeName,
    /// In a container; the last one counts.
    EnvName,
    /// In a container or a Service.
    PortName,
    /// Number and protocol, in a container; allowed, but of no use.
    Port,
    /// Number and protocol, in a Service.
    ServicePort,
    /// In a container.
    MountPath,
}

impl Problem {
    /// A stable name for the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SelectorMissesOwnPods { .. } => "SR001",
            Self::EmptySelector => "SR002",
            Self::ServiceSelectsNothing => "SR003",
            Self::NoSuchPort { .. } => "SR004",
            Self::NoSuchObject { .. } => "SR010",
            Self::NoSuchKey { .. } => "SR011",
            Self::NoSuchVolume { .. } => "SR012",
            Self::Twice { what, .. } => match what {
                Twice::ContainerName => "SR020",
                Twice::VolumeName => "SR021",
                Twice::EnvName => "SR022",
                Twice::PortName => "SR023",
                Twice::Port => "SR024",
                Twice::ServicePort => "SR025",
                Twice::MountPath => "SR026",
            },
            Self::UnnamedPort => "SR027",
            Self::BadName { .. } => "SR030",
            Self::ServiceNameBeginsWithDigit => "SR031",
            Self::NoName => "SR032",
            Self::SameObject { .. } => "SR040",
        }
    }

    /// An error is what the API server refuses or what keeps a pod from starting or being reached.
    pub fn severity(&self) -> Severity {
        match self {
            Self::ServiceSelectsNothing
            | Self::ServiceNameBeginsWithDigit
            | Self::Twice {
                what: Twice::EnvName | Twice::Port,
                ..
            } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Whether it is the field's key that is wrong, whatever its value.
    pub fn is_about_key(&self) -> bool {
        matches!(self, Self::BadName { what, .. } if what.ends_with("key"))
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
            Self::Twice { what, name } => {
                format!("the {} `{name}` stands here twice", what.words())
            }
            Self::UnnamedPort => "a Service with several ports needs a name for each".to_owned(),
            Self::BadName { what, text, rule } => {
                format!("the {what} `{text}` must be {}", rule.words())
            }
            Self::ServiceNameBeginsWithDigit => {
                "a Service's name that begins with a digit is refused by most Kubernetes versions"
                    .to_owned()
            }
            Self::NoName => "the object has no name".to_owned(),
            Self::SameObject { .. } => "the same object is rendered twice".to_owned(),
        }
    }

    /// What to do about it, where that can be said.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoSuchObject { kind, name } => Some(format!(
                "if it is in the cluster already, say so: --external {kind}/{name}"
            )),
            _ => None,
        }
    }
}

impl Twice {
    fn words(self) -> &'static str {
        match self {
            Self::ContainerName => "container",
            Self::VolumeName => "volume",
            Self::EnvName => "variable",
            Self::PortName => "port name",
            Self::Port | Self::ServicePort => "port",
            Self::MountPath => "mount path",
        }
    }
}
