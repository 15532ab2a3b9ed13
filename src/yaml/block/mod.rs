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

/// What the nodes of a document become, in the order of the text: a list or map is begun before what is in it is read.
pub(super) trait Build<'t> {
    /// A node.
    type Node;
    /// A list that has not ended.
    type List;
    /// A map that has not ended.
    type Map;

    fn range(node: &Self::Node) -> &Range<usize>;
    fn scalar(&mut self, scalar: Scalar<'t>, range: Range<usize>) -> Self::Node;
    fn list(&mut self) -> Self::List;
    fn element(&mut self, list: &mut Self::List, element: Self::Node);
    fn end_list(&mut self, list: Self::List, range: Range<usize>) -> Self::Node;
    fn map(&mut self) -> Self::Map;
    fn pair(&mut self, map: &mut Self::Map, key: Self::Node, value: Self::Node);
    fn end_map(&mut self, map: Self::Map, range: Range<usize>) -> Self::Node;
}

/// Builds a tree of nodes. The function gives scalars their lifetime.
pub(super) struct Nodes<'t, 'a>(pub(super) fn(Cow<'t, str>) -> Cow<'a, str>);

impl<'t, 'a> Build<'t> for Nodes<'t, 'a> {
    type Node = Node<'a>;
    type List = Vec<Node<'a>>;
    type Map = Vec<(Node<'a>, Node<'a>)>;

    fn range<'n>(node: &'n Node<'a>) -> &'n Range<usize> {
        &node.range
    }

    fn scalar(&mut self, scalar: Scalar<'t>, range: Range<usize>) -> Node<'a> {
        let content = Content::Scalar(Scalar {
            text: self.0(scalar.text),
            style: scalar.style,
            tag: scalar.tag,
        });
        Node { range, content }
    }

    fn list(&mut self) -> Self::List {
        Vec::new()
    }

    fn element(&mut self, list: &mut Self::List, element: Node<'a>) {
        list.push(element);
    }

    fn end_list(&mut self, list: Self::List, range: Range<usize>) -> Node<'a> {
        let content = Content::List(list);
        Node { range, content }
    }

    fn map(&mut self) -> Self::Map {
        Vec::with_capacity(4)
    }

    fn pair(&mut self, map: &mut Self::Map, key: Node<'a>, value: Node<'a>) {
        map.push((key, value));
    }

    fn end_map(&mut self, map: Self::Map, range: Range<usize>) -> Node<'a> {
        let content = Content::Map(map);
        Node { range, content }
    }
}

