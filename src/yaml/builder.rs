//! Puts the parser's events together into one node, and counts what they ask for.
//! It is a loop with its own stack, so that depth is limited before any recursive code sees the tree.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::compose::MAX_DEPTH;
use super::{Content, Error, Node, Scalar};

/// The number of nodes that aliases may always expand to; beyond that, ten for each node written.
const FREE_COPIES: usize = 100_000;

/// What walking a node costs, aliases followed.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Levels of lists and maps.
    depth: usize,
    /// Nodes; a long text counts as several.
    nodes: usize,
}

/// A list or map whose end has not come yet.
struct Open<'a> {
    start: usize,
    anchor: usize,
    content: Content<'a>,
    /// In a map, the key that waits for its value.
    key: Option<Node<'a>>,
    size: Size,
}

/// Builds one document. An anchor is the parser's number for it, 0 where there is none.
#[derive(Default)]
pub(super) struct Builder<'a> {
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    anchors: HashMap<usize, (Arc<Node<'a>>, Size)>,
    written: usize,
    copied: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn scalar(&mut self, scalar: Scalar<'a>, range: Range<usize>, anchor: usize) {
        let nodes = 1 + scalar.text.len() / 64;
        let content = Content::Scalar(scalar);
        self.add(Node { range, content }, anchor, Size { depth: 0, nodes });
    }

    /// The start of a list or map: `content` is an empty one.
    pub(super) fn start(
        &mut self,
        content: Content<'a>,
        range: Range<usize>,
        anchor: usize,
    ) -> Result<(), Error> {
        self.check_depth(1, &range)?;
        self.open.push(Open {
            start: range.start,
            anchor,
            content,
            key: None,
            size: Size { depth: 1, nodes: 1 },
        });
        Ok(())
    }

    /// The end of the innermost list or map; `bracket` is where its closing bracket ends, if it has one.
    pub(super) fn end(&mut self, bracket: Option<usize>) {
        let Some(Open {
            start,
            anchor,
            content,
            size,
            ..
        }) = self.open.pop()
        else {
            return;
        };
        let last = match &content {
            Content::List(items) => items.last(),
            Content::Map(pairs) => pairs.last().map(|(_, value)| value),
            Content::Scalar(_) | Content::Shared(_) => None,
        };
        let end = bracket.or(last.map(|node| node.range.end)).unwrap_or(start);
        self.add(
            Node {
                range: start..end,
                content,
            },
            anchor,
            size,
        );
    }

    pub(super) fn alias(&mut self, range: Range<usize>, anchor: usize) -> Result<(), Error> {
        let Some((shared, size)) = self.anchors.get(&anchor) else {
            // The parser knows the anchor, so its node is still open.
            return Err(Error::new(
                "an alias inside the node that it refers to",
                range,
            ));
        };
        let (shared, size) = (Arc::clone(shared), *size);
        self.check_depth(size.depth, &range)?;
        self.copied = self.copied.saturating_add(size.nodes);
        if self.copied > FREE_COPIES + 10 * self.written {
            return Err(Error::new(
                "aliases make this document grow beyond all measure",
                range,
            ));
        }
        let content = Content::Shared(shared);
        self.add(Node { range, content }, 0, size);
        Ok(())
    }

    /// The root node, if there was any.
    pub(super) fn finish(self) -> Option<Node<'a>> {
        self.root
    }

    /// Refuses `more` levels below the open ones.
    fn check_depth(&self, more: usize, range: &Range<usize>) -> Result<(), Error> {
        if self.open.len() + more <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("lists and maps nested more than {MAX_DEPTH} deep");
        Err(Error::new(message, range.clone()))
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, mut node: Node<'a>, anchor: usize, size: Size) {
        self.written += 1;
        if anchor != 0 {
            let range = node.range.clone();
            let shared = Arc::new(node);
            self.anchors.insert(anchor, (Arc::clone(&shared), size));
            let content = Content::Shared(shared);
            node = Node { range, content };
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        parent.size.depth = parent.size.depth.max(size.depth + 1);
        parent.size.nodes = parent.size.nodes.saturating_add(size.nodes);
        match (&mut parent.content, parent.key.take()) {
            (Content::Map(pairs), Some(key)) => pairs.push((key, node)),
            (Content::Map(_), None) => parent.key = Some(node),
            (Content::List(items), _) => items.push(node),
            (Content::Scalar(_) | Content::Shared(_), _) => {}
        }
    }
}
