//! The plain block style that templates and programs write: block maps and lists, scalars on one line, literal blocks,
//! brackets on one line. It is read in one pass, ten times faster than by the parser, which reads whatever else there is
//! in YAML: [`document`] gives up at the first thing that is not of this style or may be wrong. What it reads means the
//! same to the parser, ranges included; a property test compares them.

mod bracket;
mod scalar;

use std::borrow::Cow;
use std::ops::Range;

use super::{Content, Node, Scalar, Style};

/// Deeper documents are left to the parser, so that the stack is safe.
const DEEPEST: usize = 100;

/// Longer keys are left to the parser, which has a limit for them.
const LONGEST_KEY: usize = 500;

/// The node of a document, whose text begins at `offset` of the whole text; none inside if the document is empty, and
/// none at all if the parser has to read it. `keep` gives scalars their lifetime.
#[allow(clippy::option_option)] // as said
pub(super) fn document<'t, 'a>(
    text: &'t str,
    offset: usize,
    keep: fn(Cow<'t, str>) -> Cow<'a, str>,
) -> Option<Option<Node<'a>>> {
    let mut reader = Reader {
        text,
        offset,
        keep,
        at: 0,
        column: 0,
        depth: 0,
    };
    reader.next_line()?;
    if reader.is_at_end() {
        return Some(None);
    }
    let node = reader.node(reader.column, None)?;
    reader.is_at_end().then_some(Some(node))
}

/// A place in a document.
struct Reader<'t, 'a> {
    text: &'t str,
    offset: usize,
    keep: fn(Cow<'t, str>) -> Cow<'a, str>,
    /// The next byte.
    at: usize,
    /// The column of the first byte of the line that is not a space, if `at` is there; 0 at the end of the text.
    column: usize,
    depth: usize,
}

/// A scalar that may be a key.
enum Word<'a> {
    Key(Node<'a>),
    Scalar(Node<'a>),
}

impl<'t, 'a> Reader<'t, 'a> {
    fn byte(&self) -> Option<u8> {
        self.byte_at(self.at)
    }

    fn byte_at(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Whether a space, a line break or the end of the text is at this place.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte_at(at), None | Some(b' ' | b'\n'))
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| **byte == b' ').count();
    }

    /// Goes from the start of a line to the first content of a line, past empty lines and comments.
    fn next_line(&mut self) -> Option<()> {
        loop {
            let start = self.at;
            self.skip_spaces();
            match self.byte() {
                None => {
                    self.column = 0;
                    return Some(());
                }
                Some(b'\n') => self.at += 1,
                Some(b'#') => self.skip_comment()?,
                Some(_) => {
                    self.column = self.at - start;
                    let ends_document = self.column == 0 && self.text[start..].starts_with("...");
                    return (!ends_document).then_some(());
                }
            }
        }
    }

    fn skip_comment(&mut self) -> Option<()> {
        let end = self.text[self.at..].find('\n');
        let end = end.map_or(self.text.len(), |length| self.at + length);
        if !self.text[self.at..end].chars().all(is_printable) {
            return None;
        }
        self.at = (end + 1).min(self.text.len());
        Some(())
    }

    /// Goes from the end of what is written on a line to the next line.
    fn end_line(&mut self) -> Option<()> {
        let before = self.at;
        self.skip_spaces();
        match self.byte() {
            None => {}
            Some(b'\n') => self.at += 1,
            Some(b'#') if self.at > before => self.skip_comment()?,
            Some(_) => return None,
        }
        self.next_line()
    }

    /// The end of a scalar or bracket: what follows must not be indented more than `parent`, or it would belong to it.
    fn end_inline(&mut self, node: Node<'a>, parent: Option<usize>) -> Option<Node<'a>> {
        self.end_line()?;
        let is_alone = match parent {
            Some(parent) => self.column <= parent,
            None => self.is_at_end(),
        };
        is_alone.then_some(node)
    }

    fn range(&self, range: Range<usize>) -> Range<usize> {
        self.offset + range.start..self.offset + range.end
    }

    fn scalar(&self, text: Cow<'t, str>, style: Style, range: Range<usize>) -> Node<'a> {
        let text = (self.keep)(text);
        let tag = None;
        Node {
            range: self.range(range),
            content: Content::Scalar(Scalar { text, style, tag }),
        }
    }

    /// The node at `at`, which is at `column`, below a node at the column `parent`.
    fn node(&mut self, column: usize, parent: Option<usize>) -> Option<Node<'a>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let node = if self.is_dash() {
            self.list(column)
        } else {
            match self.byte()? {
                b'|' | b'[' | b'{' => self.inline(parent),
                _ => match self.word()? {
                    Word::Key(key) => self.map(column, key),
                    Word::Scalar(node) => self.end_inline(node, parent),
                },
            }
        };
        self.depth -= 1;
        node
    }

