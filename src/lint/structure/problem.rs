//! What can be wrong with an object's structure, in words. Values that may be secret are never repeated:
//! only those are that have a grammar of their own.

use crate::diagnostics::{Severity, nearest};
use crate::kubernetes::types::{Absent, Minors};

/// What is wrong at a place in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The object's kind has no type in this version.
    Kind {
        /// As written.
        api_version: String,
        /// As written.
        kind: String,
        /// The minor version that was asked for.
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
        /// The minor version that was asked for.
        minor: u8,
        /// The minor versions that have it.
        has: Minors,
    },
    /// A field that the API server insists on is not there.
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
    /// A whole number that the type cannot hold.
    OutOfRange {
        /// The least that it can.
        least: i64,
        /// The greatest that it can.
        greatest: i64,
    },
    /// A string outside of a closed set.
    NotAllowed {
        /// As written.
        value: String,
        /// The set.
        allowed: &'static [&'static str],
    },
    /// A string that is no quantity.
    NotAQuantity {
        /// As written.
        value: String,
    },
    /// A string that is no time.
    NotATime {
        /// As written.
        value: String,
    },
    /// A string that is not in base64.
    NotBase64,
}

impl Problem {
    /// A stable name for the rule.
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
            Self::NotAllowed { .. } => "SA022",
            Self::NotAQuantity { .. } => "SA023",
            Self::NotATime { .. } => "SA024",
            Self::NotBase64 => "SA025",
        }
    }

    /// An object that cannot be checked is worth a note; everything else the API server refuses.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Kind {
                absent: Absent::NotBuiltIn,
                ..
            } => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// Whether it is the field's key that is wrong, whatever its value.
    pub fn is_about_key(&self) -> bool {
        matches!(
            self,
            Self::UnknownField { .. } | Self::FieldOfOtherVersions { .. }
        )
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
                    format!("{kind} of {api_version} is not checked: it is no built-in API")
                }
                Absent::OtherVersions { served, .. } => format!(
                    "Kubernetes 1.{minor} does not serve {kind} under {api_version}: only {} does",
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
                "{of} has no field `{field}` in Kubernetes 1.{minor}: only {} has it",
                versions(*has)
            ),
            Self::Missing { field, of } => format!("the field `{field}` is missing: {of} needs it"),
            Self::WrongType { expected, found } => format!("got {found}, want {expected}"),
            Self::OutOfRange { least, greatest } => {
                format!("the number is not between {least} and {greatest}")
            }
            Self::NotAllowed { value, allowed } => {
                format!("`{value}` is none of {}", allowed.join(", "))
            }
            Self::NotAQuantity { value } => format!("`{value}` is no quantity"),
            Self::NotATime { value } => format!("`{value}` is no time as in RFC 3339"),
            Self::NotBase64 => "the text is not in base64".to_owned(),
        }
    }

    /// What to do about it, where that can be said.
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
            Self::NotAllowed { value, allowed } => suggestion(value, allowed),
            Self::WrongType {
                expected: "a string",
                found: "a boolean" | "a number" | "a whole number",
            } => Some("put it in quotes".to_owned()),
            Self::WrongType {
                expected: "a boolean" | "a number" | "a whole number",
                found: "a string",
            } => Some("write it without quotes".to_owned()),
            Self::NotAQuantity { .. } => Some(
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

/// Minor versions in words. Before 1.20 nothing is known, and of what comes after 1.37 neither.
fn versions(Minors { first, last }: Minors) -> String {
    if first == last {
        format!("1.{first}")
    } else {
        format!("1.{first} to 1.{last}")
    }
}
