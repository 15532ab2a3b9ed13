//! Lines of a text: where they begin and end, how far they are indented, and the spelling of scalars that are put in.

use serde_json::Value;

use crate::yaml::{Content, Node, Style, to_string};

/// Where the line of a byte begins.
pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

/// Where the line of a byte ends, its line break included.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |found| at + found + 1)
}

/// What all lines of a text have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// How many spaces a map is indented more than the map that it is in: as the first such map of the text.
    pub(super) step: usize,
    pub(super) line_break: &'static str,
}

impl Form {
    pub(super) fn of(text: &str, root: Option<&Node<'_>>) -> Self {
        const USUAL: usize = 2;
        Self {
            step: root
                .and_then(|root| first_step(text, root))
                .unwrap_or(USUAL),
            line_break: line_break(text),
        }
    }
}

/// The line break of a text: that of its first line.
pub(super) fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The number of spaces that a line begins with.
pub(super) fn indentation(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

pub(super) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn first_step(text: &str, node: &Node<'_>) -> Option<usize> {
    let column = |at: usize| at - start(text, at);
    match &node.content {
        Content::Map(pairs) => pairs.iter().find_map(|(key, value)| {
            let inner = match &value.content {
                Content::Map(inner) => inner.first(),
                _ => None,
            };
            let step = inner.and_then(|(first, _)| {
                let is_below = start(text, first.range.start) > key.range.start;
                let step = column(first.range.start).checked_sub(column(key.range.start));
                step.filter(|step| is_below && *step > 0)
            });
            step.or_else(|| first_step(text, value))
        }),
        Content::List(items) => items.iter().find_map(|item| first_step(text, item)),
        Content::Shared(inner) if !node.is_alias() => first_step(text, inner),
        Content::Shared(_) | Content::Scalar(_) => None,
    }
}

/// Lines that were indented by `from` spaces, indented by `to`.
pub(super) fn indented(lines: &str, from: usize, to: usize) -> String {
    let mut out = String::with_capacity(lines.len());
    for line in lines.split_inclusive('\n') {
        let spaces = indentation(line);
        if !is_blank(line) || spaces > from {
            out.push_str(&" ".repeat(to));
            out.push_str(&line[spaces.min(from)..]);
        } else {
            out.push_str(&line[spaces..]);
        }
    }
    out
}

/// A scalar, or an empty list or map, on one line.
pub(super) fn scalar(value: &Value, in_flow: bool) -> String {
    let spelled = to_string(value);
    let spelled = spelled.trim_end();
    let is_special = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}' | ':' | '?' | '#');
    match value {
        Value::String(text) if spelled.contains('\n') || in_flow && text.contains(is_special) => {
            quoted(text)
        }
        _ => spelled.to_owned(),
    }
}

/// A string in double quotes, on one line.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A string as another one was written.
pub(super) fn string_like(text: &str, style: Style, in_flow: bool) -> String {
    match style {
        Style::SingleQuoted if !text.contains(['\n', '\r']) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Style::DoubleQuoted => quoted(text),
        _ => scalar(&Value::from(text), in_flow),
    }
}
