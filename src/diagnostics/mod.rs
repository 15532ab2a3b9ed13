//! What can be said about a user's text: a message, the place it is about, and what to do.
//! This module holds diagnostics as data; it refuses to draw them (`report` does) and to decide
//! what they mean for the exit code (`cli` does).

mod mask;
mod suggest;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use mask::{Masked, is_secret_key, mask};
pub use suggest::nearest;

/// A text that positions refer to: a values file, a `--set` flag, a template. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    // The embedded chart's texts are not copied: most of them are never looked at.
    name: Cow<'static, str>,
    text: Cow<'static, str>,
}

impl Source {
    /// A text under the name that the user knows it by: a path as it was typed, `-`, a flag.
    pub fn new(name: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            text: text.into(),
        }))
    }

    /// The name that the user knows the text by.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The text, as it was read.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Line and character of a byte offset, both counted from 1.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let text = self.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        (line, before[start..].chars().count() + 1)
    }
}

impl fmt::Debug for Source {
    /// The name alone: texts are long and may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.name())
    }
}

/// How bad it is. Warnings become errors under `--strict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Note,
    /// Probably not what was meant; the work goes on.
    Warning,
    /// The work cannot be done.
    Error,
}

/// A place in a source, with a word about it (may be empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text the place is in.
    pub source: Source,
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What is to be said at the place.
    pub text: String,
}

impl Label {
    /// A place without a word.
    pub fn new(source: &Source, range: Range<usize>) -> Self {
        Self {
            source: source.clone(),
            range,
            text: String::new(),
        }
    }

    /// The same place with a word about it.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }
}

/// One finding: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The stable name of the rule that found it (docs/lint.md), where a rule did.
    pub code: Option<&'static str>,
    /// The value it is about, as a dotted path; empty if it is about none.
    pub path: String,
    /// What is wrong, in one line; never repeats a value that could be a secret.
    pub message: String,
    /// The places: the first is the one at fault, the others explain it.
    pub labels: Vec<Label>,
    /// What to do, where that can be said.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message)
    }

    /// A warning without a place yet.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message)
    }

    /// A note without a place yet.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Severity::Note, message)
    }

    /// A finding without a place yet.
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: None,
            path: String::new(),
            message: message.into(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// Names the rule that found it.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Names the value that it is about: a dotted path.
    #[must_use]
    pub fn about(mut self, path: impl fmt::Display) -> Self {
        self.path = path.to_string();
        self
    }

    /// Adds a place; the first one added is the one at fault.
    #[must_use]
    pub fn at(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All that is wrong with one stage's input, in the order of the input. As an error type it is
/// never empty and holds at least one error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    /// The messages alone, a line each; `report` draws them with their places.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if let Some(label) = diagnostic.labels.first() {
                let (line, column) = label.source.line_column(label.range.start);
                write!(f, "{}:{line}:{column}: ", label.source.name())?;
            }
            f.write_str(&diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = Source::new("v.yaml", "a: 1\n键: 值\n");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column("a: 1\n键: ".len()), (2, 4));
        assert_eq!(
            source.line_column("a: 1\n键".len() - 1),
            (2, 1),
            "inside a character"
        );
    }

    #[test]
    fn a_diagnostic_prints_its_place() {
        let source = Source::new("v.yaml", "a: 1\nb: 2\n");
        let error = Diagnostics::from(Diagnostic::error("no").at(Label::new(&source, 5..6)));
        assert_eq!(error.to_string(), "v.yaml:2:1: no");
    }
}
