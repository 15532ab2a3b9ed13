//! Lines of a source as they are shown: without secrets and control characters. In YAML, the values of secret keys are
//! hidden. In a text that is not valid YAML, all scalars are hidden; in a private one, everything.

use std::ops::Range;

use crate::diagnostics::{
    STARS, Source, is_secret_key, secrets_in_template, userinfo, values_of_secret_keys, visible,
    without_overlaps,
};

/// The sources of one drawing. Each is parsed once.
#[derive(Default)]
pub(super) struct Excerpts {
    sources: Vec<(Source, Hidden)>,
}

/// The hidden parts of a source.
struct Hidden {
    /// The values of secret keys, and the user names and passwords of URLs, in order.
    secrets: Vec<Range<usize>>,
    /// The documents that were parsed. Outside of them everything may be secret. None if the text is not YAML.
    read: Option<Vec<Range<usize>>>,
}

impl Excerpts {
    /// A line, counted from 1. Only the part of a long line around the byte offset `near` is shown.
    pub(super) fn line(&mut self, source: &Source, line: usize, near: usize) -> Line {
        let whole = source.line(line);
        let hidden = self.hidden(source);
        let ranges = match hidden.read_in(&whole) {
            Some(read) => {
                let mut ranges = hidden.inside(&whole);
                // More text may follow a document on its last line.
                let rest = read.end.clamp(whole.start, whole.end)..whole.end;
                if !source.text()[rest.clone()].trim_start().starts_with('#') {
                    ranges.extend(scalars(source.text(), &rest));
                }
                ranges
            }
            // Hide the whole line: what looks like a key may be part of a password.
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
        if source.is_typed() {
            return Self {
                secrets: source.hidden().to_vec(),
                read: None,
            };
        }
        if source.is_private() {
            // Each line by itself, without its indentation.
            let lines = text.split_inclusive('\n').scan(0, |at, line| {
                let start = *at + line.len() - line.trim_start().len();
                let end = *at + line.trim_end().len();
                *at += line.len();
                Some(start..end.max(start))
            });
            return Self {
                secrets: lines.filter(|line| !line.is_empty()).collect(),
                read: None,
            };
        }
        if source.is_template() {
            return Self {
                secrets: secrets_in_template(text),
                read: None,
            };
        }
        let mut found = userinfo(text);
        let mut read = Vec::new();
        // If the text cannot be split into documents, nothing was parsed.
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

    /// The last parsed document on a line; the whole line if the text is not YAML.
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

/// The rest of a line after a secret key in a text or comment, which YAML does not see as a key: `password:x`.
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

/// Whether one of the lines above has a secret key, so that its value may continue on this line.
fn follows_secret(source: &Source, line: usize) -> bool {
    /// The number of lines to search. Longer values are rare.
    const ABOVE: usize = 12;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    (line.saturating_sub(ABOVE).max(1)..line).any(|above| {
        let text = &source.text()[source.line(above)];
        text.split(|c| !is_part(c)).any(is_secret_key)
    })
}

/// Text that begins or ends a scalar or a collection, and is not a scalar itself.
const INDICATORS: [&str; 9] = ["[", "]", "{", "}", "|", ">", "-", "'", "\""];

/// A line without its key, if it begins with one: a blank or nothing follows the colon.
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

/// A line as it is shown.
pub(super) struct Line {
    pub(super) text: String,
    /// The replaced ranges of the source, and where their replacements are in the text.
    replaced: Vec<(Range<usize>, Range<usize>)>,
    /// The byte range of the source that is shown.
    source: Range<usize>,
}

impl Line {
    fn new(source: &Source, shown: &Range<usize>, hidden: Vec<Range<usize>>) -> Self {
        let mut line = Self {
            text: String::with_capacity(shown.len()),
            replaced: Vec::new(),
            source: shown.clone(),
        };
        let mut at = shown.start;
        for range in hidden {
            let (start, end) = (range.start.max(at), range.end.min(shown.end));
            if start >= end {
                continue;
            }
            line.copy(source.text(), at..start);
            line.replace(range.start.max(shown.start)..end, STARS);
            at = end;
        }
        line.copy(source.text(), at..shown.end);
        line
    }

    /// Copies a part of the source, with control characters escaped.
    fn copy(&mut self, text: &str, range: Range<usize>) {
        let part = &text[range.clone()];
        let spelled = visible(part);
        if spelled == part {
            self.text.push_str(part);
            return;
        }
        for (offset, c) in part.char_indices() {
            let at = range.start + offset;
            let mut buffer = [0; 4];
            let single = &*c.encode_utf8(&mut buffer);
            let is_command = c == '#' && part[..offset].ends_with('#');
            match visible(single) {
                // The renderer draws tabs.
                _ if c == '\t' => self.text.push(c),
                _ if is_command => self.replace(at..at + 1, "\\u{23}"),
                spelled if spelled == single => self.text.push(c),
                spelled => self.replace(at..at + single.len(), &spelled),
            }
        }
    }

    fn replace(&mut self, range: Range<usize>, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.replaced.push((range, start..self.text.len()));
    }

    /// The range in the text for a range of the source. It covers every replacement that it touches.
    pub(super) fn map(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start, |shown| shown.start);
        let end = self.offset(range.end, |shown| shown.end);
        start..end.max(start)
    }

    fn offset(&self, original: usize, inside: impl Fn(&Range<usize>) -> usize) -> usize {
        let original = original.clamp(self.source.start, self.source.end);
        let next = self
            .replaced
            .partition_point(|(replaced, _)| replaced.end <= original);
        if let Some((replaced, shown)) = self.replaced.get(next)
            && replaced.start < original
        {
            return inside(shown);
        }
        match next.checked_sub(1).and_then(|last| self.replaced.get(last)) {
            Some((replaced, shown)) => shown.end + (original - replaced.end),
            None => original - self.source.start,
        }
    }
}

/// Of longer lines, only the part around the place is shown.
const LONGEST: usize = 4096;

/// The part of a line that is shown.
fn window(text: &str, line: Range<usize>, near: usize) -> Range<usize> {
    if line.len() <= LONGEST {
        return line;
    }
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = near.clamp(line.start, line.end).saturating_sub(LONGEST / 4);
    let start = boundary(start.max(line.start));
    start..boundary((start + LONGEST).min(line.end))
}
