//! Where Helm's reader takes other tokens out of a text than a reader of YAML 1.2: the text is read once more with a few
//! characters put in or left out, so that both take the same. Positions stay those of the text as it was written.

use std::borrow::Cow;
use std::ops::Range;

/// A change of a text before it is read.
#[derive(Debug)]
pub(super) struct Edit {
    at: usize,
    removed: usize,
    inserted: &'static str,
}

impl Edit {
    fn insert(at: usize, inserted: &'static str) -> Self {
        Self {
            at,
            removed: 0,
            inserted,
        }
    }
}

/// What to do about a token.
pub(super) enum Verdict {
    /// Helm's reader refuses it.
    Refused(&'static str, Range<usize>),
    /// It takes it as it is read after these edits; there may be none.
    Edited(Vec<Edit>),
}

/// A plain scalar between brackets. There a `?` always begins a key, and a colon belongs to the scalar unless a blank
/// follows it (libyaml's `yaml_parser_scan_plain_scalar` and `yaml_parser_fetch_next_token`, as Go has them).
pub(super) fn plain_in_flow(text: &str, range: Range<usize>) -> Verdict {
    let word = &text[range.clone()];
    if word.starts_with('?') {
        return Verdict::Edited(vec![Edit::insert(range.start + 1, " ")]);
    }
    if let Some(sign) = word.find('?') {
        let sign = range.start + sign;
        return Verdict::Refused("in brackets a `?` begins a key", sign..sign + 1);
    }
    let mut edits = Vec::new();
    if [":,", ":]", ":}"]
        .iter()
        .any(|end| text[range.end..].starts_with(end))
    {
        edits.push(Edit::insert(range.start, "'"));
        let quotes = word.match_indices('\'');
        edits.extend(quotes.map(|(quote, _)| Edit::insert(range.start + quote, "'")));
        edits.push(Edit::insert(range.end + 1, "'"));
    }
    Verdict::Edited(edits)
}

/// The anchor in `gap`, the text between two tokens. Its name ends at the first character that is no letter, no digit,
/// no `-` and no `_`, and only some may follow it (`yaml_parser_scan_anchor`).
pub(super) fn anchor(text: &str, gap: Range<usize>, in_flow: bool) -> Verdict {
    let mut at = gap.start;
    for line in text.get(gap).unwrap_or_default().split_inclusive('\n') {
        let comment = line
            .find(" #")
            .or_else(|| line.starts_with('#').then_some(0));
        if let Some(sign) = line[..comment.unwrap_or(line.len())].find('&') {
            return name(text, at + sign, in_flow);
        }
        at += line.len();
    }
    Verdict::Edited(Vec::new())
}

/// The anchor or alias that begins at `sign`.
pub(super) fn name(text: &str, sign: usize, in_flow: bool) -> Verdict {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let rest = &text[sign + 1..];
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let end = sign + 1 + length;
    match text[end..].chars().next() {
        _ if length == 0 => {}
        None => return Verdict::Edited(Vec::new()),
        Some(c) if c.is_whitespace() || matches!(c, ',' | ']' | '}') && in_flow => {
            return Verdict::Edited(Vec::new());
        }
        Some(':') if in_flow && text[sign..].starts_with('&') => {
            return Verdict::Refused("in brackets a value begins at this `:`", end..end + 1);
        }
        Some('?' | ':' | ',' | ']' | '}' | '%' | '@' | '`') => {
            return Verdict::Edited(vec![Edit::insert(end, " ")]);
        }
        Some(_) => {}
    }
    let message = "the name of an anchor has only letters of English, digits, `-` and `_`";
    Verdict::Refused(message, sign..end)
}

/// What ends an error of the parser where Helm's reader finds none.
pub(super) fn at_error(text: &str, at: usize, in_flow: bool) -> Vec<Edit> {
    match text.as_bytes().get(at) {
        Some(b'"') => escaped_quotes(text, at),
        Some(b'*') => match name(text, at, in_flow) {
            Verdict::Edited(edits) => edits,
            Verdict::Refused(..) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The escapes `\'` in the double-quoted string that begins at `start`: to Go's reader they mean `'`.
fn escaped_quotes(text: &str, start: usize) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut at = start + 1;
    if bytes.get(start) != Some(&b'"') {
        return edits;
    }
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'\'')) => {
                edits.push(Edit {
                    at,
                    removed: 1,
                    inserted: "",
                });
                at += 2;
            }
            (b'\\', _) => at += 2,
            (b'"', _) => break,
            _ => at += 1,
        }
    }
    edits
}

/// A text after some rounds of edits, and where its characters come from.
pub(super) struct Edited<'t> {
    pub(super) text: Cow<'t, str>,
    /// Of each round, the places in the edited text and how far what follows was moved, in order.
    rounds: Vec<Vec<(usize, isize)>>,
}

impl<'t> Edited<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            rounds: Vec::new(),
        }
    }

    /// Makes another round of edits.
    pub(super) fn edit(&mut self, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| edit.at);
        let mut edited = String::with_capacity(self.text.len() + edits.len());
        let mut moved = Vec::with_capacity(edits.len());
        let (mut copied, mut by) = (0, 0_isize);
        for edit in edits {
            edited.push_str(&self.text[copied..edit.at]);
            edited.push_str(edit.inserted);
            copied = edit.at + edit.removed;
            by += edit.inserted.len().cast_signed() - edit.removed.cast_signed();
            moved.push((edited.len(), by));
        }
        edited.push_str(&self.text[copied..]);
        self.text = Cow::Owned(edited);
        self.rounds.push(moved);
    }

    /// The place in the text as it was written.
    pub(super) fn origin(&self, mut place: usize) -> usize {
        for moved in self.rounds.iter().rev() {
            let next = moved.partition_point(|(start, _)| *start <= place);
            if let Some((_, by)) = next.checked_sub(1).and_then(|last| moved.get(last)) {
                place = place.saturating_add_signed(-by);
            }
        }
        place
    }
}

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
