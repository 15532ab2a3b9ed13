//! A document as written: nodes with byte ranges, every pair in its order, scalars not yet interpreted.
//! Nothing here decides what a scalar or a repeated key means.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A node as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The bytes of the whole text that the node covers, quotes and brackets included, anchor and tag not.
    /// A block list or map reaches from its first element or key to the end of its last; a missing value is empty.
    pub range: Range<usize>,
    /// What is written there.
    pub content: Content<'a>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Content<'a> {
    /// Text in any style, also a missing value.
    Scalar(Scalar<'a>),
    /// The elements of a list.
    List(Vec<Node<'a>>),
    /// The pairs of a map as written: in order, repeated keys and merge keys included.
    Map(Vec<(Node<'a>, Node<'a>)>),
    /// An anchored node, and each of its aliases. The inner node has the anchored node's range, so the two
    /// ranges are equal where it is defined and differ where it is used.
    Shared(Arc<Node<'a>>),
}

/// A scalar before interpretation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar<'a> {
    /// The text with escapes and folding undone; empty for a missing value.
    pub text: Cow<'a, str>,
    /// How it was written: only plain scalars can be something other than strings.
    pub style: Style,
    /// Its explicit tag.
    pub tag: Option<Tag>,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// The tags that change what a scalar means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!binary`
    Binary,
    /// `!!timestamp`
    Timestamp,
    /// `!!merge`
    Merge,
    /// Any other, such as `!local`: the scalar is a string.
    Other,
}

impl<'a> Node<'a> {
    /// The node itself, or the anchored node behind it.
    pub fn target(&self) -> &Node<'a> {
        let mut node = self;
        while let Content::Shared(shared) = &node.content {
            node = shared;
        }
        node
    }

    /// Whether the node is an alias: written `*name`, its content elsewhere.
    pub fn is_alias(&self) -> bool {
        matches!(&self.content, Content::Shared(shared) if shared.range != self.range)
    }
}

/// A problem in a text: what and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// One line without position, lower case, no full stop.
    pub message: String,
    /// The offending bytes of the text that was read; empty where something is missing.
    pub range: Range<usize>,
    /// What to do about it, if that can be said.
    pub help: Option<String>,
}

impl Error {
    /// A problem without advice.
    pub(crate) fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        Self {
            message: message.into(),
            range,
            help: None,
        }
    }

    /// The same problem with advice.
    pub(super) fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
