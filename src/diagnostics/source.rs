//! A text, the name that its user knows it by, and its YAML documents, which are read once however many ask for them.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Diagnostic;
use super::mask::with_stars;
use crate::yaml::{self, Node, Part};

/// A text that positions refer to: a values file, a `--set` flag, a template. Cheap to clone.
#[derive(Clone)]
pub struct Source {
    inner: Arc<Inner>,
    is_template: bool,
    is_private: bool,
}

struct Inner {
    origin: Origin,
    // The embedded chart's texts are not copied: most of them are never looked at.
    text: Cow<'static, str>,
    /// Made when the first position is asked for.
    lines: OnceLock<Lines>,
    /// Read when they are asked for first.
    parts: OnceLock<Result<Vec<Part<'static>>, yaml::Error>>,
}

/// Where a text comes from. What a file is called never makes it anything else.
#[derive(PartialEq, Eq)]
enum Origin {
    /// A file, standard input or a part of the built-in chart, by the name that the user knows.
    Named(Cow<'static, str>),
    /// A flag, with the ranges of its secrets.
    Flag(Vec<Range<usize>>),
}

/// Where lines begin.
struct Lines {
    starts: Vec<usize>,
    /// Characters are bytes then.
    is_ascii: bool,
}

/// The name of flags in place of a file's name.
const COMMAND_LINE: &str = "command line";

impl Source {
    /// A text under the name that the user knows it by: a path as it was typed, `-`.
    pub fn new(name: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self::from(Origin::Named(name.into()), text.into())
    }

    /// A flag as it was typed, with the ranges of its secrets, in order.
    pub fn typed(flag: impl Into<Cow<'static, str>>, hidden: Vec<Range<usize>>) -> Self {
        Self::from(Origin::Flag(hidden), flag.into())
    }

    fn from(origin: Origin, text: Cow<'static, str>) -> Self {
        Self {
            inner: Arc::new(Inner {
                origin,
                text,
                lines: OnceLock::new(),
                parts: OnceLock::new(),
            }),
            is_template: false,
            is_private: false,
        }
    }

    /// The same text as a template.
    #[must_use]
    pub fn into_template(self) -> Self {
        Self {
            is_template: true,
            ..self
        }
    }

    /// The same text, of which no line is ever shown: any of them may hold a secret.
    #[must_use]
    pub fn into_private(self) -> Self {
        Self {
            is_private: true,
            ..self
        }
    }

    /// Whether no line of the text is ever shown.
    pub fn is_private(&self) -> bool {
        self.is_private
    }

    /// Whether the text is a flag, not a file.
    pub fn is_typed(&self) -> bool {
        matches!(self.inner.origin, Origin::Flag(_))
    }

    /// The ranges of a flag's secrets, in order; none of another text.
    pub fn hidden(&self) -> &[Range<usize>] {
        match &self.inner.origin {
            Origin::Flag(hidden) => hidden,
            Origin::Named(_) => &[],
        }
    }

    /// A part of a flag with stars for its secrets.
    pub fn shown(&self, part: Range<usize>) -> String {
        let inside = |range: &Range<usize>| {
            let (start, end) = (range.start.max(part.start), range.end.min(part.end));
            (start < end).then(|| start - part.start..end - part.start)
        };
        let hidden: Vec<Range<usize>> = self.hidden().iter().filter_map(inside).collect();
        let text = self.text().get(part.clone()).unwrap_or_default();
        with_stars(text, &hidden)
    }

    /// Whether the text is a template, which is not YAML before it is rendered.
    pub fn is_template(&self) -> bool {
        self.is_template
    }

    /// The name that the user knows the text by.
    pub fn name(&self) -> &str {
        match &self.inner.origin {
            Origin::Named(name) => name,
            Origin::Flag(_) => COMMAND_LINE,
        }
    }

    /// The text, as it was read.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The parts of the text between its `---` lines, each with its document or what is wrong with it. The first call
    /// reads the text.
    ///
    /// # Errors
    /// A text that cannot be cut into documents.
    pub fn parts(&self) -> Result<&[Part<'static>], &yaml::Error> {
        let read = || yaml::owned_parts(self.text());
        self.inner.parts.get_or_init(read).as_deref()
    }

    /// The documents of the text, without empty ones.
    ///
    /// # Errors
    /// The first thing in the text that is not YAML.
    pub fn documents(&self) -> Result<Vec<&Node<'static>>, Diagnostic> {
        let failed = |error: &yaml::Error| Diagnostic::of_yaml(self, error.clone());
        let nodes = self.parts().map_err(failed)?.iter();
        nodes
            .filter_map(|part| part.node.as_ref().map(Option::as_ref).transpose())
            .collect::<Result<_, _>>()
            .map_err(failed)
    }

    /// Line and character of a byte offset, both counted from 1.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let text = self.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = self.lines();
        let line = lines.starts.partition_point(|start| *start <= offset);
        let start = lines.starts.get(line - 1).copied().unwrap_or_default();
        let characters = if lines.is_ascii {
            offset - start
        } else {
            text[start..offset].chars().count()
        };
        (line, characters + 1)
    }

    /// Where a line begins and ends, counted from 1, without its line break; empty at the end of the text if there
    /// is no such line.
    pub fn line(&self, line: usize) -> Range<usize> {
        let starts = &self.lines().starts;
        let length = self.text().len();
        let start = starts.get(line.saturating_sub(1)).copied();
        let start = start.unwrap_or(length);
        let end = starts.get(line).map_or(length, |next| next - 1);
        let is_crlf = self.text()[start..end].ends_with('\r') && end < length;
        start..end - usize::from(is_crlf)
    }

    fn lines(&self) -> &Lines {
        self.inner.lines.get_or_init(|| {
            let text = self.text();
            let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            Lines {
                starts: std::iter::once(0)
                    .chain(breaks.map(|(at, _)| at + 1))
                    .collect(),
                is_ascii: text.is_ascii(),
            }
        })
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (&self.inner, &other.inner);
        let same = || one.origin == two.origin && one.text == two.text;
        self.is_template == other.is_template && (Arc::ptr_eq(one, two) || same())
    }
}

impl Eq for Source {}

impl fmt::Debug for Source {
    /// Only the name: texts are long and may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_no_flag_whatever_it_is_called() {
        let file = Source::new(COMMAND_LINE, "a: 1\n");
        let flag = Source::typed("a: 1\n", Vec::new());
        assert!(!file.is_typed() && flag.is_typed());
        assert_eq!(file.name(), flag.name());
        assert!(file != flag);
    }

    #[test]
    fn lines_end_before_their_line_break() {
        let source = Source::new("v.yaml", "a\r\nbc\n\nd");
        let lines = (1..=5).map(|line| &source.text()[source.line(line)]);
        assert_eq!(lines.collect::<Vec<_>>(), ["a", "bc", "", "d", ""]);
        assert_eq!(source.line_column(8), (4, 2));
    }

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
}
