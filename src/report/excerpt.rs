//! Lines of a source as they may be shown: without secrets, and without anything that a terminal obeys.
//! What is secret in YAML is read from its nodes. Of what cannot be read, no scalar is shown.

mod line;

use std::collections::HashSet;
use std::ops::Range;

use crate::diagnostics::{Source, is_secret_key, secrets, userinfo, without_overlaps};
use crate::yaml::{self, Content, Node};

use line::window;

pub(super) use line::Line;

/// What may be shown of the sources of one drawing. Each is read once.
#[derive(Default)]
pub(super) struct Excerpts {
    sources: Vec<(Source, Hidden)>,
}

/// What of a source is not shown.
struct Hidden {
    /// Values of secret keys, and who logs in at a URL; in order.
    secrets: Vec<Range<usize>>,
    /// The documents that could be read; what is outside of them is not known to be harmless. None if all is.
    read: Option<Vec<Range<usize>>>,
}

impl Excerpts {
    /// A line, counted from 1; a long one as far as it is near the byte `near` of the source.
    pub(super) fn line(&mut self, source: &Source, line: usize, near: usize) -> Line {
        let whole = source.line(line);
        let hidden = self.hidden(source);
        let ranges = match hidden.read_in(&whole) {
            Some(read) => {
                let mut ranges = hidden.inside(&whole);
                // A reader stops at the end of a document, whatever follows on the line.
                let rest = read.end.clamp(whole.start, whole.end)..whole.end;
                if !source.text()[rest.clone()].trim_start().starts_with('#') {
                    ranges.extend(scalars(source.text(), &rest));
                }
                ranges
            }
            // The whole line: what looks like a key may be a part of a password.
            None if follows_secret(source, line) => std::iter::once(whole.clone()).collect(),
            None => scalars(source.text(), &whole).into_iter().collect(),
        };
        let shown = window(source.text(), whole, near);
        let mut ranges = without_overlaps(ranges);
        if hidden.read.is_some() {
            ranges.extend(rest_behind_key(source.text(), &shown, &ranges));
        }
        Line::new(source, &shown, without_overlaps(ranges))
    }

    fn hidden(&mut self, source: &Source) -> &Hidden {
        let known = self.sources.iter().position(|(known, _)| known == source);
        let place = known.unwrap_or_else(|| {
            self.sources.push((source.clone(), Hidden::of(source)));
            self.sources.len() - 1
        });
        &self.sources[place].1
    }
}

impl Hidden {
    fn of(source: &Source) -> Self {
        let text = source.text();
        if source.is_typed() || source.is_template() {
            return Self {
                secrets: secrets(text),
                read: None,
            };
        }
        let mut found = userinfo(text);
        let mut read = Vec::new();
        // A text that cannot even be cut into documents has none that was read.
        let nodes = source.parts().unwrap_or_default().iter();
        for node in nodes.filter_map(|part| part.node.as_ref().ok()?.as_ref()) {
            read.push(node.range.clone());
            values_of_secret_keys(text, node, &mut found);
        }
        Self {
            secrets: without_overlaps(found),
            read: Some(read),
        }
    }

    /// The last document that was read in a line, as far as one was: the whole line where nothing is read.
    fn read_in(&self, line: &Range<usize>) -> Option<Range<usize>> {
        let Some(read) = &self.read else {
            return Some(line.clone());
        };
        let behind = read.partition_point(|document| document.start <= line.end);
        let last = read.get(behind.checked_sub(1)?)?;
        (last.end >= line.start).then(|| last.clone())
    }

    fn inside(&self, line: &Range<usize>) -> Vec<Range<usize>> {
        let from = self
            .secrets
            .partition_point(|secret| secret.end <= line.start);
        let secrets = self.secrets[from..].iter();
        secrets
            .take_while(|secret| secret.start < line.end)
            .map(|secret| secret.start.max(line.start)..secret.end.min(line.end))
            .collect()
    }
}

