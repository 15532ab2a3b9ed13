//! One text of a previous render: its documents, the comments before them, repeated keys.
//! It does not look into objects.

use std::ops::Range;

use serde_json::Value;

use super::Found;
use super::object::Document;
use crate::diagnostics::{Diagnostic, Label, Source};
use crate::yaml::{self, Content, Duplicate, Error, Node};

/// Reads a text to its end, whatever is wrong on the way.
pub(super) fn read(
    source: &Source,
    found: &mut Vec<Found>,
    notes: &mut Vec<Diagnostic>,
    problems: &mut Vec<Diagnostic>,
) {
    let (objects, errors) = (found.len(), problems.len());
    read_yaml(source, found, notes, problems);
    let looks_like_json = source.text().trim_start().starts_with(['{', '[']);
    if looks_like_json
        && problems.len() > errors
        && let Some(values) = json(source.text())
    {
        // JSON has escapes that Kubernetes' YAML has not, and comes as one object after the other.
        found.truncate(objects);
        problems.truncate(errors);
        for (range, value) in values {
            let content = Content::List(Vec::new());
            let node = Node { range, content };
            Document {
                source,
                template: source.name(),
                found,
                problems,
            }
            .read(value, &node);
        }
    }
}

/// The values of a text of nothing but JSON, with their bytes.
fn json(text: &str) -> Option<Vec<(Range<usize>, Value)>> {
    let mut values = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter();
    let mut start = 0;
    while let Some(value) = stream.next() {
        let value = value.ok()?;
        start += text[start..].len() - text[start..].trim_start().len();
        values.push((start..stream.byte_offset(), value));
        start = stream.byte_offset();
    }
    Some(values)
}

fn read_yaml(
    source: &Source,
    found: &mut Vec<Found>,
    notes: &mut Vec<Diagnostic>,
    problems: &mut Vec<Diagnostic>,
) {
    let failed = |error: Error| {
        let mut problem = Diagnostic::error(error.message).at(Label::new(source, error.range));
        problem.help = error.help;
        problem
    };
    let parts = match yaml::parts(source.text()) {
        Ok(parts) => parts,
        Err(error) => return problems.push(failed(error)),
    };
    let mut repeated = Vec::new();
    for part in parts {
        let node = match part.node {
            Ok(Some(node)) => node,
            Ok(None) => continue,
            Err(error) => {
                problems.push(failed(error));
                continue;
            }
        };
        if let Some(rest) = unread(source.text(), node.range.end..part.range.end) {
            problems.push(
                Diagnostic::error("what follows the document is not read")
                    .at(Label::new(source, rest))
                    .with_help("separate documents with `---`"),
            );
        }
        let (tree, overwritten) = match yaml::tree_and_overwritten(&node) {
            Ok(read) => read,
            Err(error) => {
                problems.push(failed(error));
                continue;
            }
        };
        if overwritten {
            repeated.extend(yaml::duplicates(&node));
        }
        let template = template(&source.text()[part.range.start..node.range.start]);
        Document {
            source,
            template: template.unwrap_or(source.name()),
            found,
            problems,
        }
        .read(tree, &node);
    }
    // Without a label: an excerpt would show what the key holds.
    notes.extend(duplicates_note(source, &repeated).map(Diagnostic::note));
}

/// One sentence for all repeated keys of a text.
fn duplicates_note(source: &Source, repeated: &[Duplicate]) -> Option<String> {
    let Duplicate { second, path, .. } = repeated.first()?;
    let (line, column) = source.line_column(second.start);
    let name = source.name();
    Some(match repeated.len() {
        1 => format!("{name}:{line}:{column}: duplicate key `{path}`; the last one counts"),
        many => format!(
            "{name}:{line}:{column}: {many} duplicate keys, the first is `{path}`; the last ones count"
        ),
    })
}

/// Helm's comment right before an object.
fn template(before: &str) -> Option<&str> {
    before
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("# Source:"))
        .map(str::trim)
}

/// What follows a document's end and is not a comment.
fn unread(text: &str, rest: Range<usize>) -> Option<Range<usize>> {
    let mut at = rest.start;
    for line in text.get(rest)?.split_inclusive('\n') {
        let content = line.trim();
        // A missing value ends before its sign.
        let marker = matches!(content, "..." | ":" | "-") || content.starts_with("... ");
        if !content.is_empty() && !content.starts_with('#') && !marker {
            return Some(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    None
}