    fn is_dash(&self) -> bool {
        self.byte() == Some(b'-') && self.is_blank(self.at + 1)
    }

    /// The list whose dashes are at `column`.
    fn list(&mut self, column: usize) -> Option<Node<'a>> {
        let start = self.at;
        let mut items = Vec::new();
        while self.is_dash() {
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            items.push(match self.byte() {
                None | Some(b'\n' | b'#') => {
                    self.at = dash + 1;
                    self.end_line()?;
                    // A dash with nothing behind it is left to the parser.
                    if self.column <= column {
                        return None;
                    }
                    self.node(self.column, Some(column))?
                }
                Some(_) => self.node(column + self.at - dash, Some(column))?,
            });
            if self.column != column {
                break;
            }
        }
        if self.column > column {
            return None;
        }
        let end = items
            .last()
            .map_or(self.offset + start, |item| item.range.end);
        Some(Node {
            range: self.offset + start..end,
            content: Content::List(items),
        })
    }

    /// The map whose keys are at `column`, after its first key.
    fn map(&mut self, column: usize, first: Node<'a>) -> Option<Node<'a>> {
        let start = first.range.start;
        let mut key = first;
        let mut pairs = Vec::with_capacity(4);
        loop {
            let value = self.value(column)?;
            pairs.push((key, value));
            if self.column > column {
                return None;
            }
            if self.column < column || self.is_at_end() {
                break;
            }
            key = match self.word()? {
                Word::Key(key) => key,
                Word::Scalar(_) => return None,
            };
        }
        let end = pairs.last().map_or(start, |(_, value)| value.range.end);
        Some(Node {
            range: start..end,
            content: Content::Map(pairs),
        })
    }

    /// The value of a key at `column`, from its colon.
    fn value(&mut self, column: usize) -> Option<Node<'a>> {
        let colon = self.at;
        self.at += 1;
        self.skip_spaces();
        match self.byte() {
            None | Some(b'\n' | b'#') => {
                self.at = colon + 1;
                self.end_line()?;
                if self.column > column {
                    self.node(self.column, Some(column))
                } else if self.column == column && self.is_dash() {
                    self.list_below_key(column)
                } else {
                    // To the parser the place of what is not there is that of the colon.
                    Some(self.scalar(Cow::Borrowed(""), Style::Plain, colon..colon))
                }
            }
            Some(_) => self.inline(Some(column)),
        }
    }

    /// The list whose dashes are below the key that it belongs to. To the parser it begins with its first element, not
    /// with the dash.
    fn list_below_key(&mut self, column: usize) -> Option<Node<'a>> {
        let first = self.text[self.at + 1..].trim_start_matches(' ');
        let first = self.text.len() - first.len();
        let mut list = self.list(column)?;
        list.range.start = match (self.byte_at(first), &list.content) {
            (None | Some(b'\n' | b'#'), Content::List(items)) => items.first()?.range.start,
            _ => self.offset + first,
        };
        Some(list)
    }

    /// A value on the line of its key or dash.
    fn inline(&mut self, parent: Option<usize>) -> Option<Node<'a>> {
        let node = match self.byte()? {
            b'|' => return self.literal(parent),
            b'[' | b'{' => self.bracket(0)?,
            _ => match self.word()? {
                Word::Scalar(node) => node,
                Word::Key(_) => return None,
            },
        };
        self.end_inline(node, parent)
    }

    /// A plain or quoted scalar on one line. If it is a key, `at` is its colon then.
    fn word(&mut self) -> Option<Word<'a>> {
        let start = self.at;
        let node = match self.byte()? {
            b'\'' => self.single_quoted()?,
            b'"' => self.double_quoted()?,
            _ => self.plain()?,
        };
        if self.byte() != Some(b':') {
            return Some(Word::Scalar(node));
        }
        if !self.is_blank(self.at + 1) || self.at - start > LONGEST_KEY {
            return None;
        }
        Some(Word::Key(node))
    }
}

/// Whether a character is one that every reader takes as it is.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}
