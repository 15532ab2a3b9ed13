//! What the parser lets pass and Helm's reader refuses: tabs that indent, and two kinds of escapes.
//! Both functions look at the text as written and know nothing of nodes.

use std::ops::Range;

/// A tab in `gap` (between two tokens, outside brackets) where indentation belongs: at the start of a line, also of
/// an empty one, or after `-`, `?` or `:` there. Behind a plain scalar, whose line might go on, Go's reader minds
/// the tabs of an empty line in the first column only.
pub(super) fn tab(text: &str, gap: Range<usize>, after_plain: bool) -> Option<Range<usize>> {
    let mut end = gap.start;
    // The first tab of a line decides; looking at all of them would take quadratic time.
    text.get(gap)?
        .split_inclusive(LINE_BREAKS)
        .find_map(|line| {
            let tab = end + line.find('\t').unwrap_or(line.len());
            end += line.len();
            if tab == end {
                return None;
            }
            let start = text[..tab].rfind(LINE_BREAKS).map_or(0, |found| found + 1);
            let indents = text[start..tab]
                .bytes()
                .all(|byte| matches!(byte, b' ' | b'-' | b'?' | b':'));
            let content = text[tab..].trim_start_matches([' ', '\t']).chars().next();
            let empty = matches!(content, None | Some('\n' | '\r' | '#'));
            (indents && !(after_plain && empty && text[start..tab].starts_with(' ')))
                .then_some(tab..tab + 1)
        })
}

const LINE_BREAKS: [char; 2] = ['\n', '\r'];

/// An escape in a double-quoted string at `range` that YAML 1.2 has and Go's reader has not: `\/`, or half of
/// a surrogate pair.
pub(super) fn escape(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let (start, quoted) = (range.start, text.get(range)?.as_bytes());
    let mut at = 0;
    while let Some(escape) = quoted.get(at..) {
        at += escape.iter().position(|byte| *byte == b'\\')?;
        let length = match &quoted[at + 1..] {
            [b'/', ..] => 2,
            [
                b'u',
                b'd' | b'D',
                b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F',
                ..,
            ] => 6,
            _ => {
                at += 2;
                continue;
            }
        };
        return Some(start + at..start + at + length);
    }
    None
}
