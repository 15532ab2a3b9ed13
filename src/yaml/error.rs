//! What is wrong with a text, and where.
//! It holds data only; drawing an excerpt of the text is for the caller.

use std::fmt;
use std::ops::Range;

/// A problem in a text: what and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// One line without position, lower case, no full stop.
    pub message: String,
    /// The offending bytes of the text that was read; empty where something is missing.
    pub range: Range<usize>,
    /// What to do about it, if that can be said.
    pub help: Option<String>,
}

impl Error {
    /// A problem without advice.
    pub(super) fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        Self {
            message: message.into(),
            range,
            help: None,
        }
    }

    /// The same problem with advice.
    pub(super) fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