/// Builds the root of a document, whose text begins at `offset` of the whole text; none inside if the document is empty,
/// and none at all if the parser has to read it: then what has been built means nothing.
#[allow(clippy::option_option)] // as said
pub(super) fn document<'t, B: Build<'t>>(
    text: &'t str,
    offset: usize,
    build: &mut B,
) -> Option<Option<B::Node>> {
    let mut reader = Reader {
        text,
        offset,
        build,
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
struct Reader<'t, 'b, B> {
    text: &'t str,
    offset: usize,
    build: &'b mut B,
    /// The next byte.
    at: usize,
    /// The column of the first byte of the line that is not a space, if `at` is there; 0 at the end of the text.
    column: usize,
    depth: usize,
}

/// A scalar that has been read and not yet built, and its range.
type Read<'t> = (Scalar<'t>, Range<usize>);

/// A scalar that may be a key.
enum Word<'t> {
    Key(Read<'t>),
    Scalar(Read<'t>),
}

impl<'t, B: Build<'t>> Reader<'t, '_, B> {
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
        while self.byte() == Some(b' ') {
            self.at += 1;
        }
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
    fn end_inline(&mut self, node: B::Node, parent: Option<usize>) -> Option<B::Node> {
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

    fn scalar(&self, text: Cow<'t, str>, style: Style, range: Range<usize>) -> Read<'t> {
        let tag = None;
        (Scalar { text, style, tag }, self.range(range))
    }

    fn build(&mut self, (scalar, range): Read<'t>) -> B::Node {
        self.build.scalar(scalar, range)
    }

    /// The node at `at`, which is at `column`, below a node at the column `parent`.
    fn node(&mut self, column: usize, parent: Option<usize>) -> Option<B::Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let node = if self.is_dash() {
            let start = self.offset + self.at;
            self.list(column, Some(start))
        } else {
            match self.byte()? {
                b'|' | b'[' | b'{' => self.inline(parent),
                _ => match self.word()? {
                    Word::Key(key) => self.map(column, key),
                    Word::Scalar(scalar) => {
                        let node = self.build(scalar);
                        self.end_inline(node, parent)
                    }
                },
            }
        };
        self.depth -= 1;
        node
    }

    fn is_dash(&self) -> bool {
        self.byte() == Some(b'-') && self.is_blank(self.at + 1)
    }

    /// The list whose dashes are at `column`. It begins at `start`, or where its first element does.
    fn list(&mut self, column: usize, start: Option<usize>) -> Option<B::Node> {
        let mut list = self.build.list();
        let mut range = None;
        while self.is_dash() {
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            let element = match self.byte() {
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
            };
            let Range { start: first, end } = B::range(&element).clone();
            range.get_or_insert(start.unwrap_or(first)..end).end = end;
            self.build.element(&mut list, element);
            if self.column != column {
                break;
            }
        }
        if self.column > column {
            return None;
        }
        Some(self.build.end_list(list, range?))
    }

    /// The map whose keys are at `column`, after its first key.
    fn map(&mut self, column: usize, first: Read<'t>) -> Option<B::Node> {
        let mut map = self.build.map();
        let mut range = first.1.clone();
        let mut key = first;
        loop {
            let built = self.build(key);
            let value = self.value(column)?;
            range.end = B::range(&value).end;
            self.build.pair(&mut map, built, value);
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
        Some(self.build.end_map(map, range))
    }

    /// The value of a key at `column`, from its colon.
    fn value(&mut self, column: usize) -> Option<B::Node> {
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
                    let missing = self.scalar(Cow::Borrowed(""), Style::Plain, colon..colon);
                    Some(self.build(missing))
                }
            }
            Some(_) => self.inline(Some(column)),
        }
    }

    /// The list whose dashes are below the key that it belongs to. To the parser it begins with its first element, not
    /// with the dash.
    fn list_below_key(&mut self, column: usize) -> Option<B::Node> {
        let first = self.text[self.at + 1..].trim_start_matches(' ');
        let first = self.text.len() - first.len();
        let is_on_the_line = !matches!(self.byte_at(first), None | Some(b'\n' | b'#'));
        let start = is_on_the_line.then_some(self.offset + first);
        self.list(column, start)
    }

    /// A value on the line of its key or dash.
    fn inline(&mut self, parent: Option<usize>) -> Option<B::Node> {
        let node = match self.byte()? {
            b'|' => return self.literal(parent),
            b'[' | b'{' => self.bracket(0)?,
            _ => match self.word()? {
                Word::Scalar(scalar) => self.build(scalar),
                Word::Key(_) => return None,
            },
        };
        self.end_inline(node, parent)
    }

    /// A plain or quoted scalar on one line. If it is a key, `at` is its colon then.
    fn word(&mut self) -> Option<Word<'t>> {
        let start = self.at;
        let scalar = match self.byte()? {
            b'\'' => self.single_quoted()?,
            b'"' => self.double_quoted()?,
            _ => self.plain()?,
        };
        if self.byte() != Some(b':') {
            return Some(Word::Scalar(scalar));
        }
        if !self.is_blank(self.at + 1) || self.at - start > LONGEST_KEY {
            return None;
        }
        Some(Word::Key(scalar))
    }
}

/// Whether a character is one that every reader takes as it is.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}
