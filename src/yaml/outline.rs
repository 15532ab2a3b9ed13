//! A document as a flat list of its nodes, for texts that are read once and whose nodes are only walked: it takes one
//! allocation where a tree of [`Node`]s takes one for each list and map. It borrows nothing, so it can be kept for the next
//! text that is the same.

use std::borrow::Cow;
use std::ops::Range;

use super::block::{self, Build};
use super::compose::{cut, parsed};
use super::node::{Content, Error, Node, Scalar, Style, Tag};
use super::write::is_word;

/// The nodes of a document in the order of the text, each list and map before what is in it.
#[derive(Debug, Default)]
pub struct Outline(Vec<Item>);

#[derive(Debug)]
struct Item {
    /// As [`Node::range`]. A text has at most [`MAX_BYTES`](super::MAX_BYTES).
    range: Range<u32>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The text is that of the range, or what is between its quotes, unless it is given.
    Scalar(Style, Option<Tag>, Option<Box<str>>),
    /// How many elements follow.
    List(u32),
    /// How many pairs follow.
    Map(u32),
    /// An anchored node or an alias of it; the node follows.
    Shared,
}

/// The outline of each document of a text; none where a document is empty.
///
/// # Errors
/// A text that cannot be cut into documents; what is wrong with a document is in its place.
pub fn outlines(
    text: &str,
) -> Result<impl Iterator<Item = Result<Option<Outline>, Error>> + '_, Error> {
    Ok(cut(text)?.into_iter().map(move |range| {
        let (part, offset) = (&text[range.clone()], range.start);
        let mut outline = Outline(Vec::with_capacity(part.len() / 16));
        match block::document(part, offset, &mut outline) {
            Some(root) => Ok(root.map(|_| outline)),
            None => Ok(parsed(part, offset, |text| text)?.map(|node| Outline::of(&node))),
        }
    }))
}

impl Outline {
    fn of(node: &Node<'_>) -> Self {
        let mut outline = Self::default();
        outline.add(node);
        outline
    }

    fn add(&mut self, node: &Node<'_>) {
        let kind = match &node.content {
            Content::Scalar(Scalar { text, style, tag }) => {
                Kind::Scalar(*style, *tag, Some(text.as_ref().into()))
            }
            Content::List(elements) => Kind::List(short(elements.len())),
            Content::Map(pairs) => Kind::Map(short(pairs.len())),
            Content::Shared(_) => Kind::Shared,
        };
        self.push(node.range.clone(), kind);
        match &node.content {
            Content::Scalar(_) => {}
            Content::List(elements) => elements.iter().for_each(|element| self.add(element)),
            Content::Map(pairs) => pairs.iter().for_each(|(key, value)| {
                self.add(key);
                self.add(value);
            }),
            Content::Shared(node) => self.add(node),
        }
    }

    fn push(&mut self, range: Range<usize>, kind: Kind) {
        let range = short(range.start)..short(range.end);
        self.0.push(Item { range, kind });
    }

    /// Begins a list or map: the index of its item.
    fn open(&mut self, kind: Kind) -> usize {
        self.push(0..0, kind);
        self.0.len() - 1
    }

    /// Counts one more element or pair.
    fn count(&mut self, open: usize) {
        if let Kind::List(count) | Kind::Map(count) = &mut self.0[open].kind {
            *count += 1;
        }
    }

    /// Ends it: its range is known.
    fn close(&mut self, open: usize, range: Range<usize>) -> Range<usize> {
        self.0[open].range = short(range.start)..short(range.end);
        range
    }

    /// Begins a walk at the root. `text` is the one that the outline is of.
    pub fn walk<'o>(&'o self, text: &'o str) -> Walk<'o> {
        let items = self.0.iter();
        Walk { items, text }
    }
}

/// Neither a place in a text nor the number of its nodes is larger.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A walk over the nodes of an outline, from the first to the last.
#[derive(Clone, Debug)]
pub struct Walk<'o> {
    items: std::slice::Iter<'o, Item>,
    text: &'o str,
}

