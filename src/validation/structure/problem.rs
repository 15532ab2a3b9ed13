//! What can be wrong with an object's structure, in words. Values that could be secret are not repeated, only those with a
//! format of their own.

use crate::diagnostics::{Diagnostic, Severity, nearest};
use crate::kubernetes::types::{Absent, Minors};

/// What is wrong with a field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The object's kind has no type in this version.
    Kind {
        /// As written.
        api_version: String,
        /// As written.
        kind: String,
        /// The requested minor version.
        minor: u8,
        /// Why.
        absent: Absent,
    },
    /// No version of the type has this field.
    UnknownField {
        /// As written.
        field: String,
        /// The type.
        of: &'static str,
        /// The field that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Other versions of the type have this field.
    FieldOfOtherVersions {
        /// The field.
        field: &'static str,
        /// The type.
        of: &'static str,
        /// The requested minor version.
        minor: u8,
        /// The minor versions that have it.
        has: Minors,
    },
    /// A field that the API server requires is missing.
    Missing {
        /// The field.
        field: &'static str,
        /// The type.
        of: &'static str,
    },
    /// A value of another type.
    WrongType {
        /// What it should be: `a whole number`.
        expected: &'static str,
        /// What it is: `a string`.
        found: &'static str,
    },
    /// A whole number that is out of range for the type.
    OutOfRange {
        /// The smallest allowed.
        least: i64,
        /// The largest allowed.
        greatest: i64,
    },
    /// A string that is not one of the allowed ones.
    Unsupported {
        /// As written.
        value: String,
        /// The allowed ones.
        allowed: &'static [&'static str],
    },
    /// A string that is not a quantity.
    InvalidQuantity {
        /// As written.
        value: String,
    },
    /// A string that is not a time.
    InvalidTime {
        /// As written.
        value: String,
    },
    /// A string that is not base64.
    InvalidBase64,
}

impl Problem {
    /// The code of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { absent, .. } => match absent {
                Absent::NotBuiltIn => "SA001",
                Absent::OtherVersions { .. } => "SA002",
                Absent::OtherApiVersion { .. } => "SA003",
                Absent::UnknownKind { .. } => "SA004",
            },
            Self::UnknownField { .. } => "SA010",
            Self::FieldOfOtherVersions { .. } => "SA011",
            Self::Missing { .. } => "SA012",
            Self::WrongType { .. } => "SA020",
            Self::OutOfRange { .. } => "SA021",
            Self::Unsupported { .. } => "SA022",
            Self::InvalidQuantity { .. } => "SA023",
            Self::InvalidTime { .. } => "SA024",
            Self::InvalidBase64 => "SA025",
        }
    }

    /// A note for an object that cannot be checked; an error for everything else, since the API server refuses it.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Kind {
                absent: Absent::NotBuiltIn,
                ..
            } => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// Whether the field's key is wrong, not its value.
    pub fn is_about_key(&self) -> bool {
        matches!(
            self,
            Self::UnknownField { .. } | Self::FieldOfOtherVersions { .. }
        )
    }

    /// The same as a diagnostic, without a place.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(self.severity(), self.message());
        diagnostic.help = self.help();
        diagnostic.with_code(self.code())
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> String {
        match self {
            Self::Kind {
                api_version,
                kind,
                minor,
                absent,
            } => match absent {
                Absent::NotBuiltIn => {
                    format!(
                        "{kind} of {api_version} is not checked: it is not built into Kubernetes"
                    )
                }
                Absent::OtherVersions { served, .. } => format!(
                    "Kubernetes 1.{minor} does not serve {kind} under {api_version}, only {} does",
                    versions(*served)
                ),
                Absent::OtherApiVersion { .. } => format!("{api_version} has no {kind}"),
                Absent::UnknownKind { .. } => format!("{api_version} has no kind `{kind}`"),
            },
            Self::UnknownField { field, of, .. } => format!("{of} has no field `{field}`"),
            Self::FieldOfOtherVersions {
                field,
                of,
                minor,
                has,
            } => format!(
                "{of} has no field `{field}` in Kubernetes 1.{minor}, only in {}",
                versions(*has)
            ),
            Self::Missing { field, of } => {
                format!("the field `{field}` is missing: {of} requires it")
            }
            Self::WrongType { expected, found } => format!("got {found}, want {expected}"),
            Self::OutOfRange { least, greatest } => {
                format!("the number is not between {least} and {greatest}")
            }
            Self::Unsupported { value, allowed } => {
                format!(
                    "unsupported value `{value}`: use one of {}",
                    allowed.join(", ")
                )
            }
            Self::InvalidQuantity { value } => format!("`{value}` is not a quantity"),
            Self::InvalidTime { value } => format!("`{value}` is not a time as in RFC 3339"),
            Self::InvalidBase64 => "the text is not base64".to_owned(),
        }
    }

    /// What to do, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Kind { kind, absent, .. } => match absent {
                Absent::OtherVersions { instead, .. } => {
                    instead.map(|instead| format!("use {instead}"))
                }
                Absent::OtherApiVersion { instead } => Some(format!("use {instead}")),
                Absent::UnknownKind { kinds } => suggestion(kind, kinds),
                Absent::NotBuiltIn => None,
            },
            Self::UnknownField { nearest, .. } => nearest.map(did_you_mean),
            Self::Unsupported { value, allowed } => suggestion(value, allowed),
            Self::WrongType {
                expected: "a string",
                found: "a boolean" | "a number" | "a whole number",
            } => Some("put it in quotes".to_owned()),
            Self::WrongType {
                expected: "a boolean" | "a number" | "a whole number",
                found: "a string",
            } => Some("write it without quotes".to_owned()),
            Self::InvalidQuantity { .. } => Some(
                "write a number and a unit: n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

fn suggestion(name: &str, known: &[&'static str]) -> Option<String> {
    nearest(name, known.iter().copied()).map(did_you_mean)
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// Minor versions in words. Those before 1.20 and after 1.37 are unknown.
fn versions(Minors { first, last }: Minors) -> String {
    if first == last {
        format!("1.{first}")
    } else {
        format!("1.{first} to 1.{last}")
    }
}
