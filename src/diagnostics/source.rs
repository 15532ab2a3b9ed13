//! A text and the name that its user knows it by. It knows nothing of what the text means.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A text that positions refer to: a values file, a `--set` flag, a template. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    origin: Origin,
    // The embedded chart's texts are not copied: most of them are never looked at.
    text: Cow<'static, str>,
}

/// Where a text comes from. What a file is called never makes it anything else.
#[derive(PartialEq, Eq)]
enum Origin {
    /// A file, standard input or a part of the built-in chart, by the name that the user knows.
    Named(Cow<'static, str>),
    /// A flag.
    Flag,
}

/// What flags are called where a file's name would stand.
const COMMAND_LINE: &str = "command line";

impl Source {
    /// A text under the name that the user knows it by: a path as it was typed, `-`.
    pub fn new(name: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner {
            origin: Origin::Named(name.into()),
            text: text.into(),
        }))
    }

    /// A flag, as it was typed.
    pub fn typed(flag: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner {
            origin: Origin::Flag,
            text: flag.into(),
        }))
    }

    /// Whether the text is a flag, not a file.
    pub fn is_typed(&self) -> bool {
        self.0.origin == Origin::Flag
    }

    /// The name that the user knows the text by.
    pub fn name(&self) -> &str {
        match &self.0.origin {
            Origin::Named(name) => name,
            Origin::Flag => COMMAND_LINE,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_no_flag_whatever_it_is_called() {
        let file = Source::new(COMMAND_LINE, "a: 1\n");
        let flag = Source::typed("a: 1\n");
        assert!(!file.is_typed() && flag.is_typed());
        assert_eq!(file.name(), flag.name());
        assert!(file != flag);
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