/// All that stands behind a secret key up to the end of its value, comments in between included, and what an alias
/// there stands for.
fn values_of_secret_keys(text: &str, root: &Node<'_>, found: &mut Vec<Range<usize>>) {
    let mut open = vec![root];
    let mut targets = HashSet::new();
    while let Some(node) = open.pop() {
        // What an alias stands for is walked where it is written.
        if node.is_alias() {
            continue;
        }
        match &node.target().content {
            Content::Map(pairs) => {
                for (key, value) in pairs {
                    let is_secret = yaml::key(key).is_ok_and(|key| is_secret_key(&key));
                    if !is_secret {
                        open.push(value);
                        // A key may be a whole map.
                        open.push(key);
                        continue;
                    }
                    let start = behind_colon(text, key.range.end);
                    found.push(start..value.range.end.max(start));
                    targets_of_aliases(value, &mut targets, found);
                }
            }
            Content::List(items) => open.extend(items),
            Content::Scalar(_) | Content::Shared(_) => {}
        }
    }
}

/// What the aliases in a secret value stand for, at any depth. `seen` has where each target begins: aliases of aliases
/// are looked up once.
fn targets_of_aliases(value: &Node<'_>, seen: &mut HashSet<usize>, found: &mut Vec<Range<usize>>) {
    let mut open = vec![value];
    while let Some(node) = open.pop() {
        let target = node.target();
        if node.is_alias() {
            if !seen.insert(target.range.start) {
                continue;
            }
            found.push(target.range.clone());
        }
        match &target.content {
            Content::Map(pairs) => open.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
            Content::List(items) => open.extend(items),
            Content::Scalar(_) | Content::Shared(_) => {}
        }
    }
}

/// Where a value may begin behind a key: the colon and the blanks on its line stay.
fn behind_colon(text: &str, key: usize) -> usize {
    let is_blank = [' ', '\t'];
    let rest = text[key..].trim_start_matches(is_blank);
    match rest.strip_prefix(':') {
        Some(value) => text.len() - value.trim_start_matches(is_blank).len(),
        None => key,
    }
}

/// The rest of a line behind a secret key that is none to the reader, in a text or a comment: `password:x`.
fn rest_behind_key(
    text: &str,
    line: &Range<usize>,
    hidden: &[Range<usize>],
) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_hidden = |at: usize| {
        let next = hidden.partition_point(|range| range.end <= at);
        hidden.get(next).is_some_and(|range| range.start <= at)
    };
    let mut at = line.start;
    while let Some(start) = text[at..line.end].find(is_part).map(|start| at + start) {
        let rest = text[start..line.end].trim_start_matches(is_part);
        let end = line.end - rest.len();
        let after = rest.trim_start_matches(['"', '\'', ' ', '\t']);
        if let Some(value) = after.strip_prefix([':', '=']) {
            let value = line.end - value.trim_start().len();
            let is_open = value < line.end && !is_hidden(value) && !is_hidden(start);
            if is_open && is_secret_key(text[start..end].trim_start_matches('-')) {
                return Some(value..line.end);
            }
        }
        at = end;
    }
    None
}

/// Whether one of the lines above has a secret key, whose value may go on here.
fn follows_secret(source: &Source, line: usize) -> bool {
    /// Values of more lines are rare, and what looks like a key in them rarer.
    const ABOVE: usize = 12;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    (line.saturating_sub(ABOVE).max(1)..line).any(|above| {
        let text = &source.text()[source.line(above)];
        text.split(|c| !is_part(c)).any(is_secret_key)
    })
}

/// What alone is no scalar, but the beginning or end of one or of something larger.
const INDICATORS: [&str; 9] = ["[", "]", "{", "}", "|", ">", "-", "'", "\""];

/// All of a line but a key that certainly is one: it stands first, and a blank or nothing follows its colon.
fn scalars(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let content = &text[line.clone()];
    let start = content.len() - content.trim_start_matches([' ', '\t']).len();
    let mut rest = &content[start..];
    while let Some(after) = rest.strip_prefix("- ") {
        rest = after.trim_start_matches(' ');
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let after = rest.trim_start_matches(is_part);
    let has_key = after.len() < rest.len() && (after == ":" || after.starts_with(": "));
    if has_key {
        let after = after[1..].trim_start_matches(' ');
        rest = after;
    }
    if INDICATORS.contains(&rest.trim_end()) {
        return None;
    }
    let begin = content.len() - rest.len();
    let end = content.trim_end().len();
    (begin < end).then(|| line.start + begin..line.start + end)
}
