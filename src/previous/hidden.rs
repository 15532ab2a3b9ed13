//! Copies of texts in which no value can be read, for excerpts of manifests that are broken.
//!
//! What is secret cannot be told there: a value of a Secret may stand in any other document, and the text may be too
//! broken to be parsed. So all is hidden but keys and what identifies an object.

use std::ops::Range;

use crate::diagnostics::Source;
use crate::yaml::{self, Content, Node, Part};

/// A copy of a text, of the same length. What can be read in it: keys, `apiVersion`, `kind` and `metadata.name`. Of a
/// document that cannot be parsed: what looks like a key at the beginning of a line, and those three where they
/// are at the left edge.
pub(super) fn without_values(source: &Source) -> Source {
    let text = source.text();
    let mut shown: Vec<Range<usize>> = Vec::new();
    match yaml::parts(text) {
        Ok(parts) => {
            for part in parts {
                show_separator(text, part.range.start, &mut shown);
                show_document(text, &part, &mut shown);
            }
        }
        Err(_) => show_lines(text, 0..text.len(), &mut shown),
    }
    shown.sort_by_key(|range| range.start);
    let mut copy = String::with_capacity(text.len());
    let mut at = 0;
    for range in shown {
        copy.extend(
            text.get(at..range.start)
                .unwrap_or_default()
                .chars()
                .map(hidden),
        );
        at = at.max(range.start);
        copy.push_str(text.get(at..range.end).unwrap_or_default());
        at = at.max(range.end);
    }
    copy.extend(text[at..].chars().map(hidden));
    Source::new(source.name().to_owned(), copy)
}

/// The `---` before a document.
fn show_separator(text: &str, start: usize, shown: &mut Vec<Range<usize>>) {
    let before = &text[..start];
    if let Some(line) = before.trim_end_matches('\n').rfind("---") {
        let is_line = before[..line].is_empty() || before[..line].ends_with('\n');
        if is_line {
            shown.push(line..line + "---".len());
        }
    }
}

fn show_document(text: &str, part: &Part<'_>, shown: &mut Vec<Range<usize>>) {
    match &part.node {
        Ok(Some(node)) => {
            show_keys(text, node, shown);
            // What follows a document is not read.
            show_identity(node, shown);
        }
        Ok(None) => {}
        Err(_) => show_lines(text, part.range.clone(), shown),
    }
}

/// The keys of all maps, with the signs behind them and the dashes before elements.
fn show_keys(text: &str, node: &Node<'_>, shown: &mut Vec<Range<usize>>) {
    match &node.content {
        Content::Map(pairs) => {
            for (key, value) in pairs {
                let colon = text[key.range.end..].find(':').map_or(0, |colon| colon + 1);
                shown.push(key.range.start..key.range.end + colon.min(2));
                show_keys(text, value, shown);
            }
        }
        Content::List(items) => {
            for item in items {
                let before = text[..item.range.start].trim_end_matches(' ');
                if before.ends_with('-') {
                    shown.push(before.len() - 1..before.len());
                }
                show_keys(text, item, shown);
            }
        }
        Content::Shared(shared) if shared.range == node.range => show_keys(text, shared, shown),
        Content::Scalar(_) | Content::Shared(_) => {}
    }
}

/// What identifies an object, or the objects of a list.
fn show_identity(node: &Node<'_>, shown: &mut Vec<Range<usize>>) {
    let Content::Map(pairs) = &node.target().content else {
        return;
    };
    let is = |key: &Node<'_>, name: &str| yaml::key(key).is_ok_and(|key| key == name);
    for (key, value) in pairs {
        if is(key, "kind") || is(key, "apiVersion") {
            shown.push(value.range.clone());
        } else if is(key, "metadata")
            && let Content::Map(pairs) = &value.content
        {
            let names = pairs.iter().filter(|(key, _)| is(key, "name"));
            shown.extend(names.map(|(_, name)| name.range.clone()));
        } else if is(key, "items")
            && let Content::List(items) = &value.content
        {
            for item in items {
                show_identity(item, shown);
            }
        }
    }
}

/// What looks like a key at the beginning of a line. Lines of block scalars are left out, and all that follows a
/// quote which is not closed on its line.
fn show_lines(text: &str, range: Range<usize>, shown: &mut Vec<Range<usize>>) {
    let mut start = range.start;
    let (mut in_metadata, mut in_block) = (false, None);
    for line in text[range].split_inclusive('\n') {
        let content = line.trim_start().trim_start_matches("- ");
        let indent = line.len() - content.len();
        if in_block.is_some_and(|block| content.is_empty() || indent > block) {
            start += line.len();
            continue;
        }
        in_block = (content.contains(": |") || content.contains(": >")).then_some(indent);
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let key = &content[..content.find(|c| !is_key(c)).unwrap_or(content.len())];
        if indent == 0 && !content.trim().is_empty() {
            in_metadata = key == "metadata";
        }
        let behind = content[key.len()..].strip_prefix(':');
        if !key.is_empty() && behind.is_some_and(|value| value.starts_with(char::is_whitespace)) {
            let names_it = match key {
                "kind" | "apiVersion" => indent == 0,
                "name" => in_metadata && indent == 2,
                _ => false,
            };
            let end = if names_it {
                line.trim_end().len()
            } else {
                indent + key.len() + 1
            };
            shown.push(start + indent..start + end);
        }
        let is_open = |quote| !content.matches(quote).count().is_multiple_of(2);
        if is_open('"') || is_open('\'') {
            return;
        }
        start += line.len();
    }
}

/// A character of the same length that reveals nothing.
fn hidden(c: char) -> char {
    match c.len_utf8() {
        _ if c.is_whitespace() => c,
        1 => '*',
        2 => '·',
        3 => '…',
        _ => '🔒',
    }
}
