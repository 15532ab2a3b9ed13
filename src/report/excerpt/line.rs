//! One line of a source as it is shown, and where its parts have gone.
//! It does not know what is secret; the caller says so.

use std::ops::Range;

use crate::diagnostics::{STARS, Source, visible};

/// A line as it is shown.
pub(in crate::report) struct Line {
    pub(in crate::report) text: String,
    /// What was replaced: in the source, and in the text.
    replaced: Vec<(Range<usize>, Range<usize>)>,
    /// The bytes of the source that the line shows.
    source: Range<usize>,
}

impl Line {
    pub(super) fn new(source: &Source, shown: &Range<usize>, hidden: Vec<Range<usize>>) -> Self {
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

    /// Copies a part of the source; what is obeyed is spelled out.
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
            let alone = &*c.encode_utf8(&mut buffer);
            let is_command = c == '#' && part[..offset].ends_with('#');
            match visible(alone) {
                // The renderer draws tabs.
                _ if c == '\t' => self.text.push(c),
                _ if is_command => self.replace(at..at + 1, "\\u{23}"),
                spelled if spelled == alone => self.text.push(c),
                spelled => self.replace(at..at + alone.len(), &spelled),
            }
        }
    }

    fn replace(&mut self, range: Range<usize>, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.replaced.push((range, start..self.text.len()));
    }

    /// Where a range of the source is in the text; one that touches what was replaced covers all of that.
    pub(in crate::report) fn map(&self, range: &Range<usize>) -> Range<usize> {
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

/// Longer lines are shown around their places alone.
const LONGEST: usize = 4096;

/// The part of a line that is shown.
pub(super) fn window(text: &str, line: Range<usize>, near: usize) -> Range<usize> {
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