/// The next node of a walk. What is in it comes next.
#[derive(Debug)]
pub enum Next<'o> {
    /// Text in any style.
    Scalar(Scalar<'o>),
    /// The number of elements.
    List(usize),
    /// The number of pairs; a key comes before its value.
    Map(usize),
    /// An anchored node, or an alias: one node, which has an anchor.
    Shared,
}

impl<'o> Iterator for Walk<'o> {
    /// A node and its range, as [`Node::range`].
    type Item = (Range<usize>, Next<'o>);

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        let range = item.range.start as usize..item.range.end as usize;
        let next = match &item.kind {
            Kind::Scalar(style, tag, given) => {
                let text = match given {
                    Some(given) => given,
                    None if *style == Style::Plain => &self.text[range.clone()],
                    None => &self.text[range.start + 1..range.end - 1],
                };
                Next::Scalar(Scalar {
                    text: Cow::Borrowed(text),
                    style: *style,
                    tag: *tag,
                })
            }
            Kind::List(elements) => Next::List(*elements as usize),
            Kind::Map(pairs) => Next::Map(*pairs as usize),
            Kind::Shared => Next::Shared,
        };
        Some((range, next))
    }
}

impl<'o> Walk<'o> {
    /// The next node, if it is a word that [`write`](super::write()) writes as it is; else the walk stays where it is.
    pub fn word(&mut self) -> Option<(&'o str, Range<usize>)> {
        let item = self.items.as_slice().first()?;
        let Kind::Scalar(Style::Plain, None, None) = item.kind else {
            return None;
        };
        let range = item.range.start as usize..item.range.end as usize;
        let text = &self.text[range.clone()];
        is_word(text).then(|| {
            self.items.next();
            (text, range)
        })
    }

    /// Passes the next node with all that is in it.
    pub fn pass(&mut self) {
        let mut nodes = 1;
        while nodes > 0 {
            let Some(item) = self.items.next() else {
                return;
            };
            nodes += match item.kind {
                Kind::Scalar(..) => 0,
                Kind::Shared => 1,
                Kind::List(elements) => elements as usize,
                Kind::Map(pairs) => 2 * pairs as usize,
            };
            nodes -= 1;
        }
    }

    /// The next node with all that is in it.
    pub fn node(&mut self) -> Option<Node<'o>> {
        let (range, next) = self.next()?;
        let content = match next {
            Next::Scalar(scalar) => Content::Scalar(scalar),
            Next::List(elements) => {
                Content::List((0..elements).filter_map(|_| self.node()).collect())
            }
            Next::Map(pairs) => {
                let pair = |_| self.node().zip(self.node());
                Content::Map((0..pairs).filter_map(pair).collect())
            }
            Next::Shared => Content::Shared(self.node()?.into()),
        };
        Some(Node { range, content })
    }
}

/// A node that has been added is its range; a list or map is the index of its item until it ends.
impl<'t> Build<'t> for Outline {
    type Node = Range<usize>;
    type List = usize;
    type Map = usize;

    fn range(node: &Range<usize>) -> &Range<usize> {
        node
    }

    fn scalar(&mut self, scalar: Scalar<'t>, range: Range<usize>) -> Range<usize> {
        let given = match scalar.text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text.into()),
        };
        self.push(range.clone(), Kind::Scalar(scalar.style, scalar.tag, given));
        range
    }

    fn list(&mut self) -> usize {
        self.open(Kind::List(0))
    }

    fn element(&mut self, list: &mut usize, _: Range<usize>) {
        self.count(*list);
    }

    fn end_list(&mut self, list: usize, range: Range<usize>) -> Range<usize> {
        self.close(list, range)
    }

    fn map(&mut self) -> usize {
        self.open(Kind::Map(0))
    }

    fn pair(&mut self, map: &mut usize, _: Range<usize>, _: Range<usize>) {
        self.count(*map);
    }

    fn end_map(&mut self, map: usize, range: Range<usize>) -> Range<usize> {
        self.close(map, range)
    }
}
