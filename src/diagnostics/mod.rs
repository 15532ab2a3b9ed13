//! What can be said about a user's text: a message, the place it is about, and what to do.
//! Diagnostics are data: `report` draws them, `cli` decides about the exit code.

mod form;
mod mask;
mod source;
mod suggest;
mod userinfo;
mod visible;

use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::yaml::{self, Edit};

pub use form::Form;
pub use mask::{
    STARS, is_secret_key, secrets_in_template, secrets_in_text, values_of_secret_keys,
    without_overlaps,
};
pub use source::Source;
pub use suggest::{nearest, only_slip};
pub use userinfo::{userinfo, without_userinfo};
pub use visible::{visible, visible_json, visible_lines};

/// How bad it is. Warnings become errors under `--strict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
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
    /// The edit of the source that certainly puts right what is wrong at the place.
    pub edit: Option<Box<Edit>>,
}

impl Label {
    /// A place without a word. A range that begins or ends inside of a character takes in all of it, and one behind
    /// the text is at its end: parsers count bytes, and point behind a text where something is missing.
    pub fn new(source: &Source, range: Range<usize>) -> Self {
        let text = source.text();
        let is_boundary = |at: &usize| text.is_char_boundary(*at);
        let [start, end] = [range.start, range.end].map(|at| at.min(text.len()));
        let start = (0..=start).rfind(is_boundary).unwrap_or(0);
        let end = (end..text.len()).find(is_boundary).unwrap_or(text.len());
        Self {
            source: source.clone(),
            range: start..end.max(start),
            text: String::new(),
            edit: None,
        }
    }

    /// The part of the range on its first line: where it is, not how far it goes.
    pub fn first_line(&self) -> Range<usize> {
        let text = self.source.text();
        let start = self.range.start.min(text.len());
        let end = self.range.end.clamp(start, text.len());
        let line = text.get(start..end).and_then(|part| part.find('\n'));
        start..line.map_or(end, |newline| start + newline)
    }

    /// The same place with a word about it.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = without_userinfo(&text.into()).into_owned();
        self
    }
}

impl Serialize for Label {
    /// `{"file", "line", "column", "text"}`; lines and columns are counted from 1, columns in characters. Of the source
    /// only its name is written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Place<'a> {
            file: &'a str,
            line: usize,
            column: usize,
            text: &'a str,
        }
        let (line, column) = self.source.line_column(self.range.start);
        let (file, text) = (self.source.name(), &*self.text);
        let place = Place {
            file,
            line,
            column,
            text,
        };
        place.serialize(serializer)
    }
}

/// One finding: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The stable name of the rule that found it (docs/lint.md), where a rule did.
    pub code: Option<Box<str>>,
    /// The value it is about, as a dotted path; empty if it is about none.
    pub path: String,
    /// What is wrong, in one line; never repeats a value that could be a secret, nor who logs in at a URL.
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
            message: without_userinfo(&message.into()).into_owned(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// What is wrong with the YAML of a text.
    pub fn of_yaml(source: &Source, error: yaml::Error) -> Self {
        Self::error(error.message)
            .at(Label::new(source, error.range))
            .with_help(error.help)
    }

    /// Names the rule that found it.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Box<str>>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Names the value that it is about: a dotted path.
    #[must_use]
    pub fn about(mut self, path: impl fmt::Display) -> Self {
        self.path = path.to_string();
        self
    }

    /// Adds a place, if there is one; the first one added is the one at fault.
    #[must_use]
    pub fn at(mut self, label: impl Into<Option<Label>>) -> Self {
        self.labels.extend(label.into());
        self
    }

    /// The same as an error if it is a warning: what `--strict` asks for.
    #[must_use]
    pub fn strict(mut self) -> Self {
        if self.severity == Severity::Warning {
            self.severity = Severity::Error;
        }
        self
    }

    /// Names the edit of the first place's text that certainly does what is to be done, if there is one.
    #[must_use]
    pub fn with_edit(mut self, edit: impl Into<Option<Edit>>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.edit = edit.into().map(Box::new);
        }
        self
    }

    /// The edit of the first place's text that certainly does what is to be done.
    pub fn edit(&self) -> Option<&Edit> {
        self.labels.first()?.edit.as_deref()
    }

    /// Says what to do, where that is known.
    #[must_use]
    pub fn with_help(mut self, help: impl Help) -> Self {
        self.help = help.into_help().or(self.help);
        self
    }
}

/// What [`Diagnostic::with_help`] takes: a text, or an option of one.
pub trait Help {
    /// The text, if there is one.
    fn into_help(self) -> Option<String>;
}

impl Help for &str {
    fn into_help(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl Help for String {
    fn into_help(self) -> Option<String> {
        Some(self)
    }
}

impl<T: Help> Help for Option<T> {
    fn into_help(self) -> Option<String> {
        self.and_then(Help::into_help)
    }
}

/// All that is wrong with one stage's input, in the order of the input. As an error type it is
/// never empty and holds at least one error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// The same with every warning as an error: what `--strict` asks for.
    #[must_use]
    pub fn strict(self) -> Self {
        Self(self.0.into_iter().map(Diagnostic::strict).collect())
    }

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

impl fmt::Display for Diagnostic {
    /// The message behind its place; `report` draws it with an excerpt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = self.labels.first() {
            let (line, column) = label.source.line_column(label.range.start);
            write!(f, "{}:{line}:{column}: ", visible(label.source.name()))?;
        }
        f.write_str(&visible(&self.message))
    }
}

impl std::error::Error for Diagnostic {}

impl fmt::Display for Diagnostics {
    /// One line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_its_text_and_between_characters() {
        let source = Source::new("v.yaml", "a: é\n");
        for (range, expected) in [(3..4, 3..5), (4..4, 3..5), (6..7, 6..6), (9..12, 6..6)] {
            assert_eq!(Label::new(&source, range).range, expected);
        }
    }

    #[test]
    fn a_diagnostic_prints_its_place() {
        let source = Source::new("v.yaml", "a: 1\nb: 2\n");
        let error = Diagnostics::from(Diagnostic::error("no").at(Label::new(&source, 5..6)));
        assert_eq!(error.to_string(), "v.yaml:2:1: no");
    }
}
